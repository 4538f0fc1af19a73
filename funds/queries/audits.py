"""资金审计: what a sample is drawn from, the cases of a project, what each finding has beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import User
from funds.models import ABOUT_FINDING, AuditCase, AuditFinding, AuditPick, Batch, Flag, FoundMoney, Voucher
from funds.rules.audits import GRAVITY, Framed, draw, read
from policy.terms import VoucherState
from projects import access
from projects.models import Attachment, Project
from ui.versions import told, version_of

ABOUT_REPLY = "audit_reply"  # Attachment.about of the unit's proof; the evidence is ABOUT_FINDING
# A payment that finance has, whatever it has said of it.
HANDED_IN = (VoucherState.SUBMITTED, VoucherState.RECOGNISED, VoucherState.QUESTIONED, VoucherState.DISALLOWED)
OPEN_FLAGS = (Flag.State.OPEN, Flag.State.ANSWERED)
ANSWERED = (AuditFinding.State.REPLIED, AuditFinding.State.CLOSED)
UNDONE = (AuditFinding.State.SENT, AuditFinding.State.REPLIED)


def population_of(project: Project, *, start: date, end: date, batch: Batch | None = None) -> QuerySet[Voucher]:
    """The payments an audit of these days looks at, in the order they were entered."""
    rows = project.vouchers.filter(reverses=None, state__in=HANDED_IN, paid_on__range=(start, end))
    return (rows.filter(batch=batch) if batch else rows).order_by("pk")


def frame_of(project: Project, *, start: date, end: date, batch: Batch | None = None) -> list[Framed]:
    """Two statements, however many payments."""
    rows = list(population_of(project, start=start, end=end, batch=batch).values_list("pk", "number", "amount"))
    flags: dict[int, list[int]] = {}
    standing = project.flags.filter(state__in=OPEN_FLAGS, voucher__isnull=False).order_by()
    for pk, severity in standing.values_list("voucher", "severity"):
        flags.setdefault(pk, []).append(GRAVITY.get(severity, 0))
    return [Framed(pk, number, amount, len(flags.get(pk, ())), max(flags.get(pk, (0,)))) for pk, number, amount in rows]


def cases_of(project: Project, user: User) -> QuerySet[AuditCase]:
    """With `picked`, `seen`, and for whom they are `found` and `closed`; newest first, which grouping would drop."""
    shown = [state for state in AuditFinding.State if state != "draft" or not access.is_unit(user)]
    return project.audits.defer("frame").select_related("opened_by", "concluded_by", "batch").annotate(
        picked=Count("picks", distinct=True),
        seen=Count("picks", filter=Q(picks__seen_by__isnull=False), distinct=True),
        found=Count("findings", filter=Q(findings__state__in=shown), distinct=True),
        closed=Count("findings", filter=Q(findings__state=AuditFinding.State.CLOSED), distinct=True),
    ).order_by("-opened_on", "-pk")  # fmt: skip


def shows_work(case: AuditCase, user: User) -> bool:
    """Sample and findings are the office's own business until they are sent."""
    return case.state != AuditCase.State.OPEN or not access.is_unit(user)


def picks_of(case: AuditCase) -> list[AuditPick]:
    """In the order they were drawn."""
    return list(case.picks.select_related("voucher", "seen_by").order_by("pk"))


@dataclass(frozen=True, slots=True)
class Redraw:
    """The draw made again from the kept frame and seed. `late`: payments of the period that came in afterwards."""

    same: bool
    numbers: tuple[str, ...]
    late: int


def redraw_of(case: AuditCase, picks: Iterable[AuditPick]) -> Redraw:
    frame = read(case.frame)
    again = [pk for pk, _ in draw(frame, method=case.method, size=case.size, seed=case.seed)]
    names = {row.pk: row.number for row in frame}
    rows = population_of(case.project, start=case.period_from, end=case.period_to, batch=case.batch)
    late = rows.exclude(pk__in=list(names)).count()
    same = again == [pick.voucher_id for pick in picks]
    return Redraw(same, tuple(names.get(pk, f"支出{pk}") for pk in again), late)


@dataclass(slots=True)
class Papers:
    evidence: list[Attachment] = field(default_factory=list)
    proof: list[Attachment] = field(default_factory=list)


def papers_of(project: Project, findings: Iterable[AuditFinding]) -> dict[int, Papers]:
    """finding → its evidence and the unit's proof. One statement."""
    found = {finding.pk: Papers() for finding in findings}
    rows = project.attachments.filter(about__in=[ABOUT_FINDING, ABOUT_REPLY], about_id__in=list(found))
    rows = rows.select_related("uploaded_by")
    for file in rows.order_by("pk"):
        papers = found[file.about_id]
        (papers.evidence if file.about == ABOUT_FINDING else papers.proof).append(file)
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as pages show it."""

    finding: AuditFinding
    kind: str
    papers: Papers
    money: FoundMoney | None
    seen: str = ""


def kind_names(project: Project) -> dict[str, str]:
    return {one.code: one.name for one in project.edition.finding_kinds}


def withhold_reply(finding: AuditFinding, user: User) -> bool:
    """A reply is the unit's own until its leader hands it in; from the row as it is read, which is never saved."""
    handed_in = finding.state in ANSWERED or finding.replied_on is not None
    if handed_in or access.is_unit(user):
        return False
    finding.reply, finding.reply_drafted_by = "", None
    return True


def finding_word(finding: AuditFinding, papers: Papers, money: Iterable[FoundMoney]) -> str:
    """All that is known of a finding, as the word its acts send back; taken before anything of it is withheld."""
    files = sorted(file.pk for file in (*papers.evidence, *papers.proof))
    return version_of(told(finding), files, [told(one) for one in money])


def findings_of(case: AuditCase, user: User) -> list[Found]:
    """Three statements."""
    rows = list(
        case.findings.select_related(
            "voucher", "recorded_by", "reply_drafted_by", "replied_by", "closed_by", "problem"
        ).order_by("number")
    )
    papers, names = papers_of(case.project, rows), kind_names(case.project)
    about = Q(finding__in=rows) | Q(voucher__in=[row.voucher_id for row in rows if row.voucher_id])
    money = list(FoundMoney.objects.filter(about, project=case.project))
    words = {row.pk: finding_word(row, papers[row.pk], [m for m in money if m.finding_id == row.pk]) for row in rows}
    for row in rows:
        if withhold_reply(row, user):
            papers[row.pk].proof.clear()
    by_finding = {one.finding_id: one for one in money}
    by_voucher = {one.voucher_id: one for one in money if one.voucher_id is not None}
    return [
        Found(
            row,
            names.get(row.kind, row.kind),
            papers[row.pk],
            (by_finding.get(row.pk) or by_voucher.get(row.voucher_id or 0)) if row.amount else None,
            words[row.pk],
        )
        for row in rows
    ]


def overdue_findings(project: Project, on: date) -> tuple[int, date | None]:
    """How many are past their day, and the earliest of those days."""
    rows = AuditFinding.objects.filter(case__project=project, state__in=UNDONE, due_on__lt=on)
    sums = rows.aggregate(count=Count("pk"), oldest=Min("due_on"))
    return sums["count"], sums["oldest"]
