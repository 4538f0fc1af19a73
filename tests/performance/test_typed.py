"""Targets as people type them into a row: read where they say what the row says, asked where they do not."""

from decimal import Decimal

import pytest

from performance.checks import advise_baseline, check_baseline, exact
from performance.rules.scored import Goal, Reached, again, score_of
from performance.rules.typed import read_target, recognised
from performance.targets import Ambiguous, parse_day
from policy import loader
from policy.terms import Operator, Severity

EDITION = loader.edition("jilin_2025")
GE, LE = Operator.GE, Operator.LE


@pytest.mark.parametrize(
    ("text", "operator", "unit", "block", "kept"),
    [
        ("2000", GE, "人", "period", "2000"),
        ("不低于90%", GE, "%", "period", "90"),
        ("不低于９０％", GE, "%", "period", "90"),
        ("≥2000人次", GE, "人次", "2026", "2000"),
        ("≥2,000人次", GE, "人次", "2026", "2000"),
        ("2000人次", GE, "人次", "2026", "2000"),
        ("达到1/3以上", GE, "比例", "period", "1/3"),
        ("不超过3项", LE, "项", "period", "3"),
        ("12台", GE, "台（套）", "period", "12"),
        ("达成", Operator.QUALITATIVE, "", "period", "达成"),
        ("7月底前", LE, "日期", "2026", "2026-07-31"),
        ("2月底前", LE, "日期", "2028", "2028-02-29"),
        ("2026年7月底前", LE, "日期", "period", "2026-07-31"),
        ("6月30日前", LE, "日期", "2027", "2027-06-30"),
        ("不晚于2026年6月30日", LE, "日期", "period", "2026-06-30"),
        ("2026年底前", LE, "日期", "period", "2026-12-31"),
        ("年底前", LE, "日期", "2026", "2026-12-31"),
        ("2026-07-31", LE, "日期", "period", "2026-07-31"),
        ("２０２６－０７－３１", LE, "日期", "2026", "2026-07-31"),
        ("≥2000人次", GE, "人次/年", "2026", "2000"),
        ("２，０００", GE, "人次", "2026", "2000"),
        ("1850／2000", GE, "%", "2026", "1850/2000"),
        ("0.85%", LE, "%", "2026", "0.85%"),
        ("0", LE, "%", "2026", "0"),
        ("1", GE, "%", "2026", "1"),
        ("0.85", GE, "比例", "2026", "0.85"),
    ],
)
def test_words_that_say_what_the_row_says_are_read(text, operator, unit, block, kept):
    assert read_target(text, operator, unit, block) == kept


@pytest.mark.parametrize(
    ("text", "operator", "unit", "block", "asked"),
    [
        ("≤5", GE, "个", "period", "计算符号是 ≤，本行是 ≥"),
        ("超过2000人", GE, "人", "period", "计算符号是 >，本行是 ≥"),
        ("≥2000人次", GE, "人次/年", "period", "计量单位是“人次”，本行“人次/年”"),
        ("≥90%", GE, "", "period", "计量单位是“%”，本行未填"),
        ("九成以上", GE, "%", "period", "不是一个确定的数值"),
        ("2000-3000", GE, "人", "period", "不是一个确定的数值"),
        ("约100", GE, "人", "period", "不是一个确定的数值"),
        ("7月底前", LE, "日期", "period", "没有写明年份"),
        ("2027年7月底前", LE, "日期", "2026", "年份不是本栏的 2026 年"),
        ("2025-07-31", LE, "日期", "2026", "年份不是本栏的 2026 年"),
        ("0.85", GE, "%", "2026", "如为 85% 请填 85，确为 0.85% 的请写 0.85%"),
        ("０．９９", GE, "%", "period", "如为 99% 请填 99"),
        ("7月前", LE, "日期", "2026", "请写明日期"),
        ("6月31日前", LE, "日期", "2026", "不是存在的日期"),
        ("13月底前", LE, "日期", "2026", "不是存在的日期"),
        ("7月底前", GE, "个", "2026", "计量单位应为“日期”"),
        ("尽快", LE, "日期", "2026", "不是一个确定的日期"),
    ],
)
def test_what_contradicts_the_row_or_stays_open_is_asked(text, operator, unit, block, asked):
    said = read_target(text, operator, unit, block)

    assert isinstance(said, Ambiguous)
    assert (asked in said.message, text in said.message) == (True, True)


@pytest.mark.parametrize(
    ("value", "operator", "unit", "note"),
    [
        ("2000", GE, "人次", "已按 ≥2000 人次 识别"),
        ("90", GE, "%", "已按 ≥90 % 识别"),
        ("2026-07-31", LE, "日期", "已按 ≤2026-07-31 识别"),
    ],
)
def test_the_note_says_what_was_read(value, operator, unit, note):
    assert recognised(value, operator, unit) == note


def test_days_compare_as_figures_do():
    assert exact("2026-07-31", "日期") - exact("2026年7月1日", "日期") == 30


@pytest.mark.parametrize("text", ["7月底前", "2026-13-01", "2026-02-30", "", "31"])
def test_what_is_no_day_is_refused_in_words(text):
    with pytest.raises(ValueError, match="日期"):
        parse_day(text)


@pytest.mark.parametrize(
    ("baseline", "source", "lacking"),
    [("1200", "2025 年统计", []), ("", "", []), ("1200", " ", ["baseline_source"]), ("", "统计", ["baseline"])],
)
def test_a_baseline_and_its_source_go_together(baseline, source, lacking):
    found = list(check_baseline("培训人次", baseline, source))

    assert ([one.field for one in found], [one.blocks for one in found]) == (lacking, [True] * len(lacking))


def test_a_core_indicator_without_a_baseline_is_warned_of_and_not_stopped():
    assert advise_baseline("培训人次", True, "1200") is None
    assert advise_baseline("培训人次", False, "") is None
    assert advise_baseline("培训人次", True, "").severity == Severity.WARNING


@pytest.mark.parametrize(
    ("actual", "points", "reached", "words"),
    [
        ("2026-07-31", "6.00", True, "实际 2026-07-31，达到目标；得满分 6.00 分"),
        ("2026-08-01", "0.00", False, "实际 2026-08-01，未达到目标；得 0.00 分"),
    ],
    ids=["the last day", "one day late"],
)
def test_a_deadline_is_met_in_time_or_not_at_all(actual, points, reached, words):
    goal = Goal("设备到位", LE, "日期", "2026-07-31", Decimal(6))

    found = score_of(goal, Reached(actual=actual), EDITION)

    assert (str(found.score), found.met, again(found.inputs)) == (points, reached, found.score)
    assert found.why == f"目标 ≤2026-07-31，{words}"
