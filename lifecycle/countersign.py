"""会签稿: a joint decision as the paper that goes through the office's own OA, with its signature lines."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from lifecycle.machine import STEP
from lifecycle.rules.publication import PUBLICITY
from papers import Block, Cell, Grid, Paper, digest, short
from papers import Line as Words
from policy.terms import Line, Sector
from projects.models import Decision, DecisionItem
from projects.queries import unit_on

HEADERS = ("项目编号", "项目名称和单位", "本决定所定事项", "状态")
BLANK = "\n　\n　\n　　　　　　　　　　年　　月　　日"  # to sign by hand


WORDS = {
    "term_months": "整改期限（月）",
    "money_handling": "资金处理",
    "due_on": "新的到期日",
    "months": "延期（月）",
    "change": "调剂内容",
    "revision_reason": "调整理由",
    "revised": "调整内容",
    "sector": "职业类别",
    "unit_change": "变更内容",
    "assessed_year": "评定年度",
    "total": "评定总分",
    "grade_name": "等级",
    "yearly_year": "考核年度",
    "yearly_grade": "考核等次",
    "yearly_opinion": "考核意见",
    **PUBLICITY,
}


def payload_lines(item: DecisionItem) -> dict[str, Any]:
    """What the decision fixes for one project, in words."""
    given = item.payload | ({"sector": Sector(item.payload["sector"]).label} if "sector" in item.payload else {})
    pairs = [(WORDS[key], value) for key, value in given.items() if key in WORDS]
    return {
        "item": item,
        "pairs": pairs,
        "problems": item.payload.get("items", []),
        "points": item.payload.get("points", []),
    }


def content(decision: Decision, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything the paper says, as plain values. `items`: of `payload_lines`, in the reader's reach."""
    edition = items[0]["item"].project.edition
    signed = {row.line: row for row in decision.signatures.all() if row.agreed}
    offices = ((Line.HR, edition.province_hr), (Line.FINANCE, edition.province_finance))
    return {
        "title": decision.title,
        "number": decision.right_number,
        "dated_on": decision.right_date,
        "reason": decision.reason,
        "basis": decision.basis,
        "effects": list(STEP[decision.kind].effects),
        "drafter": str(decision.drafted_by),
        "drafted_on": str(decision.drafted_on),
        "concurred": f"{decision.concurred_by} {decision.concurred_on}" if decision.concurred_by else "",
        "needs_concurrence": STEP[decision.kind].concurred,
        "state": decision.get_state_display(),
        "final": decision.state == Decision.State.EFFECTIVE,
        "items": [_item(row) for row in items],
        "lines": [{"office": office, "signed": _signed(signed.get(line))} for line, office in offices],
    }


def _item(row: dict[str, Any]) -> dict[str, str]:
    item, project = row["item"], row["item"].project
    said = [f"{label}：{value}" for label, value in row["pairs"]]
    said += [
        f"{place}. {one['fact']}（{one['clause']}）要求：{one['requirement']}"
        for place, one in enumerate(row["problems"], 1)
    ]
    return {
        "number": project.label,
        "name": project.name,
        "unit": unit_on(project, date.fromisoformat(item.decision.right_date)),
        "said": "；".join(said) or "—",
        "state": item.get_state_display(),
    }


def _signed(signature: Any) -> str:
    if signature is None:
        return ""
    deputy = f"（代{signature.deputy_for}）" if signature.deputy_for_id else ""
    return f"{signature.signer}{deputy} {signature.on} 同意（系统签署）"


# The page


def layout(data: Mapping[str, Any]) -> Paper:
    """A4 upright; a draft until both signatures stand."""
    return Paper(
        form="会签稿",
        title=data["title"],
        blocks=tuple(_blocks(data)),
        number=data["number"],
        state=data["state"],
        code=short(digest(data)),
        draft=not data["final"],
        letter=True,
    )


def _blocks(data: Mapping[str, Any]) -> Iterator[Block]:
    yield Words(data["title"], "title")
    yield Words("（会签稿）", "subtitle")
    yield Words(f"{data['number']}　　{data['dated_on']}", "number")
    yield Words("一、所列项目", "heading")
    heads = tuple(Cell(name, head=True) for name in HEADERS)
    yield Grid((30, 52, 58, 16), (heads, *(_cells(row) for row in data["items"])), heads=1)
    yield Words("二、事实和理由", "heading")
    yield from (Words(line) for line in data["reason"].splitlines())
    yield Words("三、依据", "heading")
    yield Words(data["basis"])
    yield Words("四、生效后", "heading")
    yield from (Words(line) for line in data["effects"])
    yield Words("五、会签", "heading")
    yield Grid((56, 100), tuple(_signing(data)))


def _cells(row: Mapping[str, str]) -> tuple[Cell, ...]:
    named = Cell(row["name"], align="left", note=f"\n{row['unit']}")
    return Cell(row["number"]), named, Cell(row["said"], align="left"), Cell(row["state"])


def _signing(data: Mapping[str, Any]) -> Iterator[tuple[Cell, Cell]]:
    yield Cell("拟制"), Cell(f"{data['drafter']}　{data['drafted_on']}", align="left")
    if data["needs_concurrence"]:
        yield Cell("财政经办会商"), Cell(data["concurred"], align="left")
    for line in data["lines"]:
        yield Cell(f"{line['office']}负责人（签字）"), Cell(line["signed"] or BLANK, align="left")
