"""Who looks at the money: questions, audits, lists laid side by side, 暂停, 年末收回, the settlement of one that passed."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from funds import operations as funds
from funds.ledger import quarter_of
from funds.models import AuditFinding, Explanation, Flag, Statement, Voucher
from funds.operations import flags
from funds.queries.reconciliation import pairs_of
from funds.rules.reconciliation import MATCHED, key_of
from lifecycle.demo.money import Purse
from lifecycle.demo.papers import listing, paper
from lifecycle.demo.story import Story
from policy.terms import DocumentKind, FoundMoneyMove, Occasion, SampleMethod, VoucherState
from projects.models import Problem

Lines = list[tuple[str, date, Decimal, str, str]]


def look(purse: Purse) -> None:
    """Of the unit whose money has every state."""
    talk(purse)
    audited(purse)
    being_audited(purse)
    reconciled(purse)


# 疑点
def talk(purse: Purse) -> None:
    """Two are cleared, one is asked again, one waits for 市财政 and the rest for the unit."""
    unit, city = purse.story.u1, purse.judge
    told = (
        ("receipt_mismatch", "银行 5 月维护，少到的 1,000 元次周补到，回单已存。", 60, "与银行回单一致，予以排除。"),
        ("cash", "志愿者为校外人员，一次性餐补，有签领单。", 40, "有签领单，金额合理，予以排除。"),
        ("split", "工具柜和量具分属两个实训室，分两次询价。", 30, ""),
    )
    for rule, text, back, verdict in told:
        flag = _flag(purse, rule)
        flags.answer_flag(purse.pk, flag.pk, actor=unit, text=text, on=purse.day(back))
        if verdict:
            flags.close_flag(purse.pk, flag.pk, actor=city, confirmed=False, conclusion=verdict, on=purse.day(back - 6))
    asked: dict[str, Any] = {"actor": city, "text": "两次询价的时间只隔 12 天，请提供两次询价的采购文件。"}
    flags.ask_flag(purse.pk, _flag(purse, "split").pk, **asked, on=purse.day(21))
    software = purse.story.project.vouchers.get(abstract="虚拟仿真软件首付款")
    text = "软件合同未走采购包，请说明采购过程。"
    raised = flags.raise_flag(
        purse.pk, actor=purse.story.cast["ph"], text=text, voucher_id=software.pk, on=purse.day(15)
    )
    answer = "软件为单一来源采购，论证材料随合同上传。"
    flags.answer_flag(purse.pk, raised.pk, actor=unit, text=answer, on=purse.day(9))


def _flag(purse: Purse, rule: str) -> Flag:
    return purse.story.project.flags.filter(rule=rule).latest("pk")


# 审计
def open_case(purse: Purse, who: User, back: int, *, title: str, period: tuple[int, int], **sample: Any) -> int:
    start, end = (purse.day(one) for one in period)
    return funds.open_audit(
        purse.pk, actor=who, number=f"示例审〔{purse.day(back).year}〕{purse.pk:03d}-{back}号", title=title,
        period_from=start, period_to=end, on=purse.day(back), **sample,
    ).pk  # fmt: skip


def see(purse: Purse, case: int, who: User, back: int, *, most: int | None = None) -> None:
    picks = purse.story.project.audits.get(pk=case).picks.values_list("pk", flat=True)
    for pick in list(picks)[:most]:
        funds.see_audit_pick(purse.pk, case, actor=who, pick_id=pick, on=purse.day(back))


def find(purse: Purse, case: int, who: User, back: int, voucher: Voucher, **facts: Any) -> AuditFinding:
    day = purse.day(back)
    given = {"level": Problem.Level.MAJOR, "due_on": day + timedelta(days=30), "clause": ""} | facts
    return funds.record_finding(
        purse.pk, case, actor=who, voucher_id=voucher.pk, uploads=[paper("审计底稿")], on=day, **given
    )


def reply(purse: Purse, finding: AuditFinding, text: str, back: int) -> None:
    ids = (purse.pk, finding.case_id, finding.pk)
    funds.draft_reply(*ids, actor=purse.story.u1, reply=text, uploads=[paper("整改佐证")], on=purse.day(back + 2))
    funds.submit_reply(*ids, actor=purse.story.u2, on=purse.day(back))


def proved(purse: Purse, finding: AuditFinding, amount: int, back: int) -> None:
    """The unit's 补证, counted by 省财政."""
    entry = funds.record_found_money(
        purse.pk, finding.found_money.pk, actor=purse.story.u1, move=FoundMoneyMove.PROVED, amount=Decimal(amount),
        happened_on=purse.day(back), number=f"证-{purse.day(back):%y%m%d}", note="补齐验收单和清单",
        uploads=[paper("补证材料")], on=purse.day(back),
    )  # fmt: skip
    funds.confirm_found_money(purse.pk, entry.pk, actor=purse.story.cast["pf"], on=purse.day(back - 2))


