"""登记打印, 回传盖章件 of papers of no one project, for programs. Which there are: reports/api_papers.py."""

from typing import Any

from lifecycle.api.printing import PrintData, PrintReturnAsked
from lifecycle.operations import province_printing as operations
from projects.api import AllAct
from projects.models import PrintedPaper
from ui.api import Asked, Text


class PlacePrintAsked(Asked):
    key = Text(max_length=120, help_text="报表标识，见“报表打印”的 key")


class RegisterPlacePrint(AllAct):
    summary, tag = "登记报表打印", "过程"
    description = "按报表现在的内容确定打印版次和校验码；内容没有变化的，答复原来的登记。只登记本地区的。"
    asks, answers = PlacePrintAsked, PrintData

    def run(self, given: dict[str, Any]) -> PrintedPaper:
        return operations.register_place_print(key=given["key"], actor=self.actor, on=self.today)


class ReturnPlacePrint(AllAct):
    summary, tag = "回传报表盖章件", "过程"
    description = "校验码应是查看范围内现行的报表打印登记；旧版的只在 keep_stale 时留存，不作为现行件。"
    asks, answers = PrintReturnAsked, PrintData

    def run(self, given: dict[str, Any]) -> PrintedPaper:
        return operations.return_place_print(actor=self.actor, on=self.today, **given)
