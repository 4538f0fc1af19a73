"""送达: one paper recorded as served on one unit, with its proof. The caller holds the project's lock."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import record
from accounts.models import User
from lifecycle.models import Service
from lifecycle.rules.service import check_service, served_day
from policy.findings import refuse, refuse_if_blocking
from projects import files
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
    return service
