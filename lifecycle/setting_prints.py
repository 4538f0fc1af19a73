"""设定确认单 as both departments sign it: each number, what the system took for it, what the province confirms."""

import json
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from performance.f02 import digest, short
from policy.confirmed import read, said
from policy.edition import Edition, Limit
from policy.loader import from_files
from projects.models import SettingSheet

TEMPLATE = Path(__file__).parent / "typst" / "settings.typ"
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
    limits = edition.limits if edition else {}
    return [_line(limits.get(row.key), row.key, row.text, row.blocks) for row in sheet.confirmed]


def _line(limit: Limit | None, key: str, text: str, blocks: bool) -> Line:
    if limit is None:
        return Line(key, NOTHING, text, blocks)
    return Line(limit.label, said(limit, limit.value), said(limit, read(limit, text)), blocks)


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


def pdf(sheet: SettingSheet) -> bytes:
    """A4, upright; a draft mark lies under it until both departments signed."""
    import noto_cjk_sans_otc
    import typst

    data = content(sheet)
    draft = sheet.state != SettingSheet.State.EFFECTIVE
    filled = {**data, "code": short(digest(data)), "draft": draft}
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
    return cast(bytes, compiler.compile(format="pdf", sys_inputs={"data": json.dumps(filled, ensure_ascii=False)}))
