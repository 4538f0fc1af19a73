"""A kept periodic report as named values: what its text, tables and charts were made of."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from policy.money import yuan
from reports.as_of import FIGURES
from reports.dossier.compare.diff import Field

EVENTS = {"awarded": "立项", "accepted": "通过验收", "ordered": "责令整改", "revoked": "撤销称号", "terminated": "终止"}
WITHIN = {"allocated": "下达", "received": "到账", "spent": "支出"}
TARGETS = {
    "projects": "已报送的项目", "all": "量化指标", "met": "现已达到", "short": "按当前进度达不到", "unknown": "未报数值",
}  # fmt: skip
PROBLEMS = {"found": "新提出", "closed": "已销号", "open": "未销号", "overdue": "其中逾期"}
ROW = ("类型", "阶段", "批复", "到账", "支出", "执行率")
MONEY_OF_ROW = ("批复", "到账", "支出")


def report_fields(told: Mapping[str, Any]) -> Iterator[Field]:
    """In the order of the report."""
    yield Field("期间", "数据截至", told.get("on", ""))
    yield Field("期间", "生成日期", told.get("made_on", ""))
    yield from _sums("合计", told.get("total", ()))
    yield from (Field("本期", label, _yuan(told["within"][name])) for name, label in WITHIN.items() if "within" in told)
    yield from (Field("办理阶段", stage, f"{count} 个") for stage, count in told.get("stages", ()))
    for name, *figures in (*told.get("kinds", ()), *told.get("places", ())):
        yield from _sums(name, figures)
    yield from (Field("支出进度", light, f"{count} 个") for light, count in told.get("pace", {}).get("lights", ()))
    for name, gone, rate, light in told.get("pace", {}).get("behind", ()):
        yield Field("支出落后最多的", name, f"时间已过 {_percent(gone)}，执行率 {_percent(rate)}，{light}")
    yield from _counts("绩效指标", TARGETS, told.get("targets", {}))
    yield from _counts("问题", PROBLEMS, told.get("problems", {}))
    for name, label in EVENTS.items():
        for project, number, day in told.get("events", {}).get(name, ()):
            yield Field("重大事项", f"{label}：{project}", f"{number} {day}")
    for unit, *figures in told.get("rows", ()):
        for label, value in zip(ROW, figures, strict=False):
            yield Field(f"项目：{unit}", label, _yuan(value) if label in MONEY_OF_ROW else _row_value(label, value))


def _sums(group: str, figures: Sequence[Any]) -> Iterator[Field]:
    """A line as `money_of` writes it: the count, the money, the rate."""
    if figures:
        count, *amounts, rate = figures
        yield Field(group, "项目数", str(count))
        labels = [*(label for label, _ in FIGURES), "结余"]
        yield from (Field(group, label, _yuan(amount)) for label, amount in zip(labels, amounts, strict=False))
        yield Field(group, "执行率", _percent(rate))


def _counts(group: str, labels: Mapping[str, str], told: Mapping[str, int]) -> Iterator[Field]:
    yield from (Field(group, label, str(told[name])) for name, label in labels.items() if name in told)


def _row_value(label: str, value: Any) -> str:
    return _percent(value) if label == "执行率" else str(value)


def _yuan(amount: str) -> str:
    return yuan(Decimal(amount))


def _percent(rate: str | None) -> str:
    return "不适用" if rate is None else f"{Decimal(rate) * 100:.2f}%"
