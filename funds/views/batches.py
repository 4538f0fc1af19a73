"""报账批次: made up by the clerk, signed by the leader, opened row by row and passed by finance; its review sheet."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.roles import Action
from funds import operations, queries
from funds.forms import GatherForm, JudgeForm, PassForm, ReturnBatchForm, RowForm
from funds.models import Batch, BatchPick, Voucher
from funds.operations import Outcome
from funds.queries.versions import word_of
from funds.rules import JUDGEABLE, sampling
from funds.views.seen import Shows
from funds.views.vouchers import is_id
from policy.money import ZERO, yuan
from policy.terms import VoucherState
from projects import access
from projects.models import Project
from projects.pages import Acting, Found, ProjectAction, ProjectConfirm, ProjectOperation, ProjectPage
from ui.forms import ConfirmForm
from ui.parts import Check


class OneBatch(Found):
    """Gives `self.batch`, found through the project."""

    def load(self) -> None:
        super().load()
        self.batch = get_object_or_404(queries.batches_of(self.project, self.actor), pk=self.kwargs["batch_id"])
        self.batch.project = self.project

    def get_success_url(self) -> str:
        return reverse("funds:batch", args=[self.project.pk, self.batch.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"batch": self.batch}

    def why_closed(self, looks: list[queries.Look]) -> str:
        """Why this person cannot pass or return the batch: the first row that waits says it. No row, no reason."""
        waiting = next((look.voucher for look in looks if look.voucher.state == VoucherState.SUBMITTED), None)
        if waiting is None:
            return ""
        waiting.project = self.project
        judging = queries.judging_of([waiting], actor=self.actor, action=Action.JUDGE_VOUCHER, on=self.today)
        return next((found.message for found in judging.findings(waiting)), "")


class Loop(Shows, OneBatch):
    """n done, m refused and why."""

    what = ""
    result: Outcome

    def shown(self) -> Batch:
        return self.batch

    def told(self, outcome: Outcome) -> Outcome:
        left = f"，{len(outcome.refused)} 笔未通过" if outcome.refused else ""
        self.done = f"{outcome.done} {self.what}{left}"
        return outcome

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        if self.carried_out:  # type: ignore[attr-defined]
            for number, why in self.result.refused:
                messages.warning(self.request, f"{number}：{why}")
        return response


class Register(Acting):
    """The batches of a project and the drafts that wait for one, whichever view renders them."""

    project: Project

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        gathers = access.allows(self.actor, self.project, Action.RECORD_VOUCHER)
        signs = access.allows(self.actor, self.project, Action.SUBMIT_VOUCHER)
        drafts = list(queries.drafts_of(self.project)) if gathers or signs else []
        loose = [row for row in drafts if not (row.batch and row.batch.state == Batch.State.DRAFT)]
        form = kwargs.pop("form", None) or GatherForm(project=self.project)
        typed = form["vouchers"].data if form.is_bound else None
        return super().get_context_data(  # type: ignore[misc]
            batches=list(queries.batches_of(self.project, self.actor)),
            drafts=queries.named(self.project, loose),
            gathers=gathers,
            hands_over=signs and bool(drafts),
            form=form,
            ticked={str(row.pk) for row in loose} if typed is None else set(typed),
            **({"title": "报账批次"} | kwargs),
        )


class Batches(Register, ProjectPage):
    template_name = "funds/batches.html"


class Gather(Register, ProjectOperation):
    """What cannot be gathered shows the page again with the title and the ticks."""

    http_method_names = ["post"]
    template_name = "funds/batches.html"
    form_class = GatherForm
    title, done = "报账批次", "已编入批次"
    result: Batch

    def run(self, data: dict[str, Any]) -> Batch:
        return operations.gather_batch(
            self.project.pk, actor=self.actor, voucher_ids=data["vouchers"], title=data["title"], on=self.today
        )

    def get_success_url(self) -> str:
        return reverse("funds:batch", args=[self.project.pk, self.result.pk])

    def get_repeat_url(self) -> str:
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return reverse("funds:batches", args=[self.project.pk])


class BatchPage(OneBatch, ProjectPage):
    template_name = "funds/batch.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, project, state = self.actor, self.project, self.batch.state
        looks = queries.looks_of(self.batch, self.actor)
        queries.named(project, [look.voucher for look in looks])
        draft, signed = state == Batch.State.DRAFT, state == Batch.State.SIGNED
        reviews = signed and access.allows(user, project, Action.JUDGE_VOUCHER)
        return super().get_context_data(
            title=str(self.batch),
            looks=looks,
            shows_picks=not access.is_unit(user) or state in (Batch.State.PASSED, Batch.State.RETURNED),
            drops=draft and access.allows(user, project, Action.RECORD_VOUCHER),
            signs=draft and access.allows(user, project, Action.SUBMIT_VOUCHER),
            reviews=reviews,
            why_batch=self.why_closed(looks) if reviews else "",
            **kwargs,
        )


class DropRow(OneBatch, ProjectAction):
    form_class = RowForm
    done = "已移出批次"

    def run(self, data: dict[str, Any]) -> Batch:
        row = get_object_or_404(self.batch.vouchers, pk=data["voucher"])
        ids = (self.project.pk, self.batch.pk)
        return operations.drop_from_batch(*ids, actor=self.actor, voucher_id=row.pk, on=self.today)

    def get_repeat_url(self) -> str:
        return self.get_success_url()


class Listed(Loop, ProjectConfirm):
    """The rows the click is about, and their sum, before the click."""

    template_name = "funds/batch_sign.html"

    def rows(self) -> QuerySet[Voucher]:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = queries.named(self.project, self.rows())
        return super().get_context_data(rows=rows, total=queries.sum_of(rows), **kwargs)


class SignBatch(Listed):
    form_class = ConfirmForm
    title, submit_label, what = "签字提交报账批次", "签字提交", "笔已提交"

    def rows(self) -> QuerySet[Voucher]:
        return self.batch.vouchers.order_by("pk")

    def consequences(self) -> list[str]:
        count, total = self.batch.rows, yuan(self.batch.total or ZERO)  # type: ignore[attr-defined]
        return [
            f"{self.batch}共 {count} 笔、合计 {total}，逐笔提交财政审核，在限额内的占用额度。",
            "签字时随机生成抽样种子并存档，财政据此抽查，任何人都可以复算。",
            "不能提交的（缺凭证、您本人登记等）留在草稿中，并说明原因。",
        ]

    def run(self, data: dict[str, Any]) -> Outcome:
        ids = (self.project.pk, self.batch.pk)
        return self.told(operations.sign_batch(*ids, actor=self.actor, seen=self.seen, on=self.today))


class ReviewBatch(OneBatch, ProjectPage):
    """Evidence left, entry right; `?at=` names the row."""

    template_name = "funds/batch_review.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        looks = queries.looks_of(self.batch, self.actor)
        at = self.request.GET.get("at", "")
        asked = int(at) if is_id(at) else 0
        place = next((n for n, look in enumerate(looks) if look.voucher.pk == asked), 0)
        look = looks[place] if looks else None
        told = self.row(look) if look else {}
        queries.named(self.project, [one.voucher for one in looks])
        return super().get_context_data(
            title=f"审核{self.batch}",
            looks=looks,
            look=look,
            why_batch=self.why_closed(looks),
            earlier=looks[place - 1].voucher if place else None,
            later=looks[place + 1].voucher if place + 1 < len(looks) else None,
            unseen=sum(one.due and one.voucher.state == VoucherState.SUBMITTED for one in looks),
            **told,
            **kwargs,
        )

    def row(self, look: queries.Look) -> dict[str, Any]:
        voucher = look.voucher
        voucher.project = self.project
        judging = queries.judging_of([voucher], actor=self.actor, action=Action.JUDGE_VOUCHER, on=self.today)
        judges, lacks = voucher.state in JUDGEABLE, queries.missing(self.project, voucher)
        return {
            "voucher": voucher,
            "seen": word_of(voucher),
            "files": list(queries.files_shown(voucher, self.actor)),
            "reasons": voucher.why.splitlines(),
            "flags": list(voucher.flags.exclude(state="gone")),
            "asks": list(voucher.asks.select_related("asked_by", "answered_by")),
            "missing": lacks,
            "missing_words": queries.missing_words(lacks),
            "second": queries.why_second(self.project, voucher) if judges else "",
            "judges": judges and self.batch.state == Batch.State.SIGNED,
            "why_judge": next((found.message for found in judging.findings(voucher)), "") if judges else "",
            "judge_form": JudgeForm(project=self.project, voucher=voucher),
        }


class SeePick(OneBatch, ProjectAction):
    form_class = RowForm
    done = "已标记查看"

    def run(self, data: dict[str, Any]) -> BatchPick:
        row = get_object_or_404(self.batch.vouchers, pk=data["voucher"])
        ids = (self.project.pk, self.batch.pk)
        return operations.see_pick(*ids, actor=self.actor, voucher_id=row.pk, on=self.today)

    def get_success_url(self) -> str:
        """The next row that is to be opened, in the order of the page."""
        looks = queries.looks_of(self.batch, self.actor)
        here = self.result.voucher_id
        place = next((n for n, look in enumerate(looks) if look.voucher.pk == here), 0)
        later = next((look.voucher.pk for look in [*looks[place:], *looks[:place]] if look.due), here)
        return f"{reverse('funds:batch_review', args=[self.project.pk, self.batch.pk])}?at={later}"


class PassBatch(Listed):
    form_class = PassForm
    title, submit_label, what = "审核报账批次", "整批认定", "笔已认定或初审同意"

    def rows(self) -> QuerySet[Voucher]:
        return self.batch.vouchers.filter(state=VoucherState.SUBMITTED, first_judged_by=None).order_by("pk")

    def checklist(self) -> list[Check]:
        unseen = queries.unseen_of(self.batch, self.actor)
        text = (
            f"须查看的支出您已全部查看{'' if not unseen else f'（还差 {len(unseen)} 笔：' + '、'.join(unseen) + '）'}"
        )
        return [Check(not unseen, text, reverse("funds:batch_review", args=[self.project.pk, self.batch.pk]))]

    def consequences(self) -> list[str]:
        waiting = self.batch.waiting  # type: ignore[attr-defined]
        return [
            f"待认定的 {waiting} 笔逐笔认定，逐笔核对限额；不能认定的列明原因，留在批次中单独处理。",
            "达到两人认定金额的，本次为初审，待省财政另一人复审。",
            f"审核人记为 {self.actor}。",
        ]

    def run(self, data: dict[str, Any]) -> Outcome:
        ids = (self.project.pk, self.batch.pk)
        return self.told(operations.pass_batch(*ids, actor=self.actor, seen=self.seen, on=self.today, **data))


class ReturnBatch(Loop, ProjectOperation):
    template_name = "funds/form.html"
    form_class = ReturnBatchForm
    title, submit_label, what = "退回报账批次", "整批退回", "笔已退回"

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = self.batch.vouchers.filter(state=VoucherState.SUBMITTED, first_judged_by=None).order_by("pk")
        return super().get_form_kwargs() | {"rows": rows}

    def form_valid(self, form: Any) -> HttpResponse:
        self.remarks = form.remarks
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Outcome:
        told = {"opinion": data["opinion"], "remarks": self.remarks, "seen": self.seen}
        ids = (self.project.pk, self.batch.pk)
        return self.told(operations.return_batch(*ids, actor=self.actor, on=self.today, **told))


class BatchSheet(OneBatch, ProjectPage):
    """批次审核单, to be printed: every row, what was drawn by which seed, who opened it, who passed it."""

    template_name = "funds/batch_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        looks, edition = queries.looks_of(self.batch, self.actor), self.project.edition
        queries.named(self.project, [look.voucher for look in looks])
        numbers = ("batch_look_yuan", "batch_sample_share", "batch_sample_least")
        return super().get_context_data(
            title=f"批次审核单　{self.batch}",
            looks=looks,
            total=queries.sum_of(look.voucher for look in looks),
            method=sampling.METHOD,
            limits=[edition.limit(name) for name in numbers],
            **kwargs,
        )
