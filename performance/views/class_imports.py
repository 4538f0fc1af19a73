"""导入班次: template out, workbook in, findings and preview, confirmation, what became of each row."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from performance.class_sheets import STANDING, template_sheets
from performance.forms.classes import ClassFileForm
from performance.models import ClassImport
from performance.operations.class_imports import confirm_classes, upload_classes
from performance.queries.classes import around_of, imports_of, read_import
from performance.views.classes import download
from projects.models import Project
from projects.pages import Found, ProjectConfirm, ProjectOperation
from projects.views import LEVELS
from ui.views import page_size
from workbooks.findings import grouped
from workbooks.writer import xlsx

EARLIER = 10  # uploads listed below the form
ORDER = list(LEVELS)  # errors first


class ClassTemplate(Found):
    http_method_names = ["get"]

    def get(self, request: HttpRequest, project_id: int) -> HttpResponse:
        project = self.project
        sheets = template_sheets(around_of(project, self.today), project=project.name, unit=project.organisation.name)
        return download(xlsx(sheets), f"班次台账模板-{project.label}.xlsx")


class ImportClasses(ProjectOperation):
    template_name = "performance/classes_import.html"
    form_class = ClassFileForm
    title, submit_label, done = "导入班次", "上传并检查", "已读取，请核对后确认"
    result: ClassImport

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        earlier = imports_of(self.project, self.actor).defer("content", "refused")[:EARLIER]
        return super().get_context_data(earlier=earlier, **kwargs)

    def get_cancel_url(self) -> str:
        return reverse("performance:classes", args=[self.project.pk])

    def run(self, data: dict[str, Any]) -> ClassImport:
        file = data["file"]
        return upload_classes(self.project.pk, actor=self.actor, on=self.today, name=file.name, content=file.read())

    def get_success_url(self) -> str:
        return reverse("performance:classes_preview", args=[self.project.pk, self.result.pk])


class PreviewClasses(ProjectConfirm):
    """Before the confirmation what would be recorded, afterwards what was."""

    template_name = "performance/classes_preview.html"
    title, submit_label, done = "核对班次", "确认登记", "班次已登记"
    project: Project

    def load(self) -> None:
        super().load()
        self.kept = get_object_or_404(imports_of(self.project, self.actor), pk=self.kwargs["class_import_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told: dict[str, Any] = {"kept": self.kept}
        if self.kept.committed_at is None:
            found = read_import(self.kept, self.project, self.today)
            groups = [(*LEVELS[group.level], group) for group in grouped(found.findings)]
            page = Paginator(found.lines, page_size(self.request)).get_page(self.request.GET.get("page"))
            told |= {
                "found": found,
                "page_obj": page,
                "occupations": dict(self.project.occupations.values_list("pk", "written")),
                "standing": len(found.of(STANDING)),
                "groups": sorted(groups, key=lambda group: ORDER.index(group[2].level)),
            }
        return super().get_context_data(**kwargs) | told

    def get_cancel_url(self) -> str:
        return reverse("performance:classes_import", args=[self.project.pk])

    def run(self, data: dict[str, Any]) -> ClassImport:
        return confirm_classes(self.project.pk, self.kept.pk, actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        return reverse("performance:classes_preview", args=[self.project.pk, self.kept.pk])
