"""The API described for OpenAPI: each view says its words, what it takes and what it answers; the rest is the same."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from accounts.tokens import SCHEME
from ui.api import Fault, Refusal, Told

INVALID = {"type": "object", "additionalProperties": True, "description": "字段名 → 原因；或 detail → 原因"}
FAULTS = {
    400: OpenApiResponse(INVALID, "请求内容不符合要求"),
    401: OpenApiResponse(Fault, "未登录，或令牌无效、作废、到期"),
    403: OpenApiResponse(Fault, "看得到，但现任角色不能办理；只读令牌不能办理业务"),
    404: OpenApiResponse(Fault, "不存在，或不在查看范围内"),
    429: OpenApiResponse(Fault, "本令牌调用过于频繁"),
}
REFUSED = {409: OpenApiResponse(Refusal, "规则不允许；逐条写明原因、依据和下一步")}
REPEATED = {422: OpenApiResponse(Fault, "同一 Idempotency-Key 已用于其他内容")}
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="8–80 个字符；同一键只办理一次"
)
PAGE = OpenApiParameter("page", int, description="页码，从 1 起；每页 50 条")


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": SCHEME.lower(), "description": "“接口令牌”页创建的令牌"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.tokens.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        said = "登录后的浏览器会话；办理类请求另带 X-CSRFToken 请求头"
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": said}


@cache
def paged(row: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """A page of rows, as the answer of a list."""
    fields = {
        "__doc__": "一页",
        "count": serializers.IntegerField(help_text="总条数"),
        "next": serializers.URLField(allow_null=True, help_text="下一页"),
        "previous": serializers.URLField(allow_null=True, help_text="上一页"),
        "results": row(many=True),
    }
    return type(f"PageOf{row.__name__}", (Told,), fields)


class Described(AutoSchema):
    """Reads `summary`, `description`, `tag`, `filters`, `asks`, `answers`, `many`, `made` of a view (projects/api.py)."""

    view: Any

    def get_operation_id(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self.view).__name__).lower()

    def get_summary(self) -> str:
        return self.view.summary

    def get_description(self) -> str:  # type: ignore[override]
        return self.view.description or f"{self.view.summary}。"

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_override_parameters(self) -> list[Any]:
        if self.method == "POST":
            return [KEY]
        asked = [*parameters(self.view.filters)] if self.view.filters else []
        return [*asked, PAGE] if self.view.many else asked

    def get_request_serializer(self) -> Any:
        return self.view.asks if self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        if getattr(self.view, "binary", False):
            return {(200, "application/octet-stream"): OpenApiTypes.BINARY} | FAULTS | REFUSED
        answers = self.view.answers
        if self.method == "POST":
            return {self.view.made: answers} | FAULTS | REFUSED | REPEATED
        return {200: paged(answers) if self.view.many else answers} | FAULTS

    def _is_list_view(self, serializer: Any = None) -> bool:
        """A page is an answer of its own (`paged`)."""
        return False


def parameters(form: type[forms.Form]) -> Iterator[OpenApiParameter]:
    """The filter of a page, as query parameters."""
    for name, field in form.base_fields.items():
        said = " ".join(str(text) for text in (field.label, field.help_text) if text)
        yield OpenApiParameter(name, _type(field), enum=_choices(field), description=said)


def _type(field: forms.Field) -> Any:
    if isinstance(field, forms.DateField):
        return {"type": "string", "format": "date"}
    return {"type": "integer"} if isinstance(field, forms.IntegerField) else {"type": "string"}


def _choices(field: forms.Field) -> list[str] | None:
    """What is known before anybody asks; choices that depend on the project stay open."""
    choices = [str(code) for code, _ in getattr(field, "choices", ()) if code != ""]
    return choices or None
