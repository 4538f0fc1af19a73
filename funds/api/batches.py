"""报账批次: read, made up, signed, opened row by row, passed or returned."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from funds import operations, queries
from funds.models import Batch, BatchPick
from funds.operations import Outcome
from funds.queries.versions import word_of
from policy.terms import VoucherState
from projects import access
from projects.api import Act, ProjectApi, ProjectReading
from ui.api import Asked, Money, Person, SeenAsked, Text, Told, Whole

CLOSED = (Batch.State.PASSED, Batch.State.RETURNED)


class BatchRow(Told):
    id = serializers.IntegerField()
    number = serializers.IntegerField(help_text="批次号")
    title = serializers.CharField(help_text="名称")
    state = serializers.ChoiceField(Batch.State.choices)
    rows = serializers.IntegerField(help_text="笔数")
    total = Money(allow_null=True, help_text="金额合计")
    waiting = serializers.IntegerField(help_text="待审核笔数")
    drafted_by = Person(help_text="编制人")
    drafted_on = serializers.DateField()
    signed_by = Person(help_text="签字人")
    signed_on = serializers.DateField(allow_null=True)
    passed_by = Person(help_text="审核人")
    passed_on = serializers.DateField(allow_null=True)
    opinion = serializers.CharField(help_text="审核意见")


class LookData(Told):
    payment = serializers.IntegerField(source="voucher.pk")
    number = serializers.CharField(source="voucher.number", help_text="凭证号")
    amount = Money(source="voucher.amount")
    state = serializers.ChoiceField(VoucherState.choices, source="voucher.state")
    why = serializers.CharField(help_text="须查看的原因；单位在办结后才看到")
    seen_by = Person(help_text="查看人；单位在办结后才看到")
    seen_on = serializers.DateField(allow_null=True)


class BatchData(BatchRow):
    seed = serializers.CharField(help_text="抽样种子；单位在办结后才看到")
    payments = LookData(many=True, source="looks")
    seen = serializers.CharField(help_text="批次及其各笔的校验码；签字、审核、退回时作为 seen 原样送回")


class Batches(ProjectReading):
    summary, tag = "报账批次列表", "批次"
    answers, many = BatchRow, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Batch]:
        return queries.batches_of(self.project, self.actor)


class OneBatch(ProjectApi):
    """Gives `self.batch`, found through the project."""

    def find(self) -> None:
        self.batch = get_object_or_404(queries.batches_of(self.project, self.actor), pk=self.kwargs["batch_id"])
        self.batch.project = self.project

    def shown(self) -> dict[str, Any]:
        """As it stands now. What finance is to open is its own business until it is done, as on the page."""
        batch = queries.batches_of(self.project, self.actor).get(pk=self.batch.pk)
        batch.project = self.project
        open_ = not access.is_unit(self.actor) or batch.state in CLOSED
        looks = []
        for look in queries.looks_of(batch):
            seen = look.pick if open_ else None
            told = {"voucher": look.voucher, "why": look.why if open_ else ""}
            looks.append(told | {"seen_by": seen and seen.seen_by, "seen_on": seen and seen.seen_on})
        told = {str(name): getattr(batch, str(name)) for name in BatchRow().fields}
        return told | {"seed": batch.seed if open_ else "", "looks": looks, "seen": word_of(batch)}


class BatchOne(OneBatch, ProjectReading):
    summary, tag = "一个报账批次", "批次"
    answers = BatchData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self.shown()


class GatherAsked(Asked):
    payments = serializers.ListField(child=Whole(), min_length=1, max_length=1000, help_text="编入的支出")
    title = Text(max_length=80, required=False, allow_blank=True, help_text="批次名称，可不填")


class GatherBatch(Act):
    summary, tag = "编入报账批次", "批次"
    description = "把草稿或退回的支出编入正在编制的批次；没有的新建一个。"
    asks, answers = GatherAsked, BatchRow

    def run(self, given: dict[str, Any]) -> Batch:
        ids = set(given.pop("payments"))
        if missing := sorted(ids - set(self.project.vouchers.filter(pk__in=ids).values_list("pk", flat=True))):
            raise serializers.ValidationError({"payments": [f"本项目没有这些支出：{missing}。"]})
        batch = operations.gather_batch(self.project.pk, actor=self.actor, on=self.today, voucher_ids=ids, **given)
        return queries.batches_of(self.project, self.actor).get(pk=batch.pk)


class RowAsked(Asked):
    payment = Whole(help_text="本批次中的支出")


class OnBatch(OneBatch, Act):
    """An act on a batch."""

    tag = "批次"

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.batch.pk

    def row_of(self, given: dict[str, Any]) -> int:
        pk: int = given["payment"]
        if not self.batch.vouchers.filter(pk=pk).exists():
            raise serializers.ValidationError({"payment": ["本批次没有这笔支出。"]})
        return pk


class DropFromBatch(OnBatch):
    summary = "移出报账批次"
    asks, answers = RowAsked, BatchData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.drop_from_batch(*self.ids, actor=self.actor, voucher_id=self.row_of(given), on=self.today)
        return self.shown()


class LeftRow(Told):
    number = serializers.CharField(help_text="凭证号")
    why = serializers.CharField(help_text="原因")


class OutcomeData(Told):
    done = serializers.IntegerField(help_text="办成的笔数")
    refused = LeftRow(many=True, help_text="未通过的各笔及原因")
    batch = BatchData()


class Loop(OnBatch):
    """n done, m refused and why."""

    answers = OutcomeData

    def told(self, outcome: Outcome) -> dict[str, Any]:
        left = [{"number": number, "why": why} for number, why in outcome.refused]
        return {"done": outcome.done, "refused": left, "batch": self.shown()}


class SignBatch(Loop):
    summary = "签字提交报账批次"
    description = "逐笔提交；不能提交的留在草稿中并说明原因。"
    asks = SeenAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        return self.told(operations.sign_batch(*self.ids, actor=self.actor, on=self.today, **given))


class PickData(Told):
    payment = serializers.IntegerField(source="voucher_id")
    why = serializers.ChoiceField(BatchPick.Why.choices, help_text="抽取原因")
    seen_by = Person()
    seen_on = serializers.DateField(allow_null=True)


class SeeRow(OnBatch):
    summary = "标记已查看"
    description = "已打开本批次中的一笔支出及其凭证。"
    asks, answers = RowAsked, PickData

    def run(self, given: dict[str, Any]) -> BatchPick:
        return operations.see_pick(*self.ids, actor=self.actor, voucher_id=self.row_of(given), on=self.today)


class PassAsked(SeenAsked):
    opinion = Text(max_length=300, required=False, allow_blank=True, help_text="审核意见")


class PassBatch(Loop):
    summary = "整批认定"
    description = "须查看的各笔都查看后，逐笔认定。"
    asks = PassAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        return self.told(operations.pass_batch(*self.ids, actor=self.actor, on=self.today, **given))


class RemarkAsked(RowAsked):
    opinion = Text(max_length=300, help_text="本笔的理由")


class ReturnAsked(SeenAsked):
    opinion = Text(max_length=300, help_text="总体理由")
    remarks = RemarkAsked(many=True, required=False, help_text="各笔单独的理由；没有的按总体理由")


class ReturnBatch(Loop):
    summary = "整批退回"
    asks = ReturnAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        remarks = {self.row_of(one): one["opinion"] for one in given.get("remarks", ())}
        told = {"opinion": given["opinion"], "remarks": remarks, "seen": given["seen"]}
        done = operations.return_batch(*self.ids, actor=self.actor, on=self.today, **told)
        return self.told(done)
