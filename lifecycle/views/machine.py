"""办理流程: the machine as a drawing and as a guide, both from the one table; a project's own stage stands out."""

from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from lifecycle.diagram import draw
from lifecycle.guide import guide
from policy.loader import configured
from policy.terms import Stage
from projects import access
from projects.models import Project
from projects.pages import RouteMixin


class MachinePage(RouteMixin, TemplateView):
    """Without a project the numbers are those of the newest edition."""

    template_name = "lifecycle/machine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project = self.project()
        edition = project.edition if project else max(configured().values(), key=lambda one: one.issued_on)
        here = Stage(project.stage) if project else ""
        rows = guide(edition)
        told = {stage: [row for row in rows if stage in row.sources] for stage in Stage}
        codes = dict.fromkeys(row.code for own in told.values() for row in own)
        numbers = {code: number for number, code in enumerate(codes, 1)}
        stages = [
            {"stage": stage, "rows": [(numbers[row.code], row) for row in own], "here": stage == here}
            for stage, own in told.items()
        ]
        return super().get_context_data(
            project=project, edition=edition, drawing=draw(here, numbers), stages=stages, here=here, **kwargs
        )

    def project(self) -> Project | None:
        asked = self.request.GET.get("project", "")
        if not asked:
            return None
        found = (
            access.projects_for(self.actor).filter(pk=int(asked)).first()
            if asked.isascii() and asked.isdigit()
            else None
        )
        if found is None:
            raise Http404
        return found
