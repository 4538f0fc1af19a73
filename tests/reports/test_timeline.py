"""全过程时间线: everything on one line, for each reader what that reader may know; the tabs around it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from funds.models import Voucher
from policy.terms import Stage
from projects.models import Decision
from reports.dossier.timeline import AHEAD, KINDS, ahead_of, past_of
from reports.dossier.timeline.line import SOURCES
from reports.dossier.timeline.words import WORDS, label
from tests import factories as make
from tests.lifecycle import scene
from tests.performance import round_scene as rounds
from tests.permissions.routes import every_route
from tests.reports.scene import ON, alert, furnished, sibling

pytestmark = pytest.mark.django_db
ARGUMENTS = {"project": [1], "row": [1, 2], "bare": [2], "none": []}


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def titles(project, user, kind="", on=scene.DUE):
    return [one.title for one in past_of(project, fresh(user), on, kind)[:500]]


def test_the_whole_life_of_a_project_stands_on_the_line(world):
    story = scene.revoked(world)

    found = past_of(story.fresh(), fresh(world.ph), scene.day(90))[:500]

    assert {one.kind for one in found} >= {"award", "decision", "rectify", "problem"}
    assert [one.on for one in found] == sorted((one.on for one in found), reverse=True)
    said = [one.title for one in found]
    assert {
        "《考核不合格，责令限期整改》生效",
        "送达《考核不合格，责令限期整改》",
        "《拟取消称号告知》生效",
        "《取消称号》生效",
        "法制审核",
    } <= set(said)
    assert said.index("《考核不合格，责令限期整改》生效") < said.index("拟制《考核不合格，责令限期整改》")


def test_a_unit_learns_of_an_order_by_its_service(world):
    story = scene.ordered(world)

    before = titles(story.project, world.u2)
    told = titles(story.project, world.ph)
    scene.serve(story)
    after = titles(story.project, world.u2)

    assert not [one for one in before if "责令限期整改" in one or "提出问题" in one]
    assert "《考核不合格，责令限期整改》生效" in told
    assert {"《考核不合格，责令限期整改》生效", "送达《考核不合格，责令限期整改》"} <= set(after)
    assert not [one for one in after if one.startswith("拟制")]


def test_a_unit_reads_nothing_of_what_waits_for_signatures_or_of_the_review_of_legality(world):
    story = scene.noticed(world)
    revoked = scene.revoked(world)

    assert "法制审核" not in titles(revoked.project, world.u2, on=scene.day(90))
    assert not [one for one in titles(story.project, world.u2) if one.startswith("拟制")]


def test_no_expert_is_named_and_what_the_gates_gave_waits_for_the_conclusion(world):
    story = scene.judged(world)

    own = past_of(story.project, fresh(world.u2), scene.day(90))[:500]
    theirs = past_of(story.project, fresh(world.ph), scene.day(90))[:500]

    assert not [one for one in [*own, *theirs] if "示例专家" in f"{one.title}{one.detail}{one.who}"]
    assert {"核查建设条件", "确认期满绩效评估"} & {one.title for one in own} == set()
    assert {"核查建设条件", "确认期满绩效评估"} <= {one.title for one in theirs}


def test_what_the_gates_gave_waits_for_the_service_of_the_order(world):
    story = scene.judged(world, a=("N2a",))
    story.order(scene.day(20, scene.APPLIED), serve=False)

    before = titles(story.fresh(), world.u2, "acceptance")
    theirs = titles(story.fresh(), world.ph, "acceptance")

    assert "核查建设条件" not in before
    assert "核查建设条件" in theirs


def test_a_re_check_is_told_to_the_unit_with_the_decision_that_follows(world):
    story = scene.rechecking(world)
    story.recheck(scene.day(-5), passed=True)

    before = titles(story.fresh(), world.u2, "rectify")
    theirs = titles(story.fresh(), world.ph, "rectify")
    story.decide("T21", scene.day(-4))

    assert "第 1 次整改复验" not in before
    assert "第 1 次整改复验" in theirs
    assert "第 1 次整改复验" in titles(story.fresh(), world.u2, "rectify")


def test_payments_are_told_as_sums_a_day(world):
    project = furnished(world)
    for number, amount in ((1, "1000.00"), (2, "2500.00")):
        recognised(world, project, number, amount)
    recognised(world, project, 3, "500.00", reverses=Voucher.objects.get(number="PZ-1"))

    (line,) = [one for one in past_of(project, fresh(world.u1), ON, "money")[:50] if one.title == "认定支出"]

    assert (line.on, line.detail, line.url) == (ON, "3 笔，0.30 万元", f"/projects/{project.pk}/funds/payments/")


def recognised(world, project, number, amount, reverses=None):
    Voucher.objects.create(
        project=project, number=f"PZ-{number}", paid_on=ON, category="equipment", source="central", abstract="设备",
        payee="示例公司", amount=Decimal(amount), recorded_by=world.u1, recorded_on=ON, state="recognised", fits=True,
        entry_number=number, judged_by=world.pf, judged_on=ON, reverses=reverses,
    )  # fmt: skip


def test_the_kind_narrows_the_line_and_the_address_bears_it(world, visit):
    project = furnished(world)
    path = f"/projects/{project.pk}/timeline/"

    page, everything = visit(world.ph, f"{path}?kind=money"), visit(world.ph, path)
    odd = visit(world.ph, f"{path}?kind=nothing&page=x")

    assert {one.kind for one in page.context["page_obj"]} == {"money"}
    assert page.context["ahead"] == []
    assert {one.kind for one in everything.context["page_obj"]} > {"money"}
    assert [one.title for one in odd.context["page_obj"]] == [one.title for one in everything.context["page_obj"]]


def test_what_lies_ahead_stands_first_with_its_days_left(world, visit):
    project = furnished(world, build_end_on=date(2099, 3, 1))
    project.deadlines.update(due_on=date(2099, 3, 1))

    page = visit(world.u1, f"/projects/{project.pk}/timeline/?kind={AHEAD}")

    assert page.context["shows_past"] is False
    first = next(one for one in page.context["ahead"] if one.title.startswith("建设期届满"))
    assert first.note.startswith("剩余")
    assert first.url
    assert [one.on for one in ahead_of(project, fresh(world.u1), ON)] == sorted(
        one.on for one in ahead_of(project, fresh(world.u1), ON)
    )


def test_the_line_comes_by_pages(world, visit):
    story = scene.revoked(world)
    for number in range(20):
        alert(story.project, code=f"more{number}")
    path = f"/projects/{story.pk}/timeline/?size=20&page="

    first, second = visit(world.ph, f"{path}1"), visit(world.ph, f"{path}2")

    assert len(first.context["page_obj"]) == 20
    assert second.context["ahead"] == []
    assert first.context["page_obj"].paginator.count == len(past_of(story.project, fresh(world.ph), scene.DUE))


def test_an_expert_reads_what_an_expert_may_open(world):
    """Money documents, decisions, problems and alerts are none of an expert's pages."""
    story = scene.judged(world)
    expert = scene.experts(world.ph)[0]

    kinds = {one.kind for one in past_of(story.project, fresh(expert), scene.day(90))[:500]}

    assert kinds <= {"award", "targets", "acceptance", "build", "inspection", "money"}
    assert not kinds & {"decision", "problem", "alert", "rectify"}


