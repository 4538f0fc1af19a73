"""Payments by workbook: the template that goes out, and what comes back. No database here."""

from funds.importing.around import Around, ContractFacts, Standing
from funds.importing.identity import Stamp, stamp_rows
from funds.importing.reading import PaymentLine, PaymentList, read_payments
from funds.importing.returned import mend_sheets
from funds.importing.template import template_sheets

__all__ = [
    "Around",
    "ContractFacts",
    "PaymentLine",
    "PaymentList",
    "Stamp",
    "Standing",
    "mend_sheets",
    "read_payments",
    "stamp_rows",
    "template_sheets",
]
