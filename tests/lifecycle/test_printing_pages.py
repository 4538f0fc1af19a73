"""打印与回传 as people use it: the list, the files, the scan that comes back; and whom it is none of the business of."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Entry
from lifecycle.demo.papers import paper
from papers import MIME
from projects.models import PrintedPaper
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.printing_scene import BytesIO, broken, earn, registered, returned, words
from tests.permissions.scene import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def on():
    return timezone.localdate()


@pytest.fixture
def key(on):
    return f"F07-{on:%Y%m%d}"


@pytest.fixture
def project(world):
    return scene.building(world).project


def page(name, project, *args, **asked):
    return reverse(f"lifecycle:{name}", args=[project.pk, *args]) + (
        "?" + "&".join(f"{k}={v}" for k, v in asked.items()) if asked else ""
    )


def test_a_form_that_is_not_registered_is_a_preview_and_looking_registers_nothing(world, project, key):
    client, count = signed_in(world.u1), Entry.objects.count()

    answers = [client.get(page("print_file", project, key, suffix)) for suffix in ("pdf", "xlsx", "docx")]
    client.get(page("prints", project))

    assert [one.status_code for one in answers] == [200, 200, 200]
    assert [one["Content-Type"] for one in answers] == [MIME["pdf"], MIME["xlsx"], MIME["docx"]]
    assert all("未登记的预览" in page and "校验码" not in page for page in words(answers[0].content))
    assert (PrintedPaper.objects.count(), Entry.objects.count()) == (0, count)


def test_ticked_forms_are_registered_and_printed_as_one_file(world, project, key, on):
    client = signed_in(world.u1)
    keys = [key, f"F08-{on:%Y%m%d}"]

    sent = client.post(page("print_register", project), {"keys": keys})
    shown = client.get(sent["Location"])
    made = client.get(page("print_batch", project) + f"?key={keys[0]}&key={keys[1]}")

    prints = {one.key: one.spelled for one in project.prints.all()}
    text, reader = words(made.content), PdfReader(BytesIO(made.content))
    assert (sent.status_code, shown.status_code, set(prints)) == (302, 200, set(keys))
    assert all(code in shown.content.decode() for code in prints.values())
    assert [[code in one for one in text] for code in (prints[keys[0]], prints[keys[1]])] == [
        [True, False],
        [False, True],
    ]
    assert not any("未登记的预览" in one for one in text)
    parts = [[item.title for item in part] for part in reader.outline if isinstance(part, list)]
    assert [len(part) for part in parts] == [2]
    assert parts[0][0].startswith("专项资金")


def test_a_changed_form_is_flagged_and_prints_as_a_preview(world, project, key, on):
    registered(world, project, key, on=on)
    earn(project, world.u1, on)
    client = signed_in(world.u1)

    shown = client.get(page("prints", project)).content.decode()
    waiting = client.get(page("prints", project, state="printed")).content.decode()
    (text,) = words(client.get(page("print_file", project, key, "pdf")).content)

    assert "已有新内容，请重新打印" in shown
    assert "没有这样的表" in waiting
    assert "未登记的预览" in text


def test_the_scan_comes_back_by_the_page(world, project, key, on):
    printed = registered(world, project, key, on=on)
    client = signed_in(world.u2)

    wrong = client.post(page("print_return", project), {"code": "0000-1111-2222", "scan": paper("盖章件")})
    right = client.post(page("print_return", project), {"code": printed.spelled.lower(), "scan": paper("盖章件")})
    shown = client.get(page("prints", project, state="returned")).content.decode()

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "0000-1111-2222" in wrong.content.decode()
    assert "本项目没有登记过这个校验码" in wrong.content.decode()
    assert "盖章件（示例）.pdf" in shown
    assert "盖章件（示例）.pdf" in client.get(reverse("projects:files", args=[project.pk])).content.decode()


def test_a_damaged_scan_is_refused_and_nothing_is_kept(world, project, key, on):
    printed = registered(world, project, key, on=on)

    sent = signed_in(world.u1).post(page("print_return", project), {"code": printed.spelled, "scan": broken()})

    printed.refresh_from_db()
    assert (sent.status_code, printed.state, printed.scan) == (422, "printed", None)
    assert printed.spelled in sent.content.decode()


def test_a_print_is_void_with_its_reason(world, project, key, on):
    printed = registered(world, project, key, on=on)
    client = signed_in(world.ph)

    empty = client.post(page("print_void", project, printed.pk), {})
    sent = client.post(page("print_void", project, printed.pk), {"reason": "登记有误"})
    shown = client.get(page("prints", project)).content.decode()

    assert (empty.status_code, sent.status_code) == (422, 302)
    assert "登记有误" in shown
    assert client.get(page("print_void", project, 987_654_321)).status_code == 404


@pytest.mark.parametrize("suffix", ["exe", "png", "PDF", "html"])
def test_a_kind_that_no_paper_has_is_not_found(world, project, key, suffix):
    assert signed_in(world.u1).get(page("print_file", project, key, suffix)).status_code == 404


def test_an_unknown_form_is_not_found_and_none_leads_to_the_list(world, project):
    client = signed_in(world.u1)

    assert client.get(page("print_file", project, "F99-1", "pdf")).status_code == 404
    assert client.get(page("print_batch", project) + "?key=F99-1").status_code == 404
    assert client.get(page("print_batch", project))["Location"] == page("prints", project)
    assert client.post(page("print_register", project), {"keys": ["F99-1", "\x00"]}).status_code == 302


def test_strangers_find_nothing_and_readers_act_on_nothing(world, project, key, on):
    printed = registered(world, project, key, on=on)
    stranger = signed_in(make.user("U1", make.organisation(world.city)))
    addresses = [
        page("prints", project), page("print_file", project, key, "pdf"), page("print_batch", project, key=key),
        page("booklet", project), page("print_return", project), page("print_void", project, printed.pk),
    ]  # fmt: skip
    posts = [
        (page("print_register", project), {"keys": [key]}),
        (page("print_return", project), {"code": printed.code}),
    ]
    posts.append((page("print_void", project, printed.pk), {"reason": "误"}))

    auditor = signed_in(world.au)
    codes = {stranger.get(url).status_code for url in addresses} | {stranger.post(*post).status_code for post in posts}

    assert codes == {404}
    assert [auditor.get(url).status_code for url in addresses[:4]] == [200] * 4
    assert {auditor.post(*post).status_code for post in posts} == {403}
    assert signed_in(world.sa).get(addresses[0]).status_code == 404


def test_a_unit_has_an_order_served_and_not_before(world):
    story = scene.ordered(world)
    project, today = story.project, timezone.localdate()
    order = next(one for one in scene_keys(world.ph, project) if one.startswith("F12"))
    printed = registered(world, project, order, by="ph", on=today)
    returned(world, project, printed.code, by="ph", on=today)
    unit, office = signed_in(world.u2), signed_in(world.ph)

    def seen(client):
        texts = client.get(page("prints", project)).content.decode(), client.get(journal).content.decode()
        files = client.get(reverse("projects:files", args=[project.pk])).content.decode()
        return [printed.title in texts[0], printed.title in texts[1], "盖章件：" in files]

    journal = reverse("reports:journal", args=[project.pk])
    before = seen(unit), unit.get(page("print_file", project, order, "pdf")).status_code
    sent = unit.post(page("print_register", project), {"keys": [order]}, follow=True).content.decode()
    wrong = unit.post(page("print_return", project), {"code": printed.code, "scan": paper("x")})
    scene.serve(story, on=today)
    after = seen(unit)[0], unit.get(page("print_file", project, order, "pdf")).status_code

    assert before == ([False, False, False], 404)
    assert "现在不能打印" in sent
    assert wrong.status_code == 422
    assert "本项目没有登记过这个校验码" in wrong.content.decode()
    assert after == (True, 200)
    assert seen(office)[0]


def scene_keys(reader, project):
    from lifecycle.queries.printing import printables

    return [one.key for one in printables(project, reader, timezone.localdate())]


def test_the_list_costs_the_same_however_many_forms_were_void(world, project, key, on):
    client, url = signed_in(world.ph), page("prints", project)
    registered(world, project, key, on=on)
    client.get(url)
    counts = []
    for _ in range(3):
        earn(project, world.u1, on)
        registered(world, project, key, on=on)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))

    assert len(set(counts)) == 1


def test_a_form_that_is_not_registered_is_not_laid_out_for_the_list(world, project):
    client, url = signed_in(world.ph), page("prints", project)
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        client.get(url)
    with CaptureQueriesContext(connection) as built:
        client.get(page("print_file", project, scene_keys(world.ph, project)[0], "xlsx"))

    assert len(first) <= 40
    assert not any("funds_income" in row["sql"] for row in first.captured_queries)
    assert any("funds_income" in row["sql"] for row in built.captured_queries)
