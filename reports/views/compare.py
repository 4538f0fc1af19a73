"""Any two versions of anything beside each other: of a project, and of what belongs to no one project."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.views.generic import TemplateView

from projects.pages import ProjectPage, RouteMixin
from reports.dossier.compare import Field, Kind, Version, WideKind, differences, kinds_for, wide_kinds_for
from reports.dossier.forms import CompareForm

Read = Callable[[Any], Sequence[Version]]
Tell = Callable[[Any, str], Iterable[Field]]


class Compare(ProjectPage):
    """?kind=&a=&b=: what is not offered is left aside, for links grow old; without a and b the last two versions."""

    template_name = "reports/dossier/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project, user = self.project, self.actor
        shown = compared(
            self.request.GET,
            kinds_for(project, user),
            lambda kind: kind.versions(project, user),
            lambda kind, key: kind.fields(project, user, key),
        )
        wide_url = reverse("reports:province_compare") if wide_kinds_for(user) else ""
        return super().get_context_data(title="版本对比", wide_url=wide_url, **shown, **kwargs)


class ProvinceCompare(RouteMixin, TemplateView):
    """The same of 资金文件, 区域绩效表, 定期报告 and what else belongs to no one project, each for its own readers."""

    template_name = "reports/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, on = self.actor, self.today
        shown = compared(
            self.request.GET,
            wide_kinds_for(user),
            lambda kind: kind.versions(user, on),
            lambda kind, key: kind.fields(user, on, key),
        )
        return super().get_context_data(title="版本对比", **shown, **kwargs)


def compared(
    asked: Mapping[str, str], kinds: Sequence[Kind] | Sequence[WideKind], read: Read, tell: Tell
) -> dict[str, Any]:
    """What the page shows. No kind at all: nothing to compare."""
    kind = next((one for one in kinds if one.code == asked.get("kind")), kinds[0] if kinds else None)
    versions = list(read(kind)) if kind else []
    before, after = _chosen(versions, asked.get("a", ""), asked.get("b", ""))
    whole, rows = asked.get("all") == "1", []
    if kind and before and after:
        rows = differences(*(list(tell(kind, one.key)) for one in (before, after)), whole=whole)
    form = CompareForm(kinds, versions, {"kind": kind.code if kind else "", "a": before, "b": after, "all": whole})
    return {
        "form": form, "kind": kind, "versions": versions, "before": before, "after": after, "rows": rows,
        "whole": whole, "changed": sum(1 for row in rows if row.changed),
    }  # fmt: skip


def _chosen(versions: Sequence[Version], a: str, b: str) -> tuple[Version | None, Version | None]:
    """Left open: the last one, and the one before the later of both; the first has its next beside it."""
    known = {one.key: one for one in versions}
    after = known.get(b) or (versions[-1] if versions else None)
    if after is None:
        return None, None
    at = versions.index(after)
    beside = versions[at - 1] if at else versions[min(1, len(versions) - 1)]
    return known.get(a) or beside, after
