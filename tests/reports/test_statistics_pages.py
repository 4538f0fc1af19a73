"""统计分析 as people and programs get it: the same figures everywhere, each of one's own reach, drawn by the worker."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pypdf
import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from accounts.models import Entry
from papers import render
from projects import access
from projects.models import Project
from reports.models import Analysis, ChartImage
from reports.statistics import kept, worker
from reports.statistics.facts import material_of
from reports.statistics.page import paper_of
from reports.statistics.scope import paths_of, under
from reports.statistics.tables import Column, Row, Table
from tests.performance import round_scene as rounds
from tests.reports.scene import furnished
from tests.reports.statistics_scene import made, peopled

PAGE, XLSX, API = "/statistics/", "/statistics/table/", "/api/v1/statistics/"
pytestmark = pytest.mark.usefixtures("quick_pens")
OFFICES = ["ch", "cf", "ph", "phl", "pf", "pfl", "au"]


@pytest.fixture
def scene(world):
    return peopled(world)


def text_of(answer):
    return answer.content.decode()


def as_user(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("role", OFFICES)
def test_statistics_are_of_the_projects_in_reach(world, scene, role):
    user = getattr(world, role)

    reached = Project.objects.filter(under(paths_of(user)))

    assert set(reached) == set(access.projects_for(user))
    assert len(material_of(paths_of(user), timezone.localdate()).facts) == (2 if role in ("ch", "cf") else 4)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["u1", "u2", "sa"])
@pytest.mark.parametrize(
    "path", [PAGE, "/statistics/chart.svg?chart=place", XLSX, "/statistics/overview.pdf", API], ids=str
)
def test_a_unit_sees_no_statistics(world, scene, visit, role, path):
    made(world.ph)

    assert visit(getattr(world, role), path).status_code == 403


@pytest.mark.django_db
def test_the_figures_are_equal_on_page_in_workbook_on_paper_and_for_programs(world, scene, visit):
    made(world.ph)

    page = text_of(visit(world.ph, PAGE))
    book = openpyxl.load_workbook(io.BytesIO(visit(world.ph, f"{XLSX}?table=place").content))
    csv = visit(world.ph, f"{XLSX}?table=place&as=csv").content.decode("utf-8-sig")
    paper = pypdf.PdfReader(io.BytesIO(visit(world.ph, "/statistics/overview.pdf").content))
    told = visit(world.ph, API).json()

    figures = ("2,800.00", "2,100.00", "315.00", "1,785.00", "15.00%")  # 批复 下达 支出 结余 执行率
    printed = "".join(paper_page.extract_text() for paper_page in paper.pages)
    last = next(row for row in book.active.iter_rows(values_only=True) if row[0] == "合计")
    assert [figure for figure in figures if figure not in page] == []
    assert [figure for figure in figures if figure not in printed] == []
    assert [round(Decimal(str(value)), 4) for value in last[1:]] == [
        Decimal(value) for value in ("4", "2800", "2100", "2100", "315", "1785", "0.15")
    ]
    assert csv.splitlines()[-1] == "合计,4,2800.00,2100.00,2100.00,315.00,1785.00,0.1500"
    table = next(one for one in told["tables"] if one["key"] == "place")
    assert table["total"] == [
        "合计", 4, "28000000.00", "21000000.00", "21000000.00", "3150000.00", "17850000.00", "0.1500",
    ]  # fmt: skip
    assert told["fresh"] is True
    assert told["totals"] == {
        "projects": 4, "granted": "28000000.00", "allocated": "21000000.00", "received": "21000000.00",
        "budget": "21000000.00", "spent": "3150000.00", "left": "17850000.00", "execution_rate": "0.1500",
    }  # fmt: skip
    assert len(paper.pages) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("target", "reached"), [("500", ("1/1", "1/1", 1, "1.0000")), ("9000", ("0/1", "0/1", 0, "0.0000"))]
)
def test_accepted_reports_come_into_the_table_of_targets(world, target, reached):
    project = rounds.building(world)
    one = rounds.made(project, world)
    one.sheet.indicators.update(template_code="S1")
    one.sheet.indicators.get().targets.update(value=target)
    rounds.accepted(one, world)
    made(world.ph)

    table = next(one for one in Analysis.objects.get().content["tables"] if one["key"] == "targets")
    assert [tuple(row["cells"]) for row in table["rows"]] == [("培训人次", project.get_kind_display(), *reached)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "projects"),
    [("kind=studio", 1), ("track=new", 3), ("sector=services", 1), ("year=2025", 1), ("edition=jilin_2025", 4),
     ("place=direct", 1), ("kind=studio&year=2026", 0), ("kind=none&year=x", 4)],
)  # fmt: skip
def test_the_filter_narrows_the_totals(world, scene, visit, query, projects):
    assert visit(world.ph, f"{PAGE}?{query}").context["tiles"][0]["value"] == str(projects)


@pytest.mark.django_db
def test_a_city_gets_its_own_and_no_other_chart(world, scene, visit):
    made(world.ph)

    chart = visit(world.ch, "/statistics/chart.svg?chart=place")
    refused = visit(world.ch, f"{XLSX}?table=place")
    made(world.ch)
    own = visit(world.ch, "/statistics/chart.svg?chart=place")

    assert "正在绘制" in text_of(chart)
    assert refused.status_code == 409
    assert "示例市" in text_of(own)
    assert "示例二市" not in text_of(own) + text_of(visit(world.ch, PAGE))


@pytest.mark.django_db
def test_asking_has_it_drawn_once_and_new_data_have_it_drawn_again(
    world, scene, visit, django_capture_on_commit_callbacks
):
    client = as_user(world.ph)
    first = client.get(PAGE)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{PAGE}draw/?kind=&city=x")
    after = client.get(PAGE)
    with django_capture_on_commit_callbacks() as waiting:
        client.post(f"{PAGE}draw/")
    Project.objects.filter(pk=scene.base.pk).update(grant=Decimal("6000000.00"))
    stale = client.get(PAGE)

    assert ("还没有按这些条件统计" in text_of(first), first.context["cards"]) == (True, [])
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert "与现在的数据一致" in text_of(after)
    assert waiting == []
    assert "数据已有变化" in text_of(stale)
    assert stale.context["tiles"][1]["value"] == "2,700.00"


@pytest.mark.django_db
def test_while_it_is_drawn_the_page_waits_and_later_says_that_nobody_draws(world, scene, visit):
    now = timezone.now()
    assert kept.ask(paths_of(world.ph), {}, now) is True
    again = kept.ask(paths_of(world.ph), {}, now)
    waiting = visit(world.ph, PAGE)
    Analysis.objects.update(asked_at=now - timedelta(minutes=3))
    stuck = visit(world.ph, PAGE)

    assert again is False
    assert (waiting["Refresh"], stuck.get("Refresh")) == ("3", None)
    assert "后台任务可能没有运行" in text_of(stuck)
    assert "data-auto" not in text_of(stuck)
    assert kept.ask(paths_of(world.ph), {}, now) is True


@pytest.mark.django_db
def test_what_went_wrong_is_said_and_can_be_tried_again(world, scene, visit, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    kept.ask(paths_of(world.ph), {}, timezone.now())
    monkeypatch.setattr(worker, "remake", broken)
    with pytest.raises(ZeroDivisionError):
        worker.make.call(list(paths_of(world.ph)), {})
    page = text_of(visit(world.ph, PAGE))

    assert "上一次统计没有完成" in page
    assert "data-auto" not in page
    assert kept.ask(paths_of(world.ph), {}, timezone.now()) is True


@pytest.mark.django_db
def test_the_same_figures_are_drawn_once_for_everybody(world, scene):
    made(world.ph)
    drawn = ChartImage.objects.count()
    made(world.pf)
    made(world.ph, edition="jilin_2025")

    assert (Analysis.objects.count(), ChartImage.objects.count()) == (2, drawn)


@pytest.mark.django_db
def test_a_chart_is_a_picture_that_runs_nothing(world, scene, visit):
    made(world.ph)

    answer = visit(world.ph, "/statistics/chart.svg?chart=funnel&v=1")

    assert answer["Content-Type"].startswith("image/svg+xml")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert text_of(answer).startswith("<svg")


@pytest.mark.django_db
def test_what_is_taken_out_is_written_down(world, scene, visit):
    made(world.ph, kind="base")

    visit(world.ph, f"{XLSX}?table=place&kind=base")

    line = Entry.objects.get(verb="导出统计表")
    assert (line.actor, line.text[:5]) == (world.ph, "按市州和部")
    assert [value for key, value in line.changes if key == "filter"] == ["项目类型：高技能人才培训基地"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [XLSX, f"{XLSX}?table=place&as=csv", "/statistics/overview.pdf"])
def test_what_was_not_made_is_refused_with_the_next_step(world, scene, visit, path):
    answer = visit(world.ph, path)

    assert answer.status_code == 409
    assert "请打开统计分析页" in text_of(answer)
    assert not Entry.objects.filter(verb="导出统计表").exists()


@pytest.mark.parametrize("places", [1, 12, 13, 16, 17, 20])
def test_the_printed_page_is_one_page(places):
    amounts = ("123456789.01",) * 5
    rows = tuple(Row((f"示例{number}自治州", 30, *amounts, "0.1234")) for number in range(places))
    columns = (
        Column("市州或部门", "text"),
        Column("项目数"),
        *(Column(head, "money") for head in "批下到支结"),
        Column("率", "rate"),
    )
    table = Table("place", "按市州和部门", "", columns, rows, Row(("合计", 30, *amounts, "0.1234")))
    drawing = io.BytesIO()
    Image.new("L", (1000, 820), 200).save(drawing, "PNG")

    result = kept.Result((table,), {}, timezone.now(), fresh=True, drawing=False)
    paper = render(paper_of(result, drawing.getvalue(), "市州或部门：全部；" * 3), "pdf")

    assert len(pypdf.PdfReader(io.BytesIO(paper)).pages) == 1


@pytest.mark.django_db
def test_a_table_that_is_none_is_refused(world, scene, visit):
    made(world.ph)

    assert visit(world.ph, f"{XLSX}?table=\x00").status_code == 409


@pytest.mark.django_db
def test_rows_of_dead_workers_are_closed_and_old_results_swept(world, scene):
    now = timezone.now()
    made(world.ph)
    facts = {"args_kwargs": {"args": [], "kwargs": {}}, "task_path": "x", "backend_name": "default", "run_after": now}
    dead = DBTaskResult.objects.create(status="RUNNING", started_at=now - timedelta(hours=1), **facts)
    live = DBTaskResult.objects.create(status="RUNNING", started_at=now, **facts)
    done = DBTaskResult.objects.create(status="SUCCESSFUL", finished_at=now - timedelta(days=40), **facts)

    closed = kept.reap(now)

    assert closed == 1
    assert dict(DBTaskResult.objects.values_list("pk", "status")) == {dead.pk: "FAILED", live.pk: "RUNNING"}
    assert not DBTaskResult.objects.filter(pk=done.pk).exists()
    assert (Analysis.objects.count(), kept.reap(now + timedelta(days=40))) == (1, 1)
    assert (Analysis.objects.count(), ChartImage.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_each_night_the_whole_pictures_are_made_again(world, scene, django_capture_on_commit_callbacks):
    from lifecycle.jobs import JOBS

    made(world.ph)
    made(world.ph, kind="base")
    made(world.ch)
    before = dict(Analysis.objects.values_list("pk", "made_at"))

    with django_capture_on_commit_callbacks(execute=True):
        said = JOBS["statistics"](timezone.localdate())

    again = {pk for pk, at in Analysis.objects.values_list("pk", "made_at") if at > before[pk]}
    assert said == "重绘统计图 2 组"
    assert len(again) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("role", OFFICES)
def test_the_page_costs_the_same_few_statements(world, cost, role):
    user = getattr(world, role)
    peopled(world)
    made(user)
    one = cost(user, f"{PAGE}?kind=base")
    furnished(world)
    furnished(world)

    assert cost(user, f"{PAGE}?kind=base") == one <= 12
