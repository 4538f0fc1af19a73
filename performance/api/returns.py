"""季报包 of a project and 监测轮次 of the offices: read as the pages show them, to whom they show them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from accounts.models import User
from performance.models import PeriodReturn, Round, Section
from performance.queries.return_page import Page, page_of
from performance.queries.returns import return_of, returns_of, section_version
from performance.queries.rounds import ReturnRow, round_rows, rounds_for
from policy.terms import Line
from projects.api import AllReading, Api, ProjectApi, ProjectReading, Reading
from ui.api import Money, Person, Stored, Told

LINES = [(Line.HR.value, Line.HR.label), (Line.FINANCE.value, Line.FINANCE.label)]


class ReturnData(Told):
    """One line of the list of periods that were asked for."""

    id = serializers.IntegerField()
    project = serializers.IntegerField(source="project_id")
    round = serializers.IntegerField(source="round_id")
    round_name = serializers.CharField(source="round.name", help_text="轮次名称")
    covers_from = serializers.DateField(help_text="填报期间起")
    cut_off = serializers.DateField(help_text="截至日期")
    state = serializers.ChoiceField(PeriodReturn.State.choices)
    due_on = serializers.DateField(help_text="报送截止日期")
    first_due_on = serializers.DateField(help_text="首次截止日期")
    turn = serializers.IntegerField(help_text="报送次数")
    zero = serializers.BooleanField(help_text="零报告")
    reason = serializers.CharField(help_text="零报告或免报理由")
    submitted_by = Person()
    submitted_on = serializers.DateField(allow_null=True, help_text="报送日期")
    late = serializers.BooleanField(help_text="逾期报送")
    accepted_on = serializers.DateField(allow_null=True, help_text="审定日期")
    digest = serializers.CharField(help_text="审定内容的 SHA-256，未审定为空")


class SectionData(Told):
    code = serializers.ChoiceField(Section.Code.choices, help_text="部分")
    done = serializers.BooleanField(help_text="已填完")
    assignee = Person(help_text="承办人")
    done_by = Person(help_text="填完的人")
    done_on = serializers.DateField(allow_null=True)
    text = serializers.CharField(allow_null=True, help_text="内容；单位填写中对其他单位为 null")
    plan = serializers.CharField(allow_null=True, help_text="下期计划")
    seen = serializers.CharField(help_text="现有内容的版本，填写时原样送回")


class ReturnRemarkData(Told):
    section = serializers.ChoiceField(Section.Code.choices, help_text="部分")
    indicator = serializers.IntegerField(source="indicator_id", allow_null=True, help_text="所指指标")
    text = serializers.CharField(help_text="意见")


class ReturnReviewData(Told):
    line = serializers.ChoiceField(LINES, help_text="条线")
    turn = serializers.IntegerField(help_text="报送次数")
    agreed = serializers.BooleanField(help_text="同意")
    office = serializers.CharField(help_text="审核单位")
    reviewer = Person(help_text="审核人")
    on = serializers.DateField()
    remarks = ReturnRemarkData(many=True, source="remarks.all")


class ReturnAskData(Told):
    id = serializers.IntegerField()
    section = serializers.ChoiceField(Section.Code.choices, help_text="部分")
    text = serializers.CharField(help_text="需补的材料")
    office = serializers.CharField(help_text="要求单位")
    asked_on = serializers.DateField()
    due_on = serializers.DateField(help_text="补件截止日期")
    answer = serializers.CharField(help_text="说明")
    answered_on = serializers.DateField(allow_null=True)
    files = Stored(many=True, help_text="材料")


class SumData(Told):
    state = serializers.CharField(help_text="支出状态")
    count = serializers.IntegerField(help_text="笔数")
    amount = Money(help_text="金额，冲销计为负数")


class OneReturnData(ReturnData):
    acts = serializers.CharField(help_text="现由谁办理")
    sections = SectionData(many=True)
    payments = SumData(many=True, help_text="支付日期在本期的支出，按状态")
    reviews = ReturnReviewData(many=True, help_text="两部门都审核后单位才见到本次意见")
    asks = ReturnAskData(many=True, help_text="补件")
    snapshot = serializers.JSONField(help_text="审定内容；未审定为 {}")


ELSEWHERE = {"project", "round", "round_name", "files"}


def names_of(data: type[Told]) -> list[str]:
    """The plain fields of an answer."""
    return [str(name) for name in data().fields if name not in ELSEWHERE]


def told(page: Page) -> dict[str, Any]:
    """One return as the page shows it to this reader."""
    one = page.one
    facts = {name: getattr(one, name) for name in names_of(ReturnData)}
    return facts | {
        "project_id": one.project_id,
        "round_id": one.round_id,
        "round": one.round,
        "acts": page.acts,
        "sections": [_section(section, content=page.content) for section in page.sections],
        "payments": page.payments,
        "reviews": page.reviews,
        "asks": [_ask(ask, papers) for ask, papers in page.asks],
        "snapshot": one.snapshot,
    }


def _section(section: Section, *, content: bool) -> dict[str, Any]:
    names = ("code", "done", "assignee", "done_by", "done_on")
    typed = {name: getattr(section, name) if content else None for name in ("text", "plan")}
    return {name: getattr(section, name) for name in names} | typed | {"seen": section_version(section)}


def _ask(ask: Any, papers: Iterable[Any]) -> dict[str, Any]:
    return {name: getattr(ask, name) for name in names_of(ReturnAskData)} | {"files": papers}


class Returns(ProjectReading):
    summary, tag = "项目的季报包", "绩效监测"
    answers, many = ReturnData, True

    def found(self, asked: dict[str, Any]) -> QuerySet[PeriodReturn]:
        return returns_of(self.project)


class OnReturn(ProjectApi):
    """Gives `self.one`, found through the project."""

    def find(self) -> None:
        super().find()
        try:
            self.one = return_of(self.project, self.kwargs["return_id"])
        except PeriodReturn.DoesNotExist:
            raise Http404 from None
        self.one.project = self.project

    def shown(self) -> dict[str, Any]:
        """As it stands now, for this reader."""
        self.find()
        return told(page_of(self.one, self.actor, on=self.today))


class OneReturn(OnReturn, ProjectReading):
    summary, tag = "一份季报包", "绩效监测"
    answers = OneReturnData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        return told(page_of(self.one, self.actor, on=self.today))


class RoundData(Told):
    """Counted over the projects in reach alone."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Round.Kind.choices, help_text="类型")
    name = serializers.CharField(help_text="名称")
    period_from = serializers.DateField(help_text="监测期间起")
    cut_off = serializers.DateField(help_text="截至日期")
    due_on = serializers.DateField(help_text="报送截止日期")
    monitoring = serializers.BooleanField(help_text="含绩效监控表（F04）")
    note = serializers.CharField(help_text="说明")
    opened_on = serializers.DateField(help_text="发起日期")
    asked = serializers.IntegerField(help_text="应报户数")
    open = serializers.IntegerField(help_text="未报")
    returned = serializers.IntegerField(help_text="退回补正")
    submitted = serializers.IntegerField(help_text="待审核")
    accepted = serializers.IntegerField(help_text="已审定")
    exempt = serializers.IntegerField(help_text="免报")
    late = serializers.IntegerField(help_text="逾期")


