"""班次台账: the list with its sums, one class, its record, correction and voiding, the export."""

import hashlib
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.generic import View

from accounts.journal import record_access
from accounts.roles import Action
from performance.forms.classes import ClassForm, VoidForm, filter_of
from performance.models import TrainingClass
from performance.operations import classes as operations
from performance.queries.classes import (
    classes_of,
    export_of,
    span_of,
    state_of,
    sums_of,
    uncounted_ones,
    why_of,
    why_uncounted,
)
from projects import access
from projects.exports import check_many, exporting, said
from projects.models import Project
from projects.pages import Acting, Found, ProjectConfirm, ProjectOperation, ProjectPage
from ui.views import page_size
from workbooks.writer import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Classes(ProjectPage):
    template_name = "performance/classes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project, span = self.project, span_of(self.project)
        form = filter_of(project, self.request.GET)
        rows = classes_of(project, form.asked())
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        missing = sums_of(project.training_classes.filter(uncounted_ones(span)))
        export = reverse("performance:classes_export", args=[project.pk])
        return super().get_context_data(
            filter=form,
            page_obj=page,
            lines=[(row, state_of(row, span), why_of(row, span)) for row in page],
            sums=sums_of(rows),
            uncounted=missing,
            uncounted_text=f"{missing['classes']} 个班次、{missing['trained']} 人次不在任何季报包的期间内，不计入指标。",
            may_record=access.allows(self.actor, project, Action.RECORD_CLASS),
            **exporting(self.actor, page.paginator.count, export, self.request.GET, own=True),
            **kwargs,
        )


class ClassesExport(Found, View):
    """What the list shows, all pages of it."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        project = self.project
        form = filter_of(project, request.GET)
        rows = list(classes_of(project, form.asked()))
        reason = check_many(self.actor, len(rows), request.GET.get("reason", ""), own=True)
        content = xlsx([export_of(project, rows, self.today, form.words())])
        digest = hashlib.sha256(content).hexdigest()
        text = said(f"{project.name} {len(rows)} 行", reason)
        record_access("导出班次台账", actor=self.actor, on=self.today, text=text, rows=len(rows), sha256=digest)
        return download(content, f"班次台账-{project.label}-{self.today}.xlsx")


def download(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


class OneClass(Acting):
    """The class, found through its project."""

    project: Project
    kwargs: dict[str, Any]

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        one = classes_of(self.project).filter(pk=self.kwargs["class_id"]).first()
        if one is None:
            raise Http404
        self.one: TrainingClass = one

    def get_success_url(self) -> str:
        return reverse("performance:class", args=[self.project.pk, self.one.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class ClassPage(OneClass, ProjectPage):
    template_name = "performance/class.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, span = self.one, span_of(self.project)
        live = one.voided_on is None and access.allows(self.actor, self.project, Action.RECORD_CLASS)
        return super().get_context_data(
            one=one,
            state=state_of(one, span),
            why=why_of(one, span),
            facts=facts_of(one),
            may_edit=live and one.counted_in is None,
            may_void=live,
            **kwargs,
        )


def facts_of(one: TrainingClass) -> list[tuple[str, object]]:
    return [
        ("职业（工种）", one.occupation),
        ("等级", one.get_level_display()),
        ("起止日期", f"{one.start_on} 至 {one.end_on}"),
        ("培训人次", one.trained),
        ("其中高级工及以上", one.high_skill),
        ("合格人次", one.passed),
        ("取得高级工及以上证书", one.certified),
        ("满意人数/受访人数", f"{one.satisfied}/{one.surveyed}"),
        ("政府补贴性培训", "是" if one.subsidised else "否"),
        ("企业新型学徒制", "是" if one.apprentices else "否"),
        ("登记", f"{one.recorded_by} {one.recorded_on}"),
        ("计入", one.counted_in.round if one.counted_in else "尚未审定"),
        *([("作废", f"{one.voided_on} {one.void_reason}")] if one.voided_on else []),
    ]


class RecordClass(ProjectOperation):
    form_class = ClassForm
    title, submit_label = "登记班次", "登记"
    success_name = "performance:classes"
    result: TrainingClass

    @property
    def done(self) -> str:  # type: ignore[override]
        """Whoever records a class that counts nowhere is told at once."""
        why = why_uncounted(self.result.end_on, span_of(self.project))
        return f"班次已登记。{why}" if why else "班次已登记"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": ""}

    def run(self, data: dict[str, Any]) -> TrainingClass:
        facts = {name: value for name, value in data.items() if name != "seen"}
        return operations.record_class(self.project.pk, actor=self.actor, on=self.today, **facts)


class EditClass(OneClass, ProjectOperation):
    form_class = ClassForm
    title, submit_label, done = "修改班次", "保存", "班次已修改"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": operations.class_version(self.one)}

    def get_initial(self) -> dict[str, Any]:
        facts = {name: getattr(self.one, name) for name in operations.FACTS}
        return facts | {"occupation_id": self.one.occupation_id}

    def run(self, data: dict[str, Any]) -> TrainingClass:
        return operations.edit_class(self.project.pk, self.one.pk, actor=self.actor, on=self.today, **data)


class VoidClass(OneClass, ProjectConfirm):
    form_class = VoidForm
    title, submit_label, done, tone = "作废班次", "作废", "班次已作废", "danger"

    def consequences(self) -> list[str]:
        said = [f"班次 {self.one.number}（{self.one.trained} 人次）不再计入指标，记录仍可查看。"]
        if self.one.counted_in is not None:
            said.append(f"已审定的“{self.one.counted_in.round}”不变，差额在下一期的本期数中扣减，并须说明原因。")
        return said

    def run(self, data: dict[str, Any]) -> TrainingClass:
        return operations.void_class(self.project.pk, self.one.pk, actor=self.actor, on=self.today, **data)
