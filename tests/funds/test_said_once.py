"""Words: a basis said once, numbers of the edition as people write them, characters nobody sees named as such."""

from decimal import Decimal

import pytest
from django.urls import reverse

from funds.queries.limits import in_words
from funds.rules import second_signature
from policy.edition import Limit
from policy.findings import basis_words, blocking
from policy.loader import edition
from policy.terms import Rank
from tests.api.scene import ENTRY, below, upload
from tests.funds.scene import ON
from tests.funds.scene import upload as picture

EDITION = edition("jilin_2025")
BASIS = EDITION.limit("batch_look_yuan").basis


@pytest.mark.parametrize(
    ("clause", "rank", "said"),
    [
        ("系统默认", Rank.DEFAULT, "系统默认"),
        ("通知五", Rank.NOTICE, "通知五，通知"),
        ("", Rank.DEFAULT, ""),
    ],
)
def test_a_basis_is_said_once(clause, rank, said):
    assert basis_words(clause, rank) == said


def test_a_second_signature_and_a_limit_say_their_basis_once():
    why = second_signature(EDITION, source="central", amount=Decimal(10**9), paid_on=ON, others=[])

    assert why.endswith("须经财政两人先后认定（依据：系统默认）。")
    assert in_words([blocking("budget", "超出。", "系统默认")]) == "超出。（依据：系统默认）"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (100000, "元", "100,000 元"),
        (Decimal("0.10"), "", "10%"),
        (Decimal("0.125"), "", "12.5%"),
        (3, "笔", "3 笔"),
        ("fair", "", "fair"),
    ],
)
def test_a_limit_is_written_as_people_write_it(value, unit, said):
    assert Limit("key", "标签", value, unit, BASIS).text == said


def test_the_sheet_of_a_batch_prints_them_so(ready, client):
    batch = ready.project.batches.create(number=1, title="报账", drafted_by=ready.clerk, drafted_on=ON)
    client.force_login(ready.leader)

    page = client.get(reverse("funds:batch_sheet", args=[ready.project.pk, batch.pk])).content.decode()

    assert "须逐笔查看的金额 100,000 元（系统默认）" in page
    assert "抽查比例 10%（系统默认）" in page


def test_a_character_nobody_sees_is_named_and_refused(ready, client):
    sent = ENTRY | {"abstract": "机床\x00首付"}
    client.force_login(ready.clerk)

    page = client.post(reverse("funds:voucher_new", args=[ready.project.pk]), sent | {"uploads": picture()})
    told = upload(ready.clerk, below(ready, "payments/record/"), sent | {"uploads": picture()})

    assert (page.status_code, told.status_code) == (422, 400)
    assert "看不见的空字符" in page.content.decode()
    assert "看不见的空字符" in told.json()["abstract"][0]
