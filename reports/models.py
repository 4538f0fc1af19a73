"""What reports keep: drawings until their data change (a cache), and the periodic reports as they were made, for good."""

from django.conf import settings
from django.db import models

from accounts.models import Node


class Analysis(models.Model):
    """The tables of one question of one reach (`key`), made from the data that `stamp` names.

    `asked`: how the question is put again; `content`: the tables as JSON and the digest of each chart.
    """

    key = models.CharField(max_length=64, primary_key=True)
    asked = models.JSONField("查询条件", default=dict)
    stamp = models.CharField(max_length=64, blank=True)
    content = models.JSONField("统计表", default=dict)
    asked_at = models.DateTimeField("提出时间")
    made_at = models.DateTimeField("完成时间", null=True, blank=True)
    failure = models.CharField("未完成原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "统计结果"

    def __str__(self) -> str:
        return self.key


class ChartImage(models.Model):
    """One drawing by the digest of its data, shared by all results that show the same figures."""

    digest = models.CharField(max_length=64, primary_key=True)
    svg = models.TextField()
    png = models.BinaryField()
    used_at = models.DateTimeField("最近使用")

    class Meta:
        verbose_name = verbose_name_plural = "统计图"

    def __str__(self) -> str:
        return self.digest


class PeriodicReport(models.Model):
    """季报, 年报 of one place. Made once and never written over: made again it is a new version.

    `figures`: what text, tables and charts were made of; `asked_by`: none where the schedule asked. `number`: the quarter,
    0 for a year.
    """

    class Kind(models.TextChoices):
        QUARTER = "quarter", "季度报告"
        YEAR = "year", "年度报告"

    place = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name="范围")
    kind = models.CharField("类别", max_length=8, choices=Kind)
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("季度", default=0)
    version = models.PositiveSmallIntegerField("版次")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    made_on = models.DateField("生成日期", null=True, blank=True)
    figures = models.JSONField("数据", default=dict, blank=True)
    failure = models.CharField("未完成原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定期报告"
        ordering = ["-year", "-number", "place_id", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "kind", "year", "number", "version"], name="periodic_report_versions_differ"
            ),
            models.CheckConstraint(
                name="a_quarter_has_its_number",
                condition=models.Q(kind="quarter", number__range=(1, 4)) | models.Q(kind="year", number=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（第 {self.version} 版）"

    @property
    def title(self) -> str:
        return f"{self.year} 年第 {self.number} 季度报告" if self.number else f"{self.year} 年度报告"


class PeriodicFile(models.Model):
    """One format of a periodic report, byte for byte as it was made; `sha256` is asked again at every download."""

    report = models.ForeignKey(PeriodicReport, models.PROTECT, related_name="files")
    kind = models.CharField("格式", max_length=4)
    name = models.CharField("文件名", max_length=160)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField("大小")
    content = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "定期报告文件"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "kind"], name="one_file_per_format")]

    def __str__(self) -> str:
        return self.name


class BatchPrint(models.Model):
    """批量打印: one form of several projects as one PDF, of who asked for it alone. Kept some days, then swept.

    `projects`: ids in their order; `which`: the newest paper of each or all; `refused`: name and reason of what is not in it.
    """

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    on = models.DateField("日期")
    form = models.CharField("表", max_length=12)
    title = models.CharField("表名", max_length=80)
    which = models.CharField("哪一份", max_length=8)
    scope = models.CharField("范围", max_length=300)
    projects = models.JSONField("项目", default=list)
    reason = models.CharField("用途", max_length=200, blank=True)
    made_at = models.DateTimeField("完成时间", null=True, blank=True)
    printed = models.PositiveIntegerField("已打印份数", default=0)
    refused = models.JSONField("不能打印的", default=list)
    content = models.BinaryField(default=b"")
    sha256 = models.CharField(max_length=64, blank=True)
    failure = models.CharField("未完成原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批量打印"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.title}（{len(self.projects)} 个项目）"

    @property
    def result(self) -> str:
        return f"已打印 {self.printed} 份" + (f"，{len(self.refused)} 份不能打印" if self.refused else "")
