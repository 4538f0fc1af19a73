"""What an order does to the register of problems: its own rows, and those of other sources that it takes over."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from lifecycle.queries.order_problems import listed_problem
from projects.models import Decision, Problem, ProblemEntry, Project
from projects.problems import list_in_order, open_problem, say

AUDIT, ORDER = Problem.Source.AUDIT, Problem.Source.ORDER


def enter_items(project: Project, decision: Decision, payload: dict[str, Any], *, on: date) -> None:
    """One problem an item. A problem of an audit keeps its own thread: the order gets a row that names it."""
    for number, item in enumerate(payload["items"], 1):
        standing = listed_problem(project, item)
        if standing is not None and standing.source != AUDIT:
            list_in_order(standing, decision, number, str(item["requirement"]), by=decision.drafted_by, on=on)
            continue
        open_problem(
            project,
            source=ORDER,
            about_id=standing.pk if standing else 0,
            fact=str(item["fact"]),
            clause=str(item.get("clause") or decision.basis),
            requirement=str(item["requirement"]),
            level=item.get("level") or Problem.Level.MAJOR,
            by=decision.drafted_by,
            on=on,
            decision=decision,
            number=number,
        )
        if standing is not None:
            _tell(standing, ProblemEntry.Kind.LISTED, f"列入《{decision.title}》第 {number} 项", decision, on)
    for ref, why in (payload.get("left_out") or {}).items():
        left = listed_problem(project, {"ref": ref})
        if left is not None:
            _tell(left, ProblemEntry.Kind.LEFT_OUT, f"未列入《{decision.title}》：{why}", decision, on)


def _tell(problem: Problem, kind: str, text: str, decision: Decision, on: date) -> None:
    say(problem, kind, text, by=decision.drafted_by, on=on)


def close_items(problems: Iterable[Problem], *, on: date) -> None:
    """T21: what the re-check passed is closed, in the name of who passed it."""
    for problem in problems:
        problem.state, problem.closed_on = Problem.State.CLOSED, on
        problem.save(update_fields=["state", "closed_on"])
        if problem.verified_by:
            say(problem, ProblemEntry.Kind.CLOSE, problem.verdict or "复验通过", by=problem.verified_by, on=on)


def due_with_order(project: Project, decision: Decision, due_on: date | None) -> None:
    """The problems of an order are due when the order is; their day is known with its service."""
    project.problems.filter(decision=decision).exclude(state=Problem.State.CLOSED).update(due_on=due_on)
