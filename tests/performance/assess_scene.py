"""A build of half a year whose reports are accepted: a falling target, a true zero, a missing value, a rate of two periods."""

from datetime import date
from decimal import Decimal

from funds.models import Allocation, FundDocument, Voucher
from performance import operations
from performance.models import Assessment, Goal, Indicator, Target, TargetSheet
from performance.operations import Reached
from performance.queries.assessments import table_of
from performance.queries.reported import reports_of
from policy.terms import Aggregation, Operator, Stage
from tests import factories as make
from tests.performance import register
from tests.remember import remembered

START, END = date(2026, 1, 1), date(2026, 6, 30)
ON = date(2026, 7, 10)
Q1, Q2 = register.Q1, register.Q2
# name: aggregation, operator, unit, target, weight
ASKED = {
    "培训人次": (Aggregation.SUM, Operator.GE, "人次", "2000", 30),
    "满意率": (Aggregation.RATIO, Operator.GE, "%", "90", 20),
    "设备故障率": (Aggregation.LATEST, Operator.LE, "%", "5", 15),
    "安全事故": (Aggregation.SUM, Operator.EQ, "起", "0", 10),
    "开发课程": (Aggregation.SUM, Operator.GE, "门", "12", 5),
    "制度建设": (Aggregation.LATEST, Operator.QUALITATIVE, "定性", "达成", 10),
}
LEVELS = ("产出指标", "数量指标")


def building(world, unit=None, **facts):
    given = {"stage": Stage.BUILDING, "build_start_on": START, "build_end_on": END} | facts
    return make.project(unit or world.unit, **given)


def sheet(project, world, only=tuple(ASKED), version=1, filed_on=START):
    made = TargetSheet.objects.create(
        project=project, round=version, version=version, state="filed", filed_on=filed_on, years=[2026],
        drafted_by=world.u1, drafted_on=START,
    )  # fmt: skip
    for block in made.blocks:
        Goal.objects.create(sheet=made, block=block, text=f"目标：建成（{block}）", fiscal=Decimal(1_000_000))
    for order, name in enumerate(only, 1):
        aggregation, operator, unit, target, weight = ASKED[name]
        indicator = Indicator.objects.create(
            sheet=made, order=order, level1=LEVELS[0], level2=LEVELS[1], name=name, operator=operator, unit=unit,
            aggregation=aggregation, frequency="quarter", template_code=f"T{order:02d}",
        )  # fmt: skip
        for block in made.blocks:
            Target.objects.create(indicator=indicator, block=block, value=target, weight=weight)
    return made


def reported(project, world, made):
    """Two accepted returns; 开发课程 was reported in the first alone."""
    figures = {
        Q1: {"培训人次": {"value": "700"}, "满意率": {"numerator": "90", "denominator": "100"},
             "设备故障率": {"value": "8"}, "安全事故": {"value": "0"}, "开发课程": {"value": "5"}},
        Q2: {"培训人次": {"value": "1300"}, "满意率": {"numerator": "260", "denominator": "300"},
             "设备故障率": {"value": "6"}, "安全事故": {"value": "0"}, "制度建设": {"attained": "full"}},
    }  # fmt: skip
    for cut_off, rows in figures.items():
        one = register.period_return(project, world, made, cut_off)
        for name, texts in rows.items():
            if Indicator.objects.filter(sheet=made, name=name).exists():
                register.read(one, name, world.u1, **texts)
        register.accepted(one)


def money(project, world, allocated=1_000_000, spent=800_000):
    """Issued at the start, spent in the year."""
    document = FundDocument.objects.create(
        number=f"示例财社〔2026〕{project.pk}号", dated_on=START, fiscal_year=2026, source="central", title="下达",
        total=allocated, recorded_by=world.pf, recorded_on=START, state="approved", approved_by=world.pfl,
        approved_on=START,
    )  # fmt: skip
    Allocation.objects.create(document=document, project=project, amount=allocated, effect=allocated)
    Voucher.objects.create(
        project=project, number="记-1", paid_on=Q1, category="equipment", source="central", abstract="购置设备",
        payee="示例公司", amount=Decimal(spent), recorded_by=world.u1, recorded_on=Q1, submitted_by=world.u2,
        submitted_on=Q1, state="recognised", fits=True, entry_number=1, judged_by=world.cf, judged_on=Q1,
    )  # fmt: skip


