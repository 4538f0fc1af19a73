"""终止: the settlement that comes before it. The money's own app cannot know whether the unit has asked for its end."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds import operations as funds
from funds.models import Settlement
from lifecycle.queries import termination_asked
from policy.findings import refuse
from projects import access


@operation("编制清算")
def prepare_settlement(
    project_id: int,
    *,
    actor: User,
    document_number: str,
    on: date,
    recovery: Decimal | None = None,
    note: str = "",
    uploads: Iterable[UploadedFile] = (),
) -> Settlement:
    """Only while the request waits. The verb is that of every 清算: who prepares one does not approve it (SD1)."""
    project = access.enter(project_id, actor=actor, action=Action.PREPARE_SETTLEMENT)
    if termination_asked(project) is None:
        refuse("request", "单位没有待答复的终止申请，不能为终止编制清算；请单位先提出申请。", "通知 五")
    return funds.prepare_settlement(
        project_id,
        actor=actor,
        document_number=document_number,
        on=on,
        recovery=recovery,
        note=note,
        uploads=uploads,
        terminating=True,
    )
