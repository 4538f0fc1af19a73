"""The plan in force of a project, its progress as each 季报包 tells it, and what still keeps one from being sent in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from accounts.models import User
from performance.models import Milestone, MilestonePlan, MilestoneProgress, PeriodReturn, ProgressOutlook
from performance.queries.returns import review_offices, seat_of
from performance.rules.milestones import Task, Told, check_plan, check_told, done_of, of_span, planned_share
from performance.rules.monitoring import Span
from policy.findings import Finding
from policy.terms import Kind, Line, Stage
from projects.models import Attachment, Project
from projects.queries import files_for
from ui.versions import version_of

State = MilestonePlan.State
ABOUT_PROGRESS = "progress"  # Attachment.about; about_id is the row
PLANNED_IN = (Stage.TARGET_FILED, Stage.BUILDING)
ZERO = Decimal(0)


def plan_in_force(project: Project) -> MilestonePlan | None:
    """The last approved version with its tasks; two statements."""
    return project.milestone_plans.filter(state=State.APPROVED).prefetch_related("milestones").first()


def plan_in_the_making(project: Project) -> MilestonePlan | None:
    return project.milestone_plans.exclude(state=State.APPROVED).prefetch_related("milestones").first()


def plans_of(project: Project) -> list[MilestonePlan]:
    rows = project.milestone_plans.select_related("drafted_by", "submitted_by", "reviewed_by", "office")
    return list(rows.prefetch_related("milestones"))


def tasks_of(plan: MilestonePlan) -> list[Task]:
    return [Task(row.name, row.planned_on, row.share, row.category, row.key) for row in plan.milestones.all()]


def plan_findings(project: Project, tasks: Sequence[Task]) -> list[Finding]:
    codes = [item.code for item in project.edition.categories_for(Kind(project.kind))]
    return list(check_plan(tasks, start=project.build_start_on, end=project.build_end_on, categories=codes))


def plan_version(plan: MilestonePlan | None) -> str:
    rows = (
        [(row.key, row.name, row.planned_on, str(row.share), row.category) for row in plan.milestones.all()]
        if plan
        else []
    )
    return version_of(plan.pk if plan else 0, plan.state if plan else "", rows)


def reviews_plan(user: User, project: Project) -> bool:
    """The office of the first review does; the province where there is none."""
    unit = project.organisation
    return seat_of(user, unit, Line.HR, review_offices([unit])) is not None


def dates_of(plan: MilestonePlan | None) -> list[tuple[date, Decimal]]:
    return [(row.planned_on, row.share) for row in plan.milestones.all()] if plan else []


def share_due(project: Project, plan: MilestonePlan | None, on: date) -> Fraction | None:
    """How much of the plan is due by a day; None without a plan or a build period."""
    if plan is None or project.build_start_on is None:
        return None
    return planned_share(dates_of(plan), project.build_start_on, on)


def with_plan(span: Span, project: Project, plan: MilestonePlan | None) -> Span:
    """A span whose share is the plan's, where one is in force (handbook 4)."""
    if plan is None or project.build_start_on is None:
        return span
    share = of_span(dates_of(plan), project.build_start_on, span.start, span.end, span.on)
    return span if share is None else Span(span.start, span.end, span.on, share)


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """One task of the plan in one 季报包. `due`: how much of the task should be done by the cut-off is its date alone."""

    milestone: Milestone
    told: MilestoneProgress | None
    before: Decimal
    papers: Sequence[Attachment]
    findings: tuple[Finding, ...]

    @property
    def field(self) -> str:
        return f"m{self.milestone.key}"

    @property
    def done(self) -> Decimal:
        return self.told.done_share if self.told else self.before


@dataclass(frozen=True, slots=True)
class Progress:
    """`due` and `done`: parts of the whole plan, exact. `outlook`: risk and measures."""

    plan: MilestonePlan | None
    rows: tuple[ProgressRow, ...]
    due: Fraction | None
    done: Fraction
    outlook: ProgressOutlook | None

    @property
    def findings(self) -> list[Finding]:
        return [finding for row in self.rows for finding in row.findings]

    @property
    def behind(self) -> bool:
        return self.due is not None and self.done < self.due


