"""The permission table, the addresses and the acts of the code name each other without a gap."""

import json
from collections import Counter

import pytest

from accounts.roles import Action, Role, Scope
from tests.permissions.routes import TABLE, every_route, rows

FIELDS = {"object", "action", "grants", "condition", "sod"}
RULES = {f"SD{number}" for number in range(1, 8)}
# Rows that the design does not have, each with the reason why the product's copy has it.
ADDED = {
    "comparison 版本对比:view": "two versions of what belongs to no one project are compared on a page of its own",
    "report:view province lists": "F16-F18 are filed for a whole province or city and name every unit of it",
    "revocation:hear": "陈述听证 is recorded by an office of its own step",
    "revocation:review legality": "法制审核 is the act of somebody else than the drafter",
    "revocation:follow up": "plaque, report upward and publication have forms of their own",
    "false material:view": "the design has no row for a case of false material",
    "false material:open case": "the design has no row for a case of false material",
    "false material:state": "the unit is heard before it is found",
    "false material:dismiss": "a case that is not found ends by another person",
    "false material:draft finding": "a joint decision is drafted step by step, each step its own row",
    "yearly report:view": "the design has no row for the yearly report (T28)",
    "yearly report:edit draft": "the design has no row for the yearly report (T28)",
    "yearly report:submit": "U2 signs what U1 drafts",
    "yearly report:check": "the city speaks before the province",
    "yearly assessment:propose grade": "the design has no row for the yearly grade (T28)",
    "yearly assessment:draft decision": "a joint decision is drafted step by step, each step its own row",
    "yearly assessment:view of all projects": "考核评估全覆盖 is a list of its own",
    "calendar feed 日历订阅:create own": "a person's calendar reads that person's dates by a secret address",
    "deadline 期限:confirm move": "a new holiday arrangement moves no date by itself; somebody has to confirm",
    "holiday:view": "the published arrangements have a page of their own",
    "api description 接口文档:view": "the description of the API has addresses of its own",
    "arrival mode:set": "a unit is paid by quota, in cash or by reimbursement; somebody has to say which",
    "carry-over:view": "the year-end view of unspent money",
    "income:record": "interest and other income are recorded by the unit",
    "income:reverse": "an income is reversed by another person of the unit",
    "income:view": "income has a page of its own",
    "money hold:decline proposal": "the design lets a city propose without saying who answers",
    "money hold:draft decision": "a joint decision is drafted step by step, each step its own row",
    "release:correct receipt": "a receipt confirmed wrongly is corrected by a linked row",
    "release:view": "the money in of a project has a page of its own",
    "audit case:view": "an audit has pages of its own",
    "audit case:assess amount": "审计 records no figure, so finance fills it in",
    "audit case:submit reply": "U1 drafts what U2 submits",
    "audit case:verify finding": "money problems are closed by the finance line, another person than the recorder",
    "found money:view": "the ledger of 问题资金 has pages of its own",
    "found money:record 补证/追回/核销": "the design has the ledger without saying who records",
    "found money:confirm / return": "the design has the ledger without saying who confirms",
    "evaluation:submit": "U2 signs what U1 drafts",
    "evaluation:check": "the design lets the city check without a row of its own",
    "evaluation:return": "the design returns a self-evaluation without saying who may",
    "evaluation:accept transfer": "F06 carries no points and needs no joint decision",
    "evaluation:view of all projects": "the offices have a list of who has not assessed the year",
    "region 区域绩效:edit": "the design has no row for the province's own sheet",
    "region 区域绩效:issue": "the design has no row for the province's own sheet",
    "region 区域绩效:view": "the province's sheet has pages of its own",
    "reconciliation:view": "三方对账 has a page of its own",
    "reconciliation:upload": "the design has no row for 三方对账",
    "reconciliation:explain": "the design has no row for 三方对账",
    "asset:record": "设备台账 has cards of its own, entered by the unit",
    "asset:verify on site": "a card is ticked on site by an authority, never by the unit",
    "asset:view": "设备台账 has pages of its own",
    "training class:record": "班次台账 is kept by the unit, readings are drawn from it",
    "training class:view": "班次台账 has pages of its own",
    "contract:record": "the contract register is kept by the unit",
    "contract:view": "the contract register has pages of its own",
    "spending:answer flag": "the design opens a thread without saying who answers",
    "spending:ask on flag": "the design opens a thread without saying who asks on",
    "spending:close flag": "the design opens a thread without saying who closes it",
    "spending:view flags": "疑点 have a list and a page of their own",
    "spending:view flags of all projects": "疑点 of all projects in reach, for the departments and the auditor",
    "problem:view": "the register of problems has pages of its own",
    "problem:view of all projects": "the register over all projects in reach, for the departments and the auditor",
    "problem:submit answer": "U1 drafts what U2 submits",
    "inspection:view plan / tour": "plans and tours have pages of their own, which no unit sees",
    "inspection:approve plan": "the design plans without saying who approves",
    "inspection:acknowledge": "the unit's person on site says that the record was shown",
    "acceptance:prepare pack": "the pack is gathered during the build period, before there is an application",
    "award:draft category decision": "a joint decision is drafted step by step, each step its own row",
    "award:draft decision": "a joint decision is drafted step by step, each step its own row",
    "budget:draft change decision": "a joint decision is drafted step by step, each step its own row",
    "budget:return": "the design returns a budget without saying who may",
    "budget:view": "the budget has a page of its own",
    "health:check": "the address the monitoring asks, without a person",
    "joint decision:view": "decisions have a list and a page of their own",
    "project:draft extension decision": "a joint decision is drafted step by step, each step its own row",
    "rectification:draft order": "a joint decision is drafted step by step, each step its own row",
    "rectification:draft result": "a joint decision is drafted step by step, each step its own row",
    "rectification:prepare report": "U1 and U2 prepare what U2 submits",
    "revocation:draft decision": "a joint decision is drafted step by step, each step its own row",
    "revocation:draft restoration": "a joint decision is drafted step by step, each step its own row",
    "revocation:draft ruling": "a joint decision is drafted step by step, each step its own row",
    "risk:view": "the order of risk is the offices' own; the unit is told of the facts behind it",
    "setting:view business rules": "设定确认单 have a list and pages of their own",
    "waiver:view": "waivers have a list and pages of their own",
    "milestone:edit draft": "the design reports on milestones without saying who plans them",
    "milestone:submit": "the design reports on milestones without saying who signs the plan",
    "milestone:review / return": "the design reports on milestones without saying who reads the plan",
    "round:chase": "the design chases without saying who sees telephone numbers",
    "round:view": "the rounds have a list and pages of their own",
    "periodic report 定期报告:view": "what is made each quarter and year is kept, with a page of its own",
    "periodic report 定期报告:make": "one more version now is an act of an officer, not of whoever reads",
    "statistics 统计分析:view": "figures over many projects have a page of their own, which no unit sees",
    "search 搜索:view": "one page that asks the queries of the other pages",
    "session:log in / log out": "everybody's own act",
    "style 界面样例:view": "the sheet of components, with invented data",
    "target:check mended": "评为良: both departments look again without new scores",
    "target:first opinion": "both lines and the recommender speak on one page",
    "target:first return": "both lines return on one page",
    "target:score": "both departments score on one page",
    "termination:draft decision": "a joint decision is drafted step by step, each step its own row",
    "project:draft unit/leader change decision": "a joint decision is drafted step by step, each step its own row",
    "project:view changes and disputes": "changes and cases have a page of their own",
    "dispute 复议诉讼:register / close": "the design has T32 without saying who registers the case",
    "joint decision:propose correction": "a mistyped number or date is set right by a counter-event",
    "joint decision:answer correction": "another person than who proposed it",
    "joint decision:export 会签稿": "the design exports a 会签稿 without a row of its own",
    "joint decision:register signed paper": "the design registers what was signed in the OA without a row of its own",
    "user:appoint deputy 代理": "the design has dated deputies without saying who appoints them",
    "user:register natural person": "separation of duties is computed on natural persons",
    "user:hand over work": "the design gives it to SE, who is not in force",
    "setting:set first review": "the province says who reviews first",
    "user:grant role until SE exists": "安全管理员 is not in force in this issue",
    "spending:view payments and batches": "everybody of spending:view but experts, who see totals only",
    "workbench:view": "everybody's first page",
    "print 打印件:view": "forms that are printed and come back sealed have a page of their own",
    "print 打印件:register / return": "a print is registered, its sealed scan is filed under its check code",
    "print 打印件:register / return of a place": "F01, F06, F16-F18 and 设定确认单 are papers of no one project",
    "print 打印件:verify in public": "whoever holds a paper may ask whether its check code stands",
}
# What the design grants and the product does not, with the reason.
NARROWED = {
    ("settlement:prepare", "CF"): "the issue gives the settlement to the province's finance alone",
    ("evaluation:score / conclude", "EX"): "an expert's points are information on the own sheet and decide nothing",
}
# The design has so many rows; none was taken away.
DESIGNED = 150
# Rows that nobody holds, ever.
FORBIDDEN = {
    "audit:edit / delete",
    "django_admin:any",
    "inspection:edit signed",
    "project:delete",
    "rectification:extend",
    "revocation:undo",
    "spending:edit / delete posted",
    "user:impersonate",
}
WRITERS = {"U1", "U2", "CH", "CF", "PH", "PHL", "PF", "PFL"}
# "create own": a token, which reads what its person reads.
READING = ("view", "export", "verify", "flag", "run", "own profile", "log in", "open", "ask", "create own")


