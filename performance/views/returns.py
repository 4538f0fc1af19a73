"""季报包 of a project: the periods of its build, one return, its parts, its signature."""

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from performance.forms.returns import AssignForm, MarkForm, SectionForm, ZeroForm
from performance.forms.rounds import ExemptForm
from performance.models import PeriodReturn, Section
from performance.operations import returns as operations
from performance.operations import rounds
from performance.queries.return_page import page_of, summary_of
from performance.queries.returns import (
    WITH_UNIT,
    Code,
    clerks_of,
    open_return,
    period_rows,
    return_hands,
    return_of,
    section_version,
)
from performance.views.sheets import open_to
from policy.findings import Finding
from projects.pages import Found, ProjectAction, ProjectConfirm, ProjectOperation, ProjectPage
from ui.forms import ConfirmForm
from ui.parts import Check


class Returns(ProjectPage):
    """Every period of the build with its day; beside it the return that is open."""

    template_name = "performance/returns.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = open_return(self.project)
        shown = {"rows": period_rows(self.project), "open": summary_of(one) if one else None, "on": self.today}
        return super().get_context_data(title="季报包", **shown, **kwargs)


class OneReturn(Found):
    """Gives `self.one`, found through the project."""

    one: PeriodReturn

    def load(self) -> None:
        super().load()
        try:
            self.one = return_of(self.project, self.kwargs["return_id"])
        except PeriodReturn.DoesNotExist:
            raise Http404 from None
        self.one.project = self.project

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.one.pk

    def get_success_url(self) -> str:
        return reverse("performance:return", args=self.ids)

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"one": self.one, "on": self.today}


BUTTONS = (
    ("performance:return_submit", "报送", "primary", WITH_UNIT),
    ("performance:return_take_over", "接手填报", "light", WITH_UNIT),
    ("performance:return_zero", "零报告", "light", WITH_UNIT),
    ("performance:return_exempt", "免报", "light", WITH_UNIT),
    ("performance:return_ask", "要求补件", "light", (PeriodReturn.State.SUBMITTED, PeriodReturn.State.ACCEPTED)),
)


class ReturnPage(OneReturn, ProjectPage):
    template_name = "performance/return.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = page_of(self.one, self.actor, on=self.today)
        fills = self.one.state in WITH_UNIT and open_to(self.actor, self.project, "performance:section")
        answers = open_to(self.actor, self.project, "performance:return_answer")
        shown = {"page": told, "fills": fills, "answers": answers, "buttons": list(self.buttons(told))}
        return super().get_context_data(title=str(self.one), **shown, **kwargs)

    def buttons(self, told: Any) -> Iterable[dict[str, str]]:
        if told.reviews_for:
            yield {"label": "审核", "url": reverse("performance:return_review", args=self.ids), "tone": "primary"}
        for name, label, tone, states in BUTTONS:
            if self.one.state not in states or not open_to(self.actor, self.project, name):
                continue
            if name.endswith("take_over") and not told.others(self.actor):
                continue
            words = "撤回零报告" if name.endswith("zero") and self.one.zero else label
            yield {"label": words, "url": reverse(name, args=self.ids), "tone": tone}


class OneSection(OneReturn):
    """Gives `self.section` by its code; closed where the return is not with the unit."""

    def load(self) -> None:
        super().load()
        self.section: Section = get_object_or_404(self.one.sections, code=self.kwargs["code"])
        operations.with_unit(self.project, self.one.pk, wish="填写")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"section": self.section}


class FillSection(OneSection, ProjectOperation):
    """Everything typed is kept; finished it is when somebody says so."""

    template_name = "performance/section.html"
    form_class = SectionForm
    submit_label, done = "保存", "已保存"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"填写{self.section}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"section": self.section, "version": section_version(self.section)}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.section, name) for name in ("text", "plan", "done")}

    def run(self, data: dict[str, Any]) -> Section:
        return operations.fill_section(*self.ids, self.section.code, actor=self.actor, on=self.today, **data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = page_of(self.one, self.actor, on=self.today) if self.section.code == Code.PAYMENTS else None
        return super().get_context_data(page=told, **kwargs)


class AssignSection(OneSection, ProjectOperation):
    template_name = "performance/on_return.html"
    form_class = AssignForm
    submit_label, done = "指派", "承办人已更新"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"指派{self.section}的承办人"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"clerks": clerks_of(self.project, self.today)}

    def get_initial(self) -> dict[str, Any]:
        return {"assignee_id": self.section.assignee_id or ""}

    def run(self, data: dict[str, Any]) -> Section:
        return operations.assign_section(*self.ids, self.section.code, actor=self.actor, on=self.today, **data)


