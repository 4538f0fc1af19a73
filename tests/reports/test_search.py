"""搜索: every part, and nothing beyond the reach of who asks."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from projects.models import Problem, Project
from reports.search import search
from tests import factories as make
from tests.funds.scene import ON, make_ready, make_scene, record

TODAY = date(2026, 3, 10)


@pytest.fixture
def scene(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return make_ready(make_scene())


def found(user, words):
    return {part.label: [hit.title for hit in part.hits] for part in search(user, words, TODAY)}


def problem(project, fact):
    return Problem.objects.create(
        project=project, serial=1, number=1, fact=fact, source="inspection", level="major", opened_on=ON
    )


def test_each_kind_of_thing_is_found(scene):
    record(scene)
    problem(scene.project, "设备闲置")
    name = scene.project.name

    assert name in found(scene.finance, name)["项目"]
    assert found(scene.finance, scene.unit.name)["单位"] == [scene.unit.name]
    assert found(scene.finance, "示例补助资金")["资金文件"] == ["关于下达示例补助资金的通知"]
    assert found(scene.finance, "闲置")["问题"] == ["设备闲置"]
    assert found(scene.finance, "资金文件.png").keys() <= {"材料"}
    assert scene.leader.name in found(scene.finance, scene.leader.name)["人员"]


def test_every_word_has_to_occur(scene):
    assert found(scene.finance, f"{scene.project.name} 没有这个词") == {}


def test_people_are_found_by_their_post(scene):
    assert scene.finance_head.name in found(scene.hr, f"{Role.PFL.label} {scene.finance_head.name}")["人员"]


@pytest.mark.parametrize("who", ["leader", "clerk"])
def test_a_unit_finds_nothing_of_another_unit(scene, who):
    Project.objects.filter(pk=scene.sibling.pk).update(name="邻居的项目", leader_name="邻居带头人")
    problem(scene.sibling, "邻居的问题")
    make.user(Role.U2, scene.sibling.organisation)

    assert found(getattr(scene, who), "邻居") == {}
    assert found(getattr(scene, who), scene.sibling.organisation.name) == {}
    assert found(scene.finance, "邻居").keys() == {"项目", "问题"}


def test_a_unit_finds_no_draft_of_a_file_and_no_office(scene):
    voucher = record(scene)

    assert "人员" not in found(scene.leader, scene.finance.name)
    assert voucher.pk
    assert found(scene.city_finance, "凭证.png") == {}  # not handed in yet
    assert "材料" in found(scene.leader, "凭证.png")


def test_an_administrator_has_no_search(scene, client):
    client.force_login(
        make.user(Role.SA, scene.finance_head_office), backend="django.contrib.auth.backends.ModelBackend"
    )

    assert client.get(reverse("reports:search"), {"q": scene.project.name}).status_code in (403, 404)
    assert 'role="search"' not in client.get(reverse("reports:workbench")).content.decode()


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'; DROP", "<script>alert(1)</script>", "\x00", "词" * 500])
def test_any_words_are_only_words(scene, client, typed):
    client.force_login(scene.finance, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(reverse("reports:search"), {"q": typed})

    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_statements_do_not_grow(scene):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            search(scene.finance, "示例", TODAY)
        return len(asked)

    one = cost()
    for _ in range(3):
        make.project(make.organisation(scene.province))

    assert cost() <= one
