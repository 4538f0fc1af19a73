"""会签稿: a joint decision as the paper that goes through the office's own OA, with its signature lines."""

import json
from itertools import chain
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from accounts.queries import name_on
from lifecycle.machine import STEP
from performance.f02 import digest, short
from policy.terms import Line
from projects.models import Decision
from workbooks.writer import Sheet, xlsx

TEMPLATE = Path(__file__).parent / "typst" / "countersign.typ"
HEADERS = ("项目编号", "项目名称", "项目单位", "本决定所定事项", "状态")


def content(decision: Decision, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything the paper says, as plain values. `items`: of views.decisions.payload_lines, in the reader's reach."""
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
        "unit": name_on(project.organisation, item.decision.dated_on),
        "said": "；".join(said) or "—",
        "state": item.get_state_display(),
    }


def _signed(signature: Any) -> str:
    if signature is None:
        return ""
    deputy = f"（代{signature.deputy_for}）" if signature.deputy_for_id else ""
    return f"{signature.signer}{deputy} {signature.on} 同意（系统签署）"


def pdf(told: dict[str, Any]) -> bytes:
    """A4 upright."""
    import noto_cjk_sans_otc
    import typst

    said = told | {"code": short(digest(told))}
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
    return cast(bytes, compiler.compile(format="pdf", sys_inputs={"data": json.dumps(said, ensure_ascii=False)}))


def workbook(told: dict[str, Any]) -> bytes:
    """The same, for offices whose OA takes a table."""
    rows = [[row["number"], row["name"], row["unit"], row["said"], row["state"]] for row in told["items"]]
    notes = [
        f"事实和理由：{told['reason']}",
        f"依据：{told['basis']}",
        f"生效后：{'；'.join(told['effects'])}",
        f"拟制：{told['drafter']} {told['drafted_on']}",
        *(
            f"{line['office']}负责人（签字）：{line['signed'] or '　　　　　　年　　月　　日'}"
            for line in told["lines"]
        ),
    ]
    titles = [f"{told['title']}（会签稿）", f"文号：{told['number']}　成文日期：{told['dated_on']}　{told['state']}"]
    return xlsx([Sheet("会签稿", HEADERS, rows, titles=titles, notes=notes, widths=(16, 36, 30, 60, 12))])
