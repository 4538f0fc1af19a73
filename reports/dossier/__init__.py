"""一项目一档: everything about one project on one page, read once and put into words."""

from reports.dossier.page import Dossier, dossier_of, with_facts

__all__ = ["Dossier", "dossier_of", "with_facts"]
