"""F12 限期整改通知书, F14 拟取消项目称号告知书, F15 取消项目称号决定书 and 送达回证, as people sign and stamp them."""

import json
from collections.abc import Callable
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Literal, cast

from django.conf import settings

from accounts.queries import name_on
from lifecycle.models import Revocation, Service
from lifecycle.queries import acceptance_of
from lifecycle.rules.points import RULINGS
from performance.f02 import digest, short
from projects.models import Decision, DecisionItem, Project

TEMPLATE = Path(__file__).parent / "typst" / "order.typ"
FORMS = {"T19": "F12", "T29": "F12", "T23": "F14", "false": "F14", "T26": "F15"}
TITLES = {"F12": "限期整改通知书", "F14": "拟取消项目称号告知书", "F15": "取消项目称号决定书", "receipt": "送达回证"}
ADOPTED = {"yes": "采纳", "partly": "部分采纳", "no": "不采纳"}
Part = tuple[str, list[str]]


def form_of(decision: Decision) -> str:
    """Which form a decision is printed on, or nothing."""
    return FORMS.get(decision.kind, "")


def content(project: Project, decision: Decision, *, receipt: bool = False) -> dict[str, Any]:
    """Everything the paper says, as plain values: titled parts, each some paragraphs, and the table of an order."""
    form = "receipt" if receipt else form_of(decision)
    edition = project.edition
    item = DecisionItem.objects.filter(decision=decision, project=project).first()
    said: dict[str, Any] = {
        "form": form,
        "title": TITLES[form],
        "number": decision.number,
        "dated_on": f"{decision.dated_on:%Y年%-m月%-d日}",
        "hr": edition.province_hr,
        "finance": edition.province_finance,
        "unit": name_on(project.organisation, decision.dated_on),
        "name": project.name,
        "label": project.label,
        "items": [],
        "cc": "",
    }
    return said | MAKERS[form](project, decision, item.payload if item else {})


def _order(project: Project, decision: Decision, payload: dict[str, Any]) -> dict[str, Any]:
    edition = project.edition
    most, term = edition.number("rectify_months"), payload.get("term_months", "")
    order = project.rectifications.filter(decision=decision).first()
    runs = f"自本通知书送达之日起 {term} 个月"
    if order and order.due_on and order.served_on:
        runs += f"（{_day(order.served_on)}送达），至{_day(order.due_on)}"
    acceptance = acceptance_of(project) if decision.kind == "T19" else None
    looked = f"{_day(acceptance.visited_on)}验收，" if acceptance and acceptance.visited_on else ""
    return {
        "items": [
            [str(number), item.get("fact", ""), item.get("clause", "") or decision.basis, item.get("requirement", "")]
            for number, item in enumerate(payload.get("items") or [], 1)
        ],
        "parts": [
            ("验收（检查）日期和结论", [f"{looked}{decision.reason}"]),
            ("不符合事项", []),
            ("整改期限", [f"{runs}。整改总期限最长 {most} 个月，自送达之日起算，不得再延。"]),
            ("资金处理", [payload.get("money_handling", "") or "按原规定执行。"]),
            ("逾期后果", ["期满仍不能满足要求的，取消项目称号，并清算、追回有关资金。"]),
            ("陈述意见的途径", [f"对本通知有异议的，可在整改期间向{edition.province_hr}、{edition.province_finance}书面陈述。"]),
        ],
    }  # fmt: skip


def _notice(project: Project, decision: Decision, payload: dict[str, Any]) -> dict[str, Any]:
    edition = project.edition
    revocation = project.revocations.filter(notice=decision).first()
    days = edition.number("defence_working_days")
    window = f"自本告知书送达之日起 {days} 个工作日内"
    if revocation and revocation.defend_by:
        window += f"（至{_day(revocation.defend_by)}）"
    told = f"{window}，可以向{edition.province_hr}、{edition.province_finance}书面陈述申辩，也可以要求当面听取陈述（听证）；"
    return {
        "parts": [
            ("事实", [*_timeline(project, revocation), decision.reason]),
            ("依据", [f"{decision.basis}（{edition.document}）。"]),
            ("拟作决定", [f"取消“{project.name}”项目称号。"]),
            ("陈述申辩的期限和方式", [told + "逾期未提出的，视为放弃。"]),
        ]
    }


