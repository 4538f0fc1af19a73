"""项目验收申请书 (F10) and 项目验收和绩效评估意见书 (F11): what each says as plain values, and the page set from it."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, Literal, cast

from django.conf import settings

from accounts.models import User
from funds.models import Asset
from funds.queries import ledger_of, open_found_money
from lifecycle.models import Acceptance
from lifecycle.queries import conditions_of, next_round
from lifecycle.queries.mock import condition_lines
from lifecycle.queries.pack import pack_items
from lifecycle.queries.panel import case_of, shown_members
from lifecycle.rules.mock import UNKNOWN
from performance.f02 import digest, short
from performance.models import Assessment
from performance.queries import GateB, concluded_evaluation, final_of, gate_b, gate_of
from performance.queries.assessments import Side, table_of
from policy.money import wan_number
from policy.terms import Stage
from projects.conditions import actual_text, requirement_text
from projects.models import Decision, DecisionItem, Problem, Project

HERE = Path(__file__).parent / "typst"
NOTHING = "—"
CONCLUSIONS = ("T18", "T19")
MET = {True: "符合", False: "不符合", None: "未核查"}


def _head(project: Project) -> dict[str, Any]:
    edition, unit = project.edition, project.organisation
    start, end = project.build_start_on, project.build_end_on
    return {
        "name": project.name,
        "number": project.label,
        "sector": project.get_sector_display() or NOTHING,
        "track": project.get_track_display() if project.kind == "base" else NOTHING,
        "kind": project.get_kind_display(),
        "unit": unit.name,
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
    numbers = [item.decision.number for item in items.select_related("decision").order_by("pk")]
    return f"{'、'.join(numbers)}（延期 {project.extended_months} 个月）" if numbers else "无"


# F10


def application(project: Project, acceptance: Acceptance | None, *, on: date) -> dict[str, Any]:
    """As applied for; without an application, what the unit has until now."""
    round_ = acceptance.round if acceptance and project.stage != Stage.BUILDING else next_round(project)
    applied = acceptance if acceptance and acceptance.round == round_ else None
    final = final_of(project)
    total = final.unit_total if final else None
    assets = list(Asset.objects.filter(project=project).values_list("quantity", "unit_price"))
    return _head(project) | {
        "summary": applied.summary if applied else NOTHING,
        "applied_on": str(applied.applied_on) if applied else "",
        "round": round_,
        "conditions": _self_checks(project, applied.applied_on if applied else on),
        "self_evaluation": f"{total} 分" if total is not None else ("随材料附表" if applied else NOTHING),
        "targets": _targets(gate_of(project, None)) if final is None else _final_rows(final),
        "money": _money(project),
        "received": wan_number(ledger_of(project).received),
        "audit": _file_names(project, round_, "audit_report"),
        "assets": f"{sum(quantity for quantity, _ in assets)} 台（套、件）",
        "asset_value": wan_number(sum((price * quantity for quantity, price in assets), Decimal(0))),
        "issues": [problem.fact for problem in _open_problems(project)],
        "attachments": [f"{item.label}：{item.said}" for item in pack_items(project, round_)],
        "draft": applied is None,
    }


def _self_checks(project: Project, on: date) -> list[list[str]]:
    """建设条件自查: what 模拟验收 knows on the day, the unit's own word among it."""
    mine = {True: "符合", False: "不符合", None: NOTHING}
    return [
        [
            line.code, line.text, line.required, NOTHING if line.actual == UNKNOWN else line.actual,
            line.known.evidence or NOTHING, mine[line.met],
        ]
        for line in condition_lines(project, on)
    ]  # fmt: skip


def _final_rows(final: Assessment) -> list[list[str]]:
    """期满自评 as the unit sent it in: name, target, actual, points."""
    rows = []
    for row in table_of(final, {}, [Side.UNIT]):
        own = row.sides.get(Side.UNIT)
        score = NOTHING if own is None or own.score is None else str(own.score)
        rows.append([row.indicator.name, row.wanted_with_unit, row.shown(Side.UNIT) or NOTHING, score])
    return rows


def _targets(gate: GateB) -> list[list[str]]:
    return [[row.indicator.name, row.goal, row.actual or NOTHING, _score(row.score)] for row in gate.rows]


def _score(score: Any) -> str:
    return NOTHING if score is None or score.score is None else str(score.score)


