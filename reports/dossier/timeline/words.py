"""How each happening is called, which kind it is, where its page is. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from funds.models import Income, Receipt
from lifecycle.models import ChangeRequest, Dispute, FollowUp, Hearing, Request, Service
from performance.models import Assessment, MilestonePlan, Review, TargetSheet
from performance.models.sheet import block_label
from policy.terms import DocumentKind, FoundMoneyMove, Grade
from projects.models import Correction, Decision

KINDS = {
    "award": "立项与变更",
    "targets": "绩效目标",
    "money": "资金",
    "build": "建设与监控",
    "inspection": "检查",
    "problem": "问题",
    "decision": "决定与送达",
    "acceptance": "验收与评价",
    "rectify": "整改与称号",
    "alert": "预警",
    "deadline": "期限",
}
YES = frozenset({"1", "true", "t", "True"})  # a yes as the databases write it in text
Says = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Word:
    """`title`, `detail`: templates of {a} {b} {c}, or what makes the words of them. `route`: the page; `of`: whose id it
    takes, the project's ("project"), the project's and the row's ("row"), or the row's alone ("bare").
    """

    kind: str
    title: str | Says
    detail: str | Says = ""
    tone: str = "blue"
    route: str = ""
    of: str = "project"


def said(how: str | Says, a: str, b: str, c: str) -> str:
    return how(a, b, c) if callable(how) else how.format(a=a, b=b, c=c)


def label(choices: type, value: str) -> str:
    """The word of a stored value; of one that is no longer offered, the value itself."""
    return str(dict(choices.choices).get(value, value))  # type: ignore[attr-defined]


def one(letter: str, choices: type, template: str = "{}") -> Says:
    """The stored value in this column, in words, set into the template."""
    return lambda a, b, c: template.format(label(choices, {"a": a, "b": b, "c": c}[letter]))


def when(letter: str, yes: str, no: str = "", template: str = "{}") -> Says:
    """Two words, by the yes or no in this column."""
    return lambda a, b, c: template.format(yes if {"a": a, "b": b, "c": c}[letter] in YES else no)


def _graded(a: str, b: str, c: str) -> str:
    return f"评为{label(Grade, b)}" if b else "同意" if c in YES else "退回"


def _returned(a: str, b: str, c: str) -> str:
    return f"绩效目标第 {a} 稿{label(TargetSheet.State, b)}"


def _planned(a: str, b: str, c: str) -> str:
    return f"建设任务计划第 {a} 版{label(MilestonePlan.State, b)}"


def _corrected(a: str, b: str, c: str) -> str:
    return f"更正《{a}》的{label(Correction.Field, b)}"


def _asked(a: str, b: str, c: str) -> str:
    return f"{f'{b} 个月，' if b != '0' else ''}{label(Request.State, c)}"


def _legal(a: str, b: str, c: str) -> str:
    return f"{a}：{'同意' if b in YES else '不同意'}"


def _changed(a: str, b: str, c: str) -> str:
    return "；".join(filter(None, [f"{c} 提出，内容自本日起变化", b]))


def _income(a: str, b: str, c: str) -> str:
    return f"{'冲销' if c else ''}{label(Income.Kind, a)}"


def _evaluated(a: str, b: str, c: str) -> str:
    return f"{a or '未计'} 分，{label(Grade, b)}"


def _awarded(a: str, b: str, c: str) -> str:
    return f"评为{label(Grade, c)}" if c else ""


def _decided(a: str, b: str, c: str) -> str:
    return f"{_assessment(a, b, c)}评定"


def _sent(a: str, b: str, c: str) -> str:
    return f"报送{_assessment(a, b, c)}"


def _document(a: str, b: str, c: str) -> str:
    return f"{label(DocumentKind, b)}资金{'（待签批）' if c == 'recorded' else ''}"


def _assessment(a: str, b: str, c: str) -> str:
    return f"{'' if b == 'period' else block_label(b)}{label(Assessment.Kind, a)}"


def _drafted(a: str, b: str, c: str) -> str:
    return f"拟制《{a}》" + ("" if c == Decision.State.EFFECTIVE else f"（{label(Decision.State, c)}）")


ONE_RETURN, ONE_INSPECTION = ("performance:return", "row"), ("lifecycle:inspection", "row")
DECISION, PROBLEM = ("lifecycle:decision", "bare"), ("lifecycle:problem", "row")
WORDS: Mapping[str, Word] = {
    "awarded": Word("award", "立项", "{a}", "green", "reports:dossier"),
    "change": Word(
        "award", one("a", ChangeRequest.Kind, "申请{}"), one("b", ChangeRequest.State), "blue", "lifecycle:changes"
    ),
    "request": Word("award", one("a", Request.Kind, "申请{}"), _asked, "blue", "lifecycle:changes"),
    "dispute": Word("award", one("a", Dispute.Kind, "{}受理"), "{b}", "orange", "lifecycle:changes"),
    "dispute_closed": Word(
        "award", one("a", Dispute.Kind, "{}结案"), one("b", Dispute.Result), "orange", "lifecycle:changes"
    ),
    "target_sent": Word("targets", "绩效目标第 {a} 稿送审", "", "blue", "performance:sheet"),
    "target_review": Word("targets", one("a", Review.Level, "绩效目标{}"), _graded, "blue", "performance:sheet"),
    "target_back": Word("targets", _returned, "", "red", "performance:sheet"),
    "target_filed": Word("targets", "绩效目标第 {a} 版备案", "{b}", "green", "performance:sheet"),
    "document": Word("money", _document, "{a}", "green", "funds:document", "bare"),
    "release": Word("money", lambda a, b, c: "更正拨付" if c else "拨付", "{a}", "blue", "funds:money_in"),
    "receipt": Word("money", one("a", Receipt.Kind), "{b}", "green", "funds:money_in"),
    "income": Word("money", _income, "{b}", "blue", "funds:incomes"),
    "budget_sent": Word("money", "报送预算第 {a} 版", "{b}", "blue", "funds:budget"),
    "budget_approved": Word("money", "预算第 {a} 版批准", "{b}", "green", "funds:budget"),
    "budget_back": Word("money", "预算第 {a} 版退回", "{b}", "red", "funds:budget"),
    "contract": Word("money", "签订合同", "{a} {b}", "blue", "funds:contract", "row"),
    "batch_signed": Word("money", "报送报账批次（第 {a} 批）", "{b}", "blue", "funds:batch", "row"),
    "batch_passed": Word("money", "报账批次办结（第 {a} 批）", "{b}", "green", "funds:batch", "row"),
    "recognised": Word("money", "认定支出", "{a} 笔", "green", "funds:payments"),
    "questioned": Word("money", "暂不认定支出", "{a} 笔", "orange", "funds:payments"),
    "disallowed": Word("money", "不认定支出", "{a} 笔", "red", "funds:payments"),
    "settlement": Word("money", "编制清算", "应追缴", "orange", "funds:settlements"),
    "settled": Word("money", "批准清算", "{a} 应追缴", "orange", "funds:settlements"),
    "repaid": Word("money", "资金缴回", "{a}", "green", "funds:settlements"),
    "audit": Word("money", "资金审计立项", "{a}", "blue", "funds:audit", "row"),
    "audit_sent": Word("money", "送达审计发现", "{a}", "orange", "funds:audit", "row"),
    "audit_done": Word("money", "资金审计办结", "{a}", "green", "funds:audit", "row"),
    "found": Word("money", "查出问题资金", "{a}", "orange", "funds:found_money"),
    "found_move": Word("money", one("a", FoundMoneyMove, "问题资金{}"), "{b}", "green", "funds:found_money"),
    "build_start": Word("build", "建设期开始", "", "gray", "reports:dossier"),
    "build_end": Word("build", "建设期届满", "", "gray", "reports:dossier"),
    "plan_sent": Word("build", "报送建设任务计划第 {a} 版", "{b}", "blue", "performance:milestones"),
    "plan_reviewed": Word("build", _planned, "{c}", "green", "performance:milestones"),
    "round": Word("build", "发起{a}", "截止 {b}", "gray", *ONE_RETURN),
    "return_sent": Word("build", "报送{a}季报包", when("b", "零报告"), "blue", *ONE_RETURN),
    "return_back": Word("build", "退回{a}季报包", "", "red", *ONE_RETURN),
    "return_accepted": Word("build", "审定{a}季报包", "", "green", *ONE_RETURN),
    "return_exempt": Word("build", "{a}季报包免报", "{b}", "gray", *ONE_RETURN),
    "inspection_notice": Word("inspection", "检查通知", "{a} {b}", "blue", *ONE_INSPECTION),
    "inspection_visit": Word("inspection", "现场检查", "{a}", "blue", *ONE_INSPECTION),
    "inspection_signed": Word("inspection", "检查记录签字", "{a}", "blue", *ONE_INSPECTION),
    "inspection_asked": Word("inspection", "检查结果征求意见", "{a}", "orange", *ONE_INSPECTION),
    "inspection_answered": Word("inspection", "答复检查意见", "{a}", "blue", *ONE_INSPECTION),
    "inspection_done": Word("inspection", "检查办结", "{a}", "green", *ONE_INSPECTION),
    "problem": Word("problem", "提出问题 {a}", "{b}", "orange", *PROBLEM),
    "problem_answered": Word("problem", "答复问题 {a}", "{b}", "blue", *PROBLEM),
    "problem_closed": Word("problem", "问题 {a} 销号", "{b}", "green", *PROBLEM),
    "drafted": Word("decision", _drafted, "{b}", "gray", *DECISION),
    "effective": Word("decision", "《{a}》生效", "{b}", "green", *DECISION),
    "corrected": Word("decision", _corrected, "更正为 {c}", "orange", *DECISION),
    "served": Word("decision", "送达《{a}》", one("b", Service.Way), "purple", "lifecycle:receipt", "row"),
    "waived": Word("decision", "批准豁免：{a}", "{b}，至 {c}", "orange", "lifecycle:waiver", "bare"),
    "applied": Word("acceptance", "第 {a} 次申请验收", "", "blue", "lifecycle:acceptance"),
    "hr_checked": Word("acceptance", "人社初审验收申请", "", "blue", "lifecycle:acceptance"),
    "finance_checked": Word("acceptance", "财政初审验收申请", "", "blue", "lifecycle:acceptance"),
    "pack_back": Word("acceptance", "验收材料退回补正", "补正期限 {a}", "red", "lifecycle:acceptance"),
    "pack_mended": Word("acceptance", "补正验收材料", "", "blue", "lifecycle:acceptance"),
    "accepted_for": Word("acceptance", "受理验收申请", "", "green", "lifecycle:acceptance"),
    "panel": Word("acceptance", "组成验收组", "{a}", "blue", "lifecycle:acceptance"),
    "visited": Word("acceptance", "验收现场", "{a}", "blue", "lifecycle:acceptance"),
    "gate_a": Word("acceptance", "核查建设条件", "", "blue", "lifecycle:acceptance"),
    "gate_b": Word("acceptance", "确认期满绩效评估", _evaluated, "blue", "lifecycle:acceptance"),
    "assessed": Word("acceptance", _sent, "", "blue", "performance:assessment", "row"),
    "assessment_decided": Word(
        "acceptance",
        _decided,
        _awarded,
        "green",
        "performance:assessment",
        "row",
    ),
    "yearly": Word("acceptance", "报送 {a} 年度报告", "", "blue", "lifecycle:yearly"),
    "yearly_graded": Word("acceptance", "{a} 年度考核", "{b}", "green", "lifecycle:yearly"),
    "rectified": Word("rectify", "报送第 {a} 次整改报告", "", "blue", "lifecycle:rectification"),
    "rechecked": Word("rectify", "第 {a} 次整改复验", when("b", "通过", "不通过"), "orange", "lifecycle:rectification"),
    "defended": Word("rectify", "陈述申辩", when("a", "要求听取陈述（听证）"), "blue", "lifecycle:rectification"),
    "heard": Word("rectify", one("a", Hearing.Kind), "{b}", "blue", "lifecycle:rectification"),
    "legal": Word("rectify", "法制审核", _legal, "blue", "lifecycle:rectification"),
    "followed": Word("rectify", one("a", FollowUp.Kind), "{b}", "orange", "lifecycle:rectification"),
    "false_case": Word("rectify", "虚假材料立案", "{a}", "red", "lifecycle:false_material"),
    "false_stated": Word("rectify", "单位说明材料情况", "{a}", "blue", "lifecycle:false_material"),
    "false_closed": Word("rectify", "虚假材料案件办结", "{a}", "orange", "lifecycle:false_material"),
    "alert": Word("alert", "{a}", "{b}", "orange", "reports:alerts", "none"),
    "alert_changed": Word("alert", "{a}", _changed, "orange", "reports:alerts", "none"),
    "alert_cleared": Word("alert", "解除：{a}", "", "gray", "reports:alerts", "none"),
}
_AT = {code: at for at, code in enumerate(WORDS)}
DIGITS = 3


def ranked(code: str) -> str:
    """With its place in the order of the table in front: of two on one day the later act sorts behind the earlier."""
    return f"{_AT[code]:0{DIGITS}d}{code}"


def code_in(text: str) -> str:
    return text[DIGITS:]
