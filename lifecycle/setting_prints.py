"""设定确认单 as both departments sign it: each number, what the system took for it, what the province confirms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from papers import Block, Cell, Grid, Paper, Stamps, digest, short
from papers import Line as Words
from policy.confirmed import confirmable, said, told
from policy.edition import Edition, Limit
from policy.loader import from_files
from projects.models import SettingSheet

TITLE = "本省设定确认单"
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    before: str
    after: str
    blocks: bool


def rows_of(sheet: SettingSheet) -> list[Line]:
    """The file's own value beside the confirmed one; a key the edition no longer has is shown as it was typed."""
    edition: Edition | None = from_files().get(sheet.edition_code)
    limits = confirmable(edition) if edition else {}
    return [_line(limits.get(row.key), row.key, row.text, row.blocks) for row in sheet.confirmed]


def _line(limit: Limit | None, key: str, text: str, blocks: bool) -> Line:
    if limit is None:
        return Line(key, NOTHING, text, blocks)
    return Line(limit.label, said(limit, limit.value), told(limit, text), blocks)


def content(sheet: SettingSheet) -> dict[str, Any]:
    edition = from_files().get(sheet.edition_code)
    return {
        "form": "settings",
        "number": sheet.number,
        "document": edition.document if edition else sheet.edition_code,
        "title": edition.title if edition else "",
        "hr": edition.province_hr if edition else "",
        "finance": edition.province_finance if edition else "",
        "effective_on": str(sheet.effective_on),
        "rows": [[row.label, row.before, row.after, "拦截" if row.blocks else "只提示"] for row in rows_of(sheet)],
        "note": sheet.note,
        "drafted": f"{sheet.drafted_by} {sheet.drafted_on}",
        "hr_signed": f"{sheet.hr_by} {sheet.hr_on}" if sheet.hr_by else "",
        "finance_signed": f"{sheet.finance_by} {sheet.finance_on}" if sheet.finance_by else "",
        "state": sheet.get_state_display(),
    }


# The page


def paper_of(sheet: SettingSheet) -> Paper:
    """A draft until both departments have signed."""
    return layout(content(sheet), draft=sheet.state != SettingSheet.State.EFFECTIVE)


def layout(data: Mapping[str, Any], *, draft: bool) -> Paper:
    return Paper(
        form="设定确认单",
        title=TITLE,
        blocks=tuple(_blocks(data)),
        number=data["number"],
        state=data["state"],
        code=short(digest(data)),
        draft=draft,
        letter=True,
    )


def _blocks(data: Mapping[str, Any]) -> Iterator[Block]:
    yield Words(TITLE, "title")
    yield Words(f"编号：{data['number']}", "number")
    yield Words("", "plain")
    yield Words(
        f"依据《{data['title']}》（{data['document']}），下列数值文件未作规定，系统原按默认取值。经{data['hr']}、{data['finance']}"
        f"共同确认，自 {data['effective_on']} 起作为本省设定执行；此前已作出的认定、评价和决定不变。"
    )
    heads = tuple(Cell(name, head=True) for name in ("序号", "事项", "系统默认", "确认取值", "不符时"))
    rows = (
        (Cell(str(place)), Cell(label, align="left"), Cell(before), Cell(after), Cell(blocks))
        for place, (label, before, after, blocks) in enumerate(data["rows"], 1)
    )
    yield Grid((12, 78, 36, 36, 18), (heads, *rows), heads=1)
    if data["note"]:
        yield Words(f"说明：{data['note']}", "plain")
    signed = ((data["hr"], data["hr_signed"]), (data["finance"], data["finance_signed"]))
    yield Stamps(tuple((office, "\n".join(f"负责人：{who}".rsplit(" ", 1))) for office, who in signed))
    yield Words(f"拟制：{data['drafted']}", "note")
