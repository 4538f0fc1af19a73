"""打印与回传 for programs: the same rows, the same codes, the same refusals as the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import factories as make
from tests.api.scene import below, client_of, done, post, rows_of, upload
from tests.permissions import hostile

pytestmark = pytest.mark.django_db


def scan():
    return SimpleUploadedFile("盖章件.pdf", hostile.pdf(), "application/pdf")


def test_a_form_goes_out_and_comes_back(ready):
    key = f"F07-{timezone.localdate():%Y%m%d}"
    path = below(ready, "papers/")

    row = next(one for one in rows_of(ready.clerk, path) if one["key"] == key)
    (made,) = done(post(ready.clerk, f"{path}register/", {"keys": [key]}))["prints"]
    wrong = upload(ready.clerk, f"{path}return/", {"code": "0000-0000-0000", "scan": scan()})
    back = done(upload(ready.clerk, f"{path}return/", {"code": made["code"], "scan": scan()}))
    after = next(one for one in rows_of(ready.clerk, path) if one["key"] == key)

    assert (row["state"], row["printed"]) == ("new", None)
    assert (made["key"], made["version"], made["state"]) == (key, 1, "printed")
    assert (wrong.status_code, wrong.json()["refused"][0]["code"]) == (409, "code")
    assert (back["state"], back["code"]) == ("returned", made["code"])
    assert (after["state"], after["printed"]) == ("returned", back)


def test_what_is_not_his_is_not_his_here_either(ready):
    path, outsider = below(ready, "papers/"), make.user("U1", make.organisation(ready.unit.node))

    assert post(ready.clerk, f"{path}register/", {"keys": ["F12-1"]}).status_code == 409
    assert post(ready.clerk, f"{path}register/", {"keys": []}).status_code == 400
    assert post(ready.clerk, f"{path}register/", {"keys": ["a" * 200]}).status_code == 400
    assert client_of(outsider).get(f"/api/v1/{path}").status_code == 404
    assert post(outsider, f"{path}register/", {"keys": ["F12-1"]}).status_code == 404


def test_a_list_of_the_province_goes_out_and_comes_back(ready):
    key = f"F18-{timezone.localdate():%Y%m%d}"

    row = next(one for one in rows_of(ready.hr, "papers/") if one["key"] == key)
    narrowed = [one["key"] for one in rows_of(ready.hr, "papers/", year=2025)]
    made = done(post(ready.hr, "papers/register/", {"key": key}))
    back = done(upload(ready.finance, "papers/return/", {"code": made["code"], "scan": scan()}))
    after = next(one for one in rows_of(ready.finance, "papers/") if one["key"] == key)

    assert (row["state"], row["printed"], row["group"]) == ("new", None, "汇总")
    assert f"F18-y2025-{key[4:]}" in narrowed
    assert (made["organisation_name"], made["version"], made["state"]) == (ready.province.name, 1, "printed")
    assert (after["state"], after["printed"]) == ("returned", back)


def test_a_list_of_the_province_is_not_the_city_s_and_none_is_the_unit_s(ready):
    made = done(post(ready.hr, "papers/register/", {"key": f"F18-{timezone.localdate():%Y%m%d}"}))

    assert [one["printed"] for one in rows_of(ready.city_finance, "papers/")] == [None] * 3
    assert upload(ready.city_finance, "papers/return/", {"code": made["code"], "scan": scan()}).status_code == 409
    assert post(ready.city_finance, "papers/register/", {"key": "F01-jilin_2025-2026"}).status_code == 409
    assert [post(one, "papers/register/", {"key": "F18"}).status_code for one in (ready.clerk, ready.finance_head)] == [
        403,
        403,
    ]
    assert client_of(ready.clerk).get("/api/v1/papers/").status_code == 403
