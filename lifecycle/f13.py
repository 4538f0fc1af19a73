"""整改报告与销号表 (F13): the problems of a project, or of one order, as people sign for them."""

import json
from collections.abc import Iterable
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from accounts.queries import name_on
from funds.queries.audits import ABOUT_REPLY
from lifecycle.problem_lines import NOTHING, Line
from performance.f02 import digest, short
from projects.models import Attachment, Problem, Project
from projects.problems import ABOUT

TEMPLATE = Path(__file__).parent / "typst" / "f13.typ"


def content(
    project: Project, lines: Iterable[Line], files: Iterable[Attachment], *, about: str, on: date
) -> dict[str, Any]:
    """Everything the form says, as plain values. `about`: the order it reports on, or the whole register."""
    kept = list(files)
    rows = [_row(line, [file for file in kept if proves(file, line.problem)]) for line in lines]
    return {
        "form": "F13",
        "name": project.name,
        "number": project.label,
        "unit": name_on(project.organisation, on),
        "hr": project.edition.province_hr,
        "finance": project.edition.province_finance,
        "about": about,
        "on": on.isoformat(),
        "rows": rows,
        "closed": sum(1 for row in rows if row["closed"] != NOTHING),
    }


def proves(file: Attachment, problem: Problem) -> bool:
    """Filed under the problem, or under the audit finding where it is answered."""
    if problem.source == Problem.Source.AUDIT:
        return file.about == ABOUT_REPLY and file.about_id == problem.about_id
    return file.about == ABOUT and file.about_id == problem.pk


def _row(line: Line, files: list[Attachment]) -> dict[str, Any]:
    one = line.problem
    return {
        "serial": str(one.serial),
        "fact": one.fact,
        "level": f"{one.get_source_display()} · {one.get_level_display()}",
        "measure": line.measure or NOTHING,
        "owner": line.owner or NOTHING,
        "done": line.done_on.isoformat() if line.done_on else NOTHING,
        "proof": "" if line.hidden else "、".join(file.name for file in files),
        "answer": line.answer or NOTHING,
        "verdict": one.verdict or NOTHING,
        "closed": one.closed_on.isoformat() if one.closed_on else NOTHING,
    }


def is_draft(lines: Iterable[Line]) -> bool:
    """Something on it is still open."""
    return any(line.problem.state != Problem.State.CLOSED for line in lines)


def pdf(data: dict[str, Any], *, draft: bool) -> bytes:
    """A4, landscape; a draft mark lies under it until every problem is closed."""
    import noto_cjk_sans_otc
    import typst

    said = {**data, "code": short(digest(data)), "draft": draft}
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
    return cast(bytes, compiler.compile(format="pdf", sys_inputs={"data": json.dumps(said, ensure_ascii=False)}))
