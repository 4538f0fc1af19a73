"""项目验收申请书 (F10) and 项目验收和绩效评估意见书 (F11): what each says as plain values, and the page set from it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from accounts.models import OrganisationFact, User
from accounts.queries import fact_on, name_on
from funds.models import Asset
from funds.papers import income_and_spending
from funds.queries import Moment, ledger_as_of, open_found_money_at
from lifecycle import acceptance_layouts
from lifecycle.models import Acceptance, Dispute
from lifecycle.queries import conditions_of, next_round
from lifecycle.queries.disputes import disputes_of
from lifecycle.queries.mock import lines_of, own_values, unkept
from lifecycle.queries.pack import pack_items
from lifecycle.queries.panel import case_of, shown_members
from lifecycle.rules.mock import UNKNOWN
from papers import Grid, Paper
from performance import self_prints
from performance.models import Evaluation
from performance.queries import GateB, final_of, gate_b, gate_of
from performance.queries.assessments import Side, table_of
from performance.queries.evaluations import GateRow
from performance.targets import DATE_UNIT
from policy.money import share, wan_number
from policy.terms import Operator, Source, Stage
from projects.conditions import actual_text, requirement_text
from projects.models import Decision, DecisionItem, Problem, Project
from projects.queries import holder_on

NOTHING = "—"
CONCLUSIONS = ("T18", "T19")
MET = {True: "符合", False: "不符合", None: "未核查"}
UNSENT = "单位尚未报送"


def _head(project: Project, dated: date) -> dict[str, Any]:
    edition, unit = project.edition, holder_on(project, dated)
    start, end = project.build_start_on, project.build_end_on
    return {
        "name": project.name,
        "number": project.label,
        "sector": project.get_sector_display() or NOTHING,
        "track": project.get_track_display() if project.kind == "base" else NOTHING,
        "kind": project.get_kind_display(),
        "unit": name_on(unit, dated),
        "credit_code": unit.credit_code or NOTHING,
        "contact": project.contact or unit.contact or NOTHING,
        "award": project.award_document or NOTHING,
        "grant": wan_number(project.grant or Decimal(0)),
        "period": f"{start} 至 {end}" if start else NOTHING,
        "extension": _extension(project),
        "hr": edition.province_hr,
        "finance": edition.province_finance,
        "recommender": project.recommender or "",
    }


def _extension(project: Project) -> str:
    items = DecisionItem.objects.filter(project=project, state=DecisionItem.State.DONE, decision__kind="T14")
    found = items.select_related("decision").prefetch_related("decision__corrections").order_by("pk")
    numbers = [item.decision.right_number for item in found]
    return f"{'、'.join(numbers)}（延期 {project.extended_months} 个月）" if numbers else "无"


# F10


def application(project: Project, acceptance: Acceptance | None, *, on: date) -> dict[str, Any]:
    """As applied for; with no application, the draft of the next one: what the unit has until now."""
    return _application(project, acceptance, on)[0]


def application_paper(project: Project, acceptance: Acceptance | None, *, on: date) -> Paper:
    return acceptance_layouts.application(*_application(project, acceptance, on))


def _application(project: Project, applied: Acceptance | None, on: date) -> tuple[dict[str, Any], list[Grid]]:
    """What it says, and its 资金收支表 (F07) as of the same day, whose figures count in the check code."""
    round_ = applied.round if applied else next_round(project)
    day, final = applied.applied_on if applied else on, final_of(project)
    total = final.unit_total if final else None
    assets = list(_assets(project, day))
    unsent = "随材料附表" if applied else UNSENT
    money = _income_and_spending(project, day, on)
    said = _head(project, day) | {
        "legal_person": fact_on(holder_on(project, day), OrganisationFact.Kind.LEGAL_PERSON, day),
        "summary": applied.summary if applied else NOTHING,
        "applied_on": str(applied.applied_on) if applied else "",
        "day": str(day),
        "round": round_,
        "conditions": _self_checks(project, applied, day),
        "self_evaluation": f"{total} 分" if total is not None else unsent,
        "self_evaluation_form": self_prints.of_assessment(final, table_of(final, {}, [Side.UNIT])) if final else None,
        "audit": _file_names(project, round_, "audit_report"),
        "assets": f"{sum(one.quantity for one in assets)} 台（套、件）",
        "asset_value": wan_number(sum((one.unit_price * one.quantity for one in assets), Decimal(0))),
        "asset_rows": [_asset(one) for one in assets],
        "issues": [problem.fact for problem in _problems_on(project, day)],
        "attachments": [f"{item.label}：{item.said}" for item in pack_items(project, round_)],
        "money": [[cell.text for cell in row] for grid in money for row in grid.rows],
        "draft": applied is None,
    }
    return said, money


def _income_and_spending(project: Project, on: date, known: date) -> list[Grid]:
    """F07 without its heading and its signatures, which F10 has of its own."""
    f07 = income_and_spending(project, on, known)
    return [block for block in f07.blocks if isinstance(block, Grid)][1:-1]


def _self_checks(project: Project, applied: Acceptance | None, day: date) -> list[list[str]]:
    """建设条件自查: the unit's own word as it applied with it, whatever was found or said since."""
    mine = {True: "符合", False: "不符合", None: NOTHING}
    known = unkept(applied.own_words) if applied and applied.own_words else own_values(project, day)
    return [
        [
            line.code, line.text, line.required, NOTHING if line.actual == UNKNOWN else line.actual,
            line.known.evidence or NOTHING, mine[line.met],
        ]
        for line in lines_of(project, known)
    ]  # fmt: skip


