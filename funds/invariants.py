"""The ledger invariants of design/trust.md over the rows of one project. Pure: rows in, what is broken out."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from funds.books import Book
from funds.ledger import ISSUED_SOURCES
from funds.queries.pools import pool_of
from funds.queries.settlements import problem_of
from funds.rules import Pool, Standing, second_signature
from funds.rules.flag_facts import COUNTED
from funds.rules.sameness import Party, party, same
from policy.money import LARGEST, ZERO, yuan
from policy.terms import FoundMoneyMove, Kind, Occasion, Sector, Source, Stage, Track, VoucherState
from projects.confirmed import edition_on

Broken = tuple[str, str, str]
RECOGNISED = VoucherState.RECOGNISED
MOVES = (
    ("proved", FoundMoneyMove.PROVED),
    ("recovered", FoundMoneyMove.RECOVERED),
    ("written_off", FoundMoneyMove.WRITTEN_OFF),
)


def posted(book: Book) -> list[Any]:
    """认定 payments, without 冲销."""
    return [row for row in book.vouchers if row.state == RECOGNISED and row.reverses_id is None]


def booked(book: Book) -> list[Any]:
    """认定 payments and 冲销: what stands in the books."""
    return [row for row in book.vouchers if row.state == RECOGNISED]


def cell_name(category: str, source: str) -> str:
    return f"{category}/{Source(source).label if source in Source.values else source}"


def budget_lines(book: Book) -> Iterator[Broken]:
    """L1, L2: within the approved budget, nothing negative, and the lines are those of the budget in force."""
    approved = {(item.category, item.source): item.amount for item in book.items}
    standing = {(line.category, line.source): line.budget for line in book.lines}
    for cell in sorted({*approved, *standing}):
        if approved.get(cell, ZERO) != standing.get(cell, ZERO):
            said = f"预算余额行 {yuan(standing.get(cell, ZERO))}，批准的预算 {yuan(approved.get(cell, ZERO))}"
            yield "L1", f"预算 {cell_name(*cell)}", said
    for line in book.lines:
        name = f"预算 {cell_name(line.category, line.source)}"
        if line.reserved + line.spent > line.budget:
            said = f"占用 {yuan(line.reserved)}＋支出 {yuan(line.spent)} 超过预算 {yuan(line.budget)}"
            yield "L1", name, said
        if min(line.budget, line.reserved, line.spent) < ZERO:
            yield "L2", name, "余额行出现负数"
    for line in book.sources:
        if min(line.limit, line.reserved, line.spent) < ZERO:
            yield "L2", f"来源 {line.get_source_display()}", "余额行出现负数"
        if line.reserved + line.spent > line.limit:
            said = f"占用和支出 {yuan(line.reserved + line.spent)} 超过可用 {yuan(line.limit)}"
            yield "L4", f"来源 {line.get_source_display()}", said


def sums(book: Book) -> Iterator[Broken]:
    """L3: balance rows are the sums of the payments, by cell and by source."""
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    spent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in book.vouchers:
        if row.reserving:
            held[row.category, row.source] += row.amount
        if row.state == RECOGNISED:
            spent[row.category, row.source] += row.signed_amount
    lines = {(line.category, line.source): line for line in book.lines}
    for cell in sorted({*lines, *held, *spent}):
        line = lines.get(cell)
        kept = (line.reserved, line.spent) if line else (ZERO, ZERO)
        yield from _apart(f"预算 {cell_name(*cell)}", kept, (held[cell], spent[cell]))
    sources = {line.source: line for line in book.sources}
    for source in sorted({*sources, *(of for _, of in held), *(of for _, of in spent)}):
        row = sources.get(source)
        kept = (row.reserved, row.spent) if row else (ZERO, ZERO)
        summed = tuple(sum((a for (_, of), a in part.items() if of == source), ZERO) for part in (held, spent))
        yield from _apart(f"来源 {cell_name('合计', source)}", kept, summed)


def _apart(name: str, kept: tuple[Any, ...], summed: tuple[Any, ...]) -> Iterator[Broken]:
    for label, one, other in zip(("占用", "支出"), kept, summed, strict=True):
        if one != other:
            yield "L3", name, f"余额行{label} {yuan(one)}，逐笔合计 {yuan(other)}，相差 {yuan(one - other)}"


def money_in(book: Book) -> Iterator[Broken]:
    """L4: received within allocated, and what payments may take is what came in (or its plan)."""
    pools = _pools(book)
    given: dict[str, Decimal] = defaultdict(Decimal)
    came: dict[str, Decimal] = defaultdict(Decimal)
    usable: dict[str, Decimal] = defaultdict(Decimal)
    for (source, _), pool in pools.items():
        given[source] += pool.allocated
        came[source] += pool.received
        usable[source] += pool.usable
    for item in book.items:
        usable[item.source] += ZERO if item.source in ISSUED_SOURCES else item.amount
    for source in sorted({*given, *came}):
        if came[source] > given[source]:
            said = f"到账 {yuan(came[source])} 超过下达 {yuan(given[source])}"
            yield "L4", f"来源 {Source(source).label}", said
    for row in book.sent_back:
        usable[row.source] -= row.amount
    for line in book.sources:
        if line.limit != usable[line.source]:
            said = f"可用额度 {yuan(line.limit)}，按到账（报账制按下达、自筹按计划，减失效清算下已缴回）应为 {yuan(usable[line.source])}"
            yield "L4", f"来源 {line.get_source_display()}", said


def _pools(book: Book) -> dict[tuple[str, int], Pool]:
    """(source, fund year) → what was given of it, what came of it, what was taken back."""
    rows: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in sorted(book.allocations, key=lambda row: (row.document.dated_on, row.pk)):
        rows[row.document.source, row.document.fund_year].append(row)
    came: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for receipt in book.receipts:
        came[receipt.allocation_id][receipt.kind] += receipt.effect
    return {key: pool_of(found, came) for key, found in rows.items()}


def award(book: Book) -> Iterator[Broken]:
    """L5: the amount is the edition's; what was issued of it stays within it."""
    project = book.project
    if project.grant is None or project.sector not in Sector.values:
        return
    table = project.edition.grant(Kind(project.kind), Sector(project.sector), Track(project.track))
    if project.grant != table:
        yield "L5", f"立项 {project.award_document}", f"补助 {yuan(project.grant)}，政策标准 {yuan(table)}"
    issued = sum((r.effect for r in book.allocations if r.document.source == project.edition.grant_source), ZERO)
    if issued > project.grant:
        yield "L5", "下达", f"累计下达 {yuan(issued)}，超过核定补助 {yuan(project.grant)}"


