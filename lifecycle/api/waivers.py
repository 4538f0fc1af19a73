"""豁免 for programs, as the list shows them."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from projects.api import AllReading
from projects.models import Waiver
from projects.waivers import waivers_for
from ui.api import Person, Told


class WaiverData(Told):
    id = serializers.IntegerField()
    project = serializers.IntegerField(source="project_id")
    source = serializers.CharField(help_text="来源：预警的来源，step 为办理条件")  # type: ignore[assignment]
    code = serializers.CharField(help_text="事项代码")
    finding = serializers.CharField(help_text="豁免的事项")
    clause = serializers.CharField(help_text="依据")
    reason = serializers.CharField(help_text="理由和范围")
    number = serializers.CharField(help_text="批准文号")
    dated_on = serializers.DateField(help_text="成文日期")
    until = serializers.DateField(help_text="豁免至")
    state = serializers.ChoiceField(Waiver.State.choices)
    proposed_by = Person(help_text="提出人")
    proposed_on = serializers.DateField()
    hr_by = Person(help_text="人社批准人")
    hr_on = serializers.DateField(allow_null=True)
    finance_by = Person(help_text="财政批准人")
    finance_on = serializers.DateField(allow_null=True)


class Waivers(AllReading):
    summary, tag = "豁免", "预警"
    description = "范围内项目的豁免，新的在前。"
    answers, many = WaiverData, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Waiver]:
        return waivers_for(self.actor)
