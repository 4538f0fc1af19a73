"""问题: the pages of a project and of all in reach, the workbook, F13, the API, the workbench; who sees what."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from accounts.roles import Role
from lifecycle import f13
from lifecycle.demo.papers import paper
from lifecycle.inbox.problems import problem_tasks
from lifecycle.problem_lines import line_of
from lifecycle.queries.problems import chosen, problems_for, register
from policy.terms import NodeKind, Stage
from projects.models import Project
from projects.problems import open_problem
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle import test_problems as acts

SECRET = "单位尚在核实"


@pytest.fixture
def project(world):
    return scene.building(world).project


@pytest.fixture
def neighbours(world, project):
    """A sibling unit of the city and a unit of another city, each with a problem of its own."""
    sibling = make.project(make.organisation(world.city), stage=Stage.BUILDING)
    place = make.node("示例州", NodeKind.CITY, world.province)
    elsewhere = make.project(make.organisation(place), stage=Stage.BUILDING)
    for one, fact in ((project, "本单位问题"), (sibling, "同城问题"), (elsewhere, "外州问题")):
        acts.opened(world, one, by="ph", fact=fact)
    strangers = {
        "u": make.user(Role.U2, sibling.organisation), "ch": make.user(Role.CH, make.organisation(place, "hr")),
        "cf": make.user(Role.CF, make.organisation(place, "finance")),
    }  # fmt: skip
    return sibling, elsewhere, strangers


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def page(world, who, name, *args, **asked):
    return browser(getattr(world, who)).get(reverse(f"lifecycle:{name}", args=args), asked)


def text(answer):
    return answer.content.decode()


# Reach


def test_each_sees_the_problems_in_reach_on_every_page(world, project, neighbours):
    facts = ("本单位问题", "同城问题", "外州问题")
    seen = {who: [fact in text(page(world, who, "all_problems")) for fact in facts] for who in ("ch", "cf", "ph", "au")}

    assert seen == {"ch": [True, True, False], "cf": [True, True, False], "ph": [True] * 3, "au": [True] * 3}
    assert page(world, "u2", "all_problems").status_code == 403
    assert "共 3 条" in text(page(world, "pfl", "all_problems"))


def test_strangers_find_nothing_of_a_problem(world, project, neighbours):
    problem = project.problems.get()
    sibling, _, strangers = neighbours
    names = ("problem", "problem_answer", "problem_submit", "problem_ask", "problem_close", "problem_reopen")
    pages = [reverse(f"lifecycle:{name}", args=[project.pk, problem.pk]) for name in names]
    pages += [reverse(f"lifecycle:{name}", args=[project.pk]) for name in ("problems", "f13", "problem_open")]
    pages += [reverse("api:problem", args=[project.pk, problem.pk]), reverse("api:problems", args=[project.pk])]
    pages += [reverse("lifecycle:problem", args=[sibling.pk, problem.pk])]

    for name in ("ch", "cf"):
        for url in pages:
            for answer in (browser(strangers[name]).get(url), browser(strangers[name]).post(url, acts.SAID)):
                assert (answer.status_code, problem.fact in text(answer)) == (404, False), url
    assert browser(strangers["u"]).get(pages[0]).status_code == 404
    assert browser(world.ph).get(pages[-1]).status_code == 404


def test_what_the_unit_drafts_is_nobody_elses(world, project):
    problem = acts.opened(world, project)
    acts.drafted(world, problem, answer=SECRET, measure=SECRET, owner="李示例")
    url = reverse("lifecycle:problem", args=[project.pk, problem.pk])
    sheet = reverse("lifecycle:problems_export")

    for who in ("ch", "ph", "au"):
        client = browser(getattr(world, who))
        api = client.get(reverse("api:problem", args=[project.pk, problem.pk]))
        assert not any(word in text(api) + text(client.get(url)) for word in (SECRET, "李示例", "标签照片"))
        cells = openpyxl.load_workbook(BytesIO(client.get(sheet).content)).active.values
        assert not any(SECRET in str(cell) for row in cells for cell in row)
    assert SECRET in text(browser(world.u1).get(url))
    acts.submit(world, problem)
    assert SECRET in text(browser(world.ph).get(url))


# Pages


def test_the_whole_way_by_pages(world, project):
    def post(who, name, data, *args, code=302):
        answer = browser(getattr(world, who)).post(reverse(f"lifecycle:{name}", args=[project.pk, *args]), data)
        assert answer.status_code == code, text(answer)
        return answer

    due = timezone.localdate() + timedelta(days=30)
    given = acts.FACT | {"amount": "1,200.50", "due_on": due, "evidence": paper("现场照片")}
    post("ch", "problem_open", given | {"level": "x"}, code=422)
    post("ch", "problem_open", given | {"evidence": paper("现场照片")})
    problem = project.problems.get()
    pk = problem.pk
    assert "现场照片" in text(page(world, "u1", "problem", project.pk, pk))
    said = acts.SAID | {"done_on": "2025-06-02"}
    answer = post("u1", "problem_answer", said | {"answer": ""}, pk, code=422)
    assert acts.SAID["measure"] in text(answer)
    post("u1", "problem_answer", said | {"proofs": [paper("标签照片")]}, pk)
    assert "提交答复" not in text(page(world, "u1", "problem", project.pk, pk))
    post("u2", "problem_submit", {}, pk)
    post("ch", "problem_ask", {"text": "再补一份"}, pk, code=422)
    assert "由您提出" in text(page(world, "ch", "problem", project.pk, pk))
    assert "由财政部门核验" in text(page(world, "ph", "problem", project.pk, pk))
    post("cf", "problem_close", {"verdict": ""}, pk, code=422)
    post("cf", "problem_close", {"verdict": "已查看"}, pk)
    answer = post("ph", "problem_reopen", {"fact": "又发现 6 台"}, pk)
    assert answer.url == reverse("lifecycle:problem", args=[project.pk, project.problems.last().pk])
    assert "由问题 1 反复" in text(page(world, "u1", "problems", project.pk))
    problem.refresh_from_db()
    assert (problem.state, problem.amount, problem.verified_by) == ("closed", Decimal("1200.50"), world.cf)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"open", "late", "answered"}),
        ({"state": "all"}, {"open", "late", "answered", "closed"}),
        ({"state": "overdue"}, {"late"}),
        ({"state": "closed"}, {"closed"}),
        ({"level": "severe"}, {"late"}),
        ({"source": "monitoring"}, {"answered"}),
        ({"q": "late"}, {"late"}),
        ({"city": "9999/"}, set()),
    ],
    ids=["not closed", "all", "overdue", "closed", "severe", "source", "word", "another city"],
)
def test_the_register_finds_what_the_filter_asks(world, project, asked, expected):
    today = date(2025, 8, 1)
    acts.opened(world, project, fact="open", due_on=date(2025, 8, 1))
    acts.opened(world, project, fact="late", level="severe", due_on=date(2025, 7, 31))
    acts.answered(world, project, fact="answered", source="monitoring", due_on=date(2025, 7, 31))
    acts.close(world, acts.answered(world, project, fact="closed"))

    found = problems_for(world.ph).filter(chosen(asked, today))

    assert {one.fact for one in found} == expected


def test_the_workbook_holds_exactly_what_is_filtered(world, project, neighbours):
    acts.opened(world, project, fact="=HYPERLINK(1)", level="severe", amount=Decimal("12.30"))

    answer = page(world, "ch", "problems_export", level="severe")

    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
    facts = [row[7] for row in rows if row[4] in (1, 2)]
    assert (facts, rows[1][0].endswith("程度：严重；状态：未销号")) == (["=HYPERLINK(1)"], True)
    assert Entry.objects.filter(verb="导出问题台账").count() == 1


def test_no_day_is_marked_late_where_the_title_has_ended(world, project):
    problem = acts.opened(world, project, by="ph")
    type(problem).objects.filter(pk=problem.pk).update(due_on=date(2026, 1, 5))
    before = text(page(world, "ph", "problems", project.pk))
    Project.objects.filter(pk=project.pk).update(stage=Stage.REVOKED)
    after = text(page(world, "ph", "problems", project.pk))

    assert [("逾期 " in one, "2026-01-05" in one) for one in (before, after)] == [(True, True), (False, True)]


def test_the_lists_cost_the_same_for_one_row_and_for_three(world, project):
    counts = []
    for _ in range(2):
        acts.answered(world, project)
        if counts:
            acts.opened(world, make.project(make.organisation(world.city), stage=Stage.BUILDING), by="ph")
        with_rows = []
        for name, args in (("all_problems", []), ("problems_export", []), ("problems", [project.pk])):
            with_rows.append(statements(world, name, args))
        counts.append(with_rows)

    assert counts[0] == counts[1]


def statements(world, name, args):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = browser(world.ph)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(reverse(f"lifecycle:{name}", args=args)).status_code == 200
    return len(caught)


# F13


def test_f13_has_the_columns_of_the_form(world, project):
    problem = acts.close(world, acts.answered(world, project))
    acts.opened(world, project)
    lines = [line_of(row, world.ph, acts.ON) for row in register(project.problems.all()).order_by("serial")]

    said = f13.content(project, lines, project.attachments.filter(about="problem"), about="台账", on=acts.ON)

    first, second = said["rows"]
    assert first == {
        "serial": "1", "fact": problem.fact, "level": "监督检查 · 较重", "measure": acts.SAID["measure"], "owner": "张示例",
        "done": "2025-06-02", "proof": "标签照片（示例）.pdf", "answer": acts.SAID["answer"], "verdict": "现场查看属实",
        "closed": "2025-06-02",
    }  # fmt: skip
    assert (second["answer"], second["closed"], said["closed"], f13.is_draft(lines)) == ("—", "—", 1, True)
    answer = page(world, "u2", "f13", project.pk)
    assert answer.content.startswith(b"%PDF")
    assert page(world, "u2", "f13", project.pk, order="9" * 30).status_code == 200
    assert page(world, "u2", "f13", project.pk, order="999").status_code == 404


# The workbench


def titles(world, who):
    return [(task.title, task.url.count("/")) for task in problem_tasks(getattr(world, who), acts.ON)]


def test_the_workbench_says_who_answers_submits_and_verifies(world, project):
    problem = acts.opened(world, project, amount=Decimal(100))
    assert titles(world, "u1") == titles(world, "u2") == [("答复 1 个问题的整改", 5)]
    acts.drafted(world, problem)
    assert (titles(world, "u1"), titles(world, "u2")) == ([], [("提交 1 个问题的整改", 5)])
    acts.submit(world, problem)
    waiting = [("核验 1 个问题的整改", 5)]
    assert [titles(world, who) for who in ("u2", "ch", "ph", "au", "cf", "pf")] == [[], [], [], [], waiting, waiting]

    acts.answered(world, project)
    assert titles(world, "cf") == [("核验 2 个问题的整改", 4)]
    assert (titles(world, "ch"), titles(world, "ph")) == ([], waiting)
    Project.objects.update(stage=Stage.TERMINATED)
    assert titles(world, "cf") == []


def test_problems_of_an_order_or_an_audit_are_no_line_of_this_register(world, project):
    given = {
        "about_id": 1,
        "fact": "事实",
        "clause": "依据",
        "requirement": "要求",
        "level": "major",
        "by": world.ph,
        "on": acts.ON,
    }
    for source in ("audit", "order"):
        open_problem(project, source=source, **given)

    assert titles(world, "u1") == []


# The API


def test_the_api_opens_answers_and_closes(world, project):
    def post(who, name, data, *args, code=200):
        url = reverse(f"api:{name}", args=[project.pk, *args])
        key = {"headers": {"Idempotency-Key": f"problem-{name}-{code}-{who}"}}
        answer = browser(getattr(world, who)).post(url, data, **key)
        assert answer.status_code == code, text(answer)
        return answer.json()

    made = post("ch", "problem_open", acts.FACT, code=201)
    assert (made["serial"], made["state"], made["amount"], made["thread"]) == (1, "open", None, [])
    pk = made["id"]
    post("u1", "problem_answer", acts.SAID | {"done_on": "2025-06-02", "proofs": paper("佐证")}, pk)
    sent = post("u2", "problem_submit", {}, pk)
    assert [(one["kind"], len(one["files"])) for one in sent["thread"]] == [("answer", 1)]
    said = post("ch", "problem_close", {"verdict": "属实"}, pk, code=409)
    assert [one["code"] for one in said["refused"]] == ["sod"]
    assert post("ph", "problem_close", {"verdict": "属实"}, pk)["state"] == "closed"
    listed = browser(world.ph).get(reverse("api:all_problems"), {"state": "all"}).json()
    assert [(one["id"], one["overdue"], one["owner"]) for one in listed["results"]] == [(pk, False, "张示例")]
    assert browser(world.ph).get(reverse("api:all_problems"), {"wrong": "1"}).status_code == 400
