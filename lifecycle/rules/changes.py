"""变更 (handbook 10): what each kind of change holds, in words, and what is asked of it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import Kind
from projects.conditions import judge, requirement_text

RENAME, MERGER, LEADER, OCCUPATIONS, CONTENT = "rename", "merger", "leader", "occupations", "content"
LABELS = {
    "name": "单位名称",
    "credit_code": "统一社会信用代码",
    "leader_name": "带头人",
    "leader_birth": "出生年月",
    "leader_level": "技能水平",
    "leader_able": "身体健康，能承担日常工作",
    "occupations": "职业（工种）",
    "content": "建设内容",
}
LEADER_FACTS = ("leader_level", "leader_able", "leader_unit_count")
CLAUSE = "变更须由单位申请、两厅批准"
YES = {"true": "是", "false": "否"}


def kinds_for(kind: str) -> tuple[str, ...]:
    """A base has no leader; what else may change is the same for both."""
    both = (RENAME, MERGER, OCCUPATIONS, CONTENT)
    return (*both[:2], LEADER, *both[2:]) if kind == Kind.STUDIO else both


def lines_of(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A set of values in words; what is kept for the machine alone is left out."""
    return [(LABELS[key], _words(value[key])) for key in LABELS if value.get(key)]


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(str(one.get("written", "")) if isinstance(one, dict) else str(one) for one in value)
    return YES.get(str(value), str(value))


def in_words(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """「原值」→「新值」, one pair a line of the change."""
    before, after = dict(lines_of(old)), dict(lines_of(new))
    labels = [label for label in LABELS.values() if label in before or label in after]
    return "；".join(f"{label}：{before.get(label, '—')} → {after.get(label, '—')}" for label in labels)


def check_request(
    *, kind: str, project_kind: str, new: Mapping[str, Any], effective_on: date, on: date
) -> Iterator[Finding]:
    """What can be said without looking at anything else."""
    if kind not in kinds_for(project_kind):
        yield blocking("kind", "该类项目没有这项变更：带头人变更只用于技能大师工作室。", CLAUSE, field="kind")
    if effective_on > on:
        said = f"变更生效日期 {effective_on} 晚于申请日期 {on}，请在变更发生后申请。"
        yield blocking("effective_on", said, CLAUSE, field="effective_on")
    if kind in {RENAME, MERGER} and not str(new.get("name", "")).strip():
        yield blocking("name", "请填写变更后的单位名称。", CLAUSE, field="name")
    if kind == OCCUPATIONS and not new.get("occupations"):
        yield blocking("occupations", "请填写变更后的全部职业（工种）。", CLAUSE, field="occupations")
    if kind == CONTENT and not str(new.get("content", "")).strip():
        yield blocking("content", "请写明变更后的建设内容。", CLAUSE, field="content")


def check_leader(edition: Edition, *, new: Mapping[str, Any], same_elsewhere: Sequence[str]) -> Iterator[Finding]:
    """The new leader meets T5–T7; `same_elsewhere`: studios this leader already has in this unit."""
    if not str(new.get("leader_name", "")).strip():
        yield blocking("leader_name", "请填写新带头人的姓名。", CLAUSE, field="leader_name")
    values = {name: str(new.get(name, "")) for name in LEADER_FACTS[:2]}
    values[LEADER_FACTS[2]] = str(len(same_elsewhere) + 1)
    for condition in edition.conditions:
        names = [name for name, _ in condition.facts]
        if not names or any(name not in LEADER_FACTS for name in names):
            continue
        if judge(condition, values):
            continue
        basis = condition.basis
        where = f"：{'、'.join(same_elsewhere)}" if names == [LEADER_FACTS[2]] else ""
        said = f"新带头人不符合条件 {condition.code} {condition.text}（要求 {requirement_text(condition)}）{where}"
        field = names[0] if names[0] != LEADER_FACTS[2] else "leader_name"
        yield Finding(condition.code, basis.severity, said, basis.clause, basis.rank, field)
