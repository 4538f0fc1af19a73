"""What the tab 整改与称号 shows: each order with its ceiling, each proceeding with its steps done and open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action
from lifecycle.models import FollowUp, Rectification, RectificationReport, Revocation
from lifecycle.queries.sanctions import Windows, hearing_owed, windows_of
from lifecycle.rules.ceiling import Ceiling, ceiling_of
from policy.terms import Occasion, Stage
from projects import access
from projects.models import Decision, Project

ENDED = {Stage.REVOKED, Stage.SETTLED}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a proceeding: done on a day, or where to do it. `open`: this person may do it now."""

    label: str
    on: date | None
    note: str
    url: str
    open: bool = False
    skipped: bool = False


def ceiling_for(order: Rectification, reports: Iterable[RectificationReport], *, on: date) -> Ceiling | None:
    """Nothing to draw before service. `reports`: as the reader may know them."""
    if order.served_on is None or order.due_on is None or order.cap_on is None:
        return None
    looked = [
        (one.rechecked_on, f"第{one.round}次复验{'通过' if one.passed else '不通过'}")
        for one in reports
        if one.rechecked_on
    ]
    return ceiling_of(
        served_on=order.served_on, due_on=order.due_on, cap_on=order.cap_on, on=on, rechecks=looked,
        calendar=work_calendar(), closed_on=order.closed_on,
    )  # fmt: skip


def proceedings_of(user: User, project: Project) -> QuerySet[Revocation]:
    """A unit learns of a notice when it is served on it (handbook 9)."""
    found = project.revocations.all()
    return found.exclude(served_on=None) if access.is_unit(user) else found


def proceedings_for(user: User, project: Project) -> list[Revocation]:
    found = proceedings_of(user, project)
    found = found.select_related("notice", "ruling", "decision", "defended_by", "rectification")
    return list(found.prefetch_related("hearings__recorded_by", "legal_reviews__reviewed_by", "follow_ups"))


def decision_told(user: User, one: Revocation) -> Decision | None:
    """The decision to revoke, for its unit from its service."""
    return None if access.is_unit(user) and one.decision_served_on is None else one.decision


def steps_of(user: User, project: Project, one: Revocation) -> list[StepLine]:
    """The whole way, step by step, with what is done and what this person may do now."""
    return [*_before(user, project, one), *_after(user, project, one)]


def _before(user: User, project: Project, one: Revocation) -> Iterable[StepLine]:
    running = one.closed_on is None
    decision_of = lambda decision: reverse("lifecycle:decision", args=[decision.pk])  # noqa: E731
    yield StepLine("拟取消告知（F14）", one.notice.effective_on, one.notice.number, decision_of(one.notice))
    serving = running and not one.served_on
    yield _line(
        user, project, "告知书送达", one.served_on, one.served_way, "serve_notice", Action.RECORD_SERVICE, serving
    )
    said = f"截止 {one.defend_by}" if one.defend_by else "送达后起算"
    waits = running and bool(one.served_on) and not one.defended_on
    yield _line(user, project, "陈述申辩", one.defended_on, said, "defence", Action.STATE_DEFENCE, waits)
    held = list(one.hearings.all())
    note = "应单位要求" if one.hearing_asked else "单位未要求，可依职权举行"
    yield _line(
        user, project, "当面听取陈述（听证）", held[-1].held_on if held else None, note, "hearing", Action.HOLD_HEARING,
        running and bool(one.served_on), skipped=not held and not hearing_owed(one),
    )  # fmt: skip
    ruled = one.ruling.effective_on if one.ruling else None
    needed = running and bool(one.defended_on)
    url = decision_of(one.ruling) if one.ruling else reverse("lifecycle:step", args=[project.pk, "ruling"])
    may_rule = needed and ruled is None and access.allows(user, project, Action.DRAFT_RULING)
    number = one.ruling.number if one.ruling else "复核决定逐条写明采纳情况"
    yield StepLine(
        "逐条答复（复核）", ruled, number, url if ruled or may_rule else "", may_rule, skipped=not one.defended_on
    )
    if not access.is_unit(user):
        review = next(reversed(list(one.legal_reviews.all())), None)
        said = f"{review.office}：{'同意' if review.passed else '不同意'}" if review else "审核人不能是拟制人"
        done = review.on if review and review.passed else None
        yield _line(user, project, "法制审核", done, said, "legal_review", Action.REVIEW_LEGALITY, running)
        may = running and access.allows(user, project, Action.DRAFT_REVOCATION)
        effective = one.decision.effective_on if one.decision else None
        papers = "决定所附纪要" if one.decision else "拟制取消称号决定时上传"
        yield StepLine("集体研究纪要", effective, papers, decision_of(one.decision) if one.decision else "")
        url = decision_of(one.decision) if one.decision else reverse("lifecycle:step", args=[project.pk, "T26"])
        number = one.decision.number if one.decision else "两厅联签"
        yield StepLine("取消称号决定（F15）", effective, number, url if effective or may else "", may and not effective)
    elif decision_told(user, one) and one.decision:
        yield StepLine("取消称号决定（F15）", one.decision.effective_on, one.decision.number, decision_of(one.decision))