def _assets(project: Project, on: date) -> Iterable[Asset]:
    """What was kept on the day."""
    kept = Q(retired_on=None) | Q(retired_on__gt=on)
    return Asset.objects.filter(kept, project=project, acquired_on__lte=on)


def _asset(one: Asset) -> list[str]:
    value = one.unit_price * one.quantity
    figures = (str(one.quantity), f"{one.unit_price:,.2f}", f"{value:,.2f}")
    return [one.card_number, one.name, one.model or NOTHING, *figures, str(one.acquired_on), one.room]


def _file_names(project: Project, round_: int, code: str) -> str:
    items = [item for item in pack_items(project, round_) if item.code == code]
    names = [item.files[-1].name for item in items if item.files]
    return "、".join(names) or NOTHING


def _problems_on(project: Project, on: date) -> Iterable[Problem]:
    """Open on the day of the application; what was found later, or by an order on it, is no part of it."""
    known = Q(opened_on__lte=on) | Q(opened_on=None, decision=None)
    return project.problems.filter(known, Q(closed_on=None) | Q(closed_on__gt=on)).order_by("serial")


# F11


def opinion(project: Project, acceptance: Acceptance, *, reader: User, on: date) -> dict[str, Any]:
    """Both gates and the money as the conclusion had them, with every figure and its evidence.

    `draft` until both signatures, and of today until then.
    """
    view, decision = case_of(acceptance), conclusion_of(project, acceptance)
    concluded_on = decision.effective_on if decision else None
    members = shown_members(reader, view, on) if view else None
    payload, checks = _payload(project, decision), _checks(project, acceptance)
    visited_on = acceptance.visited_on or (view.case.visit_on if view else None)
    day = date.fromisoformat(decision.right_date) if decision else visited_on or on
    return (
        _head(project, day)
        | _gate(project, _gate_b(project, acceptance, concluded_on), checks)
        | _money(project, Moment(day, concluded_on) if concluded_on else Moment(on, on))
        | {
            "round": acceptance.round,
            "visited_on": str(visited_on or NOTHING),
            "place": acceptance.place or (view.case.place if view else "") or NOTHING,
            "way": view.case.panel.get_procedure_display() if view else NOTHING,
            "panel": _panel(acceptance, members),
            "leader": next((str(one.seat.expert) for one in members or () if one.seat.leads and one.sits), ""),
            "conditions": checks,
            "achieved": acceptance.summary,
            "conclusion": {"T18": "通过验收", "T19": "责令限期整改"}.get(decision.kind, "") if decision else "",
            "term": f"{payload['term_months']} 个月，自送达之日起算" if payload.get("term_months") else "",
            "items": [str(item.get("requirement", "")) for item in payload.get("items", [])],
            "document": decision.right_number if decision else "",
            "dated_on": decision.right_date if decision else "",
            "draft": concluded_on is None,
        }
    )


def opinion_paper(project: Project, acceptance: Acceptance, *, reader: User, on: date) -> Paper:
    return acceptance_layouts.opinion(opinion(project, acceptance, reader=reader, on=on))


def _gate_b(project: Project, acceptance: Acceptance, concluded_on: date | None) -> GateB:
    """As this acceptance was concluded on it, none of a 复验 or of a later application; before that as it stands."""
    following = next_acceptance(acceptance)
    if concluded_on is None and following is None and project.stage == Stage.IN_ACCEPTANCE:
        return gate_b(project)
    rows = project.evaluations.filter(state=Evaluation.State.CONFIRMED, entered_on__gte=acceptance.applied_on)
    if until := concluded_on or (following.applied_on if following else None):
        rows = rows.filter(entered_on__lte=until)
    return gate_of(project, rows.select_related("sheet", "entered_by").order_by("-acceptance_ref").first())


