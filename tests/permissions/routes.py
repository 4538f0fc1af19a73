"""Every named address of the product, its row of the permission table, and how to build it for a place."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import URLPattern, get_resolver, reverse

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "accounts" / "permissions.json"
# What belongs to signing in and to the journal, apart from the business of anyone.
API = "api/v1/"
# Acts of the unit on a payment that nobody else sees yet.
ON_DRAFTS = {f"{app}_{act}" for app in ("funds:voucher", "api:payment") for act in ("edit", "delete", "submit")}
# A sheet of the province, for a programme and year that have filed targets in the scene.
REGION = {"edition": "jilin_2025", "kind": "targets", "year": 2026}
ASIDE = {"sessions", "axes", "contenttypes", "auth"}
JOURNAL = {"accounts.Entry", "accounts.JournalHead"}


@cache
def rows():
    return json.loads(TABLE.read_text("utf-8"))["rows"]


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    keys: tuple[str, ...]

    @property
    def grants(self):
        return next((row["grants"] for row in rows() if self.name in row.get("routes", ())), {})

    @property
    def of_project(self):
        """Found through a project, so that out of reach is the same as missing for everyone."""
        return self.pattern.removeprefix(API).startswith("projects/<int:project_id>/")

    @property
    def is_api(self):
        """Answers programs: JSON, 401 where pages send to the login, 400 where they show a form again."""
        return self.name.startswith("api:") and self.name != "api:docs"

    def address(self, place, **changes):
        ids = place.ids
        about = {"projects": "file", "lifecycle": "decision"}.get(self.name.split(":")[0])
        known = {
            **ids,
            "voucher_id": ids["draft_id" if self.name in ON_DRAFTS else "voucher_id"],
            "project_id": place.project.pk,
            "code": {"ui": 500, "lifecycle": "T04"}.get(self.name.split(":")[0], "progress"),
            "pk": ids[about] if about else place.clerk.pk,
            **REGION,
            "membership_id": place.clerk.memberships.get().pk,
            "batch_id": ids["batch_id"] if self.name.startswith(("funds:", "api:")) else 999_999,
        } | changes
        return reverse(self.name, kwargs={key: known[key] for key in self.keys})


def walk(patterns, prefix="", path=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            keys = tuple(pattern.pattern.converters)
            yield Route(f"{prefix}{pattern.name}", f"{path}{pattern.pattern}", keys)
        else:
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from walk(pattern.url_patterns, f"{prefix}{space}", f"{path}{pattern.pattern}")


@cache
def every_route():
    return tuple(walk(get_resolver().url_patterns))


def project_routes():
    return [route for route in every_route() if route.of_project]


def route(name):
    return next(one for one in every_route() if one.name == name)


def business():
    """Every table but those set aside."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in ASIDE and model._meta.label not in JOURNAL and model is not Session
    ]


@cache
def _asked():
    """The statement that names the tables which are not empty, and the one that reads each."""
    reading = {}
    for model in business():
        names = [field.column for field in model._meta.concrete_fields if field.attname != "last_login"]
        columns = ", ".join(map(connection.ops.quote_name, names))
        table = connection.ops.quote_name(model._meta.db_table)
        order = connection.ops.quote_name(model._meta.pk.column)
        reading[model._meta.label] = f"SELECT {columns} FROM {table} ORDER BY {order}"  # noqa: S608
    full = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM {1})"
    tables = {model._meta.label: connection.ops.quote_name(model._meta.db_table) for model in business()}
    return " UNION ALL ".join(full.format(label, table) for label, table in tables.items()), reading


def snapshot():
    """Every row of every business table that has one; `last_login` aside, for that is what signing in writes."""
    full, reading = _asked()
    kept = {}
    with connection.cursor() as cursor:
        cursor.execute(full)
        for (label,) in cursor.fetchall():
            cursor.execute(reading[label])
            kept[label] = cursor.fetchall()
    return kept


def changed(before, after=None):
    """The tables in which something is different."""
    after = snapshot() if after is None else after
    return {label for label in before.keys() | after.keys() if before.get(label) != after.get(label)}


def words_of(answer):
    """The text of a page or of JSON; "" for a file, which holds no page."""
    kind = answer.headers.get("Content-Type", "")
    return (
        answer.content.decode() if kind.startswith(("text/html", "application/json")) and not answer.streaming else ""
    )
