from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate

from accounts import triggers
from accounts.triggers import Frozen

# Rows of a budget go with its draft alone; what was handed in is never rewritten.
IN_DRAFT = "EXISTS (SELECT 1 FROM funds_budget WHERE funds_budget.id = OLD.budget_id AND funds_budget.state = 'draft')"
# What no one may change, not even with the database open (design/trust.md, L6).
FROZEN = [
    Frozen("funds_voucher", update_unless="OLD.state <> 'recognised'", delete_unless="OLD.state = 'draft'"),
    # A spell only ends; what it says of its payment stays.
    Frozen(
        "funds_voucherspell",
        update_unless="OLD.until_on IS NULL AND NEW.until_on IS NOT NULL AND NEW.project_id = OLD.project_id"
        " AND NEW.voucher_id = OLD.voucher_id AND NEW.category = OLD.category AND NEW.source = OLD.source"
        " AND NEW.amount = OLD.amount AND NEW.paid_on = OLD.paid_on AND NEW.reverses = OLD.reverses"
        " AND NEW.fits = OLD.fits AND NEW.from_on = OLD.from_on"
        " AND COALESCE(NEW.contract_id, 0) = COALESCE(OLD.contract_id, 0)",
    ),
    Frozen("funds_funddocument", update_unless="OLD.state = 'recorded'"),
    Frozen("funds_allocation"),
    Frozen("funds_receipt"),
    Frozen(
        "funds_budget",
        update_unless="OLD.state NOT IN ('approved', 'superseded') OR (OLD.state = 'approved' AND NEW.state = 'superseded'"
        " AND NEW.project_id = OLD.project_id AND NEW.version = OLD.version)",
    ),
    Frozen("funds_budgetitem", delete_while=IN_DRAFT),
    Frozen("funds_planneduse", delete_while=IN_DRAFT),
    Frozen("funds_batch", update_unless="OLD.state IN ('draft', 'signed')"),
    Frozen("funds_batchpick", update_unless="OLD.seen_by_id IS NULL"),
    Frozen("funds_pickview"),
    Frozen("funds_invoicetext"),
    Frozen("funds_ask", update_unless="OLD.answered_on IS NULL"),
    Frozen("funds_heldout"),
    Frozen("funds_release", update_unless="OLD.state = 'recorded'"),
    Frozen("funds_income"),
    Frozen("funds_incomereversal", update_unless="OLD.state = 'proposed'"),
    Frozen("funds_holdrequest", update_unless="OLD.state = 'open'"),
    Frozen("funds_fundhold", update_unless="OLD.lifted_on IS NULL"),
    Frozen(
        "funds_settlement",
        update_unless="OLD.state = 'prepared' OR (OLD.state = 'approved' AND NEW.state = 'void'"
        " AND NEW.occasion = OLD.occasion AND NEW.received = OLD.received AND NEW.compliant = OLD.compliant"
        " AND NEW.interest = OLD.interest AND NEW.repaid = OLD.repaid AND NEW.recovered = OLD.recovered"
        " AND NEW.recovery = OLD.recovery"
        " AND NEW.document_number = OLD.document_number AND NEW.approved_on = OLD.approved_on)",
    ),
    Frozen(
        "funds_clawback",
        update_unless="NEW.amount = OLD.amount AND NEW.due_on = OLD.due_on AND NEW.settlement_id = OLD.settlement_id"
        ' AND NEW."left" <= OLD."left"',
    ),
    Frozen("funds_sentback"),
    Frozen("funds_repayment", update_unless="OLD.state = 'recorded'"),
    Frozen("funds_auditcase", update_unless="OLD.state <> 'concluded'"),
    Frozen("funds_auditpick", update_unless="OLD.seen_by_id IS NULL"),
    Frozen("funds_auditfinding", update_unless="OLD.state <> 'closed'", delete_unless="OLD.state = 'draft'"),
    Frozen(
        "funds_foundmoney",
        update_unless="NEW.found >= OLD.found AND NEW.proved >= OLD.proved AND NEW.recovered >= OLD.recovered"
        " AND NEW.written_off >= OLD.written_off AND NEW.project_id = OLD.project_id AND NEW.found_on = OLD.found_on",
    ),
    Frozen("funds_foundmoneyentry", update_unless="OLD.state = 'recorded'"),
    Frozen(
        "funds_statement",
        update_unless="NEW.side = OLD.side AND NEW.period_from = OLD.period_from AND NEW.period_to = OLD.period_to"
        " AND NEW.uploaded_by_id = OLD.uploaded_by_id AND NEW.uploaded_on = OLD.uploaded_on",
    ),
    Frozen("funds_statementrow"),
    Frozen("funds_paymentimport", update_unless="OLD.committed_at IS NULL"),
    Frozen("funds_explanation", update_unless="OLD.withdrawn_on IS NULL"),
    Frozen("funds_flag", update_unless="OLD.id IS NOT NULL"),
    Frozen("funds_flagnote"),
    Frozen("funds_purchasestep"),
    Frozen("funds_assetcheck"),
    Frozen("funds_asset", update_unless="OLD.retired_on IS NULL"),
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
