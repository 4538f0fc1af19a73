"""搜索."""

from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from projects.pages import RouteMixin
from reports.search import LONGEST, search
from reports.views.workbench import user_of


class Search(RouteMixin, TemplateView):
    """Nothing is kept of what people look for."""

    template_name = "reports/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = self.request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
        parts = search(user_of(self.request), typed, timezone.localdate())
        total = sum(part.count for part in parts)
        return super().get_context_data(title="搜索", typed=typed, parts=parts, total=total, longest=LONGEST, **kwargs)
