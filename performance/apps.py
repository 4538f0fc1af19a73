from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate

from accounts import triggers
from accounts.triggers import Frozen

# What no one may change, not even with the database open (design/trust.md, L6).
# What a class counted in an accepted return keeps when it is voided.
COUNTED = (
    "project_id", "number", "occupation_id", "level", "start_on", "end_on", "trained", "high_skill", "passed",
    "certified", "surveyed", "satisfied", "subsidised", "apprentices", "counted_in_id",
)  # fmt: skip
FROZEN = [
    Frozen("performance_round", update_unless="NEW.cut_off = OLD.cut_off AND NEW.period_from = OLD.period_from"),
    Frozen("performance_periodreturn", update_unless="OLD.state NOT IN ('accepted', 'exempt')"),
    Frozen("performance_section", update_unless="OLD.id IS NOT NULL"),
    Frozen("performance_returnreview"),
    Frozen("performance_remark"),
    Frozen("performance_milestoneplan", update_unless="OLD.state <> 'approved'"),
    Frozen("performance_progresscomment"),
    Frozen("performance_chasecall"),
    Frozen("performance_returnask", update_unless="OLD.answered_on IS NULL"),
    Frozen("performance_classimport", update_unless="OLD.committed_at IS NULL"),
    Frozen(
        "performance_trainingclass",
        update_unless="OLD.voided_on IS NULL AND (OLD.counted_in_id IS NULL OR (NEW.voided_on IS NOT NULL AND "
        + " AND ".join(f"NEW.{name} = OLD.{name}" for name in COUNTED)
        + "))",
    ),
]


def freeze(**kwargs: Any) -> None:
    """After each migrate, for Django drops triggers when it rebuilds a table on SQLite."""
    standing = set(connection.introspection.table_names())
    for frozen in FROZEN:
        if frozen.table in standing:
            triggers.create(frozen)


class PerformanceConfig(AppConfig):
    name = "performance"
    verbose_name = "绩效"

    def ready(self) -> None:
        post_migrate.connect(freeze, sender=self, dispatch_uid="performance.freeze")
