"""绩效自评 of a project: the list, one of them with the rows the caller may read, and what the unit writes."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers

from performance.models import Assessment
from performance.operations import assessing as operations
from performance.queries.assessments import (
    WITH_UNIT,
    Kind,
    Side,
    State,
    assessment_of,
    money_of,
    problems_of,
    sides_for,
    state_for,
    table_of,
    version_for,
)
from performance.queries.reported import reports_of
from performance.rules.assessments import LONGEST_WORDS, WORDS
from performance.rules.readings import check_once
from performance.rules.scored import LONGEST_ACTUAL, LONGEST_REASON, Reached
from policy.findings import blocking, refuse_if_blocking
from policy.terms import Attained, Grade
from projects.access import is_unit
from projects.api import Act, ProjectReading
from ui.api import Asked, Money, Reason, Rows, Text, Told, Whole, as_data


class AssessmentHead(Told):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices, help_text="类型")
    block = serializers.CharField(help_text="年度，period 为实施期")
    state = serializers.ChoiceField(State.choices, help_text="状态；单位在评定生效前看不到省级办理的环节")
    unit_total = serializers.DecimalField(5, 2, allow_null=True, help_text="自评总分，缺一项不得出")
    total = serializers.DecimalField(5, 2, allow_null=True, help_text="评定总分，评定生效后给出")
    grade = serializers.ChoiceField(Grade.choices, allow_blank=True, help_text="评定等级")
    submitted_on = serializers.DateField(allow_null=True)
    decided_on = serializers.DateField(allow_null=True)


class SideData(Told):
    side = serializers.ChoiceField(Side.choices, help_text="评价方")
    actual = serializers.CharField(help_text="实际完成值，精确；比率为 分子/分母；空为没有填写，不是 0")
    attained = serializers.CharField(help_text="定性指标的达成程度")
    shown = serializers.CharField(help_text="与页面和表格相同的写法")
    score = serializers.DecimalField(5, 2, allow_null=True, help_text="得分，没有实际值为 null")
    met = serializers.BooleanField(allow_null=True, help_text="达到目标，按数值判断")
    reason = serializers.CharField()
    why = serializers.CharField(help_text="计算过程")


class RowData(Told):
    indicator = serializers.IntegerField()
    level1 = serializers.CharField()
    level2 = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    target = serializers.CharField(help_text="指标值")
    weight = serializers.DecimalField(5, 2)
    reported = serializers.CharField(help_text="季报包审定数，缺的为空")
    sides = SideData(many=True, help_text="按调用人可以查看的评价方")


class MoneyData(Told):
    name = serializers.CharField(source="label")
    initial = Money(help_text="年初预算数")
    budget = Money(help_text="全年预算数")
    spent = Money(help_text="全年执行数")
    rate = serializers.CharField(help_text="执行率；没有预算为“不适用”")


class AssessmentData(AssessmentHead):
    version = serializers.CharField(help_text="由调用人填写或确认的数值的版本，办理时原样送回")
    goal_done = serializers.CharField(help_text="总体目标实际完成情况")
    words = serializers.DictField(child=serializers.CharField(), help_text="F06 的情况说明")
    money = MoneyData(many=True)
    execution_score = serializers.DecimalField(5, 2, allow_null=True, help_text="预算执行率得分")
    return_reason = serializers.CharField(help_text="退回意见")
    rows = RowData(many=True)
    problems = Reason(many=True, help_text="报送前还需处理的；只在单位填写时给出")


def head(one: Assessment, user: Any) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in HEAD}
    decided = one.state == State.DECIDED
    hidden = one.state in WITH_UNIT and not is_unit(user)
    return told | {
        "state": state_for(user, one)[0],
        "unit_total": None if hidden else one.unit_total,
        "total": one.total if decided else None,
        "grade": one.grade if decided else "",
    }


HEAD = ("id", "kind", "block", "submitted_on", "decided_on")


def shown(one: Assessment, user: Any, on: Any) -> dict[str, Any]:
    """The whole of one, as far as this person may read it; a draft is the unit's own until it is sent in."""
    hidden = one.state in WITH_UNIT and not is_unit(user)
    rows = [] if hidden else table_of(one, reports_of(one.project, one.sheet, one.block, on), sides_for(user, one))
    found = problems_of(one, rows) if one.state in WITH_UNIT and not hidden else []
    return head(one, user) | {
        "version": version_for(user, one, rows),
        "goal_done": "" if hidden else one.goal_done,
        "words": {} if hidden else one.words,
        "money": money_of(one),
        "execution_score": one.execution_score,
        "return_reason": one.return_reason,
        "rows": [_row(row) for row in rows],
        "problems": [as_data(finding) for finding in found],
    }


