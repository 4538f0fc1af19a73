"""预警中心: each alert with rule, limit, clause, age and waiver; filters, tiles, export as shown."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Entry
from lifecycle.deadlines import RULES
from policy.terms import Kind, Rank, Sector, Severity
from projects.models import Alert, Waiver
from reports import alerts
from tests.reports.scene import alert, elsewhere, furnished

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def stands(project, code, source="funds", days=0, **facts):
    """An open alert, raised so many days ago."""
    row = alert(project, code=code, source=source)
    facts |= {"raised_on": timezone.localdate() - timedelta(days=days)}
    Alert.objects.filter(pk=row.pk).update(**facts)
    row.refresh_from_db()
    return row


@pytest.fixture
def several(world):
    base = furnished(world, name="甲基地")
    studio = furnished(world, elsewhere(world), name="乙工作室", kind=Kind.STUDIO, sector=Sector.SERVICES)
    Alert.objects.all().delete()
    stands(base, "nearly_spent:equipment", severity=Severity.WARNING, rank=Rank.DEFAULT, message="设备购置已用 90%")
    stands(base, "pass_on:3", days=31, severity=Severity.BLOCKING, message="下达未到位")
    stands(studio, "waiting", days=91, severity=Severity.NOTICE, clause="", rank="", message="待认定")
    return world


def said(page):
    return [row.alert.message for row in page.context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["设备购置已用 90%", "下达未到位", "待认定"]),
        ("kind=studio", ["待认定"]),
        ("age=new", ["设备购置已用 90%"]),
        ("age=over30", ["下达未到位", "待认定"]),
        ("age=over90", ["待认定"]),
        ("severity=blocking&kind=base", ["下达未到位"]),
        ("age=nonsense&kind=x&place=x", ["设备购置已用 90%", "下达未到位", "待认定"]),
    ],
)
def test_alerts_are_filtered_by_kind_and_age(several, visit, query, expected):
    assert said(visit(several.ph, f"/alerts/?{query}")) == expected


def test_a_city_is_a_filter_for_those_who_see_several(several, visit):
    page = visit(several.ph, f"/alerts/?place={several.city.path}")

    assert said(page) == ["设备购置已用 90%", "下达未到位"]
    assert "place" not in visit(several.ch, "/alerts/").context["form"].fields


def test_each_row_has_rule_limit_clause_rank_and_age(several, visit):
    rows = {row.alert.code: row for row in visit(several.ph, "/alerts/").context["rows"]}
    near, late = rows["nearly_spent:equipment"], rows["pass_on:3"]
    edition = near.alert.project.edition

    assert (near.rule, near.limit) == ("类别支出接近预算", f"预算使用预警 {edition.limit('warn_share').text}")
    assert (near.clause, near.rank, near.days) == ("财预〔2015〕163号", Rank.DEFAULT.label, 0)
    assert (late.rule, late.days) == ("资金未按时拨付到位", 31)
    page = visit(several.ph, "/alerts/").content.decode()
    assert all(word in page for word in ("类别支出接近预算", "已 31 天", "财预〔2015〕163号", near.limit))


@pytest.mark.parametrize("code", RULES)
def test_an_alert_of_a_date_names_the_date_and_its_term(code):
    from projects.models import Project

    project = Project(edition_code="demo_2022")
    name, limit = alerts.rule_of(Alert(project=project, source="deadline", code=f"{code}:7"))

    assert name == RULES[code].label
    assert (limit is not None) == bool(RULES[code].limit)


def test_every_limit_that_is_named_is_in_the_edition():
    from projects.models import Project

    edition = Project(edition_code="demo_2022").edition

    assert {key for _, key in alerts.NAMED.values() if key} <= set(edition.limits)


def test_a_waiver_is_proposed_from_the_row_by_those_who_may(several, visit):
    row = Alert.objects.get(code="nearly_spent:equipment")
    wanted = f"/projects/{row.project_id}/waivers/new/?finding=funds:{row.code}"

    urls = {role: [one.propose_url for one in visit(getattr(several, role), "/alerts/").context["rows"]]
            for role in ("ph", "phl", "u2")}  # fmt: skip

    assert urls["ph"].count("") == 2
    assert wanted in urls["ph"]
    assert set(urls["phl"] + urls["u2"]) == {""}
    assert visit(several.ph, wanted).context["form"].initial["finding"] == f"funds:{row.code}"


def test_a_waiver_shows_its_state_and_document_and_leads_to_it(several, visit):
    row = Alert.objects.get(code="nearly_spent:equipment")
    waiver = Waiver.objects.create(
        project=row.project, source=row.source, code=row.code, finding=row.message, reason="理由", number="示例批〔2026〕1号",
        dated_on=TODAY, until=TODAY + timedelta(days=90), proposed_by=several.ph, proposed_on=TODAY,
    )  # fmt: skip

    page = visit(several.ph, "/alerts/").content.decode()

    assert f'href="/waivers/{waiver.pk}/"' in page
    assert "示例批〔2026〕1号" in page
    assert "waivers/new" not in page
    assert f"/waivers/{waiver.pk}/" not in visit(several.u2, "/alerts/").content.decode()


def test_tiles_count_everything_in_reach_and_lead_to_their_rows(several, visit):
    tiles = visit(several.ph, "/alerts/?severity=notice").context["tiles"]

    assert [(one["label"], one["value"]) for one in tiles] == [
        ("不得通过", 1), ("预警", 1), ("提示", 1), ("7 天内提出", 1), ("超过 30 天", 2),
    ]  # fmt: skip
    assert [len(said(visit(several.ph, one["url"]))) for one in tiles] == [one["value"] for one in tiles]
    assert [one["value"] for one in visit(several.u2, "/alerts/").context["tiles"]] == [1, 1, 0, 1, 1]


def sheet(answer):
    return list(load_workbook(io.BytesIO(answer.content)).active.values)


def test_the_export_has_the_rows_of_the_list_and_leaves_a_line(several, visit):
    answer = visit(several.ph, "/alerts/export/?age=over30")
    rows = sheet(answer)
    head = next(number for number, row in enumerate(rows) if row[0] == "预警")

    assert [row[0] for row in rows[head + 1 :]] == ["下达未到位", "待认定"]
    assert rows[head][-1] == "项目风险分"
    assert "提出时间：超过 30 天" in rows[1][0]
    entry = Entry.objects.get(verb="导出预警")
    assert (entry.actor, entry.text, dict(entry.changes)["rows"]) == (several.ph, "2 行", 2)


def test_the_export_keeps_to_reach_and_shows_no_score_to_a_unit(several, visit):
    rows = sheet(visit(several.u2, "/alerts/export/"))

    assert "乙工作室" not in str(rows)
    assert "风险" not in str(rows)


def test_the_export_costs_the_same_at_three_alerts_and_at_nine(several, cost):
    few = cost(several.ph, "/alerts/export/")
    for number in range(6):
        stands(Alert.objects.first().project, f"waiting:{number}")

    assert cost(several.ph, "/alerts/export/") == few
