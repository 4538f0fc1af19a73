"""What was recorded wrongly, over the API: packages, contracts, their amounts, 拨付."""

from funds.models import Contract, Package, Release
from tests.api.scene import acted, below, data_of, done, post, rows_of, upload
from tests.api.test_books_writing import CONTRACT, PACKAGE, codes
from tests.funds.scene import issue
from tests.funds.scene import upload as picture
from tests.funds.test_releases import check, release


def contract_of(world, **changes):
    given = CONTRACT | changes | {"uploads": picture("合同.png")}
    return done(upload(world.clerk, below(world, "contracts/record/"), given), 201)


def test_a_package_is_changed_and_voided(ready):
    package = done(post(ready.clerk, below(ready, "packages/record/"), PACKAGE), 201)
    one = below(ready, f"packages/{package['id']}/")
    changed = done(acted(ready.clerk, f"{one}edit/", PACKAGE | {"name": "改名"}))
    contract = contract_of(ready, package=package["id"])
    signed = post(ready.clerk, f"{one}void/", {"reason": "重复"})
    voided = done(post(ready.clerk, below(ready, f"contracts/{contract['id']}/void/"), {"reason": "签错"}))
    done(post(ready.clerk, f"{one}void/", {"reason": "重复"}))

    assert (changed["name"], codes(signed)) == ("改名", ["signed"])
    assert (voided["void_reason"], voided["left"], voided["amount_now"]) == ("签错", "0.00", "0.00")
    assert [row["void_reason"] for row in rows_of(ready.clerk, below(ready, "packages/"))] == ["重复"]
    assert (Package.objects.get().voided_on, Contract.objects.get().voided_on) != (None, None)


def test_a_change_bears_its_amount(ready):
    contract = contract_of(ready)
    one = below(ready, f"contracts/{contract['id']}/")
    change = {
        "stage": "changed",
        "day": "2026-02-01",
        "note": "补充协议",
        "amount": "800000.00",
        "pay_until": "2027-05-01",
    }
    bare = post(ready.clerk, f"{one}step/", change)
    told = done(upload(ready.clerk, f"{one}step/", change | {"uploads": picture("补充协议.png")}), 201)
    now = data_of(ready.clerk, one)

    assert (codes(bare), told["amount"], told["pay_until"]) == (["uploads"], "800000.00", "2027-05-01")
    assert (now["amount"], now["amount_now"], now["left"], now["pay_until"]) == (
        "790000.00", "800000.00", "800000.00", "2027-05-01",
    )  # fmt: skip


def test_a_release_is_corrected_and_checked_by_another(world):
    issue(world)
    row = check(world, release(world))
    given = {"amount": "80.00", "released_on": "2025-09-12", "reason": "多登记"}
    told = done(post(world.city_finance, below(world, f"releases/{row.pk}/correct/"), given), 201)
    approve = below(world, f"releases/{told['id']}/approve/")
    own = post(world.city_finance, approve)
    done(post(world.finance_head, approve))
    [line] = rows_of(world.city_finance, below(world, "money-in/"))

    assert (told["reverses"], told["reason"], codes(own)) == (row.pk, "多登记", ["sod"])
    assert (line["sent"], [one["reverses"] for one in line["releases"]]) == ("6999920.00", [None, row.pk])
    assert Release.objects.get(pk=row.pk).amount == row.amount