def named(row):
    return f"{row['object']}:{row['action']}"


def key(row):
    return next(one for one in rows() if named(one) == row)


def test_every_address_has_exactly_one_row():
    listed = Counter(name for row in rows() for name in row.get("routes", ()))
    names = Counter(route.name for route in every_route())

    assert {name: listed[name] for name in names if listed[name] != 1} == {}
    assert {name for name, count in names.items() if count > 1} == set()
    assert len(names) >= 100


def test_the_table_names_no_address_that_is_not_there():
    names = {route.name for route in every_route()}

    assert {name for row in rows() for name in row.get("routes", ()) if name not in names} == set()


def test_no_address_is_without_a_name():
    assert [route.pattern for route in every_route() if route.name.endswith("None")] == []


def test_the_table_is_well_formed():
    head = json.loads(TABLE.read_text("utf-8"))
    wrong = [named(row) for row in rows() if set(row) - {"routes"} != FIELDS]
    foreign = [named(row) for row in rows() if set(row["grants"]) - set(head["roles"])]
    beyond = [named(row) for row in rows() if set(row["grants"].values()) - set(head["scopes"])]
    unruled = [named(row) for row in rows() if set(row["sod"]) - RULES]

    assert (wrong, foreign, beyond, unruled) == ([], [], [], [])
    assert [name for name, count in Counter(map(named, rows())).items() if count > 1] == []
    assert head["default"] == "-"
    assert set(head["sod"]) == RULES


