"""What is kept of each time side by side: uploads of one paper, lists of 对账, reports on a 整改."""

from datetime import date
from decimal import Decimal

import pytest

from funds.models import Statement, StatementRow
from lifecycle.models import Rectification, RectificationReport
from policy.terms import Stage
from projects.models import Attachment, Decision
from tests import factories as make
from tests.reports.test_compare import said, shown

pytestmark = pytest.mark.django_db
ON = date(2026, 7, 1)


def uploaded(project, world, name, **facts):
    given = {"about": "award", "purpose": "公示截图", "size": len(name), "content_type": "application/pdf", "on": ON,
             "sha256": f"{len(name):064x}", "path": f"{name}.pdf", "uploaded_by": world.ph}  # fmt: skip
    return Attachment.objects.create(project=project, name=name, **given | facts)


def test_two_uploads_of_one_paper_and_no_single_one(world, visit):
    project = make.project(world.unit)
    first, second = uploaded(project, world, "旧.pdf"), uploaded(project, world, "新的.pdf")
    uploaded(project, world, "别的.pdf", purpose="立项文件")
    hidden = [uploaded(project, world, f"{n}.pdf", purpose="内部", issued=False) for n in (1, 22)]

    context = shown(visit, world.ph, project, "kind=uploads&b=" + str(second.pk))
    own = shown(visit, world.u1, project, f"kind=uploads&a={hidden[0].pk}&b={hidden[1].pk}")

    assert ("文件", "文件名", "旧.pdf", "新的.pdf") in said(context)
    assert {str(first.pk), str(second.pk)} <= {one.key for one in context["versions"]}
    assert {one.key for one in own["versions"]} == {str(first.pk), str(second.pk)}


def test_a_replaced_list_beside_the_one_that_stands(world, visit):
    project = make.project(world.unit, stage=Stage.BUILDING)
    for amount, superseded in ((100, True), (120, False)):
        made = Statement.objects.create(
            project=project, side="books", period_from=date(2026, 1, 1), period_to=date(2026, 3, 31),
            superseded=superseded, uploaded_by=world.u1, uploaded_on=ON,
        )  # fmt: skip
        StatementRow.objects.create(
            statement=made, line=1, number="记-1", paid_on=date(2026, 2, 1), amount=Decimal(amount), payee="示例公司"
        )

    context = shown(visit, world.pf, project, "kind=statements")

    assert said(context) == [("凭证 记-1", "金额", "100.00 元", "120.00 元")]
    assert [one.state for one in context["versions"]] == ["已被替换", "现行"]


def test_two_reports_on_one_order(world, visit):
    project = make.project(world.unit, stage=Stage.RECTIFYING)
    decision = Decision.objects.create(
        kind="T19", title="限期整改通知书", number="示例号", dated_on=ON, drafted_by=world.ph, drafted_on=ON
    )
    order = Rectification.objects.create(
        project=project, decision=decision, drafted_by=world.ph, term_months=3, served_on=ON,
        due_on=date(2026, 10, 1), cap_on=date(2027, 7, 1),
    )  # fmt: skip
    for number, text in ((1, "先改一半"), (2, "全部改完")):
        RectificationReport.objects.create(
            rectification=order, round=number, text=text, submitted_by=world.u2, on=date(2026, 8, number)
        )

    context = shown(visit, world.ph, project, "kind=rectifications")

    assert said(context)[0] == ("整改报告", "整改情况", "先改一半", "全部改完")
    assert len(context["versions"]) == 2
