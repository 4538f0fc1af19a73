"""报账批次: what a unit hands in under one signature, what finance opened of it, and what it asked for (handbook 5)."""

from django.db import models
from django.db.models import Q

from funds.models.fields import day, person
from projects.models import Project


class Batch(models.Model):
    """`seed` is drawn when it is signed, so that the sample can be drawn again by anyone (see `rules.sampling`)."""

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        SIGNED = "signed", "待财政审核"
        PASSED = "passed", "已办结"
        RETURNED = "returned", "已退回"

    project = models.ForeignKey(Project, models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField("批次号")
    title = models.CharField("名称", max_length=80)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    seed = models.CharField("抽样种子", max_length=64, blank=True)
    drafted_by = person("编制人", optional=False)
    drafted_on = models.DateField("编制日期")
    signed_by = person("签字人")
    signed_on = day("签字日期")
    passed_by = person("审核人")
    passed_on = day("办结日期")
    opinion = models.CharField("审核意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报账批次"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="batch_number_once_per_project"),
            models.UniqueConstraint(fields=["project"], condition=Q(state="draft"), name="one_draft_batch_per_project"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}批 {self.title}"


class BatchPick(models.Model):
    """A row finance must open before the batch may pass, and why: flagged, above the threshold, or drawn.

    `seen_by`: who opened it first; `PickView` has everyone.
    """

    class Why(models.TextChoices):
        FLAGGED = "flagged", "有疑点"
        THRESHOLD = "threshold", "达到限额"
        OUTSIDE = "outside", "不在限额内"
        SAMPLE = "sample", "抽样"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="picks")
    voucher = models.ForeignKey("funds.Voucher", models.PROTECT, related_name="picks")
    why = models.CharField("抽取原因", max_length=12, choices=Why)
    seen_by = person("查看人")
    seen_on = day("查看日期")

    class Meta:
        verbose_name = verbose_name_plural = "抽查"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "voucher"], name="voucher_picked_once_per_batch")]

    def __str__(self) -> str:
        return f"{self.batch} {self.voucher}"


class PickView(models.Model):
    """One officer has opened a row and its evidence. Who passes a batch has a view of his own of every pick."""

    pick = models.ForeignKey(BatchPick, models.PROTECT, related_name="views")
    seen_by = person("查看人", optional=False)
    seen_on = models.DateField("查看日期")

    class Meta:
        verbose_name = verbose_name_plural = "抽查查看"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["pick", "seen_by"], name="pick_viewed_once_by_each")]

    def __str__(self) -> str:
        return f"{self.seen_by} {self.seen_on}"


class Ask(models.Model):
    """补件: a paper asked for without sending the row back; it keeps its place and its signature."""

    voucher = models.ForeignKey("funds.Voucher", models.PROTECT, related_name="asks")
    text = models.CharField("要求", max_length=300)
    asked_by = person("提出人", optional=False)
    asked_on = models.DateField("提出日期")
    due_on = models.DateField("补件期限")
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_by = person("答复人")
    answered_on = day("答复日期")

    class Meta:
        verbose_name = verbose_name_plural = "补件"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
