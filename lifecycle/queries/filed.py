"""The files of a project as a volume lists them: by the day of what they belong to, a voucher told from the next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from funds.models import ABOUT_VOUCHER, Voucher
from policy.money import yuan
from projects.models import Attachment
from projects.versions import purpose_of, versions_of


@dataclass(frozen=True, slots=True)
class Filed:
    """`on`: the day of the matter, of an upload without one its own."""

    file: Attachment
    label: str
    on: date


def filed_of(files: Iterable[Attachment]) -> list[Filed]:
    """By day, files of one matter together. One statement besides the files."""
    rows = list(files)
    own = {one.about_id for one in rows if one.about == ABOUT_VOUCHER}
    vouchers = Voucher.objects.in_bulk(own)
    versions = versions_of(rows)
    found = []
    for one in rows:
        voucher = vouchers.get(one.about_id) if one.about == ABOUT_VOUCHER else None
        version = versions[one.pk]
        again = f"（第 {version.number} 次上传）" if version.of > 1 and not voucher else ""
        label = f"{_named(one, voucher)}{again}：{one.name}"
        found.append(Filed(one, label, voucher.paid_on if voucher else one.on))
    return sorted(found, key=lambda filed: (filed.on, filed.file.about, filed.file.about_id, filed.file.pk))


def _named(one: Attachment, voucher: Voucher | None) -> str:
    if voucher is None:
        return f"{one.on} {purpose_of(one)}"
    return f"{voucher.paid_on} 凭证 {voucher.number} {voucher.payee} {yuan(voucher.amount)} {purpose_of(one)}"
