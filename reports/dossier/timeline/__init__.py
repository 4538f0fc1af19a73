"""全过程时间线: everything that happened to a project and every date ahead, on one line, as this reader may know it."""

from reports.dossier.timeline.line import AHEAD, Happening, ahead_of, past_of
from reports.dossier.timeline.words import KINDS

__all__ = ["AHEAD", "KINDS", "Happening", "ahead_of", "past_of"]
