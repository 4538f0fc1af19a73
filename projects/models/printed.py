"""登记的打印件: one version of a form that was printed to be sealed, its check code, and the sealed scan that came back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from papers.code import short
from projects.models.project import Attachment, Project

USER = settings.AUTH_USER_MODEL


class PrintedPaper(models.Model):
    """`digest`: of what the form said when it was registered; `code`: what stands in its footer.

    A form has one current print (`key` is the form's own inside its project, or inside the area whose paper it is: one
    of both); a later one replaces it.
    `for_unit`, `for_offices`: whether the form was open to them on that day; asked where the form itself is no longer
    offered, as one of figures "as of today" is not on the day after.
    `held_on`: the last day on which its form was found to say the same; `changed_on`: since when it is known not to.
    """

    class State(models.TextChoices):
        PRINTED = "printed", "待盖章"
        RETURNED = "returned", "已回传"
        VOID = "void", "已作废"

    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="prints")
    place = models.ForeignKey(
        "accounts.Node", models.PROTECT, null=True, blank=True, related_name="prints", verbose_name="地区"
    )
    key = models.CharField("表单标识", max_length=120)
    form = models.CharField("表单编号", max_length=20)
    title = models.CharField("标题", max_length=160)
    number = models.CharField("文号", max_length=120, blank=True)
    version = models.PositiveSmallIntegerField("打印版次")
    digest = models.CharField("内容摘要", max_length=64)
    code = models.CharField("校验码", max_length=12, unique=True)
    for_unit = models.BooleanField("单位可见", default=True)
    for_offices = models.BooleanField("部门可见", default=True)
    draft = models.BooleanField("草稿", default=False)
    dated_on = models.DateField("表单日期", null=True, blank=True)
    organisation_name = models.CharField("单位或地区名称", max_length=160)
    registered_on = models.DateField("登记日期")
    registered_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="登记人")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PRINTED)
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="盖章件")
    returned_on = models.DateField("回传日期", null=True, blank=True)
    returned_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    void_on = models.DateField("作废日期", null=True, blank=True)
    void_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    void_why = models.CharField("作废理由", max_length=300, blank=True)
    held_on = models.DateField("内容核对日期", null=True, blank=True)
    changed_on = models.DateField("发现内容变化日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "打印件"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "key"], condition=~Q(state="void"), name="one_current_print_per_form"
            ),
            models.UniqueConstraint(
                fields=["place", "key"], condition=~Q(state="void"), name="one_current_print_per_form_of_a_place"
            ),
            models.UniqueConstraint(fields=["project", "key", "version"], name="print_versions_differ"),
            models.UniqueConstraint(fields=["place", "key", "version"], name="print_versions_of_a_place_differ"),
            models.CheckConstraint(
                name="print_of_a_project_or_a_place",
                condition=Q(project__isnull=False, place__isnull=True) | Q(project__isnull=True, place__isnull=False),
            ),
            models.CheckConstraint(
                name="returned_print_has_its_scan",
                condition=~Q(state="returned") | Q(scan__isnull=False, returned_on__isnull=False),
            ),
            models.CheckConstraint(
                name="void_print_has_its_reason",
                condition=~Q(state="void") | Q(void_on__isnull=False) & ~Q(void_why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（第 {self.version} 次登记）"

    @property
    def spelled(self) -> str:
        """The code as it is printed."""
        return short(self.code)