class ZeroReport(OneReturn, ProjectConfirm):
    """零报告 with its reason; where it stands, the same page takes it back."""

    done = "零报告已更新"
    tone = "primary"

    @property
    def title(self) -> str:  # type: ignore[override]
        return "撤回零报告" if self.one.zero else "零报告"

    submit_label = "确认"

    def get_form_class(self) -> type[BaseForm]:
        return ConfirmForm if self.one.zero else ZeroForm

    def consequences(self) -> Iterable[str]:
        if self.one.zero:
            yield "季报包恢复为照常填报，四个部分分别填写"
            return
        yield "本期累计类指标按 0 计，期末值类指标沿用上期，不需要逐项填写"
        yield "四个部分不必标为已填完；已写的文字说明保留"
        yield "仍须由单位负责人报送，人社、财政审核"

    def checklist(self) -> Iterable[Check]:
        """What is typed or registered already and would contradict it; the reason is asked for by the form."""
        if self.one.zero:
            return []
        found = operations.zero_findings(self.one, "-")
        return [Check(not finding.blocks, finding.message, clause=finding.clause) for finding in found]

    def run(self, data: dict[str, Any]) -> PeriodReturn:
        return operations.declare_zero(
            *self.ids, zero=not self.one.zero, reason=data.get("reason", ""), actor=self.actor, on=self.today
        )


class TakeOverReturn(OneReturn, ProjectConfirm):
    title, submit_label, done = "接手填报季报包", "接手填报", "已接手填报"

    def consequences(self) -> Iterable[str]:
        others = [str(person) for pk, person in return_hands(self.one).items() if pk != self.actor.pk]
        yield f"此前由{'、'.join(others) or '您一人'}填写的内容，由您逐项核对后负责"
        yield "您成为本季报包的填写人，须由另一位负责人报送；此前的填写人可以报送"

    def run(self, data: dict[str, Any]) -> PeriodReturn:
        return operations.take_over_return(*self.ids, actor=self.actor, on=self.today)


class SubmitReturn(OneReturn, ProjectConfirm):
    """Everything that is missing at once, each with where it is mended."""

    title, submit_label, done = "报送季报包", "签字报送", "季报包已报送，待人社、财政审核"

    def consequences(self) -> Iterable[str]:
        yield f"截至 {self.one.cut_off} 的指标、支出、进度和问题一并报送，由 {self.actor} 签字"
        yield "人社、财政并行审核；审核期间不能修改，需要补充材料时另行补件"
        if self.one.due_on < self.today:
            yield f"截止日期 {self.one.due_on} 已过 {(self.today - self.one.due_on).days} 天，仍可报送，记为逾期报送"

    def checklist(self) -> Iterable[Check]:
        found = operations.sending_findings(self.one, actor=self.actor, on=self.today)
        checks = [Check(not finding.blocks, finding.message, self.place(finding), finding.clause) for finding in found]
        return checks or [Check(True, "四个部分已填完，指标数值齐全")]

    def place(self, finding: Finding) -> str:
        """Where it is mended; what the readings say names the field of their form."""
        if finding.code == "sod":
            return reverse("performance:return_take_over", args=self.ids)
        if finding.code in ("cut_off", "earlier"):
            return reverse("performance:returns", args=[self.project.pk])
        if finding.code == "progress" or (finding.code == "undone" and finding.field != Code.READINGS):
            part = Code.PROGRESS if finding.code == "progress" else finding.field
            return reverse("performance:section", args=[*self.ids, part])
        if finding.link == "performance:progress_edit":
            return reverse(finding.link, args=self.ids) + (f"#id_{finding.field}" if finding.field else "")
        if self.one.zero:
            return reverse("performance:return_zero", args=self.ids)
        return reverse("performance:readings_edit", args=self.ids) + (f"#id_{finding.field}" if finding.field else "")

    def run(self, data: dict[str, Any]) -> PeriodReturn:
        return operations.submit_return(*self.ids, actor=self.actor, on=self.today)


class ExemptReturn(OneReturn, ProjectOperation):
    template_name = "performance/on_return.html"
    form_class = ExemptForm
    title, submit_label, done = "免报", "确认免报", "已登记免报"

    def run(self, data: dict[str, Any]) -> PeriodReturn:
        return rounds.exempt_return(*self.ids, actor=self.actor, on=self.today, **data)


class MarkSection(OneSection, ProjectAction):
    """A part without more words is marked finished, or opened again."""

    form_class = MarkForm
    done = "已更新"

    def run(self, data: dict[str, Any]) -> Section:
        said = {"text": self.section.text, "plan": self.section.plan, "done": data["done"]}
        return operations.fill_section(*self.ids, self.section.code, actor=self.actor, on=self.today, **said)
