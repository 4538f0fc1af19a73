"""搜索: projects, units, money, inspections, problems, papers and people, each as the reader finds it on its own page.

Every part starts at the query its page starts at, so a search finds nothing that a page would not show. A constant number
of statements: two for each part.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Membership, Organisation, User
from accounts.roles import Action, Role
from funds.models import Contract
from funds.queries import documents_for
from funds.queries.payments import payments_for
from lifecycle.queries.inspections import inspections_for
from lifecycle.queries.served import readable_problems, visible_decisions
from projects import access
from projects.models import Attachment, Correction, Decision, PrintedPaper, Problem, Project
from projects.printed import normal
from projects.problems import state_name
from projects.queries import files_among
from reports.prints import prints_for

LONGEST, SHOWN = 80, 10
VIEW_DECISIONS, VIEW_DOCUMENTS = "joint decision:view", "allocation:view"


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    sub: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing: how many were found, the first of them, and where all of them stand (or nowhere)."""

    label: str
    count: int
    hits: list[Hit]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    user: User
    words: list[str]
    on: date

    @property
    def projects(self) -> QuerySet[Project]:
        return access.projects_for(self.user)

    def within(self, *fields: str) -> Q:
        """Every word occurs in one of the fields."""
        found = Q()
        for word in self.words:
            found &= Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR)
        return found


def search(user: User, typed: str, on: date) -> list[Part]:
    """What was found, by kind; kinds without a hit are left out. `typed`: words, all of which must occur."""
    words = typed[:LONGEST].split()
    if not words:
        return []
    asked = Asked(user, words, on)
    return [part for part in (find(asked) for find in FINDERS) if part.count]


def _part(label: str, rows: QuerySet[Any], hit: Callable[[Any], Hit], url: str = "") -> Part:
    return Part(label, rows.count(), [hit(row) for row in rows[:SHOWN]], url)


def _projects(asked: Asked) -> Part:
    rows = asked.projects.filter(asked.within("name", "number", "organisation__name", "leader_name")).order_by("pk")
    link = f"{reverse('reports:projects')}?{urlencode({'q': ' '.join(asked.words)})}"
    return _part("项目", rows.select_related("organisation"), _project, link)


def _project(one: Project) -> Hit:
    sub = f"{one.label} · {one.organisation.name} · {one.get_stage_display()}"
    return Hit(one.name, sub, reverse("reports:dossier", args=[one.pk]))


def _units(asked: Asked) -> Part:
    """Units by today's name, credit code or an earlier name; the register shows their projects."""
    held = Q(pk__in=asked.projects.values("organisation"))
    rows = Organisation.objects.filter(held & asked.within("name", "credit_code", "former_names__name")).distinct()
    return _part("单位", rows.select_related("node").order_by("pk"), _unit)


def _unit(one: Organisation) -> Hit:
    return Hit(one.name, one.node.name, f"{reverse('reports:projects')}?{urlencode({'q': one.name})}")


def _decisions(asked: Asked) -> Part:
    if not access.may(asked.user, VIEW_DECISIONS):
        return Part("联合决定", 0, [])
    rows = visible_decisions(asked.user).order_by("-dated_on", "-pk")
    corrected = Correction.objects.filter(field=Correction.Field.NUMBER, state=Correction.State.CONFIRMED)
    for word in asked.words:
        mended = Q(pk__in=corrected.filter(new__icontains=word).values("decision"))
        rows = rows.filter(Q(number__icontains=word) | Q(title__icontains=word) | mended)
    return _part("联合决定", rows, _decision)


def _decision(one: Decision) -> Hit:
    """By the number that holds; one that was corrected is named too, for papers bear it."""
    number = one.right_number if one.right_number == one.number else f"{one.right_number}（原登记 {one.number}）"
    sub = f"{number} · {one.right_date} · {one.get_state_display()}"
    return Hit(one.title, sub, reverse("lifecycle:decision", args=[one.pk]))


def _documents(asked: Asked) -> Part:
    if not access.may(asked.user, VIEW_DOCUMENTS):
        return Part("资金文件", 0, [])
    rows = documents_for(asked.user).filter(asked.within("number", "title", "indicator_number"))
    return _part("资金文件", rows, lambda one: Hit(
        one.title, f"{one.number} · {one.dated_on} · {one.get_state_display()}",
        reverse("funds:document", args=[one.pk]),
    ))  # fmt: skip


def _problems(asked: Asked) -> Part:
    seen = access.projects_for(asked.user, Action.VIEW_PROBLEM)
    rows = Problem.objects.filter(readable_problems(asked.user), project__in=seen.values("pk"))
    rows = (
        rows.filter(asked.within("fact", "requirement", "clause"))
        .select_related("project")
        .order_by("-opened_on", "-pk")
    )
    return _part("问题", rows, lambda one: Hit(
        one.fact, f"{one.project.name} · 第 {one.serial} 号 · {state_name(one)}",
        reverse("lifecycle:problem", args=[one.project_id, one.pk]),
    ))  # fmt: skip