@remembered
def ready(world, unit=None, **facts):
    project = building(world, unit, **facts)
    reported(project, world, sheet(project, world))
    money(project, world)
    return project


def drafted(project, world, kind="year", block="2026", actor=None):
    return operations.draft_assessment(project.pk, kind=kind, block=block, actor=actor or world.u1, on=ON)


def rows_of(one):
    """By the indicator's name."""
    return {row.indicator.name: row for row in table_of(one, reports_of(one.project, one.sheet, one.block, ON))}


def typed(one, side="unit", **changes):
    """Everything that stands, for the form of a side; `changes`: by name."""
    rows = rows_of(one)
    found = {}
    for row in rows.values():
        kept = row.reached(side) if side in row.sides else row.before(side).reached
        reason = row.reached(side).reason if side in row.sides else ""
        found[row.indicator.pk] = Reached(kept.actual, kept.attained, kept.points, reason)
    return found | {rows[name].indicator.pk: value for name, value in changes.items()}


COMPLETE = {
    "满意率": Reached("350/400", reason="部分学员未参加问卷，下年逐班回收"),
    "设备故障率": Reached("6", reason="两台旧设备待报废"),
    "开发课程": Reached("12", reason="第二季度 7 门补充统计"),
    "制度建设": Reached(attained="full", points=Decimal("9.50")),
}
WORDS = {
    **dict.fromkeys(
        ("distribution", "timeliness", "compliance", "use", "accuracy", "performance", "duty"), "按规定办理"
    ),
    "notes": "无",
}


def saved(one, world, actor=None, **changes):
    words = WORDS if one.kind == "transfer" else None
    return operations.save_assessment(
        one.project_id, one.pk, values=typed(one, **(COMPLETE | changes)), goal_done="培训任务完成", words=words,
        actor=actor or world.u1, on=ON,
    )  # fmt: skip


@remembered
def sent(project, world, kind="year", block="2026"):
    one = drafted(project, world, kind, block)
    saved(one, world)
    operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=ON)
    return fresh(one)


@remembered
def checked(project, world, kind="year", **changes):
    one = sent(project, world, kind)
    values = typed(one, "city", **changes) if kind == "year" else None
    operations.check_assessment(project.pk, one.pk, values=values, comment="属实", actor=world.ch, on=ON)
    operations.check_assessment(project.pk, one.pk, comment="同意", actor=world.cf, on=ON)
    return fresh(one)


@remembered
def confirmed(project, world, **changes):
    one = checked(project, world)
    operations.enter_assessed(project.pk, one.pk, values=typed(one, "province", **changes), actor=world.ph, on=ON)
    operations.confirm_assessed(project.pk, one.pk, actor=world.pf, on=ON)
    return fresh(one)


@remembered
def decided(project, world, **changes):
    """With both signatures, as lifecycle does it."""
    from lifecycle.demo.papers import papers_of
    from lifecycle.operations import decisions
    from performance.queries import assessment_payload

    one = confirmed(project, world, **changes)
    decision = decisions.draft_decision(
        "assess", {project.pk: assessment_payload(project)}, number="示例评〔2026〕1号", dated_on=ON, reason="同意",
        uploads=papers_of("assess"), actor=world.pf, on=ON,
    )  # fmt: skip
    for leader in (world.phl, world.pfl):
        decisions.sign_decision(decision.pk, actor=leader, on=ON)
    return fresh(one)


def fresh(one):
    return Assessment.objects.select_related("project__organisation__node", "sheet").get(pk=one.pk)
