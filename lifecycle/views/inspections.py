"""One inspection below its project: the page, the check list item by item, signatures, corrections, the unit's word."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.roles import Action
from lifecycle.forms import inspections as forms
from lifecycle.forms.steps import ReasonForm
from lifecycle.models import Inspection, InspectionItem, InspectionNote, InspectionTour
from lifecycle.models.inspections import ABOUT_ITEM, ABOUT_NOTICE
from lifecycle.operations import inspections as ops
from lifecycle.queries.inspections import (
    inspections_for,
    items_of,
    may_conclude,
    opinion_papers,
    record_of,
    shown,
    shows_findings,
)
from lifecycle.rules.inspections import check_signature
from policy.findings import refuse
from projects import access
from projects.pages import Found, ProjectAction, ProjectOperation, ProjectPage
from projects.queries import files_for
from ui.parts import Check

State = Inspection.State


class ProjectInspections(ProjectPage):
    """检查与问题: the inspections of this project."""

    template_name = "lifecycle/inspections_project.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            inspections=shown(self.actor, self.project),
            may_plan=access.allows(self.actor, self.project, Action.PLAN_INSPECTION),
            on=self.today,
            **kwargs,
        )


class OneInspection(Found):
    """Gives `self.inspection`, of this project and known to this person; `self.seat` where he is of the team."""

    inspection: Inspection

    def load(self) -> None:
        super().load()
        found = inspections_for(self.actor).filter(project=self.project)
        rows = found.select_related("seen_by", "answered_by", "concluded_by")
        self.inspection = get_object_or_404(rows, pk=self.kwargs["inspection_id"])
        self.inspection.project = self.project
        self.seat = self.inspection.team.members.filter(user=self.actor).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"inspection": self.inspection, **kwargs})

    def get_success_url(self) -> str:
        return reverse("lifecycle:inspection", args=[self.project.pk, self.inspection.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.inspection.pk


class AsMember(OneInspection):
    """Pages of the check list are the team's alone."""

    def load(self) -> None:
        super().load()
        if self.seat is None:
            refuse("member", "您不是本次检查的检查组成员，检查表和签字由检查组办理。")


class InspectionPage(OneInspection, ProjectPage):
    template_name = "lifecycle/inspection.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, user = self.inspection, self.actor
        rows = items_of(one, user)
        signatures = one.signatures.select_related("signer")
        findings = one.findings.select_related("problem__project", "item") if shows_findings(one, user) else []
        may = self.may(bool(findings))
        return super().get_context_data(
            rows=rows,
            done=sum(bool(row.item.verdict) for row in rows),
            bad=sum(row.item.verdict == "bad" for row in rows),
            team=one.team.members.select_related("user"),
            signatures=signatures,
            notes=one.notes.select_related("by", "item") if rows else [],
            findings=findings,
            papers=opinion_papers(one, user),
            notice=files_for(user, self.project).filter(about=ABOUT_NOTICE, about_id=one.pk),
            signing=self.signing(),
            may=may,
            acts=any(may.values()),
            on=self.today,
            **kwargs,
        )

    def signing(self) -> list[Check]:
        """What stands in the way of this member's signature."""
        if self.seat is None or self.inspection.state != State.PLANNED:
            return []
        least = self.project.edition.number("inspectors_min")
        found = check_signature(record_of(self.inspection), self.actor.pk, least=least)
        return [Check(ok=False, text=one.message, url="", clause=one.clause) for one in found]

    def may(self, findings: bool) -> dict[str, bool]:
        one, seat = self.inspection, self.seat
        open_ = one.state == State.PLANNED and one.tour.state != InspectionTour.State.DRAFT
        leads = bool(seat and seat.leads)
        unit = access.allows(self.actor, self.project, Action.SEE_INSPECTION)
        signed = one.state not in {State.PLANNED, State.DROPPED}
        return {
            "check": open_ and seat is not None,
            "reopen": open_ and leads,
            "word": one.state == State.SIGNED and seat is not None,
            "ask": one.state == State.SIGNED and leads and findings,
            "conclude": leads and may_conclude(one, self.today),
            "note": signed and seat is not None,
            "see": signed and unit and one.seen_on is None,
            "answer": one.state == State.ASKED and access.allows(self.actor, self.project, Action.ANSWER_INSPECTION),
        }


class Visit(AsMember, ProjectOperation):
    form_class = forms.VisitForm
    title, submit_label, done = "检查概况", "保存", "检查概况已保存"

    def get_initial(self) -> dict[str, Any]:
        one = self.inspection
        return {
            "visited_on": one.visited_on or min(one.visit_on, self.today),
            "place": one.place,
            "summary": one.summary,
        }

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.save_visit(*self.ids, actor=self.actor, on=self.today, **data)


class CheckItem(AsMember, ProjectOperation):
    """One line of the check list on a phone; saved, it goes on to the next one that is open."""

    template_name = "lifecycle/inspection_item.html"
    form_class = forms.ItemForm
    submit_label, done = "保存，下一项", "已保存"
    item: InspectionItem

    def load(self) -> None:
        super().load()
        self.item = get_object_or_404(self.inspection.items, pk=self.kwargs["inspection_item_id"])
        self.title = f"{self.item.part} · 第 {self.item.number} 项"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "item": self.item}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(self.inspection.items.values_list("pk", "number", "verdict"))
        numbers = {number: pk for pk, number, _ in rows}
        return super().get_context_data(
            item=self.item,
            all_items=len(rows),
            open_items=sum(not verdict for _, _, verdict in rows),
            before=numbers.get(self.item.number - 1),
            after=numbers.get(self.item.number + 1),
            photos=files_for(self.actor, self.project).filter(about=ABOUT_ITEM, about_id=self.item.pk),
            **kwargs,
        )

    def run(self, data: dict[str, Any]) -> Inspection:
        said = ops.Checked(*(data[name] for name in ("verdict", "actual", "note", "place")))
        files = [*data["photos"], *data["papers"]]
        return ops.save_items(
            *self.ids, items={self.item.pk: said}, photos={self.item.pk: files}, seen=data["seen"], actor=self.actor,
            on=self.today,
        )  # fmt: skip

    def get_success_url(self) -> str:
        """The next open line after this one, else the first open one, else back to the record."""
        left = self.inspection.items.filter(verdict="").order_by("number")
        following = left.filter(number__gt=self.item.number).first() or left.first()
        if following is None:
            return super().get_success_url()
        return reverse("lifecycle:inspection_item", args=[*self.ids, following.pk])

    def get_cancel_url(self) -> str:
        return super().get_success_url()


class SignRecord(AsMember, ProjectAction):
    done = "已签字"

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.sign_record(*self.ids, actor=self.actor, on=self.today)


class ReopenRecord(AsMember, ProjectOperation):
    form_class = ReasonForm
    title, submit_label, done = "退回检查记录", "退回修改", "已退回，修改后全体重新签字"

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.reopen_record(*self.ids, actor=self.actor, on=self.today, **data)


class NoteRecord(AsMember, ProjectOperation):
    form_class = forms.NoteForm
    title, submit_label, done = "更正检查记录", "登记更正", "更正已登记，原记录不变"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "inspection": self.inspection}

    def run(self, data: dict[str, Any]) -> InspectionNote:
        return ops.note_record(*self.ids, actor=self.actor, on=self.today, **data)


class SeeRecord(OneInspection, ProjectOperation):
    form_class = forms.SeenRecordForm
    title, submit_label, done = "确认检查记录", "确认已阅", "已确认"

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.see_record(*self.ids, actor=self.actor, on=self.today, **data)
