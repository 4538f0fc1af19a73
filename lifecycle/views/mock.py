"""模拟验收: the two gates on today's data, the gaps and who mends them, the unit's own check."""

from typing import Any

from django.shortcuts import get_object_or_404

from accounts.roles import Action
from lifecycle.forms.acceptance import ConditionsForm, GapForm
from lifecycle.operations import mock as operations
from lifecycle.queries.mock import clerks_of, gap_tasks, known_values, mock_of, self_check_version
from projects import access
from projects.links import page_for
from projects.pages import ProjectAction, ProjectOperation, ProjectPage


class MockPage(ProjectPage):
    """若今天验收：缺 n 项."""

    template_name = "lifecycle/mock.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mock, tasks = mock_of(self.project, self.today), gap_tasks(self.project)
        gaps = [
            {"gap": gap, "task": tasks.get(gap.code), "url": page_for(self.actor, gap.link, self.project)}
            for gap in mock.gaps
        ]
        closed = [task for code, task in tasks.items() if code not in {gap.code for gap in mock.gaps}]
        may = access.allows(self.actor, self.project, Action.UPLOAD_PACK)
        told = {"mock": mock, "gaps": gaps, "closed": closed, "may_assign": may, "today": self.today}
        return super().get_context_data(**told, **kwargs)


class SelfCheckPage(ProjectOperation):
    """建设条件自查: what the unit says today; the application is printed from it."""

    form_class = ConditionsForm
    template_name = "lifecycle/self_check.html"
    title, submit_label, done = "自查建设条件", "保存自查", "自查结果已保存"
    success_name = "lifecycle:mock"

    def get_form_kwargs(self) -> dict[str, Any]:
        known = known_values(self.project, self.today)
        return {**super().get_form_kwargs(), "known": known, "version": self_check_version(self.project)}

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        return operations.save_self_check(
            self.project.pk, values=self.bound.values(), evidence=self.bound.evidence(), actor=self.actor,
            on=self.today, seen=data["seen"],
        )  # fmt: skip


class AssignGap(ProjectOperation):
    form_class = GapForm
    title, submit_label, done = "分派验收缺口", "分派", "已分派，办理人已收到通知"
    template_name = "lifecycle/gap_assign.html"
    success_name = "lifecycle:mock"

    def load(self) -> None:
        super().load()
        asked = self.request.POST.get("code") or self.request.GET.get("code", "")
        self.gap = next((one for one in mock_of(self.project, self.today).gaps if one.code == asked), None)

    def get_form_kwargs(self) -> dict[str, Any]:
        told = {"clerks": clerks_of(self.project, self.today), "gap": self.gap}
        return {**super().get_form_kwargs(), **told}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(gap=self.gap, **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        said = {name: data[name] for name in ("code", "due_on", "note")}
        return operations.assign_gap(self.project.pk, **said, clerk=int(data["clerk"]), actor=self.actor, on=self.today)


class FinishGap(ProjectAction):
    done = "已标记办结"
    success_name = "lifecycle:mock"

    def load(self) -> None:
        super().load()
        get_object_or_404(self.project.gap_tasks, pk=self.kwargs["gap_id"])

    def run(self, data: dict[str, Any]) -> Any:
        return operations.finish_gap(self.project.pk, self.kwargs["gap_id"], actor=self.actor, on=self.today)
