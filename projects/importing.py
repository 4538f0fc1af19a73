"""From an award list, or one registration by hand, to what would be written: no row is written here.

`AwardFacts` is what is said of one award; `plan` says what registering it would do in the given surroundings.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Model

from accounts.models import Node, Organisation
from policy.credit_code import check_credit_code, tidy_credit_code
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import Kind, Line, NodeKind, Severity, Stage, Track, UnitType
from projects import occupations
from projects.award_list import AwardList, AwardRow, read_award_list
from projects.models import Occupation, Project
from projects.occupations import Match
from projects.queries import Surroundings
from projects.rules import (
    CATEGORY_CLAUSE,
    Classification,
    Status,
    classify_studio,
    classify_with_unknowns,
    grant_amount,
    identity_key,
    plain_name,
)

ENDING = "建设项目"
SEVERAL = "带头人填写了多个职业（工种），应只填所从事的一个"
CREDIT_CODE_STANDARD = "GB 32100-2015"


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """What is said of one award. `occupations` as written; `declared`: key -> text; `leader_birth` "YYYY-MM"."""

    kind: Kind
    unit_name: str
    unit_type: str
    track: Track
    occupations: tuple[str, ...]
    credit_code: str = ""
    studio_name: str = ""
    leader_name: str = ""
    leader_birth: str = ""
    recommender: str = ""
    contact: str = ""
    phone: str = ""
    declared: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.studio_name or self.unit_name

    def identity(self, edition_code: str) -> str:
        return identity_key(
            edition_code, self.kind, self.credit_code, self.unit_name, self.leader_name, self.leader_birth
        )


def facts_of(row: AwardRow) -> AwardFacts:
    """A line of the list as facts. A blocked line may lack some; it is refused before it comes to that."""
    said = dict(row.facts)
    said |= {key: text for key in ("skill_level", "honours", "gender") if (text := getattr(row, key))}
    said["order"] = str(row.order)  # within its 推荐单位, as 附件1 and 附件2 are printed again
    return AwardFacts(
        kind=row.kind,
        unit_name=row.unit_name,
        unit_type=row.unit_type or "",
        track=row.track or Track.NEW,
        occupations=tuple(name for name, _ in row.occupations),
        credit_code=row.credit_code,
        studio_name=row.studio_name,
        leader_name=row.leader_name,
        leader_birth=row.leader_birth,
        recommender=row.recommender,
        contact=row.contact,
        phone=row.phone,
        declared=said,
    )


def facts_of_project(project: Project) -> AwardFacts:
    """A registered draft as the facts it was made from."""
    unit = project.organisation
    return AwardFacts(
        kind=Kind(project.kind),
        unit_name=unit.name,
        unit_type=unit.unit_type,
        track=Track(project.track),
        occupations=tuple(one.written for one in project.occupations.all()),
        credit_code=unit.credit_code,
        studio_name=project.name.removesuffix(ENDING) if project.kind == Kind.STUDIO else "",
        leader_name=project.leader_name,
        leader_birth=project.leader_birth,
        recommender=project.recommender,
        contact=project.contact,
        phone=project.phone,
        declared=project.declared,
    )


def read_list(content: bytes, edition: Edition) -> AwardList:
    """The list by the edition's own threshold. Raises Unreadable."""
    return read_award_list(content, more_than=edition.number("category_more_than"))


def project_name(facts: AwardFacts) -> str:
    if facts.kind == Kind.BASE:
        return f"{facts.unit_name}国家级{Kind.BASE.label}{ENDING}"
    return f"{facts.studio_name or facts.leader_name + Kind.STUDIO.label}{ENDING}"


@dataclass(frozen=True, slots=True)
class Judged:
    """Category and amount as the rule gives them; `grant` None where the category is open."""

    occupations: tuple[tuple[str, Match | None], ...]
    classification: Classification
    grant: Decimal | None


def judge(facts: AwardFacts, edition: Edition) -> Judged:
    """Each occupation counts once, whatever it is called."""
    found: dict[str, tuple[str, Match | None]] = {}
    for name in facts.occupations:
        match = occupations.match(name)
        found.setdefault(match.code if match else occupations.clean(name), (name, match))
    names = tuple(found.values())
    majors = [match.major if match else None for _, match in names]
    result = _classify(facts.kind, majors, edition)
    amount = grant_amount(edition, facts.kind, result.sector, facts.track) if result.sector else None
    return Judged(names, result, amount)


