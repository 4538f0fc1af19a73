"""A new round of a sheet out of an older one, which stays as it was judged."""

from datetime import date

from django.db.models import Max

from accounts.models import User
from performance.models import Goal, Indicator, Target, TargetSheet


def copy_sheet(
    sheet: TargetSheet,
    *,
    actor: User,
    on: date,
    return_reason: str = "",
    revises: TargetSheet | None = None,
    revision_reason: str = "",
) -> tuple[TargetSheet, dict[int, Indicator]]:
    """The copy, and the new row of each old one by its number. What a returned sheet revises, its copy revises."""
    last = sheet.project.target_sheets.aggregate(last=Max("round"))["last"]
    made = TargetSheet.objects.create(
        project=sheet.project,
        round=last + 1,
        years=sheet.years,
        drafted_by=actor,
        drafted_on=on,
        state_since=on,
        return_reason=return_reason,
        revises=revises or sheet.revises,
        revision_reason=revision_reason or sheet.revision_reason,
    )
    goals = list(sheet.goals.all())
    for goal in goals:
        goal.pk, goal.sheet = None, made
    Goal.objects.bulk_create(goals)
    return made, _copy_rows(sheet, made)


def _copy_rows(sheet: TargetSheet, made: TargetSheet) -> dict[int, Indicator]:
    targets = list(Target.objects.filter(indicator__sheet=sheet))
    kept = [field.attname for field in Indicator._meta.fields if field.name != "id"]
    copies: dict[int, Indicator] = {}
    for indicator in sheet.indicators.all():
        copies[indicator.pk] = Indicator(**{name: getattr(indicator, name) for name in kept})
        copies[indicator.pk].sheet = made
    Indicator.objects.bulk_create(copies.values())
    for target in targets:
        target.indicator, target.pk = copies[target.indicator_id], None
    Target.objects.bulk_create(targets)
    return copies
