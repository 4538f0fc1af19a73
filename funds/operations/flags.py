"""疑点: raised by rules or by a person, talked over, closed by finance. No figure of the ledger changes by it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.notices import notify
from accounts.persons import is_hand, own_accounts
from accounts.queries import people_who_may
from accounts.roles import Action
from funds.models import Flag, FlagNote, Voucher
from funds.queries.flags import surroundings_of, touched, year_ends
from funds.rules import flags as rules
from funds.rules.flags import FlagRule, Suspicion
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Severity, VoucherState
from projects import access
from projects.models import Project

State = Flag.State
STANDING = (State.OPEN, State.ANSWERED)
CHUNK = 500
Key = tuple[int | None, str]
CHANGED = [
    "severity", "message", "figures", "measure", "elsewhere", "clause", "rank", "state", "raised_on",
    "closed_by", "closed_on", "conclusion",
]  # fmt: skip


def refresh_flags(project: Project, vouchers: Iterable[Voucher], *, on: date) -> None:
    """Bring the rule flags of these payments, and of those beside them, in line with the rules.

    Called inside operations, with the project locked. A flag that a person closed is asked again only where the yuan
    in question grew beyond the edition's share, or a further payment of another project came in (`_again`).
    """
    given = list(vouchers)
    payments = touched(project, given)
    around = surroundings_of(project, payments, on=on)
    found: dict[Key, Suspicion] = {
        (paid.id, str(one.rule)): one for paid in payments for one in rules.suspicions(paid, around)
    }
    asked = {paid.id for paid in payments} | {row.pk for row in given if row.state != VoucherState.RETURNED}
    years = {row.paid_on.year for row in given}
    found |= _year_ends(project, years)
    standing = {(flag.voucher_id, flag.rule): flag for flag in _rule_flags(project, asked, years)}
    fresh = [_new(project, key, one, on) for key, one in found.items() if key not in standing]
    Flag.objects.bulk_create(fresh)
    changed = [flag for key, flag in standing.items() if _bring_in_line(flag, found.get(key), project, on)]
    Flag.objects.bulk_update(changed, CHANGED, batch_size=CHUNK)
    _tell(project, fresh, [flag for flag in changed if flag.state == State.GONE], on)


def recheck_flags(project: Project, *, on: date) -> None:
    """All payments of a project, for the nightly watch: days pass, and other projects spend."""
    rows = list(project.vouchers.filter(reverses=None, state__in=rules.LIVE).select_related("contract"))
    for start in range(0, len(rows), CHUNK):
        refresh_flags(project, rows[start : start + CHUNK], on=on)


def _rule_flags(project: Project, payments: set[int], years: set[int]) -> list[Flag]:
    """One statement; flags of a year stand without a payment."""
    yearly = [_yearly(year) for year in years]
    about = Q(voucher__in=payments) | Q(voucher=None, rule__in=yearly)
    return list(project.flags.filter(about).exclude(rule=FlagRule.PERSON).order_by())


def _yearly(year: int) -> str:
    return f"{FlagRule.YEAR_END}:{year}"


def _year_ends(project: Project, years: set[int]) -> dict[Key, Suspicion]:
    return {
        (None, _yearly(year)): one
        for year, (late, whole) in year_ends(project, years).items()
        for one in rules.check_year_end(year, edition=project.edition, late=late, whole=whole)
    }


def _said(one: Suspicion) -> dict[str, Any]:
    return {
        "severity": one.severity,
        "message": one.message[:300],
        "figures": dict(one.figures),
        "measure": one.measure,
        "elsewhere": sorted(one.elsewhere),
        "clause": one.basis.clause[:160],
        "rank": one.basis.rank,
    }


def _new(project: Project, key: Key, one: Suspicion, on: date) -> Flag:
    return Flag(project=project, voucher_id=key[0], rule=key[1], raised_on=on, **_said(one))


def _bring_in_line(flag: Flag, one: Suspicion | None, project: Project, on: date) -> bool:
    """Whether the flag was changed."""
    if one is None:
        if flag.state not in STANDING:
            return False
        flag.state = State.GONE
        return True
    again = _again(flag, one, project)
    if flag.state in (State.CLEARED, State.CONFIRMED) and not again:
        return False
    same = all(getattr(flag, name) == value for name, value in _said(one).items())
    if same and flag.state in STANDING:
        return False
    if again or flag.state == State.GONE:
        flag.state, flag.raised_on = State.OPEN, on
        flag.closed_by, flag.closed_on, flag.conclusion = None, None, ""
    for name, value in _said(one).items():
        setattr(flag, name, value)
    return True


def _again(flag: Flag, one: Suspicion, project: Project) -> bool:
    more = bool(set(one.elsewhere) - set(flag.elsewhere))
    return more or rules.grew(flag.measure, one.measure, project.edition)


def _tell(project: Project, fresh: list[Flag], gone: list[Flag], on: date) -> None:
    """One line in the journal, one message to the unit, however many flags. Notices are there to be read."""
    fresh, gone = ([flag for flag in rows if flag.severity != Severity.NOTICE] for rows in (fresh, gone))
    if not (fresh or gone):
        return
    said = [f"新增 {len(fresh)} 条"] * bool(fresh) + [f"情形消失 {len(gone)} 条"] * bool(gone)
    journal.record(project_id=project.pk, subject=f"flags:{project.pk}", text=f"疑点{'、'.join(said)}", on=on)
    if fresh:
        last = max(flag.pk for flag in fresh)
        people = people_who_may(Action.ANSWER_FLAG, project.organisation, on)
        text = f"{project.name}：规则提出 {len(fresh)} 条疑点，请说明"
        notify(people, key=f"flags:{last}", text=text, url=_list_url(project))


def _list_url(project: Project) -> str:
    return f"/projects/{project.pk}/funds/flags/"


def _url(flag: Flag) -> str:
    return f"{_list_url(flag.project)}{flag.pk}/"


@operation("提出疑点")
def raise_flag(project_id: int, *, actor: User, text: str, voucher_id: int | None = None, on: date) -> Flag:
    """A person asks about a payment or about the project."""
    project = access.enter(project_id, actor=actor, action=Action.RAISE_FLAG)
    voucher = project.vouchers.get(pk=voucher_id) if voucher_id else None
    if voucher is not None and voucher.state == VoucherState.DRAFT:
        refuse("draft", "草稿尚未提交，不能提出疑点；请待单位提交后再提。")
    if not text.strip():
        refuse("text", "请写明疑点：什么地方、为什么要说明。", field="text")
    flag = Flag.objects.create(
        project=project,
        voucher=voucher,
        rule=FlagRule.PERSON,
        message=text.strip()[:300],
        measure=voucher.amount if voucher else 0,
        raised_by=actor,
        raised_on=on,
    )
    people = people_who_may(Action.ANSWER_FLAG, project.organisation, on)
    notify(people, key=f"flag:{flag.pk}", text=f"{project.name}：{flag.message}"[:300], url=_url(flag))
    _journal(flag, f"提出疑点：{flag.message}", measure=flag.measure)
    return flag


def _open(project: Project, flag_id: int) -> Flag:
    flag = project.flags.select_related("voucher").get(pk=flag_id)
    if flag.state not in STANDING:
        refuse("state", f"该疑点{flag.get_state_display()}，不再办理；有新情况请另行提出。")
    flag.project = project
    return flag


@operation("说明疑点")
def answer_flag(project_id: int, flag_id: int, *, actor: User, text: str, on: date) -> FlagNote:
    """The unit explains; finance then closes it or asks on."""
    project = access.enter(project_id, actor=actor, action=Action.ANSWER_FLAG)
    flag = _open(project, flag_id)
    note = _note(flag, actor, text, on)
    flag.state = State.ANSWERED
    flag.save(update_fields=["state"])
    people = set(people_who_may(Action.CLOSE_FLAG, project.organisation, on)) | ({flag.raised_by} - {None})
    notify(people, key=f"flag_note:{note.pk}", text=f"{project.name}：疑点已说明，待核定", url=_url(flag))
    _journal(flag, f"说明疑点：{note.text}", state=flag.state)
    return note


@operation("追问疑点")
def ask_flag(project_id: int, flag_id: int, *, actor: User, text: str, asks: bool = True, on: date) -> FlagNote:
    """An authority adds to the thread; with `asks` the unit is to explain (again)."""
    project = access.enter(project_id, actor=actor, action=Action.ASK_FLAG)
    flag = _open(project, flag_id)
    note = _note(flag, actor, text, on)
    if asks:
        flag.state = State.OPEN
        flag.save(update_fields=["state"])
        people = people_who_may(Action.ANSWER_FLAG, project.organisation, on)
        notify(people, key=f"flag_note:{note.pk}", text=f"{project.name}：疑点须补充说明", url=_url(flag))
    _journal(flag, f"疑点记录：{note.text}", state=flag.state)
    return note


@operation("核定疑点")
def close_flag(project_id: int, flag_id: int, *, actor: User, confirmed: bool, conclusion: str, on: date) -> Flag:
    """已排除 or 属实, by finance: never the unit's own people, never who raised it alone (SD1, SD3)."""
    project = access.enter(project_id, actor=actor, action=Action.CLOSE_FLAG)
    flag = _open(project, flag_id)
    own = {one.organisation_id for one in actor.live_memberships}
    refuse_if_blocking(
        rules.check_close(
            conclusion=conclusion,
            raised=is_hand(actor, flag.raised_by_id),
            own_unit=project.organisation_id in own,
            took_part=flag.voucher is not None and flag.voucher.hands.filter(pk__in=own_accounts(actor)).exists(),
        )
    )
    flag.state = State.CONFIRMED if confirmed else State.CLEARED
    flag.closed_by, flag.closed_on, flag.conclusion = actor, on, conclusion.strip()[:300]
    flag.save(update_fields=["state", "closed_by", "closed_on", "conclusion"])
    said = f"{flag.get_state_display()}：{flag.conclusion}"
    note = _note(flag, actor, said, on)
    people = set(people_who_may(Action.ANSWER_FLAG, project.organisation, on)) | ({flag.raised_by} - {None})
    notify(people, key=f"flag_note:{note.pk}", text=f"{project.name}：疑点{said}"[:300], url=_url(flag))
    _journal(flag, f"疑点{said}", state=flag.state)
    return flag


def _note(flag: Flag, actor: User, text: str, on: date) -> FlagNote:
    if not text.strip():
        refuse("text", "请填写说明。", field="text")
    return FlagNote.objects.create(flag=flag, by=actor, on=on, text=text.strip()[:500])


def _journal(flag: Flag, text: str, **changes: Any) -> None:
    journal.record(project_id=flag.project_id, subject=f"flag:{flag.pk}", text=text[:300], **changes)
