"""项目支出绩效目标执行监控表 (F04) of one 季报包, as people sign it."""

import json
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from accounts.queries import name_on
from performance.f02 import digest, short
from performance.models import PeriodReturn, Reading
from performance.queries.monitoring import MoneyRow, Monitoring, MonitorRow
from performance.scoring import two_decimals
from performance.targets import DATE_UNIT, figure_text, number_text
from policy.money import wan_number

TEMPLATE = Path(__file__).parent / "typst" / "f04.typ"
NOTHING = "—"


def content(one: PeriodReturn, monitoring: Monitoring) -> dict[str, Any]:
    """Everything the form says, as plain values."""
    project = one.project
    return {
        "form": "F04",
        "name": project.name,
        "number": project.label,
        "department": project.edition.province_hr,
        "unit": name_on(project.organisation, one.cut_off),
        "year": one.cut_off.year,
        "span": f"{one.round}（截至 {one.cut_off}）",
        "goal": monitoring.goal or NOTHING,
        "money": [_money(row) for row in monitoring.money],
        "rows": [_row(row) for row in monitoring.rows if row.goal],
        "signal": monitoring.signal.why,
        "state": one.get_state_display(),
    }


def _money(row: MoneyRow) -> list[str]:
    rate = row.rate
    return [
        row.label,
        wan_number(row.budget),
        wan_number(row.spent),
        "不适用" if rate is None else f"{two_decimals(rate * 100)}%",
        NOTHING if row.expected is None else wan_number(row.expected),
    ]


def _row(row: MonitorRow) -> dict[str, str]:
    reading = row.reading
    return {
        "level1": row.indicator.level1,
        "level2": row.indicator.level2,
        "name": row.indicator.name,
        "target": row.goal or NOTHING,
        "done": done_text(row),
        "expected": row.typed("expected") or NOTHING,
        "cause": Reading.Cause(reading.cause).label if reading and reading.cause else "",
        "why": "；".join(filter(None, [row.typed("cause_text"), row.typed("measure")])),
        "likelihood": Reading.Likelihood(reading.likelihood).label if reading and reading.likelihood else "",
        "light": row.signal.light.label,
    }


def done_text(row: MonitorRow) -> str:
    """What it stands at, as page, paper and API say it; a rate with its parts."""
    if row.row.qualitative:
        return str(row.reading.get_attained_display()) if row.reading and row.reading.attained else NOTHING
    figure, unit = row.done, "" if row.indicator.unit == "比例" else row.indicator.unit.removesuffix("/年")
    if figure.value is None:
        return NOTHING
    if unit == DATE_UNIT:
        return figure_text(figure.value, unit)
    shown = f"{number_text(Fraction(two_decimals(figure.value)))}{unit}"
    if figure.numerator is None or figure.denominator is None:
        return shown
    return f"{shown}（{number_text(figure.numerator)}/{number_text(figure.denominator)}）"


def pdf(one: PeriodReturn, monitoring: Monitoring, *, draft: bool) -> bytes:
    """A4, landscape; a draft mark lies under it until the return was sent in."""
    import noto_cjk_sans_otc
    import typst

    data = content(one, monitoring)
    said = {**data, "code": short(digest(data)), "draft": draft}
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
    return cast(bytes, compiler.compile(format="pdf", sys_inputs={"data": json.dumps(said, ensure_ascii=False)}))
