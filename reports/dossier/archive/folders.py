"""The numbered folders of a 卷宗 and what goes where. Pure."""

import re
from collections.abc import Mapping

FOLDERS = (
    "01 立项", "02 绩效目标", "03 资金", "04 建设进度与监控", "05 检查与问题", "06 验收与评价", "07 整改与称号",
    "08 决定变更和其他", "09 日志",
)  # fmt: skip
AWARD, TARGETS, MONEY, BUILD, INSPECTION, ACCEPTANCE, RECTIFY, OTHER, JOURNAL = FOLDERS
FORMS: Mapping[str, str] = {
    "F16": AWARD, "F17": AWARD, "F02": TARGETS, "F03": TARGETS, "F07": MONEY, "F08": MONEY, "F04": BUILD, "F09": BUILD,
    "F05": ACCEPTANCE, "F06": ACCEPTANCE, "F10": ACCEPTANCE, "F11": ACCEPTANCE, "F12": RECTIFY, "F13": RECTIFY,
    "F14": RECTIFY, "F15": RECTIFY, "receipt": RECTIFY,
}  # fmt: skip
# Attachment.about → folder
MATTERS: Mapping[str, str] = {
    **dict.fromkeys(("award",), AWARD),
    **dict.fromkeys(("target", "sheet"), TARGETS),
    **dict.fromkeys((
        "document", "fund_document", "receipt", "income", "budget", "voucher", "invoice", "contract", "purchase_step",
        "asset", "asset_check", "audit_finding", "audit_reply", "found_money", "statement", "settlement", "repayment",
        "hold_request",
    ), MONEY),
    **dict.fromkeys(("reading", "progress", "return_ask"), BUILD),
    **dict.fromkeys(("inspection_notice", "inspection_item", "inspection_opinion", "problem", "problem_evidence"), INSPECTION),
    **dict.fromkeys((
        "acceptance_pack", "acceptance", "panel_notice", "expert_sheet", "visit", "assessment", "yearly", "mock",
    ), ACCEPTANCE),
    **dict.fromkeys((
        "rectification", "report", "revocation", "service", "hearing", "legal_review", "follow_up", "false_case",
    ), RECTIFY),
}  # fmt: skip
# Decision.kind → folder of its papers and of its 会签稿
DECISIONS: Mapping[str, str] = {
    **dict.fromkeys(("category", "T01"), AWARD),
    **dict.fromkeys(("T04", "T05", "T13M"), TARGETS),
    **dict.fromkeys(("T11", "T12", "T13"), MONEY),
    **dict.fromkeys(("T14",), BUILD),
    **dict.fromkeys(("T18", "assess", "T28J"), ACCEPTANCE),
    **dict.fromkeys(
        ("T19", "T21", "T22", "T23", "T25", "T25R", "T26", "T27", "T29", "T30", "T32", "ruling", "false", "annul"),
        RECTIFY,
    ),
}
DECISION, COUNTERSIGN = "decision", "会签稿"
LONGEST = 80
_UNSAFE = re.compile(r'[\s\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')


def folder_of_form(form: str, key: str, decisions: Mapping[int, str]) -> str:
    """`decisions`: what each decision of the project decides; the key of a 会签稿 ends in the number of its own."""
    if form == COUNTERSIGN:
        number = key.rpartition("-")[2]
        return DECISIONS.get(decisions.get(int(number), ""), OTHER) if number.isdecimal() else OTHER
    return FORMS.get(form, OTHER)


def folder_of_file(about: str, about_id: int, decisions: Mapping[int, str]) -> str:
    if about == DECISION:
        return DECISIONS.get(decisions.get(about_id, ""), OTHER)
    return MATTERS.get(about, OTHER)


def safe(name: str) -> str:
    """A name that every file system takes and that leads out of no folder; its ending is kept."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > len("jpeg"):
        stem, ending = name, ""
    stem = _UNSAFE.sub("_", stem).strip("._ ")[:LONGEST] or "文件"
    ending = _UNSAFE.sub("_", ending)
    return f"{stem}.{ending}" if ending else stem