def reversals(book: Book) -> Iterator[Broken]:
    """L6: linked, with a reason, once deep, of a recognised payment, and not more than it."""
    rows = {row.pk: row for row in book.vouchers}
    back: dict[int, Decimal] = defaultdict(Decimal)
    for row in book.vouchers:
        if row.reverses_id is None:
            continue
        original = rows.get(row.reverses_id)
        if row.state == RECOGNISED:
            back[row.reverses_id] += row.amount
        if original is None or original.reverses_id is not None:
            yield "L6", str(row), "冲销的不是本项目的支出，或冲销了冲销"
        elif row.state == RECOGNISED and original.state != RECOGNISED:
            yield "L6", str(row), f"冲销了未认定的支出 {original.number}"
        elif row.state == RECOGNISED and (row.category, row.source) != (original.category, original.source):
            yield "L6", str(row), "冲销与原支出的类别或来源不同"
        if not row.abstract.strip():
            yield "L6", str(row), "冲销没有理由"
    for pk, amount in back.items():
        original = rows.get(pk)
        if original and amount > original.amount:
            yield "L6", str(original), f"累计冲销 {yuan(amount)} 超过原支出 {yuan(original.amount)}"


def categories(book: Book) -> Iterator[Broken]:
    """L7."""
    allowed = {item.code for item in book.project.edition.categories_for(Kind(book.project.kind))}
    for row in posted(book):
        if row.category not in allowed:
            yield "L7", str(row), f"类别「{row.category}」不在{book.project.get_kind_display()}资金使用范围内"


def amounts(book: Book) -> Iterator[Broken]:
    """L8."""
    rows = [*book.vouchers, *book.allocations, *book.receipts, *book.items]
    for row in rows:
        if not ZERO < row.amount <= LARGEST:
            yield "L8", str(row), f"金额 {yuan(row.amount)} 不在 0 至 {yuan(LARGEST)} 之间"


def people(book: Book) -> Iterator[Broken]:
    """L9: three people: recorded, submitted, judged, and no judge of the unit; two signatures are two people."""
    for row in book.vouchers:
        if row.state != RECOGNISED:
            continue
        hands = {row.recorded_by_id, row.submitted_by_id, *book.hands.get(row.pk, ())} - {None}
        if row.judged_by_id is None:
            yield "L9", str(row), "已认定而没有审核人"
        elif {row.judged_by_id, row.first_judged_by_id} & hands:
            yield "L9", str(row), "审核人登记、修改或提交过本笔"
        elif row.judged_by_id == row.first_judged_by_id:
            yield "L9", str(row), "两次认定由同一人作出"
        elif row.submitted_by_id == row.recorded_by_id and row.reverses_id is None:
            yield "L9", str(row), "登记人提交了自己登记的支出"
        elif any(_of_unit(post, row) for post in book.unit_people):
            yield "L9", str(row), "审核人当时任职于项目单位"


