"""材料 of one project as its page lists them: by matter, each with what it belongs to, narrowed by a word or a matter."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from projects.models import Attachment
from projects.versions import Version, purpose_of, versions_of

# 所属事项 of an attachment, by the word its app files it under.
MATTERS = {
    "award": "立项",
    "target": "绩效目标",
    "sheet": "绩效目标",
    "document": "资金文件",
    "fund_document": "资金文件",
    "receipt": "资金到账",
    "income": "其他收入",
    "hold_request": "资金暂停",
    "budget": "预算",
    "contract": "采购与合同",
    "purchase_step": "采购与合同",
    "asset": "设备台账",
    "asset_check": "设备台账",
    "voucher": "资金支出",
    "invoice": "待登记的发票",
    "audit_finding": "资金审计",
    "audit_reply": "资金审计",
    "found_money": "问题资金",
    "statement": "三方对账",
    "settlement": "清算",
    "repayment": "清算",
    "reading": "绩效监控",
    "progress": "建设进度",
    "return_ask": "季报包补件",
    "inspection_notice": "监督检查",
    "inspection_item": "监督检查",
    "inspection_opinion": "监督检查",
    "problem": "问题整改",
    "problem_evidence": "问题整改",
    "acceptance_pack": "验收申请",
    "acceptance": "验收与评价",
    "panel_notice": "验收与评价",
    "expert_sheet": "验收与评价",
    "visit": "验收与评价",
    "decision": "联合决定",
    "rectification": "限期整改",
    "report": "限期整改",
    "revocation": "取消称号",
    "service": "送达",
    "hearing": "取消称号",
    "legal_review": "取消称号",
    "follow_up": "取消称号",
    "false_case": "虚假材料",
    "change": "变更",
    "dispute": "复议和诉讼",
    "waiver": "豁免",
    "printed_paper": "回传的盖章件",
}
OTHERS = "其他"
PLACES = [*dict.fromkeys(MATTERS.values()), OTHERS]


@dataclass(frozen=True, slots=True)
class FileRow:
    """`owner`: the number of what it proves, as its own page says it; empty where that has none."""

    file: Attachment
    matter: str
    purpose: str
    owner: str
    version: Version


def rows_of(files: Iterable[Attachment]) -> list[FileRow]:
    """In the order of the matters, the older first; one statement for each kind of owner that has numbers."""
    shown = list(files)
    versions, owners = versions_of(shown), _owners(shown)
    rows = [
        FileRow(one, matter(one), purpose_of(one), owners.get((one.about, one.about_id), ""), versions[one.pk])
        for one in shown
    ]
    return sorted(rows, key=lambda row: PLACES.index(row.matter))


def matter(attachment: Attachment) -> str:
    return MATTERS.get(attachment.about, OTHERS)


def matters_in(rows: Iterable[FileRow]) -> list[str]:
    return list(dict.fromkeys(row.matter for row in rows))


def chosen(rows: Iterable[FileRow], asked: Mapping[str, Any]) -> list[FileRow]:
    word, wanted = str(asked.get("q", "")).strip().casefold(), asked.get("matter", "")
    return [
        row
        for row in rows
        if (not wanted or row.matter == wanted)
        and word in f"{row.file.name} {row.purpose} {row.owner} {row.file.sha256}".casefold()
    ]


def grouped_by_matter(rows: Iterable[FileRow]) -> list[tuple[str, list[FileRow]]]:
    return [(name, list(of)) for name, of in groupby(rows, key=lambda row: row.matter)]


def _owners(files: Iterable[Attachment]) -> dict[tuple[str, int], str]:
    """By matter and id, out of what the apps above offer (`FILE_OWNERS`)."""
    asked: dict[str, set[int]] = defaultdict(set)
    for one in files:
        if one.about in settings.FILE_OWNERS:
            asked[one.about].add(one.about_id)
    found: dict[tuple[str, int], str] = {}
    for about, ids in asked.items():
        name: Callable[[Sequence[int]], Mapping[int, str]] = import_string(settings.FILE_OWNERS[about])
        found |= {(about, pk): said for pk, said in name(sorted(ids)).items()}
    return found
