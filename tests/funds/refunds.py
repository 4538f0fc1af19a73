"""冲销 as a unit puts it forward: with the day and the voucher of the refund, and its paper."""

from itertools import count

from funds import operations
from tests.funds.scene import upload

numbers = count(1)


def propose_reversal(project_id, voucher_id, *, on, **given):
    refund = {"paid_on": on, "number": f"退款-{next(numbers)}", "uploads": [upload("退款回单.png")]}
    return operations.propose_reversal(project_id, voucher_id, on=on, **(refund | given))
