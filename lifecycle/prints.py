"""F12 限期整改通知书, F14 拟取消项目称号告知书, F15 取消项目称号决定书 and 送达回证, as people sign and stamp them."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from lifecycle.models import Acceptance, RectificationReport, Revocation, Service
from lifecycle.rules.points import RULINGS
from papers import Block, Cell, Grid, Line, Paper, Rule, Stamps, digest, short
from projects.models import Decision, DecisionItem, Project
from projects.queries import unit_on

FORMS = {"T19": "F12", "T29": "F12", "T23": "F14", "false": "F14", "T26": "F15"}
TITLES = {"F12": "限期整改通知书", "F14": "拟取消项目称号告知书", "F15": "取消项目称号决定书", "receipt": "送达回证"}
ADOPTED = {"yes": "采纳", "partly": "部分采纳", "no": "不采纳"}
VERBS = {"F12": "通知", "F14": "告知", "F15": "决定"}
NUMBERS = re.compile(r"\d+")  # of a day as `_day` writes it
TALL = "　"  # a line of its own above and below, for room to write by hand
NUMERALS = "一二三四五六七八九"
Part = tuple[str, list[str]]  # its title and its paragraphs
UNMET = "不符合事项"
HOW_TO = "注：留置送达的写明见证人姓名和单位；邮寄送达附回执；公告送达附公告，满规定天数视为送达。签字后扫描登记。"


def form_of(decision: Decision) -> str:
    """Which form a decision is printed on, or nothing."""
    return FORMS.get(decision.kind, "")


def content(project: Project, decision: Decision, *, receipt: bool = False) -> dict[str, Any]:
    """Everything the paper says, as plain values: titled parts, each some paragraphs, and the table of an order.

    `sealed`: the parts as they stand before service, where service fills something in (送达日, 到期日, 回证's answers).
    """
    form = "receipt" if receipt else form_of(decision)
    edition = project.edition
    item = DecisionItem.objects.filter(decision=decision, project=project).first()
    dated_on = date.fromisoformat(decision.right_date)
    said: dict[str, Any] = {
        "form": form,
        "title": TITLES[form],
        "number": decision.right_number,
        "dated_on": _day(dated_on),
        "hr": edition.province_hr,
        "finance": edition.province_finance,
        "unit": unit_on(project, dated_on),
        "name": project.name,
        "label": project.label,
        "items": [],
        "sealed": [],
        "cc": "",
    }
    return said | MAKERS[form](project, decision, item.payload if item else {})


def _order(project: Project, decision: Decision, payload: dict[str, Any]) -> dict[str, Any]:
    edition = project.edition
    most, term = edition.number("rectify_months"), payload.get("term_months", "")
    order = project.rectifications.filter(decision=decision).first()
    served = ""
    if order and order.due_on and order.served_on:
        served = f"（{_day(order.served_on)}送达），至{_day(order.due_on)}"
    acceptance = _judged(project, decision) if decision.kind == "T19" else None
    looked = f"{_day(acceptance.visited_on)}验收，" if acceptance and acceptance.visited_on else ""

    def parts(until: str) -> list[Part]:
        runs = f"自本通知书送达之日起 {term} 个月{until}"
        return [
            ("验收（检查）日期和结论", [f"{looked}{decision.reason}"]),
            (UNMET, []),
            ("整改期限", [f"{runs}。整改总期限最长 {most} 个月，自送达之日起算，不得再延。"]),
            ("资金处理", [payload.get("money_handling", "") or "按原规定执行。"]),
            ("逾期后果", ["期满仍不能满足要求的，取消项目称号，并清算、追回有关资金。"]),
            ("陈述意见的途径", [f"对本通知有异议的，可在整改期间向{edition.province_hr}、{edition.province_finance}书面陈述。"]),
        ]  # fmt: skip

    items = [
        [str(number), item.get("fact", ""), item.get("clause", "") or decision.basis, item.get("requirement", "")]
        for number, item in enumerate(payload.get("items") or [], 1)
    ]
    return {"items": items, "parts": parts(served), "sealed": parts("") if served else []}


def _judged(project: Project, decision: Decision) -> Acceptance | None:
    """The application that an order concludes."""
    return project.acceptances.filter(applied_on__lte=decision.drafted_on).first()


def _notice(project: Project, decision: Decision, payload: dict[str, Any]) -> dict[str, Any]:
    edition = project.edition
    revocation = project.revocations.filter(notice=decision).first()
    days = edition.number("defence_working_days")
    served = f"（至{_day(revocation.defend_by)}）" if revocation and revocation.defend_by else ""
    facts = [*_timeline(project, decision, revocation), decision.reason]
    offices = f"{edition.province_hr}、{edition.province_finance}"

    def parts(until: str) -> list[Part]:
        window = f"自本告知书送达之日起 {days} 个工作日内{until}"
        told = f"{window}，可以向{offices}书面陈述申辩，也可以要求当面听取陈述（听证）；"
        return [
            ("事实", facts),
            ("依据", [f"{decision.basis}（{edition.document}）。"]),
            ("拟作决定", [f"取消“{project.name}”项目称号。"]),
            ("陈述申辩的期限和方式", [told + "逾期未提出的，视为放弃。"]),
        ]

    return {"parts": parts(served), "sealed": parts("") if served else []}


def _decision(project: Project, decision: Decision, payload: dict[str, Any]) -> dict[str, Any]:
    edition = project.edition
    revocation = (
        project.revocations.filter(decision=decision).first() or project.revocations.filter(closed_on=None).first()
    )
    appeal = f"不服本决定的，可自收到之日起 {edition.number('review_days')} 日内申请行政复议，"
    appeal += f"或者 {edition.number('lawsuit_months')} 个月内提起行政诉讼。复议、诉讼期间不停止执行。"
    return {
        "parts": [
            ("查明的事实", [*_timeline(project, decision, revocation), decision.reason]),
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
    named = [
        ("送达文书", [f"{TITLES.get(form_of(decision), decision.title)}（{decision.right_number}）"]),
        ("受送达人", [unit_on(project, date.fromisoformat(decision.right_date))]),
    ]
    blank = [*named, *_answers(None)]
    return {"parts": [*named, *_answers(service)], "sealed": blank} if service else {"parts": blank}


def _answers(service: Service | None) -> list[Part]:
    """What is filled in by hand on the day; registered, it stands in print."""
    way = service.get_way_display() if service else "□直接　□留置　□邮寄　□电子　□公告"
    later = service is not None and service.served_on != service.acted_on
    return [
        ("送达方式", [way]),
        ("送达日期", [_day(service.acted_on) if service else "　　　　年　　月　　日"]),
        ("受送达人签名或盖章", [service.receiver if service else ""]),
        ("见证人", [service.witness if service else ""]),
        ("代收人及代收理由", [""]),
        ("送达人签名", [""]),
        ("备注", [f"视为送达日期：{_day(service.served_on)}" if service and later else ""]),
    ]


def _timeline(project: Project, decision: Decision, revocation: Revocation | None) -> list[str]:
    """What had happened when the decision took effect, by date: 验收、整改、复验, or the case of false material."""
    case = project.false_cases.filter(decision=revocation.notice).first() if revocation else None
    if case or (revocation is None and project.false_cases.filter(state="open").exists()):
        case = case or project.false_cases.get(state="open")
        heard = f"{_day(case.stated_on)}单位作出说明。" if case.stated_on else "单位在规定期限内未作说明。"
        return [f"{_day(case.opened_on)}对“{case.document}”立案核查：{case.facts}证据：{case.evidence}", heard]
    order = revocation.rectification if revocation else project.rectifications.filter(closed_on=None).first()
    if order is None:
        return []
    ordered = order.decision
    rows = [f"{_day(date.fromisoformat(ordered.right_date))}责令限期整改（{ordered.right_number}）。"]
    if order.served_on and order.due_on:
        rows.append(f"{_day(order.served_on)}送达，整改期限至{_day(order.due_on)}。")
    until = decision.effective_on or date.max
    told = [_told(report, until) for report in order.reports.all() if report.on <= until]
    return [*rows, *(told or ["整改期限内未提交整改报告。"])]


def _told(report: RectificationReport, until: date) -> str:
    looked = "未复验"
    if report.rechecked_on and report.rechecked_on <= until:
        looked = f"{_day(report.rechecked_on)}复验{'通过' if report.passed else '不通过'}"
    return f"{_day(report.on)}提交第{report.round}次整改报告，{looked}。"


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


# The page


def paper_of(project: Project, decision: Decision, *, receipt: bool = False) -> Paper:
    """A draft until both departments have signed."""
    said = content(project, decision, receipt=receipt)
    draft = decision.state != Decision.State.EFFECTIVE
    return layout(said, state=decision.get_state_display(), draft=draft)


def layout(data: Mapping[str, Any], *, state: str, draft: bool) -> Paper:
    """Its check code is of what was sealed, whatever service has filled in since."""
    sealed = data.get("sealed")
    original = layout({**data, "parts": sealed, "sealed": []}, state=state, draft=draft) if sealed else None
    receipt = data["form"] == "receipt"
    return Paper(
        form=data["title"] if receipt else data["form"],
        title=data["title"],
        blocks=(*_top(data), *(_slip(data) if receipt else _letter(data))),
        number=data["number"],
        state=state,
        code=short(digest(data)),
        draft=draft,
        letter=True,
        dated_on=date(*(int(part) for part in NUMBERS.findall(data["dated_on"]))),
        original=original,
    )


def _top(data: Mapping[str, Any]) -> Iterator[Block]:
    yield Line(f"{data['hr']}\n{data['finance']}", "issuer")
    yield Line(data["title"], "title")
    yield Line(data["number"], "number")
    yield Rule(red=True)


def _letter(data: Mapping[str, Any]) -> Iterator[Block]:
    yield Line(f"{data['unit']}：", "plain")
    yield Line(f"就你单位承担的“{data['name']}”（{data['label']}），现{VERBS[data['form']]}如下：")
    for numeral, (title, lines) in zip(NUMERALS, data["parts"], strict=False):
        yield Line(f"{numeral}、{title}", "heading")
        yield from (Line(line) for line in lines)
        if title == UNMET:
            yield _items(data["items"])
    yield Stamps(((data["hr"], ""), (data["finance"], "")))
    if data["form"] == "F12":
        yield Line("", "plain")
        yield Line("附：送达回证", "plain")
    if data["cc"]:
        yield Line("", "plain")
        yield Rule()
        yield Line(f"抄送：{data['cc']}", "plain")
        yield Rule()


def _items(items: list[list[str]]) -> Grid:
    heads = tuple(Cell(head, head=True) for head in ("序号", "事实", "依据", "整改要求"))
    rows = ((Cell(number), *(Cell(text, align="left") for text in said)) for number, *said in items)
    return Grid((11, 58, 32, 55), (heads, *rows), heads=1)


def _slip(data: Mapping[str, Any]) -> Iterator[Block]:
    rows = (
        (Cell(f"{TALL}\n{title}\n{TALL}", size=12), Cell("\n".join(lines), align="left", size=12))
        for title, lines in data["parts"]
    )
    yield Grid((52, 104), tuple(rows))
    yield Line(HOW_TO, "note")
