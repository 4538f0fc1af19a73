"""办事指南: every row of the machine in words — who, what it needs, papers, time limit, ground — from the one table."""

import re
from dataclasses import dataclass

from accounts.roles import Action, Role, grants
from lifecycle import guards as g
from lifecycle import guards_changes as gc
from lifecycle import guards_endings as gs
from lifecycle.guards import Guard
from lifecycle.machine import ACTS, STEPS, Act, Step
from policy.edition import Edition
from policy.terms import Stage

SIGNERS = "省人社厅负责人、省财政厅负责人"
GUARD_WORDS: dict[Guard, str] = {
    g.category_decided: "职业类别和补助金额已确定（自动或两厅人工认定）",
    g.category_open: "职业类别按规则未能确定",
    g.sheet_complete: "绩效目标填写完整：权重合计 100，每个产出类至少一个量化指标，实施期和年度目标齐全",
    g.targets_ready: "两厅审核完毕；评为“良”的已完善并复核",
    g.graded_excellent: "审核等级为“优”",
    g.graded_good: "审核等级为“良”",
    g.money_issued: "资金文件已登记并签批",
    g.change_proposed: "单位已提出预算调剂申请，调剂后不超总额",
    g.revision_reviewed: "单位已提出绩效目标调整，两厅审核通过",
    g.values_confirmed: "年度自评的评定数值已录入并由另一方确认",
    g.not_held: "资金没有处于暂停中",
    g.is_held: "资金正处于暂停中",
    g.extension_asked: "单位已提出延期申请",
    g.before_build_end: "建设期尚未届满",
    g.extension_once: "此前没有延期，且延期月数不超过规定",
    g.pack_complete: "验收材料齐全：绩效自评表、资金收支情况表、专项审计报告、资产登记清单",
    g.vouchers_reviewed: "没有待认定或暂不认定的支出",
    g.no_severe_problem: "没有未销号的严重问题",
    g.build_over_or_early: "建设期满，或任务提前完成并写明理由",
    g.first_checks_done: "初审机关已提出初审意见",
    g.panel_recorded: "验收组名单已登记，人数为单数且达到规定",
    g.gates_judged: "建设条件逐项核查、绩效目标评估均已完成",
    g.gates_passed: "建设条件和绩效目标两道关口均通过",
    g.some_gate_failed: "至少一道关口有不符合项",
    g.found_money_put_right: "问题资金全部整改并复核",
    g.order_served: "整改通知书已送达",
    g.all_answered: "每个问题都有整改措施和佐证材料",
    g.recheck_passed: "由另一人复验，全部通过，报告未超过一年上限",
    g.recheck_failed: "由另一人复验，仍有不通过项",
    g.within_cap: "整改一年上限未到",
    g.term_over: "整改期已过，期内报送的整改报告已复验",
    g.notice_served: "拟取消告知书已送达",
    g.defence_stated: "单位已提出陈述申辩，尚未复核",
    g.defence_heard: "陈述申辩已复核，或申辩期满未提出",
    g.settlement_prepared: "省财政厅已编制清算表",
    g.decision_served: "取消称号决定书已送达，牌匾收回情况已登记",
    g.money_settled: "已下达资金的，先完成清算",
    gc.change_asked: "单位已提出变更申请，原值未变",
    gs.false_heard: "已立虚假材料核查案件，单位已说明或说明期已满",
    gs.hearing_held: "单位要求听证或当面陈述的，已听取并记录",
    gs.after_an_order: "该告知由限期整改而来",
    gs.legality_reviewed: "本案已通过法制审核",
    gs.grade_proposed: "年度考核等次已提出",
    gs.assessment_failed: "有生效的不合格考核结论",
    gc.judgment_registered: "已登记撤销决定的复议决定或判决",
    gc.revocation_annulled: "复议机关或法院的生效法律文书撤销了取消称号决定，案件和结果已登记",
    gc.award_stands: "立项和类别认定没有被依法撤销",
    gc.order_stands: "责令整改的决定没有被依法撤销",
    gc.notice_stands: "拟取消告知及其依据没有被依法撤销",
    gc.revocation_stands: "取消称号决定没有被依法撤销",
    gc.acceptance_stands: "通过验收的决定没有被依法撤销",
    gc.grade_stands: "考核结论没有被依法撤销",
    gc.hold_stands: "暂停决定没有被依法撤销（被撤销的，执行撤销结果）",
}


@dataclass(frozen=True, slots=True)
class Help:
    """One row of the guide. `place`: where it is done; `arrow`: whether it moves the stage."""

    code: str
    label: str
    sources: tuple[Stage, ...]
    target: Stage | None
    who: str
    needs: tuple[str, ...]
    documents: tuple[str, ...]
    due: str
    basis: str
    effects: tuple[str, ...]
    place: str

    @property
    def arrow(self) -> bool:
        return self.target is not None

    @property
    def row(self) -> str:
        """The row of transitions.csv it belongs to; "" for what only prepares one."""
        found = re.match(r"T\d\d", self.code)
        return found.group() if found else ""


def roles_of(action: Action) -> str:
    return "、".join(Role(role).label for role in grants(action))


def who_of(step: Step) -> str:
    if step.who or not step.joint:
        return step.who or roles_of(step.action)
    concur = f"；会商：{roles_of(Action.CONCUR_REVOCATION)}" if step.concurred else ""
    return f"拟制：{roles_of(step.action)}{concur}；签署：{SIGNERS}"


def due_of(text: str, edition: Edition) -> str:
    """With the numbers of an edition; one of our own practice is marked as such."""
    keys = re.findall(r"{(\w+)}", text)
    if not keys:
        return text
    said = text.format_map({key: edition.limit(key).value for key in keys})
    ranks = {edition.limit(key).basis.rank.label for key in keys}
    return f"{said}（{'、'.join(sorted(ranks))}）"


def help_of(one: Step | Act, edition: Edition) -> Help:
    if isinstance(one, Act):
        return Help(
            one.code, one.label, one.sources, None, due_of(one.who, edition), _filled(one.needs, edition), one.documents,
            due_of(one.due, edition), one.basis, (), one.place,
        )  # fmt: skip
    needs = (*(GUARD_WORDS[guard] for guard in one.guards if guard in GUARD_WORDS), *one.needs)
    papers = (*(paper.label for paper in one.documents), *one.papers)
    place = "联合决定" if one.joint else "项目档案—我可以办理"
    return Help(
        one.code, one.label, one.sources, one.target, who_of(one), needs, papers, due_of(one.due, edition), one.basis,
        one.effects, place,
    )  # fmt: skip


def _filled(texts: tuple[str, ...], edition: Edition) -> tuple[str, ...]:
    return tuple(due_of(text, edition) for text in texts)


def guide(edition: Edition) -> list[Help]:
    """Every row: first those of transitions.csv in their order, then what prepares one of them."""
    rows = [help_of(one, edition) for one in (*STEPS, *ACTS)]
    return sorted(rows, key=lambda row: (not row.row, row.row, row.code))


def of_stage(rows: list[Help], stage: Stage) -> list[Help]:
    return [row for row in rows if stage in row.sources]
