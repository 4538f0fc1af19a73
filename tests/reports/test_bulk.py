"""批量导出 (permissions.json): over 1,000 rows by three roles only, and with a reason that stands in the journal."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Entry
from lifecycle.models import Deadline
from projects import exports
from projects.models import Project
from tests.reports.scene import alert, furnished
from tests.reports.statistics_scene import problem

pytestmark = pytest.mark.django_db
# (page, export, verb)
LISTS = (
    ("reports:projects", "reports:projects_export", "导出项目台账"),
    ("reports:alerts", "reports:alerts_export", "导出预警"),
    ("lifecycle:all_problems", "lifecycle:problems_export", "导出问题台账"),
)


@pytest.fixture
def many(world, monkeypatch):
    monkeypatch.setattr(exports, "FEW", 1)
    for number in (1, 2):
        project = furnished(world, name=f"示例{number}")
        alert(project, code=f"more{number}")
        problem(project)
    Deadline.objects.all().delete()
    return world


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(("page", "export", "verb"), LISTS)
@pytest.mark.parametrize("role", ["phl", "pfl", "ch"])
def test_who_may_not_take_many_rows_is_told_so_before_and_after_the_click(many, role, page, export, verb):
    client = client_of(getattr(many, role))

    shown, answer = client.get(reverse(page)), client.get(reverse(export), {"reason": "年度核对"})

    assert answer.status_code == 409
    assert "超过 1 行须由省人社经办、省财政经办或审计办理" in answer.content.decode()
    assert "请缩小查询条件" in shown.content.decode()
    assert not Entry.objects.filter(verb=verb).exists()


@pytest.mark.parametrize(("page", "export", "verb"), LISTS)
@pytest.mark.parametrize("role", ["ph", "pf", "au"])
def test_who_may_gives_a_reason_that_is_kept(many, role, page, export, verb):
    client = client_of(getattr(many, role))

    shown = client.get(reverse(page), {"q": "示例"}).content.decode()
    asked = client.get(reverse(export), {"reason": "  "})
    given = client.get(reverse(export), {"reason": "年度核对"})

    assert (asked.status_code, given.status_code) == (409, 200)
    assert "写明用途" in asked.content.decode()
    assert "导出全部" in shown
    assert 'name="q" value="示例"' in shown
    assert Entry.objects.get(verb=verb).text.endswith("：年度核对")


@pytest.mark.parametrize(("page", "export", "verb"), LISTS)
def test_few_rows_need_neither(world, page, export, verb):
    furnished(world)
    client = client_of(world.phl)

    assert (client.get(reverse(export)).status_code, "导出全部" in client.get(reverse(page)).content.decode()) == (
        200, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("export", "verb"),
    [("reports:as_of_export", "导出截至日统计"), ("funds:all_found_money_export", "导出问题资金台账")],
)
def test_late_entries_and_found_money_are_rows_too(many, monkeypatch, export, verb):
    export = reverse(export)
    assert client_of(many.phl).get(export).status_code == 200  # none of them, and sums alone
    monkeypatch.setattr(exports, "FEW", -1)

    answers = [
        client_of(user).get(export, asked).status_code
        for user, asked in ((many.phl, {"reason": "核对"}), (many.ph, {}), (many.ph, {"reason": "核对"}))
    ]

    assert answers == [409, 409, 200]
    assert Entry.objects.filter(verb=verb, text__endswith="：核对").count() == 1


@pytest.mark.parametrize(("list_", "verb"), [("funds:assets", "导出设备台账"), ("performance:classes", "导出班次台账")])
def test_a_unit_takes_out_the_registers_it_keeps_and_an_office_gives_its_reason(many, monkeypatch, list_, verb):
    project = Project.objects.first()
    page, export = (reverse(name, args=[project.pk]) for name in (list_, f"{list_}_export"))
    monkeypatch.setattr(exports, "FEW", -1)

    answers = [
        client_of(user).get(export, asked).status_code
        for user, asked in ((many.u1, {}), (many.ch, {"reason": "核对"}), (many.ph, {}), (many.ph, {"reason": "核对"}))
    ]

    assert answers == [200, 409, 409, 200]
    assert "请缩小查询条件" in client_of(many.ch).get(page).content.decode()
    assert "请缩小查询条件" not in client_of(many.u1).get(page).content.decode()
    assert [one.text.endswith("：核对") for one in Entry.objects.filter(verb=verb).order_by("seq")] == [False, True]
