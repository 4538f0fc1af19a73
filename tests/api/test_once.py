"""One key, one effect (trust.md, L13): the second time the first answer, another content 422, nothing half done."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from accounts import calls, journal
from accounts.models import ApiCall, Entry
from funds.models import Flag, Voucher
from projects.models import Attachment
from tests.api.scene import ENTRY, acted, below, data_of, done, post, upload
from tests.funds.scene import make_ready, make_scene, submit
from tests.funds.scene import upload as picture
from tests.funds.test_races import lift_triggers

KEY = "7a0c2a9e-2f3b"


@pytest.mark.parametrize("key", ["", "1234567", "x" * 81, "钥匙钥匙钥匙钥匙", "a\tbcdefgh"])
def test_a_call_without_a_good_key_is_not_carried_out(ready, key):
    answer = post(ready.clerk, below(ready, "payments/record/"), ENTRY, key=key)

    assert (answer.status_code, list(answer.json())) == (400, ["Idempotency-Key"])
    assert not Voucher.objects.exists()


def test_the_same_call_is_carried_out_once_and_answered_alike(ready):
    first = post(ready.clerk, below(ready, "payments/record/"), ENTRY, key=KEY)
    second = post(ready.clerk, below(ready, "payments/record/"), dict(reversed(ENTRY.items())), key=KEY)

    assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    assert (Voucher.objects.count(), ApiCall.objects.count()) == (1, 1)
    assert Entry.objects.filter(verb="登记支出").count() == 1


def test_the_first_answer_stays_though_the_world_moved_on(ready):
    pk = done(post(ready.clerk, below(ready, "payments/record/"), ENTRY), 201)["id"]
    gone = post(ready.clerk, below(ready, f"payments/{pk}/delete/"), key=KEY)

    again = post(ready.clerk, below(ready, f"payments/{pk}/delete/"), key=KEY)

    assert (gone.status_code, again.status_code, again.content) == (200, 200, gone.content)


@pytest.mark.parametrize("other", ["body", "address"])
def test_the_same_key_for_something_else_is_422(ready, other):
    done(post(ready.clerk, below(ready, "payments/record/"), ENTRY, key=KEY), 201)
    path, data = ("payments/record/", ENTRY | {"amount": "2000.00"}) if other == "body" else ("batches/gather/", {})

    answer = post(ready.clerk, below(ready, path), data | ({"payments": [1]} if other == "address" else {}), key=KEY)

    assert (answer.status_code, Voucher.objects.count()) == (422, 1)


def test_a_file_belongs_to_what_was_sent(ready):
    path = below(ready, "payments/record/")
    first = upload(ready.clerk, path, ENTRY | {"uploads": picture()}, key=KEY)
    same = upload(ready.clerk, path, ENTRY | {"uploads": picture()}, key=KEY)
    other = upload(ready.clerk, path, ENTRY | {"uploads": picture("另一张.png")}, key=KEY)

    assert (first.status_code, same.content, other.status_code) == (201, first.content, 422)
    assert Attachment.objects.filter(about="voucher").count() == 1


def test_keys_of_two_people_do_not_meet(ready):
    row = submit(ready)
    path = below(ready, "flags/raise/")

    answers = [post(person, path, {"text": "x", "payment": row.pk}, key=KEY) for person in (ready.finance, ready.hr)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Flag.objects.filter(rule="person").count() == 2


def test_a_refusal_is_the_answer_of_its_key(ready):
    row = submit(ready)
    path = below(ready, f"payments/{row.pk}/judge/")

    first = acted(ready.city_finance, path, {"verdict": "returned"}, key=KEY)
    again = acted(ready.city_finance, path, {"verdict": "returned"}, key=KEY)
    mended = acted(ready.city_finance, path, {"verdict": "returned", "opinion": "缺发票"}, key="another-key")

    assert (first.status_code, again.status_code, again.content) == (409, 409, first.content)
    assert (mended.status_code, Entry.objects.filter(verb="审核支出", result="refused").count()) == (200, 1)


def test_bad_input_does_not_use_the_key_up(ready):
    path = below(ready, "payments/record/")

    bad = post(ready.clerk, path, ENTRY | {"amount": "x"}, key=KEY)

    assert (bad.status_code, post(ready.clerk, path, ENTRY, key=KEY).status_code) == (400, 201)


def test_a_fault_leaves_neither_effect_nor_answer(ready, monkeypatch):
    """Between the effect and the answer that is kept: both go."""
    path, whole = below(ready, "payments/record/"), ApiCall.save

    def broken(call, *args, **kwargs):
        if kwargs.get("update_fields"):
            raise RuntimeError("the power went")
        return whole(call, *args, **kwargs)

    monkeypatch.setattr(ApiCall, "save", broken)
    with pytest.raises(RuntimeError):
        post(ready.clerk, path, ENTRY, key=KEY)
    left = Voucher.objects.count(), ApiCall.objects.count(), Entry.objects.filter(verb="登记支出").count()
    monkeypatch.undo()

    assert left == (0, 0, 0)
    assert post(ready.clerk, path, ENTRY, key=KEY).status_code == 201
    assert journal.verify() is None


# At the same moment

TRIALS, WRITERS = 10, 4


@pytest.fixture
def scene(transactional_db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    yield make_ready(make_scene())
    lift_triggers()


def at_once(*acts):
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def calling(scene, row, key):
    path = below(scene, "flags/raise/")
    return lambda: post(scene.finance, path, {"text": "请说明", "payment": row.pk}, key=key)


@pytest.mark.postgres
def test_one_key_at_once_has_one_effect(scene):
    row = submit(scene)

    for trial in range(TRIALS):
        before = Flag.objects.count()
        answers = at_once(*[calling(scene, row, f"at-once-{trial}")] * WRITERS)

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert Flag.objects.count() == before + 1
    assert ApiCall.objects.count() == TRIALS
    assert journal.verify() is None
    assert data_of(scene.finance, below(scene, "ledger/"))["pending"] == "1000.00"


@pytest.mark.postgres
def test_without_the_claim_the_same_attack_succeeds(scene, monkeypatch):
    """Negative control: look first and write afterwards, as one would without thinking."""
    row, slips = submit(scene), 0

    def careless(user, key, digest, act):
        if found := calls.kept(user, key):
            return found
        with transaction.atomic():
            status, body = act()
        made, _ = ApiCall.objects.get_or_create(
            user=user, key=key, defaults={"digest": digest, "status": status, "body": body}
        )
        return made

    monkeypatch.setattr(calls, "once", careless)
    for trial in range(TRIALS):
        before = Flag.objects.count()
        at_once(*[calling(scene, row, f"careless-{trial}")] * WRITERS)
        slips += Flag.objects.count() > before + 1

    assert slips >= TRIALS * 0.9
