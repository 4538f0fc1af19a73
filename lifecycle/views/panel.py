"""验收组 as 省人社 keeps it, and the expert's own pages."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from lifecycle.forms.acceptance import (
    AbsencesForm,
    CardForm,
    PanelForm,
    PaperSheetsForm,
    ReplaceForm,
    SheetForm,
    ShortReasonForm,
)
from lifecycle.models import PanelSeat
from lifecycle.operations import panel as operations
from lifecycle.operations import sheets as sheet_operations
from lifecycle.operations.acceptance import open_acceptance
from lifecycle.queries import acceptance_of
from lifecycle.queries.panel import (
    assignments_of,
    card_of,
    case_of,
    conflicts_of,
    register_for,
    waiting_for_panel,
)
from lifecycle.rules.panel import check_size, criteria_of, least_of
from policy.findings import refuse
from policy.terms import Kind
from projects.pages import ProjectOperation, ProjectPage, RouteMixin
from ui.views import OperationView


class Experts(RouteMixin, TemplateView):
    """The register: who holds 专家, where they work."""

    template_name = "lifecycle/experts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = register_for(self.actor, self.today)
        return super().get_context_data(rows=[(one, card_of(one)) for one in people], **kwargs)


class ExpertPage(RouteMixin, OperationView):
    form_class = CardForm
    title, submit_label, done = "专家登记", "保存", "专家登记已保存"

    def load(self) -> None:
        super().load()
        people = register_for(self.actor, self.today)
        found = next((one for one in people if one.pk == self.kwargs["expert_id"]), None)
        if found is None:
            raise Http404
        self.expert = found
        self.title = f"专家登记：{found}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "expert": self.expert, "actor": self.actor}

    def get_success_url(self) -> str:
        return reverse("lifecycle:experts")

    get_cancel_url = get_success_url

    def run(self, data: dict[str, Any]) -> Any:
        organisation = int(data["organisation"]) if data["organisation"] else None
        said = {name: data[name] for name in ("employer", "title", "field")}
        return operations.keep_card(
            self.expert.pk, **said, organisation_id=organisation, actor=self.actor, on=self.today
        )


class PanelNew(RouteMixin, OperationView):
    """One panel for one application or for a batch of them."""

    form_class = PanelForm
    template_name = "lifecycle/panel_new.html"
    title, submit_label, done = "组成验收组", "组成验收组", "验收组已组成，专家已收到通知"

    def load(self) -> None:
        super().load()
        self.waiting = waiting_for_panel(self.actor)
        self.people = register_for(self.actor, self.today)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET.get("project", "")
        chosen = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < len("1000000000") else 0
        told = {"experts": self.people, "waiting": self.waiting, "chosen": chosen}
        return {**super().get_form_kwargs(), **told}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projects = [row.project for row in self.waiting]
        known = [one for one in self.people if card_of(one)]
        people, names = {one.pk: one for one in known}, {one.pk: one for one in projects}
        away = [
            {"person": people[person], "project": names[project], "why": "、".join(reasons)}
            for (person, project), reasons in conflicts_of(known, projects).items()
        ]
        least = {least_of(one.edition, Kind(one.kind)) for one in projects}
        return super().get_context_data(away=away, least=sorted(least, key=lambda one: one.key), **kwargs)

    def get_success_url(self) -> str:
        if getattr(self, "first", None):
            return reverse("lifecycle:panel", args=[self.first])
        return reverse("reports:workbench")

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        visits = self.bound.visits()
        said = {name: data[name] for name in ("name", "notice_number", "notice", "recuse")}
        made = operations.form_panel(
            visits, **said, experts=[int(pk) for pk in data["experts"]], leader=int(data["leader"]),
            actor=self.actor, on=self.today,
        )  # fmt: skip
        self.first = min(visits)
        return made


class PanelPage(ProjectPage):
    """Who sits, who stays away, whose sheet is in; what is in the sheets stands on the acceptance page, once open."""

    template_name = "lifecycle/panel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acceptance = acceptance_of(self.project)
        view = case_of(acceptance)
        least = least_of(self.project.edition, Kind(self.project.kind))
        found = list(check_size(len(view.sitting), least)) if view else []
        batch = list(view.case.panel.cases.select_related("acceptance__project")) if view else []
        told = {"acceptance": acceptance, "view": view, "findings": found, "batch": batch, "least": least}
        return super().get_context_data(**told, **kwargs)


class _OfPanel(ProjectOperation):
    """A page about the panel of the acceptance under way; a seat of another project's panel is not found."""

    success_name = "lifecycle:panel"

    def load(self) -> None:
        super().load()
        seats = PanelSeat.objects.filter(panel__cases__acceptance__project=self.project)
        seat = get_object_or_404(seats.distinct(), pk=self.kwargs["seat_id"]) if "seat_id" in self.kwargs else None
        view = case_of(open_acceptance(self.project))
        if view is None:
            refuse("no_panel", "本项目还没有验收组，请先组成验收组。", "通知 六（一）")
        self.panel = view
        if seat is not None:
            found = view.member(seat.pk)
            if found is None:
                raise Http404
            self.member = found


