"""谁在办、从何时、到何时: the one thing a project waits for now, in words. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lifecycle.guards import AcceptanceFacts, Snapshot, term_over
from policy.terms import Stage
from projects.models import Project

NOBODY = "—"


@dataclass(frozen=True, slots=True)
class Waiting:
    """`route`: the URL name of the page where it is done, for those who may."""

    what: str
    who: str
    since: date | None = None
    until: date | None = None
    note: str = ""
    route: str = ""


def waiting_of(project: Project, now: Snapshot) -> Waiting:
    return BY_STAGE[Stage(project.stage)](project, now)


def told_to_unit(project: Project, now: Snapshot) -> Waiting:
    """The same for people of the unit, who learn what both gates and the re-check gave once it is decided, and
    of a paper that must be served once it is.
    """
    said = waiting_of(project, now)
    facts = now.acceptance
    if project.stage == Stage.IN_ACCEPTANCE and facts and not facts.first_checks_missing:
        return Waiting("核查建设条件、评估绩效目标并作出验收结论", _both(project), said.since)
    if project.stage == Stage.RECHECKING:
        return Waiting("整改复验并作出决定", _both(project), said.since)
    return Waiting("送达两厅文书", _both(project), said.since) if _unserved(project, now) else said


def _unserved(project: Project, now: Snapshot) -> bool:
    """A paper that binds the unit from service is in force and on its way."""
    order, proceeding = now.rectification, now.revocation
    if project.stage == Stage.RECTIFYING:
        return not (order and order.served_on)
    if project.stage == Stage.REVOCATION_NOTICE:
        return not (proceeding and proceeding.served_on)
    return project.stage == Stage.REVOKED and not (proceeding and proceeding.decision_served_on)


def _hr(project: Project) -> str:
    return project.edition.province_hr


def _finance(project: Project) -> str:
    return project.edition.province_finance


def _both(project: Project) -> str:
    return f"{_hr(project)}、{_finance(project)}"


def _unit(project: Project, who: str) -> str:
    return f"{project.organisation.name}（{who}）"


def _draft(project: Project, now: Snapshot) -> Waiting:
    what = "拟制立项决定" if now.sector and now.grant is not None else "认定职业类别"
    return Waiting(what, f"{_hr(project)}（经办）", project.stage_since)


def _awarded(project: Project, now: Snapshot) -> Waiting:
    left = sum(1 for finding in now.sheet if finding.blocks)
    note = f"还有 {left} 处须填写或改正" if left else "内容已齐，等待单位负责人提交"
    who = _unit(project, "经办编制，负责人提交")
    return Waiting("编制并提交绩效目标", who, project.stage_since, note=note, route="performance:sheet")


def _review(project: Project, now: Snapshot) -> Waiting:
    """The findings of readiness name whose word is missing: 等待…。"""
    if not now.readiness:
        return Waiting("备案绩效目标（两厅会签）", _both(project), project.stage_since)
    said = [finding.message.rstrip("。") for finding in now.readiness]
    who = "、".join(text.rsplit("等待", 1)[-1] for text in said)
    return Waiting("审核绩效目标", who, project.stage_since, route="performance:sheet")


def _filed(project: Project, now: Snapshot) -> Waiting:
    if not now.money_issued:
        who = f"{_finance(project)}（经办登记，负责人签批）"
        return Waiting("下达资金", who, project.stage_since, route="funds:documents")
    who = f"{_hr(project)}（经办）"
    return Waiting("启动建设期", who, project.stage_since, route="lifecycle:start_building")


def _building(project: Project, now: Snapshot) -> Waiting:
    over = project.build_end_on is not None and now.on > project.build_end_on
    what = "申请验收" if over else "按目标建设，期满申请验收"
    if over:
        note = "建设期已届满，尚未申请验收"
    elif now.pack_missing:
        note = f"验收材料还缺：{'、'.join(now.pack_missing)}"
    else:
        note = ""
    who = _unit(project, "负责人申请")
    route = "lifecycle:pack" if now.pack_missing else "lifecycle:apply"
    return Waiting(what, who, project.build_start_on, project.build_end_on, note, route)


def _acceptance(project: Project, now: Snapshot) -> Waiting:
    facts = now.acceptance
    since = project.stage_since
    if facts is None:
        return Waiting("受理验收申请", _hr(project), since, route="lifecycle:acceptance")
    if facts.first_checks_missing:
        who = "、".join(facts.first_checks_missing)
        return Waiting("提出验收初审意见", who, since, route="lifecycle:first_check")
    if not facts.panel_size:
        note = "形式审查通过后受理，再组成验收组"
        return Waiting("形式审查并组成验收组", f"{_hr(project)}（经办）", since, note=note, route="lifecycle:panel")
    if facts.gate_a_open:
        note = f"还有 {facts.gate_a_open} 项建设条件未核查"
        return Waiting("核查建设条件", f"{_hr(project)}（经办）", since, note=note, route="lifecycle:gate_a")
    return _judging(project, facts, since)


def _judging(project: Project, facts: AcceptanceFacts, since: date | None) -> Waiting:
    """Gate A is done: the targets, the sheets of the panel, then the conclusion."""
    if facts.gate_b_open:
        note = "；".join(facts.gate_b_open)
        return Waiting("评估绩效目标", _both(project), since, note=note, route="performance:evaluation")
    if facts.sheets_missing:
        note = f"还差 {facts.sheets_missing} 份，全部提交后启封"
        return Waiting("等待专家评审表", "验收组专家", since, note=note, route="lifecycle:panel")
    unmet = len(facts.gate_a_unmet) + len(facts.gate_b_unmet)
    if unmet:
        return Waiting("拟制限期整改通知", f"{_hr(project)}（经办）", since, note=f"有 {unmet} 项不符合")
    return Waiting("拟制验收结论", f"{_hr(project)}（经办）", since, note="两道关口均已通过")


def _rectifying(project: Project, now: Snapshot) -> Waiting:
    facts = now.rectification
    if facts is None or not facts.served_on:
        return Waiting("登记整改通知书送达", _both(project), project.stage_since, route="lifecycle:serve_order")
    note = f"还有 {facts.unanswered} 个问题未填措施或缺佐证" if facts.unanswered else "措施已填齐，等待单位负责人提交"
    last = now.calendar.next_working(facts.due_on) if facts.due_on else None
    if last and now.on > last:
        follows = "" if any(term_over(now)) else "，两厅可依程序告知拟取消称号"
        note = f"整改期已过{follows}；{note}"
    who = _unit(project, "经办填写，负责人提交")
    return Waiting("整改并提交报告", who, facts.served_on, last, note, "lifecycle:report")


def _rechecking(project: Project, now: Snapshot) -> Waiting:
    facts = now.rectification
    since = facts.reported_on if facts else project.stage_since
    if facts is None or facts.recheck is None:
        note = "由整改通知书拟制人以外的人复验"
        return Waiting("整改复验", _both(project), since, note=note, route="lifecycle:recheck")
    what = "拟制复验通过的决定" if facts.recheck else "拟制复验不通过的决定，或拟取消称号告知"
    return Waiting(what, f"{_hr(project)}（经办）", since)


def _notice(project: Project, now: Snapshot) -> Waiting:
    facts = now.revocation
    hr = f"{_hr(project)}（经办）"
    if facts is None or not facts.served_on:
        return Waiting("登记拟取消告知书送达", _both(project), project.stage_since, route="lifecycle:serve_notice")
    if facts.defended_on and facts.upheld is None:
        return Waiting("逐条答复陈述申辩，拟制复核决定", hr, facts.defended_on)
    if not facts.defended_on and facts.defend_by and now.on <= facts.defend_by:
        who = _unit(project, "负责人")
        note = "单位可以陈述申辩；期满前两厅不得决定"
        return Waiting("陈述申辩", who, facts.served_on, facts.defend_by, note, "lifecycle:defence")
    return Waiting("两厅联合决定是否取消称号", _both(project), facts.defend_by, note="系统不会自动取消称号")


def _revoked(project: Project, now: Snapshot) -> Waiting:
    if now.settlement == "prepared":
        who = f"{_finance(project)}（负责人）"
        return Waiting("批准资金清算", who, project.stage_since, route="lifecycle:settle")
    who = f"{_finance(project)}（经办）"
    note = "取消决定书须登记送达，并收回牌匾"
    return Waiting("编制资金清算", who, project.stage_since, note=note, route="funds:settlement")


def _over(what: str) -> Callable[[Project, Snapshot], Waiting]:
    return lambda project, now: Waiting(what, NOBODY, project.stage_since)


BY_STAGE: dict[Stage, Callable[[Project, Snapshot], Waiting]] = {
    Stage.DRAFT: _draft,
    Stage.AWARDED: _awarded,
    Stage.TARGET_REVIEW: _review,
    Stage.TARGET_FILED: _filed,
    Stage.BUILDING: _building,
    Stage.IN_ACCEPTANCE: _acceptance,
    Stage.ACCEPTED: _over("已通过验收，项目运行中"),
    Stage.RECTIFYING: _rectifying,
    Stage.RECHECKING: _rechecking,
    Stage.REVOCATION_NOTICE: _notice,
    Stage.REVOKED: _revoked,
    Stage.SETTLED: _over("称号已取消，资金已清算，记录永久保留"),
    Stage.TERMINATED: _over("项目已终止，记录永久保留"),
}
