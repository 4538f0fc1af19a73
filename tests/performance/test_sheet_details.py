"""基期值, typed targets, what free indicators choose, and drafts that save themselves."""

import pytest

from accounts.models import Entry
from performance import f02, operations
from performance.models import Indicator, Target
from performance.operations import RowInput
from performance.queries import advice_of, grid_of, problems_of, sheet_of, sheet_version
from policy.findings import Refused
from tests.performance.life import ON, drafted, filled
from tests.performance.test_views import typed, url

QUIET = {"HTTP_X_AUTOSAVE": "1"}


def own_row(**given):
    facts = {"level1": "产出指标", "level2": "时效指标", "name": "设备到位时间", "operator": "le", "unit": "日期"}
    return RowInput(**facts | {"values": {"period": "2027年7月底前", "2026": "7月底前"}} | given)


def save(project, world, *rows):
    return operations.save_sheet(project.pk, goals={}, rows=rows, actor=world.u1, on=ON)


def row(project, name):
    return next(line for line in grid_of(sheet_of(project)).lines if line.indicator.name == name)


def line_with(project, unit):
    return next(one for one in grid_of(sheet_of(project)).lines if one.indicator.unit == unit)


def test_a_baseline_is_kept_with_its_source_and_asked_for_together(world, project):
    filled(project, world)
    pk = line_with(project, "人次/年").indicator.pk

    found = save(project, world, RowInput(id=pk, baseline="1,200", baseline_source=""))

    assert [(one.code, one.field) for one in found] == [("baseline", f"i{pk}-baseline_source")]
    with pytest.raises(Refused):
        operations.submit_sheet(project.pk, actor=world.u2, on=ON)

    assert save(project, world, RowInput(id=pk, baseline_source="2025 年度统计报表")) == []
    kept = Indicator.objects.get(pk=pk)
    assert (kept.baseline, kept.baseline_source) == ("1,200", "2025 年度统计报表")
    assert pk not in {line.indicator.pk for line in grid_of(sheet_of(project)).lines if line.indicator.baseline == ""}


def test_core_indicators_without_a_baseline_are_advised_and_may_be_submitted(world, project):
    filled(project, world)
    grid = grid_of(sheet_of(project))

    advised = {one.field for one in advice_of(grid)}

    core = {f"i{one.indicator.pk}-baseline" for one in grid.lines if one.indicator.core}
    assert advised == core - {
        f"i{one.indicator.pk}-baseline" for one in grid.lines if one.indicator.operator == "qualitative"
    }
    assert (bool(advised), problems_of(grid, project)) == (True, [])


def test_typed_words_become_the_number_and_the_words_stay_beside_it(world, project, signed_in):
    drafted(project, world)
    pk = line_with(project, "%").indicator.pk
    save(project, world, RowInput(id=pk, values={"period": "不低于90%", "2026": "九成以上"}))

    kept = {one.block: (one.value, one.typed) for one in Target.objects.filter(indicator=pk)}
    page = signed_in(world.u1).get(url("sheet_edit", project)).content.decode()

    assert (kept["period"], kept["2026"]) == (("90", "不低于90%"), ("九成以上", ""))
    assert "“不低于90%”已按 ≥90 % 识别" in page
    assert f'href="#id_i{pk}-value-2026"' in page
    assert "“九成以上”不是一个确定的数值" in page

    save(project, world, RowInput(id=pk, values={"period": "90"}))  # the page sent back unchanged
    assert Target.objects.get(indicator=pk, block="period").typed == "不低于90%"
    save(project, world, RowInput(id=pk, values={"period": "95"}))
    assert Target.objects.get(indicator=pk, block="period").typed == ""


