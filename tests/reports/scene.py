"""Projects with everything the reports show: money, dates, alerts, a journal, an evaluation."""

from datetime import date
from decimal import Decimal

from accounts.journal import operation, record
from funds.models import Allocation, BudgetLine, FundDocument, Receipt, SourceLine
from lifecycle.models import Deadline
from policy.terms import NodeKind, Severity, Stage
from projects.models import Alert, Occupation
from tests import factories as make

START, END = date(2025, 3, 1), date(2027, 3, 1)
ON = date(2026, 3, 2)


@operation("登记支出")
def note(project_id, *, actor, on, text):
    record(project_id=project_id, text=text)


def furnished(world, unit=None, spent="2100000.00", **facts):
    """A project under construction that has something of everything."""
    given = {"stage": Stage.BUILDING, "build_start_on": START, "build_end_on": END, "stage_since": START} | facts
    project = make.project(unit or world.unit, **given)
    issue(project, world)
    for category, budget in (("equipment", "5000000.00"), ("courses", "2000000.00")):
        paid = spent if category == "equipment" else "0.00"
        BudgetLine.objects.create(
            project=project, category=category, source="central", budget=Decimal(budget), spent=Decimal(paid)
        )
    BudgetLine.objects.create(project=project, category="equipment", source="own", budget=Decimal("300000.00"))
    SourceLine.objects.create(project=project, source="central", limit=project.grant, spent=Decimal(spent))
    Deadline.objects.create(project=project, rule="build_end", due_on=END, basis="通知 六（一）", opened_on=START)
    Occupation.objects.create(project=project, order=1, written="焊工", name="焊工", code="6-18-02-04", major=6)
    alert(project)
    note(project.pk, actor=world.u1, on=ON, text=f"{project.name}购置设备")
    return project


def issue(project, world):
    document = FundDocument.objects.create(
        number=f"示例财社〔2026〕{project.pk}号", dated_on=ON, fiscal_year=2026, source="central", title="下达资金",
        total=project.grant, recorded_by=world.pf, recorded_on=ON,
    )  # fmt: skip
    allocation = Allocation.objects.create(
        document=document, project=project, amount=project.grant, effect=project.grant
    )
    FundDocument.objects.filter(pk=document.pk).update(state="approved", approved_by=world.pfl, approved_on=ON)
    Receipt.objects.create(
        allocation=allocation,
        project=project,
        amount=project.grant,
        effect=project.grant,
        received_on=ON,
        confirmed_by=world.u2,
        confirmed_on=ON,
    )


def alert(project, code="pace", severity=Severity.WARNING, source="funds"):
    return Alert.objects.create(
        project=project, source=source, code=code, severity=severity, message=f"{project.name}支出进度慢",
        clause="财预〔2015〕163号", rank="law", raised_on=ON,
    )  # fmt: skip


def sibling(world):
    """Another unit of the same city."""
    return make.organisation(world.city, name="示例市第二技师学院")


def elsewhere(world):
    """A unit of another city of the province."""
    return make.organisation(make.node("示例二市", NodeKind.CITY, world.province), name="示例二市机电公司")
