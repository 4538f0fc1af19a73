"""The line itself: what is past in one statement, by pages; what lies ahead from the legal dates."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import row_of_route
from lifecycle.queries.calendars import told_dates
from lifecycle.queries.told import results_wait
from lifecycle.rules.deadlines import LegalDate
from policy.money import CENT, wan
from policy.terms import Stage
from projects import access
from projects.links import page_for
from projects.models import Project
from reports.dossier.timeline import building, endings, money
from reports.dossier.timeline.parts import Asked, Part, Parts
from reports.dossier.timeline.readings import core_readings
from reports.dossier.timeline.words import KINDS, WORDS, Word, code_in, said

AHEAD, ACCEPTED = "deadline", "return_accepted"
# (kind, page whose readers may know of it, what tells of it)
SOURCES: tuple[tuple[str, str, Callable[[Asked], Parts]], ...] = (
    ("award", "reports:dossier", building.award),
    ("award", "lifecycle:changes", building.changes),
    ("targets", "performance:sheet", building.targets),
    ("money", "funds:document", money.documents),
    ("money", "funds:money_in", money.money_in),
    ("money", "funds:incomes", money.incomes),
    ("money", "funds:budget", money.budgets),
    ("money", "funds:contract", money.contracts),
    ("money", "funds:batch", money.batches),
    ("money", "funds:ledger", money.recognised),
    ("money", "funds:payments", money.judged),
    ("money", "funds:payments", money.settlements),
    ("money", "funds:audit", money.audits),
    ("money", "funds:found_money", money.found_money),
    ("build", "performance:milestones", building.plans),
    ("build", "performance:return", building.returns),
    ("inspection", "lifecycle:inspection", building.inspections),
    ("problem", "lifecycle:problem", building.problems),
    ("decision", "lifecycle:decision", endings.decisions),
    ("decision", "lifecycle:receipt", endings.services),
    ("decision", "lifecycle:waiver", endings.waivers),
    ("acceptance", "lifecycle:acceptance", endings.acceptance),
    ("acceptance", "performance:assessment", endings.evaluations),
    ("acceptance", "lifecycle:yearly", endings.yearly),
    ("rectify", "lifecycle:rectification", endings.rectification),
    ("rectify", "lifecycle:false_material", endings.false_cases),
    ("alert", "reports:alerts", building.alerts),
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing on the line. `note`: days left, of what lies ahead."""

    on: date
    kind: str
    title: str
    detail: str = ""
    who: str = ""
    tone: str = "blue"
    url: str = ""
    note: str = ""

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def actor(self) -> str:
        return self.who


class Past(Sequence[Happening]):
    """All that happened, the latest first; a slice costs one statement, three with accepted returns, the length another."""

    def __init__(self, asked: Asked, rows: QuerySet[Any, Any] | None) -> None:
        self.asked, self.rows = asked, rows
        self.opens: dict[str, bool] = {}
        self.figures: dict[int, str] = {}

    def __len__(self) -> int:
        return 0 if self.rows is None else self.rows.count()

    def __getitem__(self, at: Any) -> Any:
        if self.rows is None:
            return []
        rows = list(self.rows[at]) if isinstance(at, slice) else [self.rows[at]]
        self.figures = core_readings(ref for _, code, ref, *_ in rows if code_in(code) == ACCEPTED)
        told = [self._told(*row) for row in rows]
        return told if isinstance(at, slice) else told[0]

    def _told(self, on: date, code: str, ref: int, a: str, b: str, c: str, fen: int, who: str | None) -> Happening:
        word = WORDS[code_in(code)]
        texts = tuple(text or "" for text in (a, b, c))
        detail = said(word.detail, *texts).strip()
        if code_in(code) == ACCEPTED:
            detail = self.figures.get(ref, "")
        if fen:
            detail = "，".join(filter(None, [detail, wan(Decimal(fen) * CENT)]))
        return Happening(on, word.kind, said(word.title, *texts), detail, who or "", word.tone, self._url(word, ref))

    def _url(self, word: Word, ref: int) -> str:
        if word.route not in self.opens:
            self.opens[word.route] = may_open(self.asked.user, self.asked.project, word.route)
        if not self.opens[word.route]:
            return ""
        pk = self.asked.project.pk
        ids = {"project": [pk], "row": [pk, ref], "bare": [ref], "none": []}[word.of]
        return reverse(word.route, args=ids)


def may_open(user: User, project: Project, route: str) -> bool:
    """Whether a page's row of the permission table grants it to this reader of this project."""
    row = row_of_route(route)
    return row is not None and access.allows(user, project, f"{row['object']}:{row['action']}")


def past_of(project: Project, user: User, on: date, kind: str = "") -> Past:
    """One kind, or everything, as this reader may know it."""
    waits = results_wait(user, project) or (access.is_unit(user) and project.stage == Stage.RECHECKING)
    asked = Asked(project, user, on, waits)
    found = list(_parts(asked, kind))
    if not found:
        return Past(asked, None)
    whole = found[0].union(*found[1:], all=True) if found[1:] else found[0]
    return Past(asked, whole.order_by("-t_on", "-t_code", "-t_ref", "t_a"))


def _parts(asked: Asked, kind: str) -> Iterator[Part]:
    for of, route, tell in SOURCES:
        if kind in ("", of) and may_open(asked.user, asked.project, route):
            yield from tell(asked)


def ahead_of(project: Project, user: User, on: date) -> list[Happening]:
    """The legal dates that are open, as the page of dates tells them to this reader; the first to end first."""
    return [_due(one, project, user, on) for one in told_dates(user, [project], on)]


def _due(one: LegalDate, project: Project, user: User, on: date) -> Happening:
    title = " ".join(filter(None, [one.rule.label, one.about]))
    url = page_for(user, one.rule.page, project) or page_for(user, "lifecycle:project_deadlines", project)
    tone = "red" if one.overdue(on) else "gray" if one.lapsed(on) else "purple"
    return Happening(one.last_on, AHEAD, title, f"{one.sum}（{one.clause}）", "", tone, url, one.left_text(on))
