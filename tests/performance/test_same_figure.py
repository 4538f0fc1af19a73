"""From the form to the paper to the API: a falling target, a true zero, a missing value, a rate over two units.

Each figure is typed into the page of a unit, taken through its acceptance, and read again on the page, in the text of the
PDF and in the answer of the API of the unit's F05 and of the province's F06.
"""

import io
import re
from datetime import date

import pypdf
import pytest

from performance.models import Assessment, Section
from performance.operations import returns
from performance.operations.return_reviews import review_return
from policy.findings import Refused
from tests import factories as make
from tests.api.scene import data_of
from tests.performance import assess_scene as scene
from tests.performance import register
from tests.performance.assess_scene import Q1, Q2

pytestmark = pytest.mark.django_db
ON = date(2026, 7, 10)
NAMES = ("满意率", "设备故障率", "安全事故", "开发课程")
FALLING, ZERO, COUNT, RATE = "设备故障率", "安全事故", "开发课程", "满意率"
WHY = "设备更新，经核对无误"
TYPED = {
    "甲": [("90", "100", "8", "0", "5"), ("260", "300", "6", "0", "7")],
    "乙": [("1", "4", "4", "0", "6"), ("2", "4", "3", "0", "6")],
    "丙": [("9", "10", "4", "0", "5"), ("9", "10", "4", "0", "")],
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: ON)


class Unit:
    """A unit with its two people, its project, its sheet and its reports."""

    def __init__(self, name, world, signed_in):
        self.name, self.world, self.signed_in = name, world, signed_in
        organisation = make.organisation(world.city, name=f"示例{name}校")
        self.u1, self.u2 = make.user("U1", organisation), make.user("U2", organisation)
        self.project = scene.building(world, organisation)
        self.sheet = scene.sheet(self.project, world, NAMES)
        scene.money(self.project, world)
        self.pks = dict(self.sheet.indicators.values_list("name", "pk"))

    def report(self, cut_off, typed):
        one = register.period_return(self.project, self.world, self.sheet, cut_off)
        over, under, falling, zero, count = typed
        values = {(RATE, "numerator"): over, (RATE, "denominator"): under, (FALLING, "value"): falling}
        values |= {(ZERO, "value"): zero, (COUNT, "value"): count}
        self.type(one, values | {(name, "reason"): WHY for name in NAMES})
        return one

    def type(self, one, values):
        at, client = self.at(f"returns/{one.pk}/readings/edit/"), self.signed_in(self.u1)
        sent = {"seen": client.get(at).context["form"]["seen"].value()}
        sent |= {f"i{self.pks[name]}-{part}": text for (name, part), text in values.items()}
        assert client.post(at, sent).status_code == 302

    def accept(self, one):
        for code in Section.Code:
            returns.fill_section(self.project.pk, one.pk, code, text="本期内容", done=True, actor=self.u1, on=ON)
        returns.submit_return(self.project.pk, one.pk, actor=self.u2, on=ON)
        for office in (self.world.ch, self.world.cf):
            review_return(self.project.pk, one.pk, agreed=True, actor=office, on=ON)

    def assess(self):
        """F05 as its pages begin it and keep it, with the figures of the accepted reports."""
        client = self.signed_in(self.u1)
        client.post(self.at("assessments/new/"), {"what": "year-2026"})
        self.f05 = Assessment.objects.get(project=self.project)
        at = self.at(f"assessments/{self.f05.pk}/edit/")
        form = client.get(at).context["form"]
        sent = {name: form[name].value() or "" for name in form.fields} | {"goal_done": "培训任务完成"}
        sent |= {name: WHY for name in form.fields if name.endswith("-reason")}
        assert client.post(at, sent).status_code == 302

    def at(self, rest):
        return f"/projects/{self.project.pk}/{rest}"

    def told(self):
        """Page, text of the PDF, and answer of the API."""
        client, at = self.signed_in(self.u1), f"assessments/{self.f05.pk}/"
        page = client.get(self.at(at)).content.decode()
        return (
            page,
            words_of(client.get(self.at(f"{at}form.pdf"))),
            data_of(self.u1, f"projects/{self.project.pk}/{at}"),
        )


