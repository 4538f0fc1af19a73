"""Who may judge a payment, and which verdicts stand open."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from policy.findings import Finding, blocking
from policy.terms import VoucherState

VERDICTS = frozenset({VoucherState.RECOGNISED, VoucherState.QUESTIONED, VoucherState.DISALLOWED, VoucherState.RETURNED})
JUDGEABLE = frozenset({VoucherState.SUBMITTED, VoucherState.QUESTIONED})


@dataclass(frozen=True, slots=True)
class Officer:
    """One person's post in a finance office over a part of the tree. `province`: the post is 省财政经办."""

    user_id: int
    organisation_id: int
    path: str
    province: bool = False


def free(officer: Officer, *, users: Collection[int], organisations: Collection[int]) -> bool:
    """Not barred by SD1 (took part) or SD3 (same organisation as who recorded it)."""
    return officer.user_id not in users and officer.organisation_id not in organisations


def city_finance_acts(
    officers: Iterable[Officer], unit_path: str, *, users: Collection[int], organisations: Collection[int]
) -> bool:
    """Whether some 市县财政 officer over the unit may act; where none may, the act rises to 省财政."""
    return any(
        unit_path.startswith(officer.path) and free(officer, users=users, organisations=organisations)
        for officer in officers
        if not officer.province
    )


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
    elif all(post.province for post in open_posts) and city_finance_acts(
        officers, unit_path, users=users, organisations=organisations
    ):
        yield blocking("level", "本单位的支出由所在地财政部门审核；其无人可办时才由省财政厅审核。", "职责分离")


def check_verdict(*, state: str, verdict: str, opinion: str, reversal: bool) -> Iterator[Finding]:
    allowed = {VoucherState.RECOGNISED, VoucherState.DISALLOWED} if reversal else VERDICTS
    if state not in JUDGEABLE:
        yield blocking("state", f"该笔{VoucherState(state).label}，不能再审核。")
    elif verdict not in allowed:
        yield blocking("verdict", "请选择审核结论。", field="verdict")
    elif verdict == state:
        yield blocking("verdict", f"该笔已是{VoucherState(state).label}，请选择其他结论。", field="verdict")
    elif verdict != VoucherState.RECOGNISED and not opinion.strip():
        said = f"请写明{VoucherState(verdict).label}的理由，单位据此补正或申辩。"
        yield blocking("opinion", said, field="opinion")
