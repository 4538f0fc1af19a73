"""Passwords: the first one, made by the system and shown once; a new one after a reset; the user's own."""

import secrets
from datetime import date

from django.conf import settings
from django.utils import timezone

from accounts import journal
from accounts.models import User
from accounts.notices import notify
from accounts.operations.door import enter_user
from accounts.queries import LEADERS, other_leaders, signs
from accounts.roles import Action, Role
from policy.findings import refuse

# Without letters and digits that are taken for one another when read aloud or from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 14
NOT_OWN = "SD6：不得办理本人账号"


def initial_password() -> str:
    """One that nobody chose: 14 signs, with at least one digit and one letter."""
    while True:
        made = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if any(sign.isdigit() for sign in made) and any(sign.isalpha() for sign in made):
            return made


def set_initial(user: User) -> str:
    """Give an account a first password, to be changed at the next login. Old sessions end with the old one."""
    made = initial_password()
    user.set_password(made)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    return made


def replace_password(user: User, *, on: date, what: str) -> str:
    """A password made by somebody else than its owner; `what` says so, 您 being the owner.

    Sessions and tokens end, the owner does not sign for a while (queries.check_may_sign), the other leaders know.
    """
    user.password_reset_at = now = timezone.now()
    user.save(update_fields=["password_reset_at"])
    user.api_tokens.filter(revoked_at=None).update(revoked_at=now)
    key = f"password-reset:{user.pk}:{now.isoformat()}"
    told = f"，{settings.SIGN_PAUSE_HOURS} 小时内不能签署或批准" if signs(user) else ""
    asked = "请立即联系系统管理员"
    if seat := next((held.organisation for held in user.live_memberships if held.role in LEADERS), None):
        asked += "和另一部门负责人"
        text = f"{on} 系统管理员{what.replace('您', str(user))}{told}。如有疑问，请与其本人当面核实。"
        notify(other_leaders(user, seat, on), key=key, text=text)
    notify([user], key=key, text=f"{on} 系统管理员{what}，原有接口令牌作废{told}。如非您本人提出，{asked}。")
    return set_initial(user)


@journal.operation("重置密码")
def reset_password(user_id: int, *, actor: User, on: date) -> str:
    """The new first password, for this one moment: it is kept nowhere."""
    user = enter_user(user_id, actor=actor, action=Action.RESET_PASSWORD)
    if user.pk == actor.pk:
        refuse("self", "不能重置本人密码，请在“修改密码”中修改。", NOT_OWN)
    if not user.is_active:
        refuse("inactive", f"账号 {user.username} 已停用，请先启用。")
    if user.roles & {Role.SE, Role.AA}:
        refuse("guardian", "安全管理员、审计管理员的密码不由系统管理员重置。", "权限表：重置密码")
    made = replace_password(user, on=on, what="重置了您的密码")
    journal.record(subject=user.username, text=f"重置{user}的密码", user=user.pk)
    return made


@journal.operation("修改密码")
def change_password(*, password: str, actor: User, on: date) -> None:
    """The user's own act: the form has checked the old password and the strength of the new one."""
    if actor.check_password(password):
        refuse("same", "新密码不能与原密码相同。", field="new_password1")
    actor.set_password(password)
    actor.must_change_password = False
    actor.save(update_fields=["password", "must_change_password"])
    journal.record(subject=actor.username, text="修改本人密码")


@journal.operation("登录")
def record_login(*, actor: User, on: date) -> None:
    journal.record(subject=actor.username, text="登录系统")


@journal.operation("退出")
def record_logout(*, actor: User, on: date) -> None:
    journal.record(subject=actor.username, text="退出系统")
