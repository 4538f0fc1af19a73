"""The public page: whoever holds a paper learns whether its code stands, and of nobody what the paper says."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from lifecycle.views import verify
from tests.lifecycle import scene
from tests.lifecycle.printing_scene import earn, ops, registered, returned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


@pytest.fixture
def printed(world):
    on = timezone.localdate()
    return registered(world, scene.building(world).project, f"F07-{on:%Y%m%d}", on=on)


def asked(code, **headers):
    return Client(**headers).get("/verify/", {"code": code})


def test_a_registered_print_is_told_without_a_login_and_without_a_person(world, printed):
    answer = asked(printed.spelled)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert all(word in text for word in ("登记属实，现行有效", printed.title, world.unit.name, "第 1 次", "未收到"))
    assert [person.name for person in world.people.values() if person.name in text] == []
    assert printed.project.name not in text
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("spell", [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code} "])
def test_a_code_is_found_however_it_is_typed(printed, spell):
    assert "登记属实" in asked(spell(printed.spelled)).content.decode()


def test_what_came_back_was_replaced_or_is_a_draft_is_said(world, printed):
    project, on = printed.project, timezone.localdate()
    returned(world, project, printed.code, on=on)
    back = asked(printed.code).content.decode()
    earn(project, world.u1, on)
    registered(world, project, printed.key, on=on)
    replaced = asked(printed.code).content.decode()
    draft = project.prints.create(
        key="F02-1", form="F02", title="目标表", version=1, digest="0" * 64, code="0123456789ab", draft=True,
        organisation_name="示例", registered_by=world.u1, registered_on=on,
    )  # fmt: skip

    assert f"{on} 收到" in back
    assert ("已作废或已被新版替代" in replaced, "登记属实，现行有效" in replaced) == (True, False)
    assert "这份打印件是草稿" in asked(draft.code).content.decode()


@pytest.mark.parametrize("code", ["0000-0000-0000", "FFFFFFFFFFFF", "²" * 12])
def test_an_unknown_code_is_not_registered(printed, code):
    assert "没有登记过这个校验码" in asked(code).content.decode()


@pytest.mark.parametrize("code", ["1", "<script>alert(1)</script>", "' OR 1=1 --", "\x00", "9" * 5000, "甲" * 12])
def test_anything_else_is_told_to_be_no_code(printed, code):
    answer = asked(code)

    assert answer.status_code == 200
    assert "校验码不完整" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_nothing_asked_is_an_empty_form_and_nothing_is_changed_by_it(printed):
    assert [Client().get("/verify/").status_code, Client().post("/verify/").status_code] == [200, 405]


def test_who_guesses_is_told_to_wait(printed):
    codes = [asked(f"{n:012x}").status_code for n in range(verify.CALLS + 1)]

    assert (set(codes[:-1]), codes[-1]) == ({200}, 429)
    assert asked(printed.code)["Retry-After"] == "60"
    assert asked(printed.code, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_print_of_yesterday_is_still_told(world):
    on = timezone.localdate() - timedelta(days=1)
    one = registered(world, scene.building(world).project, f"F07-{on:%Y%m%d}", on=on)
    ops.void_print(one.project_id, one.pk, reason="盖章前发现错字", actor=world.u1, on=on)

    text = asked(one.code).content.decode()

    assert "已作废" in text
    assert "错字" not in text
