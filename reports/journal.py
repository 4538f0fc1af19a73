"""日志 as each reader may see it: everything in reach for the departments, what has come about for a unit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from accounts import told
from accounts.journal import Mark, marked
from accounts.models import Entry, User
from accounts.roles import Action, Role
from lifecycle import watch
from lifecycle.queries.served import held_items, readable_items
from performance.models import Review, TargetSheet
from projects import access
from projects.access import is_unit
from projects.models import DecisionItem, Project
from ui.parts import Event

ABOUT_DECISION = "decision:"  # Entry.subject, then the decision's number
TONES = {
    "退回": "red",
    "取消": "orange",
    "整改": "orange",
    "提醒": "orange",
    "通过": "green",
    "立项": "green",
    "认定": "green",
}


def entries_for(user: User) -> QuerySet[Entry]:
    """The business entries in a person's reach, newest first."""
    reached = access.projects_for(user, Action.VIEW_JOURNAL)
    return _readable(user, Entry.objects.filter(project_id__in=reached.values("pk")))


def entries_of(project: Project, user: User) -> QuerySet[Entry]:
    """The entries of a project the person was found to reach; an expert, who has no right to it, reads none."""
    if not access.may(user, Action.VIEW_JOURNAL):
        return Entry.objects.none()
    return _readable(user, Entry.objects.filter(project_id=project.pk))


def _readable(user: User, entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """By the verb of the act and the state of what it was done to; never by the words of the line.

    A unit reads its own acts, and of others' what accounts/told.py names and came about.
    """
    own = Q(organisation__in=[str(held.organisation) for held in user.live_memberships])
    if Role.AU not in user.roles:
        entries = entries.filter(~Q(verb__in=marked(Mark.SCORING)) | ~Exists(_half_scored()) | own)
    if is_unit(user):
        unheld = Q(verb__in=told.SERVED) & ~Exists(held_items().filter(project=OuterRef("project_id")))
        decided = Q(verb__in=told.DECIDED, subject__startswith=ABOUT_DECISION) & Exists(_told_of(user))
        entries = entries.filter(own | Q(result="ok") & (Q(verb__in=told.ALWAYS) | unheld | decided))
    return entries.order_by("-seq")


def _half_scored() -> QuerySet[Review]:
    """Two departments score independently: a first score is its own office's until the other one is in (handbook 3)."""
    return Review.objects.filter(
        level=Review.Level.PROVINCE,
        sheet__state=TargetSheet.State.REVIEWING,
        sheet__project=OuterRef("project_id"),
        reviewer=OuterRef("actor"),
        on__lte=OuterRef("on"),
    )


def _told_of(user: User) -> QuerySet[DecisionItem]:
    """The decision a line is about, if the unit may read it for the project of that line."""
    subject = Concat(Value(ABOUT_DECISION), Cast("decision_id", CharField()), output_field=CharField())
    return (
        readable_items(user).alias(subject=subject).filter(project=OuterRef("project_id"), subject=OuterRef("subject"))
    )


def happened(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """What people brought about: without refusals, and without the nightly sweep, which the journal itself keeps."""
    return entries.filter(result="ok").exclude(verb__in=watch.NIGHTLY)


def roles_of(entry: Entry) -> str:
    """The posts the actor held, in words."""
    codes = entry.role.split("+")
    return "、".join(Role(code).label for code in codes if code in Role.values)


def event_of(entry: Entry, name: str = "", url: str = "", *, recorded: bool = False) -> Event:
    """On its business day; `recorded`: at the moment it was written down."""
    detail = "　".join(filter(None, [name, entry.text]))
    actor = " · ".join(filter(None, [entry.actor_name, entry.organisation]))
    return Event(entry.at if recorded else entry.on, entry.verb, detail, actor, tone_of(entry), url)


def tone_of(entry: Entry) -> str:
    return next((tone for word, tone in TONES.items() if word in entry.verb), "blue")


def recent(user: User, count: int) -> list[Event]:
    """办理动态 of everything in reach; one statement."""
    return _events(user, happened(entries_for(user)), count)


@dataclass(frozen=True, slots=True)
class Since:
    """What others did in a person's reach since the last visit, newest first."""

    at: datetime
    count: int
    events: list[Event]


def since(user: User, at: datetime, shown: int) -> Since:
    """上次登录以来; two statements. A person's own acts are no news to them."""
    entries = happened(entries_for(user)).filter(at__gt=at).exclude(actor=user)
    return Since(at, entries.count(), _events(user, entries, shown))


def _events(user: User, found: QuerySet[Entry], count: int) -> list[Event]:
    reached = access.projects_for(user).filter(pk=OuterRef("project_id")).values("name")
    return [
        event_of(one, one.project_name or "", _url(one), recorded=True)
        for one in found.annotate(project_name=Subquery(reached))[:count]
    ]


def _url(entry: Any) -> str:
    return reverse("reports:dossier", args=[entry.project_id]) if entry.project_name else ""
