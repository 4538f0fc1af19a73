"""One payment: entered, changed, submitted; the page where it is read and judged."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds import operations, queries, rules
from funds.forms import EvidenceForm, JudgeForm, VoucherForm
from funds.models import EVIDENCE, Contract, FoundMoney, Voucher
from funds.queries.invoices import InvoiceReading
from funds.queries.payments import visible
from funds.queries.versions import word_of
from funds.rules import JUDGEABLE
from funds.views.seen import Rewrites, Seen
from policy.terms import EntryType, VoucherState
from projects import access
from projects.models import Project
from projects.pages import Acting, ProjectAction, ProjectOperation, ProjectPage

PEOPLE = ("recorded_by", "handed_to", "submitted_by", "first_judged_by", "judged_by")
NOT_ENTRY = ("uploads", "approvals", "invoice_file", "entry_type", "tax_included")
ENTRY = [name for name in VoucherForm.base_fields if name not in NOT_ENTRY]


LONGEST_ID = 12


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_ID


class OneVoucher:
    """Gives `self.voucher`, found through the project; a draft is there for its unit alone."""

    actor: User
    project: Project
    kwargs: dict[str, Any]

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        mine = self.project.vouchers.filter(visible(self.actor))
        rows: QuerySet[Voucher] = mine.select_related("reverses", "contract", "batch", *PEOPLE).prefetch_related(
            "hands"
        )
        self.voucher = get_object_or_404(rows, pk=self.kwargs["voucher_id"])
        self.voucher.project = self.project

    def get_success_url(self) -> str:
        return reverse("funds:voucher", args=[self.project.pk, self.voucher.pk])


class RecordVoucher(ProjectOperation):
    """`?contract=`, `?invoice=`: what a registered contract and an uploaded invoice say is filled in beforehand."""

    template_name = "funds/voucher_form.html"
    form_class = VoucherForm
    title, submit_label, done = "登记支出", "暂存", "支出已登记为草稿，由单位负责人提交"
    result: Voucher
    contract: Contract | None = None
    reading: InvoiceReading | None = None

    def load(self) -> None:
        super().load()
        contract, invoice = self.request.GET.get("contract", ""), self.request.GET.get("invoice", "")
        if is_id(contract):
            self.contract = self.project.contracts.filter(pk=contract, voided_on=None).first()
        if is_id(invoice) and self.request.method == "GET":
            self.reading = queries.reading_of(self.project, int(invoice))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"today": self.today}

    def get_initial(self) -> dict[str, Any]:
        return queries.prefilled(self.contract, self.reading)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = {
            "reading": self.reading,
            "chosen": self.contract,
            "contracts": self.project.contracts.filter(voided_on=None).exists(),
        }
        return super().get_context_data(**told, **kwargs)

    def run(self, data: dict[str, Any]) -> Voucher:
        return operations.record_voucher(self.project.pk, actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("funds:voucher", args=[self.project.pk, self.result.pk])

    def get_cancel_url(self) -> str:
        return reverse("funds:ledger", args=[self.project.pk])


class EditVoucher(Rewrites, OneVoucher, ProjectOperation):
    template_name = "funds/voucher_form.html"
    form_class = VoucherForm
    title, submit_label, done = "修改支出", "保存", "支出已修改"

    def shown(self) -> Voucher:
        return self.voucher

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"today": self.today, "editing": True}

    def get_initial(self) -> dict[str, Any]:
        voucher = self.voucher
        corrects = voucher.entry_type == EntryType.CORRECTION
        return {name: getattr(voucher, name) for name in ENTRY} | {
            "entry_type": voucher.entry_type if corrects else "",
            "tax_included": "yes" if voucher.tax_included else "no",
        }

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> Voucher:
        ids = (self.project.pk, self.voucher.pk)
        return operations.edit_voucher(*ids, actor=self.actor, seen=self.seen, on=self.today, **data)


class AddEvidence(OneVoucher, ProjectOperation):
    template_name = "funds/form.html"
    form_class = EvidenceForm
    title, submit_label, done = "补充材料", "上传", "材料已补充，待财政再次审核"

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> Voucher:
        return operations.add_evidence(self.project.pk, self.voucher.pk, actor=self.actor, on=self.today, **data)


class DeleteDraft(OneVoucher, ProjectAction):
    done = "草稿已删除"

    def run(self, data: dict[str, Any]) -> None:
        operations.delete_draft(self.project.pk, self.voucher.pk, actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        return reverse("funds:ledger", args=[self.project.pk])

    def get_repeat_url(self) -> str:
        return self.get_success_url()


class SubmitVoucher(Seen, OneVoucher, ProjectAction):
    done = "已提交财政审核"

    def run(self, data: dict[str, Any]) -> Voucher:
        ids = (self.project.pk, self.voucher.pk)
        return operations.submit_voucher(*ids, actor=self.actor, seen=self.seen, on=self.today)


class Detail(OneVoucher, Acting):
    """What the page of one payment shows, whichever view renders it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        voucher, user = self.voucher, self.actor
        files = list(queries.files_shown(voucher, user))
        evidence = sum(file.purpose == EVIDENCE for file in files)
        lacks = queries.missing(self.project, voucher) if voucher.reverses_id is None else []
        judge = Action.APPROVE_REVERSAL if voucher.reverses_id else Action.JUDGE_VOUCHER
        judges = self.judgeable() and access.allows(user, self.project, judge)
        queries.named(self.project, [voucher])
        return super().get_context_data(  # type: ignore[misc]
            voucher=voucher,
            seen=word_of(voucher),
            files=files,
            reasons=self.reasons(),
            twins=list(queries.twins_of(voucher, user)),
            reversals=list(voucher.reversals.select_related("recorded_by")),
            judges=judges,
            missing=lacks,
            missing_words=queries.missing_words(lacks),
            second=self.second(),
            asks=list(voucher.asks.select_related("asked_by", "answered_by")),
            found=FoundMoney.objects.filter(voucher=voucher).last(),
            why_judge=self.why_judge(user, judge) if judges else "",
            judge_form=kwargs.pop("form", None) or JudgeForm(project=self.project, voucher=voucher),
            may=self.may(user, evidence),
            why_submit=self.why_submit(user, evidence),
            **kwargs,
        )

    def judgeable(self) -> bool:
        return self.voucher.state in JUDGEABLE or (
            self.voucher.state == VoucherState.DISALLOWED and queries.proved(self.voucher)
        )

    def second(self) -> str:
        """Why two persons must say 认定, while that is still open."""
        open_ = self.voucher.state in (*rules.EDITABLE, *JUDGEABLE) and self.voucher.reverses_id is None
        return queries.why_second(self.project, self.voucher) if open_ else ""

    def reasons(self) -> list[str]:
        """What it lies outside of: asked today while it may still change, as it was once it is settled."""
        settled = self.voucher.state == VoucherState.RECOGNISED or not (
            self.voucher.state in rules.EDITABLE or self.judgeable()
        )
        if settled or self.voucher.reserving or self.voucher.reverses_id:
            return self.voucher.why.splitlines()
        return queries.in_words(queries.outside(self.project, self.voucher)).splitlines()

    def why_judge(self, user: User, action: Action) -> str:
        judging = queries.judging_of([self.voucher], actor=user, action=action, on=self.today)
        return next((found.message for found in judging.findings(self.voucher)), "")

    def why_submit(self, user: User, evidence: int) -> str:
        own = user in self.voucher.hands.all()
        if self.voucher.state not in rules.EDITABLE:
            return ""
        found = rules.check_submission(state=self.voucher.state, evidence=evidence, own=own)
        return next((finding.message for finding in found), "")

    def may(self, user: User, evidence: int) -> dict[str, bool]:
        """The buttons that stand open to this person."""
        state, plain = self.voucher.state, self.voucher.reverses_id is None
        enters = access.allows(user, self.project, Action.RECORD_VOUCHER)
        records = plain and enters
        holds = user == (self.voucher.handed_to or self.voucher.recorded_by)
        asks = access.allows(user, self.project, Action.ASK_PAPER)
        submits = plain and access.allows(user, self.project, Action.SUBMIT_VOUCHER)
        reverses = plain and access.allows(user, self.project, Action.PROPOSE_REVERSAL)
        return {
            "edit": records and holds and state in rules.EDITABLE,
            "delete": records and holds and state == VoucherState.DRAFT,
            "ask": asks and state in JUDGEABLE,
            "answer": enters and state in JUDGEABLE,
            "evidence": enters and rules.takes_paper(state=state, reversal=not plain, evidence=evidence),
            "submit": submits and state in rules.EDITABLE,
            "reverse": reverses and state == VoucherState.RECOGNISED,
        }


class VoucherPage(Detail, ProjectPage):
    template_name = "funds/voucher.html"
