"""支出类别: a payment bears one of its kind; a row that bears another is named, kept and never fits (handbook 5)."""

import pytest
from django.urls import reverse

from funds import operations
from funds.models import Voucher
from policy.findings import Refused
from policy.terms import Kind
from tests.funds.scene import ON, record
from tests.funds.test_vouchers import codes


def test_a_payment_bears_a_category_of_its_kind(ready):
    with pytest.raises(Refused) as refused:
        record(ready, category="materials")

    names = [item.name for item in ready.project.edition.categories_for(Kind(ready.project.kind))]
    assert codes(refused) == ["category"]
    assert all(name in refused.value.findings[0].message for name in names)


def test_a_row_that_bears_another_category_keeps_it_is_named_and_never_fits(ready, client):
    draft = record(ready)
    Voucher.objects.filter(pk=draft.pk).update(category="materials")
    client.force_login(ready.clerk)
    page = client.get(reverse("funds:voucher_edit", args=[ready.project.pk, draft.pk])).content.decode()
    assert "培训设施设备材料购置（不属于本类项目）" in page
    assert (
        "培训设施设备材料购置"
        in client.get(reverse("funds:voucher", args=[ready.project.pk, draft.pk])).content.decode()
    )

    entry = {name: getattr(draft, name) for name in ("number", "paid_on", "source", "abstract", "payee", "amount")}
    told = {"actor": ready.clerk, "on": ON}
    kept = operations.edit_voucher(ready.project.pk, draft.pk, category="materials", **entry, **told)
    sent = operations.submit_voucher(ready.project.pk, draft.pk, actor=ready.leader, on=ON)
    assert (kept.category, sent.fits) == ("materials", False)
    assert "不在高技能人才培训基地资金使用范围内" in sent.why
