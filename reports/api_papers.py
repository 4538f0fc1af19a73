"""报表打印 for programs: which papers of no one project may be printed, as the page lists them, and their prints in force."""

from typing import Any

from django import forms

from lifecycle.api.printing import PrintRow
from lifecycle.queries.printing import Row, group_of
from lifecycle.queries.province_printing import in_force
from projects.api import AllReading
from reports.forms import ProvinceForm
from reports.province_papers import Asked, form_for, other_papers, province_papers


class PlacePapers(AllReading):
    summary, tag = "报表打印", "过程"
    description = (
        "可以打印的汇总表、区域绩效表和设定确认单，和它们现行的校验码、盖章件回传情况，筛选与“报表打印”页相同；"
        "查询条件或日期不同的汇总表，标识 key 也不同。"
    )
    answers, many, filters = PrintRow, True, ProvinceForm

    def form(self) -> forms.Form:
        return form_for(self.actor, self.request.query_params, self.today)

    def found(self, asked: dict[str, Any]) -> list[Row]:
        given = Asked(**{name: value for name, value in asked.items() if value})
        papers = [*province_papers(self.actor, self.today, given), *other_papers(self.actor, self.today)]
        held = in_force(self.actor, papers)
        return [
            Row(
                one.key, one.label, group_of(one.form), one.dated_on, one.draft,
                held[one.key].printed if one.key in held else None, None, one.key in held and held[one.key].stale,
            )
            for one in papers
        ]  # fmt: skip
