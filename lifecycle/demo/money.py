"""The money of one unit over nine months: passed on, budgeted, contracted, paid, judged, put right.

Days are counted back from the day of the demo, so that every story stays inside its build period.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from funds import operations as funds
from funds.ledger import Quarter, quarter_of
from funds.models import Asset, Contract, Income, Voucher
from funds.operations import assets, contracts
from funds.queries.budgets import in_force
from funds.queries.pages import cells_of
from lifecycle.demo.papers import paper
from lifecycle.demo.story import Story
from lifecycle.queries import change_payload
from policy.terms import EntryType, FoundMoneyMove, PayWay, PurchaseStage, Source, VoucherState

OWN_MONEY = Decimal(300_000)
PLAN_SHARES = (10, 15, 20, 20, 20, 15)
BIDDING, INQUIRY = "公开招标", "询价"
Parts = Iterable[tuple[str, str, int, int]]


@dataclass
class Purse:
    """`on`: the day of the demo; every other day is so many days before it."""

    story: Story
    on: date
    count: int = field(default=0)

    def day(self, back: int) -> date:
        return self.on - timedelta(days=back)

    @property
    def pk(self) -> int:
        return self.story.pk

    @property
    def judge(self) -> User:
        return self.story.cast[self.story.cf or "pf"]

    @property
    def other_judge(self) -> User:
        """Of the province, another person than the judge."""
        return self.story.cast["pf" if self.story.cf else "pf2"]

    # 拨付和到账
    def passed_on(self, amount: int, sent: int, came: int, *, received: int | None = None) -> None:
        """Recorded by 市财政, checked by 省财政负责人, seen by the unit; `received` where it saw another amount."""
        allocation, cast = self.story.project.allocations.latest("pk"), self.story.cast
        release = funds.record_release(
            self.pk, allocation.pk, actor=self.judge, amount=Decimal(amount), released_on=self.day(sent),
            number=f"拨{self.day(sent):%y%m%d}-{allocation.pk:03d}", on=self.day(sent),
        )  # fmt: skip
        funds.approve_release(self.pk, release.pk, actor=cast["pfl"], on=self.day(sent - 1))
        self.arrived(amount if received is None else received, came)

    def arrived(self, amount: int, back: int) -> None:
        allocation, day = self.story.project.allocations.latest("pk"), self.day(back)
        given: dict[str, Any] = {"received_on": day, "amount": Decimal(amount), "on": day}
        funds.confirm_receipt(self.pk, allocation.pk, actor=self.story.u2, **given)

    def income(self, kind: str, amount: str, back: int, *, note: str) -> Income:
        return funds.record_income(
            self.pk, actor=self.story.u1, kind=kind, amount=Decimal(amount), received_on=self.day(back),
            number=f"收-{self.day(back):%y%m%d}", note=note, uploads=[paper("银行回单")], on=self.day(back),
        )  # fmt: skip

    # 采购和合同
    def package(self, name: str, category: str, budget: int, parts: Parts, back: int, *, way: str = BIDDING) -> int:
        """`parts`: name, model, quantity, budgeted unit price."""
        made = contracts.record_package(
            self.pk, actor=self.story.u1, name=name, category=category, procurement=way, budget=Decimal(budget),
            items=[(label, model, many, Decimal(price)) for label, model, many, price in parts], on=self.day(back),
        )  # fmt: skip
        return made.row.pk

    def contract(
        self, name: str, category: str, amount: int, back: int, *, supplier: str, retention: int = 0, **more: Any
    ) -> Contract:
        day = self.day(back)
        made = contracts.record_contract(
            self.pk, actor=self.story.u1, on=day, uploads=[paper(f"合同-{name}")], number=f"HT{day:%Y%m%d}", name=name,
            supplier=supplier, category=category, amount=Decimal(amount), signed_on=day, retention=Decimal(retention),
            retention_due_on=day + timedelta(days=420) if retention else None,
            **{"procurement": BIDDING} | more,
        )  # fmt: skip
        return Contract.objects.get(pk=made.row.pk)

    def step(self, stage: PurchaseStage, back: int, *, note: str = "", **of: Any) -> int:
        day = self.day(back)
        given: dict[str, Any] = {"stage": stage, "day": day, "number": f"CG{day:%y%m%d}", "note": note}
        papers = [paper(stage.label)]
        return contracts.record_step(self.pk, actor=self.story.u1, uploads=papers, on=day, **given, **of).row.pk

    # 支出
    def paid(
        self, category: str, amount: int, back: int, what: str, *, recorded: int | None = None, **facts: Any
    ) -> Voucher:
        """A draft of U1, entered two days after it was paid unless `recorded` says when."""
        self.count += 1
        day = self.day(back)
        payee = facts.pop("payee", "示例教学服务有限公司")
        entry: dict[str, Any] = {
            "number": f"记-{day:%y%m}-{self.count:03d}", "paid_on": day, "category": category, "abstract": what,
            "source": self.story.project.edition.grant_source.value, "amount": Decimal(amount), "payee": payee,
            "invoice_number": f"{self.pk:06d}{day:%y%m%d}{self.count:04d}", "invoice_seller": payee, "invoice_on": day,
            "invoice_total": Decimal(amount), "procurement": INQUIRY,
        } | facts  # fmt: skip
        kept = self.day(back - 2 if recorded is None else recorded)
        return funds.record_voucher(self.pk, actor=self.story.u1, on=kept, uploads=[paper("发票和凭证")], **entry)

    def handed(self, category: str, amount: int, back: int, what: str, **facts: Any) -> Voucher:
        """Submitted by U2 three days after it was paid, or the day after it was recorded late."""
        voucher = self.paid(category, amount, back, what, **facts)
        return funds.submit_voucher(
            self.pk, voucher.pk, actor=self.story.u2, on=voucher.recorded_on + timedelta(days=1)
        )

    def said(self, voucher: Voucher, verdict: str, opinion: str = "", *, after: int = 6) -> Voucher:
        """By 市财政; the second signature of 省财政 where the amount asks for it."""
        given: dict[str, Any] = {"verdict": verdict, "opinion": opinion}
        submitted = voucher.submitted_on or voucher.recorded_on
        day = submitted + timedelta(days=after)
        judged = funds.judge_voucher(self.pk, voucher.pk, actor=self.judge, on=day, **given)
        if judged.first_judged_by_id and judged.state == VoucherState.SUBMITTED:
            judged = funds.judge_voucher(self.pk, voucher.pk, actor=self.other_judge, on=day, **given)
        return judged

    def spent(self, category: str, amount: int, back: int, what: str, **facts: Any) -> Voucher:
        return self.said(self.handed(category, amount, back, what, **facts), VoucherState.RECOGNISED)

    # 批次
    def batch(self, vouchers: Iterable[Voucher], back: int, title: str) -> int:
        ids = [voucher.pk for voucher in vouchers]
        return funds.gather_batch(self.pk, actor=self.story.u1, voucher_ids=ids, title=title, on=self.day(back)).pk

    def signed(self, batch: int, back: int) -> None:
        funds.sign_batch(self.pk, batch, actor=self.story.u2, on=self.day(back))

    def seen(self, batch: int, back: int, *, most: int | None = None) -> None:
        picks = self.story.project.batches.get(pk=batch).picks.values_list("voucher", flat=True)
        for voucher in list(picks)[:most]:
            funds.see_pick(self.pk, batch, actor=self.judge, voucher_id=voucher, on=self.day(back))

    # 预算
    def moved(self, back: int, amount: int, *, out: str, into: str, reason: str) -> None:
        """U2 proposes to move so much between two categories of the grant."""
        source = self.story.project.edition.grant_source.value
        items = cells_of(in_force(self.story.project))
        items[out, source] -= Decimal(amount)
        items[into, source] = items.get((into, source), Decimal(0)) + Decimal(amount)
        given: dict[str, Any] = {"items": items, "reason": reason, "uploads": [paper("调剂测算说明")]}
        funds.propose_change(self.pk, actor=self.story.u2, on=self.day(back), **given)

    def change_approved(self, back: int) -> None:
        self.story.decide(
            "T13", self.day(back), reason="调剂符合资金使用范围，测算依据充分。", **change_payload(self.story.fresh())
        )


def budget_of(story: Story, start: date) -> tuple[dict[tuple[str, str], Decimal], dict[Quarter, Decimal]]:
    """Beside the grant some own money; the grant planned over six quarters from the start."""
    grant, quarter = story.project.grant or Decimal(0), quarter_of(start)
    plan: dict[Quarter, Decimal] = {}
    for part in PLAN_SHARES:
        plan[quarter] = grant * part / 100
        quarter = quarter.next
    return {("equipment", Source.OWN.value): OWN_MONEY}, plan


def money_in(purse: Purse) -> None:
    """Two 拨付; of the second the bank held a thousand yuan back for a week."""
    purse.passed_on(4_000_000, 276, 274)
    purse.passed_on(3_000_000, 262, 260, received=2_999_000)
    purse.arrived(1_000, 253)


def other_income(purse: Purse) -> None:
    purse.income(Income.Kind.OWN, "300000.00", 210, note="学校自筹配套资金到位")
    purse.income(Income.Kind.INTEREST, "4312.55", 155, note="专户二季度存款利息")
    wrong = purse.income(Income.Kind.INTEREST, "4132.55", 61, note="专户三季度存款利息")
    reason, papers = "金额录反，另行登记 4,231.55 元", [paper("银行利息清单")]
    given: dict[str, Any] = {"reason": reason, "uploads": papers, "on": purse.day(60)}
    asked = funds.reverse_income(purse.pk, wrong.pk, actor=purse.story.u2, **given)
    funds.judge_income_reversal(purse.pk, asked.pk, actor=purse.judge, agreed=True, on=purse.day(58))
    purse.income(Income.Kind.INTEREST, "4231.55", 57, note="专户三季度存款利息")


def purchases(purse: Purse) -> dict[str, Contract]:
    """Three packages, one still without a contract; four contracts, two of them unpaid in part."""
    lathes = purse.package(
        "数控实训设备", "equipment", 2_750_000,
        [("数控车床", "SL-40", 8, 180_000), ("加工中心", "SM-85", 3, 430_000)], 240,
    )  # fmt: skip
    power = purse.package("实训车间电力改造", "facilities", 700_000, [("电力改造工程", "", 1, 690_000)], 205)
    welding = purse.package("焊接机器人工作站", "equipment", 900_000, [("焊接机器人", "SW-6", 2, 440_000)], 22)
    for stage, back, package in (
        (PurchaseStage.INTENTION, 238, lathes), (PurchaseStage.PROCURED, 200, lathes),
        (PurchaseStage.INTENTION, 203, power), (PurchaseStage.INTENTION, 20, welding),
    ):  # fmt: skip
        purse.step(stage, back, package_id=package)
    purse.step(PurchaseStage.PROCURED, 190, note="工期受暑假限制，公开至采购间隔较短", package_id=power)
    made = {
        "lathes": purse.contract(
            "数控实训设备采购合同", "equipment", 2_640_000, 195, supplier="示例智能装备有限公司", retention=132_000,
            package_id=lathes,
        ),
        "power": purse.contract(
            "实训车间电力改造合同", "facilities", 650_000, 180, supplier="示例机电安装有限公司", retention=32_500,
            package_id=power,
        ),
        "courses": purse.contract(
            "一体化课程开发委托合同", "courses", 210_000, 140, supplier="示例教育科技有限公司", procurement=INQUIRY
        ),
        "software": purse.contract(
            "虚拟仿真实训软件合同", "equipment", 1_150_000, 62, supplier="示例软件有限公司", retention=57_500
        ),
    }  # fmt: skip
    for stage, key, back in (
        (PurchaseStage.DELIVERED, "lathes", 132), (PurchaseStage.ACCEPTED, "lathes", 120),
        (PurchaseStage.DELIVERED, "power", 112), (PurchaseStage.ACCEPTED, "power", 104),
        (PurchaseStage.DELIVERED, "courses", 126), (PurchaseStage.ACCEPTED, "courses", 124),
    ):  # fmt: skip
        purse.step(stage, back, contract_id=made[key].pk)
    wrong = purse.step(PurchaseStage.DELIVERED, 40, contract_id=made["software"].pk)
    actor, reason = purse.story.u1, "到货的是样机，正式到货后另行登记"
    contracts.void_step(purse.pk, wrong, actor=actor, reason=reason, on=purse.day(36))
    return made


def contract_payments(purse: Purse, made: dict[str, Contract]) -> list[Voucher]:
    """Instalments under the contracts; the last waits for the second signature of 省财政."""
    lathes, power, courses, software = (made[key] for key in ("lathes", "power", "courses", "software"))

    def under(contract: Contract, **more: Any) -> dict[str, Any]:
        return {"contract": contract, "payee": contract.supplier, "procurement": contract.procurement} | more

    cell = {"quantity": 8, "unit_price": Decimal(178_000)}
    found = [
        purse.spent("equipment", 792_000, 185, "数控车床首付款", **under(lathes, **cell)),
        purse.spent("facilities", 195_000, 170, "车间电力改造预付款", **under(power)),
        purse.spent("courses", 210_000, 122, "一体化课程开发费", **under(courses)),
        purse.spent(
            "equipment", 1_584_000, 115, "数控车床、加工中心到货款", **under(lathes, **cell, asset_card="ZC-SL-40-08")
        ),
        purse.spent("facilities", 325_000, 100, "车间电力改造进度款", **under(power)),
    ]
    priced = {"quantity": 1, "unit_price": Decimal(575_000), "invoice_total": Decimal(1_150_000)}
    first = purse.handed("equipment", 575_000, 25, "虚拟仿真软件首付款", **under(software, **priced))
    funds.judge_voucher(
        purse.pk, first.pk, actor=purse.judge, verdict=VoucherState.RECOGNISED, opinion="合同、发票、付款凭证齐全。",
        on=purse.day(18),
    )  # fmt: skip
    return found


def small_payments(purse: Purse) -> None:
    """Every state and kind of entry there is; what is not said here is the batches'."""
    own = {"source": Source.OWN.value, "quantity": 40, "unit_price": Decimal(2_000), "asset_card": "ZC-GW-001"}
    purse.spent("equipment", 80_000, 150, "实训室工位桌椅（自筹）", payee="示例家具有限公司", **own)
    wages = purse.spent("instructors", 140_000, 92, "外聘指导教师上学期课酬", payee="示例人力资源服务有限公司")
    back = funds.propose_reversal(
        purse.pk, wages.pk, actor=purse.story.u1, amount=Decimal(20_000), reason="一名教师未到岗，课酬退回",
        paid_on=purse.day(74), number="冲-课酬退回", uploads=[paper("退款回单")], on=purse.day(72),
    )  # fmt: skip
    funds.judge_reversal(purse.pk, back.pk, actor=purse.judge, verdict=VoucherState.RECOGNISED, on=purse.day(66))
    purse.spent("activities", 26_000, 135, "上半年技能评价耗材", recorded=34)
    correction = {"entry_type": EntryType.CORRECTION, "about_period": quarter_of(purse.day(150)).label.replace(" ", "")}
    purse.spent("activities", 4_200, 30, "更正以前期少列的竞赛耗材费", **correction)
    for back_days, what, card in ((76, "钳工工具柜", "ZC-GJ-100"), (64, "量具套装", "")):
        given = {"payee": "示例教学仪器有限公司", "quantity": 100, "unit_price": Decimal(2_800), "asset_card": card}
        purse.spent("equipment", 280_000, back_days, what, **given)
    purse.spent("activities", 3_600, 52, "竞赛志愿者餐补", pay_way=PayWay.CASH)
    returned = purse.handed("courses", 52_000, 56, "教材印刷费")
    purse.said(returned, VoucherState.RETURNED, "发票抬头与单位名称不一致，请换开后重新提交。")
    _reversal_waiting(purse)


