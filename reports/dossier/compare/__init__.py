"""Any two versions of anything that has versions, side by side."""

from reports.dossier.compare.diff import Field, Row, Version, differences
from reports.dossier.compare.kinds import KINDS, Kind, kinds_for
from reports.dossier.compare.province import WIDE_KINDS, WideKind, wide_kinds_for

__all__ = [
    "KINDS",
    "WIDE_KINDS",
    "Field",
    "Kind",
    "Row",
    "Version",
    "WideKind",
    "differences",
    "kinds_for",
    "wide_kinds_for",
]
