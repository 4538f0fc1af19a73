"""季报包 on screen: the unit's draft is its own, an office's word is its own until both spoke, nothing typed is lost."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from performance.models import Indicator, ReturnReview, Target
from performance.operations import return_reviews
from performance.operations.return_reviews import RemarkInput, review_return
from tests.performance import round_scene as scene
from tests.performance.round_scene import DUE2, ON, ON2, Q2, made, sent
from tests.performance.test_return_reviews import PNG


@pytest.fixture
def one(world):
    return made(scene.building(world), world)


def page(name, one, *more):
    return reverse(f"performance:{name}", args=[one.project_id, one.pk, *more])


def text(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_period_stands_on_the_page_of_the_project(one, world, signed_in):
    shown = text(signed_in(world.u1), reverse("performance:returns", args=[one.project_id]))

    assert shown.count("未发起") == 7
    assert "2027年第4季度" in shown
    assert page("return", one) in shown


def test_a_draft_is_read_by_its_unit_alone(one, world, signed_in):
    scene.returns.fill_section(one.project_id, one.pk, "progress", text="还没定稿", actor=world.u1, on=ON)

    assert "还没定稿" in text(signed_in(world.u2), page("return", one))
    for who in ("ch", "cf", "ph", "pf", "au"):
        assert "还没定稿" not in text(signed_in(getattr(world, who)), page("return", one))
    scene.filled(one, world)
    scene.returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON)
    assert "本期建设进度" in text(signed_in(world.ch), page("return", one))


def test_the_word_of_one_office_reaches_the_unit_with_the_other_s(one, world, signed_in):
    sent(one, world)
    review_return(
        one.project_id, one.pk, agreed=False, remarks=[RemarkInput("progress", "写明到货情况")], actor=world.ch, on=ON
    )

    journal = reverse("reports:journal", args=[one.project_id])
    for url in (page("return", one), journal):
        assert "写明到货情况" not in text(signed_in(world.u1), url)
    assert "退回" not in text(signed_in(world.u1), journal)
    assert "写明到货情况" in text(signed_in(world.cf), page("return", one))
    review_return(one.project_id, one.pk, agreed=True, actor=world.cf, on=ON)
    assert "写明到货情况" in text(signed_in(world.u1), page("return", one))


def test_a_part_is_kept_with_a_stale_page_told(one, world, signed_in):
    client, url = signed_in(world.u1), page("section", one, "progress")
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', text(client, url))[1]

    assert client.post(url, {"text": "甲写的", "seen": seen}).status_code == 302
    again = client.post(url, {"text": "乙写的", "plan": "下期", "seen": seen})

    assert again.status_code == 422
    assert (again.context["form"]["text"].value(), again.context["form"]["plan"].value()) == ("乙写的", "下期")
    assert "甲写的" in again.content.decode()  # the page says what stands
    assert one.sections.get(code="progress").text == "甲写的"


def test_a_part_is_marked_and_opened_again(one, world, signed_in):
    client, url = signed_in(world.u1), page("section_mark", one, "questions")

    client.post(url, {"done": "on"})
    marked = one.sections.get(code="questions").done
    client.post(url, {"done": ""})

    assert (marked, one.sections.get(code="questions").done) == (True, False)


def test_a_part_is_given_to_a_clerk(one, world, signed_in):
    url = page("section_assign", one, "payments")

    assert signed_in(world.u2).post(url, {"assignee_id": str(world.u1.pk)}).status_code == 302
    assert one.sections.get(code="payments").assignee == world.u1
    assert signed_in(world.u2).post(url, {"assignee_id": str(world.ch.pk)}).status_code == 422


def test_a_part_that_does_not_exist_is_not_there(one, world, signed_in):
    assert signed_in(world.u1).get(page("section", one, "elsewhere")).status_code == 404


def test_the_page_of_the_signature_lists_everything_that_is_missing_with_links(one, world, signed_in):
    client = signed_in(world.u2)

    shown = text(client, page("return_submit", one))

    for wanted in (
        "“建设进度”尚未标为已填完",
        "“资金支出”尚未标为已填完",
        page("section", one, "progress"),
        "data-closed",
    ):
        assert wanted in shown
    assert f"{page('readings_edit', one)}#id_i{one.sheet.indicators.get().pk}-value" in shown
    refused = client.post(page("return_submit", one))
    assert refused.status_code == 422
    assert refused.content.decode().count("尚未标为已填完") >= 4


def test_the_signature_on_its_page(one, world, signed_in):
    scene.filled(one, world)

    assert signed_in(world.u2).post(page("return_submit", one)).status_code == 302
    assert scene.fresh(one).state == "submitted"


def test_zero_report_take_over_and_exemption_on_their_pages(one, world, signed_in):
    client = signed_in(world.u1)
    client.post(page("return_zero", one), {"reason": "设备未到货"})
    zero = scene.fresh(one).zero
    client.post(page("return_zero", one))
    back = scene.fresh(one).zero
    scene.returns.fill_section(one.project_id, one.pk, "progress", text="进展", actor=world.u2, on=ON)
    took = client.post(page("return_take_over", one)).status_code
    exempt = signed_in(world.ph).post(page("return_exempt", one), {"reason": "资金未到"}).status_code

    assert (zero, back, took, exempt, scene.fresh(one).state) == (True, False, 302, 302, "exempt")


def review(client, one, **data):
    return client.post(page("return_review", one), {"agreed": "0", "seen": str(one.turn + 1)} | data)


def test_a_review_with_its_remarks_on_the_page(one, world, signed_in):
    sent(one, world)
    indicator = one.sheet.indicators.get()
    data = {"section-0": "readings", "indicator-0": indicator.pk, "text-0": "核对人次", "section-2": "progress",
            "text-2": "写明到货"}  # fmt: skip

    assert review(signed_in(world.ch), one, **data).status_code == 302

    kept = ReturnReview.objects.get()
    assert [(row.section, row.indicator, row.text) for row in kept.remarks.all()] == [
        ("readings", indicator, "核对人次"), ("progress", None, "写明到货"),
    ]  # fmt: skip


def test_a_review_that_is_refused_keeps_every_remark(one, world, signed_in):
    sent(one, world)
    client = signed_in(world.ch)

    nowhere = review(client, one, **{"text-0": "没有选部分", "text-7": "第八条"})
    agreed = review(client, one, agreed="1", **{"section-0": "progress", "text-0": "却有意见"})
    empty = review(client, one)

    assert (nowhere.status_code, agreed.status_code, empty.status_code) == (422, 422, 422)
    assert "没有选部分" in nowhere.content.decode()
    assert "却有意见" in agreed.content.decode()
    assert not ReturnReview.objects.exists()


def test_the_province_finds_the_form_closed_where_the_city_reads(one, world, signed_in):
    sent(one, world)

    assert review(signed_in(world.ph), one, agreed="1").status_code == 403
    assert "审核</a>" not in text(signed_in(world.ph), page("return", one))


def test_a_paper_is_asked_for_and_handed_in_on_the_pages(one, world, signed_in, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    sent(one, world)
    signed_in(world.cf).post(page("return_ask", one), {"section": "payments", "text": "请补验收单"})
    ask = one.asks.get()
    url = page("return_answer", one, ask.pk)

    assert "请补验收单" in text(signed_in(world.u1), url)
    upload = SimpleUploadedFile("验收单.png", PNG, "image/png")
    assert signed_in(world.u1).post(url, {"answer": "", "uploads": [upload]}).status_code == 302

    shown = text(signed_in(world.cf), page("return", one))
    assert "验收单.png" in shown
    assert "已上传材料" in shown


def test_an_ask_of_another_return_is_not_found_here(one, world, signed_in):
    sent(one, world)
    ask = return_reviews.ask_paper(one.project_id, one.pk, section="payments", text="补", actor=world.cf, on=ON)
    two = made(one.project, world, Q2, ON2, DUE2)

    assert signed_in(world.u1).get(page("return_answer", two, ask.pk)).status_code == 404


def statements(client, url):
    with CaptureQueriesContext(connection) as caught:
        text(client, url)
    return len(caught)


def test_the_page_costs_the_same_with_one_indicator_and_with_three(one, world, signed_in):
    client = signed_in(world.u1)
    text(client, page("return", one))
    before = statements(client, page("return", one))

    for order in (2, 3):
        added = Indicator.objects.create(
            sheet=one.sheet, order=order, level1="产出指标", level2="数量指标", name=f"指标{order}", operator="ge",
            unit="人次", aggregation="sum", frequency="quarter",
        )  # fmt: skip
        Target.objects.create(indicator=added, block="period", value="60", weight=10)

    assert statements(client, page("return", one)) == before


def test_what_was_accepted_shows_its_check_code(one, world, signed_in):
    sent(one, world)
    kept = scene.reviewed(one, world)

    assert kept.digest[:16] in text(signed_in(world.au), page("return", one))
