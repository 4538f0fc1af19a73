"""What every address of the API shares: one shape for every refusal, strict input, money as text, pages of 50."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from policy.findings import Finding, Refused
from policy.money import CENT, LARGEST

NOT_FOUND = "没有找到，或不在您的查看范围内。"
YUAN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
LARGEST_ID = 2**63 - 1


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """For REST_FRAMEWORK["EXCEPTION_HANDLER"]."""
    if isinstance(error, Refused):
        set_rollback()
        return Response({"refused": [as_data(finding) for finding in error.findings]}, status=409)
    if isinstance(error, Http404):  # the same words for what is missing and what is out of reach
        error = exceptions.NotFound(NOT_FOUND)
    return exception_handler(error, context)


def as_data(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "message": finding.message,
        "clause": finding.clause,
        "rank": str(finding.rank),
        "field": finding.field,
    }


class Told(serializers.Serializer):
    """Something that is only read."""


class Asked(serializers.Serializer):
    """Something that is sent in: the fields it names and no others."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            known = "、".join(self.fields) or "无"
            raise serializers.ValidationError({name: [f"没有这个字段；可用的字段：{known}。"] for name in unknown})
        return super().to_internal_value(data)


@extend_schema_field(
    {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$", "description": "金额，元", "example": "1234.56"}
)
class Money(serializers.Field):
    """Yuan as text with two places, in and out; never a number, which JSON readers keep as a binary fraction."""

    def __init__(self, *, least: Decimal = CENT, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not YUAN.fullmatch(data):
            raise serializers.ValidationError('金额须为以元为单位的字符串，最多两位小数，例如 "120000.00"。')
        amount = Decimal(data)
        if not self.least <= amount <= LARGEST:
            raise serializers.ValidationError(f"金额应在 {self.least} 元至 {LARGEST:,} 元之间。")
        return amount

    def to_representation(self, value: Decimal | int | str) -> str:
        return f"{Decimal(value):.2f}"


class Text(serializers.CharField):
    """A number is not taken for text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class SeenAsked(Asked):
    """An act on something that was read: the word it was read with is sent back."""

    seen = Text(max_length=40, help_text="读取时得到的校验码 seen，原样送回；其后内容有变动的不予办理")


class Whole(serializers.IntegerField):
    """An id, or a count."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST_ID} | kwargs)


class Uploads(serializers.ListField):
    """Files of a multipart request, none or several under the same name."""

    child = serializers.FileField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 50} | kwargs)


class Rows(serializers.ListField):
    """Objects of one kind. In a multipart request each is a part of its own, as JSON, all under the same name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 2000} | kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list):
            data = [_parsed(one) if isinstance(one, str) else one for one in data]
        return super().to_internal_value(data)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


class Person(serializers.CharField):
    """Somebody by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True, "allow_null": True} | kwargs)


class Stored(Told):
    """What is known of a file; the file itself is handed out by the page of its project."""

    id = serializers.IntegerField()
    purpose = serializers.CharField(help_text="材料种类")
    name = serializers.CharField(help_text="文件名")
    size = serializers.IntegerField(help_text="字节")
    content_type = serializers.CharField()
    sha256 = serializers.CharField()
    uploaded_by = Person(help_text="上传人")
    on = serializers.DateField(help_text="业务日期")


class Fault(Told):
    detail = serializers.CharField(help_text="原因")


class Reason(Told):
    code = serializers.CharField(help_text="代码")
    message = serializers.CharField(help_text="说明：原因、限额和下一步")
    clause = serializers.CharField(help_text="依据")
    rank = serializers.CharField(help_text="效力：法规、通知、本省设定、系统默认")
    field = serializers.CharField(help_text="有关的字段，可为空")


class Refusal(Told):
    refused = Reason(many=True)
