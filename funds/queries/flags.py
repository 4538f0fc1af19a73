"""疑点: what surrounds payments for the rules, and what the pages show. Constant numbers of statements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Membership, User
from accounts.queries import work_calendar
from funds.models import Asset, Contract, Flag, Voucher
from funds.queries.contracts import paid_of, worths_of
from funds.queries.limits import party_of
from funds.rules.flags import COUNTED, LIVE, Contracted, FlagRule, Paid, Surroundings, year_end_starts
from funds.rules.invoices import plain
from funds.rules.sameness import Party, party
from policy.days import window
from policy.money import ZERO
from policy.terms import PurchaseStage, VoucherState
from projects import access
from projects.fields import MoneyField, money
from projects.models import Project

RECENT = 1000  # payments that the usual amount of a category is taken from
OPEN = (Flag.State.OPEN, Flag.State.ANSWERED)


def live(rows: QuerySet[Voucher]) -> QuerySet[Voucher]:
    """Payments that rules look at, each with `back`, what was reversed of it."""
    back = Voucher.objects.filter(reverses=OuterRef("pk"), state=VoucherState.RECOGNISED).order_by()
    total = Subquery(back.values("reverses").annotate(sum=Sum("amount")).values("sum"), output_field=MoneyField())
    rows = rows.filter(reverses=None, state__in=LIVE).select_related("contract")
    return rows.annotate(back=Coalesce(total, money(0)))


def _paid(row: Voucher) -> Paid:
    return Paid(
        id=row.pk,
        number=row.number,
        paid_on=row.paid_on,
        category=row.category,
        payee=row.payee,
        abstract=row.abstract,
        amount=row.amount - row.back,  # type: ignore[attr-defined]
        state=row.state,
        pay_way=row.pay_way,
        invoice_key=row.invoice_key,
        invoice_number=row.invoice_number,
        invoice_total=row.invoice_total,
        quantity=row.quantity,
        unit_price=row.unit_price,
        carded=bool(row.asset_card) or getattr(row, "has_asset", False),
        contract=row.contract_id,
        seller=row.invoice_seller,
        contract_numbers=(row.contract_number, row.contract.number if row.contract else ""),
    )


def _standing(rows: Iterable[Voucher]) -> list[Paid]:
    """A payment that was wholly reversed is no payment any more."""
    return [paid for paid in map(_paid, rows) if paid.amount > ZERO]


NAMED = ("payee", "invoice_seller", "contract_number", "contract__number", "contract")


def alike(project: Project, parties: Iterable[Party]) -> Q:
    """Payments of the project that may be of one matter with one of these, however they were typed. One statement."""
    keys = frozenset(key for one in parties for key in one.keys)
    spelled = project.vouchers.filter(reverses=None, state__in=LIVE).order_by().values_list(*NAMED).distinct()
    found = Q(pk__in=[])
    names, numbers, contracts = set(), set(), set()
    for payee, seller, typed, registered, contract in spelled if keys else ():
        if keys & party((payee, seller), (typed, registered or ""), contract).keys:
            names |= {payee, seller}
            numbers.add(typed)
            contracts.add(contract)
    found |= Q(payee__in=names) | Q(invoice_seller__in=names - {""})
    return found | Q(contract_number__in=numbers - {""}) | Q(contract__in=contracts - {None})


def touched(project: Project, vouchers: Iterable[Voucher]) -> list[Paid]:
    """These payments and those of the project that share an invoice, a contract, or in the window a matter."""
    given = list(vouchers)
    days = timedelta(days=project.edition.number("split_days"))
    near = Q(pk__in=[row.pk for row in given])
    if given:
        first = window(min(row.paid_on for row in given), days)[0]
        last = window(max(row.paid_on for row in given), days)[1]
        near |= alike(project, map(party_of, given)) & Q(paid_on__range=(first, last))
        near |= Q(invoice_key__in={row.invoice_key for row in given} - {""})
        near |= Q(contract__in={row.contract_id for row in given if row.contract_id})
    linked = Q(voucher=OuterRef("pk")) | Q(contract=OuterRef("contract"))
    card = Asset.objects.filter(linked, retired_on=None)
    return _standing(live(project.vouchers.filter(near)).annotate(has_asset=Exists(card)))


def surroundings_of(project: Project, payments: list[Paid], *, on: date) -> Surroundings:
    """Twelve statements, however many payments."""
    keys = {paid.invoice_key for paid in payments} - {""}
    payees, amounts = {paid.payee for paid in payments}, {paid.amount for paid in payments}
    near = alike(project, (paid.party for paid in payments))
    if payments:
        days = timedelta(days=project.edition.number("split_days"))
        first, last = min(paid.paid_on for paid in payments), max(paid.paid_on for paid in payments)
        span = (window(first, days)[0], last)
        near &= Q(paid_on__range=span)
    beside = _standing(live(project.vouchers.filter(Q(invoice_key__in=keys) | near)))
    others = Voucher.objects.exclude(project=project)
    elsewhere = _standing(live(others.filter(Q(invoice_key__in=keys) | Q(payee__in=payees, amount__in=amounts))))
    budgets = project.budget_lines.order_by().values_list("category").annotate(sum=Sum("budget"))
    return Surroundings(
        edition=project.edition,
        unit_type=project.unit_type,
        start_on=project.build_start_on,
        end_on=project.build_end_on,
        on=on,
        calendar=work_calendar(),
        by_invoice=_grouped(beside, "invoice_key"),
        by_party=_by_party(beside),
        invoice_elsewhere=_grouped(elsewhere, "invoice_key"),
        payee_elsewhere=_grouped(elsewhere, "payee"),
        contracts=_contracts({paid.contract for paid in payments if paid.contract}, on),
        usual=_usual(project),
        budgets=dict(budgets),
        staff=_staff(project),
    )


def _grouped(rows: Iterable[Paid], name: str) -> dict[str, tuple[Paid, ...]]:
    found: dict[str, list[Paid]] = defaultdict(list)
    for row in rows:
        value = getattr(row, name)
        if value:
            found[plain(value) if name == "payee" else value].append(row)
    return {key: tuple(sorted(group, key=lambda row: (row.paid_on, row.id))) for key, group in found.items()}


def _by_party(rows: Iterable[Paid]) -> dict[str, tuple[Paid, ...]]:
    found: dict[str, list[Paid]] = defaultdict(list)
    for row in rows:
        for key in row.party.keys:
            found[key].append(row)
    return {key: tuple(group) for key, group in found.items()}


def _contracts(ids: set[int], on: date) -> dict[int, Contracted]:
    if not ids:
        return {}
    paid = paid_of(ids)
    changed = Q(steps__stage=PurchaseStage.CHANGED, steps__voids=None, steps__voided_by=None)
    figures = changed & (Q(steps__amount__isnull=False) | Q(steps__pay_until__isnull=False))
    found = Contract.objects.filter(pk__in=ids).annotate(changed_on=Max("steps__recorded_on", filter=figures))
    rows = list(found.prefetch_related("package__items"))
    worths = worths_of(rows, on)
    return {
        row.pk: Contracted(
            row.number,
            worths[row.pk].amount,
            row.signed_on,
            paid.get(row.pk, ZERO),
            tuple((item.name, item.unit_price) for item in row.package.items.all()) if row.package else (),
            supplier=row.supplier,
            category=row.category,
            pay_until=agreed if (agreed := worths[row.pk].pay_until) != row.retention_due_on else None,
            recorded_on=row.recorded_on,
            changed_on=row.changed_on,
        )
        for row in rows
    }


def _usual(project: Project) -> dict[str, tuple[Decimal, ...]]:
    rows = project.vouchers.filter(reverses=None, state__in=LIVE).order_by("-paid_on", "-pk")
    found: dict[str, list[Decimal]] = defaultdict(list)
    for category, amount in rows.values_list("category", "amount")[:RECENT]:
        found[category].append(amount)
    return {category: tuple(amounts) for category, amounts in found.items()}


def _staff(project: Project) -> frozenset[str]:
    """Whoever has or had a post in the unit, its 领办人 and its contact."""
    held = Membership.objects.filter(organisation=project.organisation_id)
    names = {*held.values_list("user__name", flat=True), project.leader_name, project.contact}
    return frozenset(plain(name) for name in names) - {""}


def year_ends(project: Project, years: Iterable[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """year → paid in its last days, paid in all of it. One statement."""
    sums: dict[str, Sum] = {}
    rows = project.vouchers.filter(reverses=None, state__in=COUNTED)
    years = sorted(set(years))
    for year in years:
        whole = Q(paid_on__year=year)
        sums[f"whole_{year}"] = Sum("amount", filter=whole)
        sums[f"late_{year}"] = Sum("amount", filter=whole & Q(paid_on__gte=year_end_starts(year, project.edition)))
    found = rows.order_by().aggregate(**sums) if sums else {}
    return {year: (found[f"late_{year}"] or ZERO, found[f"whole_{year}"] or ZERO) for year in years}


# Reading


def flags_for(user: User, action: str) -> QuerySet[Flag]:
    """The flags of every project in reach."""
    rows = Flag.objects.filter(project__in=access.projects_for(user, action).values("pk"))
    return rows.select_related("voucher", "project__organisation", "raised_by")


def chosen(asked: dict[str, Any]) -> Q:
    state = asked.get("state", "")
    chosen = Q() if state == "all" else Q(state=state) if state else Q(state__in=OPEN)
    if rule := asked.get("rule"):
        chosen &= Q(rule__startswith=rule) if rule == FlagRule.YEAR_END else Q(rule=rule)
    if severity := asked.get("severity"):
        chosen &= Q(severity=severity)
    if word := asked.get("q"):
        chosen &= Q(message__icontains=word) | Q(voucher__number__icontains=word) | Q(project__name__icontains=word)
    return chosen


def rule_label(flag: Flag) -> str:
    return label_of(flag.rule)


def label_of(rule: str) -> str:
    """A code that no rule bears any more is shown as it is."""
    code = rule.partition(":")[0]
    return str(dict(FlagRule.choices).get(code, code))


def counts_of(rows: QuerySet[Flag]) -> dict[str, int]:
    """state → how many. One statement."""
    return dict(rows.order_by().values_list("state").annotate(count=Count("pk")))


def sums_by_rule(rows: QuerySet[Flag]) -> list[tuple[str, int, Decimal]]:
    """Open flags by rule: label, how many, the yuan in question."""
    found = rows.filter(state__in=OPEN).order_by().values_list("rule").annotate(n=Count("pk"), sum=Sum("measure"))
    return sorted(((label_of(rule), n, total) for rule, n, total in found), key=lambda one: -one[1])


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A payment of another project that a flag speaks of; `voucher` is None for who does not reach that project."""

    voucher: Voucher | None = None

    @property
    def name(self) -> str:
        return self.voucher.project.name if self.voucher else "另一项目"


def elsewhere_of(flag: Flag, user: User) -> list[Elsewhere]:
    """Named to who reaches the other project; a line 「另一项目」 to anyone else."""
    if not flag.elsewhere:
        return []
    reached = Voucher.objects.filter(pk__in=flag.elsewhere, project__in=access.projects_for(user).values("pk"))
    found = {row.pk: row for row in reached.select_related("project")}
    return [Elsewhere(found.get(pk)) for pk in flag.elsewhere]


def flags_of_voucher(voucher: Voucher) -> QuerySet[Flag]:
    return voucher.flags.exclude(state=Flag.State.GONE)
