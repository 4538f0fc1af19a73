"""Deadlines and decisions of a project."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from lifecycle.deadlines import RULES
from lifecycle.models import Deadline
from lifecycle.queries import visible_decisions
from policy.calendar import days_left
from projects import access
from projects.api import ProjectReading
from projects.models import Decision, DecisionItem
from ui.api import Person, Told


class DeadlineData(Told):
    id = serializers.IntegerField()
    rule = serializers.ChoiceField([(rule.code, rule.label) for rule in RULES.values()], help_text="期限")
    due_on = serializers.DateField(help_text="到期日")
    opened_on = serializers.DateField(help_text="起算日")
    closed_on = serializers.DateField(allow_null=True, help_text="完成或失效日期")
    state = serializers.ChoiceField(Deadline.State.choices)
    basis = serializers.CharField(help_text="依据")
    days_left = serializers.IntegerField(allow_null=True, help_text="剩余天数，负数为逾期；已结束为 null")


class Deadlines(ProjectReading):
    summary, tag = "期限", "过程"
    description = "项目的全部期限，进行中的在前，按到期日排列。"
    answers, many = DeadlineData, True

    def found(self, asked: dict[str, Any]) -> list[Deadline]:
        rows = list(Deadline.objects.filter(project=self.project))
        for row in rows:
            running = row.state == Deadline.State.OPEN
            row.days_left = days_left(self.today, row.due_on) if running else None  # type: ignore[attr-defined]
        return sorted(rows, key=lambda row: (row.state != Deadline.State.OPEN, row.due_on, row.pk))


class SignatureData(Told):
    line = serializers.CharField(help_text="部门：hr 人社，finance 财政")
    signer = Person(help_text="签署人")
    on = serializers.DateField()
    agreed = serializers.BooleanField(help_text="同意；false 为退回")
    reason = serializers.CharField(help_text="意见")


class DecisionData(Told):
    id = serializers.IntegerField()
    kind = serializers.CharField(help_text="事项代码")
    title = serializers.CharField(help_text="标题")
    number = serializers.CharField(help_text="文号")
    dated_on = serializers.DateField(help_text="成文日期")
    state = serializers.ChoiceField(Decision.State.choices)
    effective_on = serializers.DateField(allow_null=True, help_text="生效日期")
    reason = serializers.CharField(help_text="事实和理由")
    basis = serializers.CharField(help_text="依据")
    drafted_by = Person(help_text="拟制人")
    drafted_on = serializers.DateField(help_text="拟制日期")
    concurred_by = Person(help_text="会商人")
    concurred_on = serializers.DateField(allow_null=True, help_text="会商日期")
    item_state = serializers.ChoiceField(DecisionItem.State.choices, help_text="本项目在决定中的状态")
    item_note = serializers.CharField(help_text="说明")
    signatures = SignatureData(many=True)


class Decisions(ProjectReading):
    summary, tag = "联合决定", "过程"
    description = "列有本项目的决定，新的在前。单位只看到已对本项目生效的决定。"
    answers, many = DecisionData, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Decision]:
        items = DecisionItem.objects.filter(project=self.project)
        if access.is_unit(self.actor):
            items = items.filter(state=DecisionItem.State.DONE)
        return visible_decisions(self.actor).filter(pk__in=items.values("decision")).order_by("-drafted_on", "-pk")

    def rows(self, page: list[Decision]) -> list[Decision]:
        for decision in page:
            own = [item for item in decision.items.all() if item.project_id == self.project.pk]
            decision.item_state = own[0].state  # type: ignore[attr-defined]
            decision.item_note = own[0].note  # type: ignore[attr-defined]
        return page
