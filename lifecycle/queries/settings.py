"""设定确认单 that wait for a person."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from lifecycle.queries.waivers import line_of
from policy.terms import Line
from projects import access
from projects.models import SettingSheet
from projects.tasks import Task
from projects.together import Together


def provinces_of(user: User) -> set[str]:
    """Paths of the provinces this person serves in."""
    return {held.organisation.node.province_path for held in user.live_memberships if held.organisation}


def sheets_for(user: User) -> QuerySet[SettingSheet]:
    """The province's own, newest first."""
    rows = SettingSheet.objects.filter(province__in=provinces_of(user))
    return rows.select_related("drafted_by", "hr_by", "finance_by", "returned_by")


def setting_tasks(user: User, read: Together) -> Iterable[Task]:
    line = line_of(user)
    if line is None or not access.may(user, Action.APPROVE_SETTINGS):
        return ()
    open_ = Q(hr_by=None) if line == Line.HR else Q(finance_by=None)
    rows = sheets_for(user).filter(open_, state=SettingSheet.State.SIGNING).exclude(drafted_by=user)
    asked = read.ask(rows, "pk", "number", "drafted_on", "effective_on", "note")
    return (
        Task(
            "签署设定确认单",
            one.number,
            reverse("lifecycle:setting_sheet", args=[one.pk]),
            one.drafted_on,
            one.effective_on,
            one.note,
        )
        for one in asked
    )