def _classify(kind: Kind, majors: Sequence[int | None], edition: Edition) -> Classification:
    if kind == Kind.BASE:
        return classify_with_unknowns(majors, more_than=edition.number("category_more_than"))
    if len(majors) > 1:
        return Classification(Status.MANUAL, None, SEVERAL)
    return classify_studio(majors[0] if majors else None, named=bool(majors))


def check_facts(facts: AwardFacts) -> Iterator[Finding]:
    """What an award cannot do without, and what the register cannot hold."""
    if not facts.unit_name:
        yield blocking("unit_name", "请填写单位名称。", field="unit_name")
    if facts.unit_type not in UnitType.values:
        yield blocking("unit_type", "请选择单位性质。", field="unit_type")
    if not facts.occupations:
        yield blocking("occupations", "请填写职业（工种）。", CATEGORY_CLAUSE, field="occupations")
    if facts.kind == Kind.STUDIO and not facts.leader_name:
        yield blocking("leader_name", "请填写工作室带头人。", field="leader_name")
    if facts.credit_code and (fault := check_credit_code(facts.credit_code)):
        yield blocking("credit_code", fault, CREDIT_CODE_STANDARD, field="credit_code")
    yield from _check_lengths(facts)


def _check_lengths(facts: AwardFacts) -> Iterator[Finding]:
    texts = (
        ("unit_name", "单位名称", facts.unit_name, Organisation, "name"),
        ("studio_name", "项目名称", project_name(facts), Project, "name"),
        ("leader_name", "带头人", facts.leader_name, Project, "leader_name"),
        ("recommender", "推荐单位", facts.recommender, Project, "recommender"),
        ("contact", "联系人", facts.contact, Project, "contact"),
        ("phone", "联系电话", facts.phone, Project, "phone"),
        ("occupations", "职业（工种）名称", max(facts.occupations, key=len, default=""), Occupation, "written"),
    )
    for field_name, label, text, model, column in texts:
        most = _most(model, column)
        if len(text) > most:
            yield blocking("too_long", f"{label}有 {len(text)} 字，超过 {most} 字，请缩短。", field=field_name)


def _most(model: type[Model], column: str) -> int:
    return getattr(model._meta.get_field(column), "max_length", 0) or 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What registering would do: `standing` — nothing, it is there; else under `organisation`, made on `node`
    where it is None. A finding that blocks keeps it out; any other is for who registers it to look at.
    """

    judged: Judged
    findings: tuple[Finding, ...]
    standing: Project | None
    organisation: Organisation | None
    node: Node


def plan(facts: AwardFacts, edition: Edition, around: Surroundings) -> Plan:
    """Never reads the database: everything it looks at lies in `around`."""
    organisation = _organisation(facts, around)
    findings = [*check_facts(facts), *_check_organisation(facts, organisation, around)]
    if organisation:
        findings += check_leader(facts, around.studios.get(organisation.pk, ()), edition)
        findings += check_unit_type(facts, organisation)
    standing = around.standing.get(facts.identity(edition.code)) or _same_award(facts, organisation, around)
    node = organisation.node if organisation else recommending_node(facts.recommender, around)
    return Plan(judge(facts, edition), tuple(findings), standing, organisation, node)


def _organisation(facts: AwardFacts, around: Surroundings) -> Organisation | None:
    """By credit code; else by name, brackets and width aside."""
    by_code = around.by_code.get(tidy_credit_code(facts.credit_code)) if facts.credit_code else None
    return by_code or around.by_name.get(plain_name(facts.unit_name))


def _same_award(facts: AwardFacts, organisation: Organisation | None, around: Surroundings) -> Project | None:
    """The same award under another key: registered once without the credit code, once with it."""
    if organisation is None:
        return None
    return next(
        (
            project
            for project in around.awards.get(organisation.pk, ())
            if project.kind == facts.kind and _same_leader(facts, project)
        ),
        None,
    )


def _same_leader(facts: AwardFacts, project: Project) -> bool:
    """A month of birth that one of the two does not have tells nobody apart."""
    born = {facts.leader_birth, project.leader_birth} - {""}
    return plain_name(project.leader_name) == plain_name(facts.leader_name) and len(born) <= 1


def check_leader(facts: AwardFacts, studios: Iterable[Project], edition: Edition) -> Iterator[Finding]:
    """One leader has one national studio in one unit, whatever programme it came from (handbook 10)."""
    rule = next((one for one in edition.conditions if one.kind == facts.kind and one.op == "unique"), None)
    same = [one for one in studios if one.kind == facts.kind and _same_leader(facts, one)]
    known = next((one for one in same if one.number or one.stage != Stage.TERMINATED), None)  # not a draft given up
    if rule is None or known is None:
        return
    message = (
        f"{facts.leader_name}在本单位已有国家级技能大师工作室：{known.name}（{known.label}），{rule.text}。"
        "请核对带头人；同名而非同一人的，请补全两人的出生年月。"
    )
    yield Finding("leader_unit", rule.basis.severity, message, rule.basis.clause, rule.basis.rank, "leader_name")


def check_unit_type(facts: AwardFacts, found: Organisation) -> Iterator[Finding]:
    """The conditions of a project go by the unit's registered type, so a list that says another is looked at first."""
    if not found.unit_type or facts.unit_type not in UnitType.values or found.unit_type == facts.unit_type:
        return
    message = (
        f"名单填写的单位性质是{UnitType(facts.unit_type).label}，{found}已登记为{found.get_unit_type_display()}；"
        "建设条件按已登记的单位性质核查。登记有误的，请在立项决定生效之前联系系统管理员更正。"
    )
    yield Finding("unit_type_differs", Severity.WARNING, message, field="unit_type")


