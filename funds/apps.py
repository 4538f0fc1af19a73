from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate

from accounts import triggers
from accounts.triggers import Frozen

# What no one may change, not even with the database open (design/trust.md, L6).
FROZEN = [
    Frozen("funds_voucher", update_unless="OLD.state <> 'recognised'", delete_unless="OLD.state = 'draft'"),
    Frozen("funds_funddocument", update_unless="OLD.state = 'recorded'"),
    Frozen("funds_allocation"),
    Frozen("funds_receipt"),
    Frozen("funds_settlement", update_unless="OLD.state <> 'approved'"),
]


def freeze(**kwargs: Any) -> None:
    """After each migrate, for Django drops triggers when it rebuilds a table on SQLite."""
    standing = set(connection.introspection.table_names())
    for frozen in FROZEN:
        if frozen.table in standing:
            triggers.create(frozen)


class FundsConfig(AppConfig):
    name = "funds"
    verbose_name = "专项资金"

    def ready(self) -> None:
        post_migrate.connect(freeze, sender=self, dispatch_uid="funds.freeze")
