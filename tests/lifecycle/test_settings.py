"""设定确认单: drafted, signed by both departments, in force from its day for every project of the edition."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone

from lifecycle import setting_prints
from lifecycle.operations import settings as ops
from lifecycle.queries.deadlines import dates_of
from papers import render
from policy.confirmed import Confirmed, open_limits, settable
from policy.findings import Refused
from policy.loader import edition
from policy.terms import Line, Rank
from projects import confirmed
from projects.models import SettingSheet
from tests import factories as make
from tests.lifecycle import scene
from tests.permissions.scene import signed_in

ON = date(2026, 3, 2)
DAY = date(2026, 4, 1)
ROWS = [Confirmed("experts_min", "7"), Confirmed("warn_share", "85", blocks=False)]


@pytest.fixture(autouse=True)
def forgotten():
    yield
    confirmed.forget()


def drafted(world, **changes):
    said = {"edition_code": "jilin_2025", "number": "2026年第1号", "effective_on": DAY, "rows": ROWS} | changes
    return ops.draft_settings(actor=world.ph, on=ON, **said)


def signed(world, **changes):
    sheet = drafted(world, **changes)
    ops.sign_settings(sheet.pk, actor=world.pfl, on=ON)
    return ops.sign_settings(sheet.pk, actor=world.phl, on=ON)


@pytest.mark.django_db
def test_both_departments_sign_and_projects_have_the_values_from_the_day_on(world):
    project = make.project(world.unit)
    first = ops.sign_settings(drafted(world).pk, actor=world.phl, on=ON)
    assert first.state == "signing"
    sheet = ops.sign_settings(first.pk, actor=world.pfl, on=ON)

    confirmed.refresh()

    limit = project.edition.limit("experts_min")
    assert (sheet.state, limit.value, limit.basis.rank, limit.basis.blocks) == ("effective", 7, Rank.PROVINCE, True)
    assert edition("demo_2022").number("experts_min") == 5


@pytest.mark.django_db
def test_before_its_day_nothing_changes(world):
    ahead = timezone.localdate() + timedelta(days=1)
    signed(world, effective_on=ahead)

    confirmed.refresh()

    assert edition("jilin_2025").limit("experts_min").basis.rank == Rank.DEFAULT
    assert [one.number for one in confirmed.in_force(confirmed.sheets(), "jilin_2025", ahead)] == ["2026年第1号"]


@pytest.mark.django_db
def test_a_process_reads_the_sheets_again_after_a_minute(world, django_assert_num_queries):
    signed(world)

    with override_settings(CONFIRMED_SECONDS=60):
        with django_assert_num_queries(1):
            assert edition("jilin_2025").number("experts_min") == 7
        with django_assert_num_queries(0):
            assert edition("jilin_2025").number("experts_min") == 7


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows": []}, "至少勾选一项"),
        ({"rows": [Confirmed("experts_min", "五")]}, "验收专家最少人数（单数）：请填写不小于 0 的整数"),
        ({"rows": [Confirmed("rectify_months", "24")]}, "不由本省设定"),
        ({"effective_on": ON}, "应晚于今天"),
        ({"number": " "}, "请填写编号"),
        ({"edition_code": "none"}, "没有这个政策版本"),
    ],
)
def test_what_does_not_hold_is_refused_and_leaves_nothing(world, changes, words):
    with pytest.raises(Refused, match=words):
        drafted(world, **changes)
    assert not SettingSheet.objects.exists()


@pytest.mark.django_db
def test_one_waits_at_a_time_and_a_number_is_used_once(world):
    sheet = drafted(world)

    with pytest.raises(Refused, match="已有一份确认单待签署"):
        drafted(world, number="2026年第2号")
    ops.return_settings(sheet.pk, reason="取值再议", actor=world.phl, on=ON)
    with pytest.raises(Refused, match="已用过"):
        drafted(world)
    assert drafted(world, number="2026年第2号").state == "signing"


@pytest.mark.django_db
def test_nobody_signs_what_he_drafted_nor_for_the_other_department(world):
    sheet = drafted(world)
    ops.sign_settings(sheet.pk, actor=world.phl, on=ON)

    with pytest.raises(Refused, match="已签署过"):
        ops.sign_settings(sheet.pk, actor=world.phl, on=ON)
    with pytest.raises(Refused, match="人社部门已签署"):
        ops.sign_settings(sheet.pk, actor=make.user("PHL", world.province_hr), on=ON)
    with pytest.raises(PermissionDenied):
        ops.sign_settings(sheet.pk, actor=world.pf, on=ON)
    with pytest.raises(Refused, match="应晚于今天"):
        ops.sign_settings(sheet.pk, actor=world.pfl, on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        SettingSheet.objects.filter(pk=sheet.pk).update(finance_by=world.ph)


@pytest.mark.django_db
def test_the_paper_shows_what_the_system_took_and_what_is_confirmed(world):
    said = setting_prints.content(drafted(world))

    assert said["rows"] == [
        ["基地验收专家最少人数（单数）", "5 人", "7 人", "拦截"],
        ["预算使用预警", "80%", "85%", "只提示"],
    ]
    assert render(setting_prints.paper_of(SettingSheet.objects.get()), "pdf").startswith(b"%PDF")


@pytest.mark.django_db
def test_the_pages_draft_sign_and_show(world):
    desk, ahead = signed_in(world.ph), timezone.localdate() + timedelta(days=30)
    typed = {
        "number": "2026年第3号",
        "effective_on": ahead.isoformat(),
        "experts_min-take": "on",
        "experts_min-text": "七",
    }

    refused = desk.post("/settings/new/jilin_2025/", typed)
    assert refused.status_code == 422
    assert "请填写不小于 0 的整数" in refused.content.decode()
    answer = desk.post("/settings/new/jilin_2025/", typed | {"experts_min-text": "7", "experts_min-blocks": "on"})
    sheet = SettingSheet.objects.get()
    for leader in (world.phl, world.pfl):
        signed_in(leader).post(f"/settings/{sheet.pk}/sign/")

    sheet.refresh_from_db()
    assert (answer.status_code, sheet.state) == (302, "effective")
    assert "2026年第3号" in desk.get("/settings/").content.decode()
    assert desk.get(f"/settings/{sheet.pk}/sheet.pdf").content.startswith(b"%PDF")


@pytest.mark.django_db
def test_another_province_neither_sees_nor_signs_it(world):
    sheet = drafted(world)
    office = make.organisation(make.node("示例外省"), Line.HR)
    stranger = make.user("PHL", office)

    assert "2026年第1号" not in signed_in(stranger).get("/settings/").content.decode()
    assert signed_in(stranger).get(f"/settings/{sheet.pk}/").status_code == 404
    with pytest.raises(PermissionDenied, match="由拟制的省办理"):
        ops.sign_settings(sheet.pk, actor=stranger, on=ON)


@pytest.mark.django_db
def test_units_and_cities_have_no_part_in_it(world):
    sheet = drafted(world)

    for person in (world.u1, world.ch, world.sa):
        client = signed_in(person)
        assert [client.get(path).status_code for path in ("/settings/", f"/settings/{sheet.pk}/")] == [403, 403]
        assert client.post(f"/settings/{sheet.pk}/sign/").status_code == 403


def stood(key="experts_min"):
    confirmed.refresh()
    return edition("jilin_2025").number(key)


@pytest.mark.django_db
def test_what_was_confirmed_is_set_anew_by_a_later_sheet_from_its_day_on(world):
    signed(world)
    assert stood() == 7

    again = signed(world, number="2026年第2号", effective_on=date(2026, 5, 1), rows=[Confirmed("experts_min", "9")])

    assert (again.state, stood()) == ("effective", 9)
    days = (date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 1))
    assert [confirmed.edition_on("jilin_2025", day).number("experts_min") for day in days] == [5, 7, 9]
    assert "experts_min" in {limit.key for limit in settable(edition("jilin_2025"))}
    assert "experts_min" not in {limit.key for limit in open_limits(edition("jilin_2025"))}


@pytest.mark.django_db
def test_the_page_offers_a_confirmed_number_again(world):
    signed(world)
    confirmed.refresh()
    page = signed_in(world.ph).get("/settings/new/jilin_2025/").content.decode()

    assert "基地验收专家最少人数" in page
    assert "设定确认单 2026年第1号" in page


@pytest.mark.django_db
def test_a_term_that_runs_keeps_the_number_of_the_day_it_began(world):
    old, new = (scene.building(world, build_end_on=end) for end in (date(2026, 3, 1), date(2026, 4, 2)))
    signed(world, rows=[Confirmed("application_days", "90")])
    confirmed.refresh()

    due = {one.project_id: one.due_on for one in dates_of([old.project, new.project], DAY) if one.code == "application"}

    assert due == {old.pk: date(2026, 4, 30), new.pk: date(2026, 7, 1)}
