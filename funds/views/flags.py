"""疑点: the list of one project, of all in reach, the page with its arithmetic and its thread."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from accounts.roles import Action
from funds.forms.flags import AnswerForm, AskForm, CloseForm, FlagFilter, FlagForm
from funds.models import Flag, FlagNote
from funds.operations import flags as operations
from funds.queries import flags as queries
from funds.queries.payments import visible
from funds.rules.flags import check_close
from policy.terms import Rank, VoucherState
from projects import access
from projects.pages import Acting, ProjectOperation, ProjectPage, RouteMixin
from ui.views import page_size

State = Flag.State


class Listing(Acting):
    """Filter, counts by state, sums by rule, one page of rows."""

    def listing(self, rows: QuerySet[Flag]) -> dict[str, Any]:
        form = FlagFilter(self.request.GET)
        counts = queries.counts_of(rows)
        found = rows.filter(queries.chosen(form.asked())).order_by("-raised_on", "-pk")
        page = Paginator(found, page_size(self.request)).get_page(self.request.GET.get("page"))
        for flag in page.object_list:
            flag.label = queries.rule_label(flag)  # type: ignore[attr-defined]
        return {
            "filter": form,
            "page_obj": page,
            "counts": [(state.label, state.value, counts.get(state, 0)) for state in State],
            "by_rule": queries.sums_by_rule(rows),
        }


class Flags(Listing, ProjectPage):
    template_name = "funds/flags.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.project.flags.select_related("voucher")
        may_raise = access.allows(self.actor, self.project, Action.RAISE_FLAG)
        return super().get_context_data(may_raise=may_raise, **self.listing(rows), **kwargs)


class AllFlags(Listing, RouteMixin, TemplateView):
    template_name = "funds/flags_all.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = queries.flags_for(self.actor, Action.VIEW_ALL_FLAGS)
        return super().get_context_data(**self.listing(rows), **kwargs)


class OneFlag(Acting):
    """The flag, found through its project, and what its page shows whichever view renders it."""

    project: Any
    kwargs: dict[str, Any]

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        rows = self.project.flags.select_related("voucher", "raised_by", "closed_by")
        self.flag = get_object_or_404(rows, pk=self.kwargs["flag_id"])
        self.flag.project = self.project

    def get_success_url(self) -> str:
        return reverse("funds:flag", args=[self.project.pk, self.flag.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        flag, shown = self.flag, kwargs.pop("form", None)
        open_ = flag.state in queries.OPEN
        may = {name: open_ and access.allows(self.actor, self.project, action) for name, action in ACTS.items()}
        forms = {name: form(project=self.project) for name, form in FORMS.items()}
        if shown is not None:
            forms |= {name: shown for name, form in FORMS.items() if isinstance(shown, form)}
        return super().get_context_data(  # type: ignore[misc]
            flag=flag,
            label=queries.rule_label(flag),
            rank=Rank(flag.rank) if flag.rank else None,
            figures=list(flag.figures.items()),
            elsewhere=queries.elsewhere_of(flag, self.actor),
            notes=list(flag.notes.select_related("by")),
            may=may,
            forms=forms,
            form=shown,
            why_close=self.why_close() if may["close"] else "",
            judgeable=flag.voucher is not None
            and flag.state == State.CONFIRMED
            and flag.voucher.state in (VoucherState.SUBMITTED, VoucherState.QUESTIONED)
            and access.allows(self.actor, self.project, Action.JUDGE_VOUCHER),
            **kwargs,
        )

    def why_close(self) -> str:
        """Why this person may not close this one."""
        held = {one.organisation_id for one in self.actor.live_memberships}
        voucher = self.flag.voucher
        found = check_close(
            conclusion="—",
            raised=self.flag.raised_by_id == self.actor.pk,
            own_unit=self.project.organisation_id in held,
            took_part=voucher is not None and voucher.hands.filter(pk=self.actor.pk).exists(),
        )
        return next((one.message for one in found), "")


ACTS = {"answer": Action.ANSWER_FLAG, "ask": Action.ASK_FLAG, "close": Action.CLOSE_FLAG}
FORMS = {"answer": AnswerForm, "ask": AskForm, "close": CloseForm}


class FlagPage(OneFlag, ProjectPage):
    template_name = "funds/flag.html"


class FlagAct(OneFlag, ProjectOperation):
    """The page again, with what was typed, where the act is refused."""

    template_name = "funds/flag.html"


class AnswerFlag(FlagAct):
    form_class, title, done = AnswerForm, "说明疑点", "说明已记录，待财政核定"

    def run(self, data: dict[str, Any]) -> FlagNote:
        return operations.answer_flag(self.project.pk, self.flag.pk, actor=self.actor, on=self.today, **data)


class AskFlag(FlagAct):
    form_class, title, done = AskForm, "追问疑点", "已记录"

    def run(self, data: dict[str, Any]) -> FlagNote:
        return operations.ask_flag(self.project.pk, self.flag.pk, actor=self.actor, on=self.today, **data)


class CloseFlag(FlagAct):
    form_class, title, done = CloseForm, "核定疑点", "疑点已核定"

    def run(self, data: dict[str, Any]) -> Flag:
        confirmed = data["verdict"] == State.CONFIRMED
        told = {"confirmed": confirmed, "conclusion": data["conclusion"]}
        return operations.close_flag(self.project.pk, self.flag.pk, actor=self.actor, on=self.today, **told)


class RaiseFlag(ProjectOperation):
    """`?voucher=`: about one payment of the project; without it about the project."""

    template_name = "funds/flag_new.html"
    form_class = FlagForm
    title, submit_label, done = "提出疑点", "提出", "疑点已提出，单位将收到通知"
    result: Flag

    def load(self) -> None:
        super().load()
        wanted = self.request.GET.get("voucher", "")
        known = wanted.isascii() and wanted.isdecimal() and len(wanted) <= LONGEST_ID
        rows = self.project.vouchers.filter(visible(self.actor))
        self.voucher = get_object_or_404(rows, pk=wanted) if known else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(voucher=self.voucher, **kwargs)

    def get_success_url(self) -> str:
        return reverse("funds:flag", args=[self.project.pk, self.result.pk])

    def get_cancel_url(self) -> str:
        return reverse("funds:flags", args=[self.project.pk])

    def run(self, data: dict[str, Any]) -> Flag:
        about = self.voucher.pk if self.voucher else None
        return operations.raise_flag(self.project.pk, actor=self.actor, voucher_id=about, on=self.today, **data)


LONGEST_ID = 9  # digits