def _after(user: User, project: Project, one: Revocation) -> Iterable[StepLine]:
    if decision_told(user, one) is None:
        return
    serving = project.stage == Stage.REVOKED and not one.decision_served_on
    yield _line(
        user, project, "决定书送达", one.decision_served_on, "复议、诉讼期限自此起算", "serve_decision",
        Action.RECORD_SERVICE, serving,
    )  # fmt: skip
    done = {row.kind: row for row in one.follow_ups.all()}
    pages = {"plaque": "牌匾收回", "report": "上报人社部", "publication": "公布"}
    routes = {"plaque": "plaque", "report": "report_upward", "publication": "publication"}
    for kind, label in pages.items():
        row = done.get(kind)
        yield _line(
            user, project, label, row.happened_on if row else None, note_of(row, one, kind), routes[kind], Action.FOLLOW_UP,
            project.stage in ENDED and row is None,
        )  # fmt: skip
    settled = project.settlements.filter(occasion=Occasion.REVOCATION, state="approved").order_by("-pk").first()
    url = reverse("funds:settlements", args=[project.pk])
    yield StepLine("资金清算", settled.approved_on if settled else None, "结余和不合规支出缴回", url)


def note_of(row: FollowUp | None, one: Revocation, kind: str) -> str:
    if row is None:
        return one.plaque if kind == FollowUp.Kind.PLAQUE and one.plaque else "尚未登记"
    return "，".join(filter(None, ["声明遗失作废" if row.lost else "", row.number, row.place]))


def _line(
    user: User, project: Project, label: str, on: date | None, note: str, route: str, action: Action, may: bool, *,
    skipped: bool = False,
) -> StepLine:  # fmt: skip
    opened = may and on is None and access.allows(user, project, action)
    url = reverse(f"lifecycle:{route}", args=[project.pk]) if opened else ""
    return StepLine(label, on, note, url, opened, skipped and not opened)


def proceeding_rows(user: User, project: Project) -> list[dict[str, Any]]:
    rows = []
    for one in proceedings_for(user, project):
        steps = steps_of(user, project, one)
        decision = decision_told(user, one)
        windows: Windows | None = windows_of(project, one) if decision else None
        points = one.ruling.items.filter(project=project).first() if one.ruling else None
        rows.append(
            {
                "one": one,
                "decision": decision,
                "ended": one.closed_on is not None and decision == one.decision,
                "steps": steps,
                "left": sum(1 for step in steps if step.on is None and not step.skipped),
                "windows": windows,
                "points": points.payload.get("points", []) if points else [],
                "publication": next(
                    (row for row in one.follow_ups.all() if row.kind == FollowUp.Kind.PUBLICATION), None
                ),
            }
        )
    return rows
