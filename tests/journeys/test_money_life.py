"""One whole life of money over HTTP: from the 资金文件 to the settlement, the six figures asserted at every turn."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from funds.models import AuditFinding, Batch, Contract, FundDocument, Voucher
from lifecycle.demo.cast import MACHINES, base
from lifecycle.demo.papers import paper
from tests.journeys.life import Life

SIX = ("批复", "下达", "到账", "支出", "结余", "执行率")
GRANT = Decimal(7_000_000)
ISSUED, OVER = date(2026, 3, 2), date(2028, 3, 6)
SELLER = "示例设备有限公司"
INVOICE = f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>26222000000012345678</EIid></Header><EInvoiceData>
<SellerInformation><SellerName>{SELLER}</SellerName></SellerInformation>
<BasicInformation><TotalAmWithoutTax>100000.00</TotalAmWithoutTax><TotalTaxAm>13000.00</TotalTaxAm>
<TotalTax-includedAmount>113000.00</TotalTax-includedAmount><RequestTime>2026-04-01 10:20:30</RequestTime>
</BasicInformation></EInvoiceData></EInvoice>""".encode()


@pytest.fixture
def life(town):
    """A base whose targets are filed, beside one that waits for its targets."""
    stage = town.stage(date(2026, 1, 15))
    story = stage.awarded("qigong", base("示例市汽车工业技师学院", MACHINES), "jilin_2025", date(2026, 1, 15))
    stage.awarded("beichen", base("示例市北辰技师学院", MACHINES), "jilin_2025", date(2026, 1, 15))
    story.file_targets(date(2026, 1, 20))
    return Life.of(town, story)


def stands(life, *figures, readers=("u2",)):
    """What they read in 总览."""
    for who in (getattr(life, name) for name in readers):
        text = who.open(f"{life.url}funds/").text
        found = [re.search(rf"{label} ?([\d.,]+%?|不适用|—) ?", text) for label in SIX]
        assert tuple(one.group(1) if one else None for one in found) == figures


def money(life, page=""):
    return f"{life.url}funds/{page}"


def issue(life):
    """Left out: the other base. A total that is not the sum is refused with the difference."""
    life.on(ISSUED)
    other = life.project.__class__.objects.exclude(pk=life.pk).get()
    page = life.pf.open("/funds/documents/new/")
    given = {
        "number": "示例财社〔2026〕1号", "title": "关于下达高技能人才培养补助资金的通知", "dated_on": str(ISSUED),
        "fiscal_year": 2026, "source": "central", "upload": paper("资金文件"), f"amount-{life.pk}": GRANT,
        "held_out": other.pk,
    }  # fmt: skip
    page.refused("少 100.00 元", button="登记并送签", **given, total=GRANT + 100)
    given["upload"] = paper("资金文件")
    page = page.submit("登记并送签", **given, total=GRANT).says("未列入下达", "示例市北辰技师学院", "绩效目标尚未提交")
    stands(life, "700.00", "0.00", "0.00", "0.00", "0.00", "不适用")
    life.pfl.task("签批资金文件").submit("签批")
    stands(life, "700.00", "700.00", "0.00", "0.00", "0.00", "不适用")
    life.town["beichen.u2"].open(f"/projects/{other.pk}/funds/money-in/").says("未列入")


def pass_on(life):
    """拨付 recorded and checked; what came is less, which opens a question; the rest comes a week later."""
    life.on(date(2026, 3, 5))
    page = life.judge.task("登记拨付")
    page.refused("本次最多拨付 7,000,000.00 元", amount="7000000.01", released_on="2026-03-05", number="拨-1")
    page.submit("登记并送复核", amount=GRANT, released_on="2026-03-05", number="拨-1")
    life.judge.idle("复核拨付")
    life.pfl.task("复核拨付").submit("复核")
    life.on(date(2026, 3, 9))
    page = life.u2.task("确认到账")
    page.submit("确认到账", received_on="2026-03-09", amount="6900000.00").says("到账疑问待说明", "对不上")
    stands(life, "700.00", "700.00", "690.00", "0.00", "690.00", "不适用")
    life.on(date(2026, 3, 12))
    life.u2.task("确认到账").submit("确认到账", received_on="2026-03-12", amount="100000.00")
    stands(life, "700.00", "700.00", "700.00", "0.00", "700.00", "不适用")