def second_signatures(book: Book) -> Iterator[Broken]:
    """L9: in the order of the entries, each payment from the threshold on, alone or with what was 认定 before it to the
    same payee or under the same contract, bears two signatures. By the numbers of the day it was 认定."""
    numbers = {contract.pk: contract.number for contract in book.contracts}
    standing: dict[int, tuple[date, Decimal, Party]] = {}
    by_key: dict[str, list[int]] = defaultdict(list)
    rows = [row for row in book.vouchers if row.state == RECOGNISED and row.source != Source.OWN]
    for row in sorted(rows, key=lambda row: row.entry_number or 0):
        if row.reverses_id is not None:
            if row.reverses_id in standing:
                day, amount, who = standing[row.reverses_id]
                standing[row.reverses_id] = day, amount - row.amount, who
            continue
        typed = (row.contract_number, numbers.get(row.contract_id, ""))
        mine = party((row.payee, row.invoice_seller), typed, row.contract_id)
        alike = [standing[pk] for pk in dict.fromkeys(pk for key in mine.keys for pk in by_key[key])]
        others = [Standing(day, amount, same(mine, who)) for day, amount, who in alike]
        edition = edition_on(book.project.edition_code, row.judged_on) if row.judged_on else book.project.edition
        facts = {"source": row.source, "amount": row.amount, "paid_on": row.paid_on}
        if row.first_judged_by_id is None and (why := second_signature(edition, **facts, others=others)):
            yield "L9", str(row), f"只有一人认定：{why}"
        standing[row.pk] = row.paid_on, row.amount, mine
        for key in mine.keys:
            by_key[key].append(row.pk)


def _of_unit(post: Any, row: Any) -> bool:
    """Whether the post in the unit was held by a judge of the payment on the day of the verdict."""
    day = row.judged_on
    held = day is not None and post.since <= day and (post.until is None or post.until >= day)
    return held and post.user_id in {row.judged_by_id, row.first_judged_by_id}


def evidence(book: Book) -> Iterator[Broken]:
    """L10; where the file lies is looked at apart."""
    for row in booked(book):
        if not book.evidence.get(row.pk):
            said = "没有冲销凭证，请由单位在该笔冲销的页面补充退款回单" if row.reverses_id else "没有支出凭证"
            yield "L10", str(row), said


def invoices(book: Book) -> Iterator[Broken]:
    """L11, for people to know: one invoice may serve several payments, up to its total."""
    seen: dict[str, list[Any]] = defaultdict(list)
    for row in book.vouchers:
        if row.invoice_key and row.reverses_id is None and row.state in COUNTED:
            seen[row.invoice_key].append(row)
    for rows in seen.values():
        totals = [row.invoice_total for row in rows if row.invoice_total is not None]
        paid = sum((row.amount for row in rows), ZERO)
        if len(rows) > 1 and (not totals or paid > max(totals)):
            known = f"，发票总额 {yuan(max(totals))}" if totals else "，发票总额未登记"
            names = "、".join(row.number for row in rows)
            yield "L11", names, f"用了同一张发票，合计支付 {yuan(paid)}{known}，请核对"


def period(book: Book) -> Iterator[Broken]:
    """L12: paid in the build period, or under a contract signed in it."""
    start, end = book.project.build_start_on, book.project.build_end_on
    signed = {contract.pk: contract.signed_on for contract in book.contracts}
    for row in posted(book):
        if start is None or end is None:
            yield "L12", str(row), "项目没有建设期而有已认定的支出"
        elif not start <= row.paid_on <= end:
            day = signed.get(row.contract_id)
            if day is None or not start <= day <= end or row.paid_on < start:
                yield "L12", str(row), f"支付日期 {row.paid_on} 不在建设期 {start} 至 {end} 内，也不属期内合同"


def _found_wrong(book: Book) -> Decimal:
    """All that was ever found wrong of payments; no settlement leaves out more."""
    return sum((row.found for row in book.found_money if row.voucher_id), ZERO)


