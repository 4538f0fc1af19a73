from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate

from accounts import triggers
from accounts.triggers import Frozen

# A signature or a return is given once and for all (design/trust.md, L6).
FROZEN = [Frozen("projects_signature"), Frozen("projects_problementry")]


def freeze(**kwargs: Any) -> None:
    """After each migrate, for Django drops triggers when it rebuilds a table on SQLite."""
    standing = set(connection.introspection.table_names())
    for frozen in FROZEN:
        if frozen.table in standing:
            triggers.create(frozen)


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "项目"

    def ready(self) -> None:
        from policy import loader
        from projects import confirmed

        loader.configure(settings.EDITION_DIRS)
        loader.lay_over(confirmed.overlay)
        post_migrate.connect(freeze, sender=self, dispatch_uid="projects.freeze")
