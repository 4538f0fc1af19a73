"""登记打印, 登记盖章件, 作废打印登记 of papers of no one project: those of the own area, as each form's row has them."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.roles import Action
from lifecycle.queries.province_printing import found, holds, offered, place_of
from policy.findings import refuse
from projects import access, files, printing
from projects.models import Attachment, PrintedPaper
from projects.printing import Desk
from projects.queries import place_prints, place_scans

ACT = Action.REGISTER_PLACE_PRINT
SEVERAL = "这份表包含您任职的几个地区，不能作为一个地区的打印件登记。请由各地区的经办人分别登记。"


def _desk(place_id: int, actor: User, on: date) -> Desk:
    """Locks the place."""
    place = access.enter_place(place_id, actor=actor, action=ACT)
    return Desk(
        place,
        actor,
        on,
        known=lambda keys: offered(place, actor, on, keys),
        holds=lambda printed, one: holds(printed, one, actor),
        shared=lambda keys: frozenset(),
    )


@operation("登记打印")
def register_place_print(*, key: str, actor: User, on: date) -> PrintedPaper:
    """Fix the version and the check code of what the paper says now; whoever prints the same list shares it."""
    access.require(actor, ACT)
    one = found(actor, key, on)
    if one is None or one.key != key:
        refuse("key", "这份表现在不能打印，请刷新本页后重新办理。", field="key")
    place = place_of(actor, one)
    if place is None:
        refuse("place", SEVERAL)
    (printed,) = printing.register(_desk(place.pk, actor, on), [key])
    return printed


@operation("登记盖章件")
def return_place_print(
    *, code: str, scan: UploadedFile | None, keep_stale: bool = False, actor: User, on: date
) -> PrintedPaper:
    access.require(actor, ACT)
    known = place_prints(actor).filter(code=printing.spelt(code)).first()
    if known is None or known.place is None:
        printing.refuse_unknown("本地区")
    return printing.take_back(_desk(known.place.pk, actor, on), code, scan, keep_stale=keep_stale)


@operation("作废打印登记")
def void_place_print(print_id: int, *, reason: str, actor: User, on: date) -> PrintedPaper:
    access.require(actor, ACT)
    place = place_prints(actor).values_list("place", flat=True).get(pk=print_id)
    return printing.void(_desk(place or 0, actor, on), print_id, reason)


@operation("下载材料")
def download_scan(print_id: int, *, actor: User, on: date) -> tuple[Attachment, bytes]:
    """The bytes of one sealed scan; leaves its line."""
    kept = place_scans(actor).get(about_id=print_id)
    content = files.whole(kept)
    text = f"下载「{kept.name}」"
    record(subject=f"print:{print_id}", text=text, attachment=kept.pk, sha256=kept.sha256)
    return kept, content
