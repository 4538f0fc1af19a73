"""市州核查, 省级评定 and the return of a self-evaluation. Each is one operation of its page."""

from typing import Any

from performance.api.assessments import AssessmentData, Named, ValueAsked, Version, reached, shown
from performance.operations import assessment_checks as checks
from performance.operations import assessment_values as values
from performance.operations.assessment_checks import MOST
from performance.queries.assessments import assessment_of
from projects.api import Act
from ui.api import Asked, Rows, Text


class AssessmentAct(Named, Act):
    """Answers with the self-evaluation as it stands then, as far as this person may read it."""

    answers = AssessmentData
    tag = "绩效自评"

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.one.pk

    def told(self) -> dict[str, Any]:
        return shown(assessment_of(self.project, self.one.pk), self.actor, self.today)


class AssessmentCheckAsked(Version):
    values = Rows(
        child=ValueAsked(), required=False, default=list, help_text="人社核查 F05：每项指标的核查值；改动的须写明原因"
    )
    comment = Text(max_length=MOST, required=False, allow_blank=True, default="", help_text="意见")


class CheckAssessment(AssessmentAct):
    summary = "核查绩效自评"
    description = "市州人社先核查并给出核查值，财政随后核查同意；不同意的请退回。"
    asks = AssessmentCheckAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        said = {"values": reached(given["values"]), "comment": given["comment"], "seen": given["version"]}
        checks.check_assessment(*self.ids, actor=self.actor, on=self.today, **said)
        return self.told()


class AssessmentReturnAsked(Asked):
    remarks = Text(max_length=MOST, help_text="退回意见，一次性写明")


class ReturnAssessment(AssessmentAct):
    summary = "退回绩效自评"
    asks = AssessmentReturnAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        checks.return_assessment(*self.ids, actor=self.actor, on=self.today, **given)
        return self.told()


class AssessmentValuesAsked(Version):
    values = Rows(child=ValueAsked(), help_text="每项指标的评定值；与前一环节不同的须写明原因")


class EnterAssessed(AssessmentAct):
    summary = "录入评定数值"
    description = "任一部门录入，由另一部门确认。"
    asks = AssessmentValuesAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        said = {"values": reached(given["values"]), "seen": given["version"]}
        values.enter_assessed(*self.ids, actor=self.actor, on=self.today, **said)
        return self.told()


class ConfirmAssessed(AssessmentAct):
    summary = "确认评定数值"
    description = "确认另一部门录入的数值；全部确认后由两厅负责人签署评定决定。"
    asks = Version

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        values.confirm_assessed(*self.ids, actor=self.actor, on=self.today, seen=given["version"])
        return self.told()


class AcceptTransfer(AssessmentAct):
    summary = "审定转移支付自评"
    description = "不计分，按单位报送的内容固定。"

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        checks.accept_transfer(*self.ids, actor=self.actor, on=self.today)
        return self.told()
