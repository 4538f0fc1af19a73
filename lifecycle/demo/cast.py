"""Invented projects: one for every stage, and more for the clocks that run and the ends that come."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from lifecycle.demo import accepting, adjusting, assessing, endings, money, oversight, spending, training
from lifecycle.demo.people import Cast, staff
from lifecycle.demo.story import Story
from lifecycle.operations import build, decisions, revocation
from policy.calendar import add_months
from policy.terms import Kind, Track, UnitType
from policy.terms import Stage as Stages
from projects.importing import AwardFacts
from projects.models import Project
from projects.operations import register_project

CITY, STATE, SCHOOLS = "示例市人力资源和社会保障局", "示例州人力资源和社会保障局", "示例省教育厅"
RIVER, COUNTY, OWNERS = "示例江市人力资源和社会保障局", "示例县人力资源和社会保障局", "示例省国资委"
# First-review offices' people by recommender; whoever is named by another is reviewed by the province alone.
OFFICES = {CITY: ("ch", "cf"), STATE: ("ch2", "cf2"), RIVER: ("ch3", "cf3"), COUNTY: ("ch4", "cf4")}
MACHINES = ("车工", "铣工", "焊工", "电工", "模具工")
CARE = ("养老护理员", "保育师", "健康照护师", "家政服务员", "美容师")
MIXED = ("车工", "焊工", "电工", "汽车维修工", "无人机驾驶员")


def ago(on: date, days: int) -> date:
    return on - timedelta(days=days)


def base(
    unit: str,
    occupations: tuple[str, ...],
    recommender: str = CITY,
    track: Track = Track.NEW,
    unit_type: UnitType = UnitType.TECHNICAL,
) -> AwardFacts:
    size = sum(map(ord, unit)) % 90
    declared = {"students": 2300 + size * 31, "teachers": 128 + size * 2, "part_time_teachers": 19 + size // 4}
    return AwardFacts(
        kind=Kind.BASE, unit_name=unit, unit_type=unit_type, track=track, occupations=occupations,
        recommender=recommender, contact="联系人甲", phone="0430-00000001",
        declared={"training_area_m2": str(6400 + size * 110)} | {key: str(value) for key, value in declared.items()},
    )  # fmt: skip


def studio(
    unit: str, name: str, leader: str, occupation: str, recommender: str = CITY,
    unit_type: UnitType = UnitType.ENTERPRISE, track: Track = Track.NEW,
) -> AwardFacts:  # fmt: skip
    return AwardFacts(
        kind=Kind.STUDIO, unit_name=unit, unit_type=unit_type, track=track, occupations=(occupation,),
        studio_name=name, leader_name=leader, leader_birth="1974-03", recommender=recommender, contact="联系人乙",
        phone="0430-00000002", declared={"skill_level": "高级技师"},
    )  # fmt: skip


class Stage:
    """Registers projects and awards them; every later act is the story's."""

    def __init__(self, cast: Cast, on: date) -> None:
        self.cast, self.on = cast, on
        self.stories: list[Story] = []

    def register(self, key: str, facts: AwardFacts, edition: str, on: date) -> Story:
        project, _ = register_project(facts, edition_code=edition, actor=self.cast["ph"], on=on)
        project = Project.objects.select_related("organisation__node").get(pk=project.pk)
        staff(self.cast, key, project.organisation, on=on)
        people = OFFICES.get(facts.recommender, ("", ""))
        story = Story(self.cast, project, key, *people, shares=spending.shares(facts.kind, project.pk))
        self.stories.append(story)
        return story

    def awarded(self, key: str, facts: AwardFacts, edition: str, on: date) -> Story:
        story = self.register(key, facts, edition, ago(on, 5))
        story.decide("T01", on, reason="经评审、公示无异议，报国家备案。")
        return story

    def built(
        self, key: str, facts: AwardFacts, start: date, *, claims: bool = False, edition: str = "demo_2022"
    ) -> Story:
        """Awarded 60 days before the build period starts, targets filed for every year it touches.

        `claims`: the unit is paid against its bills (报账).
        """
        story = self.awarded(key, facts, edition, ago(start, 60))
        end = add_months(start, story.project.edition.number("build_months"))
        story.file_targets(ago(start, 45), years=range(start.year, end.year + 1))
        if claims:
            oversight.claims(story, ago(start, 2))
        story.start(start)
        return story

    def finished(
        self, key: str, facts: AwardFacts, applied: date, *, left: int = 0, **failing: tuple[str, ...]
    ) -> Story:
        """Built, spent but for `left` percent, self-evaluated, applied for acceptance and judged at both gates."""
        story = self.built(key, facts, add_months(ago(applied, 10), -24))
        spending.steadily(story, add_months(applied, -20), self.on, left=left)
        assessing.handed_in(story, applied)
        story.apply(applied)
        story.gate_a(applied + timedelta(days=20), failing=failing.get("a", ()))
        story.gate_b(applied + timedelta(days=21), failing=failing.get("b", ()))
        return story