def _money(project: Project) -> list[list[str]]:
    """预算, 到账, 支出, 结余 by category, and the totals: 万元."""
    ledger, edition = ledger_of(project), project.edition
    names = {item.code: item.name for item in edition.categories}
    rows = [
        [names.get(one.category, one.category), wan_number(one.budget), wan_number(one.spent), wan_number(one.budget - one.spent)]
        for one in ledger.categories
    ]  # fmt: skip
    total = ["合计", wan_number(ledger.budget), wan_number(ledger.spent), wan_number(ledger.budget - ledger.spent)]
    return [*rows, total]


def _file_names(project: Project, round_: int, code: str) -> str:
    items = [item for item in pack_items(project, round_) if item.code == code]
    names = [item.files[-1].name for item in items if item.files]
    return "、".join(names) or NOTHING


def _open_problems(project: Project) -> Iterable[Problem]:
    return project.problems.exclude(state=Problem.State.CLOSED).order_by("pk")


# F11


def opinion(project: Project, acceptance: Acceptance, *, reader: User, on: date) -> dict[str, Any]:
    """Both gates with every figure and its evidence. `draft` until both signatures."""
    view, decision = case_of(acceptance), conclusion_of(project, acceptance)
    members = shown_members(reader, view, on) if view else None
    done = project.stage != Stage.IN_ACCEPTANCE
    gate = gate_of(project, concluded_evaluation(project)) if done else gate_b(project)
    payload = _payload(project, decision)
    return _head(project) | {
        "round": acceptance.round,
        "visited_on": str(acceptance.visited_on or (view.case.visit_on if view else "")) or NOTHING,
        "place": acceptance.place or (view.case.place if view else "") or NOTHING,
        "way": view.case.panel.get_procedure_display() if view else NOTHING,
        "panel": _panel(acceptance, members),
        "leader": next((str(one.seat.expert) for one in members or () if one.seat.leads and one.sits), ""),
        "conditions": _checks(project, acceptance),
        "targets": _targets(gate),
        "execution": NOTHING if gate.execution_score is None else str(gate.execution_score),
        "total": NOTHING if gate.total is None else str(gate.total),
        "grade": gate.grade.label if gate.grade else NOTHING,
        "money": _money(project),
        "received": wan_number(ledger_of(project).received),
        "wrong_money": wan_number(open_found_money(project)),
        "achieved": acceptance.summary,
        "issues": [finding.message for finding in gate.unmet]
        + [f"{row[0]} {row[1]}：{row[3]}，不符合要求" for row in _checks(project, acceptance) if row[5] == MET[False]],
        "conclusion": {"T18": "通过验收", "T19": "责令限期整改"}.get(decision.kind, "") if decision else "",
        "term": f"{payload['term_months']} 个月，自送达之日起算" if payload.get("term_months") else "",
        "items": [str(item.get("requirement", "")) for item in payload.get("items", [])],
        "document": decision.number if decision else "",
        "dated_on": str(decision.dated_on) if decision else "",
        "draft": decision is None or decision.state != Decision.State.EFFECTIVE,
    }


def conclusion_of(project: Project, acceptance: Acceptance) -> Decision | None:
    """The conclusion on this application: in force, else the one in signing."""
    rows = DecisionItem.objects.filter(
        project=project, decision__kind__in=CONCLUSIONS, decision__drafted_on__gte=acceptance.applied_on
    ).exclude(state=DecisionItem.State.LEFT_OUT)
    rows = rows.filter(decision__state__in=[Decision.State.EFFECTIVE, Decision.State.SIGNING])
    item = rows.select_related("decision").order_by("-decision__effective_on", "-pk").first()
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


# The page


def application_pdf(
    project: Project, acceptance: Acceptance | None, *, on: date, format_: Literal["pdf", "png"] = "pdf"
) -> bytes:
    return _set("f10.typ", application(project, acceptance, on=on), format_)


def opinion_pdf(
    project: Project, acceptance: Acceptance, *, reader: User, on: date, format_: Literal["pdf", "png"] = "pdf"
) -> bytes:
    return _set("f11.typ", opinion(project, acceptance, reader=reader, on=on), format_)


def _set(template: str, data: dict[str, Any], format_: Literal["pdf", "png"]) -> bytes:
    """A4; a draft mark lies under it until it counts."""
    import noto_cjk_sans_otc
    import typst

    said = data | {"code": short(digest(data))}
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(HERE / template), font_paths=fonts, ignore_system_fonts=True)
    return cast(bytes, compiler.compile(format=format_, sys_inputs={"data": json.dumps(said, ensure_ascii=False)}))