def settlement(book: Book) -> Iterator[Broken]:
    """L15: the claim is what the approved 清算 says; after 取消称号 it is everything left, interest included."""
    claims = {claim.settlement_id: claim for claim in book.claims}
    spent = sum((r.signed_amount for r in book.vouchers if r.state == RECOGNISED and r.source in ISSUED_SOURCES), ZERO)
    received = sum((row.effect for row in book.receipts), ZERO)
    closed = book.project.stage in (Stage.REVOKED, Stage.SETTLED)
    for row in book.settlements:
        claim = claims.get(row.pk)
        if (claim.amount if claim else ZERO) != row.recovery:
            said = f"追缴 {yuan(claim.amount if claim else ZERO)}，清算应追缴 {yuan(row.recovery)}"
            yield "L15", f"清算 {row.document_number}", said
        if row.occasion != Occasion.REVOCATION or not closed:
            continue
        problem = problem_of(row)
        if (row.received, row.compliant) != (received, spent - problem) or not ZERO <= problem <= _found_wrong(book):
            said = f"清算到账 {yuan(row.received)}、合规支出 {yuan(row.compliant)}、问题资金 {yuan(problem)}"
            said = f"{said}，账上到账 {yuan(received)}、认定支出 {yuan(spent)}"
            yield "L15", f"清算 {row.document_number}", said
        whole = max(row.residual + row.interest - row.repaid - row.recovered, ZERO)
        if row.recovery != whole:
            yield "L15", f"清算 {row.document_number}", f"应追缴 {yuan(row.recovery)}，结余和利息 {yuan(whole)}"
    for claim in book.claims:
        left = claim.amount - book.repaid.get(claim.pk, ZERO)
        if claim.left != left:
            said = f"尚未缴回 {yuan(claim.left)}，按已确认的缴回应为 {yuan(left)}"
            yield "L15", f"追缴 {yuan(claim.amount)}", said


def numbers(book: Book) -> Iterator[Broken]:
    """L16: entry numbers 1 … n, none missing, none on what is not posted."""
    found = sorted(row.entry_number for row in book.vouchers if row.entry_number is not None)
    missing = sorted(set(range(1, len(found) + 1)) - set(found))
    if missing:
        yield "L16", f"入账第 {missing[0]} 号", f"入账序号不连续，共 {len(found)} 笔，缺第 {missing[0]} 号"
    for row in book.vouchers:
        if (row.entry_number is None) != (row.state != RECOGNISED):
            yield "L16", str(row), "状态与入账序号不符"


def problem_money(book: Book) -> Iterator[Broken]:
    """问题资金: found = proved + recovered + written off + left, each the sum of what was confirmed."""
    for row in book.found_money:
        if row.found != row.proved + row.recovered + row.written_off + row.left:
            yield "问题资金", str(row), "查出 ≠ 补证 ＋ 追回 ＋ 核销 ＋ 未整改余额"
        for name, move in MOVES:
            summed = book.moved.get((row.pk, move), ZERO)
            if getattr(row, name) != summed:
                yield "问题资金", str(row), f"{move.label} {yuan(getattr(row, name))}，已确认的合计 {yuan(summed)}"


SPELLED = ("category", "source", "amount", "paid_on", "contract_id", "fits")


def spells(book: Book) -> Iterator[Broken]:
    """待认定: an open spell for each payment and 冲销 that waits, of the same facts, and for no other row."""
    waiting = {row.pk: row for row in book.vouchers if row.state == VoucherState.SUBMITTED}
    spelled = {spell.voucher_id: spell for spell in book.spells}
    names = {row.pk: str(row) for row in book.vouchers}
    for pk in sorted({*waiting, *spelled}):
        row, spell, name = waiting.get(pk), spelled.get(pk), names.get(pk, f"支出 {pk}")
        if spell is None:
            yield "待认定", name, "正待认定而没有未结束的待认定时段，过去日期的占用会少计"
        elif row is None:
            yield "待认定", name, f"已不待认定而自 {spell.from_on} 的待认定时段没有结束，过去日期的占用会多计"
        elif _spelled(row, row.reverses_id is not None) != _spelled(spell, spell.reverses):
            said = f"待认定时段记 {yuan(spell.amount)}，本笔 {yuan(row.amount)}"
            yield "待认定", name, f"{said}；金额、类别、来源、日期、合同或是否占用不一致"


def _spelled(row: Any, reverses: bool) -> tuple[Any, ...]:
    return (reverses, *(getattr(row, name) for name in SPELLED))


CHECKS: tuple[Callable[[Book], Iterator[Broken]], ...] = (
    budget_lines,
    sums,
    money_in,
    award,
    reversals,
    categories,
    amounts,
    people,
    second_signatures,
    evidence,
    invoices,
    period,
    settlement,
    numbers,
    problem_money,
    spells,
)