def undecided(stage: Stage, on: date) -> None:
    stage.register("gongxun", base("示例市公共实训基地", MIXED), "jilin_2025", ago(on, 20))


def awarded(stage: Stage, on: date) -> None:
    story = stage.awarded("beichen", base("示例市北辰技师学院", MACHINES), "jilin_2025", ago(on, 40))
    story.fill_targets(ago(on, 12))


def mending(stage: Stage, on: date) -> None:
    story = stage.awarded("minzu", base("示例州民族技工学校", CARE, STATE), "jilin_2025", ago(on, 60))
    story.fill_targets(ago(on, 40))
    story.submit_targets(ago(on, 38))
    story.first_review(ago(on, 34))
    adjusting.remarked(story, ago(on, 25))


def filed(stage: Stage, on: date) -> None:
    story = stage.awarded("kangning", base("示例市康宁职业技术学院", CARE, SCHOOLS), "jilin_2025", ago(on, 90))
    story.file_targets(ago(on, 70))
    waiting = Project.objects.filter(stage__in=[Stages.AWARDED, Stages.TARGET_REVIEW]).values_list("pk", flat=True)
    story.issue(ago(on, 8), signed=False, held_out=list(waiting))


def building(stage: Stage, on: date) -> None:
    """The money of this one has every state there is."""
    story = stage.awarded("qigong", base("示例市汽车工业技师学院", MACHINES), "jilin_2025", ago(on, 320))
    story.file_targets(ago(on, 300))
    story.issue(ago(on, 280), received=False)
    money.money_in(money.Purse(story, on))
    more, plan = money.budget_of(story, ago(on, 280))
    story.budget(ago(on, 272), more=more, plan=plan)
    build.start_building(story.pk, actor=stage.cast["ph"], on=ago(on, 265))
    story.fresh()
    training.run(story, on)
    adjusting.adjusted(story, ago(on, 120))
    purse = money.fill(story, on)
    oversight.look(purse)
    oversight.declined_hold(story, ago(on, 170))


def ending(stage: Stage, on: date) -> None:
    facts = studio("示例重型机械有限公司", "示例甲焊接技能大师工作室", "示例甲", "焊工")
    story = stage.built("zhongxing", facts, add_months(on + timedelta(days=25), -24), claims=True)
    story.spend(add_months(on, -18), parts=2)
    training.run(story, on)
    oversight.hold(story, ago(on, 260), by="cf", number="示例市财函〔7〕号", reason="项目辅助账未单独设置。")
    oversight.lift(story, ago(on, 235), reason="辅助账已单独设置，经核查属实。")
    build.request_extension(story.pk, months=6, reason="进口设备交货推迟", actor=story.u2, on=ago(on, 6))
    assessing.handed_in(story, ago(on, 390))
    assessing.begun(story, ago(on, 5))
    accepting.tried(story, ago(on, 4))
    waiting = story.draft("T14", ago(on, 3), reason="交货推迟有合同和海关单据佐证。", months=6)
    decisions.sign_decision(waiting.pk, actor=stage.cast["phl"], on=ago(on, 2))


def overdue(stage: Stage, on: date) -> None:
    facts = studio("示例州刺绣有限公司", "示例乙刺绣技能大师工作室", "示例乙", "工艺品雕刻工", STATE)
    story = stage.built("cixiu", facts, add_months(ago(on, 75), -24))
    story.spend(add_months(on, -20), parts=2)
    training.run(story, on)
    reason = "建设期届满仍未申请验收，支出凭证待核查。"
    oversight.hold(story, ago(on, 40), by="cf2", number="示例州财函〔12〕号", reason=reason)


def in_acceptance(stage: Stage, on: date) -> None:
    facts = base("示例市机电工程学校", MACHINES)
    story = stage.built("jidian", facts, add_months(ago(on, 40), -24))
    oversight.carried_over(story, 2)
    spending.steadily(story, add_months(on, -20), on)
    assessing.handed_in(story, ago(on, 30))
    oversight.replied_audit(story, on)
    story.apply(ago(on, 30))
    story.panel(ago(on, 12), sheets=False)
    accepting.hand_in(story, ago(on, 11), all_but=2)
    story.gate_a(ago(on, 10), sheets=False)
    story.gate_b(ago(on, 9), confirm=False)


def accepted(stage: Stage, on: date) -> None:
    story = stage.finished("lvzhou", base("示例市绿洲技师学院", CARE), ago(on, 200), left=4)
    story.decide("T18", ago(on, 150), reason="建设条件全部符合，绩效目标达到，通过验收。")
    oversight.settled_after_acceptance(story, ago(on, 32))
    assessing.decided(story, ago(on, 120))
    endings.suspected(story, ago(on, 10))


