"""Open alerts mirror what the rules say now: a finding opens one, silence clears it."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from accounts.models import User
from accounts.notices import notify
from accounts.queries import people_who_may
from accounts.roles import Action
from policy.findings import Finding
from projects.models import Alert, Project

_DAYS = re.compile(r"\d+ 天")


def is_reworded(before: str, after: str) -> bool:
    """Whether a text says something new; that the days it counts run on is nothing new."""
    return _DAYS.sub("天", before) != _DAYS.sub("天", after)


def sync(
    project: Project, *, source: str, findings: Iterable[Finding], on: date, people: Iterable[User] | None = None
) -> None:
    """Make the open alerts of one source equal to `findings`; tell the people concerned when one opens.

    `people`: who is told, where that is not everybody who sees alerts of the project.
    """
    told = None if people is None else list(people)
    found = {finding.code: finding for finding in findings}
    standing = {alert.code: alert for alert in project.alerts.filter(source=source, cleared_on=None)}
    gone = [alert.pk for code, alert in standing.items() if code not in found]
    if gone:
        Alert.objects.filter(pk__in=gone).update(cleared_on=on)
    for code, finding in found.items():
        said: dict[str, Any] = {
            "severity": finding.severity,
            "message": finding.message[:200],
            "clause": finding.clause[:120],
            "rank": finding.rank,
        }
        if code in standing:
            before = standing[code]
            if is_reworded(before.message, said["message"]) or before.severity != finding.severity:
                said["changed_on"] = on
            Alert.objects.filter(pk=before.pk).update(**said)
        else:
            alert = Alert.objects.create(project=project, source=source, code=code, raised_on=on, **said)
            notify(
                people_who_may(Action.VIEW_ALERT, project.organisation, on) if told is None else told,
                key=f"alert:{alert.pk}",
                text=f"{project.name}：{finding.message}",
                url=f"/projects/{project.pk}/",
            )
