"""Which forms a project has, in words, and which of several papers of one form are meant. Pure."""

from collections.abc import Iterable
from datetime import date

from funds import f07, f08
from lifecycle import acceptance_layouts
from papers import Printable
from performance import f02, f03, f04, f09, self_prints

FORMS = {
    "F02": f02.TITLE,
    "F03": f03.TITLE,
    "F04": f04.TITLE,
    "F09": f09.TITLE,
    "F05": self_prints.F05_TITLE,
    "F06": self_prints.F06_TITLE,
    "F07": f07.TITLE,
    "F08": f08.TITLE,
    "F10": acceptance_layouts.APPLICATION,
    "F11": acceptance_layouts.OPINION,
    "F12": "限期整改通知书",
    "F13": "整改报告与销号表",
    "F14": "拟取消项目称号告知书",
    "F15": "取消项目称号决定书",
    "receipt": "送达回证",
    "会签稿": "联合决定会签稿",
}
NEWEST, EVERY = "newest", "every"
WHICH = ((NEWEST, "每个项目最近的一份（有正式的取正式的）"), (EVERY, "每个项目的全部"))


def chosen(found: Iterable[Printable], form: str, which: str, on: date) -> list[Printable]:
    """Of one project. The newest: by its day, one that names the day of printing being of today; a draft where all are."""
    own = [one for one in found if one.form == form]
    if which == EVERY or not own:
        return own
    formal = [one for one in own if not one.draft] or own
    return [max(formal, key=lambda one: one.dated_on or on)]