def rectifying(stage: Stage, on: date) -> None:
    story = stage.finished("dongfeng", base("示例市东风职业学校", MACHINES), ago(on, 200), a=("N2a", "N4b"))
    story.order(ago(on, 150), term=6)
    assessing.in_check(story, ago(on, 20))


def rectifying_overdue(stage: Stage, on: date) -> None:
    story = stage.finished("nanhu", base("示例州南湖技工学校", CARE, STATE), ago(on, 500), left=2, b=("B01",))
    story.order(ago(on, 400), served_on=ago(on, 380))


def rechecking(stage: Stage, on: date) -> None:
    story = stage.finished("xinhua", base("示例市新华技师学院", MACHINES), ago(on, 420), a=("N6",))
    story.order(ago(on, 350), term=12)
    story.report(ago(on, 12))


def notice(stage: Stage, on: date) -> None:
    story = stage.finished("yongan", base("示例市永安技工学校", MACHINES), ago(on, 560), a=("N2a",), b=("B01",))
    story.order(ago(on, 470), served_on=ago(on, 460))
    story.report(ago(on, 110))
    story.recheck(ago(on, 85), passed=False)
    story.notice(ago(on, 6))


def revoked(stage: Stage, on: date) -> None:
    story = stage.finished("hexing", base("示例州和兴职业学校", MACHINES, STATE), ago(on, 640), left=4, a=("N2a",))
    story.order(ago(on, 560), served_on=ago(on, 550))
    story.notice(ago(on, 150))
    endings.heard(story, ago(on, 145))
    story.decide("ruling", ago(on, 120), reason="施工影响发生在整改期限届满之后，理由不成立。", points=endings.POINTS)
    story.revoke(ago(on, 50))
    endings.followed_up(story, ago(on, 40))
    story.prepare_settlement(ago(on, 30))


def settled(stage: Stage, on: date) -> None:
    story = stage.finished("changle", base("示例市长乐技工学校", CARE), ago(on, 700), left=3, a=("N3b",))
    story.order(ago(on, 620), served_on=ago(on, 610))
    story.notice(ago(on, 210))
    story.revoke(ago(on, 170))
    story.prepare_settlement(ago(on, 130))
    revocation.approve_settlement(story.pk, actor=stage.cast["pfl"], on=ago(on, 120))
    story.repay(Decimal(20_000), ago(on, 100))
    story.repay(story.project.claw_backs.latest("pk").left, ago(on, 96))


def terminated(stage: Stage, on: date) -> None:
    facts = studio("示例市陶艺有限公司", "示例丙陶艺技能大师工作室", "示例丙", "工艺品雕刻工")
    story = stage.built("taoyi", facts, ago(on, 500))
    build.request_termination(story.pk, reason="单位转产，主动放弃项目", actor=story.u2, on=ago(on, 200))
    story.prepare_settlement(ago(on, 180), terminating=True)
    revocation.approve_settlement(story.pk, actor=stage.cast["pfl"], on=ago(on, 175))
    story.repay(story.project.claw_backs.latest("pk").left, ago(on, 165))
    story.decide("T30", ago(on, 160), reason="单位主动放弃，资金已清算。")


def graded(stage: Stage, on: date) -> None:
    """通过验收 two years ago: one year graded, the next checked by the city and waiting for its grade."""
    story = stage.finished("qinghe", base("示例市清河技师学院", MACHINES), ago(on, 790))
    story.decide("T18", ago(on, 730), reason="建设条件全部符合，绩效目标达到，通过验收。")
    endings.reported(story, date(on.year - 1, 3, 12), grade="优秀")
    endings.reported(story, ago(on, 20), to="checked")


def failed_grade(stage: Stage, on: date) -> None:
    """A failing grade and the order on it."""
    story = stage.finished("shanqian", base("示例州山前职业学校", CARE, STATE), ago(on, 785))
    story.decide("T18", ago(on, 725), reason="建设条件全部符合，绩效目标达到，通过验收。")
    endings.reported(story, date(on.year - 1, 3, 12), grade="不合格")
    endings.ordered_after_grade(story, ago(on, 30))


def false_found(stage: Stage, on: date) -> None:
    story = stage.built("jinze", base("示例市金泽技工学校", CARE), ago(on, 260))
    endings.found_false(story, ago(on, 5))


SCENES: tuple[Callable[[Stage, date], None], ...] = (
    undecided, awarded, mending, filed, building, ending, overdue, in_acceptance, accepted, rectifying,
    rectifying_overdue, rechecking, notice, revoked, settled, terminated,
    graded, failed_grade, false_found,
)  # fmt: skip
