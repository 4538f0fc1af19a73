"""资金下达: what a 资金文件 must say, and what it may give or take back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.ledger import ISSUED_SOURCES
from policy.days import check_day, check_year
from policy.edition import Limit
from policy.findings import Finding, blocking
from policy.money import LARGEST, ZERO, yuan
from policy.terms import DocumentKind, Rank, Source, Stage

ISSUE_STAGES = frozenset({Stage.TARGET_FILED, Stage.BUILDING})
UNFILED_STAGES = frozenset({Stage.DRAFT, Stage.AWARDED, Stage.TARGET_REVIEW})
OVER_STAGES = frozenset({Stage.REVOCATION_NOTICE, Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED})
GIVING = frozenset({DocumentKind.ISSUE, DocumentKind.REISSUE})
FILED_FIRST = "财预〔2015〕230号第四十五条"
CARRIED = "财预〔2015〕230号第四十二条"
AGAIN = "单位修改后重新提交，经两厅审核评为优、良并备案后列入以后的资金文件"
# Why a project is left out of a document, and what must come first: by its stage and, where one stands, by the alert
# over its targets.
HELD_OUT = {
    (Stage.AWARDED, ""): (
        "绩效目标尚未提交",
        "单位提交绩效目标，经两厅审核评为优、良并备案后列入以后的资金文件",
    ),
    (Stage.AWARDED, "poor"): ("绩效目标审核结果为差，不得安排资金", AGAIN),
    (Stage.AWARDED, "returned"): ("绩效目标被退回（初审退回或审核结果为中），尚未重新提交", AGAIN),
    (Stage.TARGET_REVIEW, ""): ("绩效目标正在审核，尚未备案", "两厅完成审核并联合备案后列入以后的资金文件"),
}


HELD_OUT_STAGES = frozenset(stage for stage, _ in HELD_OUT)


def why_held_out(stage: Stage, alert: str = "") -> tuple[str, str]:
    """Reason and next step (财预〔2015〕88号: 差 may not enter the next budget step)."""
    return HELD_OUT.get((stage, alert)) or HELD_OUT[stage, ""]


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The head of a document. `origin_year`: of money taken back or given again, the year it was first issued in."""

    number: str
    dated_on: date
    fiscal_year: int
    source: str
    kind: str = DocumentKind.ISSUE
    origin_year: int | None = None
    tranche: int = 1
    total: Decimal = ZERO
    has_file: bool = True

    @property
    def gives(self) -> bool:
        return self.kind in GIVING

    @property
    def fund_year(self) -> int:
        return self.origin_year or self.fiscal_year


@dataclass(frozen=True, slots=True)
class AllocationFacts:
    """One line of a document and what stands against its project.

    `before`: net of the document's source in all other documents, those waiting for a signature included if they give;
    `whole`: the same over all sources; `declared`, `declared_whole`: 财政 money beside the grant that the budget
    declares, of the source and of all; `unused`: unspent of the source and fund year; `swept`: taken back of them at a
    year end and not given again.
    """

    name: str
    stage: str
    grant: Decimal | None
    grant_source: str
    grant_clause: str
    amount: Decimal
    before: Decimal = ZERO
    whole: Decimal = ZERO
    declared: Decimal = ZERO
    declared_whole: Decimal = ZERO
    unused: Decimal = ZERO
    swept: Decimal = ZERO
    awarded_on: date | None = None
    held: bool = False


def check_document(document: DocumentFacts, *, on: date) -> Iterator[Finding]:
    """What the head of a document must say."""
    if not document.number.strip():
        yield blocking("number", "请填写文号。", field="number")
    if document.dated_on > on:
        yield blocking("dated_on", f"成文日期 {document.dated_on} 晚于登记日期 {on}，请核对。", field="dated_on")
    if document.source not in ISSUED_SOURCES:
        names = "、".join(item.label for item in Source if item in ISSUED_SOURCES)
        yield blocking("source", f"资金文件只登记财政资金（{names}），自筹等资金在预算中申报。", field="source")
    if not document.has_file:
        yield blocking("upload", "请上传资金文件扫描件。", field="upload")
    if document.tranche < 1:
        yield blocking("tranche", "批次从 1 起。", field="tranche")
    yield from check_day("成文日期", document.dated_on, field="dated_on")
    yield from check_year("原预算年度", document.origin_year, field="origin_year")
    yield from _check_years(document)


def _check_years(document: DocumentFacts) -> Iterator[Finding]:
    kind, origin = DocumentKind(document.kind), document.origin_year
    dated = document.dated_on.year
    yield from check_year("预算年度", document.fiscal_year, field="fiscal_year")
    if kind == DocumentKind.ISSUE and not dated <= document.fiscal_year <= dated + 1:
        said = (
            f"预算年度 {document.fiscal_year} 与成文日期 {document.dated_on} 不符：首次下达的预算年度应为 {dated} 年，"
        )
        said += f"提前下达的为 {dated + 1} 年。以前年度的资金，先登记年末收回，再选「{DocumentKind.REISSUE.label}」并填写原预算年度。"
        yield blocking("fiscal_year", said, CARRIED, rank=Rank.LAW, field="fiscal_year")
    if kind == DocumentKind.ISSUE:
        if origin is not None:
            yield blocking("origin_year", "首次下达的资金没有原预算年度，请清空。", field="origin_year")
    elif origin is None:
        said = f"「{kind.label}」须填写原预算年度：资金的年限从首次下达的年度起算。"
        yield blocking("origin_year", said, CARRIED, rank=Rank.LAW, field="origin_year")
    elif origin > document.fiscal_year or (kind == DocumentKind.REISSUE and origin == document.fiscal_year):
        bound = "早于" if kind == DocumentKind.REISSUE else "不晚于"
        yield blocking(
            "origin_year",
            f"原预算年度 {origin} 应{bound}本文件的预算年度 {document.fiscal_year}。",
            field="origin_year",
        )


