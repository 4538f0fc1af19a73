"""取消称号 as it is read: what is still owed to the unit, who must not be named, the windows that run."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import User
from lifecycle.models import FalseCase, Revocation
from lifecycle.rules.publication import text_of
from policy.calendar import add_months
from policy.findings import Finding, blocking
from projects.models import Project


def known_persons(project: Project) -> set[str]:
    """Names the product knows around a project: the leader, the contact, the unit's people, who signed for papers."""
    names = {project.leader_name, project.contact}
    people = User.objects.filter(memberships__organisation=project.organisation_id)
    names |= set(people.values_list("name", flat=True))
    names |= set(project.services.values_list("receiver", flat=True))
    return {name for name in names if name}


def public_names(project: Project, revocation: Revocation) -> set[str]:
    """Official names that may hold a person's name: the title as it was published, the unit, the document."""
    decision = revocation.decision
    return {project.name, project.organisation.name} | ({decision.number} if decision else set())


def publication_text(project: Project, revocation: Revocation) -> str:
    """Generated from the decision alone."""
    decision = revocation.decision
    if decision is None:
        return ""
    return text_of(
        title=project.name,
        unit=project.organisation.name,
        number=decision.number,
        dated_on=decision.dated_on,
        cause="提供虚假材料" if revocation.cause == Revocation.Cause.FALSE else "一年内整改后仍不能满足要求",
        programme=project.edition.programme,
        basis=decision.basis,
    )


@dataclass(frozen=True, slots=True)
class Windows:
    """The days within which the unit may ask for 复议 or go to court, from the day the decision was served."""

    review_by: date
    lawsuit_by: date


def windows_of(project: Project, revocation: Revocation) -> Windows | None:
    served = revocation.decision_served_on
    if served is None:
        return None
    edition = project.edition
    return Windows(
        served + timedelta(days=edition.number("review_days")), add_months(served, edition.number("lawsuit_months"))
    )


def hearing_owed(revocation: Revocation) -> bool:
    """The unit asked to be heard in person and no record of it stands yet."""
    return revocation.hearing_asked and not revocation.hearings.exists()


def open_case(project: Project) -> FalseCase | None:
    return project.false_cases.filter(state=FalseCase.State.OPEN).first()


def false_facts(project: Project) -> tuple[date, bool] | None:
    """What the guards ask of the case that runs: until when the unit may answer, whether it was heard."""
    case = open_case(project)
    return (case.answer_by, case.stated_on is not None) if case else None


def check_drafter(code: str, project: Project, own: Container[int]) -> Iterator[Finding]:
    """Who reviewed the legality of a revocation does not draft it. `own`: the accounts of one natural person."""
    if code != "T26":
        return
    running = project.revocations.filter(closed_on=None).first()
    review = running.legal_reviews.last() if running else None
    if review and review.reviewed_by_id in own:
        yield blocking("legal_sod", "您对本案作了法制审核，不能拟制取消称号决定，请由另一人拟制。", "职责分离 SD1")


def legality_of(revocation: Revocation) -> bool | None:
    """The last 法制审核; none yet is None."""
    review = revocation.legal_reviews.last()
    return review.passed if review else None
