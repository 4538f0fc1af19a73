"""Every code that any rule can store as 疑点 has words, and no page or address falls over one that has none."""

import ast
from pathlib import Path

import pytest
from django.urls import reverse

from funds.models import Flag
from funds.operations import receipts
from funds.rules.flags import FlagRule
from tests.api.scene import V1, client_of
from tests.funds.scene import ON, issue, receive

FUNDS = Path(receipts.__file__).parents[1]
UNKNOWN = "no_such_rule"
# The two ways a code gets into a flag: a member of the enum, or the key of a Suspicion, whose rule is such a member.
TYPED = ("FlagRule.", "FlagRule(", "key[1]")


def stored():
    """Every expression that a flag's rule is made from, anywhere in funds."""
    for path in FUNDS.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Flag", "Flag.objects.create"}:
                yield path.name, next((ast.unparse(one.value) for one in node.keywords if one.arg == "rule"), "")


def test_no_code_gets_past_the_enum():
    found = list(stored())

    assert len(found) >= 3
    assert [one for one in found if not one[1].startswith(TYPED)] == []


@pytest.mark.parametrize("code", [*FlagRule.values, f"{FlagRule.YEAR_END}:2025", UNKNOWN])
def test_all_pages_and_addresses_show_a_flag_of_every_rule(world, client, code):
    flag = Flag.objects.create(project=world.project, rule=code, message="请说明", raised_on=ON, raised_by=world.hr)
    client.force_login(world.finance)
    label = dict(FlagRule.choices).get(code.partition(":")[0], code)
    pk = world.project.pk
    urls = [reverse("funds:flags", args=[pk]), reverse("funds:flags_all"), reverse("funds:flag", args=[pk, flag.pk])]

    for url in urls:
        answer = client.get(url)
        assert (answer.status_code, label in answer.content.decode()) == (200, True)
    told = client_of(world.finance).get(f"{V1}flags/")
    assert (told.status_code, told.json()["results"][0]["rule_name"]) == (200, label)


def test_a_receipt_beyond_what_was_sent_opens_a_flag_with_its_words(world, client):
    from tests.funds.test_releases import check, release

    issue(world)
    check(world, release(world, 5_000_000))
    receive(world)

    flag = Flag.objects.get(rule=FlagRule.RECEIPT)
    client.force_login(world.finance)
    page = client.get(reverse("funds:flag", args=[world.project.pk, flag.pk])).content.decode()
    assert "到账与拨付不符" in page
