"""搜索: every part, and nothing beyond the reach of who asks."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from funds.models import Contract, Voucher
from policy.terms import NodeKind
from projects.models import PrintedPaper, Problem, Project
from reports.search import search
from tests import factories as make
from tests.funds.scene import ON, make_ready, make_scene, record, submit

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


def contract(project, by, number="采-88", **facts):
    given = {"name": "数控车床采购", "supplier": "示例设备公司", "category": "equipment", "amount": Decimal(1000),
             "signed_on": ON, "recorded_by": by, "recorded_on": ON}  # fmt: skip
    return Contract.objects.create(project=project, number=number, number_key=number, **given | facts)


def test_contracts_payees_and_invoices_are_found(scene):
    paid = submit(scene, payee="示例机床公司", invoice_number="FP-778899", abstract="购置数控车床")
    mine = contract(scene.project, scene.clerk)

    hit = "购置数控车床（示例机床公司）"
    assert found(scene.finance, "机床公司")["支出"] == found(scene.city_finance, "FP-7788")["支出"] == [hit]
    assert found(scene.leader, "778899")["支出"] == [hit]
    assert (
        found(scene.finance, "采-88")["合同"] == found(scene.leader, "示例设备公司")["合同"] == [f"采-88 {mine.name}"]
    )
    part = next(one for one in search(scene.finance, "FP-778899", TODAY) if one.label == "支出")
    assert part.hits[0].url == reverse("funds:voucher", args=[scene.project.pk, paid.pk])


def test_a_payment_is_the_unit_s_until_it_is_sent_in(scene):
    record(scene, payee="未提交公司", invoice_number="FP-1")

    assert found(scene.leader, "未提交公司").keys() == {"支出"}
    assert found(scene.city_finance, "未提交公司") == found(scene.finance, "未提交公司") == {}


def test_money_papers_and_prints_of_another_unit_are_not_found(scene):
    """Of a unit of another city, by its unit and by the offices of this city."""
    far = make.project(make.organisation(make.node("示例二市", NodeKind.CITY, scene.province)), name="外市项目")
    contract(far, scene.clerk, number="外市合同", supplier="外市公司")
    Voucher.objects.create(
        project=far, number="外市凭证", number_key="外市凭证", paid_on=ON, category="equipment", source="central",
        abstract="外市购置", payee="外市公司", amount=Decimal(5), recorded_by=scene.clerk, recorded_on=ON,
        invoice_number="外市票", state="submitted",
    )  # fmt: skip
    printed(far, scene, "外市打印件")

    assert found(scene.finance, "外市").keys() == {"项目", "合同", "支出", "打印件"}
    assert found(scene.city_finance, "外市") == found(scene.leader, "外市") == found(scene.clerk, "外市") == {}
    assert found(scene.city_finance, "abcdef012345") == found(scene.leader, "abcdef012345") == {}


def printed(project, scene, title, **facts):
    given = {"key": "F07-1", "form": "F07", "number": "打-1", "version": 1, "digest": "0" * 64, "code": "abcdef012345",
             "organisation_name": "示例", "registered_on": ON, "registered_by": scene.finance}  # fmt: skip
    return PrintedPaper.objects.create(project=project, title=title, **given | facts)


@pytest.mark.parametrize("typed", ["abcdef012345", "ABCD-EF01-2345", "abcd ef01 2345", "ＡＢＣＤEF012345"])
def test_a_registered_print_is_found_by_its_check_code(scene, typed):
    printed(scene.project, scene, "资金使用情况表")

    assert found(scene.leader, typed) == found(scene.city_finance, typed) == {"打印件": ["资金使用情况表"]}
    assert found(scene.finance, "abcdef01234") == {}


def test_a_print_that_was_not_open_to_the_unit_is_not_found_by_it(scene):
    printed(scene.project, scene, "限期整改通知书", for_unit=False)

    assert found(scene.leader, "abcdef012345") == found(scene.clerk, "整改通知书") == {}
    assert found(scene.city_finance, "abcdef012345").keys() == {"打印件"}


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
