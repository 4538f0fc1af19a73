"""What the tests of 导入支出 share."""

from datetime import date
from io import BytesIO

from django.urls import reverse
from openpyxl import Workbook, load_workbook

from funds import operations
from funds.importing import read_payments, template_sheets
from funds.queries.imports import around_of
from tests.funds.scene import ON
from workbooks.writer import xlsx

DAY = date(2026, 11, 23)
HEADERS = ("序号", "付款日期", "凭证号", "用途类别", "摘要", "收款单位", "采购方式", "合同编号", "发票号码", "金额（元）", "资金来源",
           "固定资产卡号")  # fmt: skip
GOOD = {
    "付款日期": "2026-02-10", "凭证号": "记-1", "用途类别": "完善培训基础设施", "摘要": "车间电力改造", "收款单位": "示例建筑公司",
    "金额（元）": 1000, "资金来源": "中央补助",
}  # fmt: skip
# The rows of the samples' autumn list, with the dirt of units: dates and money in five spellings, short words, blanks.
SAMPLE = (
    (1, "2026-09-03", "记-0901", "购置技能研修实训设备", "数控车床6台首付款", "示例机床销售有限公司", "公开招标", "BC-2026-011",
     "26222000000000000011", "1,260,000.00", "中央补助", "GZ-20260901"),
    (2, "2026年9月18日", "记-0932", "完善培训基础设施", "实训车间电力改造", "示例建筑安装有限公司", "竞争性磋商", "BC-2026-014",
     "26222000000000000027", "￥386,500.00", "中央补助", None),
    (3, 46301, "记-1007", "聘用指导教师", "外聘指导教师课酬（9月）", None, None, None, None, "48000", "单位自筹", None),
    (4, "2026.10.21", "记-1044", "开发高技能人才培养课程", "焊工高级工一体化课程开发", "示例教育科技有限公司", "询价", "BC-2026-020",
     "26222000000000000052", "12.6万元", "中央补助", None),
    (5, "2026-10-28", "记-1051", "与教学有关的竞赛活动", "校级技能竞赛耗材", "示例五金商行", "直接采购", None,
     "26222000000000000060", "23,418.60", "中央补助", None),
)  # fmt: skip


def workbook(rows, headers=HEADERS, titles=("专项资金支出明细表",), more=None):
    """As people make it: values by openpyxl as they are given, text beginning with "=" as a formula without a result."""
    book = Workbook()
    sheet = book.active
    sheet.title = "2 专项资金支出明细"
    for line in titles:
        sheet.append([line])
    sheet.append(list(headers))
    for row in rows:
        sheet.append([row.get(name) for name in headers] if isinstance(row, dict) else list(row))
    if more:
        more(book)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def sample():
    return workbook([*SAMPLE, ("合计", *[None] * 8, "=SUM(J3:J7)")])


def read(world, content, on=ON):
    return read_payments(content, around_of(world.project, on))


def said(found, *, level="error"):
    return [(one.code, *one.cells) for one in found.findings if one.level == level]


def one_row(world, on=ON, **changes):
    return read(world, workbook([GOOD | changes], headers=tuple(GOOD | changes)), on)


def keep(world, content, on=ON, actor=None):
    return operations.upload_payments(
        world.project.pk, actor=actor or world.clerk, on=on, name="支出.xlsx", content=content
    )


def confirm(world, kept, on=ON, actor=None):
    return operations.confirm_payments(world.project.pk, kept.pk, actor=actor or world.clerk, on=on)


def url(name, *args):
    return reverse(f"funds:{name}", args=args)


def template(world, stamp=None, edit=None):
    around = around_of(world.project, ON)
    sheets = template_sheets(around, project=world.project.name, unit="示例单位")
    book = load_workbook(BytesIO(xlsx(sheets)))
    sheet = book["2 专项资金支出明细"]
    names = [str(cell.value).rstrip("*") for cell in sheet[3]]
    for column, name in enumerate(names, 1):
        if name in GOOD:
            sheet.cell(4, column, GOOD[name])
    if stamp:
        for line, (_, value) in enumerate(stamp, 2):
            book["_meta"].cell(line, 2, value)
    if edit:
        edit(book)
    kept = BytesIO()
    book.save(kept)
    return book, kept.getvalue()
