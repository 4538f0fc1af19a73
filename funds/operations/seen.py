"""What a person signs or decides is what the page showed: changed since, it is refused, and says by whom and when."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts import told
from accounts.journal import last_of
from accounts.models import Entry, User
from funds.models import (
    Allocation,
    Asset,
    AuditCase,
    AuditFinding,
    Batch,
    Budget,
    Contract,
    FoundMoney,
    Package,
    Settlement,
    Voucher,
)
from funds.queries.versions import word_of
from policy.findings import refuse
from projects import access
from projects.models import Project
from ui.versions import STALE

SUBJECTS: dict[type, str] = {
    Asset: "asset",
    AuditCase: "audit",
    AuditFinding: "audit_finding",
    Batch: "batch",
    Budget: "budget",
    Contract: "contract",
    Package: "package",
    Settlement: "settlement",
    Voucher: "voucher",
}
BLANK = "本次提交没有带上页面所显示内容的校验码，没有办理。请刷新页面，重新查看后再办理；您填写的内容都还在。"


def check_seen(project: Project, row: Any, seen: str | None, *, actor: User) -> None:
    """Under the lock. `seen`: the word the page gave; None: the caller showed nobody anything (commands, demo)."""
    if seen is None or seen == word_of(row):
        return
    if not seen:
        refuse(STALE, BLANK)
    refuse(STALE, f"{_changed(project, row, actor)}本次没有办理，请重新查看后再办理；您填写的内容都还在。")


def _changed(project: Project, row: Any, actor: User) -> str:
    entry = last_of(project.pk, _subjects(row)) if row is not None else None
    if entry is None:
        return "您打开页面以后，所显示的内容已有变动。"
    at = f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}"
    if access.is_unit(actor) and entry.verb not in told.ALWAYS:
        return f"您打开页面以后，内容已于 {at} 变动。"
    return f"您打开页面以后，{entry.actor_name}已于 {at} {_act(entry)}。"


def _act(entry: Entry) -> str:
    return f"“{entry.verb}”（{entry.text[:80]}）" if entry.text else f"“{entry.verb}”"


def _subjects(row: Any) -> Iterable[str]:
    """Under which names the journal keeps what was done to it."""
    if isinstance(row, Allocation):
        came = [f"receipt:{pk}" for pk in row.receipts.values_list("pk", flat=True)]
        return came + [f"release:{pk}" for pk in row.releases.values_list("pk", flat=True)]
    found = [f"{SUBJECTS[type(row)]}:{row.pk}"]
    if isinstance(row, Batch):
        found += [f"voucher:{pk}" for pk in row.vouchers.values_list("pk", flat=True)]
    if isinstance(row, AuditFinding):
        found += [f"found_money:{pk}" for pk in FoundMoney.objects.filter(finding=row).values_list("pk", flat=True)]
    if isinstance(row, AuditCase):
        found += [f"audit_finding:{pk}" for pk in row.findings.values_list("pk", flat=True)]
    return found
