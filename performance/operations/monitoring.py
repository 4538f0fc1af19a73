"""绩效监控表 (F04): what the unit expects of the year, why it deviates and what it does about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from performance.checks import exact
from performance.models import Indicator, Reading
from performance.operations.returns import with_unit
from performance.queries.monitoring import OUTLOOK, outlook_version
from performance.queries.returns import OUTLOOK_VERB, subject_of
from policy.findings import Finding, blocking, refuse_if_blocking
from policy.terms import Operator
from projects import access
from ui.versions import refuse_stale

LENGTHS = {"expected": 40, "cause_text": 300, "measure": 300}
CHOICES = {"likelihood": Reading.Likelihood.values, "cause": Reading.Cause.values}


@dataclass(frozen=True, slots=True)
class OutlookInput:
    """The columns of one indicator as typed; empty is not filled in yet."""

    expected: str = ""
    likelihood: str = ""
    cause: str = ""
    cause_text: str = ""
    measure: str = ""


@operation(OUTLOOK_VERB)
def save_outlook(
    project_id: int,
    return_id: int,
    *,
    rows: Mapping[int, OutlookInput],
    actor: User,
    on: date,
    seen: str | None = None,
) -> None:
    """Keep everything that was typed, by indicator pk; what is still missing is said when the return is sent in."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_RETURN)
    one = with_unit(project, return_id, wish="填写监控表")
    refuse_stale(seen, outlook_version(one))
    indicators = {row.pk: row for row in Indicator.objects.filter(sheet=one.sheet_id)}
    refuse_if_blocking(_check(rows, indicators))
    standing = {row.indicator_id: row for row in one.readings.all()}
    changed = []
    for pk, typed in rows.items():
        kept = {name: getattr(typed, name).strip() for name in OUTLOOK}
        reading = standing.get(pk)
        if kept == {name: getattr(reading, name) if reading else "" for name in OUTLOOK}:
            continue
        Reading.objects.update_or_create(
            period_return=one,
            indicator=indicators[pk],
            defaults=kept,
            create_defaults=kept | {"entered_by": actor, "entered_on": on},
        )
        changed.append(indicators[pk].name)
    if changed:
        text = f"填写监控表 {len(changed)} 项"
        journal.record(project_id=project.pk, subject=subject_of(one), text=text, indicators=changed)


def _check(rows: Mapping[int, OutlookInput], indicators: Mapping[int, Indicator]) -> Iterable[Finding]:
    if set(rows) - set(indicators):
        yield blocking("stale", "指标已有变化，请刷新页面后重新填写。")
        return
    for pk, typed in rows.items():
        name, field = f"“{indicators[pk].name}”", f"i{pk}"
        for what, most in LENGTHS.items():
            if len(getattr(typed, what)) > most:
                yield blocking("long", f"{name}：最多 {most} 个字。", field=f"{field}-{what}")
        for what, allowed in CHOICES.items():
            if getattr(typed, what) and getattr(typed, what) not in allowed:
                yield blocking(what, f"{name}：请从列表中选择。", field=f"{field}-{what}")
        if typed.expected.strip() and indicators[pk].operator != Operator.QUALITATIVE:
            yield from _check_expected(typed.expected, indicators[pk], name, field)


def _check_expected(text: str, indicator: Indicator, name: str, field: str) -> Iterable[Finding]:
    try:
        exact(text, indicator.unit)
    except ValueError as error:
        yield blocking("expected", f"{name}全年预计完成值：{error}。", field=f"{field}-expected")
