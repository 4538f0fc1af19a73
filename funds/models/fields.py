"""Column makers that the money tables share."""

from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


def person(label: str, *, optional: bool = True) -> models.ForeignKey:
    return models.ForeignKey(USER, models.PROTECT, null=optional, blank=optional, related_name="+", verbose_name=label)


def day(label: str) -> models.DateField:
    return models.DateField(label, null=True, blank=True)
