"""问题: lists, one with its thread, and the acts of the pages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from lifecycle.forms.problems import ProblemFilter
from lifecycle.operations import problems as operations
from lifecycle.problem_lines import Line, line_of, lines_of
from lifecycle.queries import problems as queries
from lifecycle.queries.served import problems_told
from projects.api import Act, AllReading, ProjectApi, ProjectReading
from projects.models import Problem, ProblemEntry
from projects.problems import ABOUT, ABOUT_EVIDENCE, STATES
from projects.queries import files_for
from ui.api import Asked, Money, Person, Text, Told, Uploads

TAG = "问题"
LEVELS = Problem.Level.choices
SOURCES = [(one.value, one.label) for one in queries.BY_HAND]


class ProblemRow(Told):
    id = serializers.IntegerField(source="problem.pk")
    project = serializers.IntegerField(source="problem.project_id")
    project_name = serializers.CharField(source="problem.project.name")
    serial = serializers.IntegerField(source="problem.serial", help_text="本项目内的问题编号")
    source = serializers.ChoiceField(Problem.Source.choices, source="problem.source", help_text="来源")  # type: ignore[assignment]
    level = serializers.ChoiceField(LEVELS, source="problem.level", help_text="程度")
    fact = serializers.CharField(source="problem.fact", help_text="事实")
    clause = serializers.CharField(source="problem.clause", help_text="依据")
    requirement = serializers.CharField(source="problem.requirement", help_text="整改要求")
    amount = Money(source="problem.amount", allow_null=True, help_text="涉及金额；没有的为 null")
    opened_on = serializers.DateField(source="problem.opened_on", allow_null=True, help_text="提出日期")
    due_on = serializers.DateField(
        source="problem.due_on", allow_null=True, help_text="整改期限；通知书未送达的为 null"
    )
    overdue = serializers.BooleanField(help_text="逾期未答复")
    state = serializers.ChoiceField(STATES, help_text="状态；称号终结的项目，未销号的为 lapsed")
    owner = serializers.CharField(help_text="责任人；单位尚未提交的不列")
    measure = serializers.CharField(help_text="整改措施；单位尚未提交的不列")
    answer = serializers.CharField(help_text="整改结果；单位尚未提交的不列")
    verdict = serializers.CharField(source="problem.verdict", help_text="复核意见")
    closed_on = serializers.DateField(source="problem.closed_on", allow_null=True, help_text="销号日期")
    reopens = serializers.IntegerField(source="problem.reopens_id", allow_null=True, help_text="反复自哪个问题")


class ProblemEntryData(Told):
    kind = serializers.ChoiceField(ProblemEntry.Kind.choices, source="entry.kind")
    text = serializers.CharField(source="entry.text")
    owner = serializers.CharField(source="entry.owner", help_text="责任人")
    measure = serializers.CharField(source="entry.measure", help_text="整改措施")
    done_on = serializers.DateField(source="entry.done_on", allow_null=True, help_text="完成时间")
    due_on = serializers.DateField(source="entry.due_on", allow_null=True, help_text="新的整改期限")
    by = Person(source="entry.by")
    on = serializers.DateField(source="entry.on")
    files = serializers.SerializerMethodField(help_text="随附材料的文件 id")

    def get_files(self, said: queries.Spoken) -> list[int]:
        return [file.pk for file in said.files]


class ProblemWhole(ProblemRow):
    opened_by = Person(source="problem.opened_by", help_text="提出人")
    verified_by = Person(source="problem.verified_by", help_text="核验人")
    page = serializers.CharField(source="url", help_text="办理的页面：审计发现和整改通知书所列问题在其来源办理")
    thread = ProblemEntryData(many=True, help_text="办理记录，不能更改")


class ListFilter(ProblemFilter):
    """The filter of the page; a project has one city."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, places=[], **kwargs)


class Problems(ProjectReading):
    summary, tag = "一个项目的问题", TAG
    description = "不选 state 时为未销号、也未随称号终结的；all 为全部。"
    answers, many, filters = ProblemRow, True, ListFilter

    def found(self, asked: dict[str, Any]) -> QuerySet[Problem]:
        return queries.register(problems_told(self.actor, self.project).filter(queries.chosen(asked, self.today)))

    def rows(self, page: list[Problem]) -> list[Line]:
        return lines_of(page, self.actor, self.today)


class AllProblems(AllReading):
    summary, tag = "查看范围内的问题", TAG
    description = "不选 state 时为未销号、也未随称号终结的；all 为全部，overdue 为逾期未答复的。"
    answers, many, filters = ProblemRow, True, ListFilter

    def form(self) -> forms.Form:
        return ProblemFilter(self.request.query_params, places=queries.places_for(self.actor))

    def found(self, asked: dict[str, Any]) -> QuerySet[Problem]:
        return queries.problems_for(self.actor).filter(queries.chosen(asked, self.today))

    def rows(self, page: list[Problem]) -> list[Line]:
        return lines_of(page, self.actor, self.today)


