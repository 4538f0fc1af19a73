"""法定代表人 and 预算单位编码: from a day on, registered by the 系统管理员, kept for the forms of earlier days."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from accounts.models import Entry, OrganisationFact
from accounts.queries import fact_on, province_office
from policy.findings import Refused
from policy.terms import Line

pytestmark = pytest.mark.django_db
LEGAL = OrganisationFact.Kind.LEGAL_PERSON
ON = date(2026, 7, 1)


def said(unit, admin, value, since=ON, kind=LEGAL):
    return operations.record_fact(unit.pk, kind=kind, value=value, since=since, actor=admin, on=ON)


def test_a_form_says_what_held_on_its_own_day(world):
    said(world.unit, world.admin, "赵一", date(2026, 1, 1))
    said(world.unit, world.admin, " 钱二 ", date(2026, 6, 1))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1))

    assert [fact_on(world.unit, LEGAL, day) for day in days] == ["", "赵一", "赵一", "钱二"]
    assert fact_on(world.unit, OrganisationFact.Kind.BUDGET_CODE, ON) == fact_on(None, LEGAL, ON) == ""


@pytest.mark.parametrize(
    ("value", "since", "match"),
    [
        ("钱二", ON + timedelta(days=1), "不能晚于今天"),
        ("钱二", date(2026, 1, 1), "已经登记"),
        ("赵一", ON, "已是“赵一”"),
    ],
    ids=["ahead", "twice a day", "the same"],
)
def test_what_is_no_change_is_refused(world, value, since, match):
    said(world.unit, world.admin, "赵一", date(2026, 1, 1))

    with pytest.raises(Refused, match=match):
        said(world.unit, world.admin, value, since)

    assert OrganisationFact.objects.count() == 1


def test_the_page_lists_and_registers(world, client):
    today, address = timezone.localdate(), reverse("accounts:organisation_facts", args=[world.unit.pk])
    client.force_login(world.admin)

    refused = client.post(address, {"kind": "legal_person", "value": "孙三", "since": today + timedelta(days=1)})
    done = client.post(address, {"kind": "legal_person", "value": "孙三", "since": today})
    page, units = client.get(address), client.get(reverse("accounts:organisations"))

    assert (refused.status_code, "孙三" in refused.content.decode()) == (422, True)
    assert (done.status_code, done.url) == (302, address)
    assert "孙三" in page.content.decode()
    assert address in units.content.decode()
    assert Entry.objects.filter(verb="登记单位资料", text__contains="孙三").count() == 1


@pytest.mark.parametrize("who", ["u1", "u2", "ph", "pf", "au"])
def test_nobody_else_registers(world, client, who):
    client.force_login(getattr(world, who))

    assert client.get(reverse("accounts:organisation_facts", args=[world.unit.pk])).status_code == 403


def test_the_department_of_the_province_is_found_by_its_line(world):
    assert province_office(world.unit, Line.HR) == world.province_hr
    assert province_office(world.unit, Line.FINANCE) == world.province_finance
