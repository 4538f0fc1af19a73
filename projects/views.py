"""Award list in, drafts corrected, files out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from accounts.models import User
from accounts.roles import Action
from policy.edition import Edition
from policy.loader import edition
from policy.terms import Stage
from projects import access, importing, operations
from projects.file_list import chosen, grouped_by_matter, matters_in, rows_of
from projects.forms import DraftForm, FilesForm, RegisterForm, UploadForm
from projects.importing import Candidate
from projects.links import page_for
from projects.models import Attachment, ImportBatch, Project
from projects.pages import Found, ProjectOperation, ProjectPage, as_download, route_action
from projects.queries import batches_of, files_for, surroundings_of
from ui.views import ConfirmView, OperationView, ProjectMixin, page_size
from workbooks.findings import grouped

LEVELS = {"error": ("错误", "red"), "warning": ("提醒", "orange"), "info": ("识别", "blue")}


class RouteGate(ProjectMixin):
    """A page of no one project: the route's row must grant it to some role of the person, checked before loading."""

    request: HttpRequest
    actor: User

    def load(self) -> None:
        assert isinstance(self.request.user, User)  # noqa: S101 - `load` runs for those who are signed in
        self.actor = self.request.user
        if not access.may(self.actor, route_action(self.request)):
            raise PermissionDenied("您的角色不能打开本页")
        super().load()


class Import(RouteGate, OperationView):
    template_name = "projects/import.html"
    title = "导入立项名单"
    form_class = UploadForm
    done = "已读取，请核对后确认"
    submit_label = "上传并检查"
    result: ImportBatch

    def run(self, data: dict[str, Any]) -> ImportBatch:
        return operations.upload_awards(
            name=data["file"].name,
            content=data["file"].read(),
            edition_code=data["edition"],
            document=data["document"],
            awarded_on=data["awarded_on"],
            actor=self.actor,
            on=timezone.localdate(),
        )

    def get_success_url(self) -> str:
        return reverse("projects:import_preview", args=[self.result.pk])


class BatchPage(RouteGate):
    """One upload of the person, read again."""

    batch: ImportBatch
    edition: Edition
    lines: list[Candidate]

    def load(self) -> None:
        super().load()
        self.batch = get_object_or_404(batches_of(self.actor), pk=self.kwargs["batch_id"])
        self.edition = edition(self.batch.edition_code)

    def told(self) -> dict[str, Any]:
        found = importing.read_list(bytes(self.batch.content), self.edition)
        self.lines = importing.lines_of(found, self.edition, surroundings_of(self.edition, self.actor))
        groups = [(*LEVELS[group.level], group) for group in grouped(found.findings)]
        return {"batch": self.batch, "edition": self.edition, "lines": self.lines, "groups": groups}


class ImportPreview(BatchPage, ConfirmView):
    template_name = "projects/import_preview.html"
    title = "核对立项名单"
    done = "名单已导入"
    submit_label = "确认登记"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = self.told()
        new = [line for line in self.lines if not line.refused and not line.plan.standing]
        counts = {
            "new": len(new),
            "standing": sum(bool(line.plan.standing) and not line.refused for line in self.lines),
            "refused": sum(line.refused for line in self.lines),
        }
        return super().get_context_data(**kwargs) | told | {"counts": counts}

    def run(self, data: dict[str, Any]) -> operations.Registered:
        return operations.confirm_import(self.batch.pk, actor=self.actor, on=timezone.localdate())

    def get_success_url(self) -> str:
        return reverse("projects:import_done", args=[self.batch.pk])

    def get_cancel_url(self) -> str:
        return reverse("projects:import")


