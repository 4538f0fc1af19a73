"""F01 and F06 of the region as plain values: what page, PDF, workbook and API all show. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from performance.rules.region import Summed, with_unit
from performance.targets import number_text
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import Operator

LONGEST = 2000
TARGETS, RESULTS = "targets", "results"
MANAGEMENT = {
    "distribution": "分配科学性",
    "timeliness": "下达及时性",
    "compliance": "拨付合规性",
    "use": "使用规范性",
    "accuracy": "执行准确性",
    "performance": "预算绩效管理情况",
    "duty": "支出责任履行情况",
}
# What the province writes itself, by form: key -> label in the order of the form.
WORDS: Mapping[str, Mapping[str, str]] = {
    TARGETS: {"period_goal": "实施期目标", "year_goal": "年度目标"},
    RESULTS: {
        "goal": "总体目标",
        "done": "全年实际完成情况",
        **MANAGEMENT,
        **{f"{key}_issue": f"{label}：存在问题和改进措施" for key, label in MANAGEMENT.items()},
        "causes": "未完成原因和改进措施",
        "notes": "说明（审计、财政监督发现的问题及金额，没有填无）",
    },
}
NEEDED = {"period_goal", "year_goal", "goal", "done", "notes", *MANAGEMENT}


MET = {True: "达到", False: "未达到", None: "—"}


class Row(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def level1(self) -> str: ...
    @property
    def level2(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def operator(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def year(self) -> Summed: ...
    @property
    def period(self) -> Summed | None: ...
    @property
    def target(self) -> Summed | None: ...
    @property
    def met(self) -> bool | None: ...


class Figures(Protocol):
    """A region as performance.queries.region gives it."""

    @property
    def edition(self) -> Edition: ...
    @property
    def kind(self) -> str: ...
    @property
    def year(self) -> int: ...
    @property
    def rows(self) -> Sequence[Row]: ...
    @property
    def money(self) -> Sequence[Sequence[str]]: ...
    @property
    def asked(self) -> int: ...
    @property
    def missing(self) -> Sequence[str]: ...
    @property
    def told(self) -> str: ...
    @property
    def sources(self) -> str: ...


def check_words(words: Mapping[str, str], *, complete: bool) -> Iterator[Finding]:
    """A draft may lack words; what is issued may not."""
    labels = {key: label for form in WORDS.values() for key, label in form.items()}
    for key, text in words.items():
        if len(text) > LONGEST:
            yield blocking("long", f"“{labels[key]}”最多 {LONGEST} 字，现为 {len(text)} 字。", field=key)
        if complete and key in NEEDED and not text.strip():
            yield blocking("missing", f"请填写“{labels[key]}”，没有的写“无”。", field=key)


def content_of(
    region: Figures, words: Mapping[str, str], on: date, as_of: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The whole form; figures as text, exact fractions beside the rounded ones. `as_of`: its dates, where not of today."""
    edition = region.edition
    return {
        **({"as_of": dict(as_of)} if as_of else {}),
        "form": "F01" if region.kind == TARGETS else "F06",
        "programme": edition.programme,
        "central": edition.central_department,
        "finance": edition.province_finance,
        "hr": edition.province_hr,
        "province": edition.province,
        "document": edition.document,
        "year": region.year,
        "on": on.isoformat(),
        "told": region.told,
        "sources": region.sources,
        "asked": region.asked,
        "missing": list(region.missing),
        "words": {key: words.get(key, "") for key in WORDS[region.kind]},
        "money": [list(row) for row in region.money],
        "rows": [_row(row) for row in region.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "level1": row.level1,
        "level2": row.level2,
        "name": row.name,
        "year": _cell(row, row.year),
        "period": _cell(row, row.period, per_year=True) if row.period else None,
        "target": _cell(row, row.target) if row.target else None,
        "met": MET[row.met],
    }


def _cell(row: Row, found: Summed, *, per_year: bool = False) -> dict[str, Any]:
    sign = "" if row.operator == Operator.QUALITATIVE else Operator(row.operator).label
    return {
        "shown": found.shown,
        "sign": sign,
        "exact": "" if found.value is None else number_text(found.value),
        "weighted": with_unit(found.weighted, row.unit, per_year=per_year),
        "why": found.why,
        "told": found.told,
        "missing": list(found.missing),
    }


def digest_of(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
