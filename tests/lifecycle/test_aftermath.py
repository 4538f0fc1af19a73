"""取消称号: hearing, legal review, and what follows: plaque, report upward, publication without personal data."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from lifecycle.demo.papers import paper
from lifecycle.models import FollowUp, Hearing, LegalReview, Revocation
from lifecycle.operations import aftermath, revocation
from lifecycle.operations import decisions as joint
from lifecycle.queries import revocation_of
from lifecycle.queries.sanctions import publication_text, windows_of
from lifecycle.rules.publication import check_publication
from projects.models import Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import day, refused
from tests.permissions.scene import signed_in

DECIDED, HEARD = day(60), day(30)


def hear(story, on=HEARD, held_on=None, by="ph", **changes):
    given = {"kind": "hearing", "place": "省厅会议室", "persons": "两厅和单位代表", "summary": "单位陈述"} | changes
    return revocation.record_hearing(
        story.pk, held_on=held_on or on, proof=paper("笔录"), actor=story.cast[by], on=on, **given
    )


def asked(world):
    story = scene.noticed(world)
    revocation.state_defence(story.pk, text="请求听证", hearing=True, actor=world.u2, on=day(22))
    return story


# 陈述听证
@pytest.mark.parametrize("code", ["ruling", "T25"])
def test_who_asks_to_be_heard_is_heard_before_anything_is_ruled(world, code):
    story = asked(world)
    assert refused(story.draft, code, day(30)) == ["hearing"]

    hear(story)

    story.draft(code, day(31))
    assert Hearing.objects.get().asked_by_unit is True


def test_the_departments_may_hear_of_their_own_motion(world):
    story = scene.noticed(world)

    hear(story, kind="statement")

    assert Hearing.objects.get().asked_by_unit is False
    story.draft("T26", DECIDED)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"held_on": day(19)}, ["held_on"]),
        ({"held_on": day(31)}, ["held_on"]),
        ({"kind": "chat"}, ["kind"]),
        ({"place": " ", "persons": "", "summary": " "}, ["place", "persons", "summary"]),
    ],
    ids=["before service", "tomorrow", "no such kind", "empty"],
)
def test_a_hearing_has_its_day_place_persons_and_record(world, changes, expected):
    assert refused(hear, scene.noticed(world), **changes) == expected


# 逐条答复
@pytest.mark.parametrize(
    "points",
    [[], [{"claim": "面积", "reply": " "}], [{"claim": " ", "reply": "不足"}]],
    ids=["none", "no answer", "no point"],
)
@pytest.mark.parametrize("code", ["ruling", "T25"])
def test_a_ruling_answers_point_by_point(world, code, points):
    story = scene.noticed(world)
    story.defend(day(22))

    assert refused(story.draft, code, day(30), points=points) == ["points"]


# 法制审核
def test_no_decision_without_a_legal_review_in_favour(world):
    story = scene.noticed(world)
    assert refused(scene.draft, "T26", story.project, world.ph, DECIDED) == ["legal"]

    story.review_legality(DECIDED, passed=False)
    assert refused(scene.draft, "T26", story.project, world.ph, DECIDED) == ["legal"]

    given = {"office": "政策法规处", "passed": True, "opinion": "已补正", "proof": paper("意见")}
    revocation.review_legality(story.pk, **given, actor=world.pf, on=DECIDED)
    scene.draft("T26", story.project, world.ph, DECIDED)
    assert LegalReview.objects.count() == 2


def test_the_drafter_of_the_notice_reviews_nothing(world):
    story = scene.noticed(world)
    given = {"office": "政策法规处", "passed": True, "opinion": "合法", "proof": paper("意见"), "on": DECIDED}

    assert refused(revocation.review_legality, story.pk, **given, actor=world.ph) == ["sod"]


def test_the_reviewer_does_not_draft_the_decision(world):
    story = scene.noticed(world)
    both = make.user(Role.PH, world.province_hr)
    given = {"office": "政策法规处", "passed": True, "opinion": "合法", "proof": paper("意见"), "on": DECIDED}
    revocation.review_legality(story.pk, **given, actor=both)

    assert refused(scene.draft, "T26", story.project, both, DECIDED) == ["legal_sod"]
    second = make.user(Role.PH, world.province_hr)
    User.objects.filter(pk__in=[both.pk, second.pk]).update(person_key="same")
    assert refused(scene.draft, "T26", story.project, second, DECIDED) == ["legal_sod"]
    scene.draft("T26", story.project, world.ph, DECIDED)


def test_who_drafted_the_decision_that_waits_does_not_review_it_afterwards(world):
    story = scene.noticed(world)
    given = {"office": "政策法规处", "passed": True, "opinion": "合法", "proof": paper("意见"), "on": DECIDED}
    revocation.review_legality(story.pk, **given, actor=world.pf)
    drafter = make.user(Role.PH, world.province_hr)
    decision = scene.draft("T26", story.project, drafter, DECIDED)

    assert refused(revocation.review_legality, story.pk, **given, actor=drafter) == ["sod"]

    joint.withdraw_decision(decision.pk, reason="改由他人拟制", actor=drafter, on=DECIDED)
    revocation.review_legality(story.pk, **given, actor=drafter)
    assert LegalReview.objects.last().reviewed_by == drafter


def test_a_review_by_the_drafter_never_lets_the_decision_take_effect(world):
    """The last guard, were a review to stand all the same."""
    story = scene.noticed(world)
    story.review_legality(DECIDED)
    decision = scene.draft("T26", story.project, world.ph, DECIDED)
    LegalReview.objects.update(reviewed_by=world.ph)
    joint.sign_decision(decision.pk, actor=world.phl, on=DECIDED)

    assert refused(joint.sign_decision, decision.pk, actor=world.pfl, on=DECIDED) == ["legal_sod"]


def test_a_unit_never_reads_the_legal_review(world):
    story = scene.noticed(world)
    given = {"office": "机密法规处", "passed": True, "opinion": "内部意见", "proof": paper("意见"), "on": DECIDED}
    revocation.review_legality(story.pk, **given, actor=world.pf)
    page = reverse("lifecycle:rectification", args=[story.pk])

    assert "机密法规处" in signed_in(world.ph).get(page).content.decode()
    assert "机密法规处" not in signed_in(world.u2).get(page).content.decode()
    assert story.project.attachments.get(purpose="法制审核意见").issued is False


# Afterwards
def follow(world, kind, story, on=None, **changes):
    on = on or day(70)
    given = {
        "plaque": {"receiver": "示例接收人", "lost": False, "proof": paper("照片")},
        "report": {"number": "示例人社函〔2026〕9号", "receiver": "人力资源社会保障部", "proof": paper("上报")},
        "publication": {"place": "门户网站", "text": publication_text(story.project, Revocation.objects.get())},
    }[kind] | {"happened_on": on, "actor": world.ph, "on": on}
    act = {"plaque": aftermath.record_plaque, "report": aftermath.report_upward, "publication": aftermath.publish}[kind]
    return act(story.pk, **(given | changes))


@pytest.mark.parametrize("kind", ["plaque", "report", "publication"])
def test_each_step_after_the_decision_is_recorded_once_and_never_before(world, kind):
    early = scene.noticed(world)
    assert refused(follow, world, kind, early) == ["stage"]
    Revocation.objects.all().delete()
    story = scene.revoked(world)

    follow(world, kind, story)

    assert FollowUp.objects.get().kind == kind
    assert refused(follow, world, kind, story) == ["done"]


@pytest.mark.parametrize(("on", "expected"), [(day(59), ["happened_on"]), (day(71), ["happened_on"])])
def test_it_lies_between_the_decision_and_today(world, on, expected):
    story = scene.revoked(world)

    assert refused(follow, world, "plaque", story, day(70), happened_on=on) == expected


def test_the_unit_records_none_of_it(world):
    story = scene.revoked(world)

    with pytest.raises(PermissionDenied):
        follow(world, "plaque", story, actor=world.u2)


def test_the_generated_text_names_title_unit_number_and_ground_and_passes_its_own_check(world):
    story = scene.revoked(world)
    Project.objects.update(leader_name="示例丙", contact="示例丁")
    project = story.fresh()

    text = publication_text(project, Revocation.objects.get())

    assert all(part in text for part in (project.name, project.organisation.name, "〔2026〕", "一年内整改"))
    follow(world, "publication", story)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("联系人示例丁", ["name"]),
        ("负责人 示 例 丁", ["name"]),
        ("电话13800138000", ["phone"]),
        ("电话１３８００１３８０００", ["phone"]),
        ("电话0431-88888888", ["phone"]),
        ("证号220102199001011234", ["identity"]),
        ("身份证略", ["personal"]),
        ("签收人示例签收人", ["name"]),
    ],
)
def test_personal_data_are_refused(world, more, expected):
    story = scene.revoked(world)
    Project.objects.update(contact="示例丁")
    text = publication_text(story.fresh(), Revocation.objects.get()) + more

    assert refused(follow, world, "publication", story, text=text) == expected


def test_a_name_inside_the_official_title_is_public():
    """A studio is published under its leader's name."""
    title = "示例丙陶艺技能大师工作室"

    assert list(check_publication(f"取消“{title}”称号。", names=["示例丙"], public=[title])) == []
    assert [
        one.code for one in check_publication(f"取消“{title}”称号，示例丙。", names=["示例丙"], public=[title])
    ] == ["name"]


def test_the_windows_run_from_the_service_of_the_decision(world):
    story = scene.revoked(world)
    case = Revocation.objects.get()

    windows = windows_of(story.project, case)

    assert windows.review_by == DECIDED + timedelta(days=60)
    assert windows.lawsuit_by == date(2027, 2, 4)


def test_a_revoked_project_stays_visible_to_its_unit(world):
    story = scene.revoked(world)

    html = signed_in(world.u1).get(reverse("lifecycle:rectification", args=[story.pk])).content.decode()

    assert "已取消称号" in html
    assert revocation_of(story.project) is None
