from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from policy import loader
from policy.edition import EditionError
from policy.terms import Grade, Kind, Light, Operator, Rank, Sector, Severity, Track, UnitType

FOLDER = Path(loader.__file__).parent / "editions"
SOURCE = (FOLDER / "jilin_2025.toml").read_text("utf-8")
CODES = ["demo_2022", "jilin_2025"]


@pytest.fixture(params=CODES)
def edition(request):
    return loader.edition(request.param)


@pytest.fixture
def jilin():
    return loader.edition("jilin_2025")


@pytest.fixture
def configured(tmp_path):
    yield tmp_path
    loader.configure([FOLDER])


def changed(folder, old, new, count=1):
    """The Jilin edition with one thing in it changed."""
    assert old in SOURCE
    path = folder / "jilin_2025.toml"
    path.write_text(SOURCE.replace(old, new, count), "utf-8")
    return path


def test_every_shipped_edition_loads():
    assert sorted(loader.editions(FOLDER)) == CODES


def test_only_the_demo_edition_is_a_sample():
    assert {code: found.sample for code, found in loader.editions(FOLDER).items()} == {
        "demo_2022": True,
        "jilin_2025": False,
    }
    assert loader.edition("demo_2022").province == "示例省"


@pytest.mark.parametrize(
    ("kind", "sector", "track", "yuan"),
    [
        (Kind.BASE, Sector.MANUFACTURING, Track.NEW, 7_000_000),
        (Kind.BASE, Sector.MANUFACTURING, Track.EXISTING, 6_000_000),
        (Kind.BASE, Sector.SERVICES, Track.NEW, 4_000_000),
        (Kind.BASE, Sector.SERVICES, Track.EXISTING, 3_000_000),
        (Kind.STUDIO, Sector.MANUFACTURING, Track.NEW, 300_000),
        (Kind.STUDIO, Sector.MANUFACTURING, Track.EXISTING, 300_000),
        (Kind.STUDIO, Sector.SERVICES, Track.NEW, 200_000),
        (Kind.STUDIO, Sector.SERVICES, Track.EXISTING, 200_000),
    ],
)
def test_grants_are_those_of_the_notice(jilin, kind, sector, track, yuan):
    assert jilin.grant(kind, sector, track) == Decimal(yuan)
    assert len(jilin.grants) == 6


def test_categories_are_those_of_the_notice(edition):
    base = [category.code for category in edition.categories_for(Kind.BASE)]
    studio = [category.code for category in edition.categories_for(Kind.STUDIO)]

    assert base == ["equipment", "facilities", "instructors", "courses", "activities", "other"]
    assert studio == ["materials", "exchange", "other"]
    assert [category.code for category in edition.categories if category.needs_approval] == ["other"]
    assert edition.category("equipment").name == "购置技能研修实训设备"


@pytest.mark.parametrize(
    ("kind", "track", "unit_type", "count"),
    [
        (Kind.BASE, Track.NEW, UnitType.ENTERPRISE, 15),
        (Kind.BASE, Track.NEW, UnitType.TECHNICAL, 14),
        (Kind.BASE, Track.NEW, UnitType.PUBLIC_BASE, 13),
        (Kind.BASE, Track.EXISTING, UnitType.ENTERPRISE, 22),
        (Kind.BASE, Track.EXISTING, UnitType.VOCATIONAL, 22),
        (Kind.BASE, Track.EXISTING, UnitType.PUBLIC_BASE, 20),
        (Kind.STUDIO, Track.NEW, UnitType.ENTERPRISE, 7),
    ],
)
def test_conditions_that_apply(edition, kind, track, unit_type, count):
    assert len(edition.conditions_for(kind, track, unit_type)) == count


def test_the_31_conditions_all_stand_in_the_notice_and_block(edition):
    assert len(edition.conditions) == 31
    assert {(c.basis.rank, c.basis.blocks) for c in edition.conditions} == {(Rank.NOTICE, True)}
    assert {c.code for c in edition.conditions if c.window} == {"E4a", "E4b", "E5a", "E5b"}


def test_a_public_base_has_no_head_count_condition(edition):
    found = {c.code for c in edition.conditions_for(Kind.BASE, Track.EXISTING, UnitType.PUBLIC_BASE)}

    assert found & {"N2c", "N2d", "E4c", "N9"} == set()


def test_an_existing_base_must_meet_the_conditions_of_a_new_one(edition):
    new = {c.code for c in edition.conditions_for(Kind.BASE, Track.NEW, UnitType.VOCATIONAL)}

    assert new < {c.code for c in edition.conditions_for(Kind.BASE, Track.EXISTING, UnitType.VOCATIONAL)}


