"""The page of the readings and its form: nothing typed is lost, drafts are the unit's own."""

import pytest

from performance.models import Reading
from performance.operations.readings import hand_in_papers
from projects.models import Attachment
from tests import factories
from tests.performance import register as make
from tests.performance.register import Q1, Q2

QUIET = {"HTTP_X_AUTOSAVE": "1"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n"  # noqa: E501


@pytest.fixture
def ready(world):
    project = make.building(world)
    sheet = make.sheet(project, world)
    return project, make.period_return(project, world, sheet, Q1), sheet


def page(one, rest=""):
    return f"/projects/{one.project_id}/returns/{one.pk}/readings/{rest}"


def form(client, one):
    """What the form shows, as it would be sent back."""
    shown = client.get(page(one, "edit/")).context["form"]
    names = [name for name in shown.fields if not name.endswith("-papers")]
    return {name: shown[name].value() or "" for name in names}


def name_of(one, name, part):
    return f"i{one.sheet.indicators.get(name=name).pk}-{part}"


def test_the_form_keeps_everything_and_says_what_is_wrong(ready, world, signed_in):
    _, first, _ = ready
    client = signed_in(world.u1)

    sent = form(client, first) | {
        name_of(first, "开发课程", "value"): "约十门",
        name_of(first, "职业数", "value"): "０",
    }
    answer = client.post(page(first, "edit/"), sent)

    assert (answer.status_code, answer["Location"]) == (302, page(first, "edit/"))
    text = client.get(page(first, "edit/")).content.decode()
    assert f'href="#id_{name_of(first, "开发课程", "value")}"' in text
    assert "约十门" in text
    assert Reading.objects.get(indicator__name="职业数").value == "０"
    assert "“职业数”没有填写" not in text


def test_the_days_that_are_asked_for_are_told(ready, world, signed_in):
    project, first, sheet = ready
    make.training(project, world, "A1", Q1)
    make.accepted(first)
    make.training(project, world, "补1", Q1, trained=30)
    second = make.period_return(project, world, sheet, Q2)

    text = signed_in(world.u1).get(page(second)).content.decode()

    assert "已报至 2026-03-31，本次只填 2026-04-01 至 2026-06-30 的数" in text
    assert "1 个班次、30 人次" in text
    assert "每年 12 月 31 日" in text


def test_a_stale_form_comes_back_with_what_was_typed(ready, world, signed_in):
    _, first, _ = ready
    client = signed_in(world.u1)
    old = form(client, first)
    field = name_of(first, "开发课程", "value")
    client.post(page(first, "edit/"), old | {field: "3"})

    answer = client.post(page(first, "edit/"), old | {field: "7"})

    assert answer.status_code == 422
    assert 'value="7"' in answer.content.decode()
    assert "现存：3" in answer.content.decode()
    assert Reading.objects.get(indicator__name="开发课程").value == "3"


def test_papers_are_kept_hidden_from_offices_until_sent_in_and_may_be_taken_out(ready, world, signed_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    _, first, _ = ready
    client = signed_in(world.u1)
    files = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in ("甲", "乙")]
    client.post(page(first, "edit/"), form(client, first) | {name_of(first, "开发课程", "papers"): files})
    kept = {paper.name: paper for paper in Attachment.objects.all()}
    assert set(kept) == {"甲.pdf", "乙.pdf"}

    sent = form(client, first) | {name_of(first, "开发课程", "drop"): [kept["乙.pdf"].pk]}
    client.post(page(first, "edit/"), sent)
    assert "乙.pdf" not in client.get(page(first)).content.decode()

    assert "甲.pdf" not in signed_in(world.ch).get(page(first)).content.decode()
    make.moved(first, "submitted")
    hand_in_papers(first)
    assert "甲.pdf" in signed_in(world.ch).get(page(first)).content.decode()


def test_a_draft_is_for_the_unit_alone(ready, world, signed_in):
    _, first, _ = ready
    make.read(first, "开发课程", world.u1, value="770077")

    office = signed_in(world.ph).get(page(first)).content.decode()
    assert ("单位正在填报" in office, "770,077" in office) == (True, False)
    assert "770,077" in signed_in(world.u2).get(page(first)).content.decode()
    make.moved(first, "submitted")
    assert "770,077" in signed_in(world.ph).get(page(first)).content.decode()


def test_offices_do_not_type(ready, world, signed_in):
    assert signed_in(world.ch).get(page(ready[1], "edit/")).status_code == 403


def test_another_unit_or_another_projects_return_is_not_found(ready, world, signed_in):
    project, first, _ = ready
    stranger = factories.user("U1", factories.organisation(world.city))
    other = make.building(world)
    foreign = make.period_return(other, world, make.sheet(other, world), Q1)

    assert {signed_in(stranger).get(page(first, rest)).status_code for rest in ("", "edit/")} == {404}
    client = signed_in(world.u1)
    for rest in ("", "edit/"):
        assert client.get(f"/projects/{project.pk}/returns/{foreign.pk}/readings/{rest}").status_code == 404


def test_a_sent_in_return_cannot_be_typed_over(ready, world, signed_in):
    _, first, _ = ready
    client = signed_in(world.u1)
    sent = form(client, first)
    make.moved(first, "submitted")

    assert client.post(page(first, "edit/"), sent).status_code == 409


def test_an_indicator_slipped_into_the_form_is_not_read(ready, world, signed_in):
    _, first, _ = ready
    other = make.building(world)
    foreign = make.sheet(other, world)
    client = signed_in(world.u1)

    client.post(
        page(first, "edit/"), form(client, first) | {f"i{foreign.indicators.get(name='开发课程').pk}-value": "9"}
    )

    assert not Reading.objects.filter(value="9").exists()


def test_the_page_costs_the_same_for_few_and_many_indicators(world, signed_in, django_assert_num_queries):
    client = signed_in(world.u1)
    few, many = make.building(world), make.building(world)
    small = make.period_return(few, world, make.sheet(few, world, ("培训人次", "开发课程", "职业数")), Q1)
    large = make.period_return(many, world, make.sheet(many, world), Q1)
    client.get(page(small))
    with django_assert_num_queries(19) as first:
        client.get(page(small))

    with django_assert_num_queries(len(first.captured_queries)):
        client.get(page(large))


# Saving by itself


def test_readings_save_themselves_without_files_and_tell_the_version_that_stands(ready, world, signed_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    _, first, _ = ready
    client, value = signed_in(world.u1), name_of(first, "开发课程", "value")
    sent = form(client, first) | {value: "约十门"}
    paper = {name_of(first, "开发课程", "papers"): SimpleUploadedFile("甲.pdf", PDF)}

    said = client.post(page(first, "edit/"), sent | paper, **QUIET).json()

    assert (Reading.objects.get(indicator__name="开发课程").value, Attachment.objects.count()) == ("约十门", 0)
    assert ("自动暂存，报送前还需处理" in said["text"], said["seen"]) == (True, form(client, first)["seen"])
    again = client.post(page(first, "edit/"), sent | {value: "10", "seen": said["seen"]}, **QUIET)
    assert (again.status_code, Reading.objects.get(indicator__name="开发课程").value) == (200, "10")
    assert "data-autosave" in client.get(page(first, "edit/")).content.decode()


def test_readings_that_save_themselves_never_write_over_newer_work(ready, world, signed_in):
    _, first, _ = ready
    client, value = signed_in(world.u1), name_of(first, "开发课程", "value")
    old = form(client, first)
    client.post(page(first, "edit/"), old | {value: "3"})

    stale = client.post(page(first, "edit/"), old | {value: "7"}, **QUIET)
    wrong = client.post(page(first, "edit/"), form(client, first) | {value: "7" * 500}, **QUIET)

    assert (stale.status_code, stale.json()["again"]) == (409, False)
    assert (wrong.status_code, wrong.json()["again"]) == (422, True)
    assert Reading.objects.get(indicator__name="开发课程").value == "3"
