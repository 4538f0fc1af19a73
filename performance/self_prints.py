"""项目支出绩效自评表 (F05) and 转移支付绩效目标自评表 (F06) as people sign them, from one content each."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, Literal, cast

from django.conf import settings

from accounts.queries import name_on
from performance.f02 import digest, short
from performance.models import PERIOD, Assessment
from performance.queries.assessments import (
    SIDES,
    Kind,
    Side,
    State,
    TableRow,
    execution_why,
    goal_text,
    label_of,
    money_of,
    side_total,
)
from performance.rules.region_form import MANAGEMENT
from policy.money import wan_number
from policy.terms import Grade

HERE = Path(__file__).parent / "typst"
NOTHING = "—"
F05, F06 = "F05", "F06"


def content(
    one: Assessment, rows: Iterable[TableRow], *, side: str, document: str = "", dated_on: str = ""
) -> dict[str, Any]:
    """Everything the form says, as plain values; `side`: whose values. `document`: of the joint decision."""
    rows = list(rows)
    told = _head(one) | {"rows": [_row(row, side) for row in rows]}
    return told | (_f06(one) if one.kind == Kind.TRANSFER else _f05(one, rows, side, document, dated_on))


def _head(one: Assessment) -> dict[str, Any]:
    project, edition = one.project, one.project.edition
    return {
        "name": project.name,
        "number": project.label,
        "programme": edition.programme,
        "central": edition.central_department,
        "department": edition.province_hr,
        "finance": edition.province_finance,
        "unit": name_on(project.organisation, one.decided_on or one.submitted_on),
        "year": "" if one.block == PERIOD else one.block,
        "label": label_of(one),
        "goal": goal_text(one) or NOTHING,
        "done": one.goal_done or NOTHING,
        "version": one.sheet.version,
    }


def _f05(one: Assessment, rows: Iterable[TableRow], side: str, document: str, dated_on: str) -> dict[str, Any]:
    total = side_total(one, rows, side)
    edition = one.project.edition
    grade = Grade(edition.grade_of(total)).label if total is not None else ""
    return {
        "form": F05,
        "side": {Side.UNIT: "单位自评", Side.PROVINCE: "省级评定"}[Side(side)],
        "money": [
            [line.label, *(wan_number(sum_) for sum_ in (line.initial, line.budget, line.spent)), line.rate]
            for line in money_of(one)
        ],
        "execution_weight": str(edition.number("execution_weight")),
        "execution_score": NOTHING if one.execution_score is None else str(one.execution_score),
        "execution_why": execution_why(one),
        "total": NOTHING if total is None else str(total),
        "grade": grade if side == Side.PROVINCE else "",
        "document": document,
        "dated_on": dated_on,
    }


def _f06(one: Assessment) -> dict[str, Any]:
    return {
        "form": F06,
        "goal": one.words.get("goal", "") or NOTHING,
        "money": [[line.label, wan_number(line.budget), wan_number(line.spent), line.rate] for line in money_of(one)],
        "management": [
            [label, one.words.get(key, "") or NOTHING, one.words.get(f"{key}_issue", "") or NOTHING]
            for key, label in MANAGEMENT.items()
        ],
        "notes": one.words.get("notes", "") or NOTHING,
    }


def _row(row: TableRow, side: str) -> dict[str, str]:
    own = row.sides.get(side)
    told = SIDES[: SIDES.index(Side(side)) + 1]
    reasons = [row.sides[one].reason for one in told if one in row.sides and row.sides[one].reason]
    return {
        "level1": row.indicator.level1,
        "level2": row.indicator.level2,
        "name": row.indicator.name,
        "target": row.wanted_with_unit,
        "actual": row.shown(side) or NOTHING,
        "exact": own.actual if own else "",
        "weight": _plain(row.goal.weight),
        "score": NOTHING if own is None or own.score is None else str(own.score),
        "reason": "；".join(reasons),
    }


def _plain(weight: Decimal) -> str:
    return f"{weight.normalize():f}"


def of_assessment(one: Assessment, rows: Iterable[TableRow]) -> dict[str, Any]:
    """As decided, else as the unit has it now."""
    return one.form or content(one, rows, side=Side.UNIT)


def spans(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """`span1`, `span2`: over how many rows a level reaches, 0 inside one."""
    found: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        before = rows[place - 1] if place else {}
        keys: Mapping[str, tuple[str, ...]] = {"span1": ("level1",), "span2": ("level1", "level2")}
        reach = {}
        for name, levels in keys.items():
            same = [row[level] for level in levels]
            inside = place and [before[level] for level in levels] == same
            run = next((n for n, one in enumerate(rows[place:]) if [one[level] for level in levels] != same), None)
            reach[name] = 0 if inside else (run if run is not None else len(rows) - place)
        found.append({**row, **reach})
    return found


def pdf(one: Assessment, rows: Iterable[TableRow], *, format_: Literal["pdf", "png"] = "pdf") -> Any:
    """A4; a draft mark lies under it until it is decided, or, of 期满自评, sent in."""
    import noto_cjk_sans_otc
    import typst

    data = of_assessment(one, rows)
    final = one.kind == Kind.FINAL and one.state == State.SUBMITTED
    said = data | {"rows": spans(data["rows"]), "code": short(digest(data)), "state": one.get_state_display()}
    said["draft"] = one.state != State.DECIDED and not final
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(HERE / f"{data['form'].lower()}.typ"), font_paths=fonts, ignore_system_fonts=True)
    return cast(Any, compiler.compile(format=format_, sys_inputs={"data": json.dumps(said, ensure_ascii=False)}))
