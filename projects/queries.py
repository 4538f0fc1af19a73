"""Reading projects: what stands around a new award, the files of a project, the uploads of a person."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Node, Organisation, User
from accounts.roles import Role
from policy.edition import Edition
from policy.findings import refuse
from policy.terms import Kind, NodeKind
from projects import access
from projects.models import Attachment, ImportBatch, Project
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
    found = Attachment.objects.filter(project__in=projects)
    found = found.filter(issued=True) if access.is_unit(user) else found.filter(handed_in=True)
    if user.roles == {Role.EX}:
        found = found.filter(about__in=FOR_EXPERTS)
    return found.select_related("uploaded_by").order_by("about", "about_id", "pk")