class ImportDone(BatchPage, TemplateView):
    """What became of each row, read from the register as it is now."""

    template_name = "projects/import_done.html"

    def load(self) -> None:
        super().load()
        self.batch = get_object_or_404(batches_of(self.actor), pk=self.batch.pk, committed_at__isnull=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = self.told()
        since = self.batch.committed_at
        rows = [
            (line, line.plan.standing, bool(line.plan.standing and since and line.plan.standing.created_at >= since))
            for line in self.lines
        ]
        return super().get_context_data(**kwargs) | told | {"title": "名单导入结果", "rows": rows}


class Register(RouteGate, OperationView):
    template_name = "projects/register.html"
    title = "登记立项"
    form_class = RegisterForm
    done = "已登记为草稿，类别和金额按规则算出，请核对"
    submit_label = "登记"
    result: tuple[Project, bool]

    def form_valid(self, form: Any) -> HttpResponse:
        self.facts = form.facts()
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> tuple[Project, bool]:
        project, is_new = operations.register_project(
            self.facts,
            edition_code=data["edition"],
            document=data["document"],
            awarded_on=data["awarded_on"],
            actor=self.actor,
            on=timezone.localdate(),
        )
        self.done = type(self).done if is_new else "该项目原已登记，没有改动"
        for finding in importing.check_unit_type(self.facts, project.organisation) if is_new else ():
            messages.warning(self.request, finding.message)
        return project, is_new

    def get_success_url(self) -> str:
        project, _ = self.result
        name = "projects:edit_draft" if project.stage == Stage.DRAFT else "projects:files"
        return reverse(name, args=[project.pk])

    def get_cancel_url(self) -> str:
        return reverse("projects:import")


class EditDraft(ProjectOperation):
    template_name = "projects/draft.html"
    title = "更正草稿"
    form_class = DraftForm
    done = "草稿已更正"
    success_name = "projects:edit_draft"

    def get_initial(self) -> dict[str, Any]:
        facts = importing.facts_of_project(self.project)
        shown = ("track", "studio_name", "leader_name", "leader_birth", "recommender", "contact", "phone")
        return {
            **{name: getattr(facts, name) for name in shown},
            **facts.declared,
            "occupations": "、".join(facts.occupations),
            "document": self.project.award_document,
            "awarded_on": self.project.awarded_on,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        self.changes = form.changes()
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Project:
        return operations.edit_draft(
            self.project.pk,
            changes=self.changes,
            document=data["document"],
            awarded_on=data["awarded_on"],
            actor=self.request.user,  # type: ignore[arg-type]
            on=timezone.localdate(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        occupations = list(self.project.occupations.all())
        return super().get_context_data(**kwargs) | {
            "occupations": occupations,
            "is_draft": self.project.stage == Stage.DRAFT,
        }

    def get_cancel_url(self) -> str:
        return reverse("projects:files", args=[self.project.pk])


class Files(ProjectPage):
    template_name = "projects/files.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = rows_of(files_for(self.actor, self.project))
        form = FilesForm(self.request.GET, matters=matters_in(every))
        found = chosen(every, form.asked())
        page = Paginator(found, page_size(self.request)).get_page(self.request.GET.get("page"))
        shown = {
            "prints": access.allows(self.actor, self.project, Action.VIEW_PRINTS),
            "exports": bool(page_for(self.actor, "reports:dossier_zip", self.project)),
        }
        return super().get_context_data(
            title="材料", form=form, groups=grouped_by_matter(page), page_obj=page, total=len(every), **shown, **kwargs
        )


class FileDownload(Found, View):
    """Always as a download, never as a page of ours; checked against its hash, with a line in the journal."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        known = get_object_or_404(files_for(self.actor, self.project), pk=kwargs["pk"])
        attachment, content = operations.download_file(
            self.project.pk,
            attachment_id=known.pk,
            actor=request.user,  # type: ignore[arg-type]
            on=timezone.localdate(),
        )
        return as_download(attachment, content, **self.shown(attachment))

    def shown(self, attachment: Attachment) -> dict[str, str]:
        """Headers that differ from a download's."""
        return {}


# What a browser shows by itself, and under which rule: a picture in a sandbox, a PDF in the browser's own viewer, which
# a sandbox would keep shut; uploads with scripts or actions were refused when they came (projects/files.py).
INLINE = {
    "image/jpeg": "sandbox; frame-ancestors 'self'",
    "image/png": "sandbox; frame-ancestors 'self'",
    "application/pdf": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'",
}


class FileInline(FileDownload):
    """The same file, the same checks, the same line in the journal, shown in a frame of our own pages."""

    def shown(self, attachment: Attachment) -> dict[str, str]:
        if attachment.content_type not in INLINE:
            return {}
        return {
            "Content-Disposition": "inline",
            "Content-Security-Policy": INLINE[attachment.content_type],
            "X-Frame-Options": "SAMEORIGIN",
        }
