"""The tree 省 → 市州 / 部门 → 县 and the organisations that hang on it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from accounts import journal
from accounts.groundwork import SYSTEM
from accounts.models import FirstReview, Membership, Node, Organisation, OrganisationFact, User
from accounts.operations.door import enter_organisation, nodes_for, require
from accounts.operations.passwords import set_initial
from accounts.queries import fact_on
from accounts.roles import Action, Role
from policy.credit_code import check_credit_code, tidy_credit_code
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Line, NodeKind, UnitType

SEGMENT = 4
LONGEST_PATH = 40
BELOW = {
    NodeKind.PROVINCE: {NodeKind.CITY, NodeKind.COUNTY, NodeKind.DEPARTMENT},
    NodeKind.CITY: {NodeKind.COUNTY},
}
CREDIT_CODE_STANDARD = "GB 32100-2015"


def next_path(parent: Node) -> str:
    """The path after the last child's; the caller has locked the parent."""
    last = parent.children.order_by("-path").values_list("path", flat=True).first()
    number = int(last.rstrip("/").rsplit("/", 1)[-1]) + 1 if last else 1
    return f"{parent.path}{number:0{SEGMENT}d}/"


def enter_node(node_id: int, *, actor: User) -> Node:
    """Lock a node of the tree, if the actor may place things under it."""
    require(actor, Action.MANAGE_ORGANISATIONS)
    node = Node.objects.select_for_update(no_key=True).get(pk=node_id)
    if not nodes_for(actor).filter(pk=node.pk).exists():
        raise PermissionDenied("不在您的管理范围内")
    return node


@journal.operation("新增区划或部门")
def create_node(*, name: str, kind: str, parent_id: int, actor: User, on: date) -> Node:
    parent = enter_node(parent_id, actor=actor)
    level = NodeKind(kind)
    if level not in BELOW.get(NodeKind(parent.kind), set()):
        refuse("kind", f"{parent.get_kind_display()}之下不能设{level.label}。", field="kind")
    name = name.strip()
    if parent.children.filter(name=name).exists():
        refuse("name", f"{parent}之下已有{name}。", field="name")
    path = next_path(parent)
    if len(path) > LONGEST_PATH:
        refuse("depth", "层级过深，不能再增加。", field="parent")
    try:
        with journal.savepoint():
            node = Node.objects.create(name=name, kind=level, parent=parent, path=path)
    except IntegrityError:
        refuse("path", f"{parent}之下的编号 {path} 刚被占用，请重新提交。", field="name")
    journal.record(subject=node.name, text=f"在{parent}之下新增{level.label}{node}", node=node.pk, path=path)
    return node


@journal.operation("新增单位")
def create_organisation(
    *,
    node_id: int,
    name: str,
    line: str,
    unit_type: str = "",
    credit_code: str = "",
    contact: str = "",
    phone: str = "",
    actor: User,
    on: date,
) -> Organisation:
    node = enter_node(node_id, actor=actor)
    code = tidy_credit_code(credit_code)
    name = name.strip()
    facts: dict[str, Any] = {"name": name, "line": Line(line), "unit_type": unit_type, "node": node}
    refuse_if_blocking(check_organisation(**facts, code=code))
    try:
        with journal.savepoint():
            made = Organisation.objects.create(
                **facts, credit_code=code, contact=contact.strip(), phone=phone.strip()
            )  # fmt: skip
    except IntegrityError:  # somebody else registered it after the look above: now the look finds it
        refuse_if_blocking(check_organisation(**facts, code=code))
        raise
    journal.record(
        subject=made.name[:80], text=f"新增{made.get_line_display()}单位{made}", organisation=made.pk, credit_code=code
    )
    return made


