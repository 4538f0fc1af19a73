"""Deadlines and decisions of a project."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from lifecycle.deadlines import RULES
from lifecycle.models import Deadline
from lifecycle.queries.calendars import api_row, rows_for, told_dates
from lifecycle.queries.deadlines import closed_dates
from lifecycle.queries.served import readable_items, visible_decisions
from policy.terms import Rank
from projects.api import AllReading, ProjectReading
from projects.models import Decision, DecisionItem
from ui.api import Person, Told


class DeadlineData(Told):
    id = serializers.IntegerField(allow_null=True, help_text="期限记录；由其他数据推算的为 null")
    rule = serializers.ChoiceField([(rule.code, rule.label) for rule in RULES.values()], help_text="期限")
    about = serializers.CharField(allow_blank=True, help_text="所指的季报、问题、文件等")
    about_id = serializers.IntegerField(help_text="所指对象，没有的为 0")
    due_on = serializers.DateField(help_text="到期日（日历日）")
    last_on = serializers.DateField(help_text="最后办理日；到期日是休息日的顺延至下一工作日")
    opened_on = serializers.DateField(help_text="起算日")
    closed_on = serializers.DateField(allow_null=True, help_text="完成或失效日期")
    state = serializers.ChoiceField(Deadline.State.choices)
    basis = serializers.CharField(help_text="依据条款")
    rank = serializers.ChoiceField(Rank.choices, help_text="依据的层级")
    arithmetic = serializers.CharField(help_text="算式")
    estimated = serializers.BooleanField(help_text="所涉年度尚未公布放假安排，为预估")
    days_left = serializers.IntegerField(allow_null=True, help_text="剩余天数，负数为逾期；已结束为 null")


class Deadlines(ProjectReading):
    summary, tag = "期限", "过程"
    description = "项目的全部期限，进行中的在前，按到期日排列。"
    answers, many = DeadlineData, True

    def found(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        dates = [*told_dates(self.actor, [self.project], self.today), *closed_dates(self.project)]
        return [api_row(one, self.today) for one in dates]


class CalendarData(DeadlineData):
    project = serializers.IntegerField(help_text="项目")
    project_name = serializers.CharField(help_text="项目名称")


class Calendar(AllReading):
    summary, tag = "期限总表", "过程"
    description = "可查看范围内全部项目进行中的期限，先到期的在前。"
    answers, many = CalendarData, True

    def found(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            api_row(row.one, self.today) | {"project": row.project.pk, "project_name": row.project.name}
            for row in rows_for(self.actor, self.today)
        ]


class SignatureData(Told):
    line = serializers.CharField(help_text="部门：hr 人社，finance 财政")
    signer = Person(help_text="签署人")
    deputy_for = Person(help_text="代谁签署；本职签署为 null")
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
    right_number = serializers.CharField(help_text="更正后的文号；没有更正的与文号相同")
    right_date = serializers.CharField(help_text="更正后的成文日期；没有更正的与成文日期相同")
    withdrawn_reason = serializers.CharField(help_text="撤回理由")
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
    description = (
        "列有本项目的决定，新的在前。单位只看到已对本项目生效的决定；整改通知、拟取消告知和取消决定在送达之后才能看到。"
    )
    answers, many = DecisionData, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Decision]:
        items = readable_items(self.actor).filter(project=self.project)
        return visible_decisions(self.actor).filter(pk__in=items.values("decision")).order_by("-drafted_on", "-pk")

    def rows(self, page: list[Decision]) -> list[Decision]:
        for decision in page:
            own = [item for item in decision.items.all() if item.project_id == self.project.pk]
            decision.item_state = own[0].state  # type: ignore[attr-defined]
            decision.item_note = own[0].note  # type: ignore[attr-defined]
        return page
