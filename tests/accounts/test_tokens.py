"""接口令牌: shown once, kept as a digest, short-lived; at the API's door they open what their person may open."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts import operations
from accounts.models import ApiToken, Entry, Membership, User
from policy.findings import Refused
from tests.accounts.scene import ON, codes, lines

PAGE = "/account/tokens/"
TODAY = timezone.localdate()


class Echo(APIView):
    """Anything behind the classes of the settings."""

    def get(self, request):
        return Response({"who": request.user.username})

    post = get


def ask(key, method="get", scheme="Bearer"):
    headers = {"HTTP_AUTHORIZATION": f"{scheme} {key}".strip()}
    return Echo.as_view()(getattr(APIRequestFactory(), method)("/", **headers))


@pytest.fixture
def made(world):
    return operations.create_token(name="月报", expires_on=TODAY + timedelta(days=90), actor=world.ph, on=TODAY)


def test_a_token_opens_the_api_for_its_person(world, made):
    answer = ask(made.key)

    token = ApiToken.objects.get()
    assert (answer.status_code, answer.data) == (200, {"who": world.ph.username})
    assert token.last_used_at is not None


def test_use_is_noted_now_and_then_and_not_at_every_call(made):
    ask(made.key)
    first = ApiToken.objects.get().last_used_at
    ask(made.key)
    assert ApiToken.objects.get().last_used_at == first

    ApiToken.objects.update(last_used_at=first - timedelta(hours=1))
    ask(made.key)
    assert ApiToken.objects.get().last_used_at >= first


def test_the_key_is_kept_nowhere(made):
    token = ApiToken.objects.get()
    stored = [str(value) for value in ApiToken.objects.values_list().get()]
    journal = " ".join(f"{row.subject} {row.text} {row.changes}" for row in Entry.objects.all())

    assert (len(made.key), token.key_digest) == (40, ApiToken.digest(made.key))
    assert made.key not in " ".join(stored)
    assert made.key not in journal
    assert lines("创建接口令牌") == [("ok", f"创建接口令牌 月报（{made.key[:6]}…）")]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda token: ApiToken.objects.update(expires_on=TODAY - timedelta(days=1)), "到期"),
        (lambda token: ApiToken.objects.update(revoked_at=timezone.now()), "作废"),
        (lambda token: User.objects.filter(pk=token.user_id).update(is_active=False), "停用"),
        (lambda token: User.objects.filter(pk=token.user_id).update(must_change_password=True), "修改密码"),
        (lambda token: Membership.objects.filter(user=token.user_id).update(until="2026-01-01"), "角色"),
        (lambda token: ApiToken.objects.update(key_digest="0" * 64), "无效"),
    ],
    ids=["expired", "revoked", "disabled", "password", "no role", "unknown"],
)
def test_a_token_that_is_no_good_is_401_and_says_why(made, spoil, told):
    spoil(made.token)

    answer = ask(made.key)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert told in answer.data["detail"]


@pytest.mark.parametrize("key", ["", "a b", "\xe9\xff", "x" * 5000])
def test_a_header_that_is_no_token_is_401(world, key):
    assert ask(key).status_code == 401


def test_its_last_day_is_a_day_of_use(made):
    ApiToken.objects.update(expires_on=TODAY)

    assert ask(made.key).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_reading_token_writes_nothing(made, method):
    answer = ask(made.key, method)

    assert answer.status_code == 403
    assert "只能读取" in answer.data["detail"]


def test_a_token_writes_where_it_and_the_site_say_so(world, settings):
    settings.API_WRITE_TOKENS = True
    made = operations.create_token(
        name="报送", expires_on=TODAY + timedelta(days=1), can_write=True, actor=world.ph, on=TODAY
    )
    assert ask(made.key, "post").status_code == 200

    settings.API_WRITE_TOKENS = False
    assert ask(made.key, "post").status_code == 403


def test_a_reading_token_stays_one_where_the_site_lets_others_write(made, settings):
    settings.API_WRITE_TOKENS = True

    assert ask(made.key, "post").status_code == 403


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"expires_on": ON}, ["expires_on"]),
        ({"expires_on": ON + timedelta(days=90)}, None),
        ({"expires_on": ON + timedelta(days=91)}, ["expires_on"]),
        ({"name": "  "}, ["name"]),
        ({"can_write": True}, ["can_write"]),
    ],
)
def test_what_a_token_may_be(world, changes, wrong):
    given = {"name": "月报", "expires_on": ON + timedelta(days=1)} | changes
    found = None
    try:
        operations.create_token(**given, actor=world.ph, on=ON)
    except Refused as refused:
        found = [finding.code for finding in refused.findings]

    assert (found, ApiToken.objects.count()) == (wrong, 0 if wrong else 1)


@pytest.mark.parametrize("who", ["u1", "u2", "ch", "cf", "phl", "pfl", "admin"])
def test_only_the_roles_of_the_table_have_tokens(world, client, who):
    client.force_login(getattr(world, who))

    with pytest.raises(PermissionDenied):
        operations.create_token(name="月报", expires_on=ON + timedelta(days=1), actor=getattr(world, who), on=ON)
    assert client.get(PAGE).status_code == 403


def post(client, **changes):
    return client.post(PAGE, {"name": "统计程序", "expires_on": TODAY + timedelta(days=30)} | changes)


@pytest.mark.parametrize("who", ["ph", "pf", "au"])
def test_the_page_shows_a_new_key_once(world, client, who):
    client.force_login(getattr(world, who))

    shown = post(client)
    key = shown.context["key"]

    assert (shown.status_code, key in shown.content.decode()) == (200, True)
    assert "no-store" in shown["Cache-Control"]
    assert ApiToken.objects.get().key_digest == ApiToken.digest(key)
    later = client.get(PAGE).content.decode()
    assert ("统计程序" in later, key in later) == (True, False)


def test_bad_input_comes_back_as_it_was_typed(world, client):
    client.force_login(world.ph)

    late = post(client, expires_on=TODAY + timedelta(days=400))
    dirt = post(client, expires_on="明天")

    assert (late.status_code, dirt.status_code) == (422, 422)
    assert "统计程序" in late.content.decode()
    assert "最长 90 天" in late.content.decode()
    assert not ApiToken.objects.exists()


def test_the_page_offers_writing_only_where_the_site_does(world, client, settings):
    client.force_login(world.ph)
    assert "can_write" not in client.get(PAGE).context["form"].fields

    settings.API_WRITE_TOKENS = True
    assert "can_write" in client.get(PAGE).context["form"].fields
    post(client, can_write="on")
    assert ApiToken.objects.get().can_write


def test_revoking_is_one_click_and_leaves_a_line(world, client, made):
    client.force_login(world.ph)

    answer = client.post(reverse("accounts:token_revoke", args=[made.token.pk]))

    assert (answer.status_code, answer.url) == (302, PAGE)
    assert ask(made.key).status_code == 401
    assert lines("作废接口令牌") == [("ok", f"作废接口令牌 {made.token}")]
    with pytest.raises(Refused) as caught:
        operations.revoke_token(made.token.pk, actor=world.ph, on=TODAY)
    assert codes(caught) == ["revoked"]


def test_a_token_of_somebody_else_is_not_there(world, client, made):
    client.force_login(world.pf)

    answer = client.post(reverse("accounts:token_revoke", args=[made.token.pk]))

    assert (answer.status_code, "月报" in client.get(PAGE).content.decode()) == (404, False)
    with pytest.raises(ApiToken.DoesNotExist):
        operations.revoke_token(made.token.pk, actor=world.pf, on=TODAY)
    assert ApiToken.objects.get().revoked_at is None


def test_a_reset_password_ends_the_tokens(world, made):
    operations.reset_password(world.ph.pk, actor=world.admin, on=TODAY)

    User.objects.update(must_change_password=False)
    assert ask(made.key).status_code == 401


def test_the_list_costs_the_same_for_one_and_for_many(world, client, made):
    client.force_login(world.ph)
    client.get(PAGE)

    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(5):
        operations.create_token(name=f"令牌{number}", expires_on=TODAY + timedelta(days=1), actor=world.ph, on=TODAY)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(few)
