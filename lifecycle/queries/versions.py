"""What the page of a decision showed, as one short word: who signs or concurs sends it back (ui/versions.py)."""

from projects import decisions
from projects.models import Attachment, Decision, DecisionItem
from ui.versions import version_of


def word_of(decision: Decision) -> str:
    """Number, date, subject, facts, ground, projects and papers; a signature given meanwhile changes nothing of them."""
    kept = Decision.objects.get(pk=decision.pk)
    items = DecisionItem.objects.filter(decision=kept).order_by("project_id")
    papers = Attachment.objects.filter(about=decisions.ABOUT, about_id=kept.pk)
    return version_of(
        [kept.kind, kept.number, str(kept.dated_on), kept.title, kept.reason, kept.basis, kept.state],
        list(items.values_list("project_id", "state", "payload", "note")),
        sorted(set(papers.values_list("purpose", "sha256"))),
    )
