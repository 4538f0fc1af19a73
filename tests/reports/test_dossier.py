"""一项目一档: buttons by role and guard, who acts next, the rail, what a unit does not see yet."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Entry
from lifecycle.queries import snapshot_of
from policy.terms import Severity, Stage
from reports.dossier.next_step import waiting_of
from reports.dossier.rail import Dates, rail_of
from tests import factories as make
from tests.lifecycle import scene
from tests.reports.scene import ON, alert, furnished


def dossier(visit, user, project):
    return visit(user, f"/projects/{project.pk}/").context["dossier"]


def steps(found):
    return [(button.code, button.missing) for button in found.buttons]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("u1", []), ("u2", [("T15", 4)]), ("ph", [("T13", 1), ("T13M", 1), ("T14", 1), ("T30", 1)]), ("phl", []),
        ("pf", [("T13", 1), ("T13M", 1)]), ("ch", []), ("au", []),
    ],
)  # fmt: skip
def test_buttons_are_those_of_the_role_with_what_is_missing(world, visit, role, expected):
    project = furnished(world, build_end_on=date(2099, 3, 1))

    assert steps(dossier(visit, getattr(world, role), project)) == expected


@pytest.mark.django_db
def test_a_closed_step_says_what_is_missing_and_where_it_is_mended(world, visit):
    project = furnished(world)

    button = dossier(visit, world.u2, project).buttons[0]

    assert (button.label, button.why, button.missing) == ("申请验收", "还差 4 项", 4)
    assert next(check.text for check in button.checks if not check.ok) == "缺少验收材料：绩效自评表"
    assert button.checks[0].url.startswith(f"/projects/{project.pk}/acceptance/")


@pytest.mark.django_db
def test_a_page_the_reader_may_not_open_is_not_linked(world, visit):
    """The unit's own form is named as the place to mend, but the province has no way in there."""
    project = furnished(world, build_end_on=date(2099, 3, 1))

    change, _, extension = dossier(visit, world.ph, project).buttons[:3]

    budget = f"/projects/{project.pk}/funds/budget/"
    assert [(check.text, check.url) for check in change.checks] == [("项目单位尚未提出预算调剂申请", budget)]
    assert [(check.text, check.url) for check in extension.checks] == [("项目单位尚未提出延期申请", "")]


@pytest.mark.django_db
def test_an_open_step_leads_to_its_page(world, visit):
    story = scene.judged(world)

    button = dossier(visit, world.ph, story.project).buttons[0]

    assert (button.code, button.why, button.url) == ("T18", "", f"/projects/{story.pk}/steps/T18/")


@pytest.mark.django_db
def test_a_step_already_drafted_is_not_drafted_twice(world, visit):
    story = scene.judged(world)
    story.draft("T18", scene.day(20, scene.APPLIED))

    found = dossier(visit, world.ph, story.project)
    drafted = next(button for button in found.buttons if button.code == "T18")

    assert drafted.why == "已拟制，等待两厅签署"
    assert (found.next_step.what, found.next_step.who) == ("签署《通过验收》", "人社（待签）、财政（待签）")


@pytest.mark.django_db
def test_a_unit_does_not_see_a_decision_before_it_is_in_force(world, visit):
    story = scene.rectifying(world)
    story.draft("T23", scene.day(20))

    own, theirs = (visit(user, f"/projects/{story.pk}/") for user in (world.u2, world.phl))
    journal = visit(world.u2, f"/projects/{story.pk}/journal/").content.decode()

    assert own.context["dossier"].pending == []
    assert len(theirs.context["dossier"].pending) == 1
    assert "拟取消称号告知" not in own.content.decode()
    assert "拟取消称号告知" not in journal
    assert "责令限期整改" in visit(world.phl, f"/projects/{story.pk}/journal/").content.decode()


@pytest.mark.django_db
def test_a_unit_is_not_told_what_the_gates_gave_before_the_conclusion(world, visit):
    story = scene.judged(world)

    own, theirs = (dossier(visit, user, story.project).next_step for user in (world.u2, world.ph))

    assert (own.what, own.note) == ("核查建设条件、评估绩效目标并作出验收结论", "")
    assert theirs.note == "两道关口均已通过"


