"""Column makers that the money tables share."""

from typing import Any

from django.conf import settings
from django.db import models

from policy.spelling import LONGEST_KEY, number_key

USER = settings.AUTH_USER_MODEL


def person(label: str, *, optional: bool = True) -> models.ForeignKey:
    return models.ForeignKey(USER, models.PROTECT, null=optional, blank=optional, related_name="+", verbose_name=label)


def day(label: str) -> models.DateField:
    return models.DateField(label, null=True, blank=True)


class NumberKey(models.CharField):
    """The number in column `of` as papers are told apart by it; follows that column whenever this one is saved."""

    def __init__(self, *args: Any, of: str = "number", **kwargs: Any) -> None:
        self.of = of
        usual: dict[str, Any] = {"max_length": LONGEST_KEY, "editable": False, "default": ""}
        super().__init__(*args, **usual | kwargs)

    def deconstruct(self) -> tuple[Any, ...]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, row: models.Model, add: bool) -> str:
        key = number_key(getattr(row, self.of))
        setattr(row, self.attname, key)
        return key