def _check_organisation(facts: AwardFacts, found: Organisation | None, around: Surroundings) -> Iterator[Finding]:
    if found is None:
        return
    code = tidy_credit_code(facts.credit_code)
    if found.line != Line.UNIT:
        yield blocking("line", f"{found}已登记为{found.get_line_display()}，不能作为项目单位。", field="unit_name")
    elif not found.node.path.startswith(around.root.path):
        yield blocking("elsewhere", f"{found}登记在{around.root}之外，不能在此登记。", field="unit_name")
    elif code and found.credit_code and found.credit_code != code:
        yield blocking(
            "other_code",
            f"{found}已登记的统一社会信用代码是 {found.credit_code}，与填写的不同，请核对。",
            field="credit_code",
        )


def recommending_node(recommender: str, around: Surroundings) -> Node:
    """Where a new unit hangs: where its recommender sits, found by name; else directly under the province."""
    name = plain_name(recommender)
    if not name:
        return around.root
    office = around.by_name.get(name)
    if office and office.line in (Line.HR, Line.RECOMMENDER) and office.node.path.startswith(around.root.path):
        return office.node
    fitting = [
        (len(called), node)
        for node in around.nodes
        for called in _names_of(node, around.root)
        if _names(node, called, name)
    ]
    longest = max((length for length, _ in fitting), default=0)
    best = {node.pk: node for length, node in fitting if length == longest}
    return next(iter(best.values())) if len(best) == 1 else around.root


def _names_of(node: Node, root: Node) -> tuple[str, ...]:
    own = plain_name(node.name)
    return own, (plain_name(node.parent.name) if node.parent else "") + own, _joined(plain_name(root.name), own)


def _joined(province: str, own: str) -> str:
    """The two written as one, what both have said once: 某省 and 省教育厅 are 某省教育厅."""
    shared = next(size for size in range(min(len(province), len(own)), -1, -1) if province.endswith(own[:size]))
    return province + own[shared:]


def _names(node: Node, called: str, recommender: str) -> bool:
    """A department is named whole; a city or county stands before the name of its office."""
    if node.kind == NodeKind.DEPARTMENT:
        return recommender == called
    return node.kind in (NodeKind.CITY, NodeKind.COUNTY) and recommender.startswith(called)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the list with what would become of it."""

    row: AwardRow
    facts: AwardFacts
    plan: Plan

    @property
    def refused(self) -> bool:
        return self.row.blocked or any(finding.blocks for finding in self.plan.findings)


def lines_of(found: AwardList, edition: Edition, around: Surroundings) -> list[Candidate]:
    pairs = [(row, facts_of(row)) for row in found.rows]
    return [Candidate(row, facts, plan(facts, edition, around)) for row, facts in pairs]
