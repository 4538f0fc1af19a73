"""Which of several uploads of the same paper a file is: nothing is deleted after submission, a later one stands beside it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from projects.models import Attachment

# Papers of an application, which are filed under their code.
PACK = {
    "self_evaluation": "绩效自评表",
    "income_expense": "资金收支情况表",
    "audit_report": "专项审计报告",
    "asset_list": "资产登记清单",
}


def purpose_of(file: Attachment) -> str:
    """材料 in words."""
    return PACK.get(file.purpose, file.purpose)


@dataclass(frozen=True, slots=True)
class Version:
    """The `number`-th upload of a paper that was uploaded `of` times."""

    number: int
    of: int

    @property
    def newest(self) -> bool:
        return self.number == self.of


def versions_of(files: Iterable[Attachment]) -> dict[int, Version]:
    """By file. The same paper: the same 材料 of the same matter, as far as these files go."""
    rows = sorted(files, key=lambda one: one.pk)
    whole = Counter(_paper(one) for one in rows)
    seen: Counter[tuple[str, int, str]] = Counter()
    found = {}
    for one in rows:
        seen[_paper(one)] += 1
        found[one.pk] = Version(seen[_paper(one)], whole[_paper(one)])
    return found


def _paper(one: Attachment) -> tuple[str, int, str]:
    return one.about, one.about_id, one.purpose
