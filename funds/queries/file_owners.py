"""What a stored file belongs to, by the number people know it by (settings.FILE_OWNERS)."""

from collections.abc import Sequence

from funds.models import Contract, Voucher


def voucher_numbers(ids: Sequence[int]) -> dict[int, str]:
    rows = Voucher.objects.filter(pk__in=ids).values_list("pk", "number")
    return {pk: f"凭证号 {number}" for pk, number in rows}


def contract_numbers(ids: Sequence[int]) -> dict[int, str]:
    rows = Contract.objects.filter(pk__in=ids).values_list("pk", "number")
    return {pk: f"合同 {number}" for pk, number in rows}
