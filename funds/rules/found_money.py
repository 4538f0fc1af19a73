"""问题资金: found = proved + recovered + written_off + left, whatever is recorded, confirmed or returned."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policy.days import check_day
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import ZERO, yuan
from policy.terms import FoundMoneyMove, Severity

SD1, SD3 = "职责分离 SD1", "职责分离 SD1、SD3"
KEPT = {"payee": "收款人", "category": "支出类别", "source": "资金来源"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One row of the ledger. `waiting`: recorded entries that nobody has confirmed yet."""

    found: Decimal
    left: Decimal
    waiting: Decimal
    found_on: date

    @property
    def open(self) -> Decimal:
        """What an entry may still be recorded for."""
        return self.left - self.waiting


def check_entry(
    row: Standing, *, move: str, amount: Decimal, happened_on: date, number: str, has_file: bool, unit: bool, on: date,
    twin: str = "",
) -> Iterator[Finding]:  # fmt: skip
    """`unit`: recorded by the unit, which proves and pays back; a 核销 is proposed by finance. `twin`: who has recorded
    the same payment slip, or nobody.
    """
    if move not in FoundMoneyMove.values:
        yield blocking("move", "请选择处理方式。", field="move")
        return
    if unit and move == FoundMoneyMove.WRITTEN_OFF:
        said = "核销由财政部门凭批准文件提出，单位只登记补证和追回。"
        yield blocking("move", said, SD1, field="move")
    elif not unit and move != FoundMoneyMove.WRITTEN_OFF:
        yield blocking("move", "补证和追回由单位登记、财政复核；财政部门只提出核销。", SD3, field="move")
    if amount <= ZERO:
        yield blocking("amount", "金额应大于 0。", field="amount")
    elif amount > row.open:
        waiting = f"（另有 {yuan(row.waiting)} 待复核）" if row.waiting else ""
        said = f"未整改余额 {yuan(row.left)}{waiting}，本笔最多 {yuan(row.open)}。"
        yield blocking("amount", said, "未整改余额", field="amount")
    yield from _check_when(row, move, happened_on, on)
    if not number.strip():
        yield blocking("number", "请填写凭证号、缴款书号或批准文号。", field="number")
    elif move == FoundMoneyMove.RECOVERED and twin:
        said = f"缴款书「{number.strip()}」已由{twin}登记。同一缴款书只登记一次，请核对号码。"
        yield blocking("number_taken", said, field="number")
    if not has_file:
        yield blocking("proof", "请上传证明材料；没有证明的处理不入账。", field="uploads")


def _check_when(row: Standing, move: str, happened_on: date, on: date) -> Iterator[Finding]:
    """A paper of proof may be older than the finding; money that came back or was written off is not."""
    yield from check_day("发生日期", happened_on, field="happened_on")
    if happened_on > on:
        yield blocking("on", f"发生日期 {happened_on} 晚于今天 {on}，请核对。", field="happened_on")
    elif move != FoundMoneyMove.PROVED and happened_on < row.found_on:
        label = FoundMoneyMove(move).label
        said = f"{label}日期 {happened_on} 早于查出日期 {row.found_on}，不是对本笔问题资金的{label}。"
        advice = "此前已退回的款项请登记补证，附退款凭证。" if move == FoundMoneyMove.RECOVERED else "请核对批准文件。"
        yield blocking("before_finding", f"{said}{advice}", field="happened_on")


def check_second(
    *,
    state: str,
    move: str,
    recorder: int,
    actor: int,
    leader: bool,
    officer: bool,
    finders: Collection[int] = (),
    own_side: bool = False,
) -> Iterator[Finding]:
    """Who may confirm or return an entry. `leader`: 省财政负责人; `officer`: 市州财政 or 省财政经办.

    `finders`: who found the money wrong (SD1 looks at every earlier step); `own_side`: the actor holds a post where the
    recorder does, or in the unit (SD3).
    """
    if state != "recorded":
        yield blocking("state", "这笔处理已复核或已退回，不能再办理。")
        return
    if recorder == actor:
        yield blocking("sod", "这笔处理由您登记，须由另一人复核。", SD1)
    elif actor in finders:
        said = "这笔问题资金由您查出（不认定或审计发现），须由另一人复核；市州财政没有另一人的，由省财政经办复核。"
        yield blocking("sod", said, SD1)
    if own_side:
        yield blocking("side", "您与登记人同单位（或任职于项目单位），须由其他单位的财政人员复核。", "职责分离 SD3")
    if move == FoundMoneyMove.WRITTEN_OFF and not leader:
        yield blocking("level", "核销由省财政厅负责人批准。", "权限表：问题资金复核")
    elif move != FoundMoneyMove.WRITTEN_OFF and not officer:
        yield blocking("level", "补证和追回由市州财政或省财政经办复核。", "权限表：问题资金复核")


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What an edit would make of a returned payment that 问题资金 or a sent finding speaks of. `about`: their words."""

    number: str
    about: str
    before: Decimal
    after: Decimal
    changed: frozenset[str]


def check_rewriting(edit: Rewriting) -> Iterator[Finding]:
    """What was found wrong keeps its payment: no less money, no other payee, category or source under it."""
    names = [label for name, label in KEPT.items() if name in edit.changed]
    if edit.after < edit.before:
        names.insert(0, f"金额（{yuan(edit.before)}，不得调低为 {yuan(edit.after)}）")
    if edit.about and names:
        said = f"支出 {edit.number} 已列入{edit.about}，{'、'.join(names)}不能改。"
        advice = "请保持原样补充材料后重新提交；支付内容确有变化的，由财政不认定本笔，另行登记一笔。"
        yield blocking("found_money", f"{said}{advice}", field="amount" if edit.after < edit.before else "")


def age_bands(edition: Edition) -> list[tuple[str, int, int | None]]:
    """Label, first day, last day (None: no end) of the ages an open amount may have."""
    edges = edition.days("found_money_ages")
    starts = (0, *(edge + 1 for edge in edges))
    bands: list[tuple[str, int, int | None]] = [
        (f"{start}—{end} 天", start, end) for start, end in zip(starts, edges, strict=False)
    ]
    return [*bands, (f"{edges[-1]} 天以上", starts[-1], None)]


def by_age(rows: Iterable[tuple[date, Decimal]], *, edition: Edition, on: date) -> list[tuple[str, int, Decimal]]:
    """Label, how many rows, the yuan open, for each band; every row in exactly one."""
    ages = [(max((on - found_on).days, 0), left) for found_on, left in rows if left]
    return [
        (label, len(group), sum(group, ZERO))
        for label, start, end in age_bands(edition)
        for group in [[left for days, left in ages if days >= start and (end is None or days <= end)]]
    ]


def check_open(left: Decimal, overdue: int) -> Iterator[Finding]:
    """The alert that stands while some of it is not put right."""
    if left:
        late = f"，其中 {overdue} 项逾期" if overdue else ""
        yield Finding(
            "found_money", Severity.WARNING, f"问题资金未整改余额 {yuan(left)}{late}。", link="funds:found_money"
        )


def check_overdue_findings(count: int, oldest: date | None) -> Iterator[Finding]:
    if count:
        said = f"审计发现 {count} 条逾期未销号，最早应于 {oldest} 前整改。"
        yield Finding("audit_overdue", Severity.WARNING, said, link="funds:audits")
