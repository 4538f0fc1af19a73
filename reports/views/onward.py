"""接下来: the page after a step — who acts next, by when, what this person can do now."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone

from projects.pages import ProjectPage, reachable
from reports.dossier import dossier_of, with_facts
from reports.views.workbench import user_of


class NextPage(ProjectPage):
    template_name = "reports/next.html"

    def load(self) -> None:
        self.project = get_object_or_404(
            with_facts(reachable(self.request), user_of(self.request)), pk=self.kwargs["project_id"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        dossier = dossier_of(self.project, user_of(self.request), on)
        return super().get_context_data(dossier=dossier, on=on, **kwargs)
