"""填写, 报送 and 审核 of a 季报包. Each is one operation of the page."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers

from performance import operations
from performance.api.returns import OneReturnData, OnReturn
from performance.models import Section
from performance.operations import RemarkInput
from projects.api import Act
from ui.api import Asked, Rows, Text, Told, Whole

LONGEST, MOST, MOST_REMARKS = 4000, 300, 200


class ReturnAct(OnReturn, Act):
    """An act on one return that answers with the return as it stands then."""

    answers: type[Told] = OneReturnData
    tag = "绩效监测"

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.one.pk


class SectionAsked(Asked):
    text = Text(max_length=LONGEST, required=False, allow_blank=True, default="", help_text="内容")
    plan = Text(max_length=LONGEST, required=False, allow_blank=True, default="", help_text="下期计划")
    done = serializers.BooleanField(required=False, default=False, help_text="已填完")
    seen = Text(max_length=40, help_text="读到的版本（sections 的 seen）；内容已被他人修改时不保存")


class FillSection(ReturnAct):
    summary = "填写季报包的一个部分"
    description = "整个部分按所送内容保存。指标数值不在这里填写。"
    asks = SectionAsked

    def find(self) -> None:
        super().find()
        self.section: Section = get_object_or_404(self.one.sections, code=self.kwargs["code"])

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.fill_section(*self.ids, self.section.code, actor=self.actor, on=self.today, **given)
        return self.shown()


class SubmitReturn(ReturnAct):
    summary = "报送季报包"
    description = "一次签字报送四个部分。填写过的人不能报送；不能报送的原因一次列明。"

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.submit_return(*self.ids, actor=self.actor, on=self.today)
        return self.shown()


class ReturnRemarkAsked(Asked):
    section = serializers.ChoiceField(Section.Code.choices, help_text="部分")
    indicator = Whole(required=False, allow_null=True, default=None, help_text="所指指标")
    text = Text(max_length=MOST, help_text="意见")


class ReviewAsked(Asked):
    agreed = serializers.BooleanField(help_text="同意；不同意的须列明全部意见")
    remarks = Rows(
        child=ReturnRemarkAsked(), required=False, default=list, max_length=MOST_REMARKS, help_text="退回意见"
    )
    turn = Whole(help_text="所审核的报送次数；单位已重新报送时不记录")


class ReviewReturn(ReturnAct):
    summary = "审核季报包"
    description = "人社、财政并行审核；双方都同意即审定，任一方退回则双方意见一并退回。"
    asks = ReviewAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        remarks = [RemarkInput(row["section"], row["text"], row["indicator"]) for row in given["remarks"]]
        said = {"agreed": given["agreed"], "remarks": remarks, "seen": given["turn"]}
        operations.review_return(*self.ids, actor=self.actor, on=self.today, **said)
        return self.shown()