def _gate(project: Project, gate: GateB, checks: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Gate B, and what fails either gate."""
    failed = [f"{row[0]} {row[1]}：{row[3]}，不符合要求" for row in checks if row[5] == MET[False]]
    return {
        "targets": _targets(gate),
        "execution_weight": str(project.edition.number("execution_weight")),
        "execution": NOTHING if gate.execution_score is None else str(gate.execution_score),
        "execution_why": gate.execution_why,
        "total": NOTHING if gate.total is None else str(gate.total),
        "grade": gate.grade.label if gate.grade else NOTHING,
        "issues": [finding.message for finding in gate.unmet] + failed,
    }


def _targets(gate: GateB) -> list[dict[str, str]]:
    return [
        {
            "level1": row.indicator.level1,
            "level2": row.indicator.level2,
            "name": row.indicator.name,
            "target": _goal(row),
            "actual": row.actual or NOTHING,
            "weight": f"{row.target.weight.normalize():f}" if row.target.weight is not None else NOTHING,
            "score": NOTHING if row.score is None or row.score.score is None else str(row.score.score),
            "reason": row.score.reason if row.score else "",
        }
        for row in gate.rows
    ]


def _goal(row: GateRow) -> str:
    bare = row.indicator.operator == Operator.QUALITATIVE or row.indicator.unit in ("比例", DATE_UNIT)
    return row.goal if bare else f"{row.goal}{row.indicator.unit}"


def _money(project: Project, at: Moment) -> dict[str, Any]:
    """预算, 支出, 结余 by category and source, and the whole, as of a day: 万元."""
    ledger, edition = ledger_as_of(project, on=at.on, known=at.known), project.edition
    names = {item.code: item.name for item in edition.categories}
    lines = [(names.get(one.category, one.category), Source(one.source).label, one) for one in ledger.lines]
    rows = [*lines, ("合计", NOTHING, ledger.whole)]
    return {
        "money": [[name, source, *_figures(one.budget, one.spent)] for name, source, one in rows],
        "received": wan_number(ledger.received),
        "wrong_money": wan_number(open_found_money_at(project, at)),
    }


def _figures(budget: Decimal, spent: Decimal) -> list[str]:
    rate = share(spent, budget)
    return [
        wan_number(budget),
        wan_number(spent),
        wan_number(budget - spent),
        "不适用" if rate is None else f"{rate * 100:.2f}%",
    ]


def next_acceptance(acceptance: Acceptance) -> Acceptance | None:
    """The application after this one."""
    later = Acceptance.objects.filter(project=acceptance.project_id, round__gt=acceptance.round)
    return later.order_by("round").first()


def conclusion_of(project: Project, acceptance: Acceptance) -> Decision | None:
    """The conclusion on this application: in force, else the one in signing. One that was annulled concludes nothing."""
    rows = DecisionItem.objects.filter(
        project=project, decision__kind__in=CONCLUSIONS, decision__drafted_on__gte=acceptance.applied_on
    ).exclude(state=DecisionItem.State.LEFT_OUT)
    rows = rows.filter(decision__state__in=[Decision.State.EFFECTIVE, Decision.State.SIGNING])
    rows = rows.exclude(decision__in=disputes_of(project).filter(result=Dispute.Result.ANNULLED).values("decision"))
    if following := next_acceptance(acceptance):
        rows = rows.filter(decision__drafted_on__lt=following.applied_on)
    newest = rows.order_by(F("decision__effective_on").desc(nulls_last=True), "-pk")
    item = newest.select_related("decision").prefetch_related("decision__corrections").first()
    return item.decision if item else None


def _payload(project: Project, decision: Decision | None) -> dict[str, Any]:
    item = decision.items.filter(project=project).first() if decision else None
    return dict(item.payload) if item else {}


def _panel(acceptance: Acceptance, members: Iterable[Any] | None) -> list[list[str]]:
    if members is None:
        return [[one.get("name", ""), one.get("unit", ""), one.get("title", "")] for one in acceptance.panel]
    return [[str(one.seat.expert), one.seat.employer, one.seat.title] for one in members if one.sits]


def _checks(project: Project, acceptance: Acceptance) -> list[list[str]]:
    checks = {check.code: check for check in acceptance.checks.all()}
    rows = []
    for item in conditions_of(project):
        check = checks.get(item.code)
        actual = actual_text(item, check.values) if check else NOTHING
        evidence = check.evidence if check else ""
        rows.append(
            [
                item.code,
                item.text,
                requirement_text(item),
                actual,
                evidence or NOTHING,
                MET[check.met if check else None],
            ]
        )
    return rows
