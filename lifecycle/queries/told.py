"""验收 as one person may know it, as plain values: the API and the page tell no more than this."""

from datetime import date
from typing import Any

from accounts.models import User
from accounts.roles import Action
from lifecycle.models import Acceptance
from lifecycle.queries.pack import open_return, pack_items
from lifecycle.queries.panel import CaseView, case_of, shown_members, shown_sheets, total_of
from lifecycle.queries.served import holds_back
from lifecycle.queries.snapshot import acceptance_of, conditions_of
from performance.queries import GateB, concluded_evaluation, gate_b, gate_of
from policy.terms import Stage
from projects import access
from projects.conditions import actual_text, requirement_text
from projects.models import Project


def results_wait(user: User, project: Project) -> bool:
    """What both gates gave is the unit's from the conclusion; from its service where it is an order."""
    return access.is_unit(user) and (project.stage == Stage.IN_ACCEPTANCE or holds_back(user, project))


def gate_told(user: User, project: Project) -> GateB:
    """Gate B as this person may know it."""
    if not access.is_unit(user):
        return gate_b(project)
    return gate_of(project, None if holds_back(user, project) else concluded_evaluation(project))


def acceptance_told(project: Project, reader: User, on: date) -> dict[str, Any]:
    """The unit gets both gates once the conclusion is in force, and no name before the day of the visit."""
    acceptance, waits, gate = acceptance_of(project), results_wait(reader, project), gate_told(reader, project)
    view = case_of(acceptance)
    return {
        "stage": project.stage,
        "round": acceptance.round if acceptance else 0,
        "applied_on": acceptance.applied_on if acceptance else None,
        "summary": acceptance.summary if acceptance else "",
        "accepted_on": acceptance.accepted_on if acceptance else None,
        "visited_on": acceptance.visited_on if acceptance else None,
        "place": acceptance.place if acceptance else "",
        "pack": _pack(project, acceptance),
        "panel": _panel(view, reader, project, on) if view else None,
        "conditions": _conditions(project, None if waits else acceptance),
        "targets": [
            {
                "name": row.indicator.name, "target": row.goal, "actual": row.actual, "core": row.indicator.core,
                "met": row.score.met if row.score else None, "score": row.score.score if row.score else None,
                "why": row.why,
            }
            for row in gate.rows
        ],
        "total": gate.total,
        "grade": gate.grade or "",
    }  # fmt: skip


def _pack(project: Project, acceptance: Acceptance | None) -> list[dict[str, Any]]:
    if acceptance is None:
        return []
    items = pack_items(project, acceptance.round, open_return(acceptance))
    return [{"code": one.code, "label": one.label, "state": one.state, "reason": one.reason} for one in items]


def _panel(view: CaseView, reader: User, project: Project, on: date) -> dict[str, Any]:
    members, sheets = shown_members(reader, view, on), shown_sheets(reader, view, project)
    scores = access.allows(reader, project, Action.VIEW_SCORES)
    return {
        "procedure": view.case.panel.procedure,
        "notice_number": view.case.panel.notice_number,
        "visit_on": view.case.visit_on,
        "size": len(view.sitting),
        "sheets_missing": len(view.missing) if scores else None,
        "members": [
            {
                "name": str(one.seat.expert),
                "employer": one.seat.employer,
                "title": one.seat.title,
                "leads": one.seat.leads,
            }
            for one in members or ()
            if one.sits
        ],
        "sheets": [
            {
                "name": str(one.seat.expert),
                "points": one.sheet.points,
                "total": total_of(one.sheet),
                "comment": one.sheet.comment,
            }
            for one in sheets
            if one.sheet
        ],
    }


def _conditions(project: Project, acceptance: Acceptance | None) -> list[dict[str, Any]]:
    checks = {check.code: check for check in acceptance.checks.all()} if acceptance else {}
    rows = []
    for item in conditions_of(project):
        check = checks.get(item.code)
        rows.append({
            "code": item.code, "text": item.text, "clause": item.basis.clause, "required": requirement_text(item),
            "actual": actual_text(item, check.values) if check else "", "evidence": check.evidence if check else "",
            "met": check.met if check else None,
        })  # fmt: skip
    return rows