@journal.operation("登记单位资料")
def record_fact(organisation_id: int, *, kind: str, value: str, since: date, actor: User, on: date) -> OrganisationFact:
    """From `since` on. What held before stays: forms of those days say it. Nothing of the identity of a unit."""
    unit = enter_organisation(organisation_id, actor=actor, action=Action.MANAGE_ORGANISATIONS)
    own, told = unit.facts.filter(kind=kind), value.strip()
    label = OrganisationFact.Kind(kind).label
    if since > on:
        refuse("since", f"“自何日起”不能晚于今天 {on}。到那天再登记。", field="since")
    if own.filter(since=since).exists():
        refuse("since", f"{unit}自 {since} 起的{label}已经登记。请填写变动的日期。", field="since")
    if fact_on(unit, kind, since) == told:
        refuse("value", f"{since} 时{unit}的{label}已是“{told}”，不需要再登记。", field="value")
    try:
        with journal.savepoint():
            made = OrganisationFact.objects.create(organisation=unit, kind=kind, value=told, since=since)
    except IntegrityError:
        refuse("since", f"{unit}自 {since} 起的{label}刚被他人登记，请刷新后核对。", field="since")
    journal.record(subject=unit.name[:80], text=f"{unit}：{made}", organisation=unit.pk)
    return made


def check_organisation(*, name: str, line: Line, unit_type: str, code: str, node: Node) -> Iterator[Finding]:
    if Organisation.objects.filter(name=name).exists():
        yield blocking("name", f"已有名为{name}的单位。", field="name")
    if line == Line.UNIT and unit_type not in UnitType.values:
        yield blocking("unit_type", "项目单位须选择单位性质。", field="unit_type")
    if code and (fault := check_credit_code(code)):
        yield blocking("credit_code", fault, CREDIT_CODE_STANDARD, field="credit_code")
    held = Organisation.objects.filter(credit_code=code).first() if code else None
    if held:
        yield blocking("credit_code", f"该统一社会信用代码已登记在{held}名下。", field="credit_code")
    office = Organisation.objects.filter(node=node, line=line).first() if line in (Line.HR, Line.FINANCE) else None
    if office:
        yield blocking("line", f"{node}已有{line.label}部门：{office}。", field="line")


@journal.operation("设定初审方式")
def set_first_review(node_id: int, *, first_review: str, document: str, actor: User, on: date) -> Node:
    """Who reviews first for the units of a place and of all below it; what is under way keeps its office."""
    node = enter_node(node_id, actor=actor)
    if first_review and first_review not in FirstReview.values:
        refuse("first_review", "请选择初审方式。", field="first_review")
    if not first_review and node.parent_id is None:
        refuse("first_review", "省级须选定一种初审方式，不能沿用上级。", field="first_review")
    if not document.strip():
        refuse("document", "请填写设定的依据文件：本设定由两厅书面确认。", "本省设定", field="document")
    before = node.get_first_review_display() or "沿用上级"
    node.first_review = first_review
    node.save(update_fields=["first_review"])
    after = node.get_first_review_display() or "沿用上级"
    said = f"{node}初审方式：{before} → {after}（{document.strip()}）"
    journal.record(subject=node.name, text=said, node=node.pk, first_review=first_review, document=document.strip())
    return node


@journal.operation("系统初始化")
def set_up(
    *, province: str, hr: str, finance: str, system: str, username: str, name: str, actor: User, on: date
) -> str:
    """The province, its two offices, the system's own organisation and the first 系统管理员; the first password.

    Only on an empty system (command bootstrap).
    """
    if actor.username != SYSTEM:
        raise PermissionDenied("初始化只能由系统命令办理")
    if User.objects.exclude(username=SYSTEM).exists() or Node.objects.exists():
        refuse("not_empty", "系统中已有账号或区划，不能再次初始化。")
    names = [text.strip() for text in (province, hr, finance, system, username, name)]
    if not all(names) or len({hr.strip(), finance.strip(), system.strip()}) < 3:  # noqa: PLR2004
        refuse("names", "省名、两个部门和系统管理单位的名称、用户名、姓名都要填写，单位名称不得相同。")
    root = Node.objects.create(name=names[0], kind=NodeKind.PROVINCE, path=f"{1:0{SEGMENT}d}/")
    for line, title in zip((Line.HR, Line.FINANCE, Line.SYSTEM), names[1:4], strict=True):
        Organisation.objects.create(node=root, name=title, line=line)
    user = User.objects.create(username=names[4], name=names[5], password="!")  # noqa: S106
    Membership.objects.create(
        user=user, role=Role.SA, organisation=Organisation.objects.get(line=Line.SYSTEM), since=on
    )
    made = set_initial(user)
    journal.record(subject=root.name, text=f"建立{root}，首个系统管理员 {user.username}", user=user.pk)
    return made
