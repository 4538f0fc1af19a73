"""Reading the money of projects. Every list costs a constant number of statements."""

from funds.queries.ledgers import (
    first_issue_on,
    ledger_of,
    ledgers_of,
    money_issued,
    open_count,
    settled,
    unreviewed,
)
from funds.queries.limits import files_of, in_words, outside, remaining_of
from funds.queries.pages import (
    categories_of,
    cells_of,
    documents_for,
    grid_of,
    issuable,
    issues_of,
    misfits,
    named,
    names_of,
    twins_of,
)
from funds.queries.people import judging_of
from funds.queries.tasks import tasks_for

__all__ = [
    "categories_of",
    "cells_of",
    "documents_for",
    "files_of",
    "first_issue_on",
    "grid_of",
    "in_words",
    "issuable",
    "issues_of",
    "judging_of",
    "ledger_of",
    "ledgers_of",
    "misfits",
    "money_issued",
    "named",
    "names_of",
    "open_count",
    "outside",
    "remaining_of",
    "settled",
    "tasks_for",
    "twins_of",
    "unreviewed",
]
