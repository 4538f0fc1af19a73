"""报表打印 as people use it: registered, printed with the code, sealed, sent back; and what a stranger does not get."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Entry
from lifecycle.demo.papers import paper
from lifecycle.operations import province_printing as ops
from projects.models import PrintedPaper
from projects.printed import PREVIEW
from tests import factories as make
from tests.performance.life import filed
from tests.permissions.scene import signed_in
from tests.reports.scene import furnished

pytestmark = pytest.mark.django_db
ADDRESS = "/reports/papers/"


@pytest.fixture
def on():
    return timezone.localdate()


@pytest.fixture
def key(on):
    return f"F18-{on:%Y%m%d}"


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def words(answer):
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages]


def page(name, *args, **asked):
    return reverse(f"lifecycle:province_{name}", args=args) + "".join(f"?{k}={v}" for k, v in asked.items())


def test_a_list_is_a_preview_until_it_is_registered_and_then_bears_its_code(world, key):
    furnished(world)
    client = signed_in(world.ph)
    before = words(client.get(f"{ADDRESS}file/?form=F18"))

    sent = client.post(page("register"), {"key": key, "next": f"{ADDRESS}?year=2026"})
    shown = client.get(sent["Location"]).content.decode()
    printed = PrintedPaper.objects.get()
    after = [
        words(client.get(address))
        for address in (f"{ADDRESS}file/?form=F18", page("reprint", printed.pk, **{"as": "pdf"}))
    ]

    assert (sent.status_code, sent["Location"]) == (302, f"{ADDRESS}?year=2026&done={printed.pk}")
    assert all(PREVIEW in one for one in before)
    assert all(printed.spelled in one and PREVIEW not in one for found in after for one in found)
    assert all(word in shown for word in ("已登记，可以打印", printed.spelled, "待盖章", "作废登记"))


def test_looking_registers_nothing(world, key):
    client = signed_in(world.ph)

    client.get(ADDRESS)

    assert [client.get(page(name)).status_code for name in ("register", "return")] == [405, 200]
    assert not PrintedPaper.objects.exists()


def test_a_changed_list_is_flagged_and_prints_as_a_preview(world, key, on):
    project = furnished(world)
    printed = ops.register_place_print(key=key, actor=world.ph, on=on)
    type(project).objects.update(grant=1)
    client = signed_in(world.pf)

    shown = client.get(ADDRESS).content.decode()
    again = client.get(page("reprint", printed.pk))

    assert "已有新内容，请重新打印" in shown
    assert PREVIEW in words(client.get(f"{ADDRESS}file/?form=F18"))[0]
    assert (again.status_code, "内容已有变化" in again.content.decode()) == (409, True)
    ops.register_place_print(key=key, actor=world.pf, on=on)
    assert "已有新版" in client.get(ADDRESS).content.decode()


def test_the_scan_comes_back_by_the_page(world, key, on):
    printed = ops.register_place_print(key=key, actor=world.ph, on=on)
    client = signed_in(world.pf)

    wrong = client.post(page("return"), {"code": "0000-1111-2222", "scan": paper("盖章件")})
    right = client.post(page("return"), {"code": printed.spelled.lower(), "scan": paper("盖章件")})
    shown = client.get(ADDRESS).content.decode()
    file = client.get(page("scan", printed.pk))

    assert (wrong.status_code, right.status_code, right["Location"]) == (422, 302, ADDRESS)
    assert "0000-1111-2222" in wrong.content.decode()
    assert "本地区没有登记过这个校验码" in wrong.content.decode()
    assert all(word in shown for word in ("已回传", "盖章件（示例）.pdf"))
    printed.refresh_from_db()
    assert hashlib.sha256(file.content).hexdigest() == printed.scan.sha256
    assert Entry.objects.filter(verb="下载材料", actor=world.pf).count() == 1


def test_a_print_is_void_with_its_reason(world, key, on):
    printed = ops.register_place_print(key=key, actor=world.ph, on=on)
    client = signed_in(world.ph)

    empty, sent = (client.post(page("void", printed.pk), data) for data in ({}, {"reason": "登记有误"}))

    assert (empty.status_code, sent.status_code) == (422, 302)
    assert all(word in client.get(ADDRESS).content.decode() for word in ("已作废", "登记有误"))
    assert client.get(page("reprint", printed.pk)).status_code == 409


def test_other_areas_and_units_get_nothing_by_its_number(world, key, on):
    project = make.project(world.unit)
    own, whole = (ops.register_place_print(key=key, actor=one, on=on) for one in (world.ch, world.ph))
    for one, by in ((own, world.ch), (whole, world.ph)):
        ops.return_place_print(code=one.code, scan=paper("盖章件"), actor=by, on=on)
        one.refresh_from_db()
    neighbour = signed_in(make.user("CH", make.organisation(make.node("示例邻市", "city", world.province), "hr")))
    city, unit, province = signed_in(world.cf), signed_in(world.u1), signed_in(world.pf)

    def codes(client, one):
        file = f"/projects/{project.pk}/files/{one.scan_id}/"
        return [client.get(page(name, one.pk)).status_code for name in ("scan", "void", "reprint")] + [
            client.get(file).status_code
        ]

    assert codes(neighbour, own) == codes(neighbour, whole) == codes(city, whole) == [404] * 4
    assert codes(unit, own) == codes(unit, whole) == [403, 403, 403, 404]
    assert codes(city, own) == codes(province, whole) == [200, 200, 200, 404]
    assert codes(province, own) == [200, 200, 409, 404]
    assert "由该地区打印" in province.get(page("reprint", own.pk)).content.decode()
    assert own.spelled not in neighbour.get(ADDRESS).content.decode()


def test_who_only_reads_is_offered_no_act(world, key, on):
    printed = ops.register_place_print(key=key, actor=world.ph, on=on)
    shown = signed_in(world.phl).get(ADDRESS).content.decode()

    assert printed.spelled in shown
    assert [name for name in (page("register"), page("return"), page("void", printed.pk)) if name in shown] == []


def test_a_list_with_whole_telephone_numbers_is_reprinted_by_those_who_call_the_units(world, on):
    printed = ops.register_place_print(key=f"F16-{on:%Y%m%d}", actor=world.ph, on=on)

    answers = [signed_in(one).get(page("reprint", printed.pk)) for one in (world.pf, world.phl)]

    assert [one.status_code for one in answers] == [200, 409]
    assert "由负责催报的岗位打印" in answers[1].content.decode()


def test_a_list_too_long_is_not_registered_either(world, key, on, monkeypatch):
    from reports import province_papers as module

    monkeypatch.setattr(module, "FEW", 1)
    furnished(world), furnished(world)
    sent = signed_in(world.ch).post(page("register"), {"key": key, "next": ADDRESS}, follow=True)

    assert "请按年度、政策依据或市州缩小范围后分份打印" in sent.content.decode()
    assert not PrintedPaper.objects.exists()


def test_the_public_page_names_the_area_and_says_no_more(world, key, on):
    project = furnished(world)
    printed = ops.register_place_print(key=key, actor=world.ph, on=on)
    valid = Client().get("/verify/", {"code": printed.spelled}).content.decode()
    ops.void_place_print(printed.pk, reason="发现错字", actor=world.ph, on=on)
    void = Client().get("/verify/", {"code": printed.code}).content.decode()

    assert all(
        word in valid for word in ("登记属实，现行有效", "F18", printed.title, "地区", world.province.name, "第 1 次")
    )
    hidden = (project.name, world.unit.name, world.ph.name, "发现错字")
    assert [word for word in hidden if word in valid + void] == []
    assert "这份打印件已作废或已被新版替代" in void


def test_the_sheet_of_the_settings_bears_the_code_on_its_own_page(world, on):
    sheet = make.setting_sheet(world.phl, on, on + timedelta(days=30), world.province.path)
    client, address = signed_in(world.pf), reverse("lifecycle:setting_pdf", args=[sheet.pk])
    before = words(client.get(address))

    printed = ops.register_place_print(key=f"settings-{sheet.pk}", actor=world.ph, on=on)

    assert all(PREVIEW in one for one in before)
    assert all(printed.spelled in one and PREVIEW not in one for one in words(client.get(address)))


def test_the_sheet_of_the_region_is_registered_and_bears_the_code_on_its_own_page(world, on):
    project = make.project(world.unit)
    filed(project, world)
    client = signed_in(world.pf)
    address = reverse("performance:region_pdf", args=[project.edition_code, "targets", 2026])
    before = words(client.get(address))

    printed = ops.register_place_print(key=f"F01-{project.edition_code}-2026", actor=world.ph, on=on)
    shown = client.get(ADDRESS).content.decode()

    assert all(PREVIEW in one for one in before)
    assert all(printed.spelled in one for one in words(client.get(address)))
    assert (printed.form, printed.draft, printed.place) == ("F01", True, world.province)
    assert printed.spelled in shown
    assert printed.spelled not in signed_in(world.ch).get(ADDRESS).content.decode()


def test_the_page_costs_the_same_with_one_print_and_with_five(world, key, on, cost):
    def register(*days):
        for day in days:
            one = ops.register_place_print(key=f"F18-{on - timedelta(days=day):%Y%m%d}", actor=world.ph, on=on)
            ops.return_place_print(code=one.code, scan=paper("盖章件"), actor=world.ph, on=on)

    register(1)
    first = cost(world.ph, ADDRESS)
    register(2, 3, 4, 5)

    assert cost(world.ph, ADDRESS) == first