def _decision(project: Project, decision: Decision, payload: dict[str, Any]) -> dict[str, Any]:
    edition = project.edition
    revocation = (
        project.revocations.filter(decision=decision).first() or project.revocations.filter(closed_on=None).first()
    )
    appeal = f"不服本决定的，可自收到之日起 {edition.number('review_days')} 日内申请行政复议，"
    appeal += f"或者 {edition.number('lawsuit_months')} 个月内提起行政诉讼。复议、诉讼期间不停止执行。"
    return {
        "parts": [
            ("查明的事实", [*_timeline(project, revocation), decision.reason]),
            ("陈述申辩及采纳情况", _defence(project, revocation)),
            ("依据", [f"{decision.basis}（{edition.document}）。"]),
            ("决定", [f"取消“{project.name}”项目称号。"]),
            ("资金清算和缴回", ["停止使用专项资金；结余资金和不合规支出由财政部门清算后按规定缴回。"]),
            ("牌匾收回", ["自收到本决定书之日起交回牌匾；遗失的，登载声明作废。"]),
            ("复议、诉讼权利和期限", [appeal]),
        ],
        "cc": f"{edition.central_department}、财政部；市（州）人社、财政部门；主管部门。",
    }


def _receipt(project: Project, decision: Decision, payload: dict[str, Any]) -> dict[str, Any]:
    service = Service.objects.filter(project=project, decision=decision).first()
    way = service.get_way_display() if service else "□直接　□留置　□邮寄　□电子　□公告"
    return {
        "parts": [
            ("送达文书", [f"{TITLES.get(form_of(decision), decision.title)}（{decision.number}）"]),
            ("受送达人", [name_on(project.organisation, decision.dated_on)]),
            ("送达方式", [way]),
            ("送达日期", [_day(service.acted_on) if service else "　　　　年　　月　　日"]),
            ("受送达人签名或盖章", [service.receiver if service else ""]),
            ("见证人", [service.witness if service else ""]),
            ("代收人及代收理由", [""]),
            ("送达人签名", [""]),
            ("备注", [f"视为送达日期：{_day(service.served_on)}" if service and service.served_on != service.acted_on else ""]),
        ]
    }  # fmt: skip


def _timeline(project: Project, revocation: Revocation | None) -> list[str]:
    """What happened, by date: 验收、整改、复验, or the case of false material."""
    case = project.false_cases.filter(decision=revocation.notice).first() if revocation else None
    if case or (revocation is None and project.false_cases.filter(state="open").exists()):
        case = case or project.false_cases.get(state="open")
        heard = f"{_day(case.stated_on)}单位作出说明。" if case.stated_on else "单位在规定期限内未作说明。"
        return [f"{_day(case.opened_on)}对“{case.document}”立案核查：{case.facts}证据：{case.evidence}", heard]
    order = revocation.rectification if revocation else project.rectifications.filter(closed_on=None).first()
    if order is None:
        return []
    rows = [f"{_day(order.decision.dated_on)}责令限期整改（{order.decision.number}）。"]
    if order.served_on and order.due_on:
        rows.append(f"{_day(order.served_on)}送达，整改期限至{_day(order.due_on)}。")
    for report in order.reports.all():
        looked = (
            f"{_day(report.rechecked_on)}复验{'通过' if report.passed else '不通过'}"
            if report.rechecked_on
            else "未复验"
        )
        rows.append(f"{_day(report.on)}提交第{report.round}次整改报告，{looked}。")
    return rows if order.reports.exists() else [*rows, "整改期限内未提交整改报告。"]


def _defence(project: Project, revocation: Revocation | None) -> list[str]:
    if revocation is None or not revocation.defended_on:
        return ["期限内未提出陈述申辩。"]
    rows = [f"{_day(revocation.defended_on)}提出陈述申辩。"]
    rows += [f"{_day(one.held_on)}{one.get_kind_display()}（{one.place}）。" for one in revocation.hearings.all()]
    ruling = revocation.ruling
    item = ruling.items.filter(project=project).first() if ruling and ruling.kind in RULINGS else None
    for number, point in enumerate(item.payload.get("points", []) if item else [], 1):
        adopted = ADOPTED.get(str(point.get("adopted", "")), "不采纳")
        rows.append(f"{number}. {point.get('claim', '')}——{adopted}：{point.get('reply', '')}")
    return rows


MAKERS: dict[str, Callable[[Project, Decision, dict[str, Any]], dict[str, Any]]] = {
    "F12": _order,
    "F14": _notice,
    "F15": _decision,
    "receipt": _receipt,
}


def _day(day: date | None) -> str:
    return f"{day:%Y年%-m月%-d日}" if day else ""


def pdf(
    project: Project, decision: Decision, *, receipt: bool = False, format_: Literal["pdf", "png"] = "pdf"
) -> bytes:
    """A4; a draft mark lies under it until both departments have signed."""
    import noto_cjk_sans_otc
    import typst

    data = content(project, decision, receipt=receipt)
    draft = decision.state != Decision.State.EFFECTIVE
    said = {**data, "code": short(digest(data)), "draft": draft, "state": decision.get_state_display()}
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
    return cast(bytes, compiler.compile(format=format_, sys_inputs={"data": json.dumps(said, ensure_ascii=False)}))
