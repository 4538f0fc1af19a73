"""Any two versions of anything of a project beside each other."""

from typing import Any

from projects.pages import ProjectPage
from reports.dossier.compare import Version, differences, kinds_for
from reports.dossier.forms import CompareForm


class Compare(ProjectPage):
    """?kind=&a=&b=: what is not offered is left aside, for links grow old; without a and b the last two versions."""

    template_name = "reports/dossier/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = kinds_for(self.project, self.actor)
        asked = self.request.GET
        kind = next((one for one in kinds if one.code == asked.get("kind")), kinds[0])
        versions = kind.versions(self.project, self.actor)
        before, after = _chosen(versions, asked.get("a", ""), asked.get("b", ""))
        whole, rows = asked.get("all") == "1", []
        if before and after:
            fields = (list(kind.fields(self.project, self.actor, one.key)) for one in (before, after))
            rows = differences(*fields, whole=whole)
        form = CompareForm(kinds, versions, {"kind": kind.code, "a": before, "b": after, "all": whole})
        shown = {
            "form": form, "kind": kind, "versions": versions, "before": before, "after": after, "rows": rows,
            "whole": whole, "changed": sum(1 for row in rows if row.changed),
        }  # fmt: skip
        return super().get_context_data(title="版本对比", **shown, **kwargs)


def _chosen(versions: list[Version], a: str, b: str) -> tuple[Version | None, Version | None]:
    known = {one.key: one for one in versions}
    after = known.get(b) or (versions[-1] if versions else None)
    earlier = [one for one in versions if one is not after]
    before = known.get(a) or (earlier[-1] if earlier else after)
    return before, after
