"""The other half of the province: projects that mostly go as they should, under both editions and of every track."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from lifecycle.demo import accepting, assessing, endings, people, spending, training
from lifecycle.demo.cast import (
    CITY,
    COUNTY,
    MACHINES,
    MIXED,
    OWNERS,
    RIVER,
    SCHOOLS,
    STATE,
    Stage,
    ago,
    base,
    studio,
)
from lifecycle.demo.papers import papers_of
from lifecycle.demo.story import Story, publicity
from lifecycle.operations import decisions, formal
from policy.calendar import add_months
from policy.terms import Track, UnitType
from projects.importing import AwardFacts

NOW, BEFORE = "jilin_2025", "demo_2022"
HEAT = ("锅炉操作工", "电工", "焊工", "制冷工", "机床装调维修工")
BUILDERS = ("砌筑工", "钢筋工", "混凝土工", "架子工", "焊工")
KITCHEN = ("中式烹调师", "中式面点师", "西式烹调师", "餐厅服务员", "茶艺师")
WIRES = ("信息通信网络运行管理员", "网络与信息安全管理员", "电子商务师", "物流服务师", "无人机驾驶员")
HEALTH = ("养老护理员", "保育师", "健康管理师", "家政服务员", "美发师")
DIRECT = ""  # recommended by nobody: the unit hangs under the province
FAIR = 72
PASSED = "建设条件全部符合，绩效目标达到，通过验收。"


def together(
    code: str, stories: Sequence[Story], on: date, *, reason: str, payload: Mapping[str, Any] | None = None
) -> None:
    """One joint decision over several projects, signed by both departments."""
    first = stories[0]
    decision = decisions.draft_decision(
        code, {one.pk: dict(payload or {}) for one in stories}, number=first.number(on), dated_on=on, reason=reason,
        uploads=papers_of(code), actor=first.cast["ph"], on=on,
    )  # fmt: skip
    first.sign(decision, on)
    for one in stories:
        one.fresh()


# 立项和目标
def drawn(stage: Stage, on: date) -> None:
    people.widen(stage.cast, ago(on, 1590))
    facts = studio("示例江市船舶工程有限公司", "示例丁焊接技能大师工作室", "示例丁", "焊工", RIVER)
    stage.register("chuanbo", facts, NOW, ago(on, 12))


def batch(stage: Stage, on: date) -> None:
    """Four awards in one document; each stands somewhere else on its way to the money."""
    facts: dict[str, AwardFacts] = {
        "jiangshi": base("示例江市技师学院", HEAT, RIVER, Track.EXISTING),
        "gonggong": base("示例省公共实训中心", WIRES, DIRECT, unit_type=UnitType.PUBLIC_BASE),
        "xianzhi": base("示例县职业教育中心", KITCHEN, COUNTY, unit_type=UnitType.VOCATIONAL),
        "dianli": studio("示例电力检修有限公司", "示例戊电气技能大师工作室", "示例戊", "电工", OWNERS),
    }
    stories = [stage.register(key, one, NOW, ago(on, 95)) for key, one in facts.items()]
    day = ago(on, 88)
    together("T01", stories, day, reason="经评审、公示无异议，报国家备案。", payload=publicity(day))
    river, direct, county, power = stories
    river.fill_targets(ago(on, 60))
    river.submit_targets(ago(on, 20))
    river.first_review(ago(on, 17))
    river.review(ago(on, 6), FAIR)
    for story, back in ((direct, 9), (county, 4)):
        story.fill_targets(ago(on, 40))
        story.submit_targets(ago(on, back))
    power.file_targets(ago(on, 62))
    power.issue(ago(on, 13), received=False)


# 建设
def young(stage: Stage, key: str, facts: AwardFacts, back: int, *, edition: str = NOW) -> Story:
    """In its build for `back` days, paying as it goes."""
    on = stage.on
    story = stage.built(key, facts, ago(on, back), edition=edition)
    spending.steadily(story, add_months(ago(on, back), 2), on, until=ago(on, 24))
    assessing.handed_in(story, on)
    return story


def river_base(stage: Stage, on: date) -> None:
    facts = base("示例江市高级技工学校", MACHINES, RIVER, Track.EXISTING)
    training.run(young(stage, "jianggao", facts, 290), on)


def plant(stage: Stage, on: date) -> None:
    facts = base("示例客车制造有限公司", MACHINES, OWNERS, unit_type=UnitType.ENTERPRISE)
    young(stage, "keche", facts, 215)


def direct_base(stage: Stage, on: date) -> None:
    facts = base("示例省交通技师学院", (*MIXED[2:], "车工", "物流服务师", "电子商务师"), DIRECT, Track.EXISTING)
    young(stage, "jiaotong", facts, 130)


def kitchen(stage: Stage, on: date) -> None:
    facts = studio(
        "示例省旅游职业学院", "示例己烹饪技能大师工作室", "示例己", "中式烹调师", SCHOOLS, UnitType.VOCATIONAL
    )
    young(stage, "lvyou", facts, 340)


def lacquer(stage: Stage, on: date) -> None:
    facts = studio("示例江市漆艺有限公司", "示例庚漆器技能大师工作室", "示例庚", "漆器制作工", RIVER)
    training.run(young(stage, "qiyi", facts, 255), on)


def lifts(stage: Stage, on: date) -> None:
    facts = studio(
        "示例电梯工程有限公司", "示例辛电梯技能大师工作室", "示例辛", "电梯安装维修工", STATE, track=Track.EXISTING
    )
    young(stage, "dianti", facts, 175)


def second_year(stage: Stage, on: date) -> None:
    facts = base("示例州城建职业学校", BUILDERS, STATE, unit_type=UnitType.VOCATIONAL)
    young(stage, "chengjian", facts, 480, edition=BEFORE)


def last_month(stage: Stage, on: date) -> None:
    """The end of its build is near, and nothing is late."""
    facts = studio("示例市美业有限公司", "示例壬美发技能大师工作室", "示例壬", "美发师")
    story = stage.built("meiye", facts, add_months(on + timedelta(days=28), -24))
    spending.steadily(story, add_months(on, -18), on)
    assessing.handed_in(story, on)


# 验收
def applied_together(stage: Stage, on: date) -> None:
    """Two studios of one batch: one panel, one notice, papers instead of a visit; the sheets are coming in."""
    first = studio("示例江市陶瓷有限公司", "示例癸陶瓷技能大师工作室", "示例癸", "陶瓷工艺品制作师", RIVER)
    second = studio("示例智能装备有限公司", "示例子机器人技能大师工作室", "示例子", "工业机器人系统操作员", OWNERS)
    stories = []
    for key, facts, back in (("taoci", first, 36), ("jiqiren", second, 33)):
        story = stage.built(key, facts, add_months(ago(on, back + 10), -24))
        spending.steadily(story, add_months(ago(on, back), -19), on)
        assessing.handed_in(story, ago(on, back))
        story.apply(ago(on, back))
        formal.accept_application(story.pk, actor=stage.cast["ph"], on=ago(on, 22))
        stories.append(story)
    accepting.form(stories[0], ago(on, 15), stories[1])
    accepting.hand_in(stories[0], ago(on, 12))
    accepting.hand_in(stories[1], ago(on, 12), all_but=1)


def just_applied(stage: Stage, on: date) -> None:
    facts = base("示例省水利技师学院", (*BUILDERS[:3], "电工", "装配钳工"), DIRECT)
    story = stage.built("shuili", facts, add_months(ago(on, 12), -24))
    spending.steadily(story, add_months(on, -20), on)
    assessing.handed_in(story, on)
    story.apply(ago(on, 4))


def passed_together(stage: Stage, on: date) -> None:
    """Two studios in one decision."""
    first = studio("示例矿山机械有限公司", "示例丑车工技能大师工作室", "示例丑", "车工", STATE)
    second = studio("示例市福康养老服务有限公司", "示例寅养老护理技能大师工作室", "示例寅", "养老护理员", CITY)
    stories = [
        stage.finished(key, facts, ago(on, back))
        for key, facts, back in (("kuangshan", first, 128), ("fukang", second, 124))
    ]
    together("T18", stories, ago(on, 84), reason=PASSED)


def passed(stage: Stage, on: date) -> None:
    """Existing base of an enterprise, a year after its acceptance: the yearly report is in."""
    facts = base("示例化工集团有限公司", HEAT, OWNERS, Track.EXISTING, UnitType.ENTERPRISE)
    story = stage.finished("huagong", facts, ago(on, 470))
    story.decide("T18", ago(on, 425), reason=PASSED)
    assessing.handed_in(story, on)
    endings.reported(story, ago(on, 16), to="checked")


def forgetful(stage: Stage, on: date) -> None:
    """Passed the year before last, and still owes the report of the year that is over."""
    story = stage.finished("fuwu", base("示例江市现代服务技工学校", HEALTH, RIVER), ago(on, 450))
    story.decide("T18", ago(on, 405), reason=PASSED)
    assessing.handed_in(story, on)


def to_be_served(stage: Stage, on: date) -> None:
    """The order is in force and waits to be served."""
    story = stage.finished("wangluo", base("示例州信息技术学校", WIRES, STATE, Track.EXISTING), ago(on, 46), a=("N5",))
    story.order(ago(on, 3), serve=False)


SCENES: tuple[Callable[[Stage, date], None], ...] = (
    drawn, batch, river_base, plant, direct_base, kitchen, lacquer, lifts, second_year, last_month, applied_together,
    just_applied, passed_together, passed, forgetful, to_be_served,
)  # fmt: skip
