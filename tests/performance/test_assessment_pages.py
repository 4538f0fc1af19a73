"""绩效自评 on screen, in 待办 and through the API: the same statements however many, nothing typed is lost."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from performance.models import Assessment, AssessmentRow
from performance.queries.tasks import tasks_for
from tests import factories as make
from tests.performance import assess_scene as scene
from tests.performance.assess_scene import ON, checked, confirmed, drafted, fresh, rows_of, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world):
    return scene.ready(world)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: ON)


def at(name, *ids):
    return reverse(f"performance:{name}", args=ids)


def statements(client, url):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def titles(user):
    return {task.title for task in tasks_for(user, ON) if "自评" in task.title or "评定" in task.title}


def test_lists_and_tasks_cost_the_same_for_one_and_for_three(project, world, signed_in):
    sent(project, world)
    urls = {
        "ph": [at("all_assessments") + "?year=2026", reverse("reports:workbench")],
        "ch": [at("all_assessments") + "?year=2026&state=missing", reverse("reports:workbench")],
        "u1": [reverse("reports:workbench"), at("assessments", project.pk)],
    }

    def cost():
        return {who: [statements(signed_in(world.people[who.upper()]), url) for url in urls[who]] for who in urls}

    cost()
    before = cost()
    for _ in range(2):
        sent(scene.ready(world), world)

    assert cost() == before


def test_who_has_not_assessed_the_year_is_always_told(project, world, signed_in):
    sent(project, world)
    other = scene.ready(world, make.organisation(world.province))

    province = signed_in(world.ph).get(at("all_assessments") + "?year=2026").content.decode()
    city = signed_in(world.cf).get(at("all_assessments") + "?year=2026").content.decode()

    f05, f06 = "年度自评（F05）：<strong>{}</strong>", "转移支付自评（F06）：<strong>{}</strong>"
    assert f05.format("2 户中 1 户未报") in province
    assert f06.format("2 户中 2 户未报") in province
    assert f05.format("1 户已全部报送") in city
    assert f06.format("1 户中 1 户未报") in city
    assert other.name not in city


def test_each_hand_finds_what_waits_for_it(project, world):
    assert "编制年度绩效自评" in titles(world.u1)
    one = drafted(project, world)
    assert titles(world.u1) == {"编制年度绩效自评", "填写绩效自评"}
    scene.saved(one, world)
    assert (titles(world.u2), titles(world.u1)) == ({"报送绩效自评"}, {"编制年度绩效自评"})
    scene.operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=ON)
    assert (titles(world.ch), titles(world.cf)) == ({"核查绩效自评"}, set())
    scene.operations.check_assessment(project.pk, one.pk, values=scene.typed(one, "city"), actor=world.ch, on=ON)
    assert (titles(world.ch), titles(world.cf)) == (set(), {"核查绩效自评"})
    scene.operations.check_assessment(project.pk, one.pk, actor=world.cf, on=ON)
    assert titles(world.ph) == titles(world.pf) == {"录入绩效评定数值"}
    scene.operations.enter_assessed(project.pk, one.pk, values=scene.typed(one, "province"), actor=world.ph, on=ON)
    assert (titles(world.ph), titles(world.pf)) == (set(), {"确认绩效评定数值"})
    scene.operations.confirm_assessed(project.pk, one.pk, actor=world.pf, on=ON)
    assert (titles(world.ph), titles(world.pf)) == ({"拟制年度绩效评定决定"}, set())


def test_the_form_keeps_what_was_typed_and_leads_to_each_problem(project, world, signed_in):
    one = drafted(project, world)
    url = at("assessment_edit", project.pk, one.pk)
    client = signed_in(world.u1)
    pks = {name: row.indicator.pk for name, row in rows_of(one).items()}
    shown = client.get(url)
    typed = {name: shown.context["form"][name].value() or "" for name in shown.context["form"].fields}
    bad = typed | {f"v{pks['培训人次']}-actual": "约两千", f"v{pks['制度建设']}-points": "多"}

    refused = client.post(url, bad)
    done = client.post(url, bad | {f"v{pks['制度建设']}-points": ""})

    assert (refused.status_code, "约两千" in refused.content.decode()) == (422, True)
    assert done.status_code == 302
    again = client.get(url).content.decode()
    assert f'href="#id_v{pks["培训人次"]}-actual"' in again
    assert 'value="约两千"' in again


def test_every_page_of_the_way_opens_for_its_hands(project, world, signed_in):
    one = confirmed(project, world)
    transfer = checked(scene.ready(world), world, "transfer")

    for who, name in (
        ("u1", "assessment"), ("u1", "assessments"), ("ph", "assessment"), ("cf", "assessment"), ("au", "assessment"),
        ("pf", "assessment_values"), ("ph", "assessment_return"), ("phl", "assessment"),
    ):  # fmt: skip
        ids = (project.pk,) if name.endswith("s") and name != "assessment_values" else (project.pk, one.pk)
        assert signed_in(world.people[who.upper()]).get(at(name, *ids)).status_code == 200
    page = signed_in(world.ph).get(at("assessment_accept", transfer.project_id, transfer.pk))
    step = signed_in(world.ph).get(reverse("lifecycle:step", args=[project.pk, "assess"]))
    assert (page.status_code, step.status_code, "须由一方录入" in step.content.decode()) == (200, 200, False)
    several = signed_in(world.ph).get(reverse("lifecycle:decision_new", args=["assess"])).content.decode()
    assert "没有待评定的年度自评" in several


def test_the_office_enters_on_its_page_and_the_reason_is_asked(project, world, signed_in):
    one = sent(project, world)
    url = at("assessment_check", project.pk, one.pk)
    client = signed_in(world.ch)
    form = client.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    pk = rows_of(one)["培训人次"].indicator.pk
    lowered = typed | {f"v{pk}-actual": "1800"}

    refused = client.post(url, lowered)
    done = client.post(url, lowered | {f"v{pk}-reason": "佐证不全"})

    assert (refused.status_code, "请写明原因" in refused.content.decode()) == (422, True)
    assert done.status_code == 302
    assert AssessmentRow.objects.get(assessment=one, side="city", indicator=pk).actual == "1800"


def test_who_confirms_sees_every_figure_and_what_differs(project, world, signed_in):
    one = checked(project, world)
    values = scene.typed(one, "province", 培训人次=scene.Reached("1700", reason="抽查核减"))
    scene.operations.enter_assessed(project.pk, one.pk, values=values, actor=world.ph, on=ON)

    page = signed_in(world.pf).get(at("assessment_confirm", project.pk, one.pk)).content.decode()

    assert ("抽查核减" in page, "1700" in page, "待确认" in page) == (True, True, True)


def test_a_draft_is_the_units_own_until_it_is_sent_in(project, world, signed_in):
    one = drafted(project, world)
    scene.saved(one, world)

    page = signed_in(world.ph).get(at("assessment", project.pk, one.pk)).content.decode()
    told = signed_in(world.ph).get(f"/api/v1/projects/{project.pk}/assessments/{one.pk}/").json()
    paper = signed_in(world.ph).get(at("assessment_pdf", project.pk, one.pk))

    assert ("350/400" in page, told["rows"], told["unit_total"], paper.status_code) == (False, [], None, 409)
    assert signed_in(world.u1).get(at("assessment_pdf", project.pk, one.pk))["Content-Type"] == "application/pdf"


def test_programs_draft_save_and_submit(project, world, client, signed_in):
    base = f"/api/v1/projects/{project.pk}/assessments/"

    def post(user, path, key, **data):
        text = json.dumps(data)
        head = {"Idempotency-Key": key}
        return signed_in(user).post(base + path, text, content_type="application/json", headers=head)

    made = post(world.u1, "new/", "key-00001", kind="year", block="2026")
    pk = made.json()["id"]
    pks = {row["name"]: row["indicator"] for row in made.json()["rows"]}
    values = [
        {"indicator": pks[name], "actual": value.actual, "attained": value.attained, "reason": value.reason}
        | ({"points": str(value.points)} if value.points else {})
        for name, value in scene.COMPLETE.items()
    ]
    read = {"version": made.json()["version"]}
    early = post(world.u2, f"{pk}/submit/", "key-00002")
    saved = post(world.u1, f"{pk}/save/", "key-00003", values=values, goal_done="完成", **read)
    wrong = post(world.u1, f"{pk}/save/", "key-00004", values=[], words={"x": "y"}, version=saved.json()["version"])
    done = post(world.u2, f"{pk}/submit/", "key-00005")

    assert (made.status_code, early.status_code, saved.json()["problems"], wrong.status_code) == (201, 409, [], 409)
    assert (done.json()["state"], done.json()["unit_total"]) == ("submitted", "93.94")
    assert fresh(Assessment.objects.get(pk=pk)).submitted_by == world.u2