def audited(purse: Purse) -> None:
    """办结: one finding, proved, verified by 省财政 and concluded by its head."""
    cast, city = purse.story.cast, purse.judge
    case = open_case(
        purse, city, 78, title="建设期前半年资金审计", period=(265, 85), method=SampleMethod.AMOUNT, size=3
    )
    see(purse, case, city, 76)
    voucher = purse.story.project.vouchers.get(abstract="车间电力改造进度款")
    finding = find(
        purse, case, city, 75, voucher, kind="no_receipt", amount=Decimal(25_000), clause="内部控制制度第十二条",
        fact="进度款中 2.5 万元的隐蔽工程签证单未附。", measure="补齐签证单和监理意见。",
    )  # fmt: skip
    funds.send_audit(purse.pk, case, actor=city, on=purse.day(73))
    reply(purse, finding, "签证单和监理意见已补齐，随附件报送。", 62)
    proved(purse, finding, 25_000, 61)
    funds.verify_finding(
        purse.pk, case, finding.pk, actor=cast["pf"], closed=True, note="签证单齐全，予以销号。", on=purse.day(55)
    )
    conclusion = "抽查 3 笔，发现问题 1 条，已整改到位，同意办结。"
    funds.conclude_audit(purse.pk, case, actor=cast["pfl"], conclusion=conclusion, on=purse.day(50))


def being_audited(purse: Purse) -> None:
    """By the 审计 post: half of the sample is seen, one finding is a draft and has no figure yet."""
    who = purse.story.cast["au"]
    case = open_case(purse, who, 7, title="年度资金抽审", period=(180, 8), method=SampleMethod.RISK, size=4)
    see(purse, case, who, 6, most=2)
    voucher = purse.story.project.vouchers.get(abstract="量具套装")
    find(
        purse, case, who, 5, voucher, kind="procurement", amount=Decimal(0), clause="采购管理办法第八条",
        fact="12 天内向同一供应商两次询价采购，合计 56 万元。", measure="说明采购依据，补充采购论证材料。",
    )  # fmt: skip


def replied_audit(story: Story, on: date) -> None:
    """待核验: sent, answered by the unit, part of the money still open."""
    purse = Purse(story, on)
    city = purse.judge
    case = open_case(purse, city, 200, title="建设期资金审计", period=(640, 210), method=SampleMethod.RANDOM, size=4)
    see(purse, case, city, 198)
    voucher = story.project.vouchers.filter(category="courses", state=VoucherState.RECOGNISED).earliest("pk")
    finding = find(
        purse, case, city, 197, voucher, kind="records", level=Problem.Level.MINOR, amount=Decimal(12_000),
        fact="课程开发费中 1.2 万元缺少成果验收单。", measure="补齐成果验收单。", clause="合同管理办法第六条",
    )  # fmt: skip
    funds.send_audit(purse.pk, case, actor=city, on=purse.day(195))
    reply(purse, finding, "已补成果验收单 8,000 元，其余正在办理。", 175)
    proved(purse, finding, 8_000, 174)


# 三方对账
def reconciled(purse: Purse) -> None:
    """The quarter of a hundred days ago: each side lacks a row or has another amount; one difference is explained."""
    quarter = quarter_of(purse.day(100))
    period = {"period_from": quarter.start_on, "period_to": quarter.end_on}
    lines = _paid_in(purse, quarter.start_on, quarter.end_on)
    slip = [(*line[:2], line[2] + (90 if index == 0 else 0), *line[3:]) for index, line in enumerate(lines)]
    extra = (f"记-{quarter.end_on:%y%m}-088", quarter.end_on, Decimal(6_800), "示例物业服务有限公司", "实训楼保洁费")
    sent = {"on": max(quarter.end_on + timedelta(days=3), purse.day(6))}
    _upload(purse, purse.story.u1, Statement.Side.BOOKS, [*slip, extra], period, **sent)
    _upload(purse, purse.judge, Statement.Side.TREASURY, lines[:-1], period, **sent)
    start, end = quarter.start_on, quarter.end_on
    one = next(one for one in pairs_of(purse.story.project, start, end) if one.kind != MATCHED and len(one.groups) > 1)
    funds.explain_difference(
        purse.pk, actor=purse.story.u1, start=start, end=end, key=key_of(one, start, end),
        reason=Explanation.Reason.OTHER_PERIOD, note="手续费 90 元记入本凭证，下季度调出。", on=purse.day(4),
    )  # fmt: skip


