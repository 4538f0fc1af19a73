"""班次台账: the register that readings of training are drawn from. It holds no trainee names."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from performance.models.round import PeriodReturn
from projects.models import Occupation, Project

USER = settings.AUTH_USER_MODEL


class TrainingClass(models.Model):
    """One class that ended: who was trained in which occupation and level, and what came of it. 人次, never names.

    A row is never deleted: a wrong one is voided with its reason and stays readable. `counted_in`: the accepted
    return whose figures hold it; from then on nothing of it changes but being voided (a trigger stands for that).
    """

    class Level(models.TextChoices):
        FIVE = "5", "五级（初级工）"
        FOUR = "4", "四级（中级工）"
        THREE = "3", "三级（高级工）"
        TWO = "2", "二级（技师）"
        ONE = "1", "一级（高级技师）"
        MIXED = "0", "不分等级"

    project = models.ForeignKey(Project, models.PROTECT, related_name="training_classes")
    number = models.CharField("班次编号", max_length=40)
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="+", verbose_name="职业（工种）")
    level = models.CharField("等级", max_length=1, choices=Level)
    start_on = models.DateField("开班日期")
    end_on = models.DateField("结业日期")
    trained = models.PositiveIntegerField("培训人次")
    high_skill = models.PositiveIntegerField("其中高级工及以上人次")
    passed = models.PositiveIntegerField("合格人次")
    certified = models.PositiveIntegerField("取得高级工及以上证书人数", default=0)
    surveyed = models.PositiveIntegerField("受访人数", default=0)
    satisfied = models.PositiveIntegerField("满意人数", default=0)
    subsidised = models.BooleanField("政府补贴性培训", default=False)
    apprentices = models.BooleanField("企业新型学徒制", default=False)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_on = models.DateField("登记日期")
    voided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    voided_on = models.DateField("作废日期", null=True, blank=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True)
    counted_in = models.ForeignKey(PeriodReturn, models.PROTECT, null=True, blank=True, related_name="counted_classes")

    class Meta:
        verbose_name = verbose_name_plural = "班次台账"
        ordering = ["-end_on", "-pk"]
        indexes = [models.Index(fields=["project", "end_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], condition=Q(voided_on__isnull=True), name="class_number_once"
            ),
            models.CheckConstraint(name="class_runs_forward", condition=Q(end_on__gte=F("start_on"))),
            models.CheckConstraint(
                name="class_parts_within_total",
                condition=Q(trained__gt=0)
                & Q(high_skill__lte=F("trained"))
                & Q(passed__lte=F("trained"))
                & Q(certified__lte=F("passed"))
                & Q(satisfied__lte=F("surveyed")),
            ),
            models.CheckConstraint(
                name="class_level_fits_high_skill",
                condition=Q(level="0")
                | (Q(level__in=["1", "2", "3"]) & Q(high_skill=F("trained")))
                | (Q(level__in=["4", "5"]) & Q(high_skill=0) & Q(certified=0)),
            ),
            models.CheckConstraint(
                name="voided_class_says_why",
                condition=Q(voided_on__isnull=True) | (Q(voided_by__isnull=False) & ~Q(void_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ClassImport(models.Model):
    """导入班次: one uploaded workbook, kept as the receipt of what was read and of what became of it.

    Nothing is recorded before `committed_at`. `refused`: place, number and reason of each row that was not recorded.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="class_imports")
    name = models.CharField("文件名", max_length=160)
    sha256 = models.CharField("文件校验码", max_length=64)
    size = models.PositiveIntegerField("字节")
    content = models.BinaryField()
    rows = models.PositiveIntegerField("读到行数")
    errors = models.PositiveIntegerField("错误")
    millis = models.PositiveIntegerField("检查用时（毫秒）")
    uploaded_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_on = models.DateField("上传日期")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField("确认时间", null=True)
    recorded = models.PositiveIntegerField("已登记", default=0)
    standing = models.PositiveIntegerField("原已登记", default=0)
    refused = models.JSONField("未登记", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "班次导入"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
