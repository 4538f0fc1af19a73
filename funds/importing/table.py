"""The columns of a list of payments, as F08 and the ledgers of the units name them."""

from decimal import Decimal

from policy.days import FIRST_YEAR
from workbooks.sheets import Column, Table

MOST = 5_000
LEAST_CENT = Decimal("0.01")

PAYMENTS = Table(
    key="payments",
    label="专项资金支出明细表",
    titles=("支出明细",),
    least=5,
    most=MOST,
    columns=(
        Column("order", "序号", ("编号", "行号"), longest=20),
        Column("paid_on", "付款日期", ("支付日期", "日期", "付款时间", "支付时间"), "date", required=True, filled=True),
        Column("number", "凭证号", ("凭证字号", "凭证编号", "记账凭证号", "凭证号码"), required=True, filled=True, longest=40),
        Column("category", "用途类别", ("支出类别", "资金用途", "用途", "类别", "支出项目", "支出内容类别"), required=True,
               filled=True, longest=60),
        Column("abstract", "摘要", ("用途说明", "支出内容", "款项内容", "内容摘要", "支付摘要"), required=True, filled=True,
               longest=200),
        Column("payee", "收款单位", ("收款方", "收款人", "收款单位个人", "收款单位名称", "供应商"), required=True, longest=120),
        Column("amount", "金额（元）", ("金额", "支付金额", "付款金额", "实付金额", "支出金额", "本次支付金额"), "money",
               required=True, filled=True),
        Column("source", "资金来源", ("经费来源", "来源"), required=True, filled=True, longest=40),
        Column("pay_way", "支付方式", ("付款方式", "结算方式"), longest=20),
        Column("contract_number", "合同编号", ("合同号", "合同号码"), longest=80),
        Column("procurement", "采购方式", ("采购形式",), longest=40),
        Column("invoice_number", "发票号码", ("发票号", "数电票号码"), longest=60),
        Column("invoice_seller", "开票方", ("销售方", "开票单位", "销售方名称"), longest=120),
        Column("invoice_on", "开票日期", ("发票日期",), "date"),
        Column("invoice_total", "发票总额（元）", ("发票总额", "发票金额", "价税合计"), "money", least=LEAST_CENT),
        Column("tax_included", "是否含税", ("含税", "含税或不含税"), longest=10),
        Column("quantity", "数量", ("采购数量",), "whole", units=("台", "套", "件", "个", "批", "人", "次"), least=Decimal(1),
               most=Decimal(1_000_000)),
        Column("unit_price", "单价（元）", ("单价",), "money", least=LEAST_CENT),
        Column("asset_card", "固定资产卡号", ("资产卡号", "资产卡片号", "固定资产卡片号", "固定资产编号"), longest=80),
        Column("fund_year", "资金年度", ("预算年度",), "whole", units=("年度", "年"), least=Decimal(FIRST_YEAR),
               most=Decimal(2100)),
        Column("trouble", "问题", ("问题说明",), longest=30_000),
    ),
)  # fmt: skip

# What the template has, in its order; the last column is only in the list of rows to mend.
TEMPLATE_KEYS = tuple(column.key for column in PAYMENTS.columns if column.key != "trouble")
NEEDED = frozenset({"paid_on", "number", "category", "abstract", "payee", "amount", "source"})
TEXTS = (
    "number", "abstract", "payee", "contract_number", "invoice_number", "invoice_seller", "asset_card",
)  # fmt: skip
TITLE = "2 专项资金支出明细"