def plan_for(one: PeriodReturn) -> MilestonePlan | None:
    """The plan a return reports on: once told, the version it was told of, so that what was accepted stays."""
    told = one.progress.select_related("milestone").first()
    if told is not None and one.state in (PeriodReturn.State.ACCEPTED, PeriodReturn.State.SUBMITTED):
        return MilestonePlan.objects.prefetch_related("milestones").get(pk=told.milestone.plan_id)
    return plan_in_force(one.project)


def progress_of(one: PeriodReturn, user: User | None = None) -> Progress:
    """The same statements however many tasks; papers as this person may have them."""
    plan = plan_for(one)
    told = {row.milestone.key: row for row in one.progress.select_related("milestone")}
    before, papers = _before(one), _papers(one, user, told.values())
    rows = tuple(
        ProgressRow(
            milestone=task,
            told=told.get(task.key),
            before=before.get(task.key, ZERO),
            papers=papers.get(told[task.key].pk, ()) if task.key in told else (),
            findings=tuple(_findings(one, task, told.get(task.key), before.get(task.key, ZERO))),
        )
        for task in (plan.milestones.all() if plan else ())
    )
    due = share_due(one.project, plan, one.cut_off)
    done = done_of([(row.milestone.share, row.done) for row in rows])
    return Progress(plan, rows, due, done, ProgressOutlook.objects.filter(period_return=one).first())


def _before(one: PeriodReturn) -> Mapping[int, Decimal]:
    """By key, as the last accepted report before this one has it; one statement."""
    rows = MilestoneProgress.objects.filter(
        period_return__project=one.project_id,
        period_return__cut_off__lt=one.cut_off,
        period_return__state=PeriodReturn.State.ACCEPTED,
    )
    return {
        row.milestone.key: row.done_share for row in rows.select_related("milestone").order_by("period_return__cut_off")
    }


def _papers(one: PeriodReturn, user: User | None, told: Iterable[MilestoneProgress]) -> Mapping[int, list[Attachment]]:
    if user is None:
        return {}
    found: dict[int, list[Attachment]] = {}
    ids = [row.pk for row in told]
    for paper in files_for(user, one.project).filter(about=ABOUT_PROGRESS, about_id__in=ids):
        found.setdefault(paper.about_id, []).append(paper)
    return found


def _findings(one: PeriodReturn, task: Milestone, told: MilestoneProgress | None, before: Decimal) -> Iterable[Finding]:
    row = Told(
        name=task.name,
        field=f"m{task.key}",
        planned_on=task.planned_on,
        state=told.state if told else "",
        done_share=told.done_share if told else None,
        actual_on=told.actual_on if told else None,
        note=told.note if told else "",
        before=before,
    )
    return check_told(row, cut_off=one.cut_off, start=one.project.build_start_on)


def progress_findings(one: PeriodReturn) -> list[Finding]:
    """What keeps a return from being sent in; nothing without a plan or in a 零报告."""
    return [] if one.zero else progress_of(one).findings


def progress_version(progress: Progress) -> str:
    told = [
        (row.milestone.key, row.told.state, str(row.told.done_share), row.told.actual_on, row.told.note)
        for row in progress.rows
        if row.told
    ]
    outlook = progress.outlook
    return version_of(told, outlook.risk if outlook else "", outlook.measure if outlook else "")


def frozen(one: PeriodReturn) -> dict[str, object]:
    """The progress' part of what was accepted, plain values."""
    progress = progress_of(one)
    outlook = progress.outlook
    return {
        "plan": progress.plan.version if progress.plan else None,
        "rows": [
            {
                "key": row.milestone.key,
                "name": row.milestone.name,
                "planned_on": row.milestone.planned_on,
                "share": row.milestone.share,
                "state": row.told.state if row.told else "",
                "done_share": row.done,
                "actual_on": row.told.actual_on if row.told else None,
                "note": row.told.note if row.told else "",
            }
            for row in progress.rows
        ],
        "risk": outlook.risk if outlook else "",
        "measure": outlook.measure if outlook else "",
    }
