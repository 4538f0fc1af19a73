"""One payment: entered, changed, submitted; the page where it is read and judged."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds import operations, queries, rules
from funds.forms import EvidenceForm, JudgeForm, VoucherForm
from funds.models import EVIDENCE, Voucher
from funds.rules import JUDGEABLE
from policy.terms import VoucherState
from projects import access
from projects.models import Project
from projects.pages import Acting, ProjectAction, ProjectOperation, ProjectPage

PEOPLE = ("recorded_by", "submitted_by", "judged_by")
ENTRY = [name for name in VoucherForm.base_fields if name not in ("uploads", "approvals")]


class OneVoucher:
    """Gives `self.voucher`, found through the project."""

    project: Project
    kwargs: dict[str, Any]

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        rows: QuerySet[Voucher] = self.project.vouchers.select_related("reverses", *PEOPLE).prefetch_related("hands")
        self.voucher = get_object_or_404(rows, pk=self.kwargs["voucher_id"])
        self.voucher.project = self.project

    def get_success_url(self) -> str:
        return reverse("funds:voucher", args=[self.project.pk, self.voucher.pk])


class RecordVoucher(ProjectOperation):
    template_name = "funds/voucher_form.html"
    form_class = VoucherForm
    title, submit_label, done = "登记支出", "暂存", "支出已登记为草稿，由单位负责人提交"
    result: Voucher

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"today": self.today}

    def run(self, data: dict[str, Any]) -> Voucher:
        return operations.record_voucher(self.project.pk, actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("funds:voucher", args=[self.project.pk, self.result.pk])

    def get_cancel_url(self) -> str:
        return reverse("funds:ledger", args=[self.project.pk])


class EditVoucher(OneVoucher, ProjectOperation):
    template_name = "funds/voucher_form.html"
    form_class = VoucherForm
    title, submit_label, done = "修改支出", "保存", "支出已修改"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"today": self.today}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.voucher, name) for name in ENTRY}

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> Voucher:
        return operations.edit_voucher(self.project.pk, self.voucher.pk, actor=self.actor, on=self.today, **data)


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


class SubmitVoucher(OneVoucher, ProjectAction):
    done = "已提交财政审核"

    def run(self, data: dict[str, Any]) -> Voucher:
        return operations.submit_voucher(self.project.pk, self.voucher.pk, actor=self.actor, on=self.today)


class Detail(OneVoucher, Acting):
    """What the page of one payment shows, whichever view renders it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        voucher, user = self.voucher, self.actor
        files = list(queries.files_of(voucher))
        judge = Action.APPROVE_REVERSAL if voucher.reverses_id else Action.JUDGE_VOUCHER
        judges = voucher.state in JUDGEABLE and access.allows(user, self.project, judge)
        queries.named(self.project, [voucher])
        return super().get_context_data(  # type: ignore[misc]
            voucher=voucher,
            files=files,
            reasons=self.reasons(),
            twins=list(queries.twins_of(voucher)),
            reversals=list(voucher.reversals.select_related("recorded_by")),
            judges=judges,
            why_judge=self.why_judge(user, judge) if judges else "",
            judge_form=kwargs.pop("form", None) or JudgeForm(project=self.project, voucher=voucher),
            may=self.may(user),
            why_submit=self.why_submit(user, sum(file.purpose == EVIDENCE for file in files)),
            **kwargs,
        )

    def reasons(self) -> list[str]:
        """What it lies outside of: asked today while it may still change, as it was once it is settled."""
        settled = self.voucher.state in (VoucherState.RECOGNISED, VoucherState.DISALLOWED)
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

    def may(self, user: User) -> dict[str, bool]:
        """The buttons that stand open to this person."""
        state, plain = self.voucher.state, self.voucher.reverses_id is None
        records = plain and access.allows(user, self.project, Action.RECORD_VOUCHER)
        submits = plain and access.allows(user, self.project, Action.SUBMIT_VOUCHER)
        reverses = plain and access.allows(user, self.project, Action.PROPOSE_REVERSAL)
        return {
            "edit": records and state in rules.EDITABLE,
            "delete": records and state == VoucherState.DRAFT,
            "evidence": records and state == VoucherState.QUESTIONED,
            "submit": submits and state in rules.EDITABLE,
            "reverse": reverses and state == VoucherState.RECOGNISED,
        }


class VoucherPage(Detail, ProjectPage):
    template_name = "funds/voucher.html"
