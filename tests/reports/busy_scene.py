"""A province at work: three thousand projects of three hundred units, with money, dates, rounds and papers that wait.

Everything is written in bulk and relative to one day, so that its shares are the same on every day of the calendar.
"""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Entry
from funds.models import Allocation, BudgetLine, Flag, FundDocument, Receipt, Release, SourceLine, Voucher
from lifecycle.models import Acceptance, Deadline, Rectification
from performance.models import Assessment, MilestonePlan, PeriodReturn, Round, TargetSheet
from policy.calendar import add_months
from policy.terms import Kind, Line, NodeKind, Severity, Stage, Track
from projects.models import Alert, Decision, DecisionItem, Problem, Project
from tests import factories as make

UNITS, CITIES = 300, 9
GRANT = Decimal("7000000.00")
# Of sixty projects: which stages the first of them are in; the rest are under construction.
STAGES = (
    Stage.DRAFT, Stage.TARGET_REVIEW, Stage.TARGET_FILED, Stage.IN_ACCEPTANCE, Stage.ACCEPTED, Stage.RECTIFYING,
    Stage.SETTLED,
)  # fmt: skip

# Of twelve problems: most are closed by now.
PROBLEMS = ("open", "open", "answered", *("closed",) * 9)


def back(on, days):
    return on - timedelta(days=days)


def busy(world, on, count=3000):
    """`count` projects; the first unit has three of them, the others ten each, in the city of `world` and eight more."""
    projects = _projects(world, on, count)
    live = [one for one in projects if one.stage not in (Stage.DRAFT, Stage.SETTLED)]
    _money(world, on, [one for one in live if one.stage not in (Stage.TARGET_REVIEW, Stage.TARGET_FILED)])
    _dates(world, on, live)
    _performance(world, on, live)
    _life(world, on, live)
    _told(world, on, live)
    return projects


