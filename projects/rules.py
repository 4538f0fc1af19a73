"""Rules of the award: category by occupations, the amount, who is who, and the credit code. Facts in, results out."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from policy.credit_code import check_credit_code, tidy_credit_code
from policy.edition import Edition
from policy.terms import Kind, Sector, Track

__all__ = [
    "CATEGORY_CLAUSE", "Classification", "Status", "check_credit_code", "classify", "classify_counts", "classify_studio",
    "classify_with_unknowns", "grant_amount", "identity_key", "plain_name", "tidy_credit_code",
]  # fmt: skip

CATEGORY_CLAUSE = "通知 五"
MAJORS = {6: Sector.MANUFACTURING, 4: Sector.SERVICES}  # 大类 of the dictionary (handbook 2)

_LONGEST_KEY = 200
_ONE_BRACKET = str.maketrans("〔[【〕]】", "((()))")


class Status(StrEnum):
    AUTO = "auto"
    MANUAL = "manual"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Classification:
    """类别 as the occupations give it. `sector` only where `status` is auto; `reason` in words for the user."""

    status: Status
    sector: Sector | None
    reason: str


def classify_counts(manufacturing: int, services: int, other: int, *, more_than: int) -> Classification:
    """Category of a base by the number of its occupations in each (handbook 2; notice, part five).

    A list of one category has that category; a mixed one the category with more than `more_than`.
    """
    total = manufacturing + services + other
    if total == 0:
        return Classification(Status.NO_DATA, None, "未填写职业（工种）")
    for sector, count in ((Sector.MANUFACTURING, manufacturing), (Sector.SERVICES, services)):
        if count == total:
            return Classification(Status.AUTO, sector, f"申报的 {count} 个职业（工种）均属{sector.label}类")
    over = [
        (sector, count)
        for sector, count in ((Sector.MANUFACTURING, manufacturing), (Sector.SERVICES, services))
        if count > more_than
    ]
    if not over:
        return Classification(Status.MANUAL, None, _none_over(manufacturing, services, other, more_than))
    sector, count = over[0]
    if len(over) > 1:
        return Classification(Status.AUTO, sector, f"两类均超过 {more_than} 个，按{sector.label}类执行")
    return Classification(Status.AUTO, sector, f"{sector.label}类 {count} 个，超过 {more_than} 个")


def _none_over(manufacturing: int, services: int, other: int, more_than: int) -> str:
    return (
        f"没有一个类别超过 {more_than} 个（生产制造 {manufacturing} 个、社会生产和生活服务 {services} 个、"
        f"其他 {other} 个），由人社、财政两部门书面说明理由后确定"
    )


def classify(majors: Sequence[int], *, more_than: int) -> Classification:
    """Category of a base whose occupations are all known, by their 大类."""
    manufacturing, services = majors.count(6), majors.count(4)
    return classify_counts(manufacturing, services, len(majors) - manufacturing - services, more_than=more_than)


def classify_with_unknowns(majors: Sequence[int | None], *, more_than: int) -> Classification:
    """As `classify`, where None is an occupation not found: open only where what it turns out to be would matter."""
    known = [major for major in majors if major is not None]
    unknown = len(majors) - len(known)
    if not unknown:
        return classify(known, more_than=more_than)
    enough = min(unknown, 2 * (more_than + 1) + 1)  # more of them reach no further result
    results = {
        (result.status, result.sector): result
        for six in range(enough + 1)
        for four in range(enough + 1 - six)
        for result in [
            classify([*known, *[6] * six, *[4] * four, *[0] * (enough - six - four)], more_than=more_than),
        ]
    }
    if len(results) > 1:
        reason = (
            f"有 {unknown} 个职业（工种）未在《职业分类大典（2022年版）》中找到，其归类会影响类别，更正名称或人工确定"
        )
        return Classification(Status.MANUAL, None, reason)
    [(status, sector)] = results
    if sector is None:
        reason = f"没有一个类别能超过 {more_than} 个，由人社、财政两部门书面说明理由后确定"
    else:
        reason = f"{sector.label}类，另有 {unknown} 个职业（工种）未识别，但不影响类别"
    return Classification(status, sector, reason)


def classify_studio(major: int | None, *, named: bool = True) -> Classification:
    """Category of a studio: its leader's occupation alone. `named` False: no occupation was given."""
    if not named:
        return Classification(Status.NO_DATA, None, "未填写带头人的职业（工种）")
    if major is None:
        return Classification(
            Status.MANUAL, None, "带头人的职业（工种）未在《职业分类大典（2022年版）》中找到，更正名称或人工确定"
        )
    sector = MAJORS.get(major)
    if sector is None:
        reason = f"带头人的职业（工种）属第 {major} 大类，不在两个类别之内，由人社、财政两部门书面说明理由后确定"
        return Classification(Status.MANUAL, None, reason)
    return Classification(Status.AUTO, sector, f"带头人的职业（工种）属{sector.label}类")


def grant_amount(edition: Edition, kind: Kind, sector: Sector, track: Track) -> Decimal:
    """补助金额 in yuan by the edition's table. Raises EditionError where it names none."""
    return edition.grant(kind, sector, track)


def plain_name(name: str) -> str:
    """A name as compared: full width as half width, brackets of one kind, no blanks, lower case."""
    text = "".join(unicodedata.normalize("NFKC", name).split()).casefold()
    return text.translate(_ONE_BRACKET)


def identity_key(
    edition_code: str, kind: Kind, credit_code: str, unit_name: str, leader_name: str = "", leader_birth: str = ""
) -> str:
    """What makes two awards the same: edition, kind, unit (credit code, else name); for a studio its leader too.

    `leader_birth` is "YYYY-MM" or "". At most 200 signs: a longer key ends in its own hash.
    """
    unit = tidy_credit_code(credit_code) or f"name:{plain_name(unit_name)}"
    parts = [edition_code, str(kind), unit]
    if kind == Kind.STUDIO:
        parts += [plain_name(leader_name), leader_birth]
    key = "|".join(parts)
    if len(key) <= _LONGEST_KEY:
        return key
    tail = hashlib.sha256(key.encode()).hexdigest()
    return key[: _LONGEST_KEY - len(tail)] + tail
