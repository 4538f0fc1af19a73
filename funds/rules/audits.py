"""资金审计: the sample, drawn again by anyone from the frame and the seed; what a finding must say; when a case ends."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from funds.rules.sampling import order_of
from policy.days import check_day
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import ZERO, yuan
from policy.terms import Rank, SampleMethod, Severity

METHODS = {
    SampleMethod.AMOUNT: "金额从大到小，金额相同的按登记先后，取前 n 笔",
    SampleMethod.RISK: "未办结疑点的最高级别、条数、金额依次从大到小，取前 n 笔",
    SampleMethod.RANDOM: "HMAC-SHA256（种子，支出编号）升序取前 n 笔",
}
GRAVITY = {"": 0, Severity.NOTICE: 1, Severity.WARNING: 2, Severity.BLOCKING: 3}
SD1 = "职责分离 SD1"


@dataclass(frozen=True, slots=True)
class Framed:
    """One payment of the population as it stood at the opening. `gravity`: of its worst open flag, 0 where none."""

    pk: int
    number: str
    amount: Decimal
    flags: int = 0
    gravity: int = 0


def kept(rows: Iterable[Framed]) -> list[dict[str, Any]]:
    """The frame as the case keeps it."""
    return [asdict(row) | {"amount": str(row.amount)} for row in rows]


def read(frame: Iterable[dict[str, Any]]) -> list[Framed]:
    return [Framed(**(row | {"amount": Decimal(row["amount"])})) for row in frame]


def draw(frame: Iterable[Framed], *, method: str, size: int, seed: str) -> list[tuple[int, str]]:
    """Payment id and why it was taken, in the order drawn. The same frame and seed give the same list."""
    rows = list(frame)
    if method == SampleMethod.RANDOM:
        drawn = sorted(rows, key=lambda row: order_of(seed, row.pk))
        return [(row.pk, f"随机第 {place} 位") for place, row in enumerate(drawn[:size], 1)]
    if method == SampleMethod.RISK:
        drawn = sorted(rows, key=lambda row: (-row.gravity, -row.flags, -row.amount, row.pk))
        return [(row.pk, _risk(row)) for row in drawn[:size]]
    drawn = sorted(rows, key=lambda row: (-row.amount, row.pk))
    return [(row.pk, f"金额第 {place} 位，{yuan(row.amount)}") for place, row in enumerate(drawn[:size], 1)]


def _risk(row: Framed) -> str:
    words = {0: "无", 1: "提示", 2: "预警", 3: "严重"}
    return (
        f"疑点 {row.flags} 条（最高：{words[row.gravity]}），{yuan(row.amount)}"
        if row.flags
        else f"无疑点，{yuan(row.amount)}"
    )


def check_opening(
    *, edition: Edition, start: date, end: date, size: int, population: int, on: date
) -> Iterator[Finding]:
    most = edition.limit("audit_sample_most")
    yield from check_day("审计期间起日", start, field="period_from")
    yield from check_day("审计期间止日", end, field="period_to")
    if end < start:
        yield blocking("period", "审计期间的止日早于起日，请核对。", field="period_to")
    elif start > on:
        yield blocking("period", f"审计期间晚于今天 {on}，还没有支出可审。", field="period_from")
    elif not population:
        yield blocking(
            "population", "这个期间（批次）没有已提交的支出，请调整期间或批次后再立项。", field="period_from"
        )
    if size < 1:
        yield blocking("size", "抽样笔数至少 1 笔。", field="size")
    elif size > edition.number("audit_sample_most"):
        said = f"一次最多抽 {most.value} {most.unit}；需要更多的，请分期间立项。"
        yield Finding("size", most.basis.severity, said, most.basis.clause, most.basis.rank, "size")


def check_finding(
    *,
    edition: Edition,
    kind: str,
    fact: str,
    measure: str,
    amount: Decimal,
    due_on: date,
    auditor: bool,
    on: date,
    clause: str,
) -> Iterator[Finding]:
    """`auditor`: the 审计 post, which records facts and no figure."""
    known = next((one for one in edition.finding_kinds if one.code == kind), None)
    if known is None:
        yield blocking("kind", "请在问题类型中选择一项。", edition.document, field="kind")
    elif known.basis.rank == Rank.DEFAULT and not clause.strip():
        said = f"“{known.name}”在政策版本中没有条款，请填写所依据的文件和条款，例如：财务制度名称、第几条。"
        yield blocking("clause", said, field="clause")
    if not fact.strip():
        yield blocking("fact", "请写明事实：哪一笔、什么问题、证据在哪里。", field="fact")
    if not measure.strip():
        yield blocking("measure", "请写明整改要求，单位据此整改。", field="measure")
    yield from check_day("整改期限", due_on, field="due_on")
    if due_on <= on:
        yield blocking("due_on", f"整改期限应晚于今天 {on}。", field="due_on")
    if auditor and amount > ZERO:
        said = "审计岗位只记录事实，不填写金额；涉及金额由财政部门在“核定金额”中填写。"
        yield blocking("amount", said, "权限表：审计立项、抽样、记录发现", field="amount")


def check_amount(amount: Decimal, *, paid: Decimal | None, number: str) -> Iterator[Finding]:
    """`paid`: of the payment the finding is about, after 冲销."""
    if paid is not None and amount > paid:
        said = f"涉及金额 {yuan(amount)} 大于支出 {number} 的金额 {yuan(paid)}，请核对。"
        yield blocking("amount", said, field="amount")


def check_sending(*, state: str, unseen: int, findings: int, bare: Iterable[str]) -> Iterator[Finding]:
    """`bare`: findings without a paper of evidence."""
    if state != "open":
        yield blocking("state", "审计结果已送达，不能重复送达。")
        return
    if unseen:
        yield blocking("unseen", f"还有 {unseen} 笔样本未标记“已查看”，请逐笔查看凭证后再送达。")
    if not findings:
        yield blocking("empty", "没有审计发现，不需要送达；样本查看完毕后直接办结。")
    for said in bare:
        yield blocking("bare", f"发现{said}没有证据材料，请先上传。")


def check_reply(*, state: str, reply: str, files: int, drafter: int | None, actor: int) -> Iterator[Finding]:
    """Before the unit's leader hands in what a clerk drafted."""
    if state != "sent":
        yield blocking("state", "这条发现不在待答复状态，不能提交答复。")
    elif not reply.strip():
        yield blocking("reply", "还没有起草答复，请经办人先填写整改措施和结果。")
    elif not files:
        yield blocking("proof", "没有整改佐证材料，请经办人先上传。")
    elif drafter == actor:
        yield blocking("sod", "答复由您起草，须由单位另一位负责人提交。", SD1)


