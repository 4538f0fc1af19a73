"""资金文件, 区域绩效表, 定期报告, 设定 and registered lists side by side: each for its own readers, of their own reach."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Node
from funds.models import Allocation, FundDocument, HeldOut
from policy.terms import Stage
from projects.models import PrintedPaper
from reports.dossier.compare import WIDE_KINDS, wide_kinds_for
from reports.models import PeriodicReport
from tests import factories as make
from tests.performance import life
from tests.reports.scene import elsewhere
from tests.reports.test_compare import said

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
PAGE = "/reports/compare/"


def shown(visit, user, query):
    answer = visit(user, f"{PAGE}?{query}")
    assert answer.status_code == 200
    return answer.context


def document(world, number, lines, state="approved", **facts):
    """`lines`: project and yuan."""
    given = {"dated_on": ON, "fiscal_year": 2026, "source": "central", "title": "下达补助", "recorded_by": world.pf,
             "recorded_on": ON, "total": sum(Decimal(amount) for _, amount in lines)}  # fmt: skip
    signed = {"approved_by": world.pfl, "approved_on": ON} if state == "approved" else {}
    made = FundDocument.objects.create(number=number, state=state, **given | facts | signed)
    for project, amount in lines:
        Allocation.objects.create(document=made, project=project, amount=Decimal(amount), effect=Decimal(amount))
    return made


def test_a_returned_document_beside_the_one_that_took_its_place(world, visit):
    own, far = (make.project(unit, stage=Stage.BUILDING, name=name) for unit, name in
                ((world.unit, "甲基地"), (elsewhere(world), "乙基地")))  # fmt: skip
    first = document(world, "示例财社〔2026〕1号", [(own, 500), (far, 100)], "returned", returned_by=world.pfl,
                     return_reason="金额有误")  # fmt: skip
    other = document(world, "示例财社〔2026〕2号", [(own, 40)])
    again = document(world, "示例财社〔2026〕1号", [(own, 600), (far, 100)])
    HeldOut.objects.create(document=again, project=far, reason="未立项", next_step="先立项")

    context = shown(visit, world.ph, f"kind=documents&b={again.pk}")

    assert [one.key for one in context["versions"]] == [str(one.pk) for one in (first, again, other)]
    assert context["before"].key == str(first.pk)
    assert [row for row in said(context) if row[0] != "文件要素"] == [
        ("分配表", f"甲基地（{own.label}）", "500.00 元", "600.00 元"), ("分配表", "合计", "600.00 元", "700.00 元"),
        ("未列入下达", f"乙基地（{far.label}）", None, "未立项；先立项"),
    ]  # fmt: skip
    assert ("文件要素", "退回理由", "金额有误", "—") in said(context)


def test_a_city_and_a_unit_compare_only_their_own_lines(world, visit):
    own, far = make.project(world.unit, name="甲基地"), make.project(elsewhere(world), name="乙基地")
    one = document(world, "示例财社〔2026〕1号", [(own, 500), (far, 100)])
    two = document(world, "示例财社〔2026〕2号", [(own, 600), (far, 900)])
    theirs = document(world, "示例财社〔2026〕3号", [(far, 1)])
    returned = document(world, "示例财社〔2026〕4号", [(own, 1)], "recorded")

    for user, known in ((world.cf, {one, two, returned}), (world.u2, {one, two})):
        context = shown(visit, user, f"kind=documents&a={one.pk}&b={two.pk}")
        asked = visit(user, f"{PAGE}?kind=documents&a={theirs.pk}&b={theirs.pk}")
        assert {row.key for row in context["versions"]} == {str(row.pk) for row in known}
        assert [row[1:] for row in said(context) if row[0] == "分配表"] == [
            (f"甲基地（{own.label}）", "500.00 元", "600.00 元"), ("合计", "500.00 元", "600.00 元"),
        ]  # fmt: skip
        assert "乙基地" not in asked.content.decode()
        assert "3号" not in asked.content.decode()


def test_what_was_set_for_the_region_beside_what_was_reached_and_beside_the_next_year(world, visit):
    project = make.project(world.unit)
    life.filed(project, world)
    sheet = project.target_sheets.get()
    year = min(sheet.years)

    context = shown(visit, world.ph, f"kind=regions&a=targets:{year}:{project.edition_code}&all=1")
    keys = [one.key for one in context["versions"]]

    assert f"targets:{year}:{project.edition_code}" in keys
    assert {row[1] for row in said(context) if row[0].startswith("指标")} >= {"年度指标值", "报送"}
    assert "报送情况" in {row[1] for row in said(context)}
    assert [kind.code for kind in wide_kinds_for(world.ch)] == ["documents", "periodic", "prints"]


def test_two_versions_of_a_periodic_report(world, visit):
    place = Node.objects.get(path=world.province.path)
    figures = {"on": "2026-03-31", "made_on": "2026-04-01", "problems": {"open": 2},
               "total": [1, "7.00", "7.00", "7.00", "7.00", "1.00", "6.00", "0.1429"]}  # fmt: skip
    later = figures | {"problems": {"open": 3}}
    for version, told in ((1, figures), (2, later), (3, {})):
        PeriodicReport.objects.create(
            place=place, kind="quarter", year=2026, number=1, version=version, asked_at=timezone.now(),
            made_on=ON if told else None, figures=told,
        )  # fmt: skip

    context = shown(visit, world.ph, "kind=periodic")
    city = shown(visit, world.ch, "kind=periodic")

    assert said(context) == [("问题", "未销号", "2", "3")]
    assert len(context["versions"]) == 2
    assert city["versions"] == []


def test_the_edition_beside_what_the_province_has_set(world, visit):
    sheet = make.setting_sheet(world.ph, ON, date(2026, 4, 1), world.province.path)
    type(sheet).objects.filter(pk=sheet.pk).update(
        state="effective", hr_by=world.phl, hr_on=ON, finance_by=world.pfl, finance_on=ON
    )

    context = shown(visit, world.ph, "kind=settings")

    assert [one.key.rpartition(":")[2] for one in context["versions"]] == ["0", str(sheet.pk)]
    assert {row.label for row in context["rows"]} <= {"数值", "效力", "依据"} != set()


def test_two_registrations_of_one_list(world, visit):
    for version, digest in ((1, "1"), (2, "2")):
        PrintedPaper.objects.create(
            place=world.province, key="F18-20260302", form="F18", title="项目执行情况汇总表", version=version,
            digest=digest * 64, code=f"abcdef01234{version}", organisation_name="示例省", registered_on=ON,
            registered_by=world.ph, state="void" if version == 1 else "printed",
            **({"void_on": ON, "void_by": world.ph, "void_why": "替代"} if version == 1 else {}),
        )  # fmt: skip

    changes = {row[1] for row in said(shown(visit, world.ph, "kind=prints"))}

    assert changes == {"内容摘要", "校验码", "作废"}


@pytest.mark.parametrize("kind", [kind.code for kind in WIDE_KINDS] + ["nothing"])
def test_every_kind_stands_without_any_version(world, visit, kind):
    context = shown(visit, world.ph, f"kind={kind}&a=x&b=99")

    assert (context["rows"], context["changed"]) == ([], 0)


def test_who_may_open_no_page_of_a_kind_is_not_offered_it(world, visit):
    assert [kind.code for kind in wide_kinds_for(world.u1)] == ["documents"]
    assert visit(world.sa, PAGE).status_code == 403


def test_the_list_of_versions_costs_the_same_for_one_and_for_three(world, cost):
    own = make.project(world.unit)
    document(world, "示例财社〔2026〕1号", [(own, 500)])
    document(world, "示例财社〔2026〕2号", [(own, 500)])
    before = cost(world.ph, f"{PAGE}?kind=documents")
    for number in (3, 4, 5):
        document(world, f"示例财社〔2026〕{number}号", [(own, 500)])

    assert cost(world.ph, f"{PAGE}?kind=documents") == before


@pytest.mark.parametrize(
    ("path", "query"),
    [("/funds/documents/{}/", "kind=documents&amp;b="), ("/region/", "kind=regions"),
     ("/reports/periodic/", "kind=periodic"), ("/settings/", "kind=settings")],
)  # fmt: skip
def test_the_pages_lead_to_their_comparison(world, visit, path, query):
    one = document(world, "示例财社〔2026〕1号", [(make.project(world.unit), 500)])

    assert f"{PAGE}?{query}" in visit(world.ph, path.format(one.pk)).content.decode()
