"""批量打印: one form of several projects, each by the function of its own page; what cannot be printed is named with why."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Entry
from funds import f07
from lifecycle.queries.printing import built, printables
from papers import render
from policy.findings import Refused
from policy.terms import Stage
from projects import exports
from projects.models import Project
from reports.batch import making
from reports.batch.forms import EVERY, NEWEST, chosen
from reports.batch.kept import KEPT, ask
from reports.models import BatchPrint
from tests import factories as make
from tests.funds.scene import make_ready, make_scene, recognise
from tests.reports.scene import elsewhere, furnished

pytestmark = pytest.mark.django_db
PAGE = "/reports/batch/"


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    """Asked for now, made when the test says so."""
    monkeypatch.setattr("reports.batch.kept.make", type("Later", (), {"enqueue": lambda *ids: None}))


def asked(user, form="F07", which=NEWEST, reason="", projects=None, **changes):
    given = {"scope": "全部项目", "on": timezone.localdate(), "now": timezone.now()} | changes
    found = Project.objects.order_by("pk") if projects is None else projects
    return ask(user, found, form=form, which=which, reason=reason, **given)


def done(batch):
    making.make_batch(batch.pk, actor=batch.asked_by, on=timezone.localdate())
    return BatchPrint.objects.get(pk=batch.pk)


def words(content):
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def outline(content):
    with pikepdf.open(io.BytesIO(content)) as volume, volume.open_outline() as found:
        return [(one.title, [sub.title for sub in one.children]) for one in found.root]


def test_each_project_has_a_bookmark_and_its_paper_as_its_own_page_prints_it(world):
    projects = [furnished(world, name=f"示例{number}") for number in (1, 2)]

    made = done(asked(world.ph))

    assert outline(made.content) == [("封面和目录", [])] + [
        (f"{one.label} {one.name}", [f"{f07.TITLE}（截至 {timezone.localdate()}，今天）"]) for one in projects
    ]
    text = words(made.content)
    for one in projects:
        found = [row for row in printables(one, world.ph, timezone.localdate()) if row.form == "F07"][:1]
        ((_, paper),) = built(one, world.ph, found, timezone.localdate())
        assert set(words(render(paper, "pdf"))) <= set(text)
    assert "批量打印清单" in text[0]
    assert (made.printed, made.refused, made.result) == (2, [], "已打印 2 份")


def test_what_cannot_be_printed_is_named_with_the_reason(world):
    has, lacks = furnished(world, name="有"), make.project(world.unit, stage=Stage.DRAFT, name="缺")

    made = done(asked(world.ph, "F12"))

    assert made.printed == 0
    assert dict(made.refused) == {f"{one.label} {one.name}": "没有可以打印的限期整改通知书" for one in (has, lacks)}
    assert made.result == "已打印 0 份，2 份不能打印"
    assert "不能打印2份" in words(made.content)[0]


def test_only_what_the_asker_may_print_is_in_it(world):
    own, far = furnished(world, name="本市"), furnished(world, unit=elsewhere(world), name="外市")

    city, unit = asked(world.ch), asked(world.u1)
    BatchPrint.objects.filter(pk=city.pk).update(projects=[own.pk, far.pk])  # as if it had been in reach when asked
    made = done(city)

    assert unit.projects == [own.pk]
    assert [title for title, _ in outline(made.content)] == ["封面和目录", f"{own.label} {own.name}"]
    assert made.refused == [[f"项目 {far.pk}", "已不在您的查看范围内"]]


def test_a_long_list_asks_for_a_reason_before_it_is_made(settings, tmp_path, monkeypatch):
    settings.FILES_DIR = tmp_path
    scene = make_ready(make_scene())
    for number in (1, 2):
        recognise(scene, "100.00", f"PZ-{number}")
    monkeypatch.setattr(exports, "FEW", 1)

    with pytest.raises(Refused, match="须写明用途"):
        asked(scene.finance, "F08")
    with pytest.raises(Refused, match="须由省人社经办"):
        asked(scene.city_finance, "F08", reason="核对")
    made = done(asked(scene.finance, "F08", reason="年度核对"))

    assert made.printed == 2  # the scene has another project, without a payment
    assert "年度核对" in Entry.objects.get(verb="批量打印").text


def test_a_paper_that_is_refused_while_it_is_made_is_named_with_the_reason(settings, tmp_path, monkeypatch):
    settings.FILES_DIR = tmp_path
    scene = make_ready(make_scene())
    batch = asked(scene.city_finance, "F08", projects=Project.objects.filter(pk=scene.project.pk))
    for number in (1, 2):  # paid after it was asked for
        recognise(scene, "100.00", f"PZ-{number}")
    monkeypatch.setattr(exports, "FEW", 1)

    made = done(batch)

    ((name, why),) = made.refused
    assert name.startswith(f"{scene.project.label} {scene.project.name}：专项资金支出明细表")
    assert "一次打印超过 1 行须由省人社经办" in why
    assert made.printed == 0


@pytest.mark.parametrize(("most", "refused"), [(2, False), (1, True)])
def test_there_is_a_cap_that_says_how_to_go_on(world, settings, most, refused):
    settings.BATCH_PRINT_MOST = most
    for _ in range(2):
        furnished(world)

    if not refused:
        assert len(asked(world.ph).projects) == 2
        return
    with pytest.raises(Refused, match="有 2 个项目，一次最多打印 1 个。请按市州"):
        asked(world.ph)


def test_one_at_a_time_and_old_ones_are_swept(world):
    furnished(world)
    old = asked(world.ph, now=timezone.now() - KEPT - timedelta(days=1))
    BatchPrint.objects.filter(pk=old.pk).update(made_at=timezone.now())

    first = asked(world.ph)

    assert not BatchPrint.objects.filter(pk=old.pk).exists()
    with pytest.raises(Refused, match="正在生成"):
        asked(world.ph)
    done(first)
    assert asked(world.ph).pk > first.pk


def test_the_newest_is_the_formal_one(world):
    project = furnished(world)
    on = timezone.localdate()
    found = printables(project, world.ph, on)

    assert [one.dated_on for one in chosen(found, "F07", NEWEST, on)] == [on]
    assert len(chosen(found, "F07", EVERY, on)) > 1
    assert chosen(found, "F12", NEWEST, on) == []


def test_from_the_list_through_the_page_to_the_file(world, visit):
    own, _ = furnished(world, name="甲"), furnished(world, unit=elsewhere(world), name="乙")
    client = Client()
    client.force_login(world.ph)
    address = f"{PAGE}?place={world.city.path}"

    page = client.get(address)
    refused = client.post(address, {"form": "F99", "which": NEWEST, "reason": "留着"})
    sent = client.post(address, {"form": "F07", "which": NEWEST, "reason": ""})
    batch = BatchPrint.objects.get()
    waiting = client.get(address)
    done(batch)
    file = client.get(reverse("reports:batch_file", args=[batch.pk]))

    assert f"{PAGE}?q=" in visit(world.ph, "/projects/?q=甲").content.decode()
    assert PAGE in visit(world.ph, "/reports/papers/").content.decode()
    assert (page.context["count"], batch.projects) == (1, [own.pk])
    assert (refused.status_code, "留着" in refused.content.decode()) == (422, True)
    assert (sent.status_code, sent.url, waiting["Refresh"]) == (302, address, "5")
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert Entry.objects.filter(verb="下载批量打印", actor=world.ph).count() == 1
    assert visit(world.pf, f"{PAGE}{batch.pk}/file/").status_code == 404


def test_a_file_is_given_out_whole_and_while_all_of_it_is_in_reach(world, visit):
    own, far = furnished(world), furnished(world, unit=elsewhere(world))
    batch = done(asked(world.ch))
    address = f"{PAGE}{batch.pk}/file/"

    assert visit(world.ch, address).status_code == 200
    BatchPrint.objects.filter(pk=batch.pk).update(projects=[own.pk, far.pk])
    assert visit(world.ch, address).status_code == 409
    BatchPrint.objects.filter(pk=batch.pk).update(projects=[own.pk], content=b"%PDF-other")
    assert "不符" in visit(world.ch, address).content.decode()


def test_what_goes_wrong_is_told_on_the_page(world, visit, monkeypatch):
    furnished(world)
    batch = asked(world.ph)
    monkeypatch.setattr(making, "printables", lambda *words: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        making.make.func(batch.pk)

    assert making.FAILED in visit(world.ph, PAGE).content.decode()


def test_the_page_costs_the_same_for_one_and_for_three(world, cost):
    furnished(world)
    done(asked(world.ph))
    one = cost(world.ph, PAGE)
    for _ in range(2):
        furnished(world)
        done(asked(world.ph))

    assert cost(world.ph, PAGE) == one
