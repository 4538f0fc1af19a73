"""The papers of a project's life that people print: 验收 (F10, F11), 整改 (F12, F13), 称号 (F14, F15), 送达回证, 会签稿, 设定确认单.

What was not served on a unit, or not decided yet, is no paper of it: the questions are those of the pages.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from accounts.models import User
from accounts.roles import Action
from lifecycle import acceptance_layouts, acceptance_prints, countersign, f13, prints, setting_prints
from lifecycle.machine import STEP
from lifecycle.models import Acceptance
from lifecycle.problem_lines import lines_of
from lifecycle.queries import acceptance_of, next_round
from lifecycle.queries.problems import register
from lifecycle.queries.served import holds_back, orders_told, problems_told, readable_items, visible_decisions
from lifecycle.queries.settings import sheets_for
from lifecycle.queries.told import results_wait
from papers import Paper, Printable
from policy.terms import Stage
from projects import access
from projects.models import Decision, DecisionItem, Project, SettingSheet
from projects.problems import stands
from projects.queries import files_for

VIEW_ACCEPTANCE, VIEW_ORDERS = "acceptance:view", "rectification:view"  # rows of permissions.json
REGISTER = "本项目问题台账"
BEFORE = frozenset({Stage.DRAFT, Stage.AWARDED, Stage.TARGET_REVIEW, Stage.TARGET_FILED})


def papers_of(project: Project, reader: User, on: date) -> list[Printable]:
    """What this person may print of this project today; the same statements however many papers."""
    return [
        *_acceptance(project, reader, on),
        *_decisions(project, reader),
        *_problems(project, reader, on),
    ]


def province_papers(reader: User, on: date) -> list[Printable]:
    """设定确认单 of the reader's own province."""
    if not access.may(reader, Action.VIEW_SETTINGS):
        return []
    return [
        Printable(
            f"settings-{sheet.pk}", "设定确认单", str(sheet), sheet.effective_on,
            sheet.state != SettingSheet.State.EFFECTIVE, partial(setting_prints.paper_of, sheet),
        )
        for sheet in sheets_for(reader).exclude(state=SettingSheet.State.RETURNED)
    ]  # fmt: skip


# 验收


def _acceptance(project: Project, reader: User, on: date) -> Iterator[Printable]:
    """Of every application. What is over was told; of the last one a unit waits for the conclusion and its service."""
    if project.stage in BEFORE or not access.allows(reader, project, VIEW_ACCEPTANCE):
        return
    current = current_application(project)
    for former in project.acceptances.prefetch_related("checks").order_by("round"):
        if former != current:
            yield _application(project, former, on)
            yield _opinion(project, former, reader, on)
    if not holds_back(reader, project):
        yield _application(project, current, on)
    if current is not None and not results_wait(reader, project):
        yield _opinion(project, current, reader, on)


def current_application(project: Project) -> Acceptance | None:
    """The last one; while building, the next one, which there is not yet."""
    return None if project.stage == Stage.BUILDING else acceptance_of(project)


def application_key(project: Project, acceptance: Acceptance | None) -> str:
    """Under its round; a draft under that of the next one."""
    return f"F10-{acceptance.round if acceptance else next_round(project)}"


def _application(project: Project, acceptance: Acceptance | None, on: date) -> Printable:
    key = application_key(project, acceptance)
    build = partial(acceptance_prints.application_paper, project, acceptance, on=on)
    label = f"{acceptance_layouts.APPLICATION}（第 {key.removeprefix('F10-')} 次申请）"
    dated_on = acceptance.applied_on if acceptance else None
    return Printable(key, "F10", label, dated_on, dated_on is None, build)


def _opinion(project: Project, acceptance: Acceptance, reader: User, on: date) -> Printable:
    decision = acceptance_prints.conclusion_of(project, acceptance)
    draft = decision is None or decision.state != Decision.State.EFFECTIVE
    build = partial(acceptance_prints.opinion_paper, project, acceptance, reader=reader, on=on)
    label = f"{acceptance_layouts.OPINION}（第 {acceptance.round} 次验收）"
    dated_on = date.fromisoformat(decision.right_date) if decision else None
    return Printable(f"F11-{acceptance.round}", "F11", label, dated_on, draft, build)


# 联合决定


def _decisions(project: Project, reader: User) -> Iterator[Printable]:
    """文书 and 送达回证 of those that are served; 会签稿 of all, for who may export it."""
    items = readable_items(reader).filter(project=project).exclude(state=DecisionItem.State.LEFT_OUT)
    shown = visible_decisions(reader).filter(pk__in=items.values("decision"))
    gone = (Decision.State.RETURNED, Decision.State.WITHDRAWN)
    reads = access.allows(reader, project, VIEW_ORDERS)
    exports = access.allows(reader, project, Action.EXPORT_PAPER)
    for decision in shown.exclude(state__in=gone).order_by("pk"):
        if reads and decision.kind in prints.FORMS:
            yield from _served(project, decision)
        if exports and decision.kind in STEP:
            label = f"会签稿：{decision.title}（{decision.right_number}）"
            build = partial(_countersign, decision)
            yield _of_decision("countersign", "会签稿", label, decision, build)


def _served(project: Project, decision: Decision) -> Iterator[Printable]:
    form, number = prints.form_of(decision), decision.right_number
    title = prints.TITLES[form]
    yield _of_decision(form, form, f"{title}（{number}）", decision, partial(prints.paper_of, project, decision))
    receipt = partial(prints.paper_of, project, decision, receipt=True)
    yield _of_decision("receipt", "receipt", f"送达回证：{title}（{number}）", decision, receipt)


def _of_decision(key: str, form: str, label: str, decision: Decision, build: "partial[Paper]") -> Printable:
    draft = decision.state != Decision.State.EFFECTIVE
    return Printable(f"{key}-{decision.pk}", form, label, date.fromisoformat(decision.right_date), draft, build)


def _countersign(decision: Decision) -> Paper:
    return countersign.layout(
        countersign.content(decision, [countersign.payload_lines(item) for item in decision.items.all()])
    )


# 问题


def _problems(project: Project, reader: User, on: date) -> Iterator[Printable]:
    """The whole register, and one for each order."""
    if not access.allows(reader, project, Action.VIEW_PROBLEM):
        return
    told = list(problems_told(reader, project).select_related("project"))
    if not told:
        return
    draft = any(map(stands, told))
    yield Printable(
        "F13", "F13", f"整改报告与销号表（{REGISTER}）", None, draft, partial(register_paper, project, reader, on)
    )
    for order in orders_told(reader, project).prefetch_related("decision__corrections").order_by("pk"):
        decision = order.decision
        about = f"{decision.title}（{decision.right_number}）"
        draft = any(stands(one) for one in told if one.decision_id == decision.pk)
        build = partial(register_paper, project, reader, on, decision=decision)
        yield Printable(f"F13-{decision.pk}", "F13", f"整改报告与销号表：{about}", None, draft, build)


def register_paper(project: Project, reader: User, on: date, *, decision: Decision | None = None) -> Paper:
    """F13 of the whole register, or of one order."""
    rows, about = register(problems_told(reader, project)), REGISTER
    if decision is not None:
        rows, about = rows.filter(decision=decision), f"{decision.title}（{decision.right_number}）"
    lines = lines_of(rows.order_by("serial"), reader, on)
    files = files_for(reader, project).filter(about__in=f13.PROOFS)
    return f13.layout(f13.content(project, lines, files, about=about, on=on), draft=f13.is_draft(lines))
