"""One TOML table being read, strictly: every key is taken once, what is left over is refused."""

import re
from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.db.models import TextChoices

from policy.edition import Basis, EditionError
from policy.terms import Rank

T = TypeVar("T")
Choice = TypeVar("Choice", bound=TextChoices)


class TomlTable:
    """One TOML table being read: every key is taken once, what is left over is refused."""

    def __init__(self, raw: object, file: str, name: str) -> None:
        self.file, self.name = file, name
        if not isinstance(raw, dict):
            raise EditionError(f"{file} [{name}]：应为表")
        self._raw: dict[str, Any] = dict(raw)

    def fail(self, key: str, why: str) -> EditionError:
        return EditionError(f"{self.file} [{self.name}] {key}：{why}")

    def has(self, key: str) -> bool:
        return key in self._raw

    def take(self, key: str, kind: type[T]) -> T:
        if key not in self._raw:
            raise self.fail(key, "缺少")
        value = self._raw.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fail(key, f"类型不对，应为 {kind.__name__}")
        return value

    def text(self, key: str, *, empty: bool = False) -> str:
        value = self.take(key, str)
        if not (empty or value.strip()):
            raise self.fail(key, "不能为空")
        return value

    def word(self, key: str, allowed: Iterable[str]) -> str:
        value = self.take(key, str)
        if value not in set(allowed):
            raise self.fail(key, f"不认识“{value}”")
        return value

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        return choices(self.word(key, choices.values))

    def several(self, key: str, choices: type[Choice]) -> tuple[Choice, ...]:
        values = self.take(key, list)
        if not values or any(value not in choices.values for value in values) or len(set(values)) != len(values):
            raise self.fail(key, f"应为不重复的 {choices.__name__} 列表")
        return tuple(choices(value) for value in values)

    def decimal(self, key: str) -> Decimal:
        """Decimals are written as text in TOML, so that no float ever comes in."""
        value = self.take(key, str)
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise self.fail(key, f"“{value}”不是数") from None
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
            raise self.fail(key, f"“{value}”不是普通写法的数")
        return number

    def day(self, key: str) -> date:
        value = self.take(key, date)
        if isinstance(value, datetime):
            raise self.fail(key, "应为日期，不带时间")
        return value

    def basis(self) -> Basis:
        return Basis(self.text("clause"), self.choice("rank", Rank), self.take("blocks", bool))

    def table(self, key: str) -> "TomlTable":
        return TomlTable(self.take(key, dict), self.file, f"{self.name}.{key}" if self.name != "文件" else key)

    def rows(self, key: str, read: Callable[["TomlTable"], T], *, unique: Callable[[T], Hashable]) -> tuple[T, ...]:
        """All tables of an array, read and closed, none twice, at least one."""
        found: list[T] = []
        for number, raw in enumerate(self.take(key, list), 1):
            row = TomlTable(raw, self.file, f"{key} 第{number}行")
            found.append(read(row))
            row.close()
            if unique(found[-1]) in {unique(earlier) for earlier in found[:-1]}:
                raise row.fail("code", f"重复：{unique(found[-1])}")
        if not found:
            raise self.fail(key, "不能为空")
        return tuple(found)

    def names(self) -> tuple[str, ...]:
        return tuple(self._raw)

    def close(self) -> None:
        if self._raw:
            raise self.fail("、".join(sorted(self._raw)), "多余的键")
