"""送达: one paper recorded as served on one unit, with its proof, and who is told of a decision when.

The caller holds the project's lock.
"""

from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import record
from accounts.models import User
from accounts.notices import notify
from accounts.queries import people_who_may, unit_people
from accounts.roles import Action
from lifecycle.models import Service
from lifecycle.operations.print_states import share_with_unit
from lifecycle.queries.served import SERVED
from lifecycle.rules.service import check_service, served_day
from policy.findings import refuse, refuse_if_blocking
from projects import decisions, files
from projects.models import Decision, Project

RECEIPT = "送达回证"


def serve(
    project: Project,
    decision: Decision,
    *,
    way: str,
    served_on: date,
    receiver: str,
    witness: str,
    proof: UploadedFile,
    actor: User,
    on: date,
) -> Service:
    """`served_on`: signed for, left, delivered by post or published; the row says from when it counts."""
    if way not in Service.Way.values:
        refuse("way", f"送达方式应为：{'、'.join(Service.Way.labels)}。", field="way")
    found = check_service(
        project.edition, way=way, acted_on=served_on, receiver=receiver, witness=witness,
        not_before=decision.effective_on, on=on,
    )  # fmt: skip
    refuse_if_blocking(found)
    service = Service.objects.create(
        project=project, decision=decision, way=way, acted_on=served_on,
        served_on=served_day(project.edition, way, served_on), receiver=receiver.strip()[:60],
        witness=witness.strip()[:120], recorded_by=actor, on=on,
    )  # fmt: skip
    files.accept(project, proof, about="service", about_id=service.pk, purpose=RECEIPT, actor=actor, on=on)
    record(
        project_id=project.pk,
        subject=f"service:{service.pk}",
        text=f"{decision.title}（{decision.number}）{service.served_on} {service.get_way_display()}",
        served_on=service.served_on,
    )
    decisions.publish(decision, project)
    share_with_unit(project, decision, on=on)
    _tell(unit_people(project.organisation, on), project, decision, f"{service.served_on} 送达")
    return service


def tell_in_force(project: Project, decision: Decision, *, on: date) -> None:
    """The second signature has landed. What must be served reaches the unit by service and not before."""
    people = people_who_may(Action.VIEW, project.organisation, on)
    if decision.kind in SERVED:
        unit = {person.pk for person in unit_people(project.organisation, on)}
        people = [person for person in people if person.pk not in unit]
    else:
        decisions.publish(decision, project)
    _tell(people, project, decision, "")


def _tell(people: list[User], project: Project, decision: Decision, served: str) -> None:
    said = "，".join(filter(None, [f"{project.name}：{decision.title}（{decision.number}）", served]))
    notify(people, key=f"decision:{decision.pk}:{project.pk}", text=said, url=f"/projects/{project.pk}/")