@pytest.mark.django_db
def test_next_step_says_who_from_when_until_when(world, visit):
    story = scene.rectifying(world)

    card = dossier(visit, world.u1, story.project).next_step

    assert (card.what, card.since, card.until) == ("整改并提交报告", scene.SERVED, scene.DUE)
    assert world.unit.name in card.who


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bring", "expected"),
    [
        (scene.applied, "形式审查并组成验收组"), (scene.judged, "拟制验收结论"), (scene.ordered, "登记整改通知书送达"),
        (scene.rechecking, "整改复验"), (scene.noticed, "陈述申辩"), (scene.revoked, "编制资金清算"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)  # fmt: skip
def test_each_stage_names_what_it_waits_for(world, bring, expected):
    story = bring(world)

    assert waiting_of(story.fresh(), snapshot_of(story.fresh(), on=scene.day(21))).what == expected


@pytest.mark.django_db
@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_dossier(world, visit, stage):
    project = make.project(world.unit, stage=stage)

    page = visit(world.ph, f"/projects/{project.pk}/")

    assert page.status_code == 200
    assert page.context["dossier"].next_step.what


def states(project, **facts):
    return [(step.label, step.state) for step in rail_of(project, Dates(**facts))]


@pytest.mark.django_db
def test_the_rail_shows_the_main_path(world):
    project = make.project(
        world.unit, stage=Stage.BUILDING, build_start_on=date(2025, 3, 1), build_end_on=date(2027, 3, 1)
    )

    assert states(project, decisions={"T04": ON}) == [
        ("立项", "done"), ("目标备案", "done"), ("建设", "now"), ("验收", "todo"), ("通过", "todo"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_rail_shows_the_branch_only_where_it_was_taken(world):
    project = make.project(world.unit, stage=Stage.ACCEPTED)

    straight = states(project, decisions={"T04": ON, "T18": ON})
    rectified = states(project, decisions={"T04": ON, "T19": ON, "T21": ON}, reported_on=ON)

    assert [label for label, _ in straight] == ["立项", "目标备案", "建设", "验收", "通过"]
    assert [label for label, _ in rectified] == ["立项", "目标备案", "建设", "验收", "限期整改", "整改复验", "通过"]


@pytest.mark.django_db
def test_the_rail_of_a_revoked_title_ends_in_the_settlement(world):
    project = make.project(world.unit, stage=Stage.REVOKED)

    assert states(project, decisions={"T19": ON, "T23": ON, "T26": ON})[4:] == [
        ("限期整改", "done"), ("拟取消告知", "done"), ("取消称号", "failed"), ("清算", "todo"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_an_extension_is_marked_as_beyond_two_years(world, visit):
    project = furnished(world, extended_months=6, build_end_on=date(2027, 9, 1))

    page = visit(world.au, f"/projects/{project.pk}/").content.decode()

    assert "已延期 6 个月，超过两年" in page


@pytest.mark.django_db
def test_a_phone_number_is_masked_even_for_its_own_unit(world, visit):
    project = furnished(world, contact="联系人甲", phone="13812345678")

    page = visit(world.u2, f"/projects/{project.pk}/").content.decode()

    assert "138****5678" in page
    assert "13812345678" not in page


@pytest.mark.django_db
def test_open_alerts_stand_with_clause_and_rank_the_worst_first(world, visit):
    project = furnished(world)
    alert(project, code="over", severity=Severity.BLOCKING)

    found = dossier(visit, world.ph, project).alerts

    assert [(one.code, one.rank, one.clause) for one in found] == [
        ("over", "法规", "财预〔2015〕163号"), ("pace", "法规", "财预〔2015〕163号"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_timeline_is_one_line_of_business_days_the_latest_first(world, visit):
    project = furnished(world)

    events = dossier(visit, world.u1, project).events

    assert [(event.title, event.on) for event in events] == [
        ("建设期届满", date(2027, 3, 1)), (f"{project.name}支出进度慢", ON), ("到账", ON), ("下达资金", ON),
        ("立项", project.awarded_on), ("建设期开始", date(2025, 3, 1)),
    ]  # fmt: skip


@pytest.mark.django_db
def test_reading_writes_nothing(world, visit):
    project = furnished(world)
    before = (Entry.objects.count(), project.alerts.count(), project.deadlines.count())

    for path in (
        "/",
        "/projects/",
        f"/projects/{project.pk}/",
        f"/projects/{project.pk}/journal/",
        f"/projects/{project.pk}/timeline/",
        f"/projects/{project.pk}/monitor/",
        f"/projects/{project.pk}/compare/",
        "/alerts/",
        "/journal/",
    ):
        assert visit(world.ph, path).status_code == 200

    assert (Entry.objects.count(), project.alerts.count(), project.deadlines.count()) == before


@pytest.mark.django_db
def test_the_dossier_shows_own_money_apart_from_the_issued(world, visit):
    """300,000 of own money are planned; none of the six figures counts them."""
    project = furnished(world)

    found = dossier(visit, world.ph, project)

    assert found.execution == {
        "spent": Decimal("2100000.00"),
        "budget": Decimal("7000000.00"),
        "pending": Decimal("0.00"),
    }