def _reversal_waiting(purse: Purse) -> None:
    paid = purse.spent("courses", 36_000, 48, "题库建设费")
    given: dict[str, Any] = {"amount": Decimal(6_000), "paid_on": purse.day(13), "number": "冲-题库核减"}
    told: dict[str, Any] = {"reason": "题库验收核减", "uploads": [paper("验收核减单")], "on": purse.day(12)}
    funds.propose_reversal(purse.pk, paid.pk, actor=purse.story.u1, **given, **told)


def questions(purse: Purse) -> None:
    """暂不认定 twice: one 补件 is open, one is answered."""
    for amount, back, what, answered in (
        (70_000, 45, "校级技能竞赛组织费", False), (46_000, 41, "企业兼职教师课酬", True),
    ):  # fmt: skip
        category = "instructors" if answered else "activities"
        voucher = purse.handed(category, amount, back, what)
        purse.said(voucher, VoucherState.QUESTIONED, "佐证不全，补齐后再认定。")
        text = "请补考勤表和聘用协议。" if answered else "请补竞赛方案、签到表和经费分摊说明。"
        ask = funds.ask_for_paper(purse.pk, voucher.pk, actor=purse.judge, text=text, on=purse.day(8))
        if answered:
            funds.answer_ask(
                purse.pk, voucher.pk, ask.pk, actor=purse.story.u1, answer="考勤表和聘用协议见附件。",
                uploads=[paper("考勤表和聘用协议")], on=purse.day(5),
            )  # fmt: skip


