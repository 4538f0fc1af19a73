"""验收组: who must stay away, how many sit, what a sheet holds, when the sheets open. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policy.edition import Edition, Limit
from policy.experts import check_size, least_of, size_fits
from policy.findings import Finding, blocking
from policy.terms import Kind, Severity

__all__ = [
    "SD5", "SIX_ONE", "Candidate", "Subject", "check_absence", "check_conflict", "check_sheet", "check_size", "check_visit",
    "criteria_of", "least_of", "size_fits", "way_of",
]  # fmt: skip
SD5 = "职责分离 SD5"
SIX_ONE = "通知 六（一）"
LONGEST_COMMENT = 2000


@dataclass(frozen=True, slots=True)
class Candidate:
    """`units`: organisations the person works in; `nodes`: the places these hang on, below the province."""

    name: str
    units: frozenset[int] = frozenset()
    nodes: frozenset[str] = frozenset()
    employers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """The project. `node`: where its unit hangs, "" directly under the province; `named`: people its papers name."""

    unit: int
    unit_name: str
    node: str = ""
    recommender: str = ""
    named: frozenset[str] = frozenset()


def check_conflict(who: Candidate, about: Subject, *, acts: Sequence[str] = (), posts: Sequence[str] = ()) -> list[str]:
    """Why this person must stay away from this project; nothing where they may sit. `acts`, `posts`: of this person there."""
    found = []
    if about.unit in who.units or about.unit_name in who.employers:
        found.append("在项目单位工作")
    elif about.node and about.node in who.nodes:
        found.append("工作单位与项目单位同属一个上级单位或集团")
    elif about.recommender and about.recommender in who.employers:
        found.append("在项目的推荐单位工作")
    if who.name in about.named:
        found.append("是项目材料中载明的人员")
    if acts:
        found.append(f"办理过本项目（{'、'.join(acts)}）")
    if posts:
        found.append(f"在本项目另有岗位（{'、'.join(posts)}）")
    return found


def way_of(edition: Edition, kind: Kind) -> str:
    """site or documents: the edition's procedure for this kind."""
    return edition.word("acceptance_way_studio" if kind == Kind.STUDIO else "acceptance_way")


def criteria_of(edition: Edition, kind: Kind) -> dict[str, int]:
    """What an expert scores, each with its most points. Information; it decides nothing."""
    word = edition.word("expert_points_studio" if kind == Kind.STUDIO else "expert_points")
    return {name: int(most) for name, most in (part.split(":") for part in word.split(","))}


def check_absence(left: int, least: Limit) -> Iterator[Finding]:
    """Who is absent opens the sheets of the others: only while the rest is odd and enough, whatever the rank."""
    if not size_fits(left, least):
        text = f"记缺席后只剩 {left} 人，验收组应为不少于 {least.value} 人的单数。请改为更换专家。"
        yield blocking("panel_size", text, least.basis.clause, rank=least.basis.rank)


def check_sheet(
    points: Mapping[str, int | None],
    comment: str,
    criteria: Mapping[str, int],
    *,
    no_conflict: bool,
    final: bool = True,
) -> Iterator[Finding]:
    """What is wrong with a sheet; of a draft (`final` False) only what can never be.

    No message says a number that was typed: refusals are read in the journal while the sheets are sealed.
    """
    for number, (name, most) in enumerate(criteria.items()):
        value = points.get(name)
        if value is None and final:
            yield blocking("points", f"“{name}”没有评分。", field=f"point_{number}")
        elif value is not None and not 0 <= value <= most:
            yield blocking("points", f"“{name}”应为 0 至 {most} 分的整数。", field=f"point_{number}")
    if final and not comment.strip():
        yield blocking("comment", "请填写评审意见。", field="comment")
    elif len(comment) > LONGEST_COMMENT:
        text = f"评审意见最多 {LONGEST_COMMENT} 字，现为 {len(comment)} 字。"
        yield blocking("comment", text, field="comment")
    if final and not no_conflict:
        text = "请确认本人与项目单位没有利害关系；有利害关系的，请申报回避。"
        yield blocking("no_conflict", text, SD5, field="no_conflict")


def check_visit(*, visited_on: date, accepted_on: date | None, on: date) -> Iterator[Finding]:
    """Only after 受理, and not before the day comes."""
    if accepted_on is None:
        text = "验收申请尚未受理，不能登记现场验收。请先作形式审查。"
        yield Finding(
            "not_accepted", Severity.BLOCKING, text, SIX_ONE, field="visited_on", link="lifecycle:formal_check"
        )
    elif visited_on < accepted_on:
        yield blocking("visited_on", f"验收日期 {visited_on} 早于受理日期 {accepted_on}。", SIX_ONE, field="visited_on")
    if visited_on > on:
        yield blocking("visited_on", f"验收日期 {visited_on} 晚于办理日期 {on}。", SIX_ONE, field="visited_on")