def budget(life):
    life.on(date(2026, 3, 13))
    cells = {"equipment": 4_200_000, "facilities": 1_050_000, "instructors": 700_000, "courses": 700_000}
    given = {f"cell-{code}-central": amount for code, amount in cells.items()}
    plan = {"plan-2026-2": 1_000_000, "plan-2026-3": 6_000_000}
    page = life.u1.task("编报预算")
    page.submit("暂存", **given, **{"cell-activities-central": 350_000}, **plan)
    life.u2.open(money(life, "budget/")).submit("提交会签")
    life.ph.task("会签预算").submit("会签同意")
    life.pf.task("批准预算").submit("批准预算").says("2026 年第 3 季度", "6,000,000.00")
    life.start(date(2026, 3, 16))
    stands(life, "700.00", "700.00", "700.00", "0.00", "700.00", "0.00%")


def sign_contract(life):
    life.on(date(2026, 4, 1))
    page = life.u1.open(money(life, "contracts/new/"))
    given = {
        "number": "HT-1", "name": "数控车床采购合同", "supplier": SELLER, "category": "equipment", "amount": "1113000.00",
        "procurement": "公开招标", "signed_on": "2026-03-30", "retention": "55650.00", "retention_due_on": "2027-03-30",
        "uploads": paper("合同"),
    }  # fmt: skip
    page.submit("登记", **given).says("已签约未付", "1,113,000.00 元")


def read_invoice(life):
    """The numbers come from the invoice, the rest from the contract; U1 types neither."""
    life.on(date(2026, 4, 7))
    contract = Contract.objects.get()
    given = {"upload": SimpleUploadedFile("发票.xml", INVOICE, "text/xml")}
    page = life.u1.open(money(life, "invoices/")).submit(**given)
    page = life.u1.open(f"{page.url}{'&' if '?' in page.url else '?'}contract={contract.pk}")
    values = {name: one[0] for name, one in page.form("暂存").values.items() if one}
    assert (values["invoice_number"], values["payee"], values["contract"]) == (
        "26222000000012345678",
        SELLER,
        str(contract.pk),
    )
    typed = {"number": "记-001", "paid_on": "2026-04-07", "amount": "113000.00", "abstract": "数控车床首付款"}
    typed["source"] = "central"  # neither contract nor invoice says whose money it was
    url = page.submit("暂存", **typed, quantity=8, unit_price="139125.00").url
    life.u2.open(url).submit("提交审核").says("在限额内，已占用额度")
    life.judge.open(url).submit("记录审核结论", verdict="recognised")
    stands(life, "700.00", "700.00", "700.00", "11.30", "688.70", "1.61%")


def sign_twice(life):
    """From 500,000 yuan on: the figure moves with the second signature, not with the first."""
    contract = Contract.objects.get()
    given = {"contract": contract.pk, "number": "记-002", "payee": SELLER, "quantity": 8, "unit_price": "139125.00"}
    url = life.record(date(2026, 5, 11), "equipment", "900000.00", **given).url
    life.u2.open(url).submit("提交审核")
    life.judge.open(url).submit("记录审核结论", verdict="recognised").says("待省财政")
    stands(life, "700.00", "700.00", "700.00", "11.30", "688.70", "1.61%")
    page = life.pf.task("审核支出")
    life.pf.open(url).submit("记录审核结论", verdict="recognised").says("认定")
    assert page.url != url
    stands(life, "700.00", "700.00", "700.00", "101.30", "598.70", "14.47%")
    life.u1.open(f"{money(life)}contracts/{contract.pk}/").says("部分已付", "100,000.00 元")


def hand_in_batch(life):
    """Three rows: one is asked about, all are opened, two pass with the batch, the third after its paper."""
    day, urls = date(2026, 6, 1), []
    for index, (code, amount) in enumerate((("instructors", 30_000), ("activities", 20_000), ("courses", 120_000))):
        given = {"number": f"记-01{index}", "paid_on": "2026-06-01", "payee": f"示例服务{index}公司"}
        urls.append(life.record(day, code, amount, **given).url)
    life.on(date(2026, 6, 2))
    ids = list(Voucher.objects.filter(state="draft").values_list("pk", flat=True))
    life.u1.open(money(life, "batches/")).submit("编入批次", vouchers=ids, title="六月报账")
    page = life.u2.task("签字提交报账批次").click("签字提交")
    page.submit("签字提交").says("3 笔已提交", "待财政审核")
    life.on(date(2026, 6, 5))
    review = life.judge.task("审核报账批次").url
    asked = Voucher.objects.get(number="记-012")
    life.judge.open(f"{money(life)}vouchers/{asked.pk}/ask/").submit("发出", text="请补验收单")
    batch = Batch.objects.get()
    here = f"{money(life)}batches/{batch.pk}/"
    assert here in review
    life.judge.open(f"{here}pass/").says("还差 3 笔")
    life.pf.open(here).says("整批认定", "本单位的支出由所在地财政部门审核")
    for pk in ids:
        life.judge.open(f"{here}review/?at={pk}").submit("已查看")
    page = life.judge.open(f"{here}pass/").submit("整批认定").says("2 笔已认定", "补件尚未答复")
    stands(life, "700.00", "700.00", "700.00", "106.30", "593.70", "15.19%")
    life.u1.task("答复补件").submit("提交答复", answer="见附件", uploads=paper("验收单"))
    life.judge.open(f"{here}pass/").submit("整批认定").says("已办结")
    stands(life, "700.00", "700.00", "700.00", "118.30", "581.70", "16.90%")
    life.u2.open(f"{here}sheet/").says(Batch.objects.get().seed)


