"""问题: of several sources and in every state, one past its day and told to the city, one that came back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lifecycle.demo.papers import paper
from lifecycle.demo.people import Cast
from lifecycle.operations import problems as ops
from policy.terms import Stage
from projects.models import Problem, Project

BASE, LATE = "qigong", "cixiu"
SOURCE, LEVEL = Problem.Source, Problem.Level


def run(cast: Cast, on: date) -> None:
    came_back(Register(cast, BASE, on))
    sent_back(Register(cast, BASE, on))
    drafted(Register(cast, BASE, on))
    overdue(Register(cast, LATE, on))
    put_right(Register(cast, LATE, on))


class Register:
    """The register of one unit's project; every date is so many days back."""

    def __init__(self, cast: Cast, key: str, on: date) -> None:
        self.cast, self.key, self.on = cast, key, on
        unit = cast[f"{key}.u1"].live_memberships[0].organisation
        self.pk = Project.objects.get(organisation=unit, stage=Stage.BUILDING).pk

    def day(self, back: int) -> date:
        return self.on - timedelta(days=back)

    def open(self, by: str, back: int, due: int, **facts: Any) -> Problem:
        given: dict[str, Any] = {"level": LEVEL.MAJOR, "due_on": self.day(due)} | facts
        return ops.open_by_hand(self.pk, actor=self.cast[by], evidence=[paper("问题照片")], on=self.day(back), **given)

    def draft(self, problem: Problem, back: int, *, owner: str, measure: str, answer: str) -> None:
        ops.draft_answer(
            self.pk, problem.pk, actor=self.cast[f"{self.key}.u1"], owner=owner, measure=measure, answer=answer,
            done_on=self.day(back + 1), proofs=[paper("整改佐证")], on=self.day(back),
        )  # fmt: skip

    def answer(self, problem: Problem, back: int, **said: str) -> None:
        self.draft(problem, back + 1, **said)
        ops.submit_answer(self.pk, problem.pk, actor=self.cast[f"{self.key}.u2"], on=self.day(back))

    def close(self, problem: Problem, by: str, back: int, verdict: str) -> None:
        ops.close_problem(self.pk, problem.pk, actor=self.cast[by], verdict=verdict, on=self.day(back))


def came_back(book: Register) -> None:
    problem = book.open(
        "ph", 90, 60, source=SOURCE.MONITORING, fact="高级工以上培训人次低于计划进度四成，未分析原因。",
        clause="通知 六（一）", requirement="分析原因，补排班次，恢复到计划进度。",
    )  # fmt: skip
    book.answer(
        problem,
        66,
        owner="教务处处长",
        measure="与三家企业签订委培协议，增开周末班。",
        answer="新增 4 个班次，进度已达计划。",
    )
    book.close(problem, "ch", 62, "查看班次台账，人次与名册一致。")
    ops.reopen_problem(
        book.pk, problem.pk, actor=book.cast["ph"], fact="本季度周末班停开 2 个，进度再次低于计划。",
        requirement="恢复班次，并提出不再反复的办法。", due_on=book.day(-12), on=book.day(18),
    )  # fmt: skip


def sent_back(book: Register) -> None:
    problem = book.open(
        "ch", 48, 20, source=SOURCE.SELF_EVALUATION, amount=Decimal(18_600), clause="通知 五",
        fact="自评表列支的课程开发费 18,600 元未附成果验收单。", requirement="补齐验收单，或更正自评数值。",
    )  # fmt: skip
    said = {"owner": "财务科科长", "measure": "联系开发单位补办验收。"}
    book.answer(problem, 30, answer="已补验收单。", **said)
    ops.ask_again(
        book.pk, problem.pk, actor=book.cast["cf"], text="验收单缺专家签字，请补齐签字页。", due_on=book.day(-5),
        on=book.day(26),
    )  # fmt: skip
    book.answer(problem, 9, answer="专家签字页已补，一并上传。", **said)


def drafted(book: Register) -> None:
    problem = book.open(
        "au", 14, -16, source=SOURCE.ACCEPTANCE, level=LEVEL.MINOR, clause="通知 二（一）",
        fact="实训室安全操作规程未上墙 3 处。", requirement="补齐上墙。",
    )  # fmt: skip
    book.draft(problem, 3, owner="实训中心主任", measure="统一制作规程展板。", answer="3 处均已上墙。")


def overdue(book: Register) -> None:
    book.open(
        "ph", 60, 25, source=SOURCE.FALSE_MATERIAL, clause="通知 六（二）",
        fact="申报材料所列研修场地面积与现场丈量不符，待说明。", requirement="说明差异原因并提供产权或租赁材料。",
    )  # fmt: skip


def put_right(book: Register) -> None:
    problem = book.open(
        "ch2", 100, 70, source=SOURCE.ASSESSMENT, level=LEVEL.MINOR, clause="人社部发〔2022〕62号",
        fact="年度活动计划未报备。", requirement="补报备案并按计划开展。",
    )  # fmt: skip
    book.answer(problem, 80, owner="工作室负责人", measure="补编年度计划并报备。", answer="已报备，附回执。")
    book.close(problem, "ph", 76, "回执属实。")