def test_a_deadline_is_a_day_of_its_block_and_is_asked_where_no_year_is_known(world, project):
    drafted(project, world)
    found = save(project, world, own_row(values={"period": "7月底前", "2026": "7月底前", "2027": "2027年3月底前"}))

    line = row(project, "设备到位时间")

    assert [target.value for target in line.cells] == ["7月底前", "2026-07-31", "2027-03-31"]
    assert [one.field for one in found if "没有写明年份" in one.message] == [f"i{line.indicator.pk}-value-period"]
    assert f02._value("le", "日期", line.targets["2026"]) == "≤2026-07-31"


def test_a_deadline_has_no_other_operator(world, project):
    drafted(project, world)

    found = save(project, world, own_row(operator="ge", values={"period": "2027-07-31"}))

    assert "date_operator" in [one.code for one in found]


def test_a_free_indicator_chooses_level_operator_unit_aggregation_frequency_and_evidence(world, project):
    drafted(project, world)
    save(project, world, own_row(aggregation="latest", frequency="final", evidence="assets"))

    made = row(project, "设备到位时间").indicator

    assert (made.level2, made.operator, made.unit) == ("时效指标", "le", "日期")
    assert (made.aggregation, made.frequency, made.evidence) == ("latest", "final", "assets")
    with pytest.raises(Refused) as refused:
        save(project, world, own_row(name="另一项", frequency="daily", evidence="none"))
    assert [one.code for one in refused.value.findings] == ["frequency", "evidence"]


# Saving by itself


def test_a_draft_saves_itself_and_tells_the_version_that_stands_now(world, project, signed_in):
    drafted(project, world)
    client, data = signed_in(world.u1), typed(project, goal__period="自动暂存的目标")

    said = client.post(url("sheet_edit", project), data, **QUIET).json()

    assert sheet_of(project).goals.get(block="period").text == "自动暂存的目标"
    assert said["seen"] == sheet_version(grid_of(sheet_of(project)))
    assert "自动暂存" in said["text"]
    again = client.post(url("sheet_edit", project), data | {"seen": said["seen"], "goal-2026": "再写"}, **QUIET)
    assert (again.status_code, sheet_of(project).goals.get(block="2026").text) == (200, "再写")
    assert Entry.objects.filter(verb="暂存绩效目标").count() == 2


def test_saving_by_itself_never_writes_over_newer_work(world, project, signed_in):
    drafted(project, world)
    client, mine = signed_in(world.u1), typed(project, goal__period="我写的")
    operations.save_sheet(project.pk, goals={"period": "同事写的"}, rows=[], actor=world.u2, on=ON)

    answer = client.post(url("sheet_edit", project), mine, **QUIET)

    assert (answer.status_code, answer.json()["again"]) == (409, False)
    assert "内容刚被他人修改" in answer.json()["text"]
    assert sheet_of(project).goals.get(block="period").text == "同事写的"


def test_saving_by_itself_adds_and_removes_no_rows(world, project, signed_in):
    drafted(project, world)
    free = next(line.indicator for line in grid_of(sheet_of(project)).lines if not line.indicator.core)
    before = sheet_of(project).indicators.count()
    data = typed(project, **{"new__name": "还没写完的指标", f"i{free.pk}__remove": "on"})

    answer = signed_in(world.u1).post(url("sheet_edit", project), data, **QUIET)

    assert (answer.status_code, sheet_of(project).indicators.count()) == (200, before)
    assert Indicator.objects.filter(pk=free.pk).exists()


def test_what_has_the_wrong_form_is_told_and_not_saved_by_itself(world, project, signed_in):
    drafted(project, world)

    answer = signed_in(world.u1).post(url("sheet_edit", project), typed(project, fiscal__period="七百万"), **QUIET)

    assert (answer.status_code, answer.json()["again"]) == (422, True)


def test_the_grid_adds_up_by_level_and_block(world, project, signed_in):
    drafted(project, world)

    page = signed_in(world.u1).get(url("sheet_edit", project)).content.decode()

    assert 'data-sum-of="level-0-period" data-sum-target="50" data-sum-unit="分"' in page
    assert 'data-sum-of="level-0-0-2026"' in page
    assert 'data-sum-group="weight-period level-0-period level-0-0-period"' in page
