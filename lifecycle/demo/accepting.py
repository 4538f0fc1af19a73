"""验收组 in the demo: the register of invented experts, one panel an application, sheets handed in by each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from accounts.models import Organisation, User
from accounts.roles import Role
from lifecycle.demo.papers import paper
from lifecycle.operations import formal, mock, sheets
from lifecycle.operations import panel as panels
from lifecycle.queries import acceptance_of
from lifecycle.queries.mock import mock_of
from lifecycle.queries.panel import card_of, case_of, conflicts_of, register_for
from lifecycle.rules.panel import criteria_of, least_of
from policy.terms import Kind
from projects.models import Project

if TYPE_CHECKING:
    from lifecycle.demo.people import Cast
    from lifecycle.demo.story import Story

EXPERTS = (
    ("ex1", "示例专家甲", "示例大学", "教授", "职业教育"),
    ("ex2", "示例专家乙", "示例职业教育研究院", "研究员", "培训评价"),
    ("ex3", "示例专家丙", "示例装备研究所", "高级工程师", "实训设备"),
    ("ex4", "示例专家丁", "示例会计师事务所", "注册会计师", "专项资金审计"),
    ("ex5", "示例专家戊", "示例行业协会", "高级技师", "技能竞赛"),
    ("ex6", "示例专家己", "示例工业大学", "副教授", "智能制造"),
    ("ex7", "示例专家庚", "示例技能评价中心", "高级考评员", "技能评价"),
)


def register(cast: Cast, house: Organisation, *, on: date) -> list[User]:
    """Everybody of the register, made at their first use; `house`: 省人社厅, which keeps it."""
    from lifecycle.demo.people import seat

    for username, name, employer, title, field in EXPERTS:
        if username in cast.people:
            continue
        person = seat(username, name, Role.EX, house, admin=cast["sa"], on=on)
        panels.keep_card(person.pk, employer=employer, title=title, field=field, actor=cast["ph"], on=on)
        cast.people[username] = User.objects.get(pk=person.pk)
    return [cast[username] for username, *_ in EXPERTS]


def panel(story: Story, on: date, *, sheets: bool = True) -> None:
    """Accepted, seven experts asked for as many as the edition wants, visited, and every sheet in."""
    acceptance = acceptance_of(story.fresh())
    if acceptance is None:
        return
    ph = story.cast["ph"]
    if acceptance.accepted_on is None:
        formal.accept_application(story.pk, actor=ph, on=on)
    if case_of(acceptance) is None:
        form(story, on)
    view = case_of(acceptance)
    on_site = view is not None and view.case.panel.procedure == "site"
    if on_site and acceptance.visited_on is None:
        formal.record_visit(
            story.pk, visited_on=on, place="实训中心，听取汇报、查阅资料、实地查看", participants="验收组全体、项目单位负责人",
            photos=[], actor=ph, on=on,
        )  # fmt: skip
    if sheets:
        hand_in(story, on)


def form(story: Story, on: date, *others: Story) -> None:
    """One panel for this project and for the `others` of a batch."""
    ph = User.objects.get(pk=story.cast["ph"].pk)
    known = [one for one in register_for(ph, on) if card_of(one)]
    away = {person for person, _ in conflicts_of(known, [one.project for one in (story, *others)])}
    least = least_of(story.project.edition, Kind(story.project.kind))
    chosen = [one.pk for one in known if one.pk not in away][: int(least.value)]
    panels.form_panel(
        {one.pk: panels.Visit(on, "9:00", "实训中心") for one in (story, *others)},
        name=f"{story.project.organisation.name}{'等' if others else ''}验收组",
        notice_number=story.number(on),
        experts=chosen,
        leader=chosen[0],
        notice=paper("验收通知"),
        actor=ph,
        on=on,
    )


def hand_in(story: Story, on: date, *, all_but: int = 0) -> None:
    """Each expert's own sheet; the last `all_but` of them keep theirs."""
    view = case_of(acceptance_of(story.project))
    if view is None:
        return
    criteria = criteria_of(story.project.edition, Kind(story.project.kind))
    waiting = view.missing[: len(view.missing) - all_but]
    for number, member in enumerate(waiting):
        points: dict[str, int | None] = {name: most - 1 - number % 2 for name, most in criteria.items()}
        filled = sheets.Filled(points, "建设任务完成，台账和凭证齐全，建议继续加强校企合作。", no_conflict=True)
        sheets.submit_sheet(story.pk, filled=filled, actor=User.objects.get(pk=member.seat.expert_id), on=on)


def tried(story: Story, on: date) -> None:
    """模拟验收 some weeks before the application: the unit's own check, one gap given to its clerk."""
    found = mock_of(Project.objects.get(pk=story.pk), on).gaps
    if found:
        due = on + timedelta(days=20)
        mock.assign_gap(
            story.pk, code=found[0].code, clerk=story.u1.pk, due_on=due, note="请补充数据和佐证", actor=story.u2, on=on
        )
