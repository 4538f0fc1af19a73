"""认定, 暂不认定, 不认定, 退回; 冲销."""

from typing import Any

from django.utils.http import url_has_allowed_host_and_scheme

from funds import operations, queries
from funds.forms import JudgeForm, ReversalForm
from funds.models import Voucher
from funds.views.seen import Seen
from funds.views.vouchers import Detail, OneVoucher
from projects.pages import ProjectOperation


class Judge(Seen, Detail, ProjectOperation):
    """The payment's page; an invalid verdict shows it again with what was typed."""

    template_name = "funds/voucher.html"
    form_class = JudgeForm
    title, done = "审核支出", "审核结论已记录"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"voucher": self.voucher}


class JudgeVoucher(Judge):
    def get_success_url(self) -> str:
        """Back to the page of the batch where it was judged there."""
        url = self.request.POST.get("next", "")
        ours = url_has_allowed_host_and_scheme(url, {self.request.get_host()}, self.request.is_secure())
        return url if url and ours else super().get_success_url()

    def run(self, data: dict[str, Any]) -> Voucher:
        ids = (self.project.pk, self.voucher.pk)
        return operations.judge_voucher(*ids, actor=self.actor, seen=self.seen, on=self.today, **data)


class JudgeReversal(Judge):
    def run(self, data: dict[str, Any]) -> Voucher:
        ids = (self.project.pk, self.voucher.pk)
        return operations.judge_reversal(*ids, actor=self.actor, seen=self.seen, on=self.today, **data)


class ProposeReversal(OneVoucher, ProjectOperation):
    template_name = "funds/reversal_form.html"
    form_class = ReversalForm
    title, submit_label, done = "提出冲销", "提出冲销", "冲销已提出，待财政审核"

    def get_initial(self) -> dict[str, Any]:
        return {"amount": queries.remaining_of(self.voucher), "paid_on": self.today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(voucher=self.voucher, remaining=queries.remaining_of(self.voucher), **kwargs)

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> Voucher:
        return operations.propose_reversal(self.project.pk, self.voucher.pk, actor=self.actor, on=self.today, **data)
