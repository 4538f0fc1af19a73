"""Any two versions of anything that has versions, side by side."""

from reports.dossier.compare.diff import Field, Row, Version, differences
from reports.dossier.compare.kinds import KINDS, Kind, kinds_for

__all__ = ["KINDS", "Field", "Kind", "Row", "Version", "differences", "kinds_for"]
