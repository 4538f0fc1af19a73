"""打印与回传 for programs: what may be printed and how it stands, registering, the sealed scan."""

from typing import Any

from rest_framework import serializers

from lifecycle.operations import printing as operations
from lifecycle.queries.printing import STATES, Row, printables, rows_of
from projects.api import Act, ProjectReading
from projects.models import PrintedPaper
from ui.api import Asked, Person, Text, Told


class PrintData(Told):
    id = serializers.IntegerField(help_text="打印登记")
    key = serializers.CharField(help_text="表单标识，项目内（汇总表等在地区内）唯一")
    form = serializers.CharField(help_text="表单编号")
    title = serializers.CharField(help_text="标题")
    number = serializers.CharField(help_text="文号，没有的为空")
    version = serializers.IntegerField(help_text="打印版次")
    code = serializers.CharField(source="spelled", help_text="页脚的校验码")
    draft = serializers.BooleanField(help_text="草稿")
    dated_on = serializers.DateField(allow_null=True, help_text="表单日期")
    organisation_name = serializers.CharField(help_text="表单日期时的单位名称；汇总表等为地区名称")
    state = serializers.ChoiceField(PrintedPaper.State.choices)
    registered_on = serializers.DateField()
    registered_by = Person(help_text="登记人")
    returned_on = serializers.DateField(allow_null=True, help_text="盖章件回传日期")
    void_on = serializers.DateField(allow_null=True)
    void_why = serializers.CharField(help_text="作废理由")


class PrintRow(Told):
    key = serializers.CharField(help_text="表单标识，项目内（汇总表等在地区内）唯一")
    label = serializers.CharField(help_text="表")  # type: ignore[assignment]
    group = serializers.CharField(help_text="分组")
    dated_on = serializers.DateField(allow_null=True)
    draft = serializers.BooleanField(help_text="草稿")
    state = serializers.ChoiceField(list(STATES.items()))
    printed = PrintData(allow_null=True, help_text="现行的打印登记，没有的为 null")


class PrintRegisterAsked(Asked):
    keys = serializers.ListField(child=Text(max_length=80), min_length=1, max_length=operations.MOST)


class PrintReturnAsked(Asked):
    code = Text(max_length=80, help_text="盖章件页脚的校验码")
    scan = serializers.FileField(help_text="盖章件扫描件")
    keep_stale = serializers.BooleanField(default=False, help_text="旧版盖章件只作留存")


class Registered(Told):
    prints = PrintData(many=True)


class Prints(ProjectReading):
    summary, tag = "打印与回传", "过程"
    description = "可以打印的表、现行校验码和盖章件回传情况，与页面相同；单位看不到尚未送达的文书。"
    answers, many = PrintRow, True

    def found(self, asked: dict[str, Any]) -> list[Row]:
        return rows_of(self.project, self.actor, printables(self.project, self.actor, self.today), self.today)


class RegisterPrints(Act):
    summary, tag = "登记打印", "过程"
    description = "按各表现在的内容确定打印版次和校验码；内容没有变化的，答复原来的登记。"
    asks, answers = PrintRegisterAsked, Registered

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        made = operations.register_prints(self.project.pk, keys=given["keys"], actor=self.actor, on=self.today)
        return {"prints": made}


class ReturnPrint(Act):
    summary, tag = "回传盖章件", "过程"
    description = "校验码应是本项目现行的打印登记；旧版的只在 keep_stale 时留存，不作为现行件。"
    asks, answers = PrintReturnAsked, PrintData

    def run(self, given: dict[str, Any]) -> PrintedPaper:
        return operations.return_print(self.project.pk, actor=self.actor, on=self.today, **given)
