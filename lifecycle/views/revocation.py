"""取消称号: services, defence, hearing, legal review and what follows the decision."""

from collections.abc import Iterable
from typing import Any

from lifecycle import forms
from lifecycle.operations import aftermath
from lifecycle.operations import revocation as ops
from lifecycle.queries import last_decided, revocation_of
from lifecycle.queries.sanctions import publication_text
from lifecycle.views.rectification import ServeOrder
from projects.pages import ProjectOperation


class OnProceeding(ProjectOperation):
    """A form of the proceeding; back to the tab afterwards."""

    success_name = "lifecycle:rectification"
    cancel_name = "lifecycle:rectification"


class ServeNotice(ServeOrder):
    title, done = "登记拟取消告知书送达", "送达已登记，陈述申辩期限开始计算"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.serve_notice(self.project.pk, actor=self.actor, on=self.today, **data)


class Defence(OnProceeding):
    form_class = forms.DefenceForm
    title, submit_label, done = "陈述申辩", "提交陈述申辩", "陈述申辩已提交，两厅将逐条答复"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.state_defence(self.project.pk, actor=self.actor, on=self.today, **with_proofs(data))


class Hearing(OnProceeding):
    form_class = forms.HearingForm
    title, submit_label, done = "登记陈述听证记录", "登记", "陈述听证记录已登记"

    def get_initial(self) -> dict[str, Any]:
        revocation = revocation_of(self.project)
        return {"kind": "hearing"} if revocation and revocation.hearing_asked else {}

    def run(self, data: dict[str, Any]) -> Any:
        return ops.record_hearing(self.project.pk, actor=self.actor, on=self.today, **data)


class LegalReview(OnProceeding):
    form_class = forms.LegalReviewForm
    title, submit_label, done = "法制审核", "提交审核意见", "法制审核意见已登记"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.review_legality(self.project.pk, actor=self.actor, on=self.today, **data)


class ServeDecision(ServeOrder):
    title, done = "登记取消称号决定送达", "送达已登记"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.serve_decision(self.project.pk, actor=self.actor, on=self.today, **data)


class Plaque(OnProceeding):
    form_class = forms.PlaqueForm
    title, submit_label, done = "登记牌匾收回", "登记", "牌匾收回已登记"

    def run(self, data: dict[str, Any]) -> Any:
        return aftermath.record_plaque(self.project.pk, actor=self.actor, on=self.today, **data)


class ReportUpward(OnProceeding):
    form_class = forms.UpwardForm
    title, submit_label, done = "登记上报", "登记", "上报已登记"

    def run(self, data: dict[str, Any]) -> Any:
        return aftermath.report_upward(self.project.pk, actor=self.actor, on=self.today, **data)


class Publication(OnProceeding):
    form_class = forms.PublicationForm
    title, submit_label, done = "登记公布", "登记", "公布已登记"

    def get_initial(self) -> dict[str, Any]:
        revocation = last_decided(self.project)
        return {"text": publication_text(self.project, revocation)} if revocation else {}

    def run(self, data: dict[str, Any]) -> Any:
        return aftermath.publish(self.project.pk, actor=self.actor, on=self.today, **with_proofs(data))


def with_proofs(data: dict[str, Any]) -> dict[str, Any]:
    """The one file of a form as the files of an operation."""
    proofs: Iterable[Any] = [data["proof"]] if data.get("proof") else []
    return {key: value for key, value in data.items() if key != "proof"} | {"proofs": list(proofs)}
