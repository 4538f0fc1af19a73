"""A kept drawing as one page shows it: its fields lead to the rows of this reader's own table, or are left out."""

import re
from html import escape

from reports.statistics.tables import Table

_FIELD = re.compile(r'<a href="#row-(\d+)(?:-(\d+))?"(.*?)</a>', re.DOTALL)


def linked(svg: str, table: Table) -> str:
    """The addresses of `table` in the place of the names of its rows and cells."""

    def led(found: re.Match[str]) -> str:
        number, column = int(found[1]), found[2]
        row = table.rows[number] if number < len(table.rows) else None
        url = "" if row is None else row.url if column is None else row.leads_to(int(column))
        return f'<a href="{escape(url)}"{found[3]}</a>' if url else ""

    return _FIELD.sub(led, svg)


def unlinked(svg: str) -> str:
    """The drawing alone, as a picture."""
    return _FIELD.sub("", svg)
