"""班次台账: recorded after a class ended, mended until it counts, voided with a reason, never deleted."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from performance.models import TrainingClass
from performance.operations.classes import edit_class, record_class, void_class
from performance.queries.classes import splits_of
from performance.rules.classes import ClassFacts, check_class
from policy.findings import Refused
from policy.terms import Stage
from tests import factories
from tests.performance import register as make
from tests.performance.life import stage
from tests.performance.register import Q1, Q2

FACTS = {
    "number": "2026-001", "level": "3", "start_on": date(2026, 3, 2), "end_on": date(2026, 3, 20), "trained": 40,
    "high_skill": 40, "passed": 38, "certified": 30, "surveyed": 40, "satisfied": 39, "subsidised": True,
    "apprentices": False,
}  # fmt: skip
ON = date(2026, 4, 2)


@pytest.fixture
def project(world):
    return make.building(world)


def record(project, world, **facts):
    given = FACTS | {"occupation_id": project.occupations.first().pk, "actor": world.u1, "on": ON} | facts
    return record_class(project.pk, **given)


def edit(one, world, **facts):
    given = FACTS | {"occupation_id": one.occupation_id, "actor": world.u1, "on": ON} | facts
    return edit_class(one.project_id, one.pk, **given)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"number": " "}, ["number"]),
        ({"number": "9" * 41}, ["number"]),
        ({"end_on": ON}, []),
        ({"end_on": ON + timedelta(days=1)}, ["future"]),
        ({"start_on": date(2026, 3, 21)}, ["end_on"]),
        ({"high_skill": 39}, ["level"]),
        ({"level": "4"}, ["level"]),
        ({"level": "0", "high_skill": 7}, []),
        ({"level": "9"}, ["level"]),
        ({"passed": 41}, ["passed"]),
        ({"certified": 39}, ["certified"]),
        ({"surveyed": 38}, ["satisfied"]),
        ({"satisfied": -1}, ["satisfied"]),
        ({"surveyed": 100_001}, ["surveyed"]),
    ],
)
def test_check_class(facts, expected):
    told = {name: value for name, value in FACTS.items() if name not in ("subsidised", "apprentices")} | facts
    assert [one.code for one in check_class(ClassFacts(**told), on=ON)] == expected


def test_a_number_is_taken_once(project, world):
    first = record(project, world)

    with pytest.raises(Refused, match="已登记"):
        record(project, world)

    void_class(project.pk, first.pk, reason="重复", actor=world.u1, on=ON)
    assert record(project, world).pk != first.pk


def test_an_occupation_of_another_project_is_refused(project, world):
    other = make.building(world)

    with pytest.raises(Refused, match="不是本项目的"):
        record(project, world, occupation_id=other.occupations.first().pk)


def test_a_class_is_recorded_while_the_project_is_built(project, world):
    stage(project, Stage.AWARDED)

    with pytest.raises(Refused, match="建设期内"):
        record(project, world)


def test_the_offices_record_no_class(project, world):
    with pytest.raises(PermissionDenied):
        record(project, world, actor=world.ch)


def test_a_class_of_another_project_is_not_found(project, world):
    one = record(make.building(world), world)

    with pytest.raises(TrainingClass.DoesNotExist):
        edit_class(project.pk, one.pk, occupation_id=one.occupation_id, actor=world.u1, on=ON, **FACTS)
    with pytest.raises(TrainingClass.DoesNotExist):
        void_class(project.pk, one.pk, reason="x", actor=world.u1, on=ON)


def test_a_class_that_counts_is_voided_and_not_edited(project, world):
    one = record(project, world)
    make.accepted(make.period_return(project, world, make.sheet(project, world), Q1))

    with pytest.raises(Refused, match="作废后重新登记"):
        edit(one, world, trained=41)
    void_class(project.pk, one.pk, reason="人次有误", actor=world.u1, on=ON)

    again = record(project, world, trained=41, high_skill=41)
    assert TrainingClass.objects.get(pk=one.pk).void_reason == "人次有误"
    assert again.counted_in is None


@pytest.mark.parametrize(
    "change", [{"trained": 50}, {"number": "x"}, {"counted_in": None}, {"end_on": Q2}, {"void_reason": "x"}]
)
def test_the_database_keeps_a_class_that_counts(project, world, change):
    one = record(project, world)
    make.accepted(make.period_return(project, world, make.sheet(project, world), Q1))

    with pytest.raises(DatabaseError), transaction.atomic():
        TrainingClass.objects.filter(pk=one.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        TrainingClass.objects.filter(pk=one.pk)._raw_delete("default")


def test_nothing_moves_while_a_signed_return_is_reviewed(project, world):
    one = record(project, world)
    waiting = make.period_return(project, world, make.sheet(project, world), Q1, "submitted")

    for act in (
        lambda: record(project, world, number="b"),
        lambda: edit(one, world, passed=37),
        lambda: void_class(project.pk, one.pk, reason="x", actor=world.u1, on=ON),
    ):
        with pytest.raises(Refused, match="正在审核"):
            act()
    assert record(project, world, number="c", end_on=date(2026, 4, 1)).pk
    make.moved(waiting, "returned")
    assert edit(one, world, passed=37).passed == 37


def test_voiding_says_why_and_happens_once(project, world):
    one = record(project, world)

    with pytest.raises(Refused, match="作废理由"):
        void_class(project.pk, one.pk, reason=" ", actor=world.u1, on=ON)
    void_class(project.pk, one.pk, reason="重复", actor=world.u1, on=ON)
    with pytest.raises(Refused, match="不能重复"):
        void_class(project.pk, one.pk, reason="重复", actor=world.u1, on=ON)
    with pytest.raises(Refused, match="作废"):
        edit(one, world)


def test_a_form_that_is_out_of_date_is_refused(project, world):
    with pytest.raises(Refused, match="他人修改"):
        edit(record(project, world), world, seen="old")


def test_levels_and_occupations_add_up_to_the_whole(project, world):
    welder = project.occupations.last()
    record(project, world)
    record(project, world, number="b", level="4", high_skill=0, certified=0, occupation_id=welder.pk)
    record(project, world, number="c", level="0", high_skill=5, occupation_id=welder.pk)
    voided = record(project, world, number="d")
    void_class(project.pk, voided.pk, reason="重复", actor=world.u1, on=ON)

    found = splits_of(project, make.START, Q1)

    for parts in (found.levels, found.occupations):
        sums = [sum(getattr(part, name) for part in parts) for name in ("trained", "high_skill", "passed")]
        assert sums == [found.total.trained, found.total.high_skill, found.total.passed] == [120, 45, 114]


# Pages


def page(project, rest=""):
    return f"/projects/{project.pk}/classes/{rest}"


def posted(**facts):
    return {name: "" if value is False else value for name, value in (FACTS | facts).items()}


def test_a_class_is_recorded_listed_and_exported(project, world, signed_in):
    client = signed_in(world.u1)
    occupation = project.occupations.first()

    answer = client.post(page(project, "new/"), posted(occupation_id=occupation.pk))

    assert answer.status_code == 302
    assert "2026-001" in client.get(page(project, "?year=2026&level=3")).content.decode()
    assert "没有符合条件" in client.get(page(project, "?level=4")).content.decode()
    sheet = openpyxl.load_workbook(BytesIO(client.get(page(project, "export.xlsx")).content)).active
    assert [row[5] for row in sheet.iter_rows(values_only=True)][-2:] == [40, 40]


def test_a_refused_class_keeps_what_was_typed(project, world, signed_in):
    answer = signed_in(world.u1).post(
        page(project, "new/"), posted(occupation_id=project.occupations.first().pk, passed=41, number="保留我")
    )

    assert (answer.status_code, TrainingClass.objects.count()) == (422, 0)
    assert "保留我" in answer.content.decode()
    assert "超过培训人次" in answer.content.decode()


def test_a_late_class_is_marked_and_a_counted_one_says_what_to_do(project, world, signed_in):
    one = record(project, world)
    make.accepted(make.period_return(project, world, make.sheet(project, world), Q1))
    record(project, world, number="补-1")
    client = signed_in(world.u1)

    assert "作废后重新登记" in client.get(page(project, f"{one.pk}/")).content.decode()
    late = client.get(page(project, "?state=late")).content.decode()
    assert ("补-1" in late, "2026-001" in late) == (True, False)
    assert client.post(page(project, f"{one.pk}/void/"), {"reason": "有误"}).status_code == 302
    assert "已作废" in client.get(page(project)).content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(project, world, signed_in, django_assert_num_queries):
    client = signed_in(world.u1)
    record(project, world)
    client.get(page(project))
    with django_assert_num_queries(13) as first:
        client.get(page(project))
    record(project, world, number="b")
    record(project, world, number="c", occupation_id=project.occupations.last().pk)

    with django_assert_num_queries(len(first.captured_queries)):
        client.get(page(project))


def test_another_unit_sees_no_register(project, world, signed_in):
    other = factories.organisation(world.city)
    one = record(project, world)
    client = signed_in(factories.user("U1", other))

    for rest in ("", "new/", "export.xlsx", f"{one.pk}/", f"{one.pk}/edit/", f"{one.pk}/void/"):
        assert client.get(page(project, rest)).status_code == 404


def test_a_class_before_the_first_period_counts_in_no_return(project, world, signed_in):
    made = make.period_return(project, world, make.sheet(project, world), Q2)
    before = record(project, world)
    make.accepted(made)

    before.refresh_from_db()
    assert before.counted_in is None
    client = signed_in(world.u1)
    text = client.get(page(project, "?state=uncounted")).content.decode()
    assert "2026-01-01 至 2026-03-31 没有季报包，未计入；请联系省人社厅发起该期间的监测轮次" in text
    assert "有班次未计入任何季报包" in text
    assert "没有符合条件" in client.get(page(project, "?state=late")).content.decode()
