"""Programs that read and act: as a person in a session, or by a token."""

import re
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


LISTED = {"allocations": ("money-in/", "results", "allocation"), "packages": ("packages/", "results", "id"),
          "settlements": ("settlements/", "settlements", "")}  # fmt: skip


def seen_of(person, path):
    """The word that goes with what an act is about: told by the object above the act, or by the list it stands in."""
    head, below_ = re.match(r"(projects/\d+/)(.*)/[a-z]+/$", path).groups()
    kind, _, pk = below_.partition("/")
    if "/findings/" in below_:
        case, finding = below_.split("/findings/")
        rows = data_of(person, f"{head}{case}/")["findings"]
        return next((row["seen"] for row in rows if row["id"] == int(finding)), "")
    if kind == "budget":
        return rows_of(person, f"{head}budget/")[0]["seen"]
    if kind not in LISTED:
        return data_of(person, f"{head}{below_}/")["seen"]
    listing, name, key = LISTED[kind]
    rows = data_of(person, f"{head}{listing}")[name]
    return next(row["seen"] for row in rows if not key or row["id" if key == "id" else key] == int(pk))


def acted(person, path, data=None, by=post, **options):
    """Read what the act is about, then carry it out on that."""
    return by(person, path, (data or {}) | {"seen": seen_of(person, path)}, **options)


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
