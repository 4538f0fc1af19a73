"""逐条答复 as rows of the ruling's form: what the unit claims, what is answered, whether it is taken up."""

import re
from typing import Any

from django import forms

from lifecycle.queries import revocation_of
from ui.forms import ProjectForm

ROWS, LONGEST = 6, 300
ADOPTED = [("", "请选择"), ("yes", "采纳"), ("partly", "部分采纳"), ("no", "不采纳")]
POINT_FIELDS = [[f"point_{index}_{key}" for key in ("claim", "reply", "adopted")] for index in range(ROWS)]


def add_points(form: ProjectForm) -> None:
    """One row for each paragraph of the 陈述申辩, to be answered; more rows are open."""
    revocation = revocation_of(form.project)
    claims = split(revocation.defence) if revocation else []
    for index in range(min(max(len(claims), 1) + 1, ROWS)):
        area = {"rows": 2}
        claim, reply, adopted = POINT_FIELDS[index]
        form.fields[claim] = forms.CharField(
            label=f"申辩要点（第 {index + 1} 条）", required=False, max_length=LONGEST, widget=forms.Textarea(attrs=area),
            initial=claims[index] if index < len(claims) else "",
        )  # fmt: skip
        form.fields[reply] = forms.CharField(
            label=f"答复意见（第 {index + 1} 条）",
            required=False,
            max_length=LONGEST,
            widget=forms.Textarea(attrs=area),
        )
        form.fields[adopted] = forms.ChoiceField(
            label=f"是否采纳（第 {index + 1} 条）", required=False, choices=ADOPTED
        )


def split(defence: str) -> list[str]:
    """Its paragraphs, the last taking what is over."""
    parts = [part.strip()[:LONGEST] for part in re.split(r"[\r\n]+", defence) if part.strip()]
    return parts[:ROWS]


def points_of(data: dict[str, Any]) -> list[dict[str, str]]:
    """Rows in which something was said."""
    rows = []
    for claim, reply, adopted in POINT_FIELDS:
        row = {"claim": data.get(claim, ""), "reply": data.get(reply, ""), "adopted": data.get(adopted, "")}
        if row["claim"].strip() or row["reply"].strip():
            rows.append(row)
    return rows
