"""Rules of the register of problems (handbook 7): who may answer, ask again and close, and what must be there. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from policy.findings import Finding, blocking

SEVEN = "通知 六（一）"
SD1, SD3, SD4 = "职责分离 SD1", "职责分离 SD3", "职责分离 SD4"
OPEN, ANSWERED, CLOSED = "open", "answered", "closed"


def check_here(serial: int, *, in_audit: bool, in_order: bool) -> Iterator[Finding]:
    """Some problems are answered and judged where they were found; the register only shows them."""
    if in_audit:
        yield blocking("elsewhere", f"问题 {serial} 来自资金审计，请在该审计的发现页面答复和核验。", SEVEN)
    elif in_order:
        yield blocking("elsewhere", f"问题 {serial} 已列入整改通知书，请在“整改与称号”中答复和复验。", SEVEN)


def check_standing(serial: int, *, lapsed: bool, stage: str) -> Iterator[Finding]:
    if lapsed:
        said = f"项目处于“{stage}”，问题 {serial} 随称号终结，不再整改；称号依法恢复的，问题恢复原来的状态。"
        yield blocking("lapsed", said, SEVEN)


def check_due(due_on: date | None, *, on: date, required: bool) -> Iterator[Finding]:
    if due_on is None:
        if required:
            yield blocking("due_on", "请填写新的整改期限。", SEVEN, field="due_on")
    elif due_on <= on:
        yield blocking("due_on", f"整改期限 {due_on} 须晚于办理日期 {on}。", SEVEN, field="due_on")


def check_writing(serial: int, *, state: str, answer: str, done_on: date | None, on: date) -> Iterator[Finding]:
    """Before the answer goes to the offices; nothing is edited afterwards."""
    if state == ANSWERED:
        yield blocking("state", f"问题 {serial} 的答复已提交，等待核验，不能再改；需要补充的，请核验部门退回。", SEVEN)
    elif state == CLOSED:
        yield blocking("state", f"问题 {serial} 已销号，不能再改。", SEVEN)
    if not answer.strip():
        yield blocking("answer", f"请填写问题 {serial} 的整改结果。", field="answer")
    if done_on and done_on > on:
        yield blocking(
            "done_on", f"完成时间 {done_on} 晚于办理日期 {on}；尚未完成的，请完成后再答复。", field="done_on"
        )


def check_submission(
    serial: int, *, state: str, owner: str, measure: str, answer: str, proofs: int, drafter: int | None, actor: int
) -> Iterator[Finding]:
    """整改措施、责任人、结果和佐证 are there, and another person of the unit wrote them (SD1)."""
    if state != OPEN:
        yield blocking("state", f"问题 {serial} 不在待整改状态，不能提交答复。", SEVEN)
        return
    missing = [
        name for name, text in (("责任人", owner), ("整改措施", measure), ("整改结果", answer)) if not text.strip()
    ]
    if missing:
        yield blocking(
            "answer", f"问题 {serial} 的答复缺少{'、'.join(missing)}，请经办人补齐后提交。", SEVEN, field="answer"
        )
    if not proofs:
        yield blocking("proof", f"问题 {serial} 没有本轮的佐证材料，请先上传。", SEVEN, field="proof")
    if drafter == actor:
        yield blocking("sod", f"问题 {serial} 的答复由您起草，须由单位另一人（负责人）提交。", SD1)


def check_judging(serial: int, *, own_unit: bool) -> Iterator[Finding]:
    if own_unit:
        yield blocking("sod", f"问题 {serial} 由您所在单位整改，不能由本单位的人核验。", SD3)


def check_asking(serial: int, *, state: str, text: str) -> Iterator[Finding]:
    if state == CLOSED:
        yield blocking("state", f"问题 {serial} 已销号；情况反复的，请“重新提出”。", SEVEN)
    if not text.strip():
        yield blocking("text", "请写明还要补充或改正什么。", field="text")


def check_closing(
    serial: int, *, state: str, opener: bool, answerer: bool, money: bool, finance: bool, proofs: int, verdict: str
) -> Iterator[Finding]:
    """销号 on proof, by another person than who opened it or answered (SD1, SD4); money by the finance line."""
    if state != ANSWERED:
        said = "已销号" if state == CLOSED else "单位尚未提交整改答复"
        yield blocking("state", f"问题 {serial} {said}，不能销号。", SEVEN)
        return
    if opener:
        yield blocking("sod", f"问题 {serial} 由您提出，须由另一人核验销号。", SD4)
    if answerer:
        yield blocking("sod", f"问题 {serial} 的答复由您办理，不能由您核验。", SD1)
    if money and not finance:
        yield blocking("finance", f"问题 {serial} 涉及资金，须由财政部门核验销号。", "权限表：资金问题由财政核验")
    if not proofs:
        yield blocking("proof", f"问题 {serial} 没有佐证材料，不能销号，请退回单位补充。", SEVEN)
    if not verdict.strip():
        yield blocking("verdict", "请填写核验意见：查看了什么、是否到位。", field="verdict")


def check_reopening(serial: int, *, state: str, again: bool, fact: str) -> Iterator[Finding]:
    """A closed problem is never opened itself: what came back is a new row that names it."""
    if state != CLOSED:
        yield blocking("state", f"问题 {serial} 尚未销号，请在原问题上追问或退回。", SEVEN)
    elif again:
        yield blocking("state", f"问题 {serial} 已重新提出过一次，请到新的问题中办理。", SEVEN)
    if not fact.strip():
        yield blocking("fact", "请写明反复的情况。", field="fact")


def is_overdue(state: str, last_on: date | None, on: date) -> bool:
    """`last_on`: the day it really ends, a working day."""
    return state == OPEN and last_on is not None and last_on < on


def is_escalated(due_on: date, on: date, days: int) -> bool:
    """Whether the next level is told: the unit has been told for so many days."""
    return on >= due_on + timedelta(days=1 + days)
