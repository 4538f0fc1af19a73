"""建设进度与监控: the build period, the tasks, the 季报包 and where the pace leads, each for those who may see it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from accounts.models import User
from funds.queries import ledger_of
from performance.models import PeriodReturn
from performance.queries.forecasts import Outcome, outcomes_of
from performance.queries.milestones import Progress, plan_in_force, progress_of, share_due
from performance.queries.returns import PeriodRow, period_rows, returns_of
from policy.terms import Stage
from projects.links import page_for
from projects.models import Project
from reports.dossier.award import build_period
from reports.progress import Bars, bars_of

SENT = (PeriodReturn.State.SUBMITTED, PeriodReturn.State.ACCEPTED)
PAGES = (
    ("performance:milestones", "建设任务", "计划各版本和按任务的进展"),
    ("performance:returns", "季报包", "每个监测期间的报送、审核和监控表"),
    ("performance:classes", "班次台账", "培训人次从这里取数"),
    ("funds:contracts", "采购与合同", "采购步骤、签约和付款"),
    ("funds:assets", "设备台账", "资产卡和现场核对"),
    ("lifecycle:project_deadlines", "期限和算法", "每个期限怎样算出来"),
)


@dataclass(frozen=True, slots=True)
class Monitor:
    """`progress` and `told`: of the last 季报包 that tells of the tasks. `outcomes`: none for a
    reader who has no say in it, and none once the build is over: what is reached is then said by the evaluation.
    """

    period: str
    bars: Bars
    light: str
    due: Fraction | None
    told: PeriodReturn | None
    progress: Progress | None
    rows: list[PeriodRow] | None
    outcomes: tuple[Outcome, ...]
    pages: list[tuple[str, str, str]]


def monitor_of(project: Project, user: User, on: date) -> Monitor:
    """The same statements however long the build."""
    ledger = ledger_of(project)
    bars = bars_of(project, ledger=ledger, total=None, on=on)
    reads = bool(page_for(user, "performance:returns", project))
    told, progress = _told(project, user) if page_for(user, "performance:milestones", project) else (None, None)
    plan = progress.plan if progress else plan_in_force(project)
    return Monitor(
        period=build_period(project),
        bars=bars,
        light=bars.light,
        due=share_due(project, plan, on),
        told=told,
        progress=progress,
        rows=period_rows(project) if reads else None,
        outcomes=outcomes_of([project]).get(project.pk, ()) if reads and project.stage == Stage.BUILDING else (),
        pages=[(label, note, url) for route, label, note in PAGES if (url := page_for(user, route, project))],
    )


def _told(project: Project, user: User) -> tuple[PeriodReturn | None, Progress | None]:
    """The progress as last sent in."""
    one = returns_of(project).filter(state__in=SENT, progress__isnull=False).first()
    if one is None:
        return None, None
    one.project = project
    return one, progress_of(one, user)
