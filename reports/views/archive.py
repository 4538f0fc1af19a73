"""卷宗 ZIP of a project, with a line in its journal."""

from django.http import FileResponse, HttpRequest
from django.utils.http import content_disposition_header
from django.views.generic import View

from accounts.journal import record_access
from projects.exports import AsksReason, said
from projects.pages import Found
from reports.dossier.archive import make


class DossierZip(AsksReason, Found, View):
    """Made whole before the first byte is sent, so that the journal names what was taken out."""

    def get(self, request: HttpRequest, **kwargs: object) -> FileResponse:
        reason = request.GET.get("reason", "").strip()
        made = make(self.project, self.actor, self.today, reason)
        told = f"{self.project.label}：表单 {made.forms} 份、材料 {made.files} 份，清单校验码 {made.digest}"
        facts = {"forms": made.forms, "files": made.files, "absent": made.absent, "manifest": made.digest}
        record_access(
            "导出卷宗",
            actor=self.actor,
            on=self.today,
            text=said(told, reason),
            project_id=self.project.pk,
            subject="dossier",
            **facts,
        )
        name = content_disposition_header(as_attachment=True, filename=f"卷宗-{self.project.label}-{self.today}.zip")
        headers = {
            "Content-Disposition": name or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "private, no-store",
        }
        return FileResponse(made.file, content_type="application/zip", headers=headers)
