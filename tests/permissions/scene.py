"""One province with a unit in each kind of place, a second province, and the same furnished project everywhere."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from funds.models import Allocation, BudgetLine, FundDocument, SourceLine, Voucher
from lifecycle.models import Request
from performance.models import Evaluation, Goal, Indicator, Review, Target, TargetSheet
from policy.terms import Line, NodeKind, Stage
from projects.models import Attachment, Decision, DecisionItem, Problem, Project
from tests import factories as make
from tests.performance.life import FULL

ROLES = ("U1", "U2", "CH", "CF", "PH", "PHL", "PF", "PFL", "AU", "SA")
PROVINCE = ("own", "sibling", "other city", "department", "direct")
PLACES = (*PROVINCE, "foreign")
# Where the projects lie that a role sees, written out here: the code is held to it, not to itself.
REACH = {
    "U1": {"own"}, "U2": {"own"}, "CH": {"own", "sibling"}, "CF": {"own", "sibling"},
    "PH": set(PROVINCE), "PHL": set(PROVINCE), "PF": set(PROVINCE), "PFL": set(PROVINCE), "AU": set(PROVINCE),
    "SA": set(),
}  # fmt: skip
START, END = date(2025, 3, 1), date(2027, 3, 1)
PDF = b"%PDF-1.7\n%invented\n"


@dataclass
class Place:
    """A unit with its project, and an object of every kind that an address may name."""

    unit: Organisation
    clerk: User
    leader: User
    project: Project
    ids: dict = field(default_factory=dict)


@dataclass
class Scene:
    people: dict[str, User]
    places: dict[str, Place]
    strangers: dict[str, User]
    world: make.World

    def __getattr__(self, name):
        try:
            return self.people[name.upper()]
        except KeyError:
            raise AttributeError(name) from None


def make_scene(wanted=PLACES):
    world = make.world()
    nodes = {
        "sibling": world.city,
        "other city": make.node("示例邻市", NodeKind.CITY, world.province),
        "department": make.node("示例省教育厅", NodeKind.DEPARTMENT, world.province),
        "direct": world.province,
        "foreign": make.node("示例外省", NodeKind.PROVINCE),
    }
    make.organisation(nodes["other city"], Line.HR)
    make.organisation(nodes["department"], Line.RECOMMENDER)
    foreign = {line: make.organisation(nodes["foreign"], line) for line in (Line.HR, Line.FINANCE)}
    strangers = {
        "PH": make.user("PH", foreign[Line.HR]),
        "PHL": make.user("PHL", foreign[Line.HR]),
        "PF": make.user("PF", foreign[Line.FINANCE]),
        "PFL": make.user("PFL", foreign[Line.FINANCE]),
    }
    places = {"own": _place(world, world.unit, world.u1, world.u2)}
    for name in PLACES[1:]:
        if name not in wanted:
            continue
        node = nodes[name]
        unit = make.organisation(node, name=f"{name}学校")
        places[name] = _place(world, unit, make.user("U1", unit), make.user("U2", unit))
    return Scene(world.people, places, strangers, world)


def _place(world, unit, clerk, leader):
    project = make.project(
        unit, stage=Stage.BUILDING, build_start_on=START, build_end_on=END, stage_since=START, name=f"{unit}项目"
    )
    place = Place(unit, clerk, leader, project)
    place.ids = _money(world, place) | _targets(world, place) | _papers(world, place)
    return place


def _document(world, project, state, **signed):
    document = FundDocument.objects.create(
        number=f"示例财社〔2026〕{project.pk}号{state}", dated_on=START, fiscal_year=2026, source="central",
        title="下达资金", recorded_by=world.pf, recorded_on=START, state=state, **signed,
    )  # fmt: skip
    return document, Allocation.objects.create(document=document, project=project, amount=Decimal(1_000_000))


def _money(world, place):
    project = place.project
    waiting, _ = _document(world, project, "recorded")
    _, allocation = _document(world, project, "approved", approved_by=world.pfl, approved_on=START)
    BudgetLine.objects.create(
        project=project, category="equipment", source="central", budget=Decimal(5_000_000), spent=Decimal(100)
    )
    SourceLine.objects.create(project=project, source="central", limit=Decimal(5_000_000), spent=Decimal(100))
    voucher = Voucher.objects.create(
        project=project, number="记-1", paid_on=date(2026, 3, 2), category="equipment", source="central",
        abstract="购置设备", payee="示例公司", amount=Decimal(100), recorded_by=place.clerk, recorded_on=START,
    )  # fmt: skip
    voucher.hands.add(place.clerk)
    return {"document_id": waiting.pk, "allocation_id": allocation.pk, "voucher_id": voucher.pk}


def _targets(world, place):
    sheet = TargetSheet.objects.create(
        project=place.project, state="filed", version=1, filed_on=START, years=[2026], drafted_by=place.clerk,
        drafted_on=START, submitted_by=place.leader, submitted_on=START, state_since=START,
    )  # fmt: skip
    indicator = Indicator.objects.create(
        sheet=sheet, order=1, level1="产出指标", level2="数量指标", name="培训人次", operator="ge", unit="人",
    )  # fmt: skip
    for block in sheet.blocks:
        Goal.objects.create(sheet=sheet, block=block, text="目标")
        Target.objects.create(indicator=indicator, block=block, value="60", weight=Decimal(10))
    seats = ((Line.HR, world.ph, world.province_hr), (Line.FINANCE, world.pf, world.province_finance))
    for line, reviewer, office in seats:
        review = Review.objects.create(
            sheet=sheet, line=line, level="province", reviewer=reviewer, office=office, on=START, points=FULL,
            total=100, grade="excellent",
        )  # fmt: skip
    Evaluation.objects.create(
        project=place.project, sheet=sheet, acceptance_ref=1, line=Line.HR, entered_by=world.ph,
        entered_on=timezone.localdate(),
    )  # fmt: skip
    return {"review_id": review.pk, "round": sheet.round}


def _papers(world, place):
    project = place.project
    decision = Decision.objects.create(
        kind="T30", title="终止项目", number=f"示例〔2026〕{project.pk}号", dated_on=START, reason="理由",
        basis="通知 六（一）", drafted_by=world.ph, drafted_on=START,
    )  # fmt: skip
    DecisionItem.objects.create(decision=decision, project=project)
    problem = Problem.objects.create(
        project=project, decision=decision, number=1, fact="事实", clause="依据", requirement="要求"
    )
    asked = Request.objects.create(
        project=project, kind="extension", months=3, reason="设备到货推迟", requested_by=place.leader, on=START
    )
    kept = attach(project, place.clerk)
    return {"request_id": asked.pk, "decision": decision.pk, "problem_id": problem.pk, "file": kept.pk}


def attach(project, person, content=PDF):
    path = f"perm-{project.pk}.pdf"
    (Path(settings.FILES_DIR) / path).write_bytes(content)
    return Attachment.objects.create(
        project=project, about="voucher", purpose="支出凭证", name="凭证.pdf", size=len(content),
        content_type="application/pdf", sha256=hashlib.sha256(content).hexdigest(), path=path, uploaded_by=person,
        on=START,
    )  # fmt: skip


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(person)
    return client
