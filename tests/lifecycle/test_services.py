"""送达: by each way of the edition, to somebody who is named, once; what a unit sees of a paper before it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.queries import work_calendar
from lifecycle.demo.papers import paper
from lifecycle.models import Rectification, Service
from lifecycle.operations import decisions as joint
from lifecycle.operations import rectification, revocation
from lifecycle.prints import content
from lifecycle.rules.ceiling import ceiling_of
from projects.models import Decision
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE, ORDERED, SERVED, day, refused
from tests.permissions.scene import signed_in


def serve(story, way="direct", served_on=SERVED, on=None, receiver="示例签收人", witness=""):
    return rectification.serve_order(
        story.pk, served_on=served_on, way=way, receiver=receiver, witness=witness, proof=paper("送达回证"),
        actor=story.cast["ph"], on=on or served_on,
    )  # fmt: skip


@pytest.mark.parametrize(("way", "counted"), [("direct", 0), ("post", 0), ("electronic", 0), ("public", 30)])
def test_the_year_runs_from_the_day_of_service_in_law(world, way, counted):
    order = serve(scene.ordered(world), way, on=SERVED + timedelta(days=30))

    assert order.served_on == SERVED + timedelta(days=counted)
    assert order.cap_on == order.served_on.replace(year=order.served_on.year + 1)
    assert Service.objects.get().acted_on == SERVED


@pytest.mark.parametrize(("after", "expected"), [(29, ["not_yet"]), (30, None)], ids=["a day short", "the day"])
def test_a_publication_counts_after_its_days_and_not_before(world, after, expected):
    story, on = scene.ordered(world), SERVED + timedelta(days=after)
    if expected:
        assert refused(serve, story, "public", SERVED, on) == expected
    else:
        assert serve(story, "public", SERVED, on).served_on == on


@pytest.mark.parametrize(
    ("way", "receiver", "witness", "expected"),
    [
        ("direct", " ", "", ["receiver"]),
        ("post", "", "", ["receiver"]),
        ("left", "", "", ["witness"]),
        ("pigeon", "示例", "", ["way"]),
    ],
)
def test_service_names_who_signed_or_who_saw_it(world, way, receiver, witness, expected):
    assert refused(serve, scene.ordered(world), way, receiver=receiver, witness=witness) == expected


def test_left_with_a_witness_is_service(world):
    assert serve(scene.ordered(world), "left", receiver="", witness="示例社区 示例丁").served_way == "留置送达"


def test_the_database_holds_one_service_a_paper(world):
    story = scene.ordered(world)
    serve(story)
    row = Service.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.create(
            project=story.project, decision=row.decision, way="post", acted_on=SERVED, served_on=SERVED,
            recorded_by=world.ph, on=SERVED,
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.update(served_on=SERVED - timedelta(days=1))


# What a unit sees
def notice_in_force(world):
    """拟取消告知 signed by both departments and not served yet."""
    story = scene.rectifying(world)
    decision = story.draft("T23", day(20), reason="内部掌握的事实")
    joint.concur_decision(decision.pk, actor=world.pf, on=day(20))
    story.sign(decision, day(20))
    return story, decision


def test_a_unit_sees_the_notice_only_when_it_is_served(world, monkeypatch):
    story, decision = notice_in_force(world)
    page = reverse("lifecycle:rectification", args=[story.pk])
    printed = reverse("lifecycle:paper", args=[story.pk, decision.pk])
    unit, office = signed_in(world.u1), signed_in(world.ph)
    assert decision.number not in unit.get(page).content.decode()
    assert unit.get(printed).status_code == 404
    assert decision.number in office.get(page).content.decode()

    revocation.serve_notice(
        story.pk, served_on=day(21), way="direct", receiver="示例", proof=paper("回证"), actor=world.ph, on=day(21)
    )

    assert decision.number in unit.get(page).content.decode()
    assert unit.get(printed).status_code == 200


def test_a_sibling_city_and_another_unit_get_no_paper(world):
    story, decision = notice_in_force(world)
    other = make.organisation(make.node("示例邻市", "city", world.province), "hr")
    for person in (make.user("CH", other), make.user("U2", make.organisation(world.city))):
        for name in ("lifecycle:paper", "lifecycle:receipt"):
            assert signed_in(person).get(reverse(name, args=[story.pk, decision.pk])).status_code == 404


# The papers themselves
def test_the_order_prints_every_item_its_term_and_its_cap(world):
    story = scene.rectifying(world, term=6)
    decision = Decision.objects.get(kind="T29")

    said = content(story.fresh(), decision)

    assert [row[1:] for row in said["items"]] == [
        [item["fact"], item["clause"], item["requirement"]] for item in scene.ITEMS
    ]
    term = dict(said["parts"])["整改期限"][0]
    assert "6 个月（2025年6月5日送达），至2025年12月5日" in term
    assert "最长 12 个月" in term
    assert [title for title, _ in said["parts"]] == [
        "验收（检查）日期和结论", "不符合事项", "整改期限", "资金处理", "逾期后果", "陈述意见的途径",
    ]  # fmt: skip


def test_the_decision_prints_the_defence_with_each_answer_and_the_remedies(world):
    story = scene.noticed(world)
    story.defend(day(22))
    story.decide("ruling", day(30), points=[{"claim": "面积已补足", "reply": "实测仍不足", "adopted": "no"}])
    story.decide("T26", day(60), reason="取消")

    said = dict(content(story.fresh(), Decision.objects.get(kind="T26"))["parts"])

    assert "1. 面积已补足——不采纳：实测仍不足" in said["陈述申辩及采纳情况"]
    assert "60 日内申请行政复议" in said["复议、诉讼权利和期限"][0]
    assert any("2025年6月5日送达" in line for line in said["查明的事实"])


def test_the_receipt_is_blank_before_and_filled_after_service(world):
    story = scene.ordered(world)
    decision = Decision.objects.get(kind="T29")
    assert "□直接" in dict(content(story.project, decision, receipt=True)["parts"])["送达方式"][0]

    serve(story)

    said = dict(content(story.project, decision, receipt=True)["parts"])
    assert (said["送达方式"], said["送达日期"]) == (["直接送达"], ["2025年6月5日"])


# The ceiling
def test_the_line_shows_both_days_of_a_cap_on_a_day_off(db):
    """2026-06-07 is a Sunday."""
    drawn = ceiling_of(
        served_on=date(2025, 6, 7), due_on=date(2025, 12, 7), cap_on=date(2026, 6, 7), on=date(2025, 9, 1),
        rechecks=[(date(2025, 8, 1), "第1次复验不通过")], calendar=work_calendar(),
    )  # fmt: skip

    assert [(mark.on, mark.label) for mark in drawn.marks] == [
        (date(2025, 6, 7), "送达"),
        (date(2025, 8, 1), "复验"),
        (date(2025, 9, 1), "今天"),
        (date(2025, 12, 7), "整改到期"),
        (date(2026, 6, 7), "一年上限"),
        (date(2026, 6, 8), "上限顺延日"),
    ]
    assert [mark.x for mark in drawn.marks] == sorted(mark.x for mark in drawn.marks)
    assert drawn.marks[0].x == 40


def test_the_line_of_an_order_that_is_over_ends_there_and_counts_no_days(db):
    drawn = ceiling_of(
        served_on=date(2025, 5, 22), due_on=date(2026, 5, 22), cap_on=date(2026, 5, 22), on=date(2026, 11, 23),
        rechecks=[], calendar=work_calendar(), closed_on=date(2026, 8, 25),
    )  # fmt: skip

    last = drawn.marks[-1]
    assert (last.on, last.label, last.note) == (date(2026, 8, 25), "结束", "本次整改到此结束")
    assert "今天" not in drawn.said


def test_no_form_offers_a_day_past_the_cap(world):
    story = scene.rechecking(world, on=day(-60), term=6)
    story.recheck(day(-60), passed=False)
    before = Rectification.objects.values_list("due_on", "cap_on").get()
    page = reverse("lifecycle:step", args=[story.pk, "T22"])
    given = {"number": "示例1号", "dated_on": str(ORDERED), "reason": "理由", "due_on": str(DUE + timedelta(days=1))}

    answer = signed_in(world.ph).post(page, given | {"opinion": paper("意见书")})

    assert answer.status_code == 422
    assert Rectification.objects.values_list("due_on", "cap_on").get() == before
