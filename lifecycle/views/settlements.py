"""清算 inside the life of a project: T27, and the settlement before a termination."""

from collections.abc import Iterable
from typing import Any

from funds.models import Settlement
from funds.queries import prepared
from funds.views.seen import Shows
from funds.views.settlements import PrepareSettlement, checks_now, facts_of
from lifecycle.machine import STEP
from lifecycle.operations import revocation, termination
from lifecycle.queries import findings_for, snapshot_of
from lifecycle.views.parts import checks_of
from policy.terms import Occasion, Stage
from projects.pages import ProjectConfirm
from ui.parts import Check


class Settle(Shows, ProjectConfirm):
    """清算 to approve: the figures before the click. After 取消称号 it is T27, before a termination the settlement alone."""

    title, submit_label, done = "批准资金清算", "批准清算", "资金清算已批准"
    success_name = "funds:settlements"

    def load(self) -> None:
        super().load()
        self.revoked = self.project.stage == Stage.REVOKED
        self.prepared = prepared(self.project, Occasion.REVOCATION if self.revoked else Occasion.TERMINATION)

    def shown(self) -> Settlement | None:
        return self.prepared

    def consequences(self) -> Iterable[str]:
        yield from facts_of(self.prepared)
        yield from STEP["T27"].effects if self.revoked else ("此后可以拟制终止决定",)

    def checklist(self) -> Iterable[Check]:
        if self.revoked:
            found = findings_for(STEP["T27"], snapshot_of(self.project, on=self.today))
            checks = checks_of(STEP["T27"], found, self.project, self.actor)
            return [*checks, *checks_now(self.prepared, self.project)]
        waits = self.prepared is not None
        first = Check(waits, "省财政厅经办已为终止编制清算，尚未批准", clause="通知 五")
        return [first, *checks_now(self.prepared, self.project)]

    def run(self, data: dict[str, Any]) -> Any:
        return revocation.approve_settlement(self.project.pk, actor=self.actor, seen=self.seen, on=self.today)


class SettleTermination(PrepareSettlement):
    """清算 for a unit that gives up; what it says is checked against the request."""

    title = "编制终止清算"

    def run(self, data: dict[str, Any]) -> Settlement:
        return termination.prepare_settlement(self.project.pk, actor=self.actor, on=self.today, **data)
