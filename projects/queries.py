"""Reading projects: what stands around a new award, the files of a project, the uploads of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Node, Organisation, User
from accounts.queries import name_on, names_on
from accounts.roles import Action, Role
from policy.edition import Edition
from policy.findings import refuse
from policy.terms import Kind, NodeKind, Stage
from projects import access
from projects.models import Attachment, FormerUnit, ImportBatch, PrintedPaper, Project
from projects.rules import plain_name


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an award meets when it is registered. `standing`: the edition's projects by identity key, `awards` by unit;
    `studios`: those of every other edition by unit.
    """

    root: Node
    nodes: tuple[Node, ...]
    by_code: dict[str, Organisation]
    by_name: dict[str, Organisation]
    standing: dict[str, Project]
    awards: dict[int, list[Project]]
    studios: dict[int, list[Project]]

    def remember(self, project: Project) -> None:
        """A project registered since, for the rows that follow."""
        unit = project.organisation
        self.by_name.setdefault(plain_name(unit.name), unit)
        if unit.credit_code:
            self.by_code[unit.credit_code] = unit
        self.standing[project.identity_key] = project
        self.awards.setdefault(unit.pk, []).append(project)


def surroundings_of(edition: Edition, actor: User) -> Surroundings:
    """Four statements, however many projects. Organisations of all provinces, so that a name is never taken twice."""
    root = province_of(edition, actor)
    organisations = list(Organisation.objects.select_related("node").order_by("pk"))
    projects: list[Project] = []
    awards: dict[int, list[Project]] = {}
    studios: dict[int, list[Project]] = {}
    for project in Project.objects.filter(Q(edition_code=edition.code) | Q(kind=Kind.STUDIO)):
        own = project.edition_code == edition.code
        if own:
            projects.append(project)
        (awards if own else studios).setdefault(project.organisation_id, []).append(project)
    return Surroundings(
        root=root,
        nodes=tuple(Node.objects.filter(path__startswith=root.path).select_related("parent")),
        by_code={one.credit_code: one for one in organisations if one.credit_code},
        by_name={plain_name(one.name): one for one in reversed(organisations)},
        standing={one.identity_key: one for one in projects},
        awards=awards,
        studios=studios,
    )


def province_of(edition: Edition, actor: User) -> Node:
    """The province the actor works in; for the system's own user the only one, or the one the edition names."""
    roots = list(Node.objects.filter(kind=NodeKind.PROVINCE))
    own = {held.organisation.node.province_path for held in actor.live_memberships if held.organisation}
    if own:
        roots = [root for root in roots if root.path in own]
    if not roots:
        refuse("province", "系统中还没有省级节点，请先由系统管理员建立区划和单位。")
    named = roots if len(roots) == 1 else [root for root in roots if root.name == edition.province]
    if not named:
        refuse("province", f"系统中有 {len(roots)} 个省，没有一个是{edition.province}，请以本省经办人的名义登记。")
    return named[0]


def given(prefix: str = "") -> Q:
    """已立项: its award took effect and gave it a number. A draft has none, nor has a draft that was given up (T30).

    `prefix` names the path to the project, "project__" on what belongs to one.
    """
    return ~Q(**{f"{prefix}stage": Stage.DRAFT}) & Q(**{f"{prefix}number__isnull": False})


def awarded_by(on: date, prefix: str = "") -> Q:
    """The same, by the end of that day."""
    day = f"{prefix}awarded_on"
    return given(prefix) & (Q(**{day: None}) | Q(**{f"{day}__lte": on}))


def holder_on(project: Project, day: date | None) -> Organisation:
    """The unit that held the project on a day; no day is today. One statement where the project's unit is loaded."""
    former = project.former_units.filter(until__gt=day).select_related("organisation").first() if day else None
    return former.organisation if former else project.organisation


def unit_on(project: Project, day: date | None) -> str:
    """By the name it bore then: what a form of that date shows (handbook 10)."""
    return name_on(holder_on(project, day), day)


def units_on(projects: Iterable[Project], day: date) -> dict[int, str]:
    """`unit_on` of many projects read with their units, by project. Two statements."""
    holders = {project.pk: project.organisation for project in projects}
    former = FormerUnit.objects.filter(project__in=holders, until__gt=day).order_by("-until", "-pk")
    holders |= {one.project_id: one.organisation for one in former.select_related("organisation")}
    names = names_on(set(holders.values()), day)
    return {pk: names[unit.pk] for pk, unit in holders.items()}


def batches_of(user: User) -> QuerySet[ImportBatch]:
    """Uploads are the uploader's own until they are confirmed."""
    return ImportBatch.objects.filter(uploaded_by=user)


# What an expert reads of a project: papers of its award, its targets and its acceptance; none of payees or of audits.
FOR_EXPERTS = frozenset({
    "award", "target", "sheet", "reading", "acceptance_pack", "acceptance", "visit", "panel_notice",
    "inspection_notice", "inspection_item",
})  # fmt: skip


def files_for(user: User, *projects: Project) -> QuerySet[Attachment]:
    """The files of projects in reach as this person may have them; lists, pages and downloads all start here."""
    return files_among(user, Attachment.objects.filter(project__in=projects))


def files_among(user: User, found: QuerySet[Attachment]) -> QuerySet[Attachment]:
    """Of files in reach, those this person may have."""
    found = found.filter(issued=True) if access.is_unit(user) else found.filter(handed_in=True)
    if user.roles == {Role.EX}:
        found = found.filter(about__in=FOR_EXPERTS)
    return found.select_related("uploaded_by").order_by("about", "about_id", "pk")


# Papers of no one project: the rows of permissions.json that open each form; any other is a list (F16-F18).
LISTS, REGION = "report:view province lists", "region 区域绩效:view"
OF_PLACES = {"F01": REGION, "F06": REGION, "设定确认单": str(Action.VIEW_SETTINGS)}
WITH_PHONES = ("F16", "F17")  # their whole numbers are for those who call the units


def right_to(form: str) -> str:
    """The row of permissions.json that opens a paper of a place."""
    return OF_PLACES.get(form, LISTS)


def place_prints(user: User) -> QuerySet[PrintedPaper]:
    """Registered prints of places in reach whose form this person may see; lists, pages and files all start here."""
    rows = PrintedPaper.objects.filter(place__isnull=False)
    seen = access.within(user, LISTS) & ~Q(form__in=OF_PLACES)
    for form, right in OF_PLACES.items():
        seen |= access.within(user, right) & Q(form=form)
    return rows.filter(seen).select_related("place", "scan", "registered_by", "returned_by", "void_by")


def place_scans(user: User) -> QuerySet[Attachment]:
    """The sealed scans of those prints, as this person may have them."""
    mine = place_prints(user).filter(scan__isnull=False)
    if not access.may(user, Action.CHASE_RETURNS):
        mine = mine.exclude(form__in=WITH_PHONES)
    return Attachment.objects.filter(place__isnull=False, pk__in=mine.order_by().values("scan"))
