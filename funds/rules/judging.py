"""Who may judge a payment, which verdicts stand open, and when two persons of finance must say 认定 (L9)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from policy.edition import Edition
from policy.findings import Finding, basis_words, blocking
from policy.money import ZERO, yuan
from policy.terms import Source, VoucherState

VERDICTS = frozenset({VoucherState.RECOGNISED, VoucherState.QUESTIONED, VoucherState.DISALLOWED, VoucherState.RETURNED})
JUDGEABLE = frozenset({VoucherState.SUBMITTED, VoucherState.QUESTIONED})


@dataclass(frozen=True, slots=True)
class Officer:
    """One person's post in a finance office over a part of the tree. `province`: the post is 省财政经办; `office`: its name."""

    user_id: int
    organisation_id: int
    path: str
    province: bool = False
    office: str = ""


def free(officer: Officer, *, users: Collection[int], organisations: Collection[int]) -> bool:
    """Not barred by SD1 (took part) or SD3 (same organisation as who recorded it)."""
    return officer.user_id not in users and officer.organisation_id not in organisations


def acting(
    officers: Iterable[Officer], unit_path: str, *, users: Collection[int], organisations: Collection[int]
) -> list[Officer]:
    """The 市县财政 officers over the unit who may act; where there is none, the act rises to 省财政."""
    return [
        officer
        for officer in officers
        if not officer.province
        and unit_path.startswith(officer.path)
        and free(officer, users=users, organisations=organisations)
    ]


def check_judge(
    posts: Iterable[Officer],
    officers: Iterable[Officer],
    unit_path: str,
    *,
    actor_id: int,
    users: Collection[int],
    organisations: Collection[int],
) -> Iterator[Finding]:
    """`posts`: those of the actor that reach the unit; `officers`: every 市县财政 post over it."""
    posts = list(posts)
    if actor_id in users:
        yield blocking(
            "sod",
            "您登记、提交或提出过本笔，须由本财政部门另一人审核；没有另一人的，由省财政厅经办审核。",
            "职责分离 SD1",
        )
        return
    open_posts = [post for post in posts if free(post, users=users, organisations=organisations)]
    if not open_posts:
        yield blocking("sod", "登记人与您同属一个单位，须由上一级财政部门（省财政厅经办）审核。", "职责分离 SD3")
    elif all(post.province for post in open_posts):
        able = acting(officers, unit_path, users=users, organisations=organisations)
        ask = "、".join(dict.fromkeys(officer.office for officer in able if officer.office))
        said = "本单位的支出由所在地财政部门审核；其无人可办时才由省财政厅审核。"
        if able:
            yield blocking("level", said + (f"请联系{ask}。" if ask else ""), "职责分离")


def check_second_judge(
    posts: Iterable[Officer],
    officers: Iterable[Officer],
    unit_path: str,
    *,
    actor_id: int,
    first_id: int,
    users: Collection[int],
    organisations: Collection[int],
) -> Iterator[Finding]:
    """The second of two: another person, of 省财政. `officers`: every finance post; `users`: who had a hand in it."""
    took_part = {*users, first_id}
    able = [
        officer
        for officer in officers
        if officer.province
        and unit_path.startswith(officer.path)
        and free(officer, users=took_part, organisations=organisations)
    ]
    if not able:
        said = "本笔已由一人初审，须由省财政厅另一名经办复审，而省财政厅现无另一名经办。请联系系统管理员增设后办理。"
        yield blocking("second", said, "职责分离 SD1、SD2")
    elif actor_id in took_part:
        yield blocking("second", "您登记、提交或初审过本笔，须由省财政厅另一名经办复审。", "职责分离 SD1、SD2")
    elif not any(post.province and free(post, users=took_part, organisations=organisations) for post in posts):
        yield blocking("second", "本笔已由一人初审，由省财政厅经办复审。", "职责分离 SD2")


def check_verdict(*, state: str, verdict: str, opinion: str, reversal: bool, proved: bool = False) -> Iterator[Finding]:
    """`proved`: the 问题资金 of a 不认定 payment is fully 补证, so that it may be 认定 after all."""
    allowed = {VoucherState.RECOGNISED, VoucherState.DISALLOWED} if reversal else VERDICTS
    if state == VoucherState.DISALLOWED and not reversal:
        if not proved:
            said = "该笔已不认定并列入问题资金；全额补证并经复核确认后，才能重新认定。"
            yield blocking("state", said)
        elif verdict != VoucherState.RECOGNISED:
            yield blocking("verdict", "该笔问题资金已全额补证，只能改为认定。", field="verdict")
    elif state not in JUDGEABLE:
        yield blocking("state", f"该笔{VoucherState(state).label}，不能再审核。")
    elif verdict not in allowed:
        yield blocking("verdict", "请选择审核结论。", field="verdict")
    elif verdict == state:
        yield blocking("verdict", f"该笔已是{VoucherState(state).label}，请选择其他结论。", field="verdict")
    elif verdict != VoucherState.RECOGNISED and not opinion.strip():
        said = f"请写明{VoucherState(verdict).label}的理由，单位据此补正或申辩。"
        yield blocking("opinion", said, field="opinion")


@dataclass(frozen=True, slots=True)
class Standing:
    """A payment of the same project that is 认定 or first signed, less what was reversed of it. `same`: the keys that agree."""

    paid_on: date
    amount: Decimal
    same: tuple[str, ...] = ()


def second_signature(
    edition: Edition, *, source: str, amount: Decimal, paid_on: date, others: Iterable[Standing]
) -> str:
    """Why a second person must sign, "" where one is enough. Own money is recorded and sampled only."""
    limit = edition.limit("second_signature_yuan")
    threshold, days = Decimal(edition.number("second_signature_yuan")), edition.number("rolling_days")
    if source == Source.OWN or not limit.basis.blocks:
        return ""
    basis = f"（依据：{basis_words(limit.basis.clause, limit.basis.rank)}）"
    if amount >= threshold:
        return f"本笔 {yuan(amount)}，达到 {yuan(threshold)}，须经财政两人先后认定{basis}。"
    alike = [one for one in others if one.same]
    total = most_within([(one.paid_on, one.amount) for one in alike], amount, paid_on, days)
    if not alike or total < threshold:
        return ""
    near = [one for one in alike if abs((one.paid_on - paid_on).days) < days]
    what = "、".join(dict.fromkeys(key for one in near for key in one.same))
    return f"同一{what} {days} 天内连同本笔累计 {yuan(total)}，达到 {yuan(threshold)}，须经财政两人先后认定{basis}。"


def most_within(rows: Iterable[tuple[date, Decimal]], amount: Decimal, on: date, days: int) -> Decimal:
    """The largest sum over any `days` days in a row that hold `on`, with `amount` on it."""
    rows = [(day, paid) for day, paid in rows if abs((day - on).days) < days]
    ends = {on, *(day for day, _ in rows if day >= on)}
    sums = [sum((paid for day, paid in rows if day <= end and end - day < timedelta(days)), ZERO) for end in ends]
    return amount + max(sums)
