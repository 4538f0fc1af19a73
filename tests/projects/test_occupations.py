import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import occupations
from projects.occupations import Match, clean, match, split, suggest

TURNER = Match("6-18-01-01", "车工", "细类", 6)
CARVER = Match("6-09-03-01", "工艺品雕刻工", "细类", 6)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("车工、铣工，焊工", ["车工", "铣工", "焊工"]),
        ("车工,铣工;焊工；电工\n钳工", ["车工", "铣工", "焊工", "电工", "钳工"]),
        ("数控车工（车工、铣工）、焊工", ["数控车工（车工、铣工）", "焊工"]),
        ("车工 铣工　焊工", ["车工", "铣工", "焊工"]),
        ("铁路车辆制修工 S、涂装工", ["铁路车辆制修工 S", "涂装工"]),
        ("铁路车辆制修工S/L；车工/铣工", ["铁路车辆制修工S/L", "车工", "铣工"]),
        ("采矿、建筑专用设备制造人员、车工", ["采矿、建筑专用设备制造人员", "车工"]),
        ("1.车工 2.铣工", ["1.车工", "2.铣工"]),
        ("1、车工、2、铣工", ["车工", "铣工"]),
        ("某某 操作工", ["某某 操作工"]),
        ("车工、、铣工。", ["车工", "铣工"]),
        ("", []),
    ],
)
def test_a_list_is_cut_where_people_mean_it(text, names):
    assert split(text) == names


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("车工", "6-18-01-01"),
        (" 车 工 ", "6-18-01-01"),
        ("机械冷加工人员", "6-18-01"),
        ("铁路、船舶、航空设备制造人员", "6-23"),
        ("铁路车辆制修工 S", "6-23-01-02"),
        ("工业机器人系统操作员S", "6-31-07-03"),
        ("铁路车辆制修工（S/L）", "6-23-01-02"),
        ("数控车工（车工）", "6-18-01-01"),
        ("车工（数控）", "6-18-01-01"),
        ("剪纸（工艺品雕刻工）", "6-09-03-01"),
        ("剪纸(工艺品雕刻工)S", "6-09-03-01"),
        ("6-18-01-01", "6-18-01-01"),
        ("６－１８－０１－０１", "6-18-01-01"),
        ("6-18-01", "6-18-01"),
        ("车工（6-18-01-01）", "6-18-01-01"),
        ("6-18-01-01车工", "6-18-01-01"),
        ("1.车工", "6-18-01-01"),
        ("①车工", "6-18-01-01"),
        ("作物种子（苗）繁育生产人员", "5-01-01"),
        ("汽车维修工", "4-12-01-01"),
    ],
)
def test_a_name_or_code_is_found_at_any_level(name, code):
    found = match(name)

    assert found is not None
    assert (found.code, found.major) == (code, int(code[0]))


@pytest.mark.parametrize(
    "name",
    [
        "钳工",
        "育婴员",
        "轨道列车司机",
        "焊工等",
        "6-99-99-99",
        "车工（4-12-01-01）",
        "16-18-01-01",
        "",
        "（）",
        "车工铣工",
        "数控车工",
    ],
)
def test_what_is_not_in_the_dictionary_is_not_guessed(name):
    assert match(name) is None


def test_the_digit_decides_surprises_too():
    assert [match(name).major for name in ("汽车维修工", "无人机驾驶员", "工艺品雕刻工", "农艺工")] == [4, 4, 6, 5]


def test_suggestions_are_names_of_the_dictionary():
    assert suggest("轨道列车司机") == ("轨道交通列车司机",)
    assert "装配钳工" in suggest("钳工")
    assert suggest("") == suggest("无此职业" * 20) == ()


def test_every_entry_finds_itself_at_every_level():
    by_name, by_code = occupations._dictionary()

    assert all(match(found.name) == found == match(found.code) for found in by_name.values())
    assert all(
        split(f"{found.name}、车工") == [found.name, "车工"] for found in by_name.values() if found.name != "车工"
    )
    assert sum(found.level == "细类" for found in by_code.values()) == 1089
    assert (match("车工"), match("剪纸（工艺品雕刻工）")) == (TURNER, CARVER)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    for name in split(text):
        match(name)
        suggest(name)
    assert clean(clean(text)) is not None