def _row(row: Any) -> dict[str, Any]:
    indicator = row.indicator
    return {
        "indicator": indicator.pk,
        **{name: getattr(indicator, name) for name in ("level1", "level2", "name", "unit")},
        "target": row.wanted,
        "weight": row.goal.weight,
        "reported": row.reported.attained or row.reported.actual,
        "sides": [
            {
                "side": cell.side,
                **{name: getattr(cell.own, name) for name in ("actual", "attained", "score", "met", "reason")},
                "shown": cell.shown,
                "why": cell.why,
            }
            for cell in row.cells
            if cell.own
        ],
    }


class Assessments(ProjectReading):
    summary, tag = "绩效自评", "绩效自评"
    answers, many = AssessmentHead, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Assessment]:
        return self.project.assessments.order_by("-block", "kind")

    def rows(self, page: list[Any]) -> list[Any]:
        return [head(one, self.actor) for one in page]


class Named:
    """Gives `self.one`."""

    project: Any
    kwargs: dict[str, Any]

    def find(self) -> None:
        try:
            self.one = assessment_of(self.project, self.kwargs["assessment_id"])
        except Assessment.DoesNotExist:
            raise Http404 from None
        self.one.project = self.project


class OneAssessment(Named, ProjectReading):
    summary, tag = "一份绩效自评", "绩效自评"
    answers = AssessmentData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        return shown(self.one, self.actor, self.today)


class NewAsked(Asked):
    kind = serializers.ChoiceField(Kind.choices, help_text="类型")
    block = Text(max_length=8, help_text="年度，期满自评为 period")


class DraftAssessment(Act):
    summary, tag = "编制绩效自评", "绩效自评"
    description = "按已审定的季报包取数；缺的数值留空。"
    asks, answers, made = NewAsked, AssessmentData, 201

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        one = operations.draft_assessment(self.project.pk, actor=self.actor, on=self.today, **given)
        return shown(assessment_of(self.project, one.pk), self.actor, self.today)


class ValueAsked(Asked):
    indicator = Whole(help_text="指标")
    actual = Text(max_length=LONGEST_ACTUAL, required=False, allow_blank=True, help_text="实际完成值；没有的留空")
    attained = serializers.ChoiceField(Attained.choices, required=False, allow_blank=True, help_text="达成程度")
    points = serializers.DecimalField(5, 2, required=False, allow_null=True, help_text="定性指标评分")
    reason = Text(max_length=LONGEST_REASON, required=False, allow_blank=True, help_text="偏差原因分析及改进措施")


class Version(Asked):
    version = Text(max_length=40, help_text="读到的版本；内容已被他人修改时不办理")


class SaveAssessmentAsked(Version):
    values = Rows(child=ValueAsked(), help_text="没有列出的指标保持原样")
    goal_done = Text(max_length=4000, required=False, allow_blank=True, help_text="总体目标实际完成情况")
    words = serializers.DictField(
        child=Text(max_length=LONGEST_WORDS, allow_blank=True), required=False, help_text=f"F06：{'、'.join(WORDS)}"
    )


class SaveAssessment(Named, Act):
    summary, tag = "暂存绩效自评", "绩效自评"
    description = "保存填写的内容并计分；报送前还需处理的在 problems 中列出。"
    asks, answers = SaveAssessmentAsked, AssessmentData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        words = given.get("words") or {}
        refuse_if_blocking(
            blocking("words", f"没有“{key}”这一项。", field="words") for key in words if key not in WORDS
        )
        operations.save_assessment(
            self.project.pk, self.one.pk, values=reached(given["values"]), goal_done=given.get("goal_done"), words=words,
            actor=self.actor, on=self.today, seen=given["version"],
        )  # fmt: skip
        return shown(assessment_of(self.project, self.one.pk), self.actor, self.today)


def reached(rows: list[Mapping[str, Any]]) -> dict[int, Reached]:
    """By indicator, as the operations take them; each once."""
    refuse_if_blocking(check_once([row["indicator"] for row in rows], field="values"))
    return {
        row["indicator"]: Reached(
            row.get("actual", ""), row.get("attained", ""), row.get("points"), row.get("reason", "")
        )
        for row in rows
    }


class SubmitAssessment(Named, Act):
    summary, tag = "报送绩效自评", "绩效自评"
    answers = AssessmentData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.submit_assessment(self.project.pk, self.one.pk, actor=self.actor, on=self.today)
        return shown(assessment_of(self.project, self.one.pk), self.actor, self.today)
