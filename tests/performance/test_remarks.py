"""逐项意见: written by reviewers beside single indicators, read by those who may read the review."""

import pytest

from performance import operations
from performance.models import Review, ReviewRemark
from performance.operations import RowInput
from performance.queries import grid_of, remarks_of, sheet_of
from policy.findings import Refused
from policy.terms import Line, Stage
from tests.performance.life import ON, POINTS, reviewing, stage, submitted
from tests.performance.test_views import url


def first_row(project):
    return grid_of(sheet_of(project)).lines[0].indicator


def score(project, actor, remarks, grade="good", comment="总体意见"):
    said = {"points": POINTS[grade], "comment": comment, "remarks": remarks}
    return operations.record_review(project.pk, actor=actor, on=ON, **said)


def told(project, person):
    return {pk: [one.text for one in said] for pk, said in remarks_of(sheet_of(project), person).items()}


def test_until_both_have_scored_each_department_reads_its_own_remarks(world, project):
    reviewing(project, world)
    row = first_row(project)

    score(project, world.ph, {row.pk: "人次偏低"})

    assert told(project, world.ph) == {row.pk: ["人次偏低"]}
    assert [told(project, person) for person in (world.pf, world.u1, world.ch)] == [{}, {}, {}]

    score(project, world.pf, {row.pk: "请附测算"})

    assert told(project, world.u1) == {row.pk: ["人次偏低", "请附测算"]}
    assert f"“{row.name}”：人次偏低" in sheet_of(project).return_reason


def test_the_page_keeps_the_other_departments_remarks_closed_until_both_are_in(world, project, signed_in):
    reviewing(project, world)
    score(project, world.ph, {first_row(project).pk: "只给本条线看的意见"})

    pages = {
        name: signed_in(person).get(url("sheet", project)).content.decode()
        for name, person in (("ph", world.ph), ("pf", world.pf), ("u1", world.u1))
    }

    assert {name: "只给本条线看的意见" in page for name, page in pages.items()} == {
        "ph": True,
        "pf": False,
        "u1": False,
    }


def test_the_unit_mends_with_the_remarks_beside_each_indicator(world, project, signed_in):
    reviewing(project, world)
    row = first_row(project)
    score(project, world.ph, {row.pk: "人次偏低"})
    score(project, world.pf, {})

    page = signed_in(world.u1).get(url("sheet_edit", project)).content.decode()

    assert page.index(row.name) < page.rindex("人次偏低")
    assert page.count("人次偏低") == 2  # beside the row, and in the one list


def test_the_round_after_a_return_keeps_the_remarks_beside_its_rows(world, project):
    submitted(project, world)
    row = first_row(project)
    said = {"line": Line.HR, "actor": world.ch, "reason": "目标偏低", "remarks": {row.pk: "请提高"}}
    operations.return_sheet(project.pk, on=ON, **said)
    stage(project, Stage.AWARDED)
    assert told(project, world.u1) == {row.pk: ["请提高"]}

    operations.save_sheet(project.pk, goals={"period": "新目标"}, rows=[], actor=world.u1, on=ON)

    now = first_row(project)
    assert (now.pk != row.pk, told(project, world.u1)) == (True, {now.pk: ["请提高"]})


def test_a_first_review_may_agree_and_still_remark(world, project, signed_in):
    submitted(project, world)
    row = first_row(project)

    answer = signed_in(world.ch).post(url("first_review", project), {"comment": "", f"remark-{row.pk}": "核对口径"})

    assert answer.status_code == 302
    assert list(ReviewRemark.objects.values_list("review__level", "text")) == [(Review.Level.FIRST, "核对口径")]
    assert told(project, world.ph) == {row.pk: ["核对口径"]}


def test_remarks_alone_say_what_is_to_be_mended(world, project):
    reviewing(project, world)
    row = first_row(project)

    with pytest.raises(Refused):
        score(project, world.ph, {row.pk: "  "}, comment="")
    score(project, world.ph, {row.pk: "人次偏低"}, comment="")

    assert ReviewRemark.objects.count() == 1


def test_remarks_on_rows_of_another_sheet_or_without_end_are_refused(world, project):
    reviewing(project, world)
    row = first_row(project)

    for remarks in ({row.pk + 10_000: "别的表"}, {row.pk: "长" * 301}):
        with pytest.raises(Refused):
            score(project, world.ph, remarks)

    assert (Review.objects.filter(level=Review.Level.PROVINCE).count(), ReviewRemark.objects.count()) == (0, 0)


def test_a_row_taken_out_on_the_reviewers_word_leaves_the_word(world, project):
    reviewing(project, world)
    row = next(line.indicator for line in grid_of(sheet_of(project)).lines if not line.indicator.core)
    score(project, world.ph, {row.pk: "可以删除"})
    score(project, world.pf, {})

    operations.save_sheet(project.pk, goals={}, rows=[RowInput(id=row.pk, remove=True)], actor=world.u1, on=ON)

    assert list(ReviewRemark.objects.values_list("indicator", "name", "text")) == [(None, row.name, "可以删除")]
    assert told(project, world.u1) == {}
