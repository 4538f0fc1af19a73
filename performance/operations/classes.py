"""班次台账: recorded after a class ended, mended until it counts, voided with a reason and never deleted."""

from datetime import date
from typing import Any

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from performance.models import PeriodReturn, TrainingClass
from performance.queries.classes import is_late, span_of, why_uncounted
from performance.rules.classes import CLAUSE, ClassFacts, check_class
from performance.rules.returns import REPORTING
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Stage
from projects import access
from projects.models import Project
from ui.versions import refuse_stale, version_of

FACTS = (
    "number", "level", "start_on", "end_on", "trained", "high_skill", "passed", "certified", "surveyed", "satisfied",
    "subsidised", "apprentices",
)  # fmt: skip
LONGEST = 200


def class_version(one: TrainingClass) -> str:
    return version_of(one.occupation_id, one.voided_on, one.counted_in_id, *(getattr(one, name) for name in FACTS))


@operation("登记班次")
def record_class(project_id: int, *, occupation_id: int, actor: User, on: date, **facts: Any) -> TrainingClass:
    """`facts`: FACTS. A class of a period that was accepted already is 补录 and counts in the next one."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_CLASS)
    _check_open(project)
    told = _checked(project, occupation_id, facts, on)
    made = TrainingClass.objects.create(project=project, recorded_by=actor, recorded_on=on, **told)
    span = span_of(project)
    late = "，补录" if is_late(made, span) else "，未计入" if why_uncounted(made.end_on, span) else ""
    _journal(made, f"登记班次 {made.number}，培训 {made.trained} 人次{late}", **_plain(told))
    return made


@operation("修改班次")
def edit_class(
    project_id: int,
    class_id: int,
    *,
    occupation_id: int,
    actor: User,
    on: date,
    seen: str | None = None,
    **facts: Any,
) -> TrainingClass:
    """While no accepted return holds it; the journal keeps what stood before."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_CLASS)
    _check_open(project)
    one = project.training_classes.select_related("counted_in__round").get(pk=class_id)
    refuse_stale(seen, class_version(one))
    if one.voided_on is not None:
        refuse("voided", f"班次 {one.number} 已于 {one.voided_on} 作废，不能修改。", CLAUSE)
    if one.counted_in is not None:
        text = f"班次 {one.number} 已计入审定的“{one.counted_in.round}”，不能修改。请作废后重新登记，差额在下一期反映。"
        refuse("counted", text, CLAUSE)
    _check_review(project, one.end_on)
    told = _checked(project, occupation_id, facts, on, one)
    changed = {name: value for name, value in told.items() if getattr(one, name) != value}
    was = {f"before_{name}": value for name, value in _plain({name: getattr(one, name) for name in changed}).items()}
    for name, value in changed.items():
        setattr(one, name, value)
    if changed:
        one.save(update_fields=[*changed])
        _journal(one, f"修改班次 {one.number}", **was, **_plain(changed))
    return one


@operation("作废班次")
def void_class(project_id: int, class_id: int, *, reason: str, actor: User, on: date) -> TrainingClass:
    """It stays readable and counts no more; what was accepted with it stays, the next period says the difference."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_CLASS)
    _check_open(project)
    one = project.training_classes.get(pk=class_id)
    if one.voided_on is not None:
        refuse("voided", f"班次 {one.number} 已于 {one.voided_on} 作废，不能重复办理。", CLAUSE)
    if not reason.strip():
        refuse("reason", "请写明作废理由。", CLAUSE, field="reason")
    if len(reason.strip()) > LONGEST:
        refuse("reason", f"作废理由最多 {LONGEST} 个字，现为 {len(reason.strip())} 个。", CLAUSE, field="reason")
    _check_review(project, one.end_on)
    one.voided_by, one.voided_on, one.void_reason = actor, on, reason.strip()
    one.save(update_fields=["voided_by", "voided_on", "void_reason"])
    _journal(one, f"作废班次 {one.number}：{one.void_reason}")
    return one


def _check_open(project: Project) -> None:
    if project.stage not in REPORTING:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，建设期内才登记班次。", CLAUSE)


def _check_review(project: Project, end_on: date) -> None:
    """What a leader signed and the offices are reading does not move under their eyes."""
    waiting = project.returns.filter(state=PeriodReturn.State.SUBMITTED, cut_off__gte=end_on)
    one = waiting.select_related("round").order_by("cut_off").first()
    if one is not None:
        text = f"结业日期 {end_on} 在正在审核的“{one.round}”内，改动会改变已签字的数。请在审定或退回后办理。"
        refuse("review", text, CLAUSE, field="end_on")


def _checked(
    project: Project, occupation_id: int, facts: dict[str, Any], on: date, one: TrainingClass | None = None
) -> dict[str, Any]:
    told: dict[str, Any] = {name: facts[name] for name in FACTS if name in facts}
    told["number"] = " ".join(told["number"].split())
    occupation = project.occupations.filter(pk=occupation_id).first()
    if occupation is None:
        refuse("occupation", "所选职业（工种）不是本项目的，请从列表中选择。", CLAUSE, field="occupation_id")
    counted = {name: value for name, value in told.items() if name not in ("subsidised", "apprentices")}
    others = project.training_classes.filter(number=told["number"], voided_on=None)
    twin = others.exclude(pk=one.pk if one else 0).exists()
    refuse_if_blocking(check_class(ClassFacts(**counted), on=on, twin=twin))
    _check_review(project, told["end_on"])
    return told | {"occupation": occupation}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if name == "occupation" else value for name, value in facts.items()}


def _journal(one: TrainingClass, text: str, **changes: Any) -> None:
    journal.record(project_id=one.project_id, subject=f"class:{one.pk}", text=text, **changes)
