"""资金暂停: who may ask for it, and when it may be placed or lifted."""

from collections.abc import Iterator

from policy.findings import Finding, blocking
from policy.terms import Stage

# Money can still be given, spent or judged here; before and after there is nothing to hold.
HOLD_STAGES = (
    Stage.TARGET_FILED,
    Stage.BUILDING,
    Stage.IN_ACCEPTANCE,
    Stage.ACCEPTED,
    Stage.RECTIFYING,
    Stage.RECHECKING,
    Stage.REVOCATION_NOTICE,
)


def check_hold(*, held: bool, lifts: bool) -> Iterator[Finding]:
    """A hold is placed once, and only a standing one is lifted."""
    if held and not lifts:
        yield blocking("held", "该项目的资金已在暂停中，不能重复暂停。")
    if lifts and not held:
        yield blocking("not_held", "该项目的资金没有暂停，不需要恢复。")


def check_hold_request(*, stage: str, held: bool, lifts: bool, reason: str, waiting: bool) -> Iterator[Finding]:
    if stage not in HOLD_STAGES:
        yield blocking("stage", f"项目处于{Stage(stage).label}阶段，不办理资金暂停。")
    yield from check_hold(held=held, lifts=lifts)
    if not reason.strip():
        yield blocking("reason", "请写明事实和理由。", field="reason")
    if waiting:
        yield blocking("waiting", "已有一份暂停或恢复的建议待省级处理，请等待答复。")
