"""What the views of the API share: the door of the pages, filters read strictly, acts carried out once.

Out of reach is 404, not granted is 403, refused by a rule is 409, bad input is 400 (design/trust.md, Requests).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import calls
from accounts.api import Described
from accounts.models import ApiCall, User
from policy.findings import Refused
from projects import access
from projects.models import Project
from projects.pages import find_project, route_action
from ui.api import Asked, Told, handle

SHORTEST, LONGEST = 8, 80
MISSING_KEY = (
    f"请在请求头 Idempotency-Key 中给出 {SHORTEST}–{LONGEST} 个可见字符（字母、数字、符号）；同一键只办理一次。"
)
OTHER = "这个 Idempotency-Key 已用于其他内容，没有再次办理；新的请求请换一个键。"


class Api(APIView):
    """An address of the API that belongs to no one project: its row must grant it to some role of the person."""

    schema = Described()
    summary = description = ""
    tag = "项目"
    answers: type[serializers.Serializer] = Told
    asks: type[Asked] | None = None
    filters: type[forms.Form] | None = None
    many = False
    made = 200

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)

    @property
    def today(self) -> date:
        return timezone.localdate()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.load()

    def load(self) -> None:
        if not access.may(self.actor, route_action(self.request._request)):
            raise PermissionDenied("您的角色不能使用本接口")


class ProjectApi(Api):
    """Gives `self.project`, in reach and granted, before anything else runs."""

    project: Project

    def load(self) -> None:
        self.project = find_project(self.request._request, self.kwargs["project_id"])
        self.find()

    def find(self) -> None:
        """What else the address names, through the project."""


class Reading(Api):
    """GET: one thing, or a page of rows; `found` says what, `rows` what a page of it is shown as."""

    def get(self, request: Request, **kwargs: Any) -> Response:
        self.filter: Any = self.form()
        self.check(self.filter)
        found = self.found(self.filter.cleaned_data if self.filter else {})
        if not self.many:
            return Response(self.answers(found).data)
        pages = self.pages()
        page: Any = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(self.answers(self.rows(page or []), many=True).data)

    def found(self, asked: dict[str, Any]) -> Any:
        raise NotImplementedError

    def rows(self, page: list[Any]) -> Iterable[Any]:
        return page

    def pages(self) -> PageNumberPagination:
        return PageNumberPagination()

    def form(self) -> forms.Form | None:
        """The filter of the page, filled from the address."""
        return self.filters(self.request.query_params) if self.filters else None

    def check(self, form: forms.Form | None) -> None:
        """A filter that is misspelt or cannot be read is told, not left aside: programs do not look at the page."""
        known = {*(form.fields if form else ()), *(["page"] if self.many else [])}
        if unknown := [name for name in self.request.query_params if name not in known]:
            said = f"没有这个查询条件；可用的条件：{'、'.join(sorted(known)) or '无'}。"
            raise serializers.ValidationError({name: [said] for name in unknown})
        if form is not None and not form.is_valid():
            raise serializers.ValidationError({name: list(map(str, texts)) for name, texts in form.errors.items()})


class ProjectReading(Reading, ProjectApi):
    """GET below a project."""


class AllReading(Reading):
    """GET over every project in reach."""


class Act(ProjectApi):
    """POST: one call to one operation, `run`. What was carried out or refused under a key is answered again."""

    again: ApiCall | None = None

    @property
    def key(self) -> str:
        return self.request.headers.get("Idempotency-Key", "")

    def load(self) -> None:
        """What an earlier call of this key was about may be gone since; its answer is not."""
        self.enter()
        if self.request.method == "POST" and fits(self.key):
            self.again = calls.kept(self.actor, self.key)
        if self.again is None:
            self.find()

    def enter(self) -> None:
        """The door of the page."""
        self.project = find_project(self.request._request, self.kwargs["project_id"])

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        if not fits(self.key):
            raise serializers.ValidationError({"Idempotency-Key": [MISSING_KEY]})
        digest, call = digest_of(request), self.again
        if call is None:
            given = self.given()
            call = calls.once(self.actor, self.key, digest, lambda: self.carry_out(given))
        if call.digest != digest:
            return Response({"detail": OTHER}, status=422)
        return HttpResponse(call.body, status=call.status, content_type="application/json")

    def given(self) -> dict[str, Any]:
        taken = (self.asks or Asked)(data=plain(self.request.data, self.asks))
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def carry_out(self, given: dict[str, Any]) -> tuple[int, str]:
        """A refusal was rolled back and written into the journal by the operation; it is an answer like any other."""
        try:
            data, status = self.answers(self.run(given)).data, self.made
        except (Refused, PermissionDenied) as error:
            said = cast(Response, handle(error, {}))
            data, status = said.data, said.status_code
        return status, JSONRenderer().render(data).decode()

    def run(self, given: dict[str, Any]) -> Any:
        raise NotImplementedError


class AllAct(Act):
    """POST to an address of no one project."""

    def enter(self) -> None:
        Api.load(self)


def fits(key: str) -> bool:
    return SHORTEST <= len(key) <= LONGEST and key.isascii() and key.isprintable()


def plain(data: Any, asks: type[Asked] | None) -> Any:
    """What was sent, as a dict: of a form field that is no list the last value, as Django reads forms."""
    if not isinstance(data, QueryDict):
        return data
    fields = asks().fields if asks else {}
    several = {name for name, field in fields.items() if isinstance(field, serializers.ListField)}
    return {name: data.getlist(name) if name in several else data[name] for name in data}


def digest_of(request: Request) -> str:
    """Of the address and of all that was sent; a file counts by its bytes."""
    data = request.data
    sent = dict(data.lists()) if isinstance(data, QueryDict) else data
    text = json.dumps([request.path, sent], sort_keys=True, default=_digest)
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(file: UploadedFile) -> Mapping[str, str | None]:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return {"name": file.name, "sha256": found.hexdigest()}
