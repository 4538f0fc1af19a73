"""建设任务 of the projects in their build, what the reports say of them, calls to those who are late, two waivers."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from lifecycle.demo.papers import paper
from lifecycle.demo.people import Cast
from lifecycle.operations import waivers
from lifecycle.queries.waivers import candidates
from performance.models import PeriodReturn
from performance.operations import milestones, progress
from performance.operations.progress import ProgressInput
from performance.queries.milestones import progress_of
from performance.queries.returns import review_offices
from performance.rules.milestones import Task
from policy.terms import Kind, Line, Stage
from projects.models import Project

# Name, share, part of the build gone by its date, category.
BASE = (
    ("实训场地改造", "15", "0.20", "facilities"),
    ("实训设备采购安装", "35", "0.45", "equipment"),
    ("课程和教材开发", "20", "0.60", "courses"),
    ("师资聘用和培训", "15", "0.75", "instructors"),
    ("达到年度培训规模", "15", "1.00", ""),
)
STUDIO = (
    ("工作室场所和设施", "30", "0.30", "materials"),
    ("技能攻关和交流", "40", "0.70", "exchange"),
    ("带徒传技和成果推广", "30", "1.00", ""),
)
WHOLE = Decimal(100)


def plan_all(cast: Cast, on: date) -> None:
    """Most have a plan in force; the last one's waits for its review, one has none."""
    rows = list(Project.objects.filter(stage=Stage.BUILDING).select_related("organisation__node").order_by("pk"))
    for place, project in enumerate(rows):
        if project.build_start_on is None or project.build_end_on is None or place == 1:
            continue
        day = min(project.build_start_on + timedelta(days=10), on)
        _plan(cast, project, day, waits=place == len(rows) - 1)


def _plan(cast: Cast, project: Project, day: date, *, waits: bool) -> None:
    clerk, leader = person(project, Role.U1), person(project, Role.U2)
    milestones.save_plan(project.pk, tasks=_tasks(project), actor=clerk, on=day)
    milestones.submit_plan(project.pk, actor=leader, on=day)
    if not waits:
        milestones.review_plan(project.pk, agreed=True, actor=reviewer(cast, project), on=day)


def _tasks(project: Project) -> list[Task]:
    start, end = project.build_start_on, project.build_end_on
    assert start is not None  # noqa: S101 - asked of above
    assert end is not None  # noqa: S101 - asked of above
    known = {item.code for item in project.edition.categories_for(Kind(project.kind))}
    rows = STUDIO if project.kind == Kind.STUDIO else BASE
    days = (end - start).days
    return [
        Task(name, start + timedelta(days=int(days * Decimal(part))), Decimal(share), code if code in known else "")
        for name, share, part, code in rows
    ]


def tell(one: PeriodReturn, clerk: User, on: date) -> None:
    """Behind by a little on what is under way, done on what was due early; late with a reason."""
    found = progress_of(one)
    if found.plan is None:
        return
    rows = {}
    for place, row in enumerate(found.rows):
        due = row.milestone.planned_on
        if due <= one.cut_off and place == 0:
            rows[row.milestone.key] = ProgressInput("done", WHOLE, due - timedelta(days=3))
        elif due <= one.cut_off:
            rows[row.milestone.key] = ProgressInput("doing", Decimal(80), None, "部分设备到货推迟，下季度完成")
        else:
            share = max(row.before, Decimal(30) if place < len(found.rows) - 1 else Decimal(0))
            state = "doing" if share else "todo"
            rows[row.milestone.key] = ProgressInput(state, share)
    said = {"risk": "进口设备报关周期较长，可能影响安装进度。", "measure": "已与供货商商定分批到货，先行安装国产设备。"}
    progress.save_progress(one.project_id, one.pk, rows=rows, actor=clerk, on=on, **said)


def chase(cast: Cast, on: date) -> None:
    """One call to the first that is late, a word on the first that was sent in."""
    late = PeriodReturn.objects.filter(state__in=["open", "returned"], due_on__lt=on).select_related("project").first()
    if late is not None:
        at = timezone.make_aware(datetime.combine(on - timedelta(days=1), time(15, 20)))
        said: Any = {
            "person": "王老师",
            "said": "经办出差，回来后即补报指标数值",
            "promised_on": on + timedelta(days=2),
        }
        progress.record_call(late.project_id, late.pk, called_at=at, actor=cast["ph"], on=on, **said)
    sent = PeriodReturn.objects.filter(state="submitted").select_related("project__organisation__node").first()
    if sent is not None:
        text = "设备安装落后于计划，请在下期说明分批到货的台套数和日期。"
        progress.comment_progress(sent.project_id, sent.pk, text=text, actor=cast["ph"], on=on)


def waive(cast: Cast, on: date) -> None:
    """One waiver in force, one that waits for 财政."""
    made = 0
    for project in Project.objects.filter(stage=Stage.BUILDING).order_by("-pk"):
        key = next((key for key in candidates(project, on) if not key.startswith("step:")), "")
        if not key:
            continue
        made += 1
        waiver = waivers.propose_waiver(
            project.pk, finding=key, reason="因不可抗力，经两厅会商同意在期限内免于提示，其余要求不变。",
            number=f"示例人社函〔{on.year}〕{30 + made}号", dated_on=on - timedelta(days=4),
            until=on + timedelta(days=90), document=paper("豁免批复"), actor=cast["ph"], on=on - timedelta(days=3),
        )  # fmt: skip
        waivers.approve_waiver(waiver.pk, actor=cast["phl"], on=on - timedelta(days=2))
        if made == 1:
            waivers.approve_waiver(waiver.pk, actor=cast["pfl"], on=on - timedelta(days=1))
        else:
            return


def person(project: Project, role: Role) -> User:
    return project.organisation.memberships.filter(role=role).order_by("pk")[0].user


def reviewer(cast: Cast, project: Project) -> User:
    unit = project.organisation
    office = review_offices([unit])[unit.pk, Line.HR]
    return cast["ph"] if office is None else office.memberships.order_by("pk")[0].user
