"""接口令牌: made by the person they stand for, shown once, short-lived, revoked at a click."""

import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from accounts import journal
from accounts.models import ApiToken, User
from accounts.operations.door import require
from accounts.roles import Action
from policy.findings import Finding, blocking, refuse, refuse_if_blocking

SIGNS = string.ascii_letters + string.digits
LENGTH, SHOWN = 40, 6
LONGEST_DAYS = 90
CLAUSE = "权限表：接口令牌"


@dataclass(frozen=True, slots=True)
class NewToken:
    """`key` is shown once and kept nowhere."""

    token: ApiToken
    key: str


@journal.operation("创建接口令牌")
def create_token(*, name: str, expires_on: date, can_write: bool = False, actor: User, on: date) -> NewToken:
    require(actor, Action.CREATE_TOKEN)
    refuse_if_blocking(check_token(name=name, expires_on=expires_on, can_write=can_write, on=on))
    key = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    token = ApiToken.objects.create(
        user=actor,
        name=name.strip(),
        key_digest=ApiToken.digest(key),
        prefix=key[:SHOWN],
        expires_on=expires_on,
        can_write=can_write,
    )
    journal.record(
        subject=actor.username, text=f"创建接口令牌 {token}", token=token.pk, expires_on=expires_on, can_write=can_write
    )
    return NewToken(token, key)


def check_token(*, name: str, expires_on: date, can_write: bool, on: date) -> Iterator[Finding]:
    if not name.strip():
        yield blocking("name", "请填写令牌名称，写明用在哪里。", field="name")
    latest = on + timedelta(days=LONGEST_DAYS)
    if not on < expires_on <= latest:
        yield blocking(
            "expires_on",
            f"有效期须在今天之后、{latest} 之前（最长 {LONGEST_DAYS} 天），现为 {expires_on}；到期前可另建一个。",
            CLAUSE,
            field="expires_on",
        )
    if can_write and not settings.API_WRITE_TOKENS:
        yield blocking("can_write", "本系统只开放只读令牌，请改为只读；办理业务请登录系统。", CLAUSE, field="can_write")


@journal.operation("作废接口令牌")
def revoke_token(token_id: int, *, actor: User, on: date) -> ApiToken:
    require(actor, Action.CREATE_TOKEN)
    token = actor.api_tokens.select_for_update(no_key=True).get(pk=token_id)
    if token.revoked_at is not None:
        refuse("revoked", f"令牌 {token} 已于 {timezone.localtime(token.revoked_at):%Y-%m-%d} 作废。")
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    journal.record(subject=actor.username, text=f"作废接口令牌 {token}", token=token.pk)
    return token
