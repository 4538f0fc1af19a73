"""虚假材料: the case, what the unit says, how it ends."""

from typing import Any

from accounts.roles import Action
from lifecycle import forms
from lifecycle.machine import STEP
from lifecycle.operations import false_material as ops
from lifecycle.queries.sanctions import open_case
from lifecycle.queries.served import cases_told
from lifecycle.views.revocation import with_proofs
from projects import access
from projects.pages import ProjectOperation, ProjectPage
from projects.queries import files_for

MOST = 200


class FalseMaterialPage(ProjectPage):
    """Every case of the project, the open one first."""

    template_name = "lifecycle/false_material.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.actor
        files = list(files_for(user, self.project).filter(about="false_case"))
        standing = open_case(self.project)
        asked = {
            "open": Action.OPEN_FALSE, "state": Action.STATE_FALSE, "dismiss": Action.DISMISS_FALSE,
            "find": Action.DRAFT_FALSE,
        }  # fmt: skip
        return super().get_context_data(
            cases=[
                {"case": case, "files": [one for one in files if one.about_id == case.pk]}
                for case in cases_told(user, self.project)
            ],
            standing=standing,
            may={name: access.allows(user, self.project, action) for name, action in asked.items()},
            possible=self.project.stage in STEP["false"].sources,
            on=self.today,
            **kwargs,
        )


class OnCase(ProjectOperation):
    success_name = "lifecycle:false_material"
    cancel_name = "lifecycle:false_material"


class OpenFalseCase(OnCase):
    form_class = forms.FalseCaseForm
    title, submit_label, done = "虚假材料立案", "立案核查", "已立案，已通知单位说明"

    def get_form_kwargs(self) -> dict[str, Any]:
        found = files_for(self.actor, self.project).order_by("-pk")[:MOST]
        return {**super().get_form_kwargs(), "files": [(str(one.pk), f"{one.purpose}：{one.name}") for one in found]}

    def run(self, data: dict[str, Any]) -> Any:
        chosen = int(data.pop("attachment") or 0) or None
        given = with_proofs(data) | {"attachment_id": chosen}
        return ops.open_false_case(self.project.pk, actor=self.actor, on=self.today, **given)


class StateFalse(OnCase):
    form_class = forms.FalseStatementForm
    title, submit_label, done = "说明材料情况", "提交说明", "说明已提交"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.state_false(self.project.pk, actor=self.actor, on=self.today, **with_proofs(data))


class DismissFalse(OnCase):
    form_class = forms.DismissForm
    title, submit_label, done = "不予认定虚假材料", "不予认定", "案件已办结"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.dismiss_false(self.project.pk, actor=self.actor, on=self.today, **data)
