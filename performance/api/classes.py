"""班次台账: classes listed, recorded, mended while they do not count, voided with a reason."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from performance.forms.classes import filter_of
from performance.models import TrainingClass
from performance.operations import classes as operations
from performance.queries.classes import classes_of, span_of, state_of, why_of
from performance.rules.classes import LONGEST, MOST
from projects.api import Act, ProjectApi, ProjectReading
from ui.api import Asked, Person, Text, Told, Whole

TAG = "班次台账"


class ClassData(Told):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text="班次编号")
    occupation = serializers.IntegerField(source="occupation_id", help_text="职业（工种）")
    occupation_name = serializers.CharField(source="occupation.written", help_text="职业（工种）名称")
    level = serializers.ChoiceField(TrainingClass.Level.choices, help_text="等级")
    start_on = serializers.DateField(help_text="开班日期")
    end_on = serializers.DateField(help_text="结业日期")
    trained = serializers.IntegerField(help_text="培训人次")
    high_skill = serializers.IntegerField(help_text="其中高级工及以上人次")
    passed = serializers.IntegerField(help_text="合格人次")
    certified = serializers.IntegerField(help_text="取得高级工及以上证书人数")
    surveyed = serializers.IntegerField(help_text="受访人数")
    satisfied = serializers.IntegerField(help_text="满意人数")
    subsidised = serializers.BooleanField(help_text="政府补贴性培训")
    apprentices = serializers.BooleanField(help_text="企业新型学徒制")
    recorded_by = Person(help_text="登记人")
    recorded_on = serializers.DateField(help_text="登记日期")
    state = serializers.CharField(help_text="有效、补录、未计入、已作废")
    uncounted = serializers.CharField(help_text="不计入任何季报包的原因和办法，计入的为空")
    counted_in = serializers.IntegerField(source="counted_in_id", allow_null=True, help_text="计入的季报包")
    voided_on = serializers.DateField(allow_null=True, help_text="作废日期")
    void_reason = serializers.CharField(help_text="作废理由")


class OfRegister(ProjectApi):
    def told(self, rows: list[TrainingClass]) -> list[TrainingClass]:
        span = span_of(self.project)
        for row in rows:
            row.state = state_of(row, span)  # type: ignore[attr-defined]
            row.uncounted = why_of(row, span)  # type: ignore[attr-defined]
        return rows


class Classes(OfRegister, ProjectReading):
    summary, tag = "班次台账", TAG
    answers, many = ClassData, True

    def form(self) -> forms.Form:
        return filter_of(self.project, self.request.query_params)

    def found(self, asked: dict[str, Any]) -> QuerySet[TrainingClass]:
        return classes_of(self.project, asked)

    def rows(self, page: list[TrainingClass]) -> list[TrainingClass]:
        return self.told(page)


def _count(help_text: str, **more: Any) -> Whole:
    return Whole(min_value=0, max_value=MOST, help_text=help_text, **more)


class ClassAsked(Asked):
    number = Text(max_length=LONGEST, help_text="班次编号，项目内不重复")
    occupation = Whole(source="occupation_id", help_text="职业（工种），本项目的")
    level = serializers.ChoiceField(TrainingClass.Level.choices, help_text="等级")
    start_on = serializers.DateField(help_text="开班日期")
    end_on = serializers.DateField(help_text="结业日期")
    trained = _count("培训人次")
    high_skill = _count("其中高级工及以上人次")
    passed = _count("合格人次")
    certified = _count("取得高级工及以上证书人数", required=False, default=0)
    surveyed = _count("受访人数", required=False, default=0)
    satisfied = _count("满意人数", required=False, default=0)
    subsidised = serializers.BooleanField(required=False, default=False, help_text="政府补贴性培训")
    apprentices = serializers.BooleanField(required=False, default=False, help_text="企业新型学徒制")


class ClassAct(OfRegister, Act):
    tag = TAG
    answers: type[Told] = ClassData

    def one_told(self, one: TrainingClass) -> TrainingClass:
        return self.told([classes_of(self.project).get(pk=one.pk)])[0]


class RecordClass(ClassAct):
    summary = "登记班次"
    description = "结业日期在已审定期间内的为补录，计入下一期。不登记学员姓名。"
    asks, made = ClassAsked, 201

    def run(self, given: dict[str, Any]) -> TrainingClass:
        return self.one_told(operations.record_class(self.project.pk, actor=self.actor, on=self.today, **given))


class OnClass(ClassAct):
    def find(self) -> None:
        self.one = get_object_or_404(classes_of(self.project), pk=self.kwargs["class_id"])

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.one.pk


class EditClass(OnClass):
    summary = "修改班次"
    description = "已计入审定的季报包的不能修改，请作废后重新登记。"
    asks = ClassAsked

    def run(self, given: dict[str, Any]) -> TrainingClass:
        return self.one_told(operations.edit_class(*self.ids, actor=self.actor, on=self.today, **given))


class ClassVoidAsked(Asked):
    reason = Text(max_length=operations.LONGEST, help_text="作废理由")


class VoidClass(OnClass):
    summary = "作废班次"
    asks = ClassVoidAsked

    def run(self, given: dict[str, Any]) -> TrainingClass:
        return self.one_told(operations.void_class(*self.ids, actor=self.actor, on=self.today, **given))
