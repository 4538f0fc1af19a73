"""What this app writes into workbooks. Pure: rows in, sheet out."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from funds.models import Voucher
from workbooks.writer import Sheet

HEADERS = (
    "项目编号", "项目名称", "项目单位", "凭证号", "入账序号", "支付日期", "支出类别", "资金来源", "入账性质", "收款方", "摘要", "合同号",
    "发票号", "金额（元，冲销为负）", "状态", "认定日期", "疑点",
)  # fmt: skip
WIDTHS = (16, 32, 28, 16, 10, 12, 20, 12, 12, 28, 36, 18, 22, 18, 12, 12, 8)


def payments_sheet(rows: Iterable[Voucher], named: str, on: date, said: str) -> Sheet:
    """`said`: the filter in words, so that the paper says what it shows."""
    return Sheet(
        "支出明细",
        HEADERS,
        [_cells(row) for row in rows],
        titles=[f"支出明细：{named}", f"导出日期 {on}　查询条件　{said}"],
        notes=["金额单位：元。冲销以负数列示；只有状态为“认定”的计入支出。"],
        widths=WIDTHS,
    )


def _cells(row: Any) -> list[Any]:
    """Of a payment read with its project, its unit, `category_name` and `flagged`."""
    return [
        row.project.label,
        row.project.name,
        row.project.organisation.name,
        row.number,
        row.entry_number,
        row.paid_on,
        row.category_name,
        row.get_source_display(),
        row.get_entry_type_display(),
        row.payee,
        row.abstract,
        row.contract_number,
        row.invoice_number,
        row.signed_amount,
        row.get_state_display(),
        row.judged_on,
        "有" if row.flagged else "",
    ]


FOUND_HEADERS = (
    "项目编号", "项目名称", "项目单位", "问题类型", "事实", "依据", "来源", "查出日期", "整改期限", "查出（元）", "补证（元）",
    "追回（元）", "核销（元）", "未整改余额（元）", "是否逾期",
)  # fmt: skip


def found_money_sheet(lines: Iterable[Any], sums: Any, on: date, compared: Any = None, hint: str = "") -> Sheet:
    """问题资金台账, with its totals as the last row. `compared`: of a past day; `hint`: what the day does not reach."""
    rows: list[list[Any]] = [_found(line) for line in lines]
    total = [sums.found, sums.proved, sums.recovered, sums.written_off, sums.left]
    return Sheet(
        "问题资金台账",
        FOUND_HEADERS,
        [*rows, ["合计", *[""] * 8, *total, ""]],
        titles=["问题资金台账", f"导出日期 {on}" + (f"　{compared.said}" if compared else "")],
        notes=["金额单位：元。查出 = 补证 + 追回 + 核销 + 未整改余额。" + (hint if compared else "")],
        widths=(16, 32, 28, 16, 48, 24, 18, 12, 12, 16, 16, 16, 16, 16, 10),
    )


def _found(line: Any) -> list[Any]:
    row = line.row
    origin = f"支出 {row.voucher.number}" if row.voucher else f"审计发现第 {row.finding.number} 条"
    project = row.project
    return [
        project.label, project.name, project.organisation.name, line.kind, row.fact, row.clause, origin, row.found_on,
        line.due_on, row.found, row.proved, row.recovered, row.written_off, row.left, "逾期" if line.overdue else "",
    ]  # fmt: skip


CARRIED_HEADERS = (
    "项目编号", "项目名称", "项目单位", "首次下达年度", "资金来源", "下达净额（元）", "已用（元）", "未用（元）", "已结转（年）",
    "收回期限", "是否到期",
)  # fmt: skip


def carry_over_sheet(rows: Iterable[Any], sums: list[Any], said: str, hint: str) -> Sheet:
    """结转资金, with its totals as the last row. `said`: the day and the filter in words."""
    return Sheet(
        "结转资金",
        CARRIED_HEADERS,
        [*map(_carried, rows), ["合计", *[""] * 4, *sums, "", "", ""]],
        titles=["结转资金", said],
        notes=[f"金额单位：元。按先下达先使用；连续两年未用完的由财政收回（财预〔2015〕230号第四十二条）。{hint}"],
        widths=(16, 32, 28, 14, 12, 18, 18, 18, 12, 12, 10),
    )


def _carried(row: Any) -> list[Any]:
    project, money = row.project, row.money
    return [
        project.label, project.name, project.organisation.name, money.year, row.source_name, money.came, money.used,
        money.left, row.carried, row.due_on, "已到期" if row.overdue else "",
    ]  # fmt: skip


DIFFERENCE_HEADERS = (
    "凭证号", "日期", "对方", "摘要", "本系统（元）", "单位辅助账（元）", "财政支付清单（元）", "差异", "原因", "说明", "说明人",
)  # fmt: skip


def reconciliation_sheets(project: Any, found: Any, on: date) -> list[Sheet]:
    """三方对账表: the totals, then every difference."""
    sums, period = found.sums, f"{found.start} 至 {found.end}"
    totals: list[list[Any]] = [["本系统", sums.counts["system"], sums.totals["system"], None, None, None]]
    for side, label in (("books", "单位辅助账"), ("treasury", "财政支付清单")):
        known = side in found.present
        gaps = [sums.gaps[side], sums.explained_gaps[side], sums.unexplained_gap(side)] if known else [None] * 3
        totals.append([label, sums.counts[side], sums.totals[side], *gaps] if known else [label, "未上传", *[None] * 4])
    return [
        Sheet(
            "汇总",
            ("来源", "行数", "合计（元）", "与本系统相差（元）", "已说明（元）", "未说明（元）"),
            totals,
            titles=[f"三方对账表：{project.name}", f"期间 {period}　导出日期 {on}"],
            notes=[
                f"一致 {sums.matched} 项，{sums.matched_amount} 元；差异 {sums.differences} 项，其中未说明 {sums.unexplained} 项。"
            ],
            widths=(20, 10, 18, 20, 18, 18),
        ),
        Sheet(
            "差异",
            DIFFERENCE_HEADERS,
            [_difference(one) for one in found.differences],
            titles=[f"差异明细（{period}）"],
            widths=(16, 12, 28, 36, 18, 18, 18, 30, 10, 30, 12),
        ),
    ]


def _difference(one: Any) -> list[Any]:
    pair, said = one.pair, one.explanation
    line = pair.first
    return [
        pair.number, line.on, line.payee, line.abstract, pair.amount("system"), pair.amount("books"),
        pair.amount("treasury"), pair.said(), said.get_reason_display() if said else "", said.note if said else "",
        str(said.by) if said else "",
    ]  # fmt: skip


LATE_HEADERS = (
    "项目编号", "项目名称", "数字", "事项", "说明", "来源", "业务日期", "入账日期", "金额（元）", "影响该数（元）",
)  # fmt: skip


def compared_sheets(found: Any, said: str) -> list[Sheet]:
    """`found`: then, differences, late (funds/queries/compared.py). What explains why two days know two figures."""
    then = found.then
    compared = f"截至 {then.on}：{then.known} 所知与今天所知　{said}"
    return [
        Sheet(
            "差异", ("数字", f"{then.known} 所知（元）", "今天所知（元）", "差额（元）", "补录合计（元）"),
            [(one.label, one.was, one.now, one.change, one.late) for one in found.differences],
            titles=["差异说明", compared], widths=[18, 20, 20, 20, 20],
        ),
        Sheet(
            "补录", LATE_HEADERS, [_late(one.project, one.late) for one in found.late], titles=["补录清单", compared],
            notes=["业务日期在截至日及以前、所知日以后才入账的事项。自筹资金不影响各数；预算的影响为与上一版的差额。"],
            widths=[16, 36, 8, 30, 24, 12, 12, 12, 16, 16],
        ),
    ]  # fmt: skip


def _late(project: Any, late: Any) -> list[Any]:
    return [
        project.label, project.name, late.figure, late.title, late.note, late.source_name, late.on, late.posted_on,
        late.amount or None, late.effect,
    ]  # fmt: skip