def test_indicator_templates(edition):
    by_code = {template.code: template for template in edition.indicators}

    assert (len(edition.indicators_for(Kind.BASE)), len(edition.indicators_for(Kind.STUDIO))) == (23, 15)
    assert dict(by_code["B01"].targets) == {Track.NEW: "2000", Track.EXISTING: "3000"}
    assert dict(by_code["B02"].targets) == {Track.NEW: "", Track.EXISTING: "1000"}
    assert (by_code["B10"].operator, by_code["B10"].targets[Track.NEW]) == (Operator.LE, "1/3")
    assert all(template.basis.rank == Rank.NOTICE for template in edition.indicators if template.core)


def test_weights_make_one_hundred(edition):
    assert {level.level1: level.weight for level in edition.level_weights} == {
        "产出指标": 50,
        "效益指标": 30,
        "满意度指标": 10,
    }
    assert edition.number("execution_weight") == 10


def test_review_points_are_sixteen_and_make_one_hundred(edition):
    parts = {}
    for point in edition.review_points:
        parts[point.part] = parts.get(point.part, 0) + point.points

    assert len(edition.review_points) == 16
    assert parts == {"完整性审核": 20, "相关性审核": 30, "适当性审核": 30, "可行性审核": 20}


@pytest.mark.parametrize(
    ("key", "value", "rank", "blocks"),
    [
        ("build_months", 24, Rank.NOTICE, True),
        ("rectify_months", 12, Rank.NOTICE, True),
        ("category_more_than", 3, Rank.NOTICE, True),
        ("weight_total", 100, Rank.LAW, True),
        ("start_rule", "fund_issue", Rank.DEFAULT, False),
        ("extension_months", 12, Rank.DEFAULT, False),
        ("experts_min", 5, Rank.DEFAULT, False),
        ("warn_share", Decimal("0.80"), Rank.DEFAULT, False),
        ("pass_grade", "fair", Rank.DEFAULT, True),
    ],
)
def test_limits_carry_value_rank_and_whether_they_block(jilin, key, value, rank, blocks):
    limit = jilin.limit(key)

    assert (limit.value, limit.basis.rank, limit.basis.blocks) == (value, rank, blocks)


def test_practice_is_told_from_law_and_is_all_default(edition):
    practice = [limit for limit in edition.limits.values() if limit.practice]

    assert {limit.basis.rank for limit in practice} == {Rank.DEFAULT}
    assert not edition.limits["build_months"].practice
    assert edition.limits["extension_months"].practice


def test_limits_are_read_by_type(jilin):
    assert jilin.number("build_months") == 24
    assert jilin.ratio("warn_share") == Decimal("0.80")
    assert jilin.word("start_rule") == "fund_issue"
    assert jilin.days("remind_rectify") == (60, 30, 7, 0)
    assert jilin.limit("carry_over_years").basis.severity == Severity.WARNING
    for read, key in [(jilin.number, "warn_share"), (jilin.ratio, "build_months"), (jilin.word, "build_months")]:
        with pytest.raises(EditionError, match=key):
            read(key)
    with pytest.raises(EditionError, match="nothing"):
        jilin.limit("nothing")


@pytest.mark.parametrize(
    ("total", "grade"), [("90", Grade.EXCELLENT), ("89.99", Grade.GOOD), ("60", Grade.FAIR), ("59.99", Grade.POOR)]
)
def test_grade_of(jilin, total, grade):
    assert jilin.grade_of(Decimal(total)) == grade


@pytest.mark.parametrize(
    ("ratio", "light"),
    [
        (None, Light.UNDEFINED),
        (Decimal("-0.1"), Light.RED),
        (Decimal("0.5999"), Light.RED),
        (Decimal("0.6"), Light.YELLOW),
        (Fraction(4, 5), Light.GREEN),
        (Fraction(41999, 35000), Light.GREEN),
        (Decimal("1.2"), Light.BLUE),
    ],
)
def test_light_of(jilin, ratio, light):
    assert jilin.light_of(ratio) == light


def test_what_an_edition_does_not_hold_is_an_error(jilin):
    with pytest.raises(EditionError, match="cars"):
        jilin.category("cars")
    with pytest.raises(EditionError, match="nowhere"):
        loader.edition("nowhere")


