"""Two projects of two units of one city, everyone their money needs, and the usual way of it in a line each."""

import base64
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Node, Organisation, User
from funds import operations
from funds.models import Budget, FoundMoney
from policy.terms import Source, Stage
from projects.models import Project
from tests import factories as make
from tests.remember import remembered

ON = date(2026, 3, 2)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PLAN = {
    ("equipment", Source.CENTRAL): Decimal(5_000_000),
    ("facilities", Source.CENTRAL): Decimal(1_000_000),
    ("courses", Source.CENTRAL): Decimal(900_000),
    ("other", Source.CENTRAL): Decimal(100_000),
    ("equipment", Source.OWN): Decimal(300_000),
}


@dataclass
class World:
    """Everyone the money of `project` needs, and `sibling`, a project of another unit in the same city."""

    project: Project
    sibling: Project
    clerk: User
    leader: User
    city_finance: User
    hr: User
    finance: User
    finance_head: User
    unit: Organisation
    city_office: Organisation
    province: Node
    finance_head_office: Organisation


@remembered
def make_scene():
    world = make.world()
    build = {
        "stage": Stage.BUILDING,
        "build_start_on": date(2025, 7, 1),
        "build_end_on": date(2027, 7, 1),
        "stage_since": date(2025, 7, 1),
        "awarded_on": date(2025, 6, 20),
    }
    return World(
        project=make.project(world.unit, **build),
        sibling=make.project(make.organisation(world.city), **build),
        clerk=world.u1,
        leader=world.u2,
        city_finance=world.cf,
        hr=world.ph,
        finance=world.pf,
        finance_head=world.pfl,
        unit=world.unit,
        city_office=world.city_finance,
        province=world.province,
        finance_head_office=world.province_finance,
    )


def upload(name="凭证.png"):
    """A small image that passes the checks of projects/files."""
    return SimpleUploadedFile(name, PNG, content_type="image/png")


def document_of(world, lines=None, number="示例财社指〔2025〕12号", source=Source.CENTRAL, **changes):
    lines = {world.project.pk: Decimal(7_000_000)} if lines is None else lines
    head = {
        "dated_on": date(2025, 9, 1),
        "fiscal_year": 2025,
        "title": "关于下达示例补助资金的通知",
        "indicator_number": "",
        "total": sum(lines.values()),
        "upload": upload("资金文件.png"),
        "on": ON,
    }
    return operations.record_fund_document(
        actor=world.finance, number=number, source=source, lines=lines, **(head | changes)
    )


def issue(world, lines=None, **changes):
    document = document_of(world, lines, **changes)
    return operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)


def receive(world, amount=Decimal(7_000_000)):
    allocation = world.project.allocations.get()
    return operations.confirm_receipt(
        world.project.pk, allocation.pk, actor=world.leader, received_on=date(2025, 9, 20), amount=amount, on=ON
    )


def budget(world, items=None):
    pk = world.project.pk
    operations.save_budget(pk, actor=world.clerk, items=PLAN if items is None else items, on=ON)
    operations.submit_budget(pk, actor=world.leader, on=ON)
    operations.consent_budget(pk, actor=world.hr, on=ON)
    return operations.approve_budget(pk, actor=world.finance, on=ON)


@remembered
def make_ready(world):
    """Money issued, received in full, and the budget approved."""
    issue(world)
    receive(world)
    assert budget(world).state == Budget.State.APPROVED
    return world


def record(world, amount="1000.00", number="PZ-001", **changes):
    entry = {
        "number": number,
        "paid_on": date(2026, 1, 10),
        "category": "equipment",
        "source": Source.CENTRAL,
        "abstract": "数控机床首付款",
        "payee": "示例设备公司",
        "amount": Decimal(amount),
        "uploads": [upload()],
    }
    return operations.record_voucher(world.project.pk, actor=world.clerk, on=ON, **(entry | changes))


def submit(world, amount="1000.00", number="PZ-001", **changes):
    voucher = record(world, amount, number, **changes)
    return operations.submit_voucher(world.project.pk, voucher.pk, actor=world.leader, on=ON)


def judge(world, voucher, verdict, actor=None, opinion="依据见附件"):
    """By the city's finance; where the amount needs a second signature, the province's finance signs after it."""
    given = {"verdict": verdict, "opinion": opinion, "on": ON}
    judged = operations.judge_voucher(world.project.pk, voucher.pk, actor=actor or world.city_finance, **given)
    if actor is None and verdict == "recognised" and judged.state == "submitted":
        judged = operations.judge_voucher(world.project.pk, voucher.pk, actor=world.finance, **given)
    return judged


def recognise(world, amount="1000.00", number="PZ-001", **changes):
    return judge(world, submit(world, amount, number, **changes), "recognised")


@remembered
def make_paid(world):
    """Three payments finance has: 1000, 3000 and 2000 yuan."""
    for number, amount in (("PZ-1", "1000.00"), ("PZ-2", "3000.00"), ("PZ-3", "2000.00")):
        recognise(world, amount, number)
    return world


@remembered
def make_found(world):
    """1000.00 yuan found wrong, by a 不认定."""
    judge(world, submit(world, "1000.00"), "disallowed", opinion="无合同")
    return FoundMoney.objects.get()
