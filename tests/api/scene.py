"""Programs that read and act: as a person in a session, or by a token."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from accounts import operations
from tests import factories as make

V1 = "/api/v1/"
ENTRY = {
    "number": "PZ-API",
    "paid_on": "2026-01-10",
    "category": "equipment",
    "source": "central",
    "abstract": "数控机床首付款",
    "payee": "示例设备公司",
    "amount": "1000.00",
}
_numbers = count(1)


def client_of(person, **options):
    client = Client(**options)
    client.force_login(person)
    return client


def get(person, path, **asked):
    return client_of(person).get(f"{V1}{path}", asked)


def data_of(person, path, **asked):
    answer = get(person, path, **asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def rows_of(person, path, **asked):
    return data_of(person, path, **asked)["results"]


def post(person, path, data=None, key=None, **headers):
    """JSON, under a key of its own unless one is given; `key=""`: without."""
    sent = {"Idempotency-Key": uuid4().hex if key is None else key} if key != "" else {}
    body = {} if data is None else data
    return client_of(person).post(f"{V1}{path}", body, content_type="application/json", headers=sent | headers)


def upload(person, path, data, key=None):
    """The same as multipart, for files."""
    return client_of(person).post(f"{V1}{path}", data, headers={"Idempotency-Key": key or uuid4().hex})


def done(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def below(world, path):
    return f"projects/{world.project.pk}/{path}"


def token_of(person, **changes):
    today = timezone.localdate()
    given = {"name": f"程序{next(_numbers)}", "expires_on": today + timedelta(days=30)} | changes
    return operations.create_token(**given, actor=person, on=today)


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def auditor(world):
    return make.user("AU", world.finance_head_office)
