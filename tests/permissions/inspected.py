"""An inspection of a project that has been signed and put before its unit, with the plan and the tour it came from."""

from datetime import date, time
from decimal import Decimal

from lifecycle.models import InspectionPlan, InspectionTour

START = date(2025, 3, 1)
# For FOREIGN of test_requests: the id that is another project's, and who tries.
OF_INSPECTIONS = {
    "lifecycle:inspection": ("inspection_id", ("u1", "ph", "cf", "au")),
    "lifecycle:inspection_visit": ("inspection_id", ("ch", "cf", "ph", "pf")),
    "lifecycle:inspection_item": ("inspection_item_id", ("cf", "ph")),
    "lifecycle:inspection_sign": ("inspection_id", ("ch", "cf", "ph", "pf")),
    "lifecycle:inspection_reopen": ("inspection_id", ("ch", "cf", "ph", "pf")),
    "lifecycle:inspection_note": ("inspection_id", ("ch", "cf", "ph", "pf")),
    "lifecycle:inspection_seen": ("inspection_id", ("u1", "u2")),
    "lifecycle:inspection_finding_new": ("inspection_id", ("ch", "cf", "ph", "pf")),
    "lifecycle:inspection_finding_edit": ("inspection_finding_id", ("cf", "ph")),
    "lifecycle:inspection_finding_drop": ("inspection_finding_id", ("cf", "ph")),
    "lifecycle:inspection_ask": ("inspection_id", ("ch", "cf", "ph", "pf")),
    "lifecycle:inspection_opinion": ("inspection_id", ("u2",)),
    "lifecycle:inspection_conclude": ("inspection_id", ("ch", "cf", "ph", "pf")),
    "api:inspection": ("inspection_id", ("u1", "ph", "cf", "au")),
    "api:inspection_items": ("inspection_id", ("cf", "ph")),
    "api:inspection_sign": ("inspection_id", ("cf", "ph")),
}


def inspected(world, place):
    """The team: 省人社 leads, a finance officer is the other one; both reach every place they may."""
    project, by = place.project, {"drafted_by": world.ph, "drafted_on": START}
    plan = InspectionPlan.objects.create(year=2026, organisation=place.unit, seed="0", **by)
    line = plan.lines.create(
        project=project,
        amount=Decimal(1),
        floor=Decimal(1),
        risk_at=50,
        share=Decimal("0.3"),
        why="amount",
        chosen=True,
    )
    tour = InspectionTour.objects.create(
        organisation=place.unit, title=f"{place.unit}巡查", number="示例检1号", dated_on=START, state="issued",
        issued_on=START, **by,
    )  # fmt: skip
    team = tour.teams.create(name="第一组")
    team.members.create(user=world.ph, leads=True)
    team.members.create(user=world.cf)
    stop = tour.stops.create(
        team=team, project=project, visit_on=START, visit_at=time(9), state="asked", visited_on=START, place="实训中心",
        summary="总体符合", signed_on=START, asked_on=START, opinion_due_on=START,
    )  # fmt: skip
    item = stop.items.create(
        number=1, part="建设条件", code="N2a", text="面积", required="≥1000", verdict="bad", actual="980"
    )
    finding = stop.findings.create(
        number=1, item=item, fact="面积不足", requirement="补足", due_on=date(2027, 3, 1), by=world.ph
    )
    return {
        "plan_id": plan.pk, "line_id": line.pk, "tour_id": tour.pk, "team_id": team.pk, "stop_id": stop.pk,
        "inspection_id": stop.pk, "inspection_item_id": item.pk, "inspection_finding_id": finding.pk,
    }  # fmt: skip
