"""None is left over when an order is issued (handbook 7): the open problems it lists, or says why it does not."""

from collections.abc import Iterator
from typing import Any

from policy.findings import Finding, blocking
from policy.terms import Stage
from projects.models import Problem, Project
from projects.problems import open_problems, to_list

NONE_LEFT = "通知 六（一）"
REF = "problem:"
LONGEST_ID = 18  # digits
ORDERS = frozenset({Stage.IN_ACCEPTANCE, Stage.ACCEPTED})


def standing_items(project: Project) -> list[dict[str, str]]:
    """The open problems of the register that an order drafted now must list or answer for, as its items."""
    if project.stage not in ORDERS:
        return []
    return [
        {
            "ref": f"{REF}{problem.pk}",
            "fact": problem.fact,
            "clause": problem.clause,
            "requirement": problem.requirement,
            "level": problem.level,
        }
        for problem in to_list(project)
    ]


def check_left_over(project: Project, payload: dict[str, Any]) -> Iterator[Finding]:
    """Each is listed or has its reason; what is listed is still open and in no other order."""
    listed = {str(item.get("ref", "")) for item in payload.get("items") or []}
    left = {ref for ref, why in (payload.get("left_out") or {}).items() if str(why).strip()}
    for problem in to_list(project):
        if f"{REF}{problem.pk}" not in listed | left:
            said = f"问题 {problem.serial}“{problem.fact[:40]}”（{problem.get_level_display()}，{problem.get_source_display()}）"
            yield blocking("left_over", f"{said}尚未销号：请列入通知书，或写明不列入的理由。", NONE_LEFT, field="items")
    free = {f"{REF}{pk}" for pk in open_problems(project).filter(decision=None).values_list("pk", flat=True)}
    for ref in sorted(one for one in listed if one.startswith(REF)):
        if ref not in free:
            gone = Problem.objects.filter(project=project, pk=_pk(ref)).first()
            name = f"问题 {gone.serial}" if gone else "所列问题"
            yield blocking("gone", f"{name}已销号、已列入其他通知书或不属于本项目，请从清单中删去。", field="items")


def listed_problem(project: Project, item: dict[str, Any]) -> Problem | None:
    """The row of the register that an item of an order is about."""
    pk = _pk(str(item.get("ref", "")))
    return open_problems(project).filter(pk=pk, decision=None).first() if pk else None


def _pk(ref: str) -> int:
    digits = ref.removeprefix(REF)
    return int(digits) if ref.startswith(REF) and digits.isdecimal() and len(digits) <= LONGEST_ID else 0