def disallowed(purse: Purse) -> None:
    """不认定: part of it paid back and counted, part 补证 that waits for another person."""
    voucher = purse.handed("activities", 38_000, 82, "竞赛答谢招待费", payee="示例餐饮有限公司")
    purse.said(voucher, VoucherState.DISALLOWED, "招待费不在资金使用范围内，应退回专户。")
    found = purse.story.project.found_money.get(voucher=voucher)
    for move, amount, back in ((FoundMoneyMove.RECOVERED, 20_000, 60), (FoundMoneyMove.PROVED, 8_000, 9)):
        entry = funds.record_found_money(
            purse.pk, found.pk, actor=purse.story.u1, move=move, amount=Decimal(amount), happened_on=purse.day(back),
            number=f"处-{purse.day(back):%y%m%d}", note="退回专户" if move == FoundMoneyMove.RECOVERED else "属评委工作餐",
            uploads=[paper("处理凭证")], on=purse.day(back),
        )  # fmt: skip
        if move == FoundMoneyMove.RECOVERED:
            funds.confirm_found_money(purse.pk, entry.pk, actor=purse.other_judge, on=purse.day(back - 3))


def batches(purse: Purse) -> None:
    """One passed, one that waits with its picks half opened, one that is being made up."""
    done = [
        purse.paid("instructors", amount, 98 - index, f"外聘教师{month}课酬")
        for index, (amount, month) in enumerate(
            ((18_000, "三月"), (18_600, "四月"), (17_400, "五月"), (19_200, "六月"))
        )
    ]
    passed = purse.batch(done, 93, "上学期课酬报账")
    purse.signed(passed, 91)
    purse.seen(passed, 88)
    given: dict[str, Any] = {"opinion": "抽查凭证齐全，同意。", "on": purse.day(87)}
    funds.pass_batch(purse.pk, passed, actor=purse.judge, **given)
    waiting = [
        purse.paid("instructors", 21_000, 17, "外聘教师九月课酬"),
        purse.paid("instructors", 22_400, 16, "外聘教师十月课酬"),
        purse.paid("courses", 128_000, 16, "活页式教材开发费", payee="示例教育科技有限公司"),
        purse.paid("activities", 9_800, 15, "技能月耗材"),
        purse.paid("activities", 12_500, 14, "技能月裁判费和奖金"),
        purse.paid("facilities", 46_000, 14, "实训室安全标识和消防设施", payee="示例消防器材有限公司"),
    ]
    signed = purse.batch(waiting, 12, "下学期第一批报账")
    purse.signed(signed, 10)
    purse.seen(signed, 7, most=1)
    drafts = [purse.paid("instructors", 23_000, 4, "外聘教师本月课酬", recorded=3)]
    purse.batch(drafts, 2, "本月报账")


