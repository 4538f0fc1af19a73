"""数电票 from its printed text, as a PDF or OFD gives it: labels and values may stand apart and in any order."""

import re
from datetime import date

from funds.invoices.facts import Invoice, amount_of, day_of, name_of, narrow

LONGEST_TEXT = 40_000
NUMBER = re.compile(r"(?<!\d)\d{20}(?!\d)")
LABELLED_NUMBER = re.compile(r"发票号码\s*:?\s*(\d{20}|\d{8})(?!\d)")
DAY = re.compile(r"(20\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
LABELLED_DAY = re.compile(r"开票日期\s*:?\s*(20\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)")
TOTAL = re.compile(r"小写\s*\)?\s*¥?\s*([\d,]+\.\d{2})")
MONEY = re.compile(r"¥\s*([\d,]+\.\d{2})")
NAME = re.compile(r"名\s*称\s*:\s*(\S[^\n]{0,118}?)(?=\s{2,}|\s*(?:名\s*称|统一社会|纳税人)|\n|$)")
SELLER = 1  # the buyer's name is printed first


def read_text(text: str) -> Invoice:
    text = narrow(text[:LONGEST_TEXT]).replace("￥", "¥")
    amounts = [amount for one in MONEY.findall(text) if (amount := amount_of(one))]
    labelled = TOTAL.search(text)
    total = amount_of(labelled[1]) if labelled else max(amounts, default=None)
    # 税额: the one that makes up the total together with another printed amount.
    tax = next((one for one in sorted(amounts) if total and one < total and total - one in amounts), None)
    names = [name for one in NAME.findall(text) if (name := name_of(one))]
    return Invoice(
        number=_number(text),
        seller=names[SELLER] if len(names) > SELLER else "",
        on=_day(text),
        total=total,
        tax=tax,
    )


def _number(text: str) -> str:
    labelled = LABELLED_NUMBER.search(text)
    if labelled:
        return labelled[1]
    alone = set(NUMBER.findall(text))
    return alone.pop() if len(alone) == 1 and "发票" in text else ""


def _day(text: str) -> date | None:
    labelled = LABELLED_DAY.search(text)
    if labelled:
        return day_of(labelled[1])
    days = {day_of(found[0]) for found in DAY.finditer(text)}
    return days.pop() if len(days) == 1 else None
