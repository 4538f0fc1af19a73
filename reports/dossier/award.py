"""The award as a definition list: edition, document, amount, category and why, leader, build period, contact."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policy.money import wan
from policy.terms import Kind, Sector
from projects.models import Occupation, Project
from projects.rules import CATEGORY_CLAUSE, MAJORS
from reports.progress import beyond
from ui.templatetags.ui import masked_phone


@dataclass(frozen=True, slots=True)
class Award:
    pairs: list[tuple[str, Any]]
    occupations: list[Occupation]
    category: str
    reason: str
    clause: str
    counts: list[tuple[str, str]]


def award_of(project: Project) -> Award:
    """Two statements, for the occupations and for former names; the category stands on the occupations of the award."""
    edition = project.edition
    occupations = list(project.occupations.all())
    awarded = [one for one in occupations if one.since is None]
    former = "、".join(f"{one.name}（{one.until} 更名）" for one in project.organisation.former_names.all())
    pairs = [
        ("适用政策", edition.document),
        ("立项文号", project.award_document or "—"),
        ("立项日期", project.awarded_on or "—"),
        ("补助金额", wan(Decimal(project.grant)) if project.grant is not None else "—"),
        ("职业类别", project.get_sector_display() or "未认定"),
        ("新建/已建", project.get_track_display()),
        ("建设期", build_period(project)),
        *([("单位曾用名", former)] if former else []),
        ("推荐单位", project.recommender or "—"),
        *([("领办人", leader(project))] if project.kind == Kind.STUDIO else []),
        ("联系人", f"{project.contact or '—'}　{masked_phone(project.phone)}"),
    ]
    return Award(
        pairs, occupations, project.get_sector_display(), project.sector_reason, CATEGORY_CLAUSE, _counts(awarded)
    )


def _counts(occupations: list[Occupation]) -> list[tuple[str, str]]:
    """What the category was decided on: occupations by the first digit of their code (handbook 2)."""
    majors = [one.major for one in occupations]
    counted = [(sector.label, sum(1 for major in majors if MAJORS.get(major or 0) == sector)) for sector in Sector]
    others = len(majors) - sum(count for _, count in counted)
    return [(label, f"{count} 个") for label, count in [*counted, ("其他或未识别", others)]] if majors else []


def build_period(project: Project) -> str:
    """An extended period is marked wherever it is shown (handbook 6)."""
    if not project.build_start_on or not project.build_end_on:
        return "尚未开始"
    mark = f"（已延期 {project.extended_months} 个月，{beyond(project)}）" if project.extended_months else ""
    return f"{project.build_start_on} 至 {project.build_end_on}{mark}"


def leader(project: Project) -> str:
    birth = f"（{project.leader_birth} 出生）" if project.leader_birth else ""
    return f"{project.leader_name or '—'}{birth}"