def _paid_in(purse: Purse, start: date, end: date) -> Lines:
    rows = purse.story.project.vouchers.filter(state=VoucherState.RECOGNISED, paid_on__range=(start, end)).order_by(
        "paid_on", "pk"
    )
    return [(row.number, row.paid_on, row.signed_amount, row.payee, row.abstract) for row in rows]


def _upload(
    purse: Purse, who: User, side: Statement.Side, lines: Iterable[Any], period: dict[str, date], *, on: date
) -> None:
    """Money the treasury never sees is not in its list."""
    given: dict[str, Any] = {"upload": listing(side.label, lines), "on": on} | period
    funds.upload_statement(purse.pk, actor=who, side=side, **given)


# 暂停和恢复
def hold(story: Story, on: date, *, by: str, number: str, reason: str) -> None:
    """市财政 proposes, both departments place it the week after."""
    funds.request_hold(
        story.pk, actor=story.cast[by], lifts=False, reason=reason, number=number, uploads=[paper("暂停依据")], on=on
    )
    story.decide("T11", on + timedelta(days=7), reason=reason)


def lift(story: Story, on: date, *, reason: str) -> None:
    story.decide("T12", on, reason=reason)


def declined_hold(story: Story, on: date) -> None:
    reason = "第一季度报账迟延，建议暂停拨付。"
    asked = funds.request_hold(story.pk, actor=story.cast[story.cf], lifts=False, reason=reason, on=on)
    answer = "单位已补报，暂不采取暂停措施。"
    funds.decline_hold(story.pk, asked.pk, actor=story.cast["pf"], answer=answer, on=on + timedelta(days=5))


# 结转
def carried_over(story: Story, share: int) -> None:
    """收回 at the end of the year the money was issued in, and given again with the next year's budget."""
    document = story.project.allocations.select_related("document").latest("pk").document
    year, amount = document.fiscal_year, (story.project.grant or Decimal(0)) * share / 100
    taken: dict[str, Any] = {"kind": DocumentKind.SWEEP, "on": date(year, 12, 31), "fiscal_year": year}
    again: dict[str, Any] = {"kind": DocumentKind.REISSUE, "on": date(year + 1, 1, 25), "fiscal_year": year + 1}
    for given, title in ((taken, "关于收回年末结转资金的通知"), (again, "关于再下达上年结转资金的通知")):
        _document(story, title, amount, origin_year=year, **given)
    allocation, day = story.project.allocations.latest("pk"), date(year + 1, 2, 1)
    funds.confirm_receipt(story.pk, allocation.pk, actor=story.u2, received_on=day, amount=amount, on=day)


def _document(story: Story, title: str, amount: Decimal, *, on: date, kind: str, **head: Any) -> None:
    number = f"示例财社〔{on.year}〕{kind[:1].upper()}{story.pk}号"
    document = funds.record_fund_document(
        actor=story.cast["pf"], number=number, dated_on=on, title=title, total=amount, lines={story.pk: amount},
        source=story.project.edition.grant_source, kind=kind, upload=paper("资金文件"), on=on, **head,
    )  # fmt: skip
    funds.approve_fund_document(document.pk, actor=story.cast["pfl"], on=on + timedelta(days=2))


def claims(story: Story, on: date) -> None:
    """报账: what is allocated to the unit may be spent, and is paid out against its bills."""
    organisation = story.project.organisation_id
    funds.set_arrival_mode(organisation, actor=story.cast["pf"], mode="claim", on=on)


# 清算
def settled_after_acceptance(story: Story, on: date) -> None:
    """The rest of the money claimed back: half has come in, a quarter waits for its second person."""
    story.prepare_settlement(on)
    day = on + timedelta(days=6)
    funds.approve_settlement(story.pk, occasion=Occasion.ACCEPTANCE, actor=story.cast["pfl"], on=day)
    claim = story.project.claw_backs.latest("pk")
    story.repay(claim.amount / 2, on + timedelta(days=13))
    story.repay(claim.amount / 4, on + timedelta(days=24), confirmed=False)
