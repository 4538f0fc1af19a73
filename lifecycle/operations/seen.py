"""What a person signs is what the page showed: changed since, it is refused, and says by whom and when."""

from django.utils import timezone

from accounts.journal import last_of
from lifecycle.queries.versions import word_of
from policy.findings import refuse
from projects.models import Decision
from ui.versions import STALE

BLANK = "本次提交没有带上页面所显示内容的校验码，没有办理。请刷新页面，重新查看后再办理。"


def check_seen(decision: Decision, seen: str | None) -> None:
    """Under the lock. `seen`: the word the page gave; None: the caller showed nobody anything (commands, demo)."""
    if seen is None or seen == word_of(decision):
        return
    if not seen:
        refuse(STALE, BLANK)
    refuse(STALE, f"{_changed(decision)}本次没有办理，请重新查看后再办理。")


def _changed(decision: Decision) -> str:
    projects = decision.items.order_by("project_id").values_list("project_id", flat=True)
    entry = next((found for pk in projects if (found := last_of(pk, [f"decision:{decision.pk}"]))), None)
    if entry is None:
        return "您打开页面以后，本决定已有变动。"
    at = f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}"
    return f"您打开页面以后，{entry.actor_name}已于 {at} “{entry.verb}”（{entry.text[:80]}）。"
