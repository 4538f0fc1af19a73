"""Sending in the targets: the operation of the page, whether they are the first ones or an adjustment."""

from typing import Any

from django.http import Http404

from lifecycle.operations import targets
from performance import operations as performance
from performance.api.targets import SheetData, sheet_data
from performance.queries import revision_of, sheet_of
from projects.api import Act


class SubmitTarget(Act):
    summary, tag = "送审绩效目标", "绩效目标"
    description = "首次目标进入初审或省级审核；已备案目标的调整直接进入省级审核。填写过的人不能送审。"
    answers = SheetData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        submit = performance.submit_revision if revision_of(self.project) else targets.submit_targets
        submit(self.project.pk, actor=self.actor, on=self.today)
        sheet = sheet_of(self.project)
        if sheet is None:
            raise Http404
        return sheet_data(self.project, sheet, self.actor)
