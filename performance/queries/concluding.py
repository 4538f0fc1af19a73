"""What a decision that is being signed rests on stands still until it is signed, returned or withdrawn."""

from collections.abc import Iterator

from policy.findings import Finding, blocking
from projects.models import Decision, DecisionItem, Project

# The decisions that rest on the gates (steps of lifecycle, which stands above): 验收 and 整改复验.
CONCLUSIONS = ("T18", "T19", "T21", "T22")


def conclusion_in_signing(project: Project) -> Decision | None:
    """The conclusion on this project that waits for a signature."""
    item = DecisionItem.objects.filter(
        project=project,
        state=DecisionItem.State.OPEN,
        decision__kind__in=CONCLUSIONS,
        decision__state=Decision.State.SIGNING,
    )
    found = item.select_related("decision__drafted_by").first()
    return found.decision if found else None


def check_not_in_signing(project: Project, what: str) -> Iterator[Finding]:
    """Under the project's lock: nobody signs facts that change after the first signature. `what` stands still."""
    decision = conclusion_in_signing(project)
    if decision is not None:
        yield blocking("signing", in_signing(decision, what))


def in_signing(decision: Decision, what: str) -> str:
    return (
        f"《{decision.title}》（{decision.number}）正在两厅会签，期间不能改动{what}。"
        f"确需改动的，请先撤回会签（由拟制人{decision.drafted_by}撤回，或由任一厅负责人退回），改动后重新拟制。"
    )
