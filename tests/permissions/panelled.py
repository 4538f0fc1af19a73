"""What the addresses of 验收组 and 模拟验收 name: an application of long ago with its panel, and a gap given away."""

from datetime import date

from accounts.models import Organisation, User
from lifecycle.models import Panel, PanelCase, PanelSeat
from projects.models import Assignment
from tests import factories as make

START = date(2025, 3, 1)


def expert_of(officers):
    """The expert of the scene: one person, on the register of the province."""
    house = officers.ph.memberships.first().organisation
    known = User.objects.filter(memberships__role="EX", memberships__organisation=house).first()
    return known or make.user("EX", house)


def registered(officers, place):
    """An expert on the register of the province of the place."""
    root = place.unit.node.province_path
    if officers.ph.memberships.first().organisation.node.path.startswith(root):
        return expert_of(officers)
    house = Organisation.objects.filter(node__path=root).exclude(pk=place.unit.pk).order_by("pk").first()
    known = User.objects.filter(memberships__role="EX", memberships__organisation=house).first()
    return known or make.user("EX", house)


def panelled(officers, place):
    """`officers`: the people of the departments by their roles."""
    project, expert = place.project, registered(officers, place)
    gap = project.gap_tasks.create(
        code="A:N6", text="没有数据", clerk=place.clerk, due_on=START, assigned_by=place.leader, assigned_on=START
    )
    if lived := PanelSeat.objects.filter(panel__cases__acceptance__project=project).first():
        return {"seat_id": lived.pk, "gap_id": gap.pk, "expert_id": expert.pk}
    acceptance = project.acceptances.create(
        round=1, applied_by=place.leader, applied_on=START, summary="完成", accepted_by=officers.ph, accepted_on=START
    )
    panel = Panel.objects.create(
        name="验收组", notice_number=f"示例{project.pk}号", procedure="site", formed_by=officers.ph, formed_on=START
    )
    PanelCase.objects.create(panel=panel, acceptance=acceptance, visit_on=START, place="实训中心")
    seat = panel.seats.create(expert=expert, employer="示例大学", title="教授", since=START)
    return {"seat_id": seat.pk, "gap_id": gap.pk, "expert_id": expert.pk}


def assigned(officers, place):
    """The expert reaches this project."""
    Assignment.objects.create(project=place.project, user=expert_of(officers), since=START, assigned_by=officers.ph)