class ReplaceExpert(_OfPanel):
    form_class = ReplaceForm
    submit_label, done = "更换", "专家已更换，新专家已收到通知"

    def load(self) -> None:
        super().load()
        self.title = f"更换验收专家：{self.member.seat.expert}"

    def get_form_kwargs(self) -> dict[str, Any]:
        seated = {seat.expert_id for seat in self.panel.case.panel.seats.all() if seat.until is None}
        people = [one for one in register_for(self.actor, self.today) if one.pk not in seated]
        return {**super().get_form_kwargs(), "experts": people}

    def run(self, data: dict[str, Any]) -> Any:
        said = {"expert": int(data["expert"]), "reason": data["reason"]}
        return operations.replace_expert(self.project.pk, self.member.seat.pk, **said, actor=self.actor, on=self.today)


class Absence(_OfPanel):
    form_class = ShortReasonForm
    submit_label, done = "登记缺席", "已登记缺席"

    def load(self) -> None:
        super().load()
        self.title = f"登记专家缺席：{self.member.seat.expert}"

    def run(self, data: dict[str, Any]) -> Any:
        return operations.record_absence(
            self.project.pk, self.member.seat.pk, reason=data["reason"], actor=self.actor, on=self.today
        )


class Absences(_OfPanel):
    """Several at once: with two away of seven the panel stays odd, with one it would not."""

    form_class = AbsencesForm
    template_name = "lifecycle/absences.html"
    title, submit_label, done = "登记多名专家缺席", "一次登记缺席", "已登记缺席"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "members": self.panel.missing}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(least=least_of(self.project.edition, Kind(self.project.kind)), **kwargs)

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        absences = self.bound.absences()
        return operations.record_absences(self.project.pk, absences=absences, actor=self.actor, on=self.today)


class PaperSheets(_OfPanel):
    """The short way where experts sign on paper: every sheet that is missing, at once."""

    form_class = PaperSheetsForm
    template_name = "lifecycle/paper_sheets.html"
    title, submit_label, done = "代录纸质评审表", "一次录齐并启封", "评审表已录齐"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "view": self.panel}

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        return sheet_operations.record_paper_sheets(
            self.project.pk, sheets=self.bound.sheets(), scan=data["scan"], actor=self.actor, on=self.today
        )


# The expert


class Assignments(RouteMixin, TemplateView):
    template_name = "lifecycle/assignments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [(view, view.of(self.actor)) for view in assignments_of(self.actor)]
        return super().get_context_data(rows=rows, today=self.today, **kwargs)


class Sheet(_OfPanel):
    """The expert's own sheet: kept, then handed in."""

    form_class = SheetForm
    template_name = "lifecycle/sheet.html"
    title, submit_label, done = "专家评审表", "提交", "评审表已保存"

    def load(self) -> None:
        super().load()
        own = self.panel.of(self.actor)
        if own is None:
            raise Http404
        self.member = own

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "view": self.panel, "actor": self.actor}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        criteria = criteria_of(self.project.edition, Kind(self.project.kind))
        locked = bool(self.member.sheet and self.member.sheet.state != "draft")
        told = {"member": self.member, "view": self.panel, "criteria": criteria, "locked": locked}
        return super().get_context_data(**told, **kwargs)

    def get_success_url(self) -> str:
        return reverse("lifecycle:assignments")

    get_cancel_url = get_success_url

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        final = "final" in self.request.POST
        act = sheet_operations.submit_sheet if final else sheet_operations.save_sheet
        self.done = "评审表已提交，不能再改" if final else "评审表已暂存，只有您本人能看到"
        return act(self.project.pk, filled=self.bound.filled(), actor=self.actor, on=self.today)


class Recuse(_OfPanel):
    form_class = ShortReasonForm
    title, submit_label, done = "申报回避", "申报回避", "已申报回避，您不再看到该项目"

    def load(self) -> None:
        super().load()
        if self.panel.of(self.actor) is None:
            raise Http404

    def get_success_url(self) -> str:
        return reverse("lifecycle:assignments")

    get_cancel_url = get_success_url

    def run(self, data: dict[str, Any]) -> Any:
        return operations.declare_recusal(self.project.pk, reason=data["reason"], actor=self.actor, on=self.today)
