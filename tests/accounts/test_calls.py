"""The kept answers of the API are forgotten after the days of the setting, and not before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import calls
from accounts.models import ApiCall
from lifecycle.jobs import JOBS
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_only_what_is_older_than_the_setting_goes(settings):
    settings.API_CALL_DAYS = 30
    user = make.world().u1
    for key, age in (("young", timedelta(days=30) - timedelta(minutes=1)), ("old", timedelta(days=30, minutes=1))):
        calls.once(user, key, "digest", lambda: (200, "{}"))
        ApiCall.objects.filter(key=key).update(at=timezone.now() - age)

    assert JOBS["purge_api_calls"](timezone.localdate()) == "清理接口调用记录 1 条"

    assert list(ApiCall.objects.values_list("key", flat=True)) == ["young"]


def test_the_setting_is_ninety_days_by_default(settings):
    assert settings.API_CALL_DAYS == 90
