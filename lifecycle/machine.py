"""The life of a project, as one table (handbook 12, domain/data/transitions.csv). Read it top to bottom.

Buttons, checklists, confirm pages and tests are drawn from it. `joint` steps are drafted by whoever holds `action`
and take effect with the second of two signatures. A step without `target` is an act inside a stage.
"""

from dataclasses import dataclass

from accounts.roles import Action
from funds.rules import HOLD_STAGES
from lifecycle import guards as g
from lifecycle import guards_changes as gc
from lifecycle import guards_endings as gs
from lifecycle.guards import Guard
from performance.rules.assessments import STAGES as ASSESSED_STAGES
from policy.terms import Stage

DRAFT, AWARDED, REVIEW, FILED = Stage.DRAFT, Stage.AWARDED, Stage.TARGET_REVIEW, Stage.TARGET_FILED
BUILDING, ACCEPTANCE, ACCEPTED = Stage.BUILDING, Stage.IN_ACCEPTANCE, Stage.ACCEPTED
RECTIFYING, RECHECKING, NOTICE = Stage.RECTIFYING, Stage.RECHECKING, Stage.REVOCATION_NOTICE
REVOKED, SETTLED, TERMINATED = Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED
LIVE = tuple(stage for stage in Stage if stage not in {REVOKED, SETTLED, TERMINATED})
TITLED = tuple(stage for stage in LIVE if stage not in {DRAFT, NOTICE})  # a title that false material can cost
SIX_ONE = "通知 六（一）"