def _projects(world, on, count):
    cities = [world.city, *(make.node(f"示例{n}市", NodeKind.CITY, world.province) for n in range(CITIES - 1))]
    for city in cities[1:]:
        make.organisation(city, Line.HR)
        make.organisation(city, Line.FINANCE)
    units = [make.organisation(cities[n % CITIES]) for n in range(UNITS)]
    found = []
    for n in range(count):
        stage = STAGES[n % 60] if n % 60 < len(STAGES) and n > 2 else Stage.BUILDING
        start = back(on, 60 + (n * 7) % 660)
        facts = {"stage": stage, "sector": "manufacturing", "grant": GRANT, "award_document": "示例1号", "stage_since": start,
                 "awarded_on": start, "build_start_on": start, "build_end_on": add_months(start, 24)}  # fmt: skip
        found.append(
            Project(
                number=f"B{n}", name=f"示例项目{n}", organisation=world.unit if n < 3 else units[n % UNITS],
                identity_key=f"busy{n}", kind=list(Kind)[n % 2], track=list(Track)[n // 2 % 2], edition_code=make.EDITION,
                **facts,
            )
        )  # fmt: skip
    return Project.objects.bulk_create(found)


def _document(world, number, dated_on):
    return FundDocument.objects.create(
        number=f"示例财社{number}号", dated_on=dated_on, fiscal_year=dated_on.year, source="central", title="下达", total=GRANT,
        recorded_by=world.pf, recorded_on=dated_on, state="approved", approved_by=world.pfl, approved_on=dated_on,
    )  # fmt: skip


def _money(world, on, projects):
    """Two documents: the first arrived and its clock runs out, the second is still on its way to one in twenty."""
    old = on.replace(year=on.year - 2, month=1, day=5)
    for turn, document in enumerate((_document(world, 1, old), _document(world, 2, back(on, 45)))):
        amount = GRANT / 2
        rows = Allocation.objects.bulk_create(
            Allocation(document=document, project=one, amount=amount, effect=amount) for one in projects
        )
        came = [row for n, row in enumerate(rows) if not turn or n % 20]
        given = {"amount": amount, "effect": amount, "received_on": on, "confirmed_by": world.u2, "confirmed_on": on}
        Receipt.objects.bulk_create(Receipt(allocation=row, project=row.project, **given) for row in came)
    waiting = [row for n, row in enumerate(rows) if not n % 20]
    sent = {"amount": amount, "released_on": on, "number": "拨1", "recorded_by": world.cf, "recorded_on": on}
    Release.objects.bulk_create(Release(allocation=row, project=row.project, **sent) for row in waiting[::2])
    for category, budget in (("equipment", 3000000), ("facilities", 1000000), ("courses", 2000000), ("other", 1000000)):
        BudgetLine.objects.bulk_create(
            BudgetLine(
                project=one, category=category, source="central", budget=Decimal(budget), spent=Decimal("100.00")
            )
            for one in projects
        )
    SourceLine.objects.bulk_create(
        SourceLine(project=one, source="central", limit=GRANT, spent=Decimal("400.00")) for one in projects
    )
    _payments(world, on, projects)


def _payments(world, on, projects):
    """Two recognised each, one in ten for equipment without a card; one in twenty has one that waits."""
    facts = {"source": "central", "abstract": "设备款", "payee": "示例公司", "recorded_by": world.u1,
             "recorded_on": on, "submitted_by": world.u2, "submitted_on": back(on, 9)}  # fmt: skip
    rows = []
    for n, one in enumerate(projects):
        for turn in (1, 2):  # the first payment uses up the old money of nine in ten
            kind, amount = (
                ("equipment", "200000.00") if not n % 10 else ("courses", "3500000.00" if turn == 1 else "200.00")
            )
            rows.append(
                Voucher(
                    project=one, number=f"{turn}", number_key=f"{turn}", paid_on=back(on, 90 * turn), category=kind,
                    amount=Decimal(amount), state="recognised", fits=True, entry_number=turn, unit_price=Decimal(amount),
                    judged_by=world.cf, judged_on=back(on, 80 * turn), **facts,
                )
            )  # fmt: skip
        if not n % 20:
            rows.append(
                Voucher(
                    project=one, number="3", number_key="3", paid_on=back(on, 10), category="courses", state="submitted",
                    fits=True, amount=Decimal("100.00"), **facts,
                )
            )  # fmt: skip
    rows = Voucher.objects.bulk_create(rows)
    hands = Voucher.hands.through
    hands.objects.bulk_create(hands(voucher=row, user=world.u1) for row in rows if row.state == "submitted")
    Flag.objects.bulk_create(
        Flag(project=row.project, voucher=row, rule="round", message="示例疑点", raised_on=on, state=("open", "answered")[n % 2])
        for n, row in enumerate(rows[::40])
    )  # fmt: skip


def _dates(world, on, projects):
    given = {"basis": "通知 六（一）", "opened_on": back(on, 60)}
    rows = []
    for n, one in enumerate(projects):
        if one.stage == Stage.BUILDING:
            own = {"count": 24, "unit": "months", "basis": "通知 六（一）", "opened_on": one.build_start_on}
            rows.append(Deadline(project=one, rule="build_end", due_on=one.build_end_on, **own))
        if not n % 10:
            rows.append(Deadline(project=one, rule="inspection_due", due_on=back(on, n % 61 - 50), **given))
        if one.stage == Stage.TARGET_REVIEW:
            rows.append(Deadline(project=one, rule="target_review", due_on=back(on, n % 21 - 15), **given))
        if one.stage == Stage.IN_ACCEPTANCE:
            rows.append(Deadline(project=one, rule="acceptance_organise", due_on=back(on, n % 41 - 35), **given))
        if one.stage == Stage.RECTIFYING:
            rows.append(Deadline(project=one, rule="rectify", due_on=back(on, n % 161 - 150), **given))
    Deadline.objects.bulk_create(rows)
    Problem.objects.bulk_create(
        Problem(
            project=one, serial=1, number=1, source="audit", fact="示例", clause="五", requirement="改", opened_by=world.pf,
            opened_on=back(on, 60), due_on=back(on, n % 97 - 90), state=PROBLEMS[n % 12],
            answer="" if PROBLEMS[n % 12] == "open" else "已改",
            verified_by=world.ph if PROBLEMS[n % 12] == "closed" else None,
            closed_on=on if PROBLEMS[n % 12] == "closed" else None,
        )
        for n, one in enumerate(projects)
    )  # fmt: skip


def _performance(world, on, projects):
    """Targets, the last two rounds (the second one due three weeks ago), the last self-evaluation of one in three."""
    sheets = TargetSheet.objects.bulk_create(
        TargetSheet(
            project=one, version=1, state="reviewing" if one.stage == Stage.TARGET_REVIEW else "filed", years=[on.year - 1],
            drafted_by=world.u1, drafted_on=back(on, 600), filed_on=back(on, 590), state_since=back(on, n % 30),
        )
        for n, one in enumerate(projects)
    )  # fmt: skip
    asked = [(n, one) for n, one in enumerate(sheets) if one.project.stage == Stage.BUILDING]
    for turn, cut_off in enumerate((back(on, 130), back(on, 40))):
        due_on, since = cut_off + timedelta(days=20), back(cut_off, 90)
        call = Round.objects.create(
            kind="quarter", name=f"第{turn}季度", period_from=since, cut_off=cut_off, due_on=due_on, opened_by=world.ph,
            opened_on=cut_off,
        )  # fmt: skip
        PeriodReturn.objects.bulk_create(
            PeriodReturn(
                round=call, project=sheet.project, sheet=sheet, cut_off=cut_off, covers_from=since, due_on=due_on,
                first_due_on=due_on, **_state_of(world, n, due_on) if turn else _state_of(world, 1, due_on),
            )
            for n, sheet in asked
        )  # fmt: skip
    _judged(world, on, sheets, asked)


def _judged(world, on, sheets, asked):
    """Self-evaluations of the years gone by, and the plans of the build."""
    states = ("draft", "submitted", "checked", *("decided",) * 17)
    Assessment.objects.bulk_create(
        Assessment(
            project=sheet.project, sheet=sheet, kind="year", block=str(year), state=states[n % 20], turn=1,
            drafted_by=world.u1, drafted_on=back(on, 200), submitted_by=world.u2, submitted_on=back(on, 190),
            total=Decimal(90), grade="excellent", decided_on=back(on, 100),
        )
        for n, sheet in enumerate(sheets)
        for year in range(sheet.project.build_start_on.year, on.year)
        if n % 50
    )  # fmt: skip
    MilestonePlan.objects.bulk_create(
        MilestonePlan(
            project=sheet.project, version=1, state="approved" if n % 20 else "submitted", drafted_by=world.u1,
            drafted_on=back(on, 300), submitted_by=world.u2, submitted_on=back(on, 299), reviewed_by=world.ph,
            reviewed_on=back(on, 290),
        )
        for n, sheet in asked
    )  # fmt: skip


def _state_of(world, n, due_on):
    if not n % 20:
        return {"state": "open"}
    sent = {"turn": 1, "submitted_by": world.u2, "submitted_on": due_on}
    if n % 20 == 11:
        return sent | {"state": "submitted"}
    return sent | {"state": "accepted", "digest": "0" * 64, "accepted_on": due_on}


def _life(world, on, projects):
    """Applications for acceptance, orders of rectification, decisions that wait for their signatures, visits."""
    Acceptance.objects.bulk_create(
        Acceptance(project=one, round=1, applied_by=world.u2, applied_on=back(on, 30), summary="完成")
        for one in projects
        if one.stage == Stage.IN_ACCEPTANCE
    )
    facts = {
        "dated_on": back(on, 20),
        "reason": "理由",
        "basis": "通知",
        "drafted_by": world.pf,
        "drafted_on": back(on, 20),
    }
    for n, one in enumerate(one for one in projects if one.stage == Stage.RECTIFYING):
        order = Decision.objects.create(
            kind="T19", number=f"改{n}", title="限期整改", state="effective", effective_on=back(on, 200), **facts
        )
        days = {"served_on": back(on, 190), "due_on": back(on, n % 60 - 40), "cap_on": back(on, -100)} if n % 5 else {}
        Rectification.objects.create(project=one, decision=order, drafted_by=world.pf, term_months=6, **days)
    building = [one for one in projects if one.stage == Stage.BUILDING]
    for n in range(30):
        kind = ("T13", "T14", "T31")[n % 3]
        waiting = Decision.objects.create(kind=kind, number=f"批{n}", title=f"批复{n}", **facts)
        DecisionItem.objects.bulk_create(
            DecisionItem(decision=waiting, project=one) for one in building[n * 7 : n * 7 + 1 + n % 5]
        )


def _told(world, on, projects):
    Alert.objects.bulk_create(
        Alert(
            project=one, source="funds", code="pace", message="支出进度慢", clause="财预", rank="law", raised_on=back(on, n % 30),
            severity=Severity.WARNING if n % 9 else Severity.BLOCKING,
        )
        for n, one in enumerate(projects[::3])
    )  # fmt: skip
    last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    blank = {"row_digest": "0" * 64, "alg": "hmac", "key_id": "1", "prev": "0" * 64, "mac": "0" * 64}
    at = timezone.now()
    Entry.objects.bulk_create(
        Entry(
            seq=last + 1 + n, at=at - timedelta(minutes=9000 - n), on=on, actor=world.u2, actor_name="示例", verb="报送季报包",
            project_id=projects[n % len(projects)].pk, text="第1季度", result="ok", **blank,
        )
        for n in range(9000)
    )  # fmt: skip
