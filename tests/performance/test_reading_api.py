"""Programs read and write the register and the readings by the same operations as the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from performance.models import Reading, TrainingClass
from projects.models import Attachment
from tests import factories
from tests.api.scene import data_of, done, get, post, rows_of, upload
from tests.performance import register as make
from tests.performance.register import Q1, Q2
from tests.performance.test_reading_pages import PDF

CLASS = {
    "number": "A-1", "level": "4", "start_on": "2026-03-02", "end_on": "2026-03-20", "trained": 40, "high_skill": 0,
    "passed": 38,
}  # fmt: skip


@pytest.fixture
def ready(world):
    project = make.building(world)
    sheet = make.sheet(project, world)
    return project, make.period_return(project, world, sheet, Q1), sheet


def below(project, rest):
    return f"projects/{project.pk}/{rest}"


def named(told, name):
    return next(row for row in told["readings"] if row["name"] == name)


def test_a_class_is_recorded_mended_voided_and_listed(ready, world):
    project, _, _ = ready
    given = CLASS | {"occupation": project.occupations.first().pk}

    made = done(post(world.u1, below(project, "classes/record/"), given), 201)
    one = below(project, f"classes/{made['id']}/")
    assert done(post(world.u1, f"{one}edit/", given | {"passed": 37}))["passed"] == 37
    assert done(post(world.u1, f"{one}void/", {"reason": "重复"}))["state"] == "已作废"

    assert [row["number"] for row in rows_of(world.ph, below(project, "classes/"), state="voided")] == ["A-1"]
    assert rows_of(world.ph, below(project, "classes/"), level="3") == []
    assert get(world.ph, below(project, "classes/"), level="x").status_code == 400


def test_what_the_rules_refuse_is_told_and_nothing_is_kept(ready, world):
    project, _, _ = ready
    given = CLASS | {"occupation": project.occupations.first().pk, "passed": 41}

    answer = post(world.u1, below(project, "classes/record/"), given)

    assert (answer.status_code, TrainingClass.objects.count()) == (409, 0)
    assert "超过培训人次" in answer.content.decode()
    foreign = make.building(world).occupations.first().pk
    assert post(world.u1, below(project, "classes/record/"), given | {"occupation": foreign}).status_code == 409


def test_readings_are_saved_and_told_exactly(ready, world):
    project, first, sheet = ready
    make.training(project, world, "A1", Q1, trained=3, passed=1)
    at = below(project, f"returns/{first.pk}/readings/")
    rate = sheet.indicators.get(name="企业满意率").pk
    course = sheet.indicators.get(name="开发课程").pk
    version = data_of(world.u1, at)["version"]

    rows = [{"indicator": rate, "numerator": "1", "denominator": "3"}, {"indicator": course, "value": "0"}]
    told = done(post(world.u1, f"{at}save/", {"rows": rows, "version": version}))

    assert named(told, "企业满意率")["this"] == {
        "value": "100/3",
        "numerator": "1",
        "denominator": "3",
        "missing": 0,
        "lacks": "",
    }
    assert named(told, "合格率")["this"]["value"] == "100/3"
    assert (named(told, "开发课程")["year"]["value"], named(told, "职业数")["year"]["value"]) == ("0", "")
    assert named(told, "职业数")["findings"] != []
    stale = post(world.u1, f"{at}save/", {"rows": rows, "version": version})
    assert stale.status_code == 409


def test_a_draft_is_not_told_to_offices(ready, world):
    project, first, _ = ready
    make.read(first, "开发课程", world.u1, value="770077")
    at = below(project, f"returns/{first.pk}/readings/")

    assert "770077" not in get(world.ph, at).content.decode()
    assert named(data_of(world.ph, at), "开发课程")["typed"] is None
    make.moved(first, "submitted")
    assert named(data_of(world.ph, at), "开发课程")["typed"]["value"] == "770077"


def test_the_figures_of_page_and_api_are_the_same_after_acceptance(ready, world, signed_in):
    project, first, sheet = ready
    make.training(project, world, "A1", Q1, trained=1640)
    make.accepted(first)
    make.training(project, world, "补1", Q1, trained=60)
    second = make.period_return(project, world, sheet, Q2, "submitted")

    told = data_of(world.ph, below(project, f"returns/{second.pk}/readings/"))
    page = signed_in(world.ph).get(f"/projects/{project.pk}/returns/{second.pk}/readings/").content.decode()

    assert (named(told, "培训人次")["build"]["value"], told["late_classes"]) == ("1700", 1)
    assert "1,700" in page


def test_ids_of_others_are_refused_or_not_found(ready, world):
    project, first, _ = ready
    other = make.building(world)
    foreign_sheet = make.sheet(other, world)
    foreign = make.period_return(other, world, foreign_sheet, Q1)
    row = {"indicator": foreign_sheet.indicators.get(name="开发课程").pk, "value": "1"}
    stranger = factories.user("U1", factories.organisation(world.city))
    at = below(project, f"returns/{first.pk}/readings/")

    version = data_of(world.u1, at)["version"]
    assert post(world.u1, f"{at}save/", {"rows": [row], "version": version}).status_code == 409
    assert (
        post(
            world.u1, below(project, f"returns/{foreign.pk}/readings/save/"), {"rows": [row], "version": "x"}
        ).status_code
        == 404
    )
    assert {get(stranger, at).status_code, get(stranger, below(project, "classes/")).status_code} == {404}
    assert post(world.ch, f"{at}save/", {"rows": [], "version": "x"}).status_code == 403
    assert not Reading.objects.exists()


# Papers


def paper(name):
    return SimpleUploadedFile(f"{name}.pdf", PDF, content_type="application/pdf")


def names_of(told, name):
    return {one["name"] for one in named(told, name)["papers"]}


def test_several_papers_are_kept_with_a_reading_and_its_figure_stays(ready, world):
    project, first, sheet = ready
    make.read(first, "开发课程", world.u1, value="3", reason="已核对")
    at = below(project, f"returns/{first.pk}/readings/papers/")
    course = sheet.indicators.get(name="开发课程").pk

    told = done(upload(world.u1, at, {"indicator": course, "papers": [paper("甲"), paper("乙")]}))
    drawn = done(upload(world.u1, at, {"indicator": sheet.indicators.get(name="培训人次").pk, "papers": [paper("丙")]}))

    assert names_of(told, "开发课程") == {"甲.pdf", "乙.pdf"}
    assert named(told, "开发课程")["typed"]["value"] == "3"
    assert named(told, "开发课程")["typed"]["reason"] == "已核对"
    assert names_of(drawn, "培训人次") == {"丙.pdf"}
    gone = next(one["id"] for one in named(told, "开发课程")["papers"] if one["name"] == "乙.pdf")
    left = done(upload(world.u1, at, {"indicator": course, "drop": [gone]}))
    assert names_of(left, "开发课程") == {"甲.pdf"}
    assert named(data_of(world.ph, below(project, f"returns/{first.pk}/readings/")), "开发课程")["papers"] == []


def test_papers_under_one_key_are_kept_once(ready, world):
    project, first, sheet = ready
    at = below(project, f"returns/{first.pk}/readings/papers/")
    sent = {"indicator": sheet.indicators.get(name="开发课程").pk}

    for _ in range(2):
        done(upload(world.u1, at, sent | {"papers": [paper("甲")]}, key="papers-0001"))
    other = upload(world.u1, at, sent | {"papers": [paper("乙")]}, key="papers-0001")

    assert (Attachment.objects.count(), other.status_code) == (1, 422)


def test_papers_that_cannot_be_kept_are_refused_in_words(ready, world):
    project, first, sheet = ready
    at = below(project, f"returns/{first.pk}/readings/papers/")
    course = sheet.indicators.get(name="开发课程").pk
    yearly = sheet.indicators.get(name="年度产值").pk
    fake = SimpleUploadedFile("甲.pdf", b"MZ no pdf")
    sent = [
        {"indicator": course},
        {"indicator": yearly, "papers": [paper("甲")]},
        {"indicator": course, "papers": [fake]},
        {"indicator": course, "drop": [987_654]},
        {"indicator": course, "papers": [paper("甲")], "version": "old"},
    ]

    answers = [upload(world.u1, at, one) for one in sent]

    assert [one.status_code for one in answers] == [409] * 5
    assert "没有收到文件" in answers[0].content.decode()
    assert "本期不需填报" in answers[1].content.decode()
    assert upload(world.u1, at, {"papers": [paper("甲")]}).status_code == 400
    assert (Attachment.objects.count(), Reading.objects.count()) == (0, 0)


def test_papers_of_a_return_that_was_sent_in_or_of_others_are_not_taken(ready, world):
    project, first, sheet = ready
    at = below(project, f"returns/{first.pk}/readings/papers/")
    sent = {"indicator": sheet.indicators.get(name="开发课程").pk}
    stranger = factories.user("U1", factories.organisation(world.city))

    assert upload(stranger, at, sent | {"papers": [paper("甲")]}).status_code == 404
    assert upload(world.ch, at, sent | {"papers": [paper("甲")]}).status_code == 403
    make.moved(first, "submitted")
    assert upload(world.u1, at, sent | {"papers": [paper("甲")]}).status_code == 409
    assert not Attachment.objects.exists()