def test_a_sibling_unit_finds_no_line(world, visit):
    project = furnished(world, sibling(world))

    for page in ("timeline", "monitor", "compare"):
        assert visit(world.u1, f"/projects/{project.pk}/{page}/").status_code == 404


@pytest.mark.parametrize("code", list(WORDS))
def test_every_word_has_a_kind_and_a_page_that_is_there(code):
    word = WORDS[code]

    assert word.kind in KINDS
    assert reverse(word.route, args=ARGUMENTS[word.of])


def test_every_source_stands_behind_a_page_and_tells_words_of_its_kind(world):
    names = {route.name for route in every_route()}

    assert {route for _, route, _ in SOURCES} <= names
    assert {kind for kind, _, _ in SOURCES} == set(KINDS) - {AHEAD}


def test_a_value_that_is_no_longer_offered_is_shown_as_it_is():
    assert label(Stage, "gone") == "gone"


# The tabs


TABS = ["概况", "绩效目标", "资金", "建设进度与监控", "检查与问题", "验收与评价", "整改与称号", "材料", "日志"]


@pytest.mark.parametrize("role", ["u1", "u2", "ch", "cf", "ph", "phl", "pf", "pfl", "au"])
def test_every_tab_is_there_for_every_reader_and_opens(world, visit, role):
    project, user = furnished(world), getattr(world, role)

    tabs = tabs_of(visit(user, f"/projects/{project.pk}/"))

    assert [tab["label"] for tab in tabs] == TABS
    assert {visit(user, tab["url"]).status_code for tab in tabs} == {200}