def test_roles_and_scopes_of_the_code_are_those_of_the_table():
    head = json.loads(TABLE.read_text("utf-8"))

    assert {role.value: role.label for role in Role} == head["roles"]
    assert {scope.value for scope in Scope} == set(head["scopes"]) - {"-"}


def test_every_act_of_the_code_is_a_row():
    known = {named(row) for row in rows()}

    assert [action.value for action in Action if action.value not in known] == []


def test_rows_of_the_design_are_all_kept():
    known = {named(row) for row in rows()}

    assert set(ADDED) - known == set()
    assert len(known) == DESIGNED + len(ADDED)


def test_the_product_grants_no_more_than_the_design_where_it_was_narrowed():
    assert [
        (row, role) for row, role in NARROWED if role in next(one for one in rows() if named(one) == row)["grants"]
    ] == []


@pytest.mark.parametrize("row", sorted(FORBIDDEN))
def test_what_nobody_may_has_no_address(row):
    found = key(row)

    assert (found["grants"], found.get("routes", [])) == ({}, [])


def test_rows_without_a_grant_are_those_nobody_may():
    assert {named(row) for row in rows() if not row["grants"]} == FORBIDDEN | {
        "health:check",
        "print 打印件:verify in public",
    }


def test_administrators_hold_no_business():
    """System, security and audit administrators manage people, places and keys; they read no project."""
    theirs = {"user", "organisation", "holiday", "setting", "backup", "job", "session", "workbench", "audit"}
    theirs |= {"handover 交接", "style 界面样例", "api description 接口文档"}

    assert {named(row) for row in rows() if {"SA", "SE", "AA"} & set(row["grants"])} == {
        named(row) for row in rows() if {"SA", "SE", "AA"} & set(row["grants"]) and row["object"] in theirs
    }


def test_an_auditor_changes_nothing():
    """Addresses open to AU are those that only show."""
    routes = [row for row in rows() if "AU" in row["grants"] and row.get("routes")]

    assert [named(row) for row in routes if not any(word in row["action"] for word in READING)] == []


def test_a_unit_never_approves_money():
    """SD3: rows that judge or approve money are held by no unit."""
    judging = [row for row in rows() if row["action"].startswith(("approve", "judge", "consent", "sign", "conclude"))]

    assert [named(row) for row in judging if {"U1", "U2"} & set(row["grants"])] == []


def test_units_reach_their_own_rows_only():
    wide = [
        (named(row), role, scope)
        for row in rows()
        for role, scope in row["grants"].items()
        if (role in {"U1", "U2"} and scope not in "OS") or (role in {"CH", "CF"} and scope not in "JS")
    ]

    assert wide == []


def test_joint_acts_need_both_departments():
    signing = next(row for row in rows() if named(row) == Action.SIGN_DECISION)

    assert signing["grants"] == {"PHL": "P", "PFL": "P"}
    assert {"SD1", "SD2"} <= set(signing["sod"])


def test_drafting_and_signing_are_never_one_role():
    drafters = [row for row in rows() if "draft" in row["action"] and row.get("routes")]

    assert [named(row) for row in drafters if {"PHL", "PFL"} & set(row["grants"])] == []
