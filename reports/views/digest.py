"""每周摘要 as of today: the page that the weekly notice leads to."""

from typing import Any

from django.views.generic import TemplateView

from projects.pages import RouteMixin
from reports.digests import digest_of
from reports.views.workbench import user_of


class DigestPage(RouteMixin, TemplateView):
    template_name = "reports/digest.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(digest=digest_of(user_of(self.request), self.today), on=self.today, **kwargs)
