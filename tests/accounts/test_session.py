"""Signing in: uniform answers, lockout, a new session key; the first password; signing out."""

import pytest
from django.conf import settings as configured
from django.urls import reverse

from accounts import operations
from accounts.models import Entry
from tests.accounts.scene import ON, PASSWORD, lines

LOGIN = "/accounts/login/"


def attempt(client, username, word="错误口令"):
    return client.post(LOGIN, {"username": username, "password": word})


def told(response):
    """The page without what differs by chance or by what was typed."""
    import re

    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return re.sub(r'value="[^"]*"', "", text)


def test_login_gives_a_new_session_key_and_a_line(world, client):
    client.get(LOGIN)
    session = client.session
    session["before"] = 1
    session.save()
    key = session.session_key

    response = attempt(client, world.ph.username, PASSWORD)

    assert (response.status_code, response.url) == (302, "/")
    assert client.session.session_key != key
    assert lines("登录") == [("ok", "登录系统")]


def test_the_answer_is_the_same_whatever_was_wrong(world, client):
    operations.disable_user(world.pf.pk, actor=world.admin, on=ON)

    answers = {told(attempt(client, name)) for name in ("没有的人", world.ph.username, world.pf.username)}

    assert len(answers) == 1
    assert not Entry.objects.filter(verb="登录").exists()


@pytest.mark.parametrize("known", [True, False])
def test_five_failures_lock_the_name_from_this_address(world, client, known):
    name = world.ph.username if known else "没有的人"
    for _ in range(configured.AXES_FAILURE_LIMIT):
        last = attempt(client, name)

    locked = attempt(client, name, PASSWORD)

    assert (last.status_code, last.url) == (locked.status_code, locked.url) == (302, LOGIN)
    assert "登录失败次数过多" in client.get(LOGIN).content.decode()
    assert client.get("/accounts/notices/").status_code == 302


def test_one_locked_name_does_not_lock_a_colleague(world, client):
    for _ in range(configured.AXES_FAILURE_LIMIT):
        attempt(client, world.ph.username)

    assert attempt(client, world.pf.username, PASSWORD).url == "/"


def test_login_goes_only_to_our_own_pages(world, client):
    response = client.post(LOGIN + "?next=https://example.com/", {"username": world.ph.username, "password": PASSWORD})

    assert response.url == "/"


def test_logout_is_a_post_and_leaves_a_line(world, client):
    client.force_login(world.ph)

    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").url == LOGIN
    assert client.get("/accounts/notices/").status_code == 302
    assert lines("退出") == [("ok", "退出系统")]


def test_the_first_password_must_be_changed_before_anything_else(world, client):
    made = operations.create_user(username="newone", name="新人", actor=world.admin, on=ON)
    attempt(client, "newone", made.password)

    assert client.get("/accounts/notices/").url == reverse("accounts:password_change")
    assert client.get("/api/projects/").status_code == 403
    assert "请先修改密码" in client.get("/accounts/password/").content.decode()

    data = {"old_password": made.password, "new_password1": "春风又绿江南岸2026", "new_password2": "春风又绿江南岸2026"}
    assert client.post("/accounts/password/", data).status_code == 302
    assert client.get("/accounts/notices/").status_code == 200
    assert lines("修改密码") == [("ok", "修改本人密码")]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("不是它", "春风又绿江南岸2026", "原密码不正确"),
        (PASSWORD, "短口令1", "新密码太短"),
        (PASSWORD, "12345678901234", "新密码不能全是数字"),
    ],
)
def test_a_weak_or_wrong_password_is_not_taken(world, client, old, new, words):
    client.force_login(world.ph)

    response = client.post("/accounts/password/", {"old_password": old, "new_password1": new, "new_password2": new})

    assert response.status_code == 422
    assert words in response.content.decode()
    world.ph.refresh_from_db()
    assert world.ph.check_password(PASSWORD)


def test_the_same_password_again_is_refused(world, client):
    made = operations.create_user(username="newone", name="新人", actor=world.admin, on=ON)
    client.force_login(made.user)
    same = {"old_password": made.password, "new_password1": made.password, "new_password2": made.password}

    response = client.post("/accounts/password/", same)

    assert response.status_code == 422
    assert "不能与原密码相同" in response.content.decode()


def test_changing_the_password_ends_the_other_sessions(world, client):
    from django.test import Client

    elsewhere = Client()
    elsewhere.force_login(world.ph)
    client.force_login(world.ph)
    new = "春风又绿江南岸2026"

    client.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    assert client.get("/accounts/notices/").status_code == 200
    assert elsewhere.get("/accounts/notices/").status_code == 302
