"""Projects brought to any stage, and the usual acts in a line each. Stages before the order are set, not lived."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Entry, JournalHead, User
from lifecycle.demo.papers import paper, papers_of
from lifecycle.demo.people import Cast
from lifecycle.demo.story import ANSWERED, Story, publicity
from lifecycle.models import (
    Deadline,
    ExpertCard,
    Rectification,
    RectificationReport,
    Reminder,
    Request,
    Revocation,
    YearlyAssessment,
)
from lifecycle.operations import decisions, disputes, rectification
from lifecycle.rules.points import RULINGS
from policy.findings import Refused
from policy.terms import Kind, Stage
from projects import decisions as joint
from projects.models import Attachment, Decision, DecisionItem, Problem, Project, Signature
from tests import factories as make
from tests.numbers import fresh
from tests.performance import life
from tests.remember import remembered

ORDERED = date(2025, 6, 2)
SERVED = date(2025, 6, 5)
DUE = date(2026, 6, 5)
LONG_AGO = date(2022, 1, 15)  # award and grade of a project in service: before any order of the tests
AWARDED, START, END = date(2024, 1, 15), date(2024, 3, 1), date(2026, 3, 1)
APPLIED = date(2026, 3, 16)
ITEMS = [
    {"fact": "实训场地面积不足", "requirement": "补足面积", "clause": "通知 二（一）"},
    {"fact": "兼职教师占比偏高", "requirement": "降至三分之一以下", "clause": "通知 二（一）"},
]
WATCHED = (
    Decision, DecisionItem, Signature, Attachment, Problem, Rectification, RectificationReport, Revocation, Deadline,
    Reminder, Request,
)  # fmt: skip


def day(number, start=DUE):
    """So many days after the day the order falls due."""
    return start + timedelta(days=number)


def cast_of(world):
    people = {name.lower(): person for name, person in world.people.items()}
    return Cast(people | {"unit.u1": world.u1, "unit.u2": world.u2})


class Played(Story):
    """The register of experts comes with the first panel."""

    def panel(self, on, *, sheets=True):
        experts(self.cast["ph"])
        super().panel(on, sheets=sheets)


def experts(keeper, number=7):
    """So many people on the register, each with a card; made once a province."""
    house = keeper.memberships.filter(role="PH").first().organisation
    known = list(User.objects.filter(memberships__role="EX", memberships__organisation=house).order_by("pk"))
    for index in range(len(known), number):
        person = make.user("EX", house, name=f"示例专家{'甲乙丙丁戊己庚辛壬癸'[index]}")
        ExpertCard.objects.create(
            user=person, employer=f"示例大学{index}", title="教授", kept_by=keeper, kept_on=AWARDED
        )
        known.append(person)
    return known[:number]


def story_of(world, project):
    return Played(cast_of(world), project, "unit")


def filed(world, **facts):
    """目标已备案, awarded before the money is issued."""
    return story_of(world, make.project(world.unit, stage=Stage.TARGET_FILED, **({"awarded_on": AWARDED} | facts)))


def draft_project(world, **facts):
    """待立项, its category still to be decided."""
    undecided = {"stage": Stage.DRAFT, "sector": "", "grant": None, "award_document": "", "awarded_on": None}
    return make.project(world.unit, **(undecided | {"number": None} | facts))


def ready_drafts(world, number):
    """Drafts whose category and amount stand: what T01 takes."""
    decided = {"sector": "manufacturing", "grant": 7_000_000}
    return [draft_project(world, **decided) for _ in range(number)]


def building(world, **facts):
    given = {"stage": Stage.BUILDING, "awarded_on": AWARDED, "build_start_on": START, "build_end_on": END}
    given |= {"stage_since": START}
    return story_of(world, make.project(world.unit, **(given | facts)))


def draft(code, projects, actor, on, payload=None, **changes):
    """Draft a joint decision with all its papers."""
    projects = projects if isinstance(projects, list) else [projects]
    payload = publicity(on) | (payload or {}) if code == "T01" else payload
    payload = {"points": ANSWERED} | (payload or {}) if code in RULINGS else payload
    said = {
        "number": f"示例人社联〔{on.year}〕{fresh()}号",
        "dated_on": on,
        "reason": "材料齐全，事实清楚。",
        "uploads": papers_of(code),
    } | changes
    return decisions.draft_decision(
        code, {project.pk: dict(payload or {}) for project in projects}, actor=actor, on=on, **said
    )


def sign(decision, *people, on):
    for person in people:
        decisions.sign_decision(decision.pk, actor=person, on=on)
    decision.refresh_from_db()
    return decision


def accepted(world, *, failed=True, year=2024, **facts):
    """通过验收, with the grade of a year in force."""
    project = make.project(
        world.unit, **({"stage": Stage.ACCEPTED, "stage_since": AWARDED, "awarded_on": LONG_AGO} | facts)
    )
    failed_year(world, project, year=year, failed=failed)
    return project


def failed_year(world, project, *, year=2024, failed=True):
    """A grade in force, as T28J leaves it."""
    number = fresh()
    decision = Decision.objects.create(
        kind="T28J", title="年度考核", number=f"示例考〔2025〕{number}号", dated_on=LONG_AGO, reason="考核",
        basis="62号", drafted_by=world.ph, drafted_on=LONG_AGO, state=Decision.State.EFFECTIVE, effective_on=LONG_AGO,
    )  # fmt: skip
    DecisionItem.objects.create(decision=decision, project=project, state=DecisionItem.State.DONE)
    YearlyAssessment.objects.create(
        project=project, year=year, grade="不合格" if failed else "合格", failed=failed, opinion="培训人次不足",
        proposed_by=world.ph, proposed_on=LONG_AGO, decision=decision, decided_on=LONG_AGO,
    )  # fmt: skip


@remembered
def ordered(world, *, on=ORDERED, term=12, items=ITEMS):
    """限期整改 by T29, not yet served."""
    story = story_of(world, accepted(world, stage_since=min(AWARDED, on)))
    story.decide("T29", on, term_months=term, items=items)
    return story


def serve(story, served_on=SERVED, on=None, by="ph"):
    return rectification.serve_order(
        story.pk,
        served_on=served_on,
        way="direct",
        receiver="示例签收人",
        proof=paper("送达回证"),
        actor=story.cast[by],
        on=on or served_on,
    )


@remembered
def rectifying(world, *, served_on=SERVED, term=12):
    """An order in force: served on 2025-06-05, due and capped a year later where nothing else is said."""
    story = ordered(world, on=served_on - timedelta(days=3), term=term)
    serve(story, served_on)
    return story


@remembered
def rechecking(world, on=None, **facts):
    story = rectifying(world, **facts)
    story.report(on or day(-10))
    return story


@remembered
def noticed(world, on=None):
    """拟取消告知, served, the window open."""
    story = rectifying(world)
    story.notice(on or day(20))
    return story


@remembered
def revoked(world):
    story = noticed(world)
    story.revoke(day(60))
    return story


@remembered
def applied(world, kind=Kind.BASE, on=APPLIED):
    """验收中: targets filed, first opinions given, no gate looked at yet."""
    project = make.project(world.unit, kind=kind)
    life.filed(project, world)
    Project.objects.filter(pk=project.pk).update(stage=Stage.BUILDING, build_start_on=START, build_end_on=END)
    life.budgeted(project)
    story = story_of(world, Project.objects.get(pk=project.pk))
    story.apply(on)
    return story


@remembered
def judged(world, *, a=(), b=()):
    """Both gates looked at; `a`, `b`: what failed."""
    story = applied(world)
    story.gate_a(day(10, APPLIED), failing=a)
    story.gate_b(day(11, APPLIED), failing=b)
    return story


def contest(story, code, on, result="annulled"):
    """A review accepts a case against the last decision of this kind, and ends it so."""
    decision = joint.standing(story.fresh(), code).decision
    keeper, number = story.cast["ph"], fresh()
    case = disputes.register_dispute(
        story.pk, decision_id=decision.pk, kind="review", body="示例省人民政府", number=f"示例复受〔{on.year}〕{number}号",
        accepted_on=on, paper=paper("受理通知书"), actor=keeper, on=on,
    )  # fmt: skip
    return disputes.close_dispute(
        story.pk, case.pk, result=result, number=f"示例复决〔{on.year}〕{number}号", closed_on=on,
        paper=paper("复议决定书"), actor=keeper, on=on,
    )  # fmt: skip


def stage_of(story):
    return Project.objects.get(pk=story.pk).stage


def refused(act, *args, **kwargs):
    """The codes an attempt is refused with; nothing but the journal's own line may come of it."""
    projects, lines = Project.objects.all(), refusals()
    before = traces(*projects)
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    assert traces(*projects) == before
    assert refusals() == lines + 1
    return [finding.code for finding in found.value.findings]


def outcome(act):
    """What an attempt came to: "done", or the exception itself."""
    try:
        act()
    except (Refused, PermissionDenied) as error:
        return error
    return "done"


def traces(*projects):
    """All that an attempt could have changed."""
    rows = list(Project.objects.filter(pk__in=[one.pk for one in projects]).order_by("pk").values())
    return rows, [model.objects.count() for model in WATCHED]


def journal_end():
    return JournalHead.objects.get().seq


def refusals():
    return Entry.objects.filter(result="refused").count()
