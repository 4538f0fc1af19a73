"""限期整改, 取消称号, 虚假材料 and yearly reports for programs: what stands, and what the unit sends in."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from lifecycle.models import FalseCase, Rectification, Revocation, YearlyReport
from lifecycle.operations import false_material, rectification, revocation, yearly
from lifecycle.queries import problems_of
from lifecycle.queries.endings_page import decision_told, proceedings_for, steps_of
from lifecycle.queries.sanctions import windows_of
from lifecycle.queries.served import cases_told, orders_told, reports_told
from projects import access
from projects.api import Act, ProjectReading
from projects.models import Project
from projects.problems import stands
from ui.api import Asked, Person, Text, Told, Uploads, Whole

TAG = "整改与称号"


class ReportData(Told):
    round = serializers.IntegerField(help_text="次数")
    on = serializers.DateField(help_text="报送日期")
    text = serializers.CharField(help_text="整改情况")
    passed = serializers.BooleanField(allow_null=True, help_text="复验通过；尚未复验为 null")
    rechecked_on = serializers.DateField(allow_null=True, help_text="复验日期")
    note = serializers.CharField(help_text="复验意见")


class OrderData(Told):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text="文号")
    served_on = serializers.DateField(allow_null=True, help_text="送达日期")
    due_on = serializers.DateField(allow_null=True, help_text="整改到期日")
    cap_on = serializers.DateField(allow_null=True, help_text="一年上限，任何人不能再延")
    closed_on = serializers.DateField(allow_null=True, help_text="结束日期")
    money_handling = serializers.CharField(help_text="资金处理")
    open_problems = serializers.IntegerField(help_text="未销号的问题数；随称号终结的不计")
    reports = ReportData(many=True)


def order_told(user: User, order: Rectification) -> dict[str, Any]:
    told = {name: getattr(order, name) for name in ("served_on", "due_on", "cap_on", "closed_on", "money_handling")}
    open_ = sum(map(stands, problems_of(order)))
    reports = reports_told(user, order)
    return told | {"id": order.pk, "number": order.decision.number, "open_problems": open_, "reports": reports}


class Orders(ProjectReading):
    summary, tag = "限期整改", TAG
    description = "项目的限期整改通知，新的在前：送达、到期日、一年上限和历次整改报告。单位在送达之后才能看到。"
    answers, many = OrderData, True

    def found(self, asked: dict[str, Any]) -> list[Rectification]:
        return list(orders_told(self.actor, self.project))

    def rows(self, page: list[Rectification]) -> list[dict[str, Any]]:
        return [order_told(self.actor, order) for order in page]


class ProceedingStepData(Told):
    label = serializers.CharField(help_text="步骤")  # type: ignore[assignment]
    on = serializers.DateField(allow_null=True, help_text="办理日期；未办为 null")
    note = serializers.CharField()
    needed = serializers.BooleanField(help_text="是否需要")


class RevocationData(Told):
    id = serializers.IntegerField()
    cause = serializers.ChoiceField(Revocation.Cause.choices, help_text="事由")
    number = serializers.CharField(help_text="告知书文号")
    served_on = serializers.DateField(allow_null=True, help_text="告知送达日期")
    defend_by = serializers.DateField(allow_null=True, help_text="陈述申辩截止")
    defended_on = serializers.DateField(allow_null=True)
    upheld = serializers.BooleanField(allow_null=True, help_text="申辩成立")
    decision_number = serializers.CharField(help_text="取消决定文号，没有为空")
    review_by = serializers.DateField(allow_null=True, help_text="可申请复议至")
    lawsuit_by = serializers.DateField(allow_null=True, help_text="可提起诉讼至")
    closed_on = serializers.DateField(allow_null=True)
    steps = ProceedingStepData(many=True)


def revocation_told(user: User, project: Project, one: Revocation) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("cause", "served_on", "defend_by", "defended_on", "upheld")}
    decision = decision_told(user, one)
    windows = windows_of(project, one) if decision else None
    return told | {
        "id": one.pk,
        "number": one.notice.number,
        "closed_on": one.closed_on if decision == one.decision else None,
        "decision_number": decision.number if decision else "",
        "review_by": windows.review_by if windows else None,
        "lawsuit_by": windows.lawsuit_by if windows else None,
        "steps": [
            {"label": step.label, "on": step.on, "note": step.note, "needed": not step.skipped}
            for step in steps_of(user, project, one)
        ],
    }


class Revocations(ProjectReading):
    summary, tag = "取消称号程序", TAG
    description = "每一程序的各个步骤和日期。单位在告知书送达之后才能看到。"
    answers, many = RevocationData, True

    def found(self, asked: dict[str, Any]) -> list[Revocation]:
        return proceedings_for(self.actor, self.project)

    def rows(self, page: list[Revocation]) -> list[dict[str, Any]]:
        return [revocation_told(self.actor, self.project, one) for one in page]


class FalseCaseData(Told):
    id = serializers.IntegerField()
    document = serializers.CharField(help_text="涉及材料")
    facts = serializers.CharField(help_text="事实")
    evidence = serializers.CharField(help_text="证据")
    opened_on = serializers.DateField(help_text="立案日期")
    answer_by = serializers.DateField(help_text="单位说明截止")
    statement = serializers.CharField(help_text="单位说明")
    stated_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(FalseCase.State.choices)
    conclusion = serializers.CharField()
    closed_on = serializers.DateField(allow_null=True)


class FalseCases(ProjectReading):
    summary, tag = "虚假材料案件", TAG
    description = "项目的虚假材料案件，新的在前。"
    answers, many = FalseCaseData, True

    def found(self, asked: dict[str, Any]) -> list[FalseCase]:
        return cases_told(self.actor, self.project)


class YearlyData(Told):
    id = serializers.IntegerField()
    year = serializers.IntegerField(help_text="年度")
    state = serializers.ChoiceField(YearlyReport.State.choices)
    due_on = serializers.DateField(help_text="报送截止")
    submitted_on = serializers.DateField(allow_null=True)
    submitted_by = Person(help_text="报送人")
    equipment = serializers.CharField(help_text="设备使用情况")
    work = serializers.CharField(help_text="培养、攻关和带动情况")
    problems = serializers.CharField(help_text="存在问题和打算")
    trained = serializers.DictField(child=serializers.IntegerField(), help_text="培训情况，报送时由班次台账固定")
    left = serializers.CharField(help_text="结余资金（元），报送时固定")
    opinion = serializers.CharField(help_text="初审意见")


class Yearly(ProjectReading):
    summary, tag = "年度报告", TAG
    description = "通过验收之后每年一次。单位还在编制的只有单位自己看到。"
    answers, many = YearlyData, True

    def found(self, asked: dict[str, Any]) -> list[YearlyReport]:
        found = self.project.yearly_reports.select_related("submitted_by")
        return list(found if access.is_unit(self.actor) else found.exclude(state=YearlyReport.State.DRAFT))


class TextAsked(Asked):
    text = Text(max_length=5000, help_text="内容")


class DefenceAsked(TextAsked):
    hearing = serializers.BooleanField(required=False, help_text="要求当面听取陈述（听证）")
    proofs = Uploads(help_text="证据材料")


class StatementAsked(TextAsked):
    proofs = Uploads(help_text="说明材料")


class YearAsked(Asked):
    year = Whole(max_value=2100, help_text="年度")


class YearlyAsked(YearAsked):
    equipment = Text(max_length=3000, allow_blank=True)
    work = Text(max_length=3000, allow_blank=True)
    problems = Text(max_length=3000, allow_blank=True)


class SubmitReport(Act):
    summary, tag = "提交整改报告", TAG
    description = "每个问题都有措施和佐证后由单位负责人提交；逾期的照收并注明。"
    asks, answers = TextAsked, OrderData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        report = rectification.submit_report(self.project.pk, actor=self.actor, on=self.today, **given)
        return order_told(self.actor, report.rectification)


class StateDefence(Act):
    summary, tag = "陈述申辩", TAG
    description = "告知书送达之后、决定之前提出；逾期的照收并注明。以 multipart/form-data 上传证据。"
    asks, answers = DefenceAsked, RevocationData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        one = revocation.state_defence(self.project.pk, actor=self.actor, on=self.today, **given)
        return revocation_told(self.actor, self.project, one)


class StateFalse(Act):
    summary, tag = "说明材料情况", TAG
    description = "虚假材料核查中，单位说明一次。以 multipart/form-data 上传材料。"
    asks, answers = StatementAsked, FalseCaseData

    def run(self, given: dict[str, Any]) -> FalseCase:
        return false_material.state_false(self.project.pk, actor=self.actor, on=self.today, **given)


class SaveYearly(Act):
    summary, tag = "编制年度报告", TAG
    description = "可多次保存，报送之后不能修改，除非被退回。"
    asks, answers = YearlyAsked, YearlyData

    def run(self, given: dict[str, Any]) -> YearlyReport:
        return yearly.save_yearly(self.project.pk, actor=self.actor, on=self.today, **given)


class SubmitYearly(Act):
    summary, tag = "报送年度报告", TAG
    description = "由单位负责人报送，自己编制的不能报送；培训情况和结余资金此时由台账固定。"
    asks, answers = YearAsked, YearlyData

    def run(self, given: dict[str, Any]) -> YearlyReport:
        return yearly.submit_yearly(self.project.pk, actor=self.actor, on=self.today, **given)