def tabs_of(answer):
    return next(found["tabs"] for found in answer.context if found.get("tabs"))


def test_an_expert_is_offered_no_door_that_stays_shut(world, visit):
    story = scene.judged(world)
    expert = scene.experts(world.ph)[0]

    tabs = tabs_of(visit(expert, f"/projects/{story.pk}/"))

    assert [tab["label"] for tab in tabs if tab["label"] in ("整改与称号", "日志")] == []
    assert {visit(expert, tab["url"]).status_code for tab in tabs} == {200}


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("", "概况"), ("timeline/", "概况"), ("compare/", "概况"), ("monitor/", "建设进度与监控"), ("returns/", "建设进度与监控"),
        ("funds/payments/", "资金"), ("assessments/", "验收与评价"), ("inspections/", "检查与问题"), ("journal/", "日志"),
    ],
)  # fmt: skip
def test_a_page_stands_under_its_tab(world, visit, path, label):
    project = make.project(world.unit, stage=Stage.BUILDING)

    tabs = tabs_of(visit(world.ph, f"/projects/{project.pk}/{path}"))

    assert [tab["label"] for tab in tabs if tab["here"]] == [label]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("", ""), ("timeline/", "时间线"), ("compare/", "版本对比"), ("deadlines/", "期限和算法"), ("changes/", "变更和争议"),
        ("risk/", "风险分"), ("files/", "材料"), ("papers/", "打印与回传"), ("funds/", "资金"), ("monitor/", "建设进度与监控"),
    ],
)  # fmt: skip
def test_a_page_says_its_own_name_in_title_and_path(world, visit, path, name):
    project = make.project(world.unit, stage=Stage.BUILDING)

    page = visit(world.ph, f"/projects/{project.pk}/{path}").content.decode()

    title = page.partition("<title>")[2].partition("</title>")[0].strip()
    assert title.startswith(f"{name} · {project.name}" if name else project.name)
    way = page.partition('class="breadcrumb')[2].partition("</ol>")[0]
    assert f'aria-current="page">{name or project.label}</li>' in way
    assert (f'href="/projects/{project.pk}/">{project.label}</a>' in way) == bool(name)


def test_a_decision_is_told_by_its_corrected_number(world):
    story = scene.rectifying(world)
    order = Decision.objects.get(kind="T29")
    order.corrections.create(
        field="number", old=order.number, new="示例人社联〔2025〕999号", reason="看错", state="confirmed",
        proposed_by=world.ph, proposed_on=scene.SERVED, answered_by=world.pfl, answered_on=scene.SERVED,
    )  # fmt: skip

    told = [
        one.detail
        for one in past_of(story.fresh(), fresh(world.u2), scene.DUE)[:500]
        if "责令限期整改》生效" in one.title
    ]

    assert ["示例人社联〔2025〕999号" in one for one in told] == [True]


def test_an_accepted_return_tells_its_core_figures_beside_their_targets(world):
    project = rounds.building(world)
    one = rounds.made(project, world)
    rounds.accepted(one, world)
    title = f"审定{one.round.name}季报包"

    def detail(user):
        return next(row.detail for row in past_of(project, fresh(user), date(2027, 1, 1))[:500] if row.title == title)

    assert detail(world.u2) == ""  # no indicator of it is a core one
    indicator = one.sheet.indicators.first()
    type(indicator).objects.filter(pk=indicator.pk).update(core=True)
    (reading,) = [row for row in fresh_return(one).snapshot["readings"] if row["indicator"] == indicator.pk]
    done, target = ("year", "year_target") if indicator.window else ("build", "period_target")
    assert reading[done]

    expected = f"{indicator.name} {reading[done]}（目标 {reading[target]}{reading['unit']}）"
    assert detail(world.u2) == detail(world.ph) == expected


def fresh_return(one):
    return type(one).objects.get(pk=one.pk)
