"""季报逾期: an open alert for each return that is past its day and still with the unit. The caller holds the lock."""

from collections.abc import Iterator
from datetime import date

from accounts.queries import work_calendar
from performance.queries.returns import State, returns_of
from performance.rules.returns import MONITORING
from policy.calendar import days_left_text
from policy.findings import Finding
from policy.terms import Rank, Severity
from projects import alerts
from projects.models import Project

SOURCE = "returns"


def refresh_returns(project: Project, *, on: date) -> None:
    """Bring the alerts of the 季报包 in line with what is late on this day."""
    alerts.sync(project, source=SOURCE, findings=_late(project, on), on=on)


def _late(project: Project, on: date) -> Iterator[Finding]:
    calendar = work_calendar()
    missed = calendar.working_before(on)  # a day off moves the end on (handbook 11)
    for one in returns_of(project).filter(state__in=(State.OPEN, State.RETURNED), due_on__lte=missed):
        ends = calendar.next_working(one.due_on)
        what = "补正后重新报送" if one.state == State.RETURNED else "报送"
        said = f"季报逾期：{one.round}季报包应于 {ends} 前{what}，{days_left_text(on, ends)}"
        yield Finding(f"late:{one.pk}", Severity.WARNING, said, MONITORING, Rank.DEFAULT)
