"""People, the units they work in, the tree those hang on, and the journal of what they did."""

import hashlib
from datetime import date
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.roles import Role
from policy.terms import Line, NodeKind, UnitType


class FirstReview(models.TextChoices):
    """Who gives the first review (初审) of what a unit hands in, set for a node and all below it."""

    NEAREST = "nearest", "最近一级（县级有部门的由县级，否则由市级）"
    STEPWISE = "stepwise", "县级、市级逐级初审"
    CITY = "city", "只由市级初审"
    NONE = "none", "不设初审，直接由省级审核"


class Node(models.Model):
    """A place in the tree 省 → 市州 / 省直部门 → 县. `path` is zero-padded digits, each segment closed by '/'."""

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("层级", max_length=12, choices=NodeKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField("路径", max_length=40, unique=True)
    # Empty: as the node above has it; the province's own default is the nearest office (queries.first_review_path).
    first_review = models.CharField("初审方式", max_length=10, choices=FirstReview, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "区划与部门"
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    @property
    def province_path(self) -> str:
        return self.path.split("/", 1)[0] + "/"


class Organisation(models.Model):
    node = models.ForeignKey(Node, models.PROTECT, related_name="organisations", verbose_name="所在区划或部门")
    name = models.CharField("单位名称", max_length=120, unique=True)
    line = models.CharField("条线", max_length=12, choices=Line)
    unit_type = models.CharField("单位性质", max_length=16, choices=UnitType, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    contact = models.CharField("联系人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["node__path", "line", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="one_organisation_per_credit_code"
            ),
            models.UniqueConstraint(
                fields=["node", "line"],
                condition=Q(line__in=[Line.HR, Line.FINANCE]),
                name="one_office_of_a_line_per_node",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationName(models.Model):
    """曾用名: a name a unit bore before the day `until`. Forms show the name valid on their own date (handbook 10)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="former_names")
    name = models.CharField("名称", max_length=120)
    until = models.DateField("更名日期")
    document = models.CharField("依据文件", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "单位曾用名"
        ordering = ["until", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "until"], name="one_name_ends_a_day")]

    def __str__(self) -> str:
        return f"{self.name}（{self.until} 更名）"


class OrganisationFact(models.Model):
    """What forms say of a unit beside its name, each from the day `since` on: a form says what held on its own day."""

    class Kind(models.TextChoices):
        LEGAL_PERSON = "legal_person", "法定代表人"
        BUDGET_CODE = "budget_code", "预算单位编码"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="facts")
    kind = models.CharField("事项", max_length=16, choices=Kind)
    value = models.CharField("内容", max_length=60)
    since = models.DateField("自何日起")

    class Meta:
        verbose_name = verbose_name_plural = "单位资料"
        ordering = ["kind", "-since"]
        constraints = [models.UniqueConstraint(fields=["organisation", "kind", "since"], name="one_fact_begins_a_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}（自 {self.since}）"


class User(AbstractUser):
    """A named person. What they may do comes from their memberships, not from Django groups."""

    name = models.CharField("姓名", max_length=40)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    # Digest of the identity number: two accounts of one natural person count as one hand (SD2). Empty: one account.
    person_key = models.CharField("自然人标识", max_length=64, blank=True, db_index=True)
    # Whoever reset it knew the password for a while, so its owner does not sign at once (queries.check_may_sign).
    password_reset_at = models.DateTimeField("他人重置密码时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        constraints = [models.UniqueConstraint(Lower("username"), name="one_account_per_username_in_any_case")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    @cached_property
    def live_memberships(self) -> list["Membership"]:
        """The roles held today; one statement, kept for the life of this object."""
        today = timezone.localdate()
        held = self.memberships.filter(Q(until=None) | Q(until__gte=today), since__lte=today)
        return list(held.select_related("organisation__node", "deputy_for").order_by("pk"))

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(membership.role) for membership in self.live_memberships)


class Membership(models.Model):
    """任职: a role held in an organisation, for a time. Ended, never deleted."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField("角色", max_length=4, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="memberships")
    since = models.DateField("起", default=date(2020, 1, 1))
    until = models.DateField("止", null=True, blank=True)
    deputy_for = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="deputies")
    document = models.CharField("代理依据文件", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.CheckConstraint(
                name="deputy_has_an_end_and_a_document",
                condition=Q(deputy_for__isnull=True) | (Q(until__isnull=False) & ~Q(document="")),
            ),
            models.CheckConstraint(
                name="membership_has_an_organisation",
                condition=Q(organisation__isnull=False) | Q(role=Role.SYS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


FEASTS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节", "National Day": "国庆节",
}  # fmt: skip


class Holiday(models.Model):
    """放假调休安排 as published; an administrator extends it. The first years came with English names."""

    day = models.DateField("日期", unique=True)
    works = models.BooleanField("上班", help_text="调休上班为是，放假为否")
    name = models.CharField("节日", max_length=40, blank=True)
    document = models.CharField("文件", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "节假日安排"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.works else '放假'}"

    @property
    def feast(self) -> str:
        return FEASTS.get(self.name, self.name)


class HolidayArrangement(models.Model):
    """放假安排的通知: the published document behind rows of Holiday, with its file as it was uploaded."""

    number = models.CharField("文号", max_length=80, unique=True)
    title = models.CharField("文件名称", max_length=160)
    dated_on = models.DateField("成文日期")
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveIntegerField("大小")
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField("校验码", max_length=64)
    path = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "放假安排文件"
        ordering = ["-dated_on", "-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def file(self) -> Path:
        return Path(settings.FILES_DIR) / self.path


class Notice(models.Model):
    """A message to one person; the in-app record of a reminder. `key` keeps it from being sent twice."""

    user = models.ForeignKey(User, models.PROTECT, related_name="notices")
    key = models.CharField(max_length=120)
    text = models.CharField("内容", max_length=300)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_notice_per_user_and_key")]

    def __str__(self) -> str:
        return self.text


class Subscription(models.Model):
    """What a person wants to be told each week. `since`: the first day of it; a week that began earlier is not told."""

    user = models.OneToOneField(User, models.PROTECT, related_name="subscription")
    in_app = models.BooleanField("站内每周摘要", default=False)
    by_mail = models.BooleanField("邮件每周摘要", default=False)
    since = models.DateField("订阅日期")

    class Meta:
        verbose_name = verbose_name_plural = "摘要订阅"

    def __str__(self) -> str:
        return f"{self.user} 的订阅"


class OutboxMail(models.Model):
    """A mail to one person on its way out. `key` says what it is about, so that a job run twice makes one.

    `to`: the person's address when it was made, and from the first attempt the one it was sent to.
    `try_at`: not before; while a process sends it, until when nobody else takes it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待发"
        SENT = "sent", "已发"
        FAILED = "failed", "发送失败"

    user = models.ForeignKey(User, models.PROTECT, related_name="mails")
    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField("收件地址")
    subject = models.CharField("主题", max_length=120)
    body = models.TextField("正文")
    made_on = models.DateField("生成日期")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    last_error = models.CharField("原因", max_length=200, blank=True)
    try_at = models.DateTimeField("下次发送", default=timezone.now)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待发邮件"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "try_at"], name="mail_waiting")]
        constraints = [
            models.CheckConstraint(name="sent_mail_has_a_moment", condition=~Q(state="sent") | Q(sent_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.subject


class ApiToken(models.Model):
    """接口令牌: reads for a person what that person may read. The key itself is shown once and kept nowhere."""

    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    name = models.CharField("名称", max_length=60)
    key_digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField("开头", max_length=8)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    expires_on = models.DateField("有效期至")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    can_write = models.BooleanField("可办理业务", default=False)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name}（{self.prefix}…）"

    @staticmethod
    def digest(key: str) -> str:
        """What is kept of a key: 40 random signs need no slow hash."""
        return hashlib.sha256(key.encode()).hexdigest()


class ApiCall(models.Model):
    """One writing call of the API by its Idempotency-Key, with the answer that a repetition gets again.

    `digest`: of address and content. `status` 0: under way in a transaction that nobody else sees.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="api_calls")
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口调用"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_api_call_per_user_and_key")]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """One line of the journal. Appended by `accounts.journal`, never changed; triggers hold that on both databases.

    `project_id` is a plain number, because the journal stands below every app it speaks of (decision 0003).
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    on = models.DateField("业务日期")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField("经办人", max_length=60)
    role = models.CharField("角色", max_length=20, blank=True)
    organisation = models.CharField("单位", max_length=120, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    verb = models.CharField("事项", max_length=60)
    subject = models.CharField("对象", max_length=80, blank=True)
    project_id = models.BigIntegerField(null=True, db_index=True)
    text = models.CharField("说明", max_length=300, blank=True)
    result = models.CharField("结果", max_length=8)
    changes = models.JSONField(default=list)
    row_digest = models.CharField(max_length=64)
    alg = models.CharField(max_length=16)
    key_id = models.CharField(max_length=20)
    prev = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "操作日志"
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"


class JournalHead(models.Model):
    """The one row that says where the journal ends. Locked by every append."""

    seq = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = verbose_name_plural = "日志尾"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_journal_head")]

    def __str__(self) -> str:
        return f"#{self.seq}"
