"""日志 as each reader may see it: everything in reach for the departments, what has come about for a unit."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Entry, User
from accounts.roles import UNIT_ROLES, Action, Role
from projects import access
from projects.models import Project
from ui.parts import Event

# What the departments do among themselves before a decision is in force, or a review is complete.
INTERNAL = ("拟制联合决定", "会商联合决定", "退回联合决定", "撤回联合决定", "从决定中移出项目")
SIGNING, IN_FORCE = "签署联合决定", "生效"
# Two departments score independently: a first score is its own office's until the other one is in (handbook 3).
HALF_SCORED = "等待另一部门审核"
TONES = {
    "退回": "red",
    "取消": "orange",
    "整改": "orange",
    "提醒": "orange",
    "通过": "green",
    "立项": "green",
    "认定": "green",
}


def is_unit(user: User) -> bool:
    return bool(user.roles) and not user.roles - UNIT_ROLES


def entries_for(user: User) -> QuerySet[Entry]:
    """The business entries in a person's reach, newest first."""
    reached = access.projects_for(user, Action.VIEW_JOURNAL)
    return _readable(user, Entry.objects.filter(project_id__in=reached.values("pk")))


def entries_of(project: Project, user: User) -> QuerySet[Entry]:
    """The entries of a project the person was found to reach."""
    return _readable(user, Entry.objects.filter(project_id=project.pk))


def _readable(user: User, entries: QuerySet[Entry]) -> QuerySet[Entry]:
    own = Q(organisation__in=[str(held.organisation) for held in user.live_memberships])
    if Role.AU not in user.roles:
        entries = entries.filter(~Q(text__contains=HALF_SCORED) | own)
    if is_unit(user):
        entries = entries.exclude(verb__in=INTERNAL)
        entries = entries.filter(~Q(verb=SIGNING) | Q(text__endswith=IN_FORCE))
        entries = entries.filter(Q(result="ok") | own)
    return entries.order_by("-seq")


def happened(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Without refusals: what came about."""
    return entries.filter(result="ok")


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
    """办理动态 of everything in reach; two statements."""
    entries = list(happened(entries_for(user))[:count])
    names = dict(access.projects_for(user).filter(pk__in={one.project_id for one in entries}).values_list("pk", "name"))
    return [event_of(one, names.get(one.project_id or 0, ""), _url(one, names), recorded=True) for one in entries]


def _url(entry: Entry, names: dict[int, str]) -> str:
    return reverse("reports:dossier", args=[entry.project_id]) if entry.project_id in names else ""