@dataclass(frozen=True, slots=True)
class Document:
    """A paper that must come with a step."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Step:
    """`documents` come with the decision; `papers` arise around the step. `due`: with the edition's numbers in {}.

    `who`, `needs`: where neither the action's roles nor the guards say it all.
    """

    code: str
    label: str
    sources: tuple[Stage, ...]
    target: Stage | None
    action: Action
    guards: tuple[Guard, ...] = ()
    documents: tuple[Document, ...] = ()
    joint: bool = False
    concurred: bool = False
    several: bool = False
    basis: str = SIX_ONE
    effects: tuple[str, ...] = ()
    route: str = ""
    due: str = ""
    who: str = ""
    needs: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """What transitions.csv counts among its rows and what moves no stage by itself: where and by whom it is done."""

    code: str
    label: str
    sources: tuple[Stage, ...]
    who: str
    needs: tuple[str, ...]
    documents: tuple[str, ...]
    due: str
    basis: str
    place: str
    route: str = ""


STEPS = (
    Step(
        "category", "人工认定职业类别", (DRAFT,), None, Action.DRAFT_CATEGORY, (g.category_open,),
        (Document("minutes", "类别认定会商记录"),), joint=True, basis="通知 五",
        effects=("按认定的类别确定补助金额", "认定理由长期保存并在档案中公开可查"),
    ),
    Step(
        "T01", "立项", (DRAFT,), AWARDED, Action.DRAFT_AWARD, (g.category_decided,),
        (Document("list", "备案名单文件"), Document("publicity", "公示截图")), joint=True, several=True,
        basis="通知 三（三）（五）", effects=("确定项目编号和补助金额，此后不再变动", "通知项目单位填报绩效目标"),
    ),
    Step(
        "T03", "提交绩效目标", (AWARDED,), REVIEW, Action.SUBMIT_TARGETS, (g.sheet_complete, gc.award_stands),
        basis="财预〔2015〕163号", effects=("提交后不能修改，除非被退回", "进入初审；没有初审机关的直接进入省级审核"),
        route="lifecycle:submit_targets",
        due="在任务通知写明的期限内",
        papers=("申报表盖章件",),
    ),
    Step(
        "T04", "备案绩效目标（评级优）", (REVIEW,), FILED, Action.DRAFT_DECISION,
        (g.targets_ready, g.graded_excellent, gc.award_stands),
        joint=True, several=True, basis="财预〔2015〕163号", effects=("绩效目标成为固定版本，可以下达资金",),
        due="收到送审后 {target_review_working_days} 个工作日内",
        papers=("审核表",),
    ),
    Step(
        "T05", "备案绩效目标（评级良，已完善）", (REVIEW,), FILED, Action.DRAFT_DECISION,
        (g.targets_ready, g.graded_good, gc.award_stands),
        joint=True, several=True, basis="财预〔2015〕163号", effects=("完善后的绩效目标成为固定版本，可以下达资金",),
        due="收到送审后 {target_review_working_days} 个工作日内",
        papers=("审核表", "修改记录"),
    ),
    Step(
        "T06", "退回绩效目标（初审退回或评级中）", (REVIEW,), AWARDED, Action.REVIEW_HR, basis="财预〔2015〕163号",
        due="收到送审后 {target_review_working_days} 个工作日内作出，一次性告知修改内容",
        who="市（州）、县初审机关，或省人社厅、省财政厅经办",
        needs=("初审机关写明退回理由，或两厅审核以较低等级为准得“中”",),
        effects=("退回单位修改，意见一次性告知", "再报走全部审核程序"),
        papers=("退回意见",),
    ),
    Step(
        "T07", "退回绩效目标（评级差）", (REVIEW,), AWARDED, Action.REVIEW_HR, basis="财预〔2015〕163号",
        due="收到送审后 {target_review_working_days} 个工作日内作出",
        who="省人社厅、省财政厅经办",
        needs=("两厅审核以较低等级为准得“差”",),
        effects=("退回单位重做，资金下达锁定", "再报走全部审核程序"),
        papers=("审核表",),
    ),
    Step(
        "T08", "启动建设期", (FILED,), BUILDING, Action.START_BUILDING, (g.money_issued, gc.award_stands),
        effects=("建设期按政策规定的起算方式开始", "建设期届满前 90 天、30 天和当天提醒单位"), route="lifecycle:start_building",
        due="中央资金自接到下达文件起 {pass_on_days} 日内转下达",
        papers=("资金文件", "拨付凭证"),
    ),
    Step(
        "T13", "批准预算调剂", (BUILDING,), None, Action.DRAFT_CHANGE, (g.change_proposed,),
        (Document("approval", "调剂批复"),), joint=True, basis="通知 五",
        effects=("调剂后的预算成为新版本，原版本只读保留", "各类别可用额度随即按新版本执行"),
    ),
    Step(
        "T13M", "批准绩效目标调整", (BUILDING,), None, Action.DRAFT_DECISION, (g.revision_reviewed,),
        (Document("approval", "绩效目标调整批复"),), joint=True, basis="财预〔2015〕163号",
        effects=("调整后的绩效目标成为新版本，原版本只读保留", "已报送、已评价的期间仍按原版本"),
    ),
    Step(
        "T11", "暂停资金", HOLD_STAGES, None, Action.DRAFT_HOLD, (g.not_held,), (Document("ground", "暂停依据材料"),),
        joint=True, several=True, basis="通知 五",
        effects=("暂停期间不新下达、不占用额度、不作认定；已付款和到账仍可登记", "恢复须由两厅另行联合决定"),
        due="情形发生时；解除须有同级文件",
    ),
    Step(
        "T12", "恢复资金", HOLD_STAGES, None, Action.DRAFT_HOLD, (g.is_held, gc.hold_stands),
        (Document("ground", "恢复依据材料"),),
        joint=True, several=True, basis="通知 五", effects=("恢复下达、提交占用和认定",),
        due="整改销号之后",
    ),
    Step(
        "assess", "年度绩效评定", ASSESSED_STAGES, None, Action.DRAFT_DECISION, (g.values_confirmed,),
        (Document("opinion", "年度绩效评定意见"),), joint=True, several=True, basis="财预〔2015〕163号",
        effects=("评定总分和等级固定，单位可以查看评定数值", "等级为差的列入预警；是否核减、暂停资金另行决定"),
    ),
    Step(
        "T14", "批准延期", (BUILDING,), None, Action.DRAFT_EXTENSION,
        (g.extension_asked, g.before_build_end, g.extension_once), (Document("approval", "延期批复"),),
        joint=True, effects=("建设期届满日顺延；各处标明“超过两年，已延期”",),
        due="建设期届满前提出",
    ),
    Step(
        "T15", "申请验收", (BUILDING,), ACCEPTANCE, Action.APPLY_ACCEPTANCE,
        (g.pack_complete, g.vouchers_reviewed, g.no_severe_problem, g.build_over_or_early, gc.award_stands),
        effects=("提交后进入验收，不能再登记新的支出", "由初审机关提出意见，省人社厅核查建设条件，两厅评估绩效目标"),
        route="lifecycle:apply",
        due="建设期届满后 {application_days} 日内",
        papers=("验收申请书",),
    ),
    Step(
        "T18", "通过验收", (ACCEPTANCE,), ACCEPTED, Action.DRAFT_CONCLUSION,
        (
            g.first_checks_done, g.panel_recorded, g.gates_judged, g.gates_passed, g.vouchers_reviewed, g.no_severe_problem,
            g.found_money_put_right,
        ),
        (Document("opinion", "验收和绩效评估意见书"),), joint=True, several=True,
        effects=("项目通过验收，进入运行",),
        due="受理后 {acceptance_days} 日内组织验收",
        papers=("绩效评价表",),
    ),
    Step(
        "T19", "责令限期整改", (ACCEPTANCE,), RECTIFYING, Action.DRAFT_ORDER,
        (g.first_checks_done, g.panel_recorded, g.gates_judged, g.some_gate_failed),
        (Document("order", "限期整改通知书"),), joint=True,
        effects=("列明的每一项都须整改并复验", "期限自送达之日起算，最长一年，不得再延"),
        due="整改期限自送达之日起不超过 {rectify_months} 个月",
        papers=("送达回证",),
    ),
    Step(
        "T20", "提交整改报告", (RECTIFYING,), RECHECKING, Action.SUBMIT_RECTIFICATION,
        (g.order_served, g.all_answered, gc.order_stands),
        effects=("由通知书拟制人以外的人复验",), route="lifecycle:report",
        due="整改到期日之前",
        papers=("整改报告",),
    ),
    Step(
        "T21", "复验通过", (RECHECKING,), ACCEPTED, Action.DRAFT_RECHECK_RESULT,
        (g.recheck_passed, g.no_severe_problem, g.vouchers_reviewed, g.found_money_put_right, gc.order_stands),
        (Document("opinion", "复验意见书"),), joint=True, effects=("问题全部销号，项目通过验收",),
    ),
    Step(
        "T22", "复验不通过，期限内继续整改", (RECHECKING,), RECTIFYING, Action.DRAFT_RECHECK_RESULT,
        (g.recheck_failed, g.within_cap, gc.order_stands), (Document("opinion", "复验意见书"),), joint=True,
        effects=("在一年上限之内继续整改",),
        due="总期限自送达之日起不超过 {rectify_months} 个月",
    ),
    Step(
        "T23", "拟取消称号告知", (RECTIFYING, RECHECKING), NOTICE, Action.PROPOSE_REVOCATION,
        (g.term_over, gc.order_stands),
        (Document("notice", "拟取消项目称号告知书"),), joint=True, concurred=True,
        effects=("送达后单位可在规定工作日内陈述申辩", "系统不会自动取消称号，须由两厅联合决定"),
        due="整改到期日后第一个工作日的次日起",
    ),
    Step(
        "false", "认定虚假材料，拟取消称号告知", TITLED, NOTICE, Action.DRAFT_FALSE, (gs.false_heard,),
        (Document("notice", "拟取消项目称号告知书"), Document("finding", "虚假材料认定材料")), joint=True, concurred=True,
        basis="通知 六（二）",
        effects=("送达后单位可在规定工作日内陈述申辩", "不经限期整改；系统不会自动取消称号，须由两厅联合决定"),
        due="单位说明或说明期满之后",
    ),
    Step(
        "ruling", "复核：申辩不成立", (NOTICE,), None, Action.DRAFT_RULING,
        (g.notice_served, g.defence_stated, gs.hearing_held, gc.notice_stands),
        (Document("ruling", "复核决定"),), joint=True, effects=("逐条答复单位的陈述申辩", "此后可以拟制取消称号决定"),
        due="陈述申辩期满之后",
    ),
    Step(
        "T25", "复核：认定事实有误，重新复验", (NOTICE,), RECHECKING, Action.DRAFT_RULING,
        (g.notice_served, g.defence_stated, gs.hearing_held, gc.notice_stands), (Document("ruling", "复核决定"),), joint=True,
        effects=("撤回拟取消告知，回到整改复验；虚假材料案件回到认定之前的阶段",),
        papers=("复核意见",),
    ),
    Step(
        "T25R", "复核：期限未满，继续整改", (NOTICE,), RECTIFYING, Action.DRAFT_RULING,
        (g.notice_served, g.defence_stated, gs.hearing_held, gs.after_an_order, g.within_cap, gc.notice_stands),
        (Document("ruling", "复核决定"),), joint=True,
        effects=("撤回拟取消告知，在一年上限之内继续整改",),
    ),
    Step(
        "T26", "取消称号", (NOTICE,), REVOKED, Action.DRAFT_REVOCATION,
        (g.defence_heard, gs.hearing_held, gs.legality_reviewed, gc.notice_stands),
        (Document("minutes", "集体研究纪要"), Document("decision", "取消称号决定书")),
        joint=True, effects=("取消项目称号，停止使用专项资金", "须登记送达、收回牌匾并清算资金", "记录永久保留"),
        due="陈述申辩期满且复核之后",
        papers=("法制审核意见", "送达回证", "摘牌记录"),
    ),
    Step(
        "T27", "完成清算", (REVOKED,), SETTLED, Action.APPROVE_SETTLEMENT,
        (g.settlement_prepared, g.decision_served, gc.revocation_stands), basis="通知 五",
        effects=("结余和不合规支出列入应缴回金额",), route="lifecycle:settle",
        due="取消称号决定写明的期限内",
        papers=("清算表", "缴回凭证"),
    ),
    Step(
        "T28J", "年度考核", (ACCEPTED,), None, Action.DRAFT_YEARLY, (gs.grade_proposed, gc.acceptance_stands),
        (Document("opinion", "年度考核评估意见"),), joint=True, several=True, basis="人社部发〔2022〕62号",
        effects=("考核等次固定，单位可以查看", "不合格的由两厅另行责令限期整改"),
        due="每年一次",
    ),
    Step(
        "T29", "考核不合格，责令限期整改", (ACCEPTED,), RECTIFYING, Action.DRAFT_ORDER,
        (gs.assessment_failed, gc.acceptance_stands, gc.grade_stands),
        (Document("assessment", "考核结论"), Document("order", "限期整改通知书")), joint=True,
        effects=("期限自送达之日起算，最长一年，不得再延",),
        due="整改期限自送达之日起不超过 {rectify_months} 个月",
        needs=("年度考核评估不合格",),
    ),
    Step(
        "T30", "终止项目", LIVE, TERMINATED, Action.DRAFT_TERMINATION, (g.money_settled,),
        (Document("application", "终止申请或依据"),), joint=True, effects=("项目终止，记录永久保留",),
    ),
    Step(
        "T31", "批准变更", LIVE, None, Action.DRAFT_UNIT_CHANGE, (gc.change_asked,),
        (Document("approval", "变更批复"),), joint=True, basis="系统默认：变更须两厅联合批准",
        effects=("新值自生效日期起使用，原值长期保留可查", "补助金额和职业类别在立项时固定，不因变更调整"),
        due="单位申请之后", needs=("单位写明原值、新值、理由和依据文件",),
    ),
    Step(
        "annul", "执行撤销决定的复议、诉讼结果", tuple(Stage), None, Action.DRAFT_RESTORATION, (gc.judgment_registered,),
        (Document("judgment", "生效法律文书"),), joint=True, basis="行政复议决定或判决",
        effects=("被撤销的决定不再执行，原决定和本决定都长期保留", "恢复到作出原决定之前；此后已有新决定的，只作登记"),
        due="收到生效法律文书之后",
    ),
    Step(
        "T32", "撤销取消称号决定", (REVOKED,), NOTICE, Action.DRAFT_RESTORATION, (gc.revocation_annulled,),
        (Document("judgment", "生效法律文书"),), joint=True, basis="行政复议决定或判决",
        effects=("回到作出取消决定之前的阶段",),
        due="收到生效法律文书之后",
    ),
)  # fmt: skip
STEP = {step.code: step for step in STEPS}

ACTS = (
    Act(
        "T02", "下发填报任务", (AWARDED,), "省人社厅", ("补助金额按政策版本、类别和新建/已建确定",), ("任务通知",), "",
        "通知 三（四）", "立项决定生效时通知单位，绩效目标页可即填报", "performance:sheet",
    ),
    Act(
        "T09", "报送进度、支出和监控", (BUILDING,), "项目单位", ("支出行有类别、凭证和附件；红字冲销，不得删改",),
        ("季报包", "监控表", "自评表"), "季报在季度结束后 {report_working_days} 个工作日内", "中发〔2018〕34号 双监控",
        "绩效—季报包、资金—支出", "performance:returns",
    ),
    Act(
        "T10", "检查发现问题", (BUILDING,), "检查组（不少于 {inspectors_min} 人）", ("问题分级，整改有回执",),
        ("检查记录", "现场照片"), "问题单写明的日期", SIX_ONE, "检查与问题", "lifecycle:inspections",
    ),
    Act(
        "T16", "期满未申请验收", (BUILDING,), "系统预警，省人社厅督办", ("建设期届满仍未申请验收；阶段不变",), ("督办函",),
        "建设期届满后 {application_days} 日", SIX_ONE, "预警和待办", "reports:alerts",
    ),
    Act(
        "T17", "受理并组织验收", (ACCEPTANCE,), "省人社厅会同省财政厅",
        ("形式审查通过", "专家回避；专家为单数且不少于 {experts_min} 人"), ("验收组名单",),
        "申请后 {acceptance_days} 日内", SIX_ONE, "验收与评价", "lifecycle:acceptance",
    ),
    Act(
        "T24", "陈述申辩", (NOTICE,), "项目单位", ("在期限内；逐条答复",), ("陈述申辩书", "复核意见"),
        "告知书送达后 {defence_working_days} 个工作日", "行政处罚法类推（待确认）", "整改与称号", "lifecycle:rectification",
    ),
    Act(
        "T28", "年度报告和考核评估", (ACCEPTED,), "项目单位、两厅", (), ("年度总结",), "每年一次",
        "人社部发〔2022〕62号", "绩效—自评", "performance:assessments",
    ),
)  # fmt: skip


def steps_from(stage: Stage | str) -> tuple[Step, ...]:
    return tuple(step for step in STEPS if stage in step.sources)
