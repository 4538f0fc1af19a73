"""Whose eyes and hands reach a project: every address below it, asked by those it is none of the business of."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.roles import Scope, row_of_route
from funds.models import Allocation, BudgetLine, ClawBack, FoundMoney, Receipt, SourceLine
from lifecycle.demo.cast import MACHINES, STATE, base
from lifecycle.models import Rectification, Request
from lifecycle.operations import build
from performance.models import Review
from projects.models import Attachment, Decision, Problem, Project
from tests.journeys.life import Life
from tests.permissions.dated import dated
from tests.permissions.inspected import inspected
from tests.permissions.panelled import panelled
from tests.permissions.printed import printed
from tests.permissions.routes import REGION
from tests.permissions.scene import Place, assessed, changing_ids, furnish, reported, served, trained

UNIT, SIBLING, ELSEWHERE = "示例市东风职业学校", "示例市第二技师学院", "示例州南湖技工学校"
DAY = date(2025, 4, 30)
# By turns where they sit in one place: address by address, with what they may do at home held in tests/permissions.
TURNS = (("sibling.u1", "sibling.u2"), ("elsewhere.u1", "elsewhere.u2"), ("ch2", "cf2"), ("tj",), ("sa",))
STRANGERS = [name for turn in TURNS for name in turn]
LISTS = ("/", "/projects/", "/alerts/", "/journal/", "/decisions/", "/funds/documents/", "/projects/?q=示例")


def named(patterns, prefix=""):
    """(name, arguments, view) of every address of the product, from the resolver."""
    for one in patterns:
        if isinstance(one, URLResolver):
            space = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from named(one.url_patterns, space)
        elif one.name:
            yield f"{prefix}{one.name}", tuple(one.pattern.converters), one.callback


ROUTES = {name: (arguments, view) for name, arguments, view in named(get_resolver().url_patterns)}
BELOW = sorted(name for name, (arguments, _) in ROUTES.items() if "project_id" in arguments)


@pytest.fixture
def life(town):
    """A project of 示例市 that has something of everything; beside it a sibling, and a unit of 示例州."""
    stage = town.stage(DAY)
    story = stage.finished("dongfeng", base(UNIT, MACHINES), date(2025, 3, 11), a=("N2a",), b=("B01",))
    story.order(date(2025, 4, 22), served_on=DAY)
    story.report(DAY)
    build.request_termination(story.pk, reason="单位转产", actor=story.u2, on=DAY)
    stage.awarded("sibling", base(SIBLING, MACHINES), "demo_2022", date(2024, 5, 6))
    stage.awarded("elsewhere", base(ELSEWHERE, MACHINES, STATE), "demo_2022", date(2024, 5, 6))
    life = Life.of(town, story)
    life.ids = money(life, story)
    return life


def money(life, story):
    """Every thing of the money that an address may name."""
    project, cast = life.project, life.town.cast
    officers = SimpleNamespace(**{name: cast[name] for name in ("ph", "pf", "pfl", "cf")})
    place = Place(project.organisation, story.u1, story.u2, project)
    found = furnish(officers, place, project.allocations.earliest("pk")) | reported(officers, place)
    decision = Decision.objects.filter(items__project=project).first()
    found |= inspected(officers, place) | dated(officers, place) | panelled(officers, place)
    found |= printed(place)
    return found | trained(place) | assessed(place) | changing_ids(officers, place, decision) | served(officers, place)


def address(name, life):
    """One address below the project, with things that are really there."""
    project = life.project
    known = {
        "project_id": project.pk,
        **life.ids,
        "problem_id": Problem.objects.filter(project=project).first().pk,
        "review_id": Review.objects.filter(sheet__project=project, level="province").first().pk,
        "request_id": Request.objects.get(project=project).pk,
        "round": 1,
        "code": "T21" if name.startswith("lifecycle:") else "progress",
        "pk": Attachment.objects.filter(project=project).first().pk,
        "file_id": Attachment.objects.filter(project=project).first().pk,
    }
    if name == "lifecycle:decision_leave_out":
        known["pk"] = Decision.objects.filter(items__project=project).first().pk
    return reverse(name, kwargs={key: known[key] for key in ROUTES[name][0]})


def browser(life, name):
    """Signed in, with no form and no token in hand."""
    client = Client()
    client.force_login(life.town.cast[name])
    return client


def traces(life):
    project = Project.objects.filter(pk=life.pk).values().get()
    counted = [model.objects.count() for model in (Attachment, Decision, Problem, Rectification, Review)]
    return project, counted, list(life.project.vouchers.values_list("state", flat=True))


def secrets(life):
    """What only this project has: names, numbers, figures."""
    project = life.project
    number = Decision.objects.filter(items__project=project).first().number
    return [UNIT, project.number, number, project.vouchers.first().number]


def told(response, secrets):
    """Which of them the answer gives away."""
    return [word for word in secrets if word in response.content.decode()]


def test_strangers_find_nothing_below_the_project(life):
    before, hidden = traces(life), secrets(life)

    clients = {who: browser(life, who) for who in STRANGERS}

    for number, name in enumerate(BELOW):
        url = address(name, life)
        for who in (turn[number % len(turn)] for turn in TURNS):
            for method in ("get",) if reads(name) else ("get", "post"):
                response = getattr(clients[who], method)(url)
                assert response.status_code == 404, f"{who} {url}: {response.status_code}"
                assert told(response, hidden) == [], f"{who} {url}"

    for name in BELOW:
        response = Client().get(address(name, life))
        if name.startswith("api:"):
            assert response.status_code == 401, name
        else:
            assert response.status_code == 405 or response.url.startswith("/accounts/login/"), name
    assert traces(life) == before


def test_the_lists_of_strangers_do_not_know_the_project(life):
    hidden, decision = secrets(life), Decision.objects.filter(items__project=life.pk).first()
    single = (f"/decisions/{decision.pk}/", f"/funds/documents/{life.project.allocations.first().document_id}/")

    for who in STRANGERS:
        client = browser(life, who)
        for url in LISTS:
            response = client.get(url)
            assert response.status_code in ({200, 403} if who == "sa" else {200}), f"{who} {url}"
            assert told(response, hidden) == [], f"{who} {url}"
        for url in single:
            assert client.get(url).status_code in {403, 404}, f"{who} {url}"


# Finance at work on a batch, the unit at work on a payment or a workbook; whatever else only shows is open to every office.
ONE_SIDE = {
    "funds:batch_review": {"CF", "PF"}, "funds:voucher_contract": {"U1"}, "funds:import_template": {"U1"},
    "funds:import_done": {"U1"}, "funds:import_findings": {"U1"},
    "performance:classes_template": {"U1"}, "performance:class_import_findings": {"U1"}, "lifecycle:panel": {"PH"},
}  # fmt: skip


# What is with the unit is printed once it is sent in.
NOTHING_CHOSEN = "lifecycle:print_batch"  # leads back to the page where forms are chosen
WAITS = {"performance:f09", "api:progress", "performance:f04"}


def status(role, name):
    if name in WAITS:
        return 409
    if name == NOTHING_CHOSEN:
        return 302
    return 200 if role in ONE_SIDE.get(name, {role}) else 403


def reads(name):
    return not hasattr(ROUTES[name][1].view_class, "post")


def test_the_offices_of_the_city_read_both_units_of_the_city(life):
    sibling = Project.objects.get(organisation__name=SIBLING)

    for role in ("CH", "CF"):
        who = life.town[role.lower()]
        page = who.open("/projects/").says(UNIT, SIBLING).silent(ELSEWHERE)
        page.click(UNIT).stands("整改复验")
        who.open(f"/projects/{sibling.pk}/").stands("已立项")
        for name in BELOW:
            if reads(name):
                who.open(address(name, life), status(role, name))


# Has the worker draw or print what the reader may see; no record of law.
DRAWN = {"reports:statistics_draw", "reports:batch"}


def others(life):
    """The addresses that take a POST and lie below no project, but for what everyone does for themselves."""
    known = {
        **life.ids, "pk": Decision.objects.filter(items__project=life.pk).first().pk, "code": "T01", "batch_id": 1,
        "document_id": life.project.allocations.first().document_id, "membership_id": 1, "organisation_id": life.project.organisation_id,
        **REGION, "round_id": life.ids["round_id"], "waiver_id": 1, "sheet_id": 1,
    }  # fmt: skip
    for name, (arguments, view) in ROUTES.items():
        row = row_of_route(name)
        own = row and row["grants"].get("AU") == Scope.SELF.value
        if (
            row
            and not own
            and name not in DRAWN
            and "project_id" not in arguments
            and hasattr(getattr(view, "view_class", None), "post")
        ):
            yield reverse(name, kwargs={key: known[key] for key in arguments})


# Questions, and the findings of an audit: the auditor's own records, which move no figure.
OF_AUDIT = {
    "funds:asset_check", "funds:audit_new", "funds:audit_see", "funds:audit_send", "funds:finding_delete",
    "funds:finding_edit", "funds:finding_new", "funds:flag_ask", "funds:flag_new", "funds:voucher_ask",
    "api:flag_ask", "api:flag_raise", "api:payment_ask", "api:asset_check", "api:audit_open", "api:audit_see",
    "lifecycle:false_open", "lifecycle:problem_open", "lifecycle:problem_reopen", "api:problem_open", "api:problem_reopen",
    "performance:return_ask", "api:return_ask", "api:audit_send", "api:finding_record", "api:finding_edit", "api:finding_delete",
}  # fmt: skip


def figures(life):
    """Every balance of the money."""
    tables = (BudgetLine, SourceLine, Receipt, Allocation, ClawBack, FoundMoney)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def test_audit_reads_everything_and_changes_nothing(life):
    client, before = browser(life, "au"), (traces(life), figures(life))

    for name in BELOW:
        url = address(name, life)
        if reads(name):
            assert client.get(url).status_code == status("AU", name), url
        elif name in OF_AUDIT:
            assert client.post(url).status_code in {302, 400, 405, 409, 422}, url
        else:
            assert client.post(url).status_code == 403, url
            assert client.get(url).status_code in {403, 405}, url
    answers = {url: client.post(url).status_code for url in others(life)}
    assert len(answers) > 15
    assert {url: code for url, code in answers.items() if code not in {403, 404}} == {}
    for unit in (UNIT, SIBLING, ELSEWHERE):
        assert unit in client.get("/projects/").content.decode()
    assert (traces(life), figures(life)) == before
