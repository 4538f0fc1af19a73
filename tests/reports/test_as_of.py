"""截至日统计: one arithmetic for page, list, form and workbook; the late entries add up to the difference."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Entry
from funds import operations
from funds.queries import Moment, ledger_as_of
from policy.terms import Source
from projects.models import Project
from reports.as_of import picture_of, totals_of
from reports.forms import AsOfForm, RegisterForm
from reports.province_papers import Asked, standings
from reports.register import projects_in, rows_of
from reports.statistics.facts import material_of
from reports.statistics.scope import paths_of
from tests import factories as make
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, make_ready, make_scene, recognise, submit
from tests.funds.test_as_of import posted

PAGE = "/reports/as-of/"
THEN = Moment(date(2026, 3, 31), date(2026, 3, 31))
LATER = date(2026, 6, 1)


@pytest.fixture
def ready(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return make_ready(make_scene())


@pytest.fixture
def spent(ready):
    """One payment known in time, one late, one late of own money; and a reversal of the first, later still."""
    first = recognise(ready, "1000.00", "PZ-1")
    for voucher, known in (
        (first, date(2026, 3, 3)),
        (recognise(ready, "250.50", "PZ-2"), date(2026, 4, 20)),
        (recognise(ready, "77.00", "PZ-3", source=Source.OWN), date(2026, 4, 21)),
    ):
        posted(voucher, date(2026, 3, 1), known)
    back = propose_reversal(ready.project.pk, first.pk, actor=ready.clerk, amount=Decimal(100), reason="退款", on=ON)
    back = operations.judge_reversal(
        ready.project.pk, back.pk, actor=ready.city_finance, verdict="recognised", opinion="同意", on=ON
    )
    posted(back, date(2026, 3, 2), date(2026, 5, 5))
    return ready


@pytest.mark.django_db
@pytest.mark.parametrize(
    "at",
    [
        THEN,
        Moment(date(2026, 3, 31), LATER),
        Moment(date(2026, 3, 31), date(2026, 4, 20)),
        Moment(date(2026, 3, 31), date(2025, 12, 31)),
        Moment(date(2025, 9, 10), date(2025, 9, 10)),
        Moment(date(2025, 1, 1), date(2026, 3, 31)),
    ],
    ids=["then", "now", "between", "nothing known yet", "before any posting", "before the award"],
)
def test_late_entries_add_up_to_the_difference(spent, at):
    picture = picture_of(spent.finance, {}, at, LATER)

    assert picture.unexplained == ()
    assert [one.label for one in picture.differences] == ["批复", "下达", "到账", "预算", "支出", "结余"]


@pytest.mark.django_db
def test_a_late_payment_is_told_with_project_number_amount_and_day(spent):
    picture = picture_of(spent.finance, {}, THEN, LATER)

    spending = next(one for one in picture.differences if one.label == "支出")
    told = [
        (one.project.pk, one.late.title, one.late.amount, one.late.effect, one.late.posted_on) for one in picture.late
    ]
    assert (spending.was, spending.now, spending.late) == (Decimal(1000), Decimal("1150.50"), Decimal("150.50"))
    own = spent.project.pk
    assert [row[:1] + row[2:] for row in told] == [
        (own, Decimal("250.50"), Decimal("250.50"), date(2026, 4, 20)),
        (own, Decimal("77.00"), Decimal(0), date(2026, 4, 21)),
        (own, Decimal("-100.00"), Decimal("-100.00"), date(2026, 5, 5)),
    ]
    assert told[0][1] == "支出 PZ-2"


@pytest.mark.django_db
def test_register_form_statistics_and_project_pages_say_the_same(spent):
    user, asked = spent.finance, {"on": THEN.on, "known": THEN.known}

    totals = picture_of(user, asked, THEN, LATER).totals

    ledgers = [ledger_as_of(project, on=THEN.on, known=THEN.known) for project in Project.objects.all()]
    rows = rows_of(projects_in(user, asked, LATER), LATER, THEN)
    form = standings(user, LATER, Asked(**asked))
    assert totals == totals_of(ledgers) == totals_of(row.ledger for row in rows)
    assert totals.spent == sum(one.spent for one in form) == Decimal(1000)
    assert totals.granted == sum(one.grant for one in form)
    assert picture_of(user, {}, Moment(ON, ON), ON).totals.projects == len(form)


@pytest.mark.django_db
def test_today_is_what_statistics_say(ready):
    recognise(ready, "1000.00", "PZ-1")
    submit(ready, "5.00", "PZ-2")

    picture = picture_of(ready.finance, {}, Moment(ON, ON), ON)

    assert picture.totals == material_of(paths_of(ready.finance), ON).totals
    assert picture.late == ()


@pytest.mark.django_db
def test_a_city_has_its_own_figures(spent):
    far = make.organisation(make.node("示例二市", "city", spent.province), name="示例二市机电公司")
    make.project(far, awarded_on=date(2025, 6, 20), stage="building")

    assert picture_of(spent.finance, {}, THEN, LATER).totals.projects == 3
    city = picture_of(spent.city_finance, {}, THEN, LATER)
    assert city.totals.projects == 2
    assert [place.name for place in city.places] == ["示例市"]


@pytest.mark.django_db
def test_the_picture_costs_the_same_at_two_projects_and_at_six(spent):
    def cost():
        with CaptureQueriesContext(connection) as found:
            picture_of(spent.finance, {}, THEN, LATER)
        return len(found)

    first = cost()
    for _ in range(4):
        make.project(make.organisation(spent.province), awarded_on=date(2025, 6, 20), stage="building")

    assert cost() == first <= 18


@pytest.mark.django_db
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}export/"])
@pytest.mark.parametrize("who", ["clerk", "leader"])
def test_a_unit_has_no_such_page(spent, visit, path, who):
    assert visit(getattr(spent, who), path).status_code == 403


@pytest.mark.django_db
def test_page_register_and_form_take_the_dates(spent, visit):
    query = "?on=2026-03-31&known=2026-03-31"

    page = visit(spent.finance, PAGE + query)
    listed = visit(spent.finance, f"/projects/{query}&stage=given")
    paper = visit(spent.finance, f"/reports/papers/{query}")

    assert page.context["picture"].at == THEN
    assert "支出 PZ-2" in page.content.decode()
    assert sum(row.ledger.spent for row in listed.context["rows"]) == page.context["picture"].totals.spent
    assert "资金、执行率和时间进度不是今天的" in listed.content.decode()
    assert f"{PAGE}?" in listed.content.decode()
    assert paper.context["totals"].spent == Decimal(1000)


@pytest.mark.django_db
def test_the_workbook_has_the_figures_of_the_page_and_is_journalled(spent, visit):
    answer = visit(spent.finance, f"{PAGE}export/?on=2026-03-31&known=2026-03-31")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    assert book.sheetnames == ["按市州", "差异", "补录"]
    total = next(row for row in book["按市州"].iter_rows(values_only=True) if row[0] == "合计")
    assert round(Decimal(str(total[6])), 4) == Decimal("0.1000")
    spending = next(row for row in book["差异"].iter_rows(values_only=True) if row[0] == "支出")
    assert [Decimal(str(cell)) for cell in spending[3:5]] == [Decimal("150.5"), Decimal("150.5")]
    assert Entry.objects.filter(verb="导出截至日统计", actor=spent.finance).count() == 1


def test_a_day_ahead_is_refused_beside_its_field_and_today_is_shown():
    today = date(2026, 3, 2)
    for form in (RegisterForm({"on": "2026-03-03"}, places=[], today=today),):
        assert form.moment() == Moment(today, today)
        assert form.errors["on"] == ["截至日不能晚于今天 2026-03-02。"]


@pytest.mark.django_db
def test_left_open_is_today():
    today = timezone.localdate()

    assert AsOfForm({}, places=[]).moment() == Moment(today, today)
    assert AsOfForm({"known": "2026-01-05"}, places=[]).moment() == Moment(today, date(2026, 1, 5))
    assert AsOfForm({"on": str(today + timedelta(days=1)), "year": "x"}, places=[]).asked() == {}
