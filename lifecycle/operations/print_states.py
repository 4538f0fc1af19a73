"""What becomes of registered prints by other acts: a decision is served, comes to nothing, is in force or corrected.

No acts of their own: they run inside an operation. What nobody's act tells is found out by night (lifecycle/jobs.py).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.db.models import Q, QuerySet

from accounts.journal import operation, record
from accounts.models import Node, User
from lifecycle import prints
from lifecycle.queries import province_printing as of_places
from lifecycle.queries.printing import offered, still_says, unit_has
from papers import Printable
from policy.findings import Refused
from projects import files, printing
from projects.models import Decision, DecisionItem, PrintedPaper, Project

VOID = PrintedPaper.State.VOID
GIVEN_UP: dict[str, str] = {Decision.State.WITHDRAWN: "决定已撤回", Decision.State.RETURNED: "决定已退回"}
NOT_LISTED = "本项目未列入该决定"
SERVED = (*dict.fromkeys(prints.FORMS.values()), "receipt")  # what of a decision is served on the unit


def _keys(decision: Decision, forms: Iterable[str]) -> set[str]:
    return {f"{form}-{decision.pk}" for form in forms}


def share_with_unit(project: Project, decision: Decision, *, on: date) -> None:
    """By service the unit has the papers of the decision, and what waited for it: sealed scans that came back before too."""
    rows = list(project.prints.exclude(state=VOID).filter(Q(for_unit=False) | Q(scan__issued=False)))
    served = _keys(decision, SERVED)
    has = unit_has(project, [one.key for one in rows], on) | served | _keys(decision, ["F13"]) if rows else frozenset()
    for one in rows:
        if one.key not in has or (one.draft and one.key in served):
            continue
        one.for_unit = True
        one.save(update_fields=["for_unit"])
        files.publish(project, about=printing.ABOUT, about_id=one.pk)


def end_prints(decision: Decision, *, why: str, actor: User, on: date, project: Project | None = None) -> None:
    """The decision came to nothing, for one project or for all of its own: none of its papers stands."""
    projects = [project.pk] if project else list(decision.items.order_by("project").values_list("project", flat=True))
    dead = _current().filter(project__in=projects, key__in=_keys(decision, (*SERVED, "countersign")))
    if not dead.exists():
        return
    list(Project.objects.select_for_update(no_key=True).filter(pk__in=projects).order_by("pk"))
    for one in dead.order_by("pk"):
        printing.end(one, why=why, actor=actor, on=on)
        text = f"作废{one}，校验码 {one.spelled}：{why}"
        record(project_id=one.project_id, subject=f"decision:{decision.pk}", text=text)


def given_up() -> list[DecisionItem]:
    """What came to nothing while prints of its papers went on standing: of days when they did not end with it."""
    papers: dict[int, set[int | None]] = defaultdict(set)
    for key, project in _current().filter(project__isnull=False).values_list("key", "project"):
        form, _, number = key.rpartition("-")
        if form in (*SERVED, "countersign") and number.isdecimal():
            papers[int(number)].add(project)
    dead = Q(decision__state__in=GIVEN_UP) | Q(state=DecisionItem.State.LEFT_OUT)
    items = DecisionItem.objects.filter(dead, decision__in=papers).select_related("decision", "project")
    return [item for item in items.order_by("pk") if item.project_id in papers[item.decision_id]]


@operation("清理失效的打印登记")
def end_given_up(item: DecisionItem, *, actor: User, on: date) -> None:
    why = GIVEN_UP.get(item.decision.state, NOT_LISTED)
    end_prints(item.decision, why=why, actor=actor, on=on, project=item.project)


def note_changes(decision: Decision, *, on: date) -> None:
    """It took effect, or its number or date was changed: which prints of its papers still say what the paper says."""
    own = Q(key__in=_keys(decision, (*SERVED, "countersign", "F13"))) | Q(form="F11")
    rows = _current().filter(own, project__decision_items__decision=decision)
    for project, some in groupby(rows.order_by("project", "pk"), key=lambda one: one.project):
        if project is not None:
            compare(project, list(some), on)


def prints_in_force() -> dict[Project | Node, list[PrintedPaper]]:
    """By project, then by place. One statement."""
    found: dict[Project | Node, list[PrintedPaper]] = defaultdict(list)
    for one in _current().select_related("place").order_by("project", "place", "pk"):
        if owner := one.project or one.place:
            found[owner].append(one)
    return found


def _current() -> QuerySet[PrintedPaper]:
    return PrintedPaper.objects.exclude(state=VOID).select_related("project__organisation__node", "registered_by")


def compare(owner: Project | Node, rows: list[PrintedPaper], on: date) -> None:
    """Note of each whether it still says what its form says.

    As who registered it has the form today. Who has it no longer tells nothing: what was found last stands.
    """
    for person, some in groupby(sorted(rows, key=lambda one: one.registered_by_id), key=lambda one: one.registered_by):
        own = list(some)
        known = _known(owner, person, [one.key for one in own], on)
        for printed in own:
            form = known.get(printed.key)
            if form is not None and (same := _same(owner, printed, form, on)) is not None:
                printed.held_on = on if same else printed.held_on
                printed.changed_on = None if same else printed.changed_on or on
                printed.save(update_fields=["held_on", "changed_on"])


def _known(owner: Project | Node, person: User, keys: list[str], on: date) -> dict[str, Printable]:
    return (
        offered(owner, person, on, keys) if isinstance(owner, Project) else of_places.offered(owner, person, on, keys)
    )


def _same(owner: Project | Node, printed: PrintedPaper, form: Printable, on: date) -> bool | None:
    """None where the form cannot be laid out for this person."""
    try:
        if isinstance(owner, Project):
            return still_says(owner, printed, form, on)
        return of_places.holds(printed, form, printed.registered_by)
    except Refused:
        return None
