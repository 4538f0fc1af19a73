"""支出: registering, changing, submitting, judging, reversing, asking for papers. Each is one operation of the page."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers

from funds import operations
from funds.api.payments import AskData, OneVoucher, PaymentData, shown
from funds.forms.vouchers import PROCUREMENT, quarters
from funds.models import Ask, Voucher
from policy.days import FIRST_YEAR, LAST_YEAR
from policy.terms import EntryType, PayWay, Source, VoucherState
from projects.api import Act
from ui.api import Asked, Money, SeenAsked, Text, Told, Uploads, Whole

MOST = 1_000_000
VERDICTS = (VoucherState.RECOGNISED, VoucherState.QUESTIONED, VoucherState.DISALLOWED, VoucherState.RETURNED)


class EntryAsked(Asked):
    """The facts of a payment. Optional ones that are not sent stay as they are."""

    number = Text(max_length=40, help_text="凭证号，项目内不重复")
    paid_on = serializers.DateField(help_text="支付日期")
    category = Text(max_length=32, help_text="支出类别代码，见资金台账")
    source = serializers.ChoiceField(Source.choices, help_text="资金来源")  # type: ignore[assignment]
    amount = Money(help_text="本次实付金额")
    payee = Text(max_length=120, help_text="收款方")
    abstract = Text(max_length=200, help_text="摘要")
    pay_way = serializers.ChoiceField(PayWay.choices, required=False, help_text="支付方式")
    fund_year = Whole(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False, allow_null=True, help_text="资金年度")
    quantity = Whole(max_value=MOST, required=False, allow_null=True, help_text="数量")
    unit_price = Money(required=False, allow_null=True, help_text="单价")
    asset_card = Text(max_length=80, required=False, allow_blank=True, help_text="资产卡号")
    contract = Whole(required=False, allow_null=True, help_text="登记的合同；空着的合同号、采购方式按合同填写")
    contract_number = Text(max_length=80, required=False, allow_blank=True, help_text="合同号")
    procurement = serializers.ChoiceField(PROCUREMENT, required=False, allow_blank=True, help_text="采购方式")
    invoice_number = Text(max_length=60, required=False, allow_blank=True, help_text="发票号")
    invoice_seller = Text(max_length=120, required=False, allow_blank=True, help_text="开票方")
    invoice_on = serializers.DateField(required=False, allow_null=True, help_text="开票日期")
    invoice_total = Money(required=False, allow_null=True, help_text="发票总额")
    tax_included = serializers.BooleanField(required=False, help_text="含税")
    entry_type = serializers.ChoiceField(
        [(EntryType.CORRECTION.value, EntryType.CORRECTION.label)],
        required=False,
        allow_blank=True,
        help_text="以前期更正；不填按支付日期",
    )
    about_period = Text(max_length=20, required=False, allow_blank=True, help_text="更正的期间，如 2026 年第 1 季度")
    uploads = Uploads(help_text="支出凭证")
    approvals = Uploads(help_text="两厅批复")


class Entering(Act):
    asks: type[Asked] | None = EntryAsked
    answers, tag = PaymentData, "支出"

    def entry(self, given: dict[str, Any]) -> dict[str, Any]:
        """The contract by its id, and a period of the build period, as the form of the page offers them."""
        if given.get("contract") is not None:
            contract = self.project.contracts.filter(pk=given["contract"], voided_on=None).first()
            if contract is None:
                raise serializers.ValidationError({"contract": ["本项目没有登记这份合同。"]})
            given["contract"] = contract
        known = quarters(self.project.build_start_on, self.today)
        if given.get("about_period") and given["about_period"] not in known:
            raise serializers.ValidationError({"about_period": [f"应为：{'、'.join(known) or '（建设期未开始）'}。"]})
        return given


class EditAsked(EntryAsked, SeenAsked):
    """The facts, and what was read before they were changed."""


class RecordPayment(Entering):
    summary = "登记支出"
    description = "登记为草稿，由单位负责人提交。凭证以 multipart/form-data 随同上传。"
    made = 201

    def run(self, given: dict[str, Any]) -> Voucher:
        entry = self.entry(given)
        voucher = operations.record_voucher(self.project.pk, actor=self.actor, on=self.today, **entry)
        return shown(self.project, voucher, self.actor)


class EditPayment(OneVoucher, Entering):
    summary = "修改支出"
    description = "修改草稿或退回的支出；没有发送的可选项保持原样，文件追加。"
    asks = EditAsked

    def run(self, given: dict[str, Any]) -> Voucher:
        entry = self.entry(given)
        if "entry_type" not in entry and self.voucher.entry_type == EntryType.CORRECTION:
            kept = {"entry_type": self.voucher.entry_type, "about_period": self.voucher.about_period}
            entry = kept | entry
        ids = (self.project.pk, self.voucher.pk)
        return shown(self.project, operations.edit_voucher(*ids, actor=self.actor, on=self.today, **entry), self.actor)


class Done(Told):
    done = serializers.CharField(help_text="办理结果")


class DeletePayment(OneVoucher, Act):
    summary, tag = "删除支出草稿", "支出"
    description = "只能删除从未提交的草稿。"
    answers = Done

    def run(self, given: dict[str, Any]) -> dict[str, str]:
        operations.delete_draft(self.project.pk, self.voucher.pk, actor=self.actor, on=self.today)
        return {"done": "草稿已删除"}


class EvidenceAsked(Asked):
    uploads = Uploads(help_text="支出凭证")
    approvals = Uploads(help_text="两厅批复")


class OnVoucher(OneVoucher, Act):
    """An act on one payment that answers with the payment."""

    answers: type[Told] = PaymentData
    tag = "支出"

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.voucher.pk


class AddEvidence(OnVoucher):
    summary = "补充支出材料"
    description = "对暂不认定的支出补充材料。"
    asks = EvidenceAsked

    def run(self, given: dict[str, Any]) -> Voucher:
        return shown(
            self.project, operations.add_evidence(*self.ids, actor=self.actor, on=self.today, **given), self.actor
        )


class SubmitPayment(OnVoucher):
    summary = "提交支出"
    description = "在限额内的占用额度；不在限额内的仍可提交，不占用，由财政判断。登记人不能提交。"
    asks = SeenAsked

    def run(self, given: dict[str, Any]) -> Voucher:
        return shown(
            self.project, operations.submit_voucher(*self.ids, actor=self.actor, on=self.today, **given), self.actor
        )


class VerdictAsked(SeenAsked):
    verdict = serializers.ChoiceField([(one.value, one.label) for one in VERDICTS], help_text="审核结论")
    opinion = Text(max_length=300, required=False, allow_blank=True, help_text="审核意见；除认定外必填")


class JudgePayment(OnVoucher):
    summary = "审核支出"
    description = "认定、暂不认定、不认定、退回。达到限额的须两人先后认定：第二人同样调用本接口。"
    asks = VerdictAsked

    def run(self, given: dict[str, Any]) -> Voucher:
        return shown(
            self.project, operations.judge_voucher(*self.ids, actor=self.actor, on=self.today, **given), self.actor
        )


class JudgeReversal(OnVoucher):
    summary = "审核冲销"
    asks = VerdictAsked

    def run(self, given: dict[str, Any]) -> Voucher:
        return shown(
            self.project, operations.judge_reversal(*self.ids, actor=self.actor, on=self.today, **given), self.actor
        )


class ReversalAsked(Asked):
    amount = Money(help_text="冲销金额")
    reason = Text(max_length=200, help_text="冲销理由")
    paid_on = serializers.DateField(help_text="退款日期，不早于原支出的支付日期")
    number = Text(max_length=40, help_text="单位账上退款（红字）凭证的凭证号")
    uploads = Uploads(help_text="冲销凭证；没有的不能认定，可以补件")


class ReversePayment(OnVoucher):
    summary = "提出冲销"
    description = "答复为新的冲销记录，由财政审核；原支出保持不变。"
    asks, made = ReversalAsked, 201

    def run(self, given: dict[str, Any]) -> Voucher:
        return shown(
            self.project, operations.propose_reversal(*self.ids, actor=self.actor, on=self.today, **given), self.actor
        )


class PaperAsked(Asked):
    text = Text(max_length=300, help_text="需要补充的材料")


class AskForPaper(OnVoucher):
    summary = "要求补件"
    description = "本笔保留原位，不退回、不重新签字。"
    asks, answers, made = PaperAsked, AskData, 201

    def run(self, given: dict[str, Any]) -> Ask:
        return operations.ask_for_paper(*self.ids, actor=self.actor, on=self.today, **given)


class AnswerAsked(Asked):
    answer = Text(max_length=300, required=False, allow_blank=True, default="", help_text="答复")
    uploads = Uploads(help_text="材料")


class AnswerAsk(OnVoucher):
    summary = "答复补件"
    asks, answers = AnswerAsked, AskData

    def find(self) -> None:
        super().find()
        self.ask = get_object_or_404(self.voucher.asks, pk=self.kwargs["ask_id"])

    def run(self, given: dict[str, Any]) -> Ask:
        return operations.answer_ask(*self.ids, self.ask.pk, actor=self.actor, on=self.today, **given)
