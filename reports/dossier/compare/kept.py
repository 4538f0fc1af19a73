"""What is kept of each time: reports on a 整改, lists of 对账, uploads of one paper."""

from collections.abc import Iterator

from accounts.models import User
from funds.models import Statement
from lifecycle.models import RectificationReport
from lifecycle.queries.served import orders_told, reports_told
from policy.money import yuan
from projects.models import Attachment, Project
from projects.queries import files_for
from projects.versions import purpose_of, versions_of
from reports.dossier.compare.diff import Field, Version


def rectifications(project: Project, user: User) -> list[Version]:
    """The reports on each order this reader was told of, the oldest order first."""
    return [
        Version(str(one.pk), f"{order.decision.number or order}：第 {one.round} 次整改报告", one.on, _checked(one))
        for order in reversed(list(orders_told(user, project)))
        for one in reports_told(user, order)
    ]


def _checked(one: RectificationReport) -> str:
    if one.passed is None:
        return "待复验"
    return "复验通过" if one.passed else "复验不通过"


def rectification_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    told = {one.pk: one for order in orders_told(user, project) for one in reports_told(user, order)}
    one = told[int(key)]
    yield Field("整改报告", "整改情况", one.text)
    yield Field("整改报告", "报送", f"{one.submitted_by} {one.on}")
    yield Field("复验", "结论", _checked(one))
    yield Field("复验", "意见", one.note)


def statements(project: Project, user: User) -> list[Version]:
    """By side and period, in the order of their upload: what was replaced beside what took its place."""
    rows = project.statements.order_by("side", "period_from", "period_to", "pk")
    return [Version(str(one.pk), str(one), one.uploaded_on, "已被替换" if one.superseded else "现行") for one in rows]


def statement_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    one: Statement = project.statements.select_related("uploaded_by").get(pk=int(key))
    yield Field("清单", "上传", f"{one.uploaded_by} {one.uploaded_on}")
    for row in one.rows.all():
        group = f"凭证 {row.number}"
        yield Field(group, "日期", str(row.paid_on))
        yield Field(group, "金额", yuan(row.amount))
        yield Field(group, "收款方", row.payee)
        yield Field(group, "摘要", row.abstract)


def uploads(project: Project, user: User) -> list[Version]:
    """Papers that were uploaded more than once, each paper's files together."""
    rows = list(files_for(user, project))
    versions = versions_of(rows)
    several = [one for one in rows if versions[one.pk].of > 1]
    return [
        Version(str(one.pk), f"{purpose_of(one)}：第 {versions[one.pk].number} 次上传（{one.name}）", one.on,
                "现行" if versions[one.pk].newest else "旧版")
        for one in sorted(several, key=lambda row: (row.about, row.about_id, row.purpose, row.pk))
    ]  # fmt: skip


def upload_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    one: Attachment = files_for(user, project).select_related("uploaded_by").get(pk=int(key))
    yield Field("文件", "材料", purpose_of(one))
    yield Field("文件", "文件名", one.name)
    yield Field("文件", "大小", f"{one.size:,} 字节")
    yield Field("文件", "上传", f"{one.uploaded_by} {one.on}")
    yield Field("文件", "校验码（SHA-256）", one.sha256)
