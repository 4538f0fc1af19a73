"""定期报告 and 情况汇报: the figures of the pages, kept with their digests, one version after another, each place its own."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document
from PIL import Image
from pypdf import PdfReader

from accounts.models import Entry
from funds.queries import Moment
from papers import render
from policy.findings import Refused
from policy.money import wan_number
from policy.terms import NodeKind, Rank
from projects.models import Decision, DecisionItem, Problem, Project
from reports.as_of import picture_of
from reports.models import PeriodicFile, PeriodicReport
from reports.periodic import kept, making, words
from reports.periodic.brief import brief_of
from reports.periodic.brief import layout as brief_layout
from reports.periodic.figures import figures_of, money_of
from reports.periodic.paper import places, rows
from reports.periodic.periods import Period, just_ended, offered, period_of
from reports.province_papers import Asked, standings
from reports.statistics import charts
from tests import factories as make
from tests.funds.scene import make_ready, make_scene, recognise
from tests.funds.test_as_of import posted
from tests.reports.scene import furnished
from tests.reports.statistics_scene import peopled, problem

PAGE, BRIEF = "/reports/periodic/", "/reports/brief/"
Q1 = Period(2026, 1)
MADE = date(2026, 4, 8)


@pytest.fixture(autouse=True)
def quick_pens(monkeypatch):
    """Drawing has tests of its own."""
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    monkeypatch.setattr(charts, "draw", lambda table: charts.Drawn("<svg/>", picture.getvalue()))


@pytest.fixture
def spent(db, settings, tmp_path):
    """A quarter with a payment posted in time and one posted after the report was made."""
    settings.FILES_DIR = tmp_path
    world = make_ready(make_scene())
    posted(recognise(world, "1000.00", "PZ-1"), date(2026, 3, 1), date(2026, 3, 3))
    posted(recognise(world, "250.50", "PZ-2"), date(2026, 3, 1), date(2026, 4, 20))
    return world


def report_of(place, actor, period=Q1, **facts):
    """As asked for and made at once."""
    one = PeriodicReport.objects.create(
        place=place, kind=period.kind, year=period.year, number=period.number, asked_by=actor, asked_at=timezone.now(),
        **{"version": 1} | facts,
    )  # fmt: skip
    making.make_report(one.pk, actor=actor, on=timezone.localdate())
    one.refresh_from_db()
    return one


def texts(content):
    """Paragraphs and cells of a Word document."""
    document = Document(io.BytesIO(content))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    return "".join(one.text for one in document.paragraphs), cells


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("2026Q3", Period(2026, 3)),
        ("2026", Period(2026)),
        ("2026Q5", None),
        ("Q1", None),
        ("２０２６", None),
        ("", None),
    ],
)
def test_a_period_by_its_key(key, expected):
    assert period_of(key) == expected
    assert expected is None or expected.key == key


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 3, 31), [Period(2025, 4), Period(2025)]),
        (date(2026, 4, 1), [Period(2026, 1)]),
        (date(2027, 1, 1), [Period(2026, 4), Period(2026)]),
    ],
    ids=["last day of a quarter", "first day of the next", "new year"],
)
def test_what_the_schedule_makes(on, expected):
    assert just_ended(on) == expected


def test_periods_that_have_begun_are_offered():
    assert [one.key for one in offered(date(2026, 4, 1), 2025)] == [
        "2026", "2026Q2", "2026Q1", "2025", "2025Q4", "2025Q3", "2025Q2", "2025Q1",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_money_is_that_of_the_pages_on_the_same_day(spent):
    found = figures_of(spent.province.path, "示例省", Q1, MADE)

    on = Q1.end
    picture = picture_of(spent.finance, {}, Moment(on, MADE), MADE)
    form = standings(spent.finance, MADE, Asked(on=on, known=MADE))
    totals = picture.totals
    assert found["total"] == [
        totals.projects, *(str(one) for one in (totals.granted, totals.allocated, totals.received, totals.budget,
                                               totals.spent, totals.left)), str(totals.execution_rate),
    ]  # fmt: skip
    assert Decimal(found["total"][words.SPENT]) == sum(one.spent for one in form) == Decimal(1000)
    assert Decimal(found["total"][words.GRANTED]) == sum(one.grant for one in form)
    assert [row[0] for row in found["places"]] == [place.name for place in picture.places]
    assert found["within"] == {"allocated": "0.00", "received": "0.00", "spent": "1000.00"}


@pytest.mark.django_db
def test_what_was_posted_later_stands_in_a_later_version(spent):
    early = figures_of(spent.province.path, "示例省", Q1, MADE)
    late = figures_of(spent.province.path, "示例省", Q1, date(2026, 5, 4))

    assert [one["total"][words.SPENT] for one in (early, late)] == ["1000.00", "1250.50"]


@pytest.mark.django_db
def test_problems_and_decisions_of_the_period_alone(world):
    project = furnished(world)
    problem(project, opened_on=date(2025, 12, 31), due_on=date(2026, 1, 31))
    problem(project, serial=2, number=2, opened_on=date(2026, 3, 31))
    done = problem(project, serial=3, number=3, opened_on=date(2026, 1, 1))
    Problem.objects.filter(pk=done.pk).update(state="closed", closed_on=date(2026, 2, 1), verified_by=world.ph)
    problem(project, serial=4, number=4, opened_on=date(2026, 4, 1))
    for kind, day in (("T18", date(2026, 3, 31)), ("T19", date(2026, 4, 1))):
        decision = Decision.objects.create(
            kind=kind, title="决定", number=f"示例〔2026〕{kind}", dated_on=day, reason="理由", basis="通知", state="effective",
            drafted_by=world.ph, drafted_on=day, effective_on=day,
        )  # fmt: skip
        DecisionItem.objects.create(decision=decision, project=project, state="done")

    found = figures_of(world.province.path, "示例省", Q1, MADE)

    assert found["problems"] == {"found": 2, "closed": 1, "open": 2, "overdue": 1}
    assert [kind for kind, own in found["events"].items() if own] == ["accepted"]
    assert words.events(found) == [f"通过验收或复验 1 个：{project.name}（示例〔2026〕T18，2026-03-31）。"]


@pytest.mark.django_db
def test_shown_parts_add_up_in_both_tables(world):
    peopled(world)
    found = figures_of(world.province.path, "示例省", Period(2026), timezone.localdate())

    for grid in (places(found), rows(found)):
        lines = [[cell.number for cell in row if cell.number is not None] for row in grid.rows[1:]]
        money = [[one for one in line if isinstance(one, Decimal)] for line in lines]
        assert [sum(column) for column in zip(*money[:-1], strict=True)] == money[-1]


@pytest.mark.django_db
def test_word_and_pdf_say_the_figures_and_are_kept_with_their_digests(spent, visit):
    report = report_of(spent.province, spent.finance)

    files = {file.kind: visit(spent.finance, f"{PAGE}{report.pk}/{file.kind}/").content for file in report.files.all()}
    told, cells = texts(files["docx"])
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    total = wan_number(Decimal(report.figures["total"][words.GRANTED]))
    assert f"核定补助 {total} 万元" in told
    assert total in cells
    assert total in printed
    assert words.overview(report.figures) in told
    assert Entry.objects.filter(verb="下载定期报告", actor=spent.finance).count() == 2
    assert Entry.objects.filter(verb="生成定期报告").count() == 1


@pytest.mark.django_db
def test_a_file_that_is_not_what_was_made_is_not_given_out(spent, visit):
    report = report_of(spent.province, spent.finance)
    PeriodicFile.objects.filter(report=report, kind="pdf").update(content=b"%PDF-forged")

    answer = visit(spent.finance, f"{PAGE}{report.pk}/pdf/")

    assert answer.status_code == 409
    assert "与生成时登记的摘要不符" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_button_makes_a_new_version_and_leaves_the_old_one(world):
    furnished(world)
    client = Client()
    client.force_login(world.ph)
    ask = {"place": world.province.pk, "period": "2026Q1"}

    assert [client.post(f"{PAGE}make/", ask).status_code for _ in range(2)] == [302, 302]

    made = PeriodicReport.objects.order_by("version")
    assert [(one.version, one.asked_by, bool(one.made_on), one.files.count()) for one in made] == [
        (1, world.ph, True, 2), (2, world.ph, True, 2),
    ]  # fmt: skip
    assert making.make_report(made[0].pk, actor=world.ph, on=MADE) == "已生成"


@pytest.mark.django_db
def test_one_at_a_time_and_nothing_before_it_begins(world):
    now = timezone.now()
    kept.ask(world.province, Period(2026, 1), by=world.ph, now=now)

    with pytest.raises(Refused, match="正在生成"):
        kept.ask(world.province, Period(2026, 1), by=world.ph, now=now)
    with pytest.raises(Refused, match="还没有开始"):
        kept.ask(world.province, Period(timezone.localdate(now).year + 1), by=world.ph, now=now)
    assert kept.ask(world.province, Period(2026, 1), by=world.ph, now=now + kept.PATIENCE * 2).version == 2


@pytest.mark.django_db
def test_the_schedule_makes_each_place_with_projects_once(world):
    furnished(world, awarded_on=date(2025, 6, 20))
    on = date(2026, 1, 1)

    said = [kept.scheduled(on), kept.scheduled(on)]

    assert said == ["定期报告 4 份", "定期报告已齐"]
    found = PeriodicReport.objects.values_list("place", "kind", "number", "asked_by")
    assert set(found) == {
        (place.pk, kind, number, None)
        for place in (world.province, world.city)
        for kind, number in (("quarter", 4), ("year", 0))
    }


@pytest.mark.django_db
def test_two_rows_of_one_version_cannot_be(world):
    facts = {"place": world.province, "kind": "year", "year": 2026, "version": 1, "asked_at": timezone.now()}
    PeriodicReport.objects.create(**facts)

    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodicReport.objects.create(**facts)


@pytest.mark.django_db
def test_a_city_has_its_own_reports_and_figures(world, visit):
    peopled(world)
    province, city = report_of(world.province, world.ph), report_of(world.city, world.ph)

    listed = visit(world.ch, PAGE)

    assert [one.pk for one in listed.context["page_obj"]] == [city.pk]
    assert visit(world.ch, f"{PAGE}{province.pk}/pdf/").status_code == 404
    assert visit(world.ch, f"{PAGE}{city.pk}/pdf/").status_code == 200
    assert [len(one.figures["rows"]) for one in (province, city)] == [4, 2]
    assert "现在生成" not in listed.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["u1", "u2", "sa"])
def test_no_unit_has_them(world, visit, role):
    report = report_of(world.province, world.ph)
    paths = (PAGE, BRIEF, f"{PAGE}{report.pk}/pdf/")

    assert [visit(getattr(world, role), path).status_code for path in paths] == [403, 403, 403]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["ch", "cf", "phl", "pfl", "au", "u1"])
def test_only_the_officers_of_the_province_make_one(world, role):
    client = Client()
    client.force_login(getattr(world, role))

    assert client.post(f"{PAGE}make/", {"place": world.province.pk, "period": "2026Q1"}).status_code == 403
    assert not PeriodicReport.objects.exists()


@pytest.mark.django_db
def test_a_place_or_period_that_is_not_offered_is_refused(world):
    client = Client()
    client.force_login(world.ph)
    foreign = make.node("示例外省", NodeKind.PROVINCE)

    for data in ({"place": foreign.pk, "period": "2026Q1"}, {"place": world.province.pk, "period": "2999"}, {}):
        assert client.post(f"{PAGE}make/", data).status_code == 302
    assert not PeriodicReport.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_brief_is_one_page_with_the_figures_of_the_day(world, visit, kind):
    name = "示例甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥建设项目"
    for _ in range(7):
        one = furnished(world, name=name, build_end_on=date(2026, 1, 1))
        one.deadlines.update(due_on=date(2026, 1, 1))
        problem(one, level="severe")
    on = timezone.localdate()
    brief = brief_of(world.province, on)

    answer = visit(world.ph, f"{BRIEF}?as={kind}")

    assert len(brief.risks) == 5
    assert len(brief.overdue) >= 7
    total = wan_number(Decimal(brief.figures["total"][words.SPENT]))
    if kind == "pdf":
        pages = PdfReader(io.BytesIO(answer.content)).pages
        assert len(pages) == 1
        assert total in pages[0].extract_text()
    else:
        assert any(total in cell for cell in texts(answer.content)[1])
    assert brief.figures["total"][words.SPENT] == str(picture_of(world.ph, {}, Moment(on, on), on).totals.spent)
    assert Entry.objects.filter(verb="导出情况汇报").count() == 1


@pytest.mark.django_db
def test_the_brief_of_a_day_gone_by_has_the_figures_of_that_day_as_known_today(world, visit):
    early = furnished(world, awarded_on=date(2025, 1, 1))
    furnished(world, awarded_on=date(2026, 3, 5))
    day, today = date(2026, 3, 1), timezone.localdate()  # the money came on 2 March

    brief = brief_of(world.province, day, today)
    answer = visit(world.ph, f"{BRIEF}?on={day}")

    totals = picture_of(world.ph, {}, Moment(day, today), today).totals
    assert brief.figures["total"] == money_of(totals)
    assert (totals.projects, totals.received, totals.granted) == (1, 0, early.grant)
    assert (brief.risks, brief.overdue) == ((), ())
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    assert f"截至 {day}" in page.extract_text()
    assert "往日的汇报不列" in page.extract_text().replace("\n", "")
    assert Entry.objects.get(verb="导出情况汇报").text == f"{world.province.name}，截至 {day}"


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2999-01-01", "x", "\x00"])
def test_a_brief_of_no_day_is_refused_and_the_page_stands(world, visit, day):
    assert visit(world.ph, f"{BRIEF}?on={day}").status_code == 409
    assert visit(world.ph, f"{PAGE}?on={day}").status_code == 200
    assert f"on={day}" not in visit(world.ph, f"{PAGE}?on={day}").content.decode()
    assert "as=docx&amp;on=2026-03-01" in visit(world.ph, f"{PAGE}?on=2026-03-01").content.decode()


@pytest.mark.django_db
def test_dates_gone_by_are_counted_by_kind_those_of_law_first(world):
    for number in range(2):
        one = furnished(world, build_end_on=date(2026, 1, 1))
        one.deadlines.update(due_on=date(2026, 1, 1 + number))
    brief = brief_of(world.province, date(2026, 3, 2))

    ranks = [list(Rank).index(own[0][1].rank) for own in brief.kinds]
    [own] = [own for own in brief.kinds if own[0][1].code == "build_end"]
    assert ranks == sorted(ranks)
    assert len(own) == 2
    assert own[0][1].last_on <= own[1][1].last_on
    assert sum(len(own) for own in brief.kinds) == len(brief.overdue)


@pytest.mark.django_db
def test_a_brief_of_no_projects_is_whole(world, visit):
    assert render(brief_layout(brief_of(world.province, timezone.localdate())), "pdf").startswith(b"%PDF")
    assert visit(world.ch, f"{BRIEF}?place={world.province.pk}").status_code == 404
    assert visit(world.ch, f"{BRIEF}?as=xlsx").status_code == 404


@pytest.mark.django_db
def test_figures_brief_and_page_cost_the_same_for_one_project_and_for_four(world, cost):
    on = timezone.localdate()

    def spent_on(call):
        with CaptureQueriesContext(connection) as found:
            call()
        return len(found)

    def all_of():
        return (
            spent_on(lambda: figures_of(world.province.path, "示例省", Period(2026), on)),
            spent_on(lambda: brief_of(world.province, on)),
            cost(world.ph, PAGE),
        )

    furnished(world)
    report_of(world.province, world.ph)
    first = all_of()
    for number in range(3):
        furnished(world, make.organisation(world.city))
        report_of(world.province, world.ph, version=number + 2)

    assert all_of() == first
    assert Project.objects.count() == 4
