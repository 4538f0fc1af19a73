"""A/B 角: who holds an office for another from one day to another, by a document; and one person's two accounts."""

from datetime import date

from accounts import journal
from accounts.models import Membership, User
from accounts.notices import notify
from accounts.operations.door import GRANT_ROLE, enter_user
from accounts.operations.passwords import NOT_OWN
from accounts.operations.people import GRANT_LABEL, check_held
from accounts.persons import person_key, same_person, terms_of_person
from accounts.queries import LEADERS, other_leaders
from accounts.roles import Action, Role, exclusive
from policy.findings import refuse

SD2 = "职责分离 SD2"
SD7 = "职责分离 SD7"


@journal.operation("任命代理")
def appoint_deputy(
    user_id: int, *, membership_id: int, deputy_id: int, since: date, until: date, document: str, actor: User, on: date
) -> Membership:
    """A term of its own beside the principal's: same office, dated both ways, shown as 代 wherever it signs."""
    principal = enter_user(user_id, actor=actor, action=GRANT_ROLE, label=GRANT_LABEL)
    deputy = enter_user(deputy_id, actor=actor, action=GRANT_ROLE, label=GRANT_LABEL)
    term = principal.memberships.select_related("organisation__node").get(pk=membership_id)
    _check_deputy(principal, deputy, term, actor=actor, since=since, until=until, document=document)
    check_held(deputy, Role(term.role), term.organisation, since, until)
    made = Membership.objects.create(
        user=deputy, role=term.role, organisation=term.organisation, since=since, until=until,
        deputy_for=principal, document=document.strip()[:80],
    )  # fmt: skip
    said = f"{deputy}自 {since} 至 {until} 代{principal}履行{term.organisation}{term.get_role_display()}职责（{made.document}）"
    notify([principal, deputy], key=f"deputy:{made.pk}", text=said)
    if made.role in LEADERS and term.organisation is not None:
        told = other_leaders(deputy, term.organisation, on)
        notify([one for one in told if one.pk != principal.pk], key=f"deputy:{made.pk}", text=said)
    journal.record(
        subject=deputy.username, text=said, user=deputy.pk, role=made.role, deputy_for=principal.pk, since=since,
        until=until, document=made.document,
    )  # fmt: skip
    return made


def _check_deputy(
    principal: User, deputy: User, term: Membership, *, actor: User, since: date, until: date, document: str
) -> None:
    if actor.pk in {principal.pk, deputy.pk}:
        refuse("self", "不能为本人任命代理，也不能任命本人代理，请由另一位管理员办理。", NOT_OWN)
    if same_person(principal, deputy):
        refuse("deputy", "代理人须是另一位自然人。", SD2, field="deputy")
    if term.deputy_for_id is not None:
        refuse("chain", "代理任职不能再由他人代理，请为本职人员任命代理。", SD2)
    if not document.strip():
        refuse("document", "请填写代理的依据文件（文号或会议纪要）。", field="document")
    if until < since:
        refuse("until", f"代理截止日期 {until} 早于开始日期 {since}。", field="until")
    if since < term.since or (term.until is not None and until > term.until):
        ends = term.until or "长期"
        refuse("term", f"代理期间 {since} 至 {until} 超出本职任期（{term.since} 至 {ends}）。", field="until")


@journal.operation("登记自然人标识")
def set_person(user_id: int, *, identity: str, actor: User, on: date) -> User:
    """Two accounts of one person are one hand from now on; only a keyed digest of the number is kept."""
    user = enter_user(user_id, actor=actor, action=Action.MANAGE_USERS)
    if user.pk == actor.pk:
        refuse("self", "不能登记本人的自然人标识，请由另一位管理员办理。", NOT_OWN)
    key = person_key(identity)
    if not key:
        refuse("identity", "请填写身份证件号码：只保存其校验摘要，不保存号码。", field="identity")
    if user.person_key and user.person_key != key:
        refuse("identity", "该账号已登记为另一位自然人，不能更改；请停用后另建账号。", SD2, field="identity")
    user.person_key = key
    user.save(update_fields=["person_key"])
    _check_clashes(user, on)
    others = User.objects.filter(person_key=key).exclude(pk=user.pk)
    same = "、".join(other.username for other in others)
    text = f"登记{user}的自然人标识" + (f"，与账号 {same} 为同一人" if same else "")
    journal.record(subject=user.username, text=text, user=user.pk)
    return user


def _check_clashes(user: User, on: date) -> None:
    """The accounts of one person together hold no two roles that exclude each other."""
    terms = terms_of_person(user, on, None)
    for one in terms:
        for other in terms:
            if one.user_id != other.user_id and exclusive(Role(one.role), Role(other.role)):
                refuse(
                    "exclusive",
                    f"同一自然人的账号 {one.user.username} 任{one.get_role_display()}，{other.user.username} 任"
                    f"{other.get_role_display()}，不能兼任。请先终止其中一项任职。",
                    SD7,
                    field="identity",
                )