def words_of(answer):
    assert answer.headers["Content-Type"] == "application/pdf"
    read = pypdf.PdfReader(io.BytesIO(answer.content))
    return "".join("".join(page.extract_text().split()) for page in read.pages)


@pytest.fixture
def units(world, signed_in):
    """甲 and 乙 are accepted to the end of the year's build; 丙 left a figure out and cannot send the second report in."""
    made = {name: Unit(name, world, signed_in) for name in TYPED}
    for name, unit in made.items():
        first, second = (unit.report(cut_off, typed) for cut_off, typed in zip((Q1, Q2), TYPED[name], strict=True))
        unit.accept(first)
        if name != "丙":
            unit.accept(second)
        unit.assess()
    return made


def line(told, name):
    return next(row for row in told["rows"] if row["name"] == name)


def unit_side(told, name):
    side = line(told, name)["sides"][0]
    return side["shown"], side["actual"], side["score"]


def row_of(page, name):
    """What a row of the page says, without its marks."""
    row = next(part for part in page.split("<tr>") if part.strip().startswith(f'<th scope="row">{name}'))
    return "".join(re.sub("<[^>]*>", " ", row.split("</tr>")[0]).split())


@pytest.mark.parametrize(
    ("name", "target", "shown", "exact", "weight", "score"),
    [
        (FALLING, "≤5%", "6%", "6", "15", "12.00"),
        (ZERO, "=0起", "0", "0", "10", "10.00"),
        (RATE, "≥90%", "87.5%（350/400）", "350/400", "20", "19.44"),
    ],
)
def test_a_figure_of_a_unit_is_the_same_on_page_paper_and_api(units, name, target, shown, exact, weight, score):
    page, paper, api = units["甲"].told()

    assert unit_side(api, name) == (shown, exact, score)
    assert f"{target}{shown}" in row_of(page, name)
    assert f"{score}分" in row_of(page, name)
    assert f"{name}{target}{shown}{weight}{score}" in paper


def test_a_missing_value_is_missing_everywhere_and_never_zero(units):
    unit = units["丙"]
    second = unit.project.returns.get(cut_off=Q2)
    reading = f"projects/{unit.project.pk}/returns/{second.pk}/readings/"

    row = next(row for row in data_of(unit.u1, reading)["readings"] if row["name"] == COUNT)
    page, paper, api = unit.told()

    assert (row["this"]["value"], row["this"]["missing"]) == ("", 1)
    with pytest.raises(Refused, match="“开发课程”没有填写"):
        unit.accept(second)
    assert (unit_side(api, COUNT), api["unit_total"]) == (("", "", None), None)
    assert "≥12门—未填" in row_of(page, COUNT)
    assert f"{COUNT}≥12门—5—" in paper
    assert "总分100—" in paper


def test_the_region_says_the_same_on_page_paper_and_api(units, world, signed_in):
    client, at = signed_in(world.ph), "region/jilin_2025/results/2026/"

    page = client.get(f"/{at}").content.decode()
    paper = words_of(client.get(f"/{at}form.pdf"))
    api = data_of(world.ph, at)

    rate, falling, zero, count = (line(api, name)["year"] for name in (RATE, FALLING, ZERO, COUNT))
    assert (rate["shown"], rate["why"]) == ("86.52%", "分子合计 353 ÷ 分母合计 408")
    assert (falling["shown"], zero["shown"], zero["exact"], count["shown"]) == ("4.5%", "0起", "0", "24门")
    for told in (page, paper):
        assert all(cell["shown"] in told for cell in (rate, falling, zero, count))
        assert "3户中1户未报" in "".join(told.split())
        assert units["丙"].project.label in told
    assert (api["told"], count["missing"]) == ("3 户中 1 户未报", api["missing"])
    assert units["丙"].project.label in api["missing"][0]
