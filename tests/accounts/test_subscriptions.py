"""订阅设置 and 邮件发件箱: whose setting it is, what the administrator sees, one way out for each mail."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import operations, outbox
from accounts.models import OutboxMail, Subscription, User
from accounts.operations.outbox import MOST_ATTEMPTS, claim
from lifecycle import jobs
from policy.findings import Refused
from tests.accounts.scene import ON, PASSWORD, lines

PAGE, BOX = "/me/subscriptions/", "/accounts/outbox/"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def addressed(user, address="one@example.com"):
    user.email = address
    user.set_password(PASSWORD)
    user.save(update_fields=["email", "password"])
    return user


def waiting(user, key="weekly:1"):
    Subscription.objects.update_or_create(user=addressed(user), defaults={"by_mail": True, "since": ON})
    outbox.put(user, key=key, subject="每周摘要", body="正文：只给本人", on=timezone.localdate())
    return OutboxMail.objects.get(key=key)


@pytest.fixture
def host(settings):
    settings.EMAIL_HOST = "mail.test"


class Broken:
    """A mail host that is down."""

    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        raise OSError("连接被拒绝")


@pytest.fixture
def down(host, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"


# The person's own setting


def test_a_person_subscribes_and_unsubscribes(world):
    client = signed_in(addressed(world.u1))

    for chosen in ({"in_app": "on", "by_mail": "on"}, {}):
        assert client.post(PAGE, chosen | {"email": "one@example.com"}).status_code == 302

    row = Subscription.objects.get()
    assert (row.user, row.in_app, row.by_mail) == (world.u1, False, False)
    assert lines("订阅设置") == [("ok", "每周摘要：站内、邮件"), ("ok", "每周摘要：不订阅")]


def test_another_address_asks_for_the_password_and_keeps_what_was_typed(world):
    client = signed_in(addressed(world.u1))
    typed = {"by_mail": "on", "email": "two@example.com"}

    for password in ("", "不对"):
        answer = client.post(PAGE, typed | {"password": password})
        assert (answer.status_code, "two@example.com" in answer.content.decode()) == (422, True)
    assert not Subscription.objects.exists()

    assert client.post(PAGE, typed | {"password": PASSWORD}).status_code == 302
    world.u1.refresh_from_db()
    assert world.u1.email == "two@example.com"


def test_mail_without_an_address_is_refused(world):
    with pytest.raises(Refused, match="须填写电子邮箱"):
        operations.set_subscription(in_app=True, by_mail=True, email="", actor=world.u1, on=ON)

    assert not Subscription.objects.exists()


def test_a_subscription_begins_anew_after_it_ended_and_not_with_a_second_way(world):
    user = addressed(world.u1)

    def chosen(on, **ways):
        given = {"in_app": False, "by_mail": False, "email": user.email} | ways
        return operations.set_subscription(**given, actor=user, on=on).since

    assert chosen(ON, in_app=True) == ON
    assert chosen(ON + timedelta(days=3), in_app=True, by_mail=True) == ON
    chosen(ON + timedelta(days=4))
    assert chosen(ON + timedelta(days=5), by_mail=True) == ON + timedelta(days=5)


# The outbox


def test_a_key_makes_one_mail_and_no_address_makes_none(world):
    waiting(world.u1)
    waiting(world.u1)
    outbox.put(world.u2, key="weekly:2", subject="每周摘要", body="", on=ON)

    assert OutboxMail.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMail.objects.create(user=world.u1, key="weekly:1", to="x@example.com", subject="", body="", made_on=ON)


def test_without_a_host_mail_waits_and_the_administrator_sees_why_but_not_what_it_says(world, settings):
    settings.EMAIL_HOST = ""
    row = waiting(world.u1)

    assert outbox.send_waiting(timezone.now()) == 0

    row.refresh_from_db()
    assert (row.state, row.attempts, mail.outbox) == ("waiting", 0, [])
    page = signed_in(world.people["ADMIN"]).get(BOX).content.decode()
    assert all(word in page for word in ("尚未配置邮件服务器", "one@example.com", "待发"))
    assert "只给本人" not in page
    assert signed_in(world.ph).get(BOX).status_code == 403


def test_a_person_of_another_province_is_not_in_the_outbox(world):
    waiting(world.people["STRANGER"])

    assert "one@example.com" not in signed_in(world.people["ADMIN"]).get(BOX).content.decode()


def test_the_outbox_is_filtered_and_costs_the_same_at_one_row_and_at_three(world):
    client = signed_in(world.people["ADMIN"])

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{BOX}?state=waiting").context["page_obj"].paginator.count
        return len(captured)

    waiting(world.u1)
    one = cost()
    waiting(world.u2, "weekly:2")
    waiting(world.ph, "weekly:3")

    assert cost() == one
    assert client.get(f"{BOX}?state=sent").context["page_obj"].paginator.count == 0


def test_a_mail_goes_once_and_says_when(world, host):
    row, now = waiting(world.u1), timezone.now()

    assert [outbox.send_waiting(now), outbox.send_waiting(now + timedelta(days=1))] == [1, 0]

    row.refresh_from_db()
    assert (row.state, row.sent_at, row.attempts) == ("sent", now, 1)
    assert [(one.to, one.subject, one.body) for one in mail.outbox] == [
        (["one@example.com"], "每周摘要", "正文：只给本人")
    ]


def test_a_mail_that_one_scheduler_has_is_not_taken_by_another(world, host):
    row, now = waiting(world.u1), timezone.now()

    assert (claim(row.pk, now=now).pk, claim(row.pk, now=now)) == (row.pk, None)
    assert outbox.send_waiting(now) == 0
    assert mail.outbox == []


def test_a_failure_waits_longer_each_time_and_ends_after_five(world, down):
    row, waits = waiting(world.u1), []
    for _ in range(MOST_ATTEMPTS):
        now = row.try_at
        outbox.send_waiting(now)
        row.refresh_from_db()
        waits.append((row.try_at - now).seconds // 60)

    assert waits[:-1] == [5, 15, 45, 135]
    assert (row.state, row.attempts, row.last_error) == ("failed", MOST_ATTEMPTS, "连接被拒绝")
    outbox.send_waiting(timezone.now() + timedelta(days=1))
    row.refresh_from_db()
    assert row.attempts == MOST_ATTEMPTS


def test_what_failed_goes_once_the_host_is_back(world, down, settings):
    row = waiting(world.u1)
    outbox.send_waiting(timezone.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert outbox.send_waiting(timezone.now() + timedelta(minutes=6)) == 1

    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("sent", 2, "")


def test_a_host_that_is_down_is_asked_three_times_a_round(world, down):
    for number in range(5):
        waiting(world.u1, f"weekly:{number}")

    outbox.send_waiting(timezone.now())

    assert OutboxMail.objects.filter(attempts=1).count() == outbox.MOST_FAILURES


def test_a_mail_goes_to_the_address_the_person_has_now(world, host):
    row = waiting(world.u1)
    addressed(world.u1, "two@example.com")

    assert "two@example.com" in signed_in(world.people["ADMIN"]).get(BOX).content.decode()
    outbox.send_waiting(timezone.now())

    row.refresh_from_db()
    assert ([one.to for one in mail.outbox], row.to) == ([["two@example.com"]], "two@example.com")
    addressed(world.u1, "three@example.com")
    assert "two@example.com" in signed_in(world.people["ADMIN"]).get(BOX).content.decode()


CHANGES = {
    outbox.STALE: lambda user: OutboxMail.objects.update(made_on=timezone.localdate() - timedelta(days=8)),
    outbox.GONE: lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    outbox.NOWHERE: lambda user: User.objects.filter(pk=user.pk).update(email=""),
    outbox.UNSUBSCRIBED: lambda user: Subscription.objects.update(by_mail=False),
}


@pytest.mark.parametrize("reason", outbox.REASONS)
def test_what_is_stale_or_not_wanted_any_more_does_not_go(world, host, reason):
    row = waiting(world.u1)
    CHANGES[reason](world.u1)

    assert outbox.send_waiting(timezone.now()) == 0

    row.refresh_from_db()
    assert (row.state, row.last_error, mail.outbox) == ("failed", reason, [])
    if reason != outbox.GONE:
        page = signed_in(world.u1).get(PAGE).content.decode()
        assert (reason in page, "请联系系统管理员" in page) == (True, False)


@pytest.mark.parametrize(("day", "sent"), [(8, 1), (9, 0)])
@pytest.mark.parametrize("hour", [0, 7, 23])
def test_a_mail_is_as_old_as_the_days_of_the_place_say_at_any_hour(world, host, hour, day, sent):
    OutboxMail.objects.filter(pk=waiting(world.u1).pk).update(
        made_on=date(2026, 3, 1), try_at=datetime(2026, 3, 1, tzinfo=UTC)
    )

    assert outbox.send_waiting(timezone.make_aware(datetime(2026, 3, day, hour, 30))) == sent


def test_a_mail_that_is_no_digest_needs_no_subscription(world, host):
    outbox.put(addressed(world.u1), key="code:1", subject="验证", body="", on=timezone.localdate())

    assert outbox.send_waiting(timezone.now()) == 1


@pytest.mark.parametrize(("minute", "sent"), [(5, 1), (6, 0)])
def test_the_scheduler_sends_every_five_minutes(world, host, monkeypatch, minute, sent):
    waiting(world.u1)
    now = (timezone.now() + timedelta(hours=1)).replace(minute=minute)
    monkeypatch.setattr(jobs, "JOBS", {})
    monkeypatch.setattr(jobs.clock, "watch", lambda now: False)
    monkeypatch.setattr(jobs.timezone, "now", lambda: now)

    jobs.tick()

    assert len(mail.outbox) == sent
