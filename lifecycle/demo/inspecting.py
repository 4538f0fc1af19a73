"""检查: the year's plan, one tour with three stops in different states, and a single inspection of tomorrow."""

from datetime import date, time, timedelta

from accounts.models import User
from lifecycle.demo.papers import paper
from lifecycle.demo.people import Cast
from lifecycle.models import Inspection, InspectionPlan, InspectionTeam, InspectionTour
from lifecycle.operations import inspections as record
from lifecycle.operations import inspections_findings as findings
from lifecycle.operations import inspections_plan as plans
from lifecycle.operations import inspections_tour as tours
from lifecycle.rules.inspections import MONEY
from policy.terms import Stage
from projects.models import Project

BASE, STUDIO, LATE = "qigong", "zhongxing", "cixiu"
NINE, TWO = time(9, 0), time(14, 30)
BAD = {
    STUDIO: "设备领用登记缺 3 个月记录，上一季度只开展 1 次研修活动。",
    LATE: "研修活动场地与生产车间合用，活动记录不全。",
}


def run(cast: Cast, on: date) -> None:
    """The plan is as old as the year allows, so that its year is the one of the visits."""
    start = max(on - timedelta(days=75), date(on.year, 1, 1))
    step = (on - start) / 15  # early in January everything draws together, and nothing falls before the plan
    plan = planned(cast, start)
    tour = tours.draft_tour(title=f"{on.year} 年度建设期巡查", plan=plan, actor=cast["ph"], on=start)
    city = _team(cast, tour, "第一组", ("ph", "ch"), start)
    state = _team(cast, tour, "第二组", ("ph", "ch2"), start)
    stops = {
        STUDIO: _stop(cast, tour, city, STUDIO, 1, start + step * 4, NINE, start),
        LATE: _stop(cast, tour, state, LATE, 2, start + step * 12, NINE, start),
        BASE: _stop(cast, tour, city, BASE, 3, on, TWO, start),
    }
    tours.issue_tour(
        tour.pk, number=f"示例人社函〔{on.year}〕31号", dated_on=start, upload=paper("检查通知"), actor=cast["ph"],
        on=start + step,
    )  # fmt: skip
    concluded(cast, stops[STUDIO], start + step * 4, step)
    asked(cast, stops[LATE], start + step * 12, step)
    begun(cast, stops[BASE], on)
    single(cast, on)


def planned(cast: Cast, on: date) -> InspectionPlan:
    """Everything the tour goes to is in it; what the draw left out comes in by hand."""
    plan = plans.draft_plan(year=on.year, actor=cast["ph"], on=on)
    for key in (BASE, STUDIO, LATE):
        line = plan.lines.get(project=_project(cast, key))
        if not line.chosen:
            reason = "上年度检查发现的问题需要回访，列入本年计划。"
            plans.adjust_plan(plan.pk, line.pk, chosen=True, reason=reason, actor=cast["ph"], on=on)
    return plans.approve_plan(plan.pk, actor=cast["phl"], on=on)


def _project(cast: Cast, key: str) -> Project:
    unit = cast[f"{key}.u1"].live_memberships[0].organisation
    return Project.objects.get(organisation=unit, stage=Stage.BUILDING)


def _team(cast: Cast, tour: InspectionTour, name: str, keys: tuple[str, ...], on: date) -> InspectionTeam:
    people = [cast[key].pk for key in keys]
    return tours.set_team(tour.pk, None, name=name, members=people, leader=people[0], actor=cast["ph"], on=on)


def _stop(
    cast: Cast, tour: InspectionTour, team: InspectionTeam, key: str, order: int, day: date, hour: time, on: date
) -> Inspection:
    return tours.add_stop(
        tour.pk, _project(cast, key).pk, team_id=team.pk, order=order, visit_on=day, visit_at=hour, actor=cast["ph"],
        on=on,
    )  # fmt: skip


def check(stop: Inspection, who: User, on: date, *, bad: str = "", most: int | None = None) -> None:
    """The check list: everything met but the second line, with `bad` as what was found; at most so many lines."""
    rows = list(stop.items.order_by("number"))[:most]
    said = {row.pk: record.Checked("met", "与材料一致" if row.part == MONEY else "", place="实训中心") for row in rows}
    if bad:
        said[rows[1].pk] = record.Checked("bad", bad, place="实训中心二楼")
    photos = {rows[0].pk: [paper("现场照片")]}
    record.save_items(stop.project_id, stop.pk, items=said, photos=photos, actor=who, on=on)


def signed(cast: Cast, stop: Inspection, second: str, on: date, *, bad: str) -> None:
    check(stop, cast[second], on, bad=bad)
    summary = "建设任务按计划推进，现场与申报材料基本一致，个别事项需要整改。"
    record.save_visit(
        stop.project_id, stop.pk, visited_on=on, place="项目单位实训场地", summary=summary, actor=cast["ph"], on=on
    )
    for who in (second, "ph"):
        record.sign_record(stop.project_id, stop.pk, actor=cast[who], on=on)


def concluded(cast: Cast, stop: Inspection, on: date, step: timedelta) -> None:
    """办结: the unit agreed, the finding is a problem now."""
    signed(cast, stop, "ch", on, bad=BAD[STUDIO])
    record.see_record(stop.project_id, stop.pk, remark="情况属实。", actor=cast[f"{STUDIO}.u1"], on=on)
    findings.ask_opinion(stop.project_id, stop.pk, actor=cast["ph"], on=on)
    finding = stop.findings.get()
    findings.answer_opinion(
        stop.project_id, stop.pk, answers={finding.pk: (True, "")}, actor=cast[f"{STUDIO}.u2"], on=on + step
    )
    verdicts = {finding.pk: findings.Verdict("kept")}
    findings.conclude(stop.project_id, stop.pk, verdicts=verdicts, actor=cast["ph"], on=on + step * 2)


def asked(cast: Cast, stop: Inspection, on: date, step: timedelta) -> None:
    """征求意见: the last day for the unit's answer is near."""
    signed(cast, stop, "ch2", on, bad=BAD[LATE])
    findings.ask_opinion(stop.project_id, stop.pk, actor=cast["ph"], on=on + step * 2)


def begun(cast: Cast, stop: Inspection, on: date) -> None:
    """On site today: the first third of the list is filled in."""
    check(stop, cast["ch"], on, most=stop.items.count() // 3)


def single(cast: Cast, on: date) -> None:
    """By 市人社: one project, told a day ahead."""
    people = [cast["ch"].pk, cast["ph"].pk]
    tours.plan_single(
        _project(cast, BASE).pk, title="资金使用情况专项检查", members=people, leader=people[0],
        visit_on=on + timedelta(days=1), visit_at=NINE, number=f"示例市人社函〔{on.year}〕8号", dated_on=on,
        upload=paper("检查通知"), actor=cast["ch"], on=on,
    )  # fmt: skip