def check_tranche(limit: Limit, document: DocumentFacts) -> Iterator[Finding]:
    """A further instalment than the edition knows: said, and refused only where the province has fixed the number."""
    if document.kind == DocumentKind.ISSUE and document.tranche > int(limit.value):
        said = f"本文件为第 {document.tranche} 批，政策设定的下达批次为 {limit.value} 批，请核对。"
        yield Finding("tranche", limit.basis.severity, said, limit.basis.clause, limit.basis.rank, "tranche")


def check_total(total: Decimal, amounts: Iterable[Decimal]) -> Iterator[Finding]:
    """The total typed from the paper is the sum of the lines, or someone has missed something."""
    summed = sum(amounts, ZERO)
    if total != summed:
        more = "多" if summed > total else "少"
        yield blocking(
            "total",
            f"文件总额 {yuan(total)}，分配表合计 {yuan(summed)}，{more} {yuan(abs(summed - total))}。"
            "请对照文件原件逐个核对项目和金额。",
            field="total",
        )


def check_allocations(lines: Iterable[AllocationFacts], document: DocumentFacts) -> Iterator[Finding]:
    """Every line that may not be issued or taken back, each with its project's name."""
    lines = list(lines)
    if not lines:
        yield blocking("lines", "请至少为一个项目填写金额。")
    for line in lines:
        if not ZERO < line.amount <= LARGEST:
            yield blocking("amount", f"「{line.name}」金额应大于 0。")
        if line.awarded_on and document.dated_on < line.awarded_on:
            said = f"成文日期 {document.dated_on} 早于「{line.name}」的立项日期 {line.awarded_on}，请核对文件和项目。"
            yield blocking("before_award", said, field="dated_on")
        if document.gives:
            yield from _check_stage(line, document.kind)
            yield from _check_grant(line, document)
            yield from _check_again(line, document)
        else:
            yield from _check_taking(line, document)


def _check_stage(line: AllocationFacts, kind: str) -> Iterator[Finding]:
    stage = Stage(line.stage)
    if stage in UNFILED_STAGES:
        said = f"「{line.name}」（{stage.label}）：绩效目标未备案，不得下达资金。请待目标备案后再登记。"
        yield blocking("targets", said, FILED_FIRST, rank=Rank.LAW)
    elif stage in OVER_STAGES or (kind == DocumentKind.ISSUE and stage not in ISSUE_STAGES):
        yield blocking("stage", f"「{line.name}」处于{stage.label}阶段，不再下达资金。请从本文件中移出。")
    if line.held:
        yield blocking("held", f"「{line.name}」的资金已暂停，不得新下达。须由两厅联合恢复后再登记。")


def _check_grant(line: AllocationFacts, document: DocumentFacts) -> Iterator[Finding]:
    """The award is given once, whatever the source; other 财政 money only as far as the budget declares it."""
    grant, label = line.grant or ZERO, Source(document.source).label
    if document.source == line.grant_source:
        over, standing = line.before + line.amount - grant, f"核定补助 {yuan(grant)}"
        remedy = "请核减。"
    else:
        over, standing = line.before + line.amount - line.declared, f"预算中申报的{label}资金 {yuan(line.declared)}"
        remedy = "核定补助之外的财政资金，须先由单位在预算中申报并提交，再登记资金文件。"
    beyond = line.whole + line.amount - grant - line.declared_whole
    if over > ZERO or beyond > ZERO:
        yield blocking(
            "grant",
            f"「{line.name}」{standing}，已登记下达 {yuan(line.before)}（各来源合计 {yuan(line.whole)}），"
            f"本次 {yuan(line.amount)}，超出 {yuan(max(over, beyond))}。{remedy}",
            line.grant_clause,
            rank=Rank.NOTICE,
        )


def _check_again(line: AllocationFacts, document: DocumentFacts) -> Iterator[Finding]:
    if document.kind == DocumentKind.REISSUE and line.amount > line.swept:
        yield blocking(
            "reissue",
            f"「{line.name}」{document.fund_year} 年度资金已收回而未再下达的有 {yuan(line.swept)}，"
            f"本次再下达 {yuan(line.amount)}，超出 {yuan(line.amount - line.swept)}。请核减，或另登记首次下达。",
            CARRIED,
            rank=Rank.LAW,
        )


def _check_taking(line: AllocationFacts, document: DocumentFacts) -> Iterator[Finding]:
    if line.amount > line.unused:
        yield blocking(
            "used",
            f"「{line.name}」{document.fund_year} 年度{Source(document.source).label}未用 {yuan(line.unused)}"
            f"（不含已支出和已占用），本次{DocumentKind(document.kind).label} {yuan(line.amount)}，"
            f"超出 {yuan(line.amount - line.unused)}。已用的资金不能收回；不合规的支出请先作不认定或冲销。",
            CARRIED,
            rank=Rank.LAW,
        )
