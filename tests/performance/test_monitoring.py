"""双监控: F04 asks in its rounds alone, says one figure on page and paper, and is asked for before the signature."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from performance import f04
from performance.models import Indicator, Reading
from performance.operations.monitoring import OutlookInput, save_outlook
from performance.operations.returns import sending_findings
from performance.queries.monitoring import monitoring_of, outlook_findings, outlook_version
from performance.queries.returns import return_hands
from policy.findings import Refused
from policy.terms import Light
from tests.performance import register as make
from tests.performance.register import Q1, Q2

ON = date(2026, 7, 1)
CERTAIN = OutlookInput(expected="2000", likelihood="certain")
DOUBT = OutlookInput("1640", "possible", "staff", "教师不足", "增聘教师")


@pytest.fixture
def project(world):
    return make.building(world)


def half_year(project, world, only=("开发课程", "企业满意率", "制度")):
    """A return to the middle of the year, its F04 asked for, with 6 of 12 courses and 90 of 100 content."""
    sheet = make.sheet(project, world, only)
    one = make.period_return(project, world, sheet, Q2)
    one.covers_from = make.START
    one.save()
    one.round.monitoring = True
    one.round.save()
    make.read(one, "开发课程", world.u1, value="6")
    if "企业满意率" in only:
        make.read(one, "企业满意率", world.u1, numerator="90", denominator="100")
    return one


def row(monitoring, name):
    return next(one for one in monitoring.rows if one.indicator.name == name)


def key(one, name):
    return Indicator.objects.get(sheet=one.sheet, name=name).pk


def address(name, one):
    return reverse(f"performance:{name}", args=[one.project_id, one.pk])


def test_lights_and_forecast_of_a_return(project, world):
    one = half_year(project, world)
    told = monitoring_of(one, known=ON)

    courses = row(told, "开发课程")
    assert (courses.signal.light, courses.year.expected) == (Light.GREEN, 12)
    assert "6 ÷ 181 天 × 365 天" in courses.year.why
    assert "730 天" in courses.build.why
    assert row(told, "企业满意率").signal.light == Light.GREEN
    assert row(told, "制度").signal.light == Light.UNDEFINED
    assert told.signal.light == Light.UNDEFINED


def test_a_missing_period_has_no_light_and_no_forecast(project, world):
    sheet = make.sheet(project, world, ("开发课程",))
    make.period_return(project, world, sheet, Q1)
    one = make.period_return(project, world, sheet, Q2)
    make.read(one, "开发课程", world.u1, value="6")

    found = row(monitoring_of(one, known=ON), "开发课程")
    assert (found.signal.light, found.year.expected) == (Light.UNDEFINED, None)


def test_a_true_zero_is_red(project, world):
    one = half_year(project, world, ("开发课程",))
    Reading.objects.update(value="0")
    assert row(monitoring_of(one, known=ON), "开发课程").signal.light == Light.RED


def test_what_f04_lacks_keeps_the_return_from_being_signed(project, world):
    one = half_year(project, world, ("开发课程",))
    codes = {finding.code for finding in outlook_findings(one)}
    assert codes == {"likelihood", "expected"}
    assert codes <= {finding.code for finding in sending_findings(one, actor=world.u2, on=ON)}

    save_outlook(project.pk, one.pk, rows={key(one, "开发课程"): CERTAIN}, actor=world.u1, on=ON)
    assert outlook_findings(one) == []


@pytest.mark.parametrize("state", ["round", "zero"])
def test_nobody_asks_for_f04_where_it_is_not_due(project, world, state):
    one = half_year(project, world, ("开发课程",))
    one.round.monitoring, one.zero = state != "round", state == "zero"
    assert outlook_findings(one) == []


def test_anything_but_certain_needs_cause_and_measure(project, world):
    one = half_year(project, world, ("开发课程",))
    pk = key(one, "开发课程")
    save_outlook(project.pk, one.pk, rows={pk: OutlookInput("9", "impossible")}, actor=world.u1, on=ON)
    assert {finding.field for finding in outlook_findings(one)} == {
        f"i{pk}-cause", f"i{pk}-cause_text", f"i{pk}-measure"}  # fmt: skip
    save_outlook(project.pk, one.pk, rows={pk: DOUBT}, actor=world.u1, on=ON)
    assert outlook_findings(one) == []


def test_the_columns_of_f04_are_no_reading(project, world):
    """Who only fills F04 reports no figure: a zero report stays whole, a missing one stays missing."""
    one = half_year(project, world, ("开发课程", "企业满意率"))
    Reading.objects.filter(indicator__name="企业满意率").delete()
    save_outlook(project.pk, one.pk, rows={key(one, "企业满意率"): CERTAIN}, actor=world.u1, on=ON)
    assert row(monitoring_of(one, known=ON), "企业满意率").row.this.value is None

    one.zero, one.reason = True, "本期没有发生"
    one.save()
    Reading.objects.filter(indicator__name="开发课程").update(value="")
    assert row(monitoring_of(one, known=ON), "开发课程").row.year.value == 0


def test_who_fills_f04_is_a_hand_of_the_return(project, world):
    one = half_year(project, world, ("开发课程",))
    save_outlook(project.pk, one.pk, rows={key(one, "开发课程"): CERTAIN}, actor=world.u2, on=ON)
    assert world.u2.pk in return_hands(one)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (OutlookInput(expected="约两千"), "expected"),
        (OutlookInput(likelihood="maybe"), "likelihood"),
        (OutlookInput(cause="weather"), "cause"),
        (OutlookInput(measure="长" * 301), "long"),
    ],
)
def test_what_cannot_be_kept_is_refused(project, world, typed, code):
    one = half_year(project, world, ("开发课程",))
    with pytest.raises(Refused) as refused:
        save_outlook(project.pk, one.pk, rows={key(one, "开发课程"): typed}, actor=world.u1, on=ON)
    assert [finding.code for finding in refused.value.findings] == [code]


def test_rows_of_another_sheet_and_stale_pages_are_refused(project, world):
    one, other = half_year(project, world, ("开发课程",)), make.building(world)
    foreign = make.sheet(other, world, ("开发课程",)).indicators.get().pk
    with pytest.raises(Refused, match="刷新页面"):
        save_outlook(project.pk, one.pk, rows={foreign: CERTAIN}, actor=world.u1, on=ON)
    seen = outlook_version(one)
    rows = {key(one, "开发课程"): CERTAIN}
    save_outlook(project.pk, one.pk, rows=rows, actor=world.u1, on=ON)
    with pytest.raises(Refused, match="他人修改"):
        save_outlook(project.pk, one.pk, rows=rows, actor=world.u1, on=ON, seen=seen)


def test_a_return_that_was_sent_in_does_not_change(project, world):
    one = half_year(project, world, ("开发课程",))
    make.moved(one, "submitted")
    with pytest.raises(Refused, match="不能填写监控表"):
        save_outlook(project.pk, one.pk, rows={}, actor=world.u1, on=ON)


def test_page_and_paper_say_the_same_figures(project, world, signed_in):
    one = half_year(project, world)
    make.moved(one, "submitted")
    told = f04.content(one, monitoring_of(one, known=ON))
    page = signed_in(world.ch).get(address("monitoring", one)).content.decode()

    shown = {line["name"]: line for line in told["rows"]}
    assert (shown["企业满意率"]["done"], shown["企业满意率"]["target"]) == ("90%（90/100）", "≥90%")
    assert all(line["done"] in page and line["target"] in page for line in told["rows"])
    assert signed_in(world.pf).get(address("f04", one)).content.startswith(b"%PDF")


def test_offices_do_not_see_a_draft(project, world, signed_in):
    one = half_year(project, world)
    Reading.objects.update(measure="内部措施")
    for who in (world.ch, world.cf, world.ph, world.au):
        client = signed_in(who)
        assert "内部措施" not in client.get(address("monitoring", one)).content.decode()
        assert client.get(address("f04", one)).status_code == 409


def test_the_form_keeps_what_was_typed_when_it_is_refused(project, world, signed_in):
    one = half_year(project, world, ("开发课程",))
    client, pk = signed_in(world.u1), key(one, "开发课程")
    page = client.get(address("monitoring_edit", one))
    assert page.context["form"][f"i{pk}-expected"].value() == "12"

    answer = client.post(
        address("monitoring_edit", one),
        {"seen": "old", f"i{pk}-expected": "约十门", f"i{pk}-measure": "再想想", f"i{pk}-likelihood": "possible"},
    )

    assert answer.status_code == 422
    assert "再想想" in answer.content.decode()


def test_the_page_costs_the_same_for_one_indicator_and_for_three(project, world):
    counts = []
    for only in (("开发课程",), ("开发课程", "企业满意率", "制度")):
        one = half_year(make.building(world), world, only)
        with CaptureQueriesContext(connection) as captured:
            monitoring_of(one, known=ON)
        counts.append(len(captured))
    assert counts[0] == counts[1]
