"""检查: which projects the yearly plan proposes and why, who may not inspect whom, when a record may be signed. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.rules.sampling import order_of, sample_size
from policy.calendar import add_years
from policy.edition import Condition, Edition
from policy.findings import Finding, blocking
from policy.money import wan
from policy.terms import Kind, Rank
from projects.conditions import requirement_text

BASIS = "通知 六（一）"
CONFLICT = "职责分离：检查回避"
BUILD, MONEY = "建设条件", "资金使用"
RECORDED = "曾代表该单位办理本项目"
AMOUNT, RISK, DRAWN, LEFT = "amount", "risk", "drawn", "left"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage rule of one edition: everything from `amount` yuan or `risk` points, and `share` of the rest."""

    amount: Decimal
    risk: int
    share: Decimal


def coverage_of(edition: Edition) -> Coverage:
    return Coverage(
        Decimal(edition.number("inspection_amount_yuan")),
        edition.number("inspection_risk_score"),
        edition.ratio("inspection_rest_share"),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """`risk` None: no score is known, so the amount and the draw decide."""

    pk: int
    amount: Decimal
    risk: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """`pool`, `take`, `place`: of the rest, how many there are, how many are taken, which one this is by the seed."""

    why: str
    pool: int = 0
    take: int = 0
    place: int = 0


def propose(candidates: Iterable[Candidate], coverage: Coverage, *, seed: str) -> dict[int, Pick]:
    """Project → why it is in or out. The same candidates and seed give the same answer."""
    found, rest = {}, []
    for one in candidates:
        if one.amount >= coverage.amount:
            found[one.pk] = Pick(AMOUNT)
        elif one.risk is not None and one.risk >= coverage.risk:
            found[one.pk] = Pick(RISK)
        else:
            rest.append(one.pk)
    take = sample_size(len(rest), share=coverage.share, least=0)
    for place, pk in enumerate(sorted(rest, key=lambda pk: order_of(seed, pk)), 1):
        found[pk] = Pick(DRAWN if place <= take else LEFT, len(rest), take, place)
    return found


def arithmetic(pick: Pick, coverage: Coverage, *, amount: Decimal, risk: Decimal | None) -> str:
    """为什么选它, in the figures that decided."""
    scored = "没有风险分" if risk is None else f"风险分 {risk}"
    if pick.why == AMOUNT:
        return f"补助 {wan(amount)} ≥ {wan(coverage.amount)}，必查"
    if pick.why == RISK:
        return f"补助 {wan(amount)} < {wan(coverage.amount)}；{scored} ≥ {coverage.risk}，必查"
    below = f"补助 {wan(amount)} < {wan(coverage.amount)}；{scored}{'' if risk is None else f' < {coverage.risk}'}"
    exact = (coverage.share * pick.pool).normalize()
    draw = f"其余 {pick.pool} 个抽 {(coverage.share * 100).normalize():f}%：{exact:f}，进一取 {pick.take} 个"
    return f"{below}；{draw}；按种子排第 {pick.place} 位，{'抽中' if pick.why == DRAWN else '未抽中'}"


@dataclass(frozen=True, slots=True)
class Post:
    """A post someone holds or held; `until` None: still."""

    organisation_id: int
    organisation: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Member:
    """`person`: what two accounts of one natural person share, "" where an account is a person by itself."""

    pk: int
    name: str
    posts: tuple[Post, ...]
    person: str = ""


@dataclass(frozen=True, slots=True)
class Visited:
    """A project to be inspected. `recorders`: who acted for the unit on its money; `judges`: who judged that money;
    `inspectors`: of the members, whose role and reach let them inspect here."""

    name: str
    organisation_id: int
    recorders: frozenset[int]
    judges: frozenset[int]
    inspectors: frozenset[int]


def check_team(
    members: Sequence[Member], leader: int | None, visits: Iterable[Visited], *, least: int, years: int, on: date
) -> Iterator[Finding]:
    """Who may not be in this team, each with name and reason."""
    people = {member.person or member.pk for member in members}
    if len(people) < least or len(people) < len(members):
        same = "（同一人的几个账号只算一人）" if len(people) < len(members) else ""
        text = f"检查组有 {len(people)} 人{same}，至少 {least} 人，每人一个账号，请调整成员。"
        yield blocking("team", text, f"{BASIS}；职责分离 SD2", field="members")
    if leader not in {member.pk for member in members}:
        yield blocking("leader", "请从检查组成员中指定一名组长。", field="leader")
    for visited in visits:
        for member in members:
            yield from _conflicts(member, visited, leads=member.pk == leader, years=years, on=on)


def conflicts_of(members: Iterable[Member], visits: Iterable[Visited], *, years: int, on: date) -> dict[int, str]:
    """Why each person may not be in a team for these projects, for who chooses; members without a conflict are left out."""
    visited, why = list(visits), {}
    for member in members:
        found = (_apart(member, one, years, on) for one in visited)
        if reason := next(filter(None, found), ""):
            why[member.pk] = reason
    return why


def _apart(member: Member, visited: Visited, years: int, on: date) -> str:
    own = _post(member, visited, years, on)
    if own or member.pk not in visited.recorders:
        return own or ("" if member.pk in visited.inspectors else "项目不在其管辖范围内")
    return RECORDED


def _conflicts(member: Member, visited: Visited, *, leads: bool, years: int, on: date) -> Iterator[Finding]:
    why = _post(member, visited, years, on)
    if not why and member.pk in visited.recorders:
        why = RECORDED
    if why:
        text = f"{member.name}不能检查「{visited.name}」：{why}，应当回避，请换人。"
        yield blocking("conflict", text, CONFLICT, field="members")
    elif member.pk not in visited.inspectors:
        text = f"{member.name}不能检查「{visited.name}」：没有检查岗位，或项目不在其管辖范围内，请换人。"
        yield blocking("reach", text, "权限表：检查记录", field="members")
    elif leads and member.pk in visited.judges:
        text = f"{member.name}审核过「{visited.name}」的支出，可以参加检查，不能任组长，请另定组长。"
        yield blocking("leader_judged", text, CONFLICT, field="leader")


def _post(member: Member, visited: Visited, years: int, on: date) -> str:
    """A post at the inspected unit, held now or left less than `years` ago (the day itself still counts)."""
    for post in member.posts:
        if post.organisation_id != visited.organisation_id:
            continue
        if post.until is None or post.until >= on:
            return f"在{post.organisation}任职"
        if add_years(post.until, years) >= on:
            return f"{post.until} 以前在{post.organisation}任职，离任未满 {years} 年"
    return ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a check list to be."""

    part: str
    code: str
    text: str
    required: str
    evidence: str
    clause: str


def check_list(edition: Edition, kind: Kind, conditions: Iterable[Condition]) -> list[Line]:
    """The construction conditions that apply to the project, then the uses of its money."""
    lines = [
        Line(BUILD, item.code, item.text, requirement_text(item), item.evidence, item.basis.clause)
        for item in conditions
    ]
    for one in edition.categories_for(kind):
        lines.append(
            Line(
                MONEY,
                one.code,
                f"{one.name}：支出符合规定用途，账物相符",
                f"{one.allowed}；{one.not_allowed}"
                if one.needs_approval
                else f"可用于{one.allowed}；不得用于{one.not_allowed}",
                one.evidence,
                one.basis.clause,
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class Record:
    """A record before a signature. `verdicts`: number of the line → (verdict, has words); `signed`: who signed already."""

    verdicts: Mapping[str, tuple[str, bool]]
    made: bool
    members: Mapping[int, str]
    leader: int
    signed: frozenset[int]


def check_signature(record: Record, signer: int, *, least: int) -> Iterator[Finding]:
    """Why this person may not sign now: not of the team, twice, something open, or the leader before the others."""
    if signer not in record.members:
        yield blocking("member", "您不是本检查组成员，不能签字。", "职责分离 SD2")
        return
    if signer in record.signed:
        yield blocking("twice", "您已签过字，须由另一名成员签字。", "职责分离 SD2")
    if not record.made:
        yield blocking("visit", "请先填写检查概况：实际日期、地点和总体情况。", BASIS)
    open_ = [code for code, (verdict, _) in record.verdicts.items() if not verdict]
    if open_:
        yield blocking("items", f"还有 {len(open_)} 项未检查：第 {'、'.join(open_)} 项。")
    silent = [code for code, (verdict, words) in record.verdicts.items() if verdict == "bad" and not words]
    if silent:
        yield blocking("words", f"不符合的须写明实际情况：第 {'、'.join(silent)} 项。")
    if len(record.members) < least:
        yield blocking("team", f"检查组有 {len(record.members)} 人，至少 {least} 人签字。", f"{BASIS}；职责分离 SD2")
    waiting = [name for pk, name in record.members.items() if pk not in record.signed and pk != record.leader]
    if signer == record.leader and waiting:
        yield blocking("last", f"组长最后签字，请等{'、'.join(waiting)}先签。", BASIS, rank=Rank.DEFAULT)


def window_over(due_on: date | None, on: date) -> bool:
    """Whether the unit's time to answer has run out; the last day ends at its midnight."""
    return due_on is not None and on > due_on
