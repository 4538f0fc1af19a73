"""设备台账: cards, labels, who ticks them on site, what leaves as a workbook."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Entry
from funds.models import Asset, AssetCheck, Flag, Voucher
from funds.operations import assets as operations
from funds.queries.assets import assets_of, by_label, counts_of, state_of, value_of
from funds.rules import assets as rules
from policy.findings import Refused
from policy.terms import Source, VoucherState
from projects.models import Attachment
from tests import factories as make
from tests.funds.scene import ON, upload

BOUGHT = date(2026, 1, 10)


def facts(number=1, **changes):
    return {
        "card_number": f"ZC-{number}",
        "name": "数控机床",
        "model": "X1",
        "room": "实训楼 101",
        "keeper": "示例保管员",
        "quantity": 2,
        "unit_price": Decimal("500.00"),
        "acquired_on": BOUGHT,
    } | changes


def card(world, number=1, **changes):
    return operations.record_asset(world.project.pk, actor=world.clerk, on=ON, **facts(number, **changes))


def visit(world, asset, found=True, who="hr", **changes):
    return operations.check_asset(world.project.pk, asset.pk, actor=getattr(world, who), found=found, on=ON, **changes)


def bought(world, **changes):
    given = {
        "number": "PZ-1", "paid_on": BOUGHT, "category": "equipment", "source": Source.CENTRAL, "abstract": "机床",
        "payee": "示例设备公司", "amount": Decimal(1000), "state": VoucherState.RECOGNISED, "fits": True,
        "entry_number": 1, "recorded_by": world.clerk, "recorded_on": ON,
    }  # fmt: skip
    return Voucher.objects.create(project=world.project, **(given | changes))


def test_a_card_gets_a_label_that_no_eye_misreads(world):
    labels = {card(world, number).label for number in range(20)}

    assert len(labels) == 20
    assert all(len(label) == 6 and set(label) <= set(rules.ALPHABET) for label in labels)
    assert not set(rules.ALPHABET) & set("0O1IL5S2Z8BUV")


def test_a_label_that_is_taken_is_drawn_again(world, monkeypatch):
    taken = card(world, 1).label
    drawn = iter([*taken, *"ACDEFG"])
    monkeypatch.setattr(operations.secrets, "choice", lambda alphabet: next(drawn))

    assert card(world, 2).label == "ACDEFG"
    with pytest.raises(IntegrityError), transaction.atomic():
        Asset.objects.filter(card_number="ZC-2").update(label=taken)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"card_number": " "}, "card_number"),
        ({"card_number": "ZC-9"}, "card_number"),
        ({"room": ""}, "room"),
        ({"unit_price": Decimal(0)}, "unit_price"),
        ({"acquired_on": date(2026, 3, 3)}, "acquired_on"),
    ],
    ids=["no number", "a number twice", "no room", "for nothing", "in the future"],
)
def test_a_card_that_cannot_be_is_refused(world, changes, field):
    card(world, 9)

    with pytest.raises(Refused) as refused:
        card(world, 1, **changes)

    assert [finding.field for finding in refused.value.findings] == [field]


def test_a_card_takes_the_flag_of_its_payment_away(world):
    voucher = bought(world)
    other = card(world, 5, voucher_id=voucher.pk)
    Flag.objects.create(project=world.project, voucher=voucher, rule="no_card", message="未登记", raised_on=ON)
    operations.edit_asset(world.project.pk, other.pk, actor=world.clerk, on=ON, **facts(5))
    without = Flag.objects.get(rule="no_card").state
    Flag.objects.filter(rule="no_card").update(state="open")
    operations.edit_asset(
        world.project.pk, other.pk, actor=world.clerk, on=ON, voucher_id=voucher.pk, **facts(5, room="102")
    )

    assert without == "gone"  # 51 days after the payment nothing is missing yet
    assert Flag.objects.get(rule="no_card").state == "gone"
    assert Asset.objects.get().room == "102"


def test_a_card_is_linked_to_no_draft_and_to_no_payment_of_another(world):
    draft = bought(world, state=VoucherState.DRAFT, fits=False, entry_number=None)

    with pytest.raises(Refused):
        card(world, 1, voucher_id=draft.pk)
    Voucher.objects.filter(pk=draft.pk).update(project=world.sibling, state=VoucherState.SUBMITTED)
    with pytest.raises(Voucher.DoesNotExist):
        card(world, 1, voucher_id=draft.pk)


def test_a_visit_on_site_is_kept_and_a_later_one_speaks(world):
    asset = card(world)
    visit(world, asset, found=False, note="未找到", room="102")
    visit(world, asset, photos=[upload("现场.png")])

    [found] = assets_of(world.project)
    assert [(one.found, one.room, one.note) for one in found.checks.all()] == [
        (True, "实训楼 101", ""), (False, "102", "未找到"),
    ]  # fmt: skip
    assert (state_of(found), found.seen_on) == ("相符", ON)
    assert Attachment.objects.get().about == "asset_check"
    with pytest.raises(DatabaseError), transaction.atomic():
        AssetCheck.objects.update(found=True)


def test_what_does_not_match_is_put_in_words(world):
    with pytest.raises(Refused) as refused:
        visit(world, card(world), found=False)

    assert [finding.field for finding in refused.value.findings] == ["note"]


@pytest.mark.parametrize("who", ["clerk", "leader", "finance_head"])
def test_a_unit_does_not_tick_its_own_goods(world, who):
    asset = card(world)

    with pytest.raises(PermissionDenied):
        visit(world, asset, who=who)
    assert not AssetCheck.objects.exists()


@pytest.mark.parametrize("who", ["city_finance", "hr", "finance"])
def test_authorities_tick_what_they_reach(world, who):
    assert visit(world, card(world), who=who).found


def test_a_retired_machine_is_neither_changed_nor_ticked(world):
    asset = card(world)
    told = {"actor": world.clerk, "on": ON}
    with pytest.raises(Refused):
        operations.retire_asset(world.project.pk, asset.pk, retired_on=date(2026, 1, 9), reason="报废", **told)
    operations.retire_asset(world.project.pk, asset.pk, retired_on=ON, reason="报废，示例资〔2026〕1号", **told)

    with pytest.raises(Refused):
        visit(world, asset)
    with pytest.raises(Refused):
        operations.edit_asset(world.project.pk, asset.pk, **told, **facts(room="102"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Asset.objects.update(room="102")
    assert state_of(assets_of(world.project).get()) == "已处置"


def test_cards_are_counted_by_what_was_seen(world):
    first, second, third, _ = [card(world, number) for number in range(4)]
    visit(world, first)
    visit(world, second, found=False, note="未找到")
    operations.retire_asset(world.project.pk, third.pk, actor=world.clerk, retired_on=ON, reason="报废", on=ON)

    counts = counts_of(world.project)

    assert counts == {"unchecked": 1, "found": 1, "missing": 1, "retired": 1}
    assert value_of(world.project) == Decimal("3000.00")
    assert {state: assets_of(world.project, {"state": state}).count() for state in counts} == counts


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"room": "101"}, ["ZC-1"]),
        ({"keeper": "李"}, ["ZC-2"]),
        ({"q": "zc-2"}, ["ZC-2"]),
        ({"q": "机床"}, ["ZC-1", "ZC-2"]),
    ],
)
def test_cards_are_found_by_room_keeper_and_words(world, asked, expected):
    card(world, 1)
    card(world, 2, room="实训楼 202", keeper="示例李师傅")

    assert [row.card_number for row in assets_of(world.project, asked)] == expected


def test_a_label_leads_only_where_one_reaches(world):
    asset = card(world)
    elsewhere = make.user("CF", make.organisation(make.node("示例邻市", parent=world.province)))

    assert by_label(world.hr, asset.label.lower()) == asset
    assert by_label(elsewhere, asset.label) is None


# Pages


def test_an_inspector_ticks_a_machine_by_its_label(world, client):
    asset = card(world)
    client.force_login(world.hr)
    page = client.get(reverse("funds:asset_by_label", args=[asset.label]), follow=True)
    check = reverse("funds:asset_check", args=[world.project.pk, asset.pk])
    wordless = client.post(check, {"found": "no", "room": "102"})
    client.post(check, {"found": "yes", "room": "102", "photos": upload("现场.png")})

    assert 'value="yes"' in page.content.decode()
    assert wordless.status_code == 422
    assert 'value="102"' in wordless.content.decode()
    assert [(one.found, one.room) for one in AssetCheck.objects.all()] == [(True, "102")]
    assert client.get(reverse("funds:asset_by_label", args=["AAAAAA"])).status_code == 404


def test_the_labels_carry_their_code(world, client):
    asset = card(world)
    client.force_login(world.clerk)

    page = client.get(reverse("funds:asset_labels", args=[world.project.pk])).content.decode()

    assert asset.label in page
    assert '<path class="qrline"' in page
    assert "style=" not in page[page.index("<svg") :]


def test_the_workbook_holds_what_the_list_shows(world, client):
    visit(world, card(world, 1, name="=1+1"))
    card(world, 2, room="202")
    client.force_login(world.clerk)

    answer = client.get(reverse("funds:assets_export", args=[world.project.pk]), {"room": "101"})

    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert [row[:3] for row in rows if row[0] == "ZC-1"] == [
        ("ZC-1", Asset.objects.get(card_number="ZC-1").label, "=1+1")
    ]
    assert not [row for row in rows if row[0] == "ZC-2"]
    assert Entry.objects.filter(verb="导出设备台账").count() == 1


@pytest.mark.parametrize("page", ["funds:assets", "funds:asset_labels"])
def test_lists_of_cards_cost_the_same_for_one_and_for_three(world, client, page):
    client.force_login(world.clerk)
    url = reverse(page, args=[world.project.pk])

    def cost():
        with CaptureQueriesContext(connection) as spent:
            client.get(url)
        return len(spent)

    visit(world, card(world, 1))
    cost()
    first = cost()
    for number in (2, 3):
        visit(world, card(world, number, voucher_id=bought(world, number=f"PZ-{number}", entry_number=number).pk))

    assert cost() == first
