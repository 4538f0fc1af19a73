"""登记打印, 登记盖章件, 作废打印登记: of a project's forms here, of a place's own papers in province_printing."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from lifecycle.queries.printing import offered, still_says, unit_has
from projects import access, printing
from projects.models import PrintedPaper
from projects.printing import MOST, Desk

__all__ = ["MOST", "register_prints", "return_print", "void_print"]


def _desk(project_id: int, actor: User, on: date) -> Desk:
    """Locks the project."""
    project = access.enter(project_id, actor=actor, action=Action.REGISTER_PRINT)
    return Desk(
        project,
        actor,
        on,
        known=lambda keys: offered(project, actor, on, keys),
        holds=lambda printed, one: still_says(project, printed, one, on),
        shared=lambda keys: unit_has(project, keys, on),
    )


@operation("登记打印")
def register_prints(project_id: int, *, keys: Sequence[str], actor: User, on: date) -> list[PrintedPaper]:
    return printing.register(_desk(project_id, actor, on), keys)


@operation("登记盖章件")
def return_print(
    project_id: int, *, code: str, scan: UploadedFile | None, keep_stale: bool = False, actor: User, on: date
) -> PrintedPaper:
    return printing.take_back(_desk(project_id, actor, on), code, scan, keep_stale=keep_stale)


@operation("作废打印登记")
def void_print(project_id: int, print_id: int, *, reason: str, actor: User, on: date) -> PrintedPaper:
    return printing.void(_desk(project_id, actor, on), print_id, reason)
