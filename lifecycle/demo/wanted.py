"""What a unit types into its sheet where the template leaves it open, and what reviewers say of single indicators."""

from collections.abc import Mapping

from performance.models import Indicator, TargetSheet
from performance.operations import RowInput
from performance.queries import Line3
from policy.terms import Operator

# By template code: 基期值 and its source.
BASELINES = {
    "B01": ("1650", "上年度培训班次登记"), "B02": ("640", "上年度培训班次登记"), "B03": ("4", "办学许可证"),
    "B07": ("88.5", "上年度结业考核统计"), "B22": ("87", "上年度用人单位回访"), "S02": ("3", "上年度攻关项目登记"),
}  # fmt: skip
OWN_TARGETS = {"人": "60", "人/年": "60", "人次/年": "800", "万元": "120", "%": "85"}


def own_value(indicator: Indicator) -> str:
    """A plausible target where the template leaves it to the unit."""
    return "达成" if indicator.operator == Operator.QUALITATIVE else OWN_TARGETS.get(indicator.unit, "6")


def typed_row(line: Line3) -> RowInput:
    """One row of the sheet, filled in."""
    indicator = line.indicator
    baseline, source = BASELINES.get(indicator.template_code, ("", ""))
    values = {block: target.value or own_value(indicator) for block, target in line.targets.items()}
    return RowInput(id=indicator.pk, values=values, baseline=baseline, baseline_source=source)


def remarks_on(sheet: TargetSheet | None, said: Mapping[str, str]) -> dict[int, str]:
    """`said`: by template code."""
    rows = Indicator.objects.filter(sheet=sheet, template_code__in=list(said))
    return {row.pk: said[row.template_code] for row in rows}