def check_closing(*, state: str, recorder: int, actor: int, files: int, left: Decimal, note: str) -> Iterator[Finding]:
    """销号: proof, another person than the recorder, no yuan of it left open."""
    yield from check_verifying(state=state, recorder=recorder, actor=actor, note=note)
    if not files:
        yield blocking("proof", "没有整改佐证材料，不能销号；请退回单位补充。")
    if left:
        said = f"对应的问题资金尚有 {yuan(left)}未整改，须先补证、追回或核销并经复核，再销号。"
        yield Finding("left", Severity.BLOCKING, said, "系统默认", Rank.DEFAULT)


def check_verifying(*, state: str, recorder: int, actor: int, note: str) -> Iterator[Finding]:
    if state != "replied":
        yield blocking("state", "单位尚未提交答复，或已销号，不能核验。")
    elif recorder == actor:
        yield blocking("sod", "这条发现由您记录，须由财政部门另一人核验。", SD1)
    if not note.strip():
        yield blocking("note", "请写明核验意见。", field="note")


def check_conclusion(
    *, state: str, unseen: int, drafts: int, opened: int, recorded: bool, text: str
) -> Iterator[Finding]:
    """`opened`: findings sent and not closed; `recorded`: the actor opened the case or recorded a finding of it."""
    if state == "concluded":
        yield blocking("state", "本审计已办结。")
        return
    if recorded:
        yield blocking("sod", "您立项或记录过本审计的发现，须由另一人办结。", SD1)
    if drafts:
        yield blocking("drafts", f"还有 {drafts} 条发现没有送达单位，请先送达或删除。")
    if opened:
        yield blocking("opened", f"还有 {opened} 条发现未销号，全部销号后才能办结。")
    if unseen:
        yield blocking("unseen", f"还有 {unseen} 笔样本未查看。")
    if not text.strip():
        yield blocking("conclusion", "请填写审计结论。", field="conclusion")
