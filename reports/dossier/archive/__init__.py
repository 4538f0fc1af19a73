"""卷宗 ZIP: everything about one project that its reader may have, in numbered folders, to be checked without us."""

from reports.dossier.archive.making import Made, make

__all__ = ["Made", "make"]
