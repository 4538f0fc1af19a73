"""A kept drawing as one page shows it: its fields lead to the rows of this reader's own table, or are left out."""

import re
from html import escape

from reports.statistics.leads import SPOT
from reports.statistics.tables import Table

_FIELD = re.compile(r'<a href="#(row|spot)-(\d+)(?:-(\d+))?"(.*?)</a>', re.DOTALL)


def linked(svg: str, table: Table) -> str:
    """The addresses of `table` in the place of the names of its rows, cells and spots."""

    def led(found: re.Match[str]) -> str:
        column = int(found[3]) if found[3] else None
        url = _of_spot(table, int(found[2])) if found[1] == SPOT else _of_row(table, int(found[2]), column)
        return f'<a href="{escape(url)}"{found[4]}</a>' if url else ""

    return _FIELD.sub(led, svg)


def _of_row(table: Table, number: int, column: int | None) -> str:
    if number >= len(table.rows):
        return ""
    row = table.rows[number]
    return row.url if column is None else row.leads_to(column)


def _of_spot(table: Table, number: int) -> str:
    return table.leads_to(table.spots[number]) if number < len(table.spots) else ""


def unlinked(svg: str) -> str:
    """The drawing alone, as a picture."""
    return _FIELD.sub("", svg)