def _inspections(asked: Asked) -> Part:
    rows = inspections_for(asked.user).filter(asked.within("tour__title", "tour__number", "project__name"))
    return _part("检查", rows.order_by("-visit_on", "-pk"), lambda one: Hit(
        one.tour.title, f"{one.project.name} · {one.visit_on} · {one.get_state_display()}",
        reverse("lifecycle:inspection", args=[one.project_id, one.pk]),
    ))  # fmt: skip


def _contracts(asked: Asked) -> Part:
    seen = access.projects_for(asked.user, Action.VIEW_CONTRACTS)
    rows = Contract.objects.filter(asked.within("number", "name", "supplier"), project__in=seen.values("pk"))
    return _part("合同", rows.select_related("project").order_by("-signed_on", "-pk"), lambda one: Hit(
        f"{one.number} {one.name}",
        f"{one.project.name} · {one.supplier} · {one.signed_on}{' · 已作废' if one.voided_on else ''}",
        reverse("funds:contract", args=[one.project_id, one.pk]),
    ))  # fmt: skip


def _payments(asked: Asked) -> Part:
    """By whom was paid, invoice, 凭证号 or what for; drafts are the unit's, as on its page."""
    words = asked.within("payee", "invoice_number", "invoice_seller", "number", "abstract")
    rows = payments_for(asked.user, {}).filter(words).select_related("project").order_by("-paid_on", "-pk")
    return _part("支出", rows, lambda one: Hit(
        f"{one.abstract}（{one.payee}）",
        " · ".join(filter(None, (
            one.project.name, f"凭证 {one.number}", f"发票 {one.invoice_number}" if one.invoice_number else "",
            str(one.paid_on), one.get_state_display(),
        ))),
        reverse("funds:voucher", args=[one.project_id, one.pk]),
    ))  # fmt: skip


def _prints(asked: Asked) -> Part:
    """Registered prints by the check code in their footer, number or title; those open to the likes of the reader."""
    rows = prints_for(asked.user)
    code = normal("".join(asked.words))
    words = asked.within("number", "title")
    rows = rows.filter(words | Q(code=code) if code else words)
    return _part("打印件", rows.select_related("project", "place").order_by("-pk"), _print)


def _print(one: PrintedPaper) -> Hit:
    about = one.project.name if one.project else one.organisation_name
    sub = f"{about} · 校验码 {one.spelled} · 第 {one.version} 版 · {one.get_state_display()}"
    page = reverse("lifecycle:prints", args=[one.project_id]) if one.project_id else reverse("reports:province_papers")
    return Hit(one.title, sub, page)


def _files(asked: Asked) -> Part:
    seen = access.projects_for(asked.user, Action.VIEW_FILE)
    rows = files_among(asked.user, Attachment.objects.filter(asked.within("name"), project__in=seen.values("pk")))
    return _part("材料", rows.select_related("project"), lambda one: Hit(
        one.name, f"{one.project.name} · {one.on}", reverse("projects:files", args=[one.project_id])
    ))  # fmt: skip


def _people(asked: Asked) -> Part:
    """Who holds which post today: of the units in reach and of the offices over them. Names and posts, nothing else."""
    if not access.may(asked.user, VIEW_DECISIONS):
        return Part("人员", 0, [])
    rows = Membership.objects.filter(_posts_in_reach(asked.user), _held_on(asked.on), user__is_active=True)
    for word in asked.words:
        posts = [role for role in Role if word in role.label]
        rows = rows.filter(Q(user__name__icontains=word) | Q(organisation__name__icontains=word) | Q(role__in=posts))
    return _part("人员", rows.select_related("user", "organisation").order_by("organisation", "role", "pk"), _person)


def _held_on(day: date) -> Q:
    return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))


def _posts_in_reach(user: User) -> Q:
    own = [held.organisation for held in user.live_memberships if held.organisation]
    if not own:
        return Q(pk__in=[])
    colleagues = Q(organisation__in=own)
    if access.is_unit(user):
        return colleagues
    below = Q(*(("organisation__node__path__startswith", place.node.path) for place in own), _connector=Q.OR)
    return colleagues | below | Q(organisation__in=access.projects_for(user).values("organisation"))


def _person(one: Membership) -> Hit:
    place = one.organisation.name if one.organisation else ""
    link = f"{reverse('reports:projects')}?{urlencode({'q': place})}"
    return Hit(one.user.name, f"{one.get_role_display()} · {place}", link)


FINDERS: Iterable[Callable[[Asked], Part]] = (
    _projects, _units, _decisions, _documents, _contracts, _payments, _inspections, _problems, _prints, _files, _people,
)  # fmt: skip
