"""Accounts and terms of office: made, invited, appointed, ended, disabled. Nobody is deleted."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError

from accounts import journal
from accounts.models import Membership, Organisation, User
from accounts.notices import notify
from accounts.operations.door import GRANT_ROLE, enter_organisation, enter_user, organisations_for, require
from accounts.operations.passwords import NOT_OWN, replace_password, set_initial
from accounts.operations.seats import check_seat
from accounts.persons import terms_of_person
from accounts.queries import LEADERS, exclusive_violations, other_leaders, people_who_may
from accounts.roles import Action, Role, exclusive
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Line, NodeKind

GRANT_LABEL = "任免角色"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`password` is shown once and kept nowhere."""

    user: User
    password: str


def _new_account(username: str, name: str, email: str) -> NewAccount:
    username = username.strip()
    taken = f"用户名 {username} 已被使用，请换一个。"
    if User.objects.filter(username__iexact=username).exists():
        refuse("username", taken, field="username")
    try:
        with journal.savepoint():
            user = User.objects.create(username=username, name=name.strip(), email=email.strip(), password="!")  # noqa: S106
    except IntegrityError:  # somebody else took it after the look above
        refuse("username", taken, field="username")
    return NewAccount(user, set_initial(user))


@journal.operation("创建账号")
def create_user(*, username: str, name: str, email: str = "", actor: User, on: date) -> NewAccount:
    """An account without any role; roles are granted apart."""
    require(actor, Action.MANAGE_USERS)
    made = _new_account(username, name, email)
    journal.record(subject=made.user.username, text=f"创建账号 {made.user}", user=made.user.pk)
    return made


@journal.operation("邀请经办")
def invite_clerk(
    *, organisation_id: int, username: str, name: str, email: str = "", actor: User, on: date
) -> NewAccount:
    """An account with the role 单位经办 in a unit the actor leads."""
    unit = enter_organisation(organisation_id, actor=actor, action=Action.INVITE_CLERK)
    made = _new_account(username, name, email)
    Membership.objects.create(user=made.user, role=Role.U1, organisation=unit, since=on)
    journal.record(
        subject=made.user.username,
        text=f"邀请{made.user}任{unit}{Role.U1.label}",
        user=made.user.pk,
        role=Role.U1.value,
        unit=unit.name,
    )
    return made


@journal.operation("任命角色")
def grant_role(
    user_id: int,
    *,
    role: str,
    organisation_id: int,
    since: date,
    until: date | None = None,
    actor: User,
    on: date,
) -> Membership:
    user = enter_user(user_id, actor=actor, action=GRANT_ROLE, label=GRANT_LABEL)
    if user.pk == actor.pk:
        refuse("self", "不能任免本人的角色，请由另一位管理员办理。", NOT_OWN)
    organisation = organisations_for(actor, GRANT_ROLE).filter(pk=organisation_id).first()
    if organisation is None:
        refuse("organisation", "所选单位不在您的管理范围内。", field="organisation")
    if until is not None and until < since:
        refuse("until", "任职截止日期早于开始日期。", field="until")
    wanted = Role(role)
    level, line = NodeKind(organisation.node.kind), Line(organisation.line)
    refuse_if_blocking(check_seat(wanted, line=line, level=level))
    check_held(user, wanted, organisation, since, until)
    made = Membership.objects.create(user=user, role=wanted, organisation=organisation, since=since, until=until)
    if wanted in LEADERS:
        told = f"{on} 系统管理员任命{user}为{organisation}{wanted.label}，自 {since} 起可以签署联合决定。如有疑问，请核实。"
        notify(other_leaders(user, organisation, on), key=f"leader:{made.pk}", text=told)
    journal.record(
        subject=user.username,
        text=f"任命{user}为{organisation}{wanted.label}",
        user=user.pk,
        role=wanted.value,
        unit=organisation.name,
        since=since,
        until=until,
    )
    return made


def check_held(user: User, wanted: Role, organisation: Organisation | None, since: date, until: date | None) -> None:
    """The same term twice, or two roles that exclude each other at any one time (SD7), under whichever account."""
    for held in terms_of_person(user, since, until):
        if held.user_id == user.pk and held.role == wanted and held.organisation == organisation:
            refuse("twice", f"{user}在此期间已任{organisation}{wanted.label}。", field="role")
        if exclusive(Role(held.role), wanted):
            refuse(
                "exclusive",
                f"{user}在此期间任{held.organisation}{held.get_role_display()}，不能兼任{wanted.label}。请先终止原任职。",
                "职责分离 SD7",
                field="role",
            )


@journal.operation("终止任职")
def end_role(user_id: int, *, membership_id: int, actor: User, on: date) -> Membership:
    """Takes effect at once: the last day of office is the day before."""
    user = enter_user(user_id, actor=actor, action=GRANT_ROLE, label=GRANT_LABEL)
    if user.pk == actor.pk:
        refuse("self", "不能任免本人的角色，请由另一位管理员办理。", NOT_OWN)
    held = user.memberships.select_related("organisation").get(pk=membership_id)
    last = on - timedelta(days=1)
    if held.until is not None and held.until <= last:
        refuse("ended", f"该任职已于 {held.until} 终止。")
    held.until = last
    held.save(update_fields=["until"])
    journal.record(
        subject=user.username,
        text=f"终止{user}的{held.organisation}{held.get_role_display()}任职",
        user=user.pk,
        role=held.role,
        until=last,
    )
    return held


@journal.operation("停用账号")
def disable_user(user_id: int, *, actor: User, on: date) -> User:
    """Ends every session: the password that sessions hang on is gone for good."""
    user = enter_user(user_id, actor=actor, action=Action.MANAGE_USERS)
    if user.pk == actor.pk:
        refuse("self", "不能停用本人账号，请由另一位系统管理员办理。", NOT_OWN)
    if not user.is_active:
        refuse("inactive", f"账号 {user.username} 已停用。")
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    journal.record(subject=user.username, text=f"停用{user}的账号", user=user.pk)
    return user


@journal.operation("启用账号")
def enable_user(user_id: int, *, actor: User, on: date) -> str:
    """The new first password, for this one moment."""
    user = enter_user(user_id, actor=actor, action=Action.MANAGE_USERS)
    if user.pk == actor.pk or user.is_active:
        refuse("active", f"账号 {user.username} 没有停用。")
    user.is_active = True
    user.save(update_fields=["is_active"])
    made = replace_password(user, on=on, what="启用了您的账号并重置了密码")
    journal.record(subject=user.username, text=f"启用{user}的账号", user=user.pk)
    return made


@journal.operation("核对职责分离")
def warn_of_clashes(*, actor: User, on: date) -> int:
    """Tell those who appoint of people with two roles that exclude each other, once a month and pair; how many.

    No appointment leads there (`grant_role`); a restored backup or a hand in the database might.
    """
    found = exclusive_violations(on)
    for one, other in found:
        unit = one.organisation or other.organisation
        told = (
            f"{one.user}（{one.user.username}）同时任{one.organisation}{one.get_role_display()}和"
            f"{other.organisation}{other.get_role_display()}，违反职责分离 SD7，请终止其中一项任职。"
        )
        if unit is not None:
            notify(people_who_may(GRANT_ROLE, unit, on), key=f"sd7:{one.pk}:{other.pk}:{on:%Y-%m}", text=told)
    return len(found)