def equipment(purse: Purse, made: dict[str, Contract], voucher: Voucher) -> list[Asset]:
    """Cards of the machines of the first contract, ticked on site; one was found in another room."""
    bought = (
        *(("数控车床", "SL-40", 178_000, index) for index in range(1, 5)),
        *(("加工中心", "SM-85", 405_000, index) for index in range(1, 3)),
    )
    cards = []
    for name, model, price, index in bought:
        cards.append(
            assets.record_asset(
                purse.pk, actor=purse.story.u1, on=purse.day(110), voucher_id=voucher.pk, contract_id=made["lathes"].pk,
                card_number=f"ZC{purse.day(110):%Y}-{model}-{index:02d}", name=name, model=model, quantity=1,
                room="实训楼一层数控车间", keeper="保管员甲", unit_price=Decimal(price), acquired_on=purse.day(120),
            )
        )  # fmt: skip
    ticks = (
        ("ch", 0, True, ""),
        ("ch", 1, True, ""),
        ("ch", 4, True, ""),
        ("ph", 2, False, "不在数控车间，现置于焊接车间"),
    )
    for who, index, found, note in ticks:
        assets.check_asset(
            purse.pk, cards[index].pk, actor=purse.story.cast[who], found=found, note=note,
            room="" if found else "实训楼二层焊接车间", on=purse.day(33),
        )  # fmt: skip
    return cards


def fill(story: Story, on: date) -> Purse:
    """Everything after the build period began."""
    purse = Purse(story, on)
    other_income(purse)
    made = purchases(purse)
    instalments = contract_payments(purse, made)
    small_payments(purse)
    batches(purse)
    disallowed(purse)
    questions(purse)
    equipment(purse, made, instalments[0])
    reason = "课程开发任务增加，设备招标有结余"
    purse.moved(80, 100_000, out="equipment", into="courses", reason=reason)
    purse.change_approved(74)
    purse.moved(11, 60_000, out="facilities", into="activities", reason="承办省级竞赛，活动经费不足")
    return purse
