"""Who may do what. The table is accounts/permissions.json; where they may do it is projects/access.py."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import TextChoices

TABLE = Path(__file__).parent / "permissions.json"


class Role(TextChoices):
    U1 = "U1", "单位经办"
    U2 = "U2", "单位负责人"
    CH = "CH", "市州人社/推荐部门"
    CF = "CF", "市州财政"
    PH = "PH", "省人社经办"
    PHL = "PHL", "省人社负责人"
    PF = "PF", "省财政经办"
    PFL = "PFL", "省财政负责人"
    AU = "AU", "审计"
    EX = "EX", "专家"
    SA = "SA", "系统管理员"
    SE = "SE", "安全管理员"
    AA = "AA", "审计管理员"
    SYS = "SYS", "系统任务"


class Scope(TextChoices):
    """Where a grant reaches (permissions.json, scopes)."""

    OWN = "O", "本单位"
    BELOW = "J", "管辖范围"
    PROVINCE = "P", "全省"
    ASSIGNED = "A", "受委派项目"
    SELF = "S", "本人"
    METADATA = "M", "仅元数据"


class Action(TextChoices):
    """The acts that operations ask for; each is a row `object:action` of permissions.json."""

    VIEW = "project:list/view", "查看项目"
    IMPORT_AWARDS = "award:import / register draft", "登记立项"
    EDIT_TARGETS = "target:edit draft", "编制绩效目标"
    SUBMIT_TARGETS = "target:submit", "提交绩效目标"
    PROPOSE_REVISION = "target:propose revision", "提出绩效目标调整"
    APPROVE_REVISION = "target:approve revision", "批准绩效目标调整"
    EDIT_REGION = "region 区域绩效:edit", "编制区域绩效表"
    ISSUE_REGION = "region 区域绩效:issue", "定稿区域绩效表"
    VIEW_ROUND = "round:view", "查看监测轮次"
    CHASE_RETURNS = "round:chase", "催报季报包"
    OPEN_ROUND = "round:open / set due date", "发起监测轮次"
    VIEW_RETURN = "reading:view", "查看季报包"
    EDIT_RETURN = "return 季报包:edit draft", "填写季报包"
    SUBMIT_RETURN = "return 季报包:submit", "报送季报包"
    REVIEW_RETURN = "return 季报包:review / return", "审核季报包"
    FIRST_REVIEW_HR = "target:first review / return", "人社初审"
    FIRST_REVIEW_FINANCE = "target:first review finance", "财政初审"
    REVIEW_HR = "target:review HR", "省人社审核目标"
    REVIEW_FINANCE = "target:review finance", "省财政审核目标"
    RECORD_FUNDS = "allocation:record 下达", "登记资金文件"
    APPROVE_FUNDS = "allocation:approve", "签批资金文件"
    CONFIRM_RECEIPT = "release:confirm receipt", "确认到账"
    ADJUST_FUNDS = "allocation:reverse / adjust", "登记收回或核减文件"
    SET_ARRIVAL = "arrival mode:set", "登记单位到账方式"
    RECORD_RELEASE = "release:record 拨付", "登记拨付"
    APPROVE_RELEASE = "release:approve", "复核拨付"
    CORRECT_RECEIPT = "release:correct receipt", "更正到账"
    RECORD_INCOME = "income:record", "登记收入"
    REVERSE_INCOME = "income:reverse", "冲销收入"
    PROPOSE_HOLD = "money hold:propose", "建议暂停或恢复资金"
    ANSWER_HOLD = "money hold:decline proposal", "答复暂停建议"
    DRAFT_HOLD = "money hold:draft decision", "拟制资金暂停或恢复决定"
    EDIT_BUDGET = "budget:edit draft", "编制预算"
    SUBMIT_BUDGET = "budget:submit", "提交预算"
    CONSENT_BUDGET = "budget:consent HR", "会签预算"
    APPROVE_BUDGET = "budget:approve", "批准预算"
    PROPOSE_CHANGE = "budget:propose category move", "提出预算调剂"
    DRAFT_CHANGE = "budget:draft change decision", "拟制调剂决定"
    APPROVE_CHANGE = "budget:approve category move", "批准预算调剂"
    VIEW_SPENDING = "spending:view", "查看支出"
    EXPORT_MANY = "report:bulk export > 1,000 rows", "批量导出"
    VIEW_STATISTICS = "statistics 统计分析:view", "查看统计分析"
    RECORD_VOUCHER = "spending:record / edit draft", "登记支出"
    SUBMIT_VOUCHER = "spending:submit", "提交支出"
    ASK_PAPER = "return 季报包:ask for a document 补件", "要求补件"
    HAND_OVER = "handover 交接:start", "交接草稿"
    JUDGE_VOUCHER = "spending:judge 认定/暂不认定/不认定/return", "审核支出"
    PROPOSE_REVERSAL = "spending:propose reversal 冲销", "提出冲销"
    APPROVE_REVERSAL = "spending:approve reversal", "审核冲销"
    VIEW_FLAGS = "spending:view flags", "查看疑点"
    VIEW_ALL_FLAGS = "spending:view flags of all projects", "查看各项目疑点"
    RAISE_FLAG = "spending:flag question 疑点", "提出疑点"
    ANSWER_FLAG = "spending:answer flag", "说明疑点"
    ASK_FLAG = "spending:ask on flag", "追问疑点"
    CLOSE_FLAG = "spending:close flag", "核定疑点"
    VIEW_CONTRACTS = "contract:view", "查看采购与合同"
    RECORD_CONTRACT = "contract:record", "登记采购与合同"
    VIEW_ASSETS = "asset:view", "查看设备台账"
    RECORD_ASSET = "asset:record", "登记设备"
    CHECK_ASSET = "asset:verify on site", "现场核对设备"
    RECORD_CLASS = "training class:record", "登记班次"
    START_BUILDING = "project:start build period", "启动建设期"
    REQUEST_EXTENSION = "project:request build extension", "申请延期"
    VIEW_INSPECTION = "inspection:view", "查看检查"
    VIEW_INSPECTION_PLAN = "inspection:view plan / tour", "查看检查计划"
    PLAN_INSPECTION = "inspection:plan / assign", "安排检查"
    APPROVE_INSPECTION_PLAN = "inspection:approve plan", "批准检查计划"
    RECORD_INSPECTION = "inspection:record finding", "记录检查"
    SIGN_INSPECTION = "inspection:sign", "签署检查记录"
    SEE_INSPECTION = "inspection:acknowledge", "确认检查记录"
    ANSWER_INSPECTION = "inspection:respond", "答复检查意见"
    PROPOSE_UNIT_CHANGE = "project:propose unit/leader change", "申请变更"
    DRAFT_UNIT_CHANGE = "project:draft unit/leader change decision", "拟制变更批复"
    VIEW_CHANGES = "project:view changes and disputes", "查看变更和争议"
    REGISTER_DISPUTE = "dispute 复议诉讼:register / close", "登记复议诉讼"
    REGISTER_PAPER = "joint decision:register signed paper", "登记签署件"
    EXPORT_PAPER = "joint decision:export 会签稿", "导出会签稿"
    APPOINT_DEPUTY = "user:appoint deputy 代理", "任命代理"
    REGISTER_PERSON = "user:register natural person", "登记自然人标识"
    HAND_OVER_WORK = "user:hand over work", "交接工作"
    SET_FIRST_REVIEW = "setting:set first review", "设定初审方式"
    PROPOSE_CORRECTION = "joint decision:propose correction", "提出决定更正"
    ANSWER_CORRECTION = "joint decision:answer correction", "确认决定更正"
    APPLY_ACCEPTANCE = "acceptance:apply", "申请验收"
    UPLOAD_PACK = "acceptance:prepare pack", "上传验收材料"
    VIEW_AUDITS = "audit case:view", "查看资金审计"
    OPEN_AUDIT = "audit case:open / sample / record finding", "审计立项和记录发现"
    ASSESS_FINDING = "audit case:assess amount", "核定审计发现金额"
    REPLY_FINDING = "audit case:reply", "起草审计答复"
    SUBMIT_REPLY = "audit case:submit reply", "提交审计答复"
    VERIFY_FINDING = "audit case:verify finding", "核验审计整改"
    CONCLUDE_AUDIT = "audit case:conclude", "办结审计"
    VIEW_FOUND_MONEY = "found money:view", "查看问题资金"
    RECORD_FOUND_MONEY = "found money:record 补证/追回/核销", "登记问题资金处理"
    CONFIRM_FOUND_MONEY = "found money:confirm / return", "复核问题资金处理"
    VIEW_RECONCILIATION = "reconciliation:view", "查看三方对账"
    UPLOAD_STATEMENT = "reconciliation:upload", "上传对账清单"
    EXPLAIN_DIFFERENCE = "reconciliation:explain", "说明对账差异"
    VIEW_PROBLEM = "problem:view", "查看问题"
    VIEW_ALL_PROBLEMS = "problem:view of all projects", "查看各项目问题"
    OPEN_PROBLEM = "problem:open", "提出问题"
    ANSWER_PROBLEM = "problem:answer", "填写整改措施"
    SUBMIT_ANSWER = "problem:submit answer", "提交问题答复"
    VERIFY_PROBLEM = "problem:verify / close", "核验问题整改"
    FIRST_CHECK_ACCEPTANCE = "acceptance:first check", "验收初审"
    ASSIGN_EXPERTS = "acceptance:assign experts", "组成验收组"
    SCORE_SHEET = "acceptance:score", "填写专家评审表"
    VIEW_SCORES = "acceptance:view scores", "查看专家评审表"
    GATE_A = "acceptance:accept application 受理 / gate A", "核查建设条件"
    GATE_B = "acceptance:gate B", "评估绩效目标"
    SELF_EVALUATE = "evaluation:self-evaluate", "编制绩效自评"
    SUBMIT_EVALUATION = "evaluation:submit", "报送绩效自评"
    CHECK_EVALUATION = "evaluation:check", "核查绩效自评"
    RETURN_EVALUATION = "evaluation:return", "退回绩效自评"
    ACCEPT_TRANSFER = "evaluation:accept transfer", "审定转移支付自评"
    CONCLUDE_EVALUATION = "evaluation:score / conclude", "评定绩效自评"
    SIGN_EVALUATION = "evaluation:sign", "签署绩效评定"
    VIEW_EVALUATION = "evaluation:view", "查看绩效自评"
    VIEW_ALL_EVALUATIONS = "evaluation:view of all projects", "查看各项目绩效自评"
    SUBMIT_RECTIFICATION = "rectification:submit report 整改报告", "提交整改报告"
    RECHECK = "rectification:re-check 复查", "整改复验"
    PROPOSE_REVOCATION = "revocation:propose", "提出取消称号"
    CONCUR_REVOCATION = "revocation:concur", "会商取消称号"
    STATE_DEFENCE = "revocation:state defence 陈述申辩", "陈述申辩"
    HOLD_HEARING = "revocation:hear", "记录陈述听证"
    REVIEW_LEGALITY = "revocation:review legality", "法制审核"
    FOLLOW_UP = "revocation:follow up", "登记取消后续办理"
    VIEW_FALSE = "false material:view", "查看虚假材料案件"
    OPEN_FALSE = "false material:open case", "虚假材料立案"
    STATE_FALSE = "false material:state", "说明材料情况"
    DISMISS_FALSE = "false material:dismiss", "不予认定虚假材料"
    DRAFT_FALSE = "false material:draft finding", "拟制虚假材料认定"
    VIEW_YEARLY = "yearly report:view", "查看年度报告"
    EDIT_YEARLY = "yearly report:edit draft", "编制年度报告"
    SUBMIT_YEARLY = "yearly report:submit", "报送年度报告"
    CHECK_YEARLY = "yearly report:check", "初审年度报告"
    PROPOSE_GRADE = "yearly assessment:propose grade", "提出年度考核等次"
    DRAFT_YEARLY = "yearly assessment:draft decision", "拟制年度考核决定"
    VIEW_ALL_YEARLY = "yearly assessment:view of all projects", "查看各项目年度考核"
    RECORD_SERVICE = "service 送达:record", "登记送达"
    PREPARE_SETTLEMENT = "settlement:prepare", "编制清算"
    APPROVE_SETTLEMENT = "settlement:approve", "批准清算"
    RECORD_REPAYMENT = "claw_back:propose", "登记缴回"
    CONFIRM_REPAYMENT = "claw_back:approve", "确认缴回"
    APPLY_TERMINATION = "termination:apply", "申请终止"
    DRAFT_DECISION = "joint decision:draft / withdraw", "拟制联合决定"
    DRAFT_CATEGORY = "award:draft category decision", "拟制类别认定"
    DRAFT_AWARD = "award:draft decision", "拟制立项决定"
    DRAFT_EXTENSION = "project:draft extension decision", "拟制延期决定"
    DRAFT_CONCLUSION = "acceptance:draft conclusion", "拟制验收结论"
    DRAFT_ORDER = "rectification:draft order", "拟制整改通知"
    DRAFT_RECHECK_RESULT = "rectification:draft result", "拟制复验结果"
    DRAFT_RULING = "revocation:draft ruling", "拟制复核决定"
    DRAFT_REVOCATION = "revocation:draft decision", "拟制取消称号决定"
    DRAFT_TERMINATION = "termination:draft decision", "拟制终止决定"
    DRAFT_RESTORATION = "revocation:draft restoration", "拟制撤销决定"
    SIGN_DECISION = "joint decision:sign / return with reason", "签署联合决定"
    VIEW_FILE = "file:view / download", "查看附件"
    VIEW_JOURNAL = "audit:view business events", "查看日志"
    VIEW_ALERT = "alert:view", "查看预警"
    VIEW_RISK = "risk:view", "查看风险分"
    VIEW_SETTINGS = "setting:view business rules", "查看设定确认单"
    DRAFT_SETTINGS = "setting:business rules", "拟制设定确认单"
    APPROVE_SETTINGS = "setting:approve business rules", "签署设定确认单"
    VIEW_WAIVER = "waiver:view", "查看豁免"
    PROPOSE_WAIVER = "waiver:propose", "提出豁免"
    APPROVE_WAIVER = "waiver:approve", "批准豁免"
    VIEW_PROGRESS = "progress:view", "查看建设进度"
    EDIT_PROGRESS = "progress:edit draft", "填写建设进度"
    COMMENT_PROGRESS = "progress:review / return", "评议建设进度"
    EDIT_MILESTONES = "milestone:edit draft", "编制建设任务"
    SUBMIT_MILESTONES = "milestone:submit", "报送建设任务"
    REVIEW_MILESTONES = "milestone:review / return", "审核建设任务"
    VIEW_PRINTS = "print 打印件:view", "查看打印件"
    REGISTER_PRINT = "print 打印件:register / return", "登记打印和盖章件"
    REGISTER_PLACE_PRINT = "print 打印件:register / return of a place", "登记区域报表的打印和盖章件"
    OWN_FEED = "calendar feed 日历订阅:create own", "使用日历订阅"
    RUN_JOBS = "job:run now / pause", "确认系统时间"
    EXTEND_HOLIDAYS = "holiday:extend", "登记放假安排"
    MOVE_DATES = "deadline 期限:confirm move", "确认期限重算"
    MANAGE_USERS = "user:create / disable", "管理账号"
    VIEW_USERS = "user:view", "查看账号"
    GRANT_ROLE = "user:grant / revoke role", "任免角色"
    INVITE_CLERK = "user:invite unit clerk", "邀请经办"
    RESET_PASSWORD = "user:reset password / MFA", "重置密码"
    CREATE_TOKEN = "api_token:create own", "使用接口令牌"
    MANAGE_ORGANISATIONS = "organisation:create / rename / place in tree", "管理单位"


@cache
def table() -> dict[str, dict[str, Any]]:
    """The rows by key `object:action`."""
    rows = json.loads(TABLE.read_text("utf-8"))["rows"]
    return {f"{row['object']}:{row['action']}": row for row in rows}


@cache
def grants(action: str) -> Mapping[Role, Scope]:
    return {Role(role): Scope(scope) for role, scope in table()[action]["grants"].items()}


@cache
def row_of_route(view_name: str) -> dict[str, Any] | None:
    """The row that governs a URL name; None where none does, which a test forbids."""
    return next((row for row in table().values() if view_name in row.get("routes", ())), None)


UNIT_ROLES = frozenset({Role.U1, Role.U2})
HR_ROLES = frozenset({Role.CH, Role.PH, Role.PHL})
FINANCE_ROLES = frozenset({Role.CF, Role.PF, Role.PFL})
ADMIN_ROLES = (Role.SA, Role.SE, Role.AA)
BUSINESS_ROLES = UNIT_ROLES | HR_ROLES | FINANCE_ROLES | {Role.AU, Role.EX}


def exclusive(held: Role, wanted: Role) -> bool:
    """Whether one person may not hold both (SD7)."""
    pair = {held, wanted}
    if held == wanted:
        return False
    if pair & UNIT_ROLES and pair - UNIT_ROLES:
        return True
    if pair & set(ADMIN_ROLES):
        return True
    if pair & HR_ROLES and pair & FINANCE_ROLES:
        return True
    return Role.AU in pair