def disallow(life):
    """不认定 → 问题资金 → 追回, counted once another person confirms it. The ledger never had it."""
    given = {"number": "记-020", "payee": "示例餐饮公司", "abstract": "评审工作餐"}
    url = life.record(date(2026, 7, 6), "activities", "8000.00", **given).url
    life.u2.open(url).submit("提交审核")
    page = life.judge.open(url)
    page.refused("请写明不认定的理由", button="记录审核结论", verdict="disallowed")
    page.submit("记录审核结论", verdict="disallowed", opinion="不在资金使用范围内。")
    stands(life, "700.00", "700.00", "700.00", "118.30", "581.70", "16.90%")
    life.u1.open(money(life, "found-money/")).says("查出8,000.00 元", "未整改余额8,000.00 元")
    page = life.u1.task("处理问题资金").click("登记处理")
    back = {"move": "recovered", "happened_on": "2026-07-06", "number": "缴-1", "uploads": paper("缴款书")}
    page.refused("本笔最多 8,000.00 元", button="登记", **back, amount="8000.01")
    page.submit("登记", **(back | {"uploads": paper("缴款书")}), amount="8000.00")
    life.checker.task("复核问题资金处理").click("复核").submit("确认")
    life.u1.open(money(life, "found-money/")).says("追回8,000.00 元", "未整改余额0.00 元")


def change_budget(life):
    """A payment beyond its line is outside; after the joint 调剂 finance may recognise it."""
    url = life.record(date(2026, 8, 3), "activities", "400000.00", number="记-030", payee="示例赛事公司").url
    life.u2.open(url).submit("提交审核").says("不在限额内，不占用额度", "超出 70,000.00 元")
    life.on(date(2026, 8, 5))
    page = life.u2.open(money(life, "budget/change/"))
    moved = {"cell-facilities-central": "950000.00", "cell-activities-central": "450000.00"}
    reason = {"reason": "承办省级竞赛", "uploads": paper("测算说明")}
    page.refused(
        "多调入 100,000.00 元", button="提交两厅联合批准", **reason, **{"cell-activities-central": "450000.00"}
    )
    page.submit("提交两厅联合批准", **(reason | {"uploads": paper("测算说明")}), **moved)
    life.on(date(2026, 8, 10))
    life.decide("T13", life.ph.task("办理预算调剂申请").click("拟制联合批准决定"))
    life.u1.open(money(life, "budget/")).says("第 2 版", "第 1 版")
    life.judge.open(url).submit("记录审核结论", verdict="recognised")
    stands(life, "700.00", "700.00", "700.00", "158.30", "541.70", "22.61%")


def hold_and_lift(life):
    """While it stands a payment is recorded and nothing is recognised."""
    life.on(date(2026, 9, 1))
    life.judge.open(money(life, "holds/new/")).submit(
        "提出建议", reason="辅助账未单独设置。", uploads=paper("核查记录")
    )
    life.on(date(2026, 9, 3))
    life.decide("T11", life.ph.task("处理暂停资金的建议").click("拟制暂停决定"))
    url = life.record(date(2026, 9, 7), "courses", "50000.00", number="记-040", payee="示例教育公司").url
    life.u2.open(url).submit("提交审核").says("资金已暂停", "暂停期间不占用、不认定")
    life.judge.open(url).refused("本笔不在限额内，不能认定", button="记录审核结论", verdict="recognised")
    stands(life, "700.00", "700.00", "700.00", "158.30", "541.70", "22.61%")
    life.on(date(2026, 9, 14))
    life.decide("T12", life.pf.open(money(life, "money-in/")).click("拟制恢复决定"))
    life.judge.open(url).submit("记录审核结论", verdict="recognised")
    stands(life, "700.00", "700.00", "700.00", "163.30", "536.70", "23.33%")


