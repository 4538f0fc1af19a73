"""What must hold on the way to 取消称号 and after 验收, beside lifecycle/guards.py. Each reads a Snapshot. Pure."""

from collections.abc import Iterator

from lifecycle.guards import Snapshot
from policy.findings import Finding
from policy.terms import Rank, Severity

SIX_ONE, SIX_TWO = "六（一）", "六（二）"
ASSESSMENT = "人社部发〔2022〕62号"


def _no(code: str, message: str, clause: str = "", *, rank: Rank = Rank.DEFAULT, link: str = "") -> Finding:
    return Finding(code, Severity.BLOCKING, message, clause, rank, link=link)


def hearing_held(now: Snapshot) -> Iterator[Finding]:
    """Who asks to be heard in person is heard before anything is ruled or decided."""
    if now.revocation and now.revocation.hearing_owed:
        said = "单位要求当面听取陈述（听证），尚未登记陈述听证记录"
        yield _no("hearing", said, SIX_ONE, link="lifecycle:hearing")


def legality_reviewed(now: Snapshot) -> Iterator[Finding]:
    """法制审核 of this very proceeding, in favour."""
    if not now.revocation:
        return
    if now.revocation.legal is None:
        yield _no("legal", "尚未登记法制审核意见（审核人不能是拟制人）", SIX_ONE, link="lifecycle:legal_review")
    elif not now.revocation.legal:
        yield _no("legal", "法制审核不同意，须按意见补正后重新审核", SIX_ONE, link="lifecycle:legal_review")


def after_an_order(now: Snapshot) -> Iterator[Finding]:
    """Only a term can be given back; a finding of false material is withdrawn by T25."""
    if now.revocation and now.revocation.false:
        said = "虚假材料案件没有整改期限可以恢复；申辩成立的，请办理“复核：认定事实有误”"
        yield _no("false", said, SIX_TWO, rank=Rank.NOTICE)


def false_heard(now: Snapshot) -> Iterator[Finding]:
    """There is a case, and its unit said something or let its days pass."""
    if now.false_case is None:
        said = "没有核查中的虚假材料案件，请先立案并听取单位说明"
        yield _no("case", said, SIX_TWO, rank=Rank.NOTICE, link="lifecycle:false_material")
        return
    answer_by, heard = now.false_case
    if not heard and now.on <= answer_by:
        said = f"单位说明期至 {answer_by}，单位尚未说明，期满前不得认定"
        yield _no("unheard", said, SIX_TWO, link="lifecycle:false_material")


def grade_proposed(now: Snapshot) -> Iterator[Finding]:
    if not now.graded:
        said = "没有待决定的年度考核等次，请先提出等次"
        yield _no("graded", said, ASSESSMENT, rank=Rank.LAW, link="lifecycle:yearly")


def assessment_failed(now: Snapshot) -> Iterator[Finding]:
    """T29 stands on a grade in force, and once on each."""
    if not now.failed_year:
        said = "没有生效的不合格考核结论（或已据此责令整改），不能责令限期整改"
        yield _no("assessment", said, ASSESSMENT, rank=Rank.LAW, link="lifecycle:yearly")