class AskedData(Told):
    id = serializers.IntegerField(source="one.pk")
    project = serializers.IntegerField(source="one.project_id")
    project_name = serializers.CharField(source="one.project.name")
    unit = serializers.CharField(source="one.project.organisation.name", help_text="单位")
    state = serializers.ChoiceField(PeriodReturn.State.choices, source="one.state")
    due_on = serializers.DateField(source="one.due_on", help_text="报送截止日期")
    submitted_on = serializers.DateField(source="one.submitted_on", allow_null=True, help_text="报送日期")
    turn = serializers.IntegerField(source="one.turn", help_text="报送次数")
    acts = serializers.CharField(help_text="现由谁办理")
    late = serializers.BooleanField(help_text="逾期")


class OneRoundData(RoundData):
    returns = AskedData(many=True, help_text="各项目的报送情况")


def round_told(user: User, found: Round, on: date) -> dict[str, Any]:
    """`found`: with its counts, as rounds_for gives it."""
    rows: list[ReturnRow] = round_rows(user, found, on)
    return {name: getattr(found, name) for name in names_of(RoundData)} | {"returns": rows}


class Rounds(AllReading):
    summary, tag = "监测轮次", "绩效监测"
    answers, many = RoundData, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Round]:
        return rounds_for(self.actor, self.today)


class OneRound(Reading, Api):
    summary, tag = "一个监测轮次和各项目的报送情况", "绩效监测"
    answers = OneRoundData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = get_object_or_404(rounds_for(self.actor, self.today), pk=self.kwargs["round_id"])
        return round_told(self.actor, found, self.today)