class OneProblem(ProjectApi):
    """Gives `self.problem`, found through the project."""

    def find(self) -> None:
        self.problem = get_object_or_404(problems_told(self.actor, self.project), pk=self.kwargs["problem_id"])

    def shown(self, pk: int) -> dict[str, Any]:
        problem = queries.register(self.project.problems.filter(pk=pk)).get()
        line = line_of(problem, self.actor, self.today)
        files = files_for(self.actor, self.project).filter(about__in=[ABOUT, ABOUT_EVIDENCE], about_id=pk)
        told = ("problem", "state", "overdue", "owner", "measure", "answer", "url")
        return {name: getattr(line, name) for name in told} | {
            "thread": queries.thread_of(problem, list(files), self.actor)
        }


class ProblemOne(OneProblem, ProjectReading):
    summary, tag = "一个问题", TAG
    answers = ProblemWhole

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self.shown(self.problem.pk)


class ProblemAsked(Asked):
    source = serializers.ChoiceField(SOURCES, help_text="来源")  # type: ignore[assignment]
    level = serializers.ChoiceField(LEVELS, help_text="程度")
    fact = Text(max_length=300, help_text="事实")
    clause = Text(max_length=160, help_text="依据")
    requirement = Text(max_length=300, help_text="整改要求")
    amount = Money(required=False, allow_null=True, help_text="涉及金额")
    due_on = serializers.DateField(required=False, allow_null=True, help_text="整改期限；不填按政策默认")
    evidence = Uploads(required=False, help_text="佐证材料")


class OpenProblem(OneProblem, Act):
    summary, tag = "提出问题", TAG
    description = "由市州、省级部门或审计提出，单位将收到通知。"
    asks, answers, made = ProblemAsked, ProblemWhole, 201

    def find(self) -> None:
        """There is none yet."""

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        problem = operations.open_by_hand(self.project.pk, actor=self.actor, on=self.today, **given)
        return self.shown(problem.pk)


class OnProblem(OneProblem, Act):
    """An act on one problem that answers with the problem."""

    answers, tag = ProblemWhole, TAG

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.problem.pk


class ProblemAnswerAsked(Asked):
    owner = Text(max_length=40, help_text="责任人")
    measure = Text(max_length=500, help_text="整改措施")
    answer = Text(max_length=500, help_text="整改结果（单位自评）")
    done_on = serializers.DateField(required=False, allow_null=True, help_text="完成时间")
    proofs = Uploads(required=False, help_text="佐证材料")


class DraftAnswer(OnProblem):
    summary = "起草问题答复"
    description = "保存为草稿；由单位负责人提交，起草人不能提交。"
    asks = ProblemAnswerAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.draft_answer(*self.ids, actor=self.actor, on=self.today, **given)
        return self.shown(self.problem.pk)


class SubmitAnswer(OnProblem):
    summary = "提交问题答复"
    description = "须有责任人、措施、结果和至少一份佐证；提交后不能更改。"

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.submit_answer(*self.ids, actor=self.actor, on=self.today)
        return self.shown(self.problem.pk)


class ProblemAskAsked(Asked):
    text = Text(max_length=500, help_text="还要补充或改正什么")
    due_on = serializers.DateField(required=False, allow_null=True, help_text="新的整改期限；退回已提交的答复时必填")


class AskAgain(OnProblem):
    summary = "追问或退回问题答复"
    asks = ProblemAskAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.ask_again(*self.ids, actor=self.actor, on=self.today, **given)
        return self.shown(self.problem.pk)


class ProblemCloseAsked(Asked):
    verdict = Text(max_length=300, help_text="核验意见")


class CloseProblem(OnProblem):
    summary = "核验问题销号"
    description = "由提出人以外的人办理；涉及资金的由财政部门办理。"
    asks = ProblemCloseAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.close_problem(*self.ids, actor=self.actor, on=self.today, **given)
        return self.shown(self.problem.pk)


class ProblemReopenAsked(Asked):
    fact = Text(max_length=300, help_text="反复的情况")
    requirement = Text(max_length=300, required=False, default="", help_text="整改要求；不填为原要求")
    due_on = serializers.DateField(required=False, allow_null=True, help_text="整改期限；不填按政策默认")


class ReopenProblem(OnProblem):
    summary = "重新提出已销号的问题"
    description = "原问题不变，另立一个新的问题并互相链接。"
    asks, made = ProblemReopenAsked, 201

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        problem = operations.reopen_problem(*self.ids, actor=self.actor, on=self.today, **given)
        return self.shown(problem.pk)
