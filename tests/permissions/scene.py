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
from funds.models import (
    Allocation,
    Asset,
    BudgetLine,
    ClawBack,
    Contract,
    Flag,
    FundDocument,
    HoldRequest,
    Income,
    Package,
    PurchaseStep,
    Receipt,
    Release,
    Repayment,
    Settlement,
    SourceLine,
    Voucher,
)
from lifecycle.models import ChangeRequest, Dispute, Request, Service
from performance.models import (
    Evaluation,
    Goal,
    Indicator,
    Review,
    Target,
    TargetSheet,
)
from policy.terms import Line, NodeKind, Stage
from projects.models import Attachment, Correction, Decision, DecisionItem, Problem, Project
from tests import factories as make
from tests.performance.life import FULL
from tests.permissions.dated import dated
from tests.permissions.inspected import inspected
from tests.permissions.panelled import assigned, expert_of, panelled
from tests.permissions.printed import batch_print, periodic, printed
from tests.permissions.reporting import assessed, reported, trained
from tests.remember import remembered
from workbooks.writer import Sheet, xlsx

ROLES = ("U1", "U2", "CH", "CF", "PH", "PHL", "PF", "PFL", "AU", "EX", "SA")
PROVINCE = ("own", "sibling", "other city", "department", "direct")
PLACES = (*PROVINCE, "foreign")
# Where the projects lie that a role sees, written out here: the code is held to it, not to itself.
REACH = {
    "U1": {"own"}, "U2": {"own"}, "CH": {"own", "sibling"}, "CF": {"own", "sibling"},
    "PH": set(PROVINCE), "PHL": set(PROVINCE), "PF": set(PROVINCE), "PFL": set(PROVINCE), "AU": set(PROVINCE),
    "EX": {"own"}, "SA": set(),
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
            return self.__dict__["people"][name.upper()]
        except KeyError:
            raise AttributeError(name) from None


@remembered
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
    world.people["EX"] = expert_of(world)
    assigned(world, places["own"])
    return Scene(world.people, places, strangers, world)


def _place(world, unit, clerk, leader):
    project = make.project(
        unit, stage=Stage.BUILDING, build_start_on=START, build_end_on=END, stage_since=START, name=f"{unit}项目"
    )
    place = Place(unit, clerk, leader, project)
    place.ids = _money(world, place)
    place.ids |= _targets(world, place) | _papers(world, place)
    place.ids |= inspected(world, place) | dated(world, place) | panelled(world, place)
    place.ids |= reported(world, place) | trained(place) | assessed(place) | printed(place) | periodic(place)
    place.ids |= batch_print(world, place)
    return place


def _document(world, project, state, **signed):
    document = FundDocument.objects.create(
        number=f"示例财社〔2026〕{project.pk}号{state}", dated_on=START, fiscal_year=2026, source="central",
        title="下达资金", total=Decimal(1_000_000), recorded_by=world.pf, recorded_on=START, state=state, **signed,
    )  # fmt: skip
    return document, Allocation.objects.create(
        document=document, project=project, amount=Decimal(1_000_000), effect=Decimal(1_000_000)
    )


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
    return {"document_id": waiting.pk, "draft_id": voucher.pk} | furnish(world, place, allocation)


def furnish(world, place, allocation):
    """What else of the money an address may name, for a project that has money; `world`: its officers."""
    books = place.project.statements.create(
        side="books", period_from=START, period_to=END, uploaded_by=place.clerk, uploaded_on=START
    )
    books.rows.create(line=1, number="账-1", paid_on=START, amount=Decimal(1))
    ids = _money_in(world, place, allocation) | _batch(world, place) | _settled(world, place) | _goods(place)
    return ids | _audited(world, place) | {"allocation_id": allocation.pk}


def _money_in(world, place, allocation):
    """A 拨付 that waits, an arrival, an income and a suggestion to hold the money."""
    project, amount = place.project, Decimal(100)
    release = Release.objects.create(
        allocation=allocation, project=project, amount=amount, released_on=START, number="拨-1",
        recorded_by=world.pf, recorded_on=START,
    )  # fmt: skip
    receipt = Receipt.objects.create(
        allocation=allocation, project=project, amount=amount, effect=amount, received_on=START,
        confirmed_by=place.leader, confirmed_on=START,
    )  # fmt: skip
    income = Income.objects.create(
        project=project, kind="interest", amount=amount, received_on=START, number="利-1", recorded_by=place.clerk,
        recorded_on=START,
    )  # fmt: skip
    undoing = project.income_reversals.create(income=income, reason="记错", proposed_by=place.leader, proposed_on=START)
    asked = HoldRequest.objects.create(project=project, reason="逾期不报", asked_by=world.cf, asked_on=START)
    return {
        "release_id": release.pk,
        "receipt_id": receipt.pk,
        "income_id": income.pk,
        "reversal_id": undoing.pk,
        "hold_id": asked.pk,
        "organisation_id": place.unit.pk,
    }


def _batch(world, place):
    """A signed batch with its payment, of which a paper is asked for; an invoice that waits for its payment."""
    project = place.project
    batch = project.batches.create(
        number=1, title="报账", state="signed", seed="0", drafted_by=place.clerk, drafted_on=START,
        signed_by=place.leader, signed_on=START,
    )  # fmt: skip
    voucher = Voucher.objects.create(
        project=project, number="记-审", paid_on=START, category="equipment", source="central", state="submitted",
        abstract="购置设备", payee="示例公司", amount=Decimal(10), recorded_by=place.clerk, recorded_on=START,
        submitted_by=place.leader, submitted_on=START, batch=batch,
    )  # fmt: skip
    voucher.hands.add(place.clerk)
    ask = voucher.asks.create(text="请补验收单", asked_by=world.cf, asked_on=START, due_on=END)
    invoice = Attachment.objects.create(
        project=project, about="invoice", purpose="待登记发票", name="发票.pdf", size=1, content_type="application/pdf",
        sha256="0" * 64, path="none", uploaded_by=place.clerk, on=START,
    )  # fmt: skip
    kept = project.payment_imports.create(
        name="支出.xlsx", sha256="0" * 64, size=1, content=xlsx([Sheet("支出", ("凭证号",), ())]), rows=0, errors=0,
        warnings=0, millis=1, uploaded_by=place.clerk, uploaded_on=START,
    )  # fmt: skip
    return {
        "batch_id": batch.pk, "voucher_id": voucher.pk, "ask_id": ask.pk, "invoice_id": invoice.pk, "import_id": kept.pk,
    }  # fmt: skip


def _goods(place):
    """A contract of a package with a step, a card and a flag of the payment."""
    project, by = place.project, {"recorded_by": place.clerk, "recorded_on": START}
    package = Package.objects.create(
        project=project, name="设备", category="equipment", procurement="公开招标", budget=Decimal(1000), **by
    )
    contract = Contract.objects.create(
        project=project, package=package, number="HT-1", name="设备", supplier="示例公司", category="equipment",
        amount=Decimal(1000), signed_on=START, **by,
    )  # fmt: skip
    step = PurchaseStep.objects.create(project=project, contract=contract, stage="delivered", on=START, **by)
    asset = Asset.objects.create(
        project=project, card_number="ZC-1", name="车床", room="一号车间", unit_price=Decimal(100), acquired_on=START,
        label=f"SL{project.pk}", contract=contract, **by,
    )  # fmt: skip
    flag = Flag.objects.create(project=project, rule="person", message="请说明", raised_on=START)
    return {
        "package_id": package.pk, "contract_id": contract.pk, "step_id": step.pk, "asset_id": asset.pk,
        "flag_id": flag.pk, "label": asset.label,
    }  # fmt: skip


def _audited(world, place):
    """An audit that was sent, with a finding, its money and an entry that waits."""
    project, by = place.project, {"recorded_by": world.cf, "recorded_on": START}
    case = project.audits.create(
        number="示审1号", title="审计", period_from=START, period_to=END, method="amount", size=1, seed="0", state="sent",
        opened_by=world.cf, opened_on=START,
    )  # fmt: skip
    pick = case.picks.create(voucher=project.vouchers.get(number="记-审"), why="金额第 1 位")
    finding = case.findings.create(
        number=1, kind="other", fact="手续不全", clause="系统默认", measure="补正", due_on=END, state="sent", **by
    )
    found = project.found_money.create(
        finding=finding, kind="other", fact="手续不全", found=Decimal(10), left=Decimal(10), found_by=world.cf,
        found_on=START,
    )  # fmt: skip
    entry = found.entries.create(
        move="proved", amount=Decimal(1), on=START, number="补-1", recorded_by=place.clerk, recorded_on=START
    )
    return {
        "audit_id": case.pk, "pick_id": pick.pk, "finding_id": finding.pk, "found_id": found.pk, "entry_id": entry.pk,
    }  # fmt: skip


def _settled(world, place):
    """A claim of a settlement that was overtaken, with money that waits to be confirmed: the books stay open."""
    settlement = Settlement.objects.create(
        project=place.project, occasion="acceptance", received=Decimal(100), compliant=Decimal(0),
        residual=Decimal(100), recovery=Decimal(100), document_number="示例清1号", state="void",
        prepared_by=world.pf, prepared_on=START, approved_by=world.pfl, approved_on=START,
    )  # fmt: skip
    claim = ClawBack.objects.create(
        settlement=settlement, project=place.project, amount=Decimal(100), left=Decimal(100), due_on=END
    )
    repayment = Repayment.objects.create(
        claw_back=claim, amount=Decimal(1), paid_on=START, number="缴-1", recorded_by=world.pf, recorded_on=START
    )
    return {"settlement_id": settlement.pk, "claw_back_id": claim.pk, "repayment_id": repayment.pk}


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


def changing_ids(world, place, decision):
    """What T31, a case and a correction hang on."""
    change = ChangeRequest.objects.create(
        project=place.project, kind="content", old={"content": "原内容"}, new={"content": "新内容"}, reason="理由",
        document="示例1号", effective_on=START, requested_by=place.leader, on=START,
    )  # fmt: skip
    case = Dispute.objects.create(
        project=place.project, decision=decision, kind="review", body="示例机关", number="示例复受〔2026〕1号",
        accepted_on=START, registered_by=world.ph,
    )  # fmt: skip
    correction = Correction.objects.create(
        decision=decision, field="number", old="甲", new="乙", reason="误录", proposed_by=world.ph, proposed_on=START
    )
    ids = {"change_id": change.pk, "dispute_id": case.pk, "correction_id": correction.pk, "change_kind": "rename"}
    return ids | {"user_id": place.clerk.pk, "node_id": place.unit.node_id}


def _papers(world, place):
    project = place.project
    decision = Decision.objects.create(
        kind="T30", title="终止项目", number=f"示例〔2026〕{project.pk}号", dated_on=START, reason="理由",
        basis="通知 六（一）", drafted_by=world.ph, drafted_on=START,
    )  # fmt: skip
    DecisionItem.objects.create(decision=decision, project=project)
    changing = changing_ids(world, place, decision)
    order = served(world, place)
    problem = Problem.objects.create(
        serial=1,
        source="order",
        due_on=START,
        opened_by=world.ph,
        opened_on=START,
        project=project,
        decision_id=order["decision_id"],
        number=1,
        fact="事实",
        clause="依据",
        requirement="要求",
    )
    asked = Request.objects.create(
        project=project, kind="extension", months=3, reason="设备到货推迟", requested_by=place.leader, on=START
    )
    kept = attach(project, place.clerk)
    return order | {"request_id": asked.pk, "decision": decision.pk, "problem_id": problem.pk, "file": kept.pk,
            "file_id": kept.pk, "waiver_id": make.waiver(project, world.ph, START, END).pk,
            "sheet_id": make.setting_sheet(world.ph, START, END, place.unit.node.province_path).pk} | changing  # fmt: skip


def served(world, place):
    """An order in force that was served: its papers are open to the unit."""
    decision = Decision.objects.create(
        kind="T29", title="限期整改", number=f"示例整〔2026〕{place.project.pk}号", dated_on=START, reason="理由",
        basis="通知 六（一）", drafted_by=world.ph, drafted_on=START, state="effective", effective_on=START,
    )  # fmt: skip
    DecisionItem.objects.create(decision=decision, project=place.project, state="done", payload={"term_months": 6})
    Service.objects.create(
        project=place.project, decision=decision, way="direct", acted_on=START, served_on=START, receiver="示例",
        recorded_by=world.ph, on=START,
    )  # fmt: skip
    return {"decision_id": decision.pk}


def attach(project, person, content=PDF):
    path = f"perm-{project.pk}.pdf"
    (Path(settings.FILES_DIR) / path).write_bytes(content)
    return Attachment.objects.create(
        project=project, about="reading", purpose="佐证材料", name="凭证.pdf", size=len(content),
        content_type="application/pdf", sha256=hashlib.sha256(content).hexdigest(), path=path, uploaded_by=person,
        on=START,
    )  # fmt: skip


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(person)
    return client
