"""校验码: what an answer showed, as one word, to be sent back with the act (funds/queries/versions.py)."""

from typing import Any

from rest_framework import serializers

from funds.queries.versions import word_of


class SeenData(serializers.CharField):
    """Of the row itself, read again: what an act leaves in memory may be spelt otherwise than what is stored.

    `again` False: of the row as it is, for lists.
    """

    def __init__(self, *, again: bool = True, **kwargs: Any) -> None:
        told: dict[str, Any] = {"source": "*", "read_only": True}
        super().__init__(help_text="所显示内容的校验码；办理时作为 seen 原样送回", **told | kwargs)
        self.again = again

    def to_representation(self, value: Any) -> str:
        return word_of(type(value)._base_manager.get(pk=value.pk) if self.again else value)
