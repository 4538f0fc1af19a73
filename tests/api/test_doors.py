"""Tokens at the door, and the description: for whom, how much, and whether it says what the API does."""

import json
import re

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from funds.models import Flag
from tests.api.scene import V1, auditor, below, client_of, token_of
from tests.funds.scene import submit
from tests.permissions.routes import every_route

CHINESE = re.compile("[一-鿿]")
ENGLISH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def by_token(key, path, **asked):
    return Client().get(f"{V1}{path}", asked, headers={"Authorization": f"Bearer {key}"})


def flag_by(key, world, row, **headers):
    sent = {"Authorization": f"Bearer {key}", "Idempotency-Key": "12345678"} | headers
    data = {"text": "请说明", "payment": row.pk}
    return Client().post(f"{V1}{below(world, 'flags/raise/')}", data, content_type="application/json", headers=sent)


@pytest.mark.parametrize("key", ["", "x", "钥匙".encode().decode("latin-1")])
def test_a_bad_token_is_401_and_says_how_to_sign_in(world, key):
    answer = by_token(key, "projects/")

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert Client().get(f"{V1}projects/").status_code == 401


def test_a_token_reads_what_its_person_reads(ready):
    made = token_of(auditor(ready))

    told = by_token(made.key, below(ready, "ledger/")).json()

    assert told["received"] == "7000000.00"
    assert by_token(made.key, "projects/").json()["count"] == 2


def test_a_token_writes_only_where_it_and_the_site_say_so(ready, settings):
    row = submit(ready)
    reading = token_of(ready.finance)
    settings.API_WRITE_TOKENS = True
    writing = token_of(ready.finance, can_write=True)

    assert flag_by(reading.key, ready, row).status_code == 403
    assert flag_by(writing.key, ready, row).status_code == 201
    settings.API_WRITE_TOKENS = False
    refused = flag_by(writing.key, ready, row, **{"Idempotency-Key": "another-one"})
    assert (refused.status_code, "只能读取" in refused.json()["detail"]) == (403, True)
    assert Flag.objects.filter(rule="person").count() == 1


def test_a_token_is_counted_and_its_neighbour_is_not(world, monkeypatch):
    monkeypatch.setattr("accounts.tokens.TokenThrottle.rate", "2/min", raising=False)
    made, other = token_of(world.finance), token_of(world.finance)

    codes = [by_token(made.key, "projects/").status_code for _ in range(3)]

    assert codes == [200, 200, 429]
    assert by_token(other.key, "projects/").status_code == 200
    assert [client_of(world.finance).get(f"{V1}projects/").status_code for _ in range(3)] == [200, 200, 200]
    cache.clear()


# The description


def schema_of(person):
    return client_of(person).get("/api/schema/?format=json").json()


def test_the_description_is_whole_and_valid(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))

    assert (tmp_path / "schema.yml").stat().st_size > 100_000


def test_every_address_is_described_in_chinese_and_named_in_english(world):
    told = schema_of(world.finance)
    acts = [act for path in told["paths"].values() for act in path.values()]
    fields = {name for one in told["components"]["schemas"].values() for name in one.get("properties", ())}

    assert len(told["paths"]) == len([one for one in every_route() if one.pattern.startswith("api/v1/")])
    assert [act["operationId"] for act in acts if not CHINESE.search(act["summary"] + act["description"])] == []
    assert [
        act["operationId"] for act in acts if not {"400", "401", "403", "404", "429"} <= set(act["responses"])
    ] == []
    assert [name for name in fields if not ENGLISH.fullmatch(name)] == []
    assert told["components"]["schemas"]["LedgerData"]["properties"]["spent"]["type"] == "string"
    writing = [act for path in told["paths"].values() for method, act in path.items() if method == "post"]
    keyed = [act for act in writing if any(one["name"] == "Idempotency-Key" for one in act["parameters"])]
    assert (len(writing), [{"409", "422"} <= set(act["responses"]) for act in keyed]) == (
        len(keyed),
        [True] * len(keyed),
    )


def test_answers_are_as_they_are_described(ready):
    """Field for field, at every depth of the ledger."""
    told = schema_of(ready.finance)["components"]["schemas"]
    answer = client_of(ready.finance).get(f"{V1}{below(ready, 'ledger/')}").json()

    assert set(answer) == set(told["LedgerData"]["properties"]) == set(told["LedgerData"]["required"])
    assert set(answer["lines"][0]) == set(told["CellData"]["properties"])


def test_the_description_is_for_people_and_programs_we_know(world):
    made = token_of(world.finance)

    assert (Client().get("/api/schema/").status_code, Client().get("/api/docs/").status_code) == (401, 302)
    assert Client().get("/api/schema/", headers={"Authorization": f"Bearer {made.key}"}).status_code == 200
    assert json.loads(json.dumps(schema_of(world.clerk)))["openapi"].startswith("3.")


def test_the_page_of_the_description_has_nothing_inline_and_nothing_from_elsewhere(world):
    answer = client_of(world.clerk).get("/api/docs/")
    text = answer.content.decode()

    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert (re.findall(r"<script(?![^>]*\bsrc=)", text), re.findall(r"<style|\bstyle=|\bon\w+=", text)) == ([], [])
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []
    assert get_resolver().resolve("/api/docs/").view_name == "api:docs"
