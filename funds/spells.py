"""When each payment and 冲销 waited for 认定, and as what. The only hands on `VoucherSpell`.

What waited on a past evening can be told from these rows alone, however often the payment was returned, edited,
questioned and submitted again since.
"""

from datetime import date

from funds.models import Voucher, VoucherSpell
from policy.terms import VoucherState


def keep_spell(voucher: Voucher, *, on: date) -> None:
    """After each move of a payment: close the spell that ended today, open one if it waits now.

    A spell keeps what reserved; where a payment comes inside the limits while it waits, the next spell begins.
    """
    still = VoucherSpell.objects.filter(voucher=voucher, until_on=None)
    waits = voucher.state == VoucherState.SUBMITTED
    if waits and still.filter(fits=voucher.fits).exists():
        return
    still.update(until_on=on)
    if waits:
        VoucherSpell.objects.create(
            project_id=voucher.project_id,
            voucher=voucher,
            category=voucher.category,
            source=voucher.source,
            amount=voucher.amount,
            paid_on=voucher.paid_on,
            contract_id=voucher.contract_id,
            reverses=voucher.reverses_id is not None,
            fits=voucher.fits,
            from_on=on,
        )