def audit(life):
    """By the 审计 post; finance puts the figure; replied, proved, verified by another person, concluded by the head."""
    life.on(date(2026, 10, 12))
    opening = {
        "number": "示审〔2026〕1号", "title": "三季度资金审计", "period_from": "2026-03-02", "period_to": "2026-10-10",
        "method": "random", "size": 3,
    }  # fmt: skip
    case = life.au.open(money(life, "audits/new/")).submit("立项并抽样", **opening).says("重抽核对一致").url
    voucher = Voucher.objects.get(number="记-030")
    found = {
        "kind": "no_receipt", "level": "major", "other_number": voucher.number, "due_on": "2026-11-12",
        "fact": "裁判费签领单缺 3 张。", "measure": "补齐签领单。", "clause": "财务制度第九条", "uploads": paper("底稿"),
    }  # fmt: skip
    life.au.open(f"{case}findings/new/").submit("保存发现", **found)
    life.u1.open(case).silent("签领单")
    for _ in range(3):
        page = life.au.open(case)
        form = next(form for form in page.read.forms if form.has("已查看凭证"))
        life.au.client.post(form.action, dict(form.values), headers={"referer": case})
    life.au.open(f"{case}send/").submit("送达单位")
    finding = AuditFinding.objects.get()
    here = f"{case}findings/{finding.pk}/"
    life.judge.open(f"{here}amount/").submit("核定", amount="6000.00")
    life.u1.open(money(life, "found-money/")).says("查出14,000.00 元", "未整改余额6,000.00 元")
    life.on(date(2026, 10, 20))
    life.u1.open(f"{here}reply/").submit("保存答复", reply="签领单已补齐。", uploads=paper("签领单"))
    life.u2.open(f"{here}submit/").submit("提交答复")
    _, early = life.judge.open(f"{here}verify/").send("记录核验结论", {"closed": "yes", "note": "齐全"})
    assert (early.status_code, "6,000.00 元" in early.content.decode()) == (422, True)
    prove(life)
    life.judge.open(f"{here}verify/").submit("记录核验结论", closed="yes", note="签领单齐全。").says("已销号")
    life.on(date(2026, 10, 26))
    life.pfl.open(f"{case}conclude/").submit("办结", conclusion="已整改到位。").says("已办结")
    stands(life, "700.00", "700.00", "700.00", "163.30", "536.70", "23.33%")


def prove(life):
    proof = {
        "move": "proved",
        "amount": "6000.00",
        "happened_on": "2026-10-20",
        "number": "证-1",
        "uploads": paper("证"),
    }
    life.u1.task("处理问题资金").click("登记处理").submit("登记", **proof)
    life.checker.task("复核问题资金处理").click("复核").submit("确认")


def settle(life):
    """The rest is claimed, comes back in two parts, and the books are closed."""
    life.on(date(2028, 5, 8))
    page = life.pf.task("编制资金清算")
    page.submit("保存清算", document_number="示例财社〔2028〕清1号", recovery="5359000.00")
    life.pf.idle("批准资金清算")
    life.pfl.open(money(life, "settlement/approve/")).submit("批准清算").says("已批准")
    life.on(date(2028, 5, 22))
    page = life.pf.task("登记缴回")
    given = {"amount": "5359000.00", "paid_on": "2028-05-22", "number": "缴-9", "proof": paper("缴款书")}
    page.submit("登记缴回", **given)
    life.pfl.task("复核缴回").submit("确认缴回")
    life.u2.open(money(life, "settlements/")).says("账目已关闭", "应追缴5,359,000.00 元", "尚未缴回0.00 元")


def test_the_money_of_a_base_from_its_document_to_its_settlement(life, capsys):
    issue(life)
    pass_on(life)
    budget(life)
    sign_contract(life)
    read_invoice(life)
    sign_twice(life)
    hand_in_batch(life)
    disallow(life)
    change_budget(life)
    hold_and_lift(life)
    audit(life)
    life.into_acceptance(OVER)
    life.judged(date(2028, 3, 27))
    life.conclude(date(2028, 4, 17))
    settle(life)

    stands(life, "700.00", "700.00", "700.00", "163.30", "536.70", "23.33%", readers=("judge", "ph", "pf", "pfl", "au"))
    assert FundDocument.objects.get().state == "approved"
    call_command("verify_ledger")
    assert "账目完好" in capsys.readouterr().out