def test_an_edition_is_read_once():
    assert loader.edition("jilin_2025") is loader.edition("jilin_2025")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('province = "吉林省"', 'province = "吉林省"\nflag = "x"', r"jilin_2025\.toml \[文件\] flag：多余的键"),
        ('province = "吉林省"\n', "", r"jilin_2025\.toml \[文件\] province：缺少"),
        ('code = "jilin_2025"', 'code = "hainan_2025"', r"\[文件\] code：不认识"),
        ("issued_on = 2025-06-30", 'issued_on = "2025-06-30"', r"\[文件\] issued_on：类型不对"),
        ("issued_on = 2025-06-30", "issued_on = 2025-06-30T08:00:00", r"\[文件\] issued_on：应为日期"),
        ("sample = false", "sample = 0", r"\[文件\] sample：类型不对"),
        ("yuan = 7000000", "yuan = 7000000.0", r"\[grants 第1行\] yuan：类型不对"),
        ("yuan = 7000000", "yuan = true", r"\[grants 第1行\] yuan：类型不对"),
        ("yuan = 7000000", "yuan = 0", r"\[grants 第1行\] yuan：应大于 0"),
        ('track = "existing", yuan = 6', 'track = "new", yuan = 6', r"\[grants 第2行\] code：重复"),
        ('code = "N1b"', 'code = "N1a"', r"\[conditions 第2行\] code：重复：N1a"),
        ('threshold = "1/3"', 'threshold = "0.33"', r"\[conditions 第10行\] threshold"),
        ('code = "B02"', 'code = "B01"', r"\[indicators 第2行\] code：重复：B01"),
        ('target_new = "2000"', 'target_new = "两千"', r"\[indicators 第1行\] target_new"),
        ('weight = "6"', 'weight = "7"', r"\[文件\] indicators：.*产出指标权重合计"),
        ('weight = "50"', 'weight = "5E1"', r"\[level_weights 第1行\] weight"),
        ('weight = "50"', 'weight = "49"', r"\[文件\] level_weights"),
        ('rank = "notice"', 'rank = "rumour"', r"\[grants 第1行\] rank：不认识“rumour”"),
        ('grade = "poor", at_least = "0"', 'grade = "poor", at_least = "1"', r"\[文件\] grades"),
        ('code = "equipment"', 'code = "equipment"\ncolour = "red"', r"\[categories 第1行\] colour：多余的键"),
        ('code = "facilities"', 'code = "equipment"', r"\[categories 第2行\] code：重复：equipment"),
        ('kinds = ["base"]', 'kinds = ["base", "base"]', r"\[categories 第1行\] kinds"),
        ('kinds = ["base"]', "kinds = [{}]", r"\[categories 第1行\] kinds"),
        ("value = 24,", 'value = 24, ratio = "0.5",', r"\[limits\.build_months\] value/ratio/word"),
        ("value = 24,", "value = -1,", r"\[limits\.build_months\] value：不能为负"),
        ('ratio = "0.80"', 'ratio = "NaN"', r"\[practice\.warn_share\] ratio"),
        ('ratio = "0.80"', "ratio = 0.80", r"\[practice\.warn_share\] ratio：类型不对"),
        ("extension_months =", "build_months =", r"limits 与 practice 重复"),
        ("extension_months =", "extension_month =", r"extension_months：limits/practice 中缺少"),
        ('word = "fund_issue"', 'word = "someday"', r"start_rule：不认识"),
        ('word = "90,30,0"', 'word = "90、30"', r"remind_build_end"),
        ("sample = false", "sample = ", r"jilin_2025\.toml："),
    ],
)
def test_a_wrong_edition_is_refused_by_file_table_and_key(tmp_path, old, new, says):
    path = changed(tmp_path, old, new)

    with pytest.raises(EditionError, match=says):
        loader.load(path)


def test_a_missing_file_or_folder_is_an_edition_error(tmp_path):
    with pytest.raises(EditionError, match="none"):
        loader.load(tmp_path / "none.toml")
    with pytest.raises(EditionError, match="none"):
        loader.editions(tmp_path / "none")


def test_configured_folders_are_read_together_and_one_code_stands_once(configured):
    path = configured / "hunan_2026.toml"
    path.write_text(SOURCE.replace('code = "jilin_2025"', 'code = "hunan_2026"'), "utf-8")

    loader.configure([FOLDER, configured])
    assert sorted(loader.configured()) == [*CODES[:1], "hunan_2026", "jilin_2025"]

    loader.configure([FOLDER, FOLDER])
    with pytest.raises(EditionError, match="重复"):
        loader.edition("jilin_2025")
