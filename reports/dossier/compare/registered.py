"""What is registered once and told differently later: decisions before and after 更正, contracts, prints of one form."""

from collections import Counter
from collections.abc import Iterator, Sequence

from accounts.models import User
from funds.models import Contract
from funds.queries.contracts import changes_of, signed_worth
from funds.queries.pages import all_names_of
from funds.rules.contracts import worth_on
from lifecycle.queries.served import readable_items, visible_decisions
from policy.money import yuan
from projects.models import Correction, Decision, PrintedPaper, Project
from reports.dossier.compare.diff import Field, Version
from reports.prints import prints_for

FACTS = {Correction.Field.NUMBER: "文号", Correction.Field.DATED_ON: "成文日期"}


def decisions(project: Project, user: User) -> list[Version]:
    """Those that were corrected: as registered, and after each confirmed correction."""
    found = []
    for one in _corrected(project, user):
        found.append(Version(f"{one.pk}-0", f"{one.title}：原登记", one.dated_on, "原登记"))
        for number, mended in enumerate(_confirmed(one), 1):
            label = f"{one.title}：第 {number} 次更正后"
            found.append(Version(f"{one.pk}-{number}", label, mended.answered_on, "已更正"))
    return found


def _corrected(project: Project, user: User) -> list[Decision]:
    own = readable_items(user).filter(project=project).values("decision")
    rows = visible_decisions(user).filter(pk__in=own, corrections__state=Correction.State.CONFIRMED)
    return list(rows.distinct().order_by("dated_on", "pk"))


def _confirmed(decision: Decision) -> list[Correction]:
    return [one for one in decision.corrections.all() if one.state == Correction.State.CONFIRMED]


def decision_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    pk, _, number = key.partition("-")
    one = next(row for row in _corrected(project, user) if row.pk == int(pk))
    done = _confirmed(one)[: int(number)]
    values = {FACTS[field]: str(getattr(one, field)) for field in FACTS}
    values |= {FACTS[Correction.Field(mended.field)]: mended.new for mended in done}
    yield Field("决定", "事项", one.title)
    yield from (Field("决定", label, value) for label, value in values.items())
    if done:
        yield Field("更正", "理由", done[-1].reason)


def contracts(project: Project, user: User) -> list[Version]:
    """Those with a 合同变更: as signed, and after each change."""
    rows = list(project.contracts.order_by("signed_on", "pk"))
    changes, found = changes_of(one.pk for one in rows), []
    for one in rows:
        for number, change in enumerate([None, *sorted(changes.get(one.pk, ()), key=lambda each: each.on)]):
            if change:
                found.append(Version(f"{one.pk}-{number}", f"{one}：第 {number} 次变更后", change.on, "合同变更"))
            elif changes.get(one.pk):
                found.append(Version(f"{one.pk}-0", f"{one}：签订时", one.signed_on, "签订"))
    return found


def contract_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    pk, _, number = key.partition("-")
    one: Contract = project.contracts.get(pk=int(pk))
    done = sorted(changes_of([one.pk]).get(one.pk, ()), key=lambda each: each.on)[: int(number)]
    worth = worth_on(signed_worth(one), done)
    names = all_names_of(project)
    yield Field("合同", "合同编号", one.number)
    yield Field("合同", "合同名称", one.name)
    yield Field("合同", "供应商", one.supplier)
    yield Field("合同", "支出类别", names.get(one.category, one.category))
    yield Field("合同", "合同金额", yuan(worth.amount))
    yield Field("合同", "付款截止", str(worth.pay_until or "—"))


def prints(project: Project, user: User) -> list[Version]:
    """Of forms that were registered more than once: what the register keeps of each."""
    return several(list(prints_for(user).filter(project=project).order_by("key", "version")))


def several(rows: Sequence[PrintedPaper]) -> list[Version]:
    """The registrations of what was registered more than once."""
    times = Counter((one.place_id, one.key) for one in rows)
    return [
        Version(str(one.pk), f"{one.title}：第 {one.version} 次登记", one.registered_on, one.get_state_display())
        for one in rows
        if times[one.place_id, one.key] > 1
    ]


def print_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    return printed_fields(prints_for(user).select_related("registered_by").get(project=project, pk=int(key)))


def printed_fields(one: PrintedPaper) -> Iterator[Field]:
    facts = {
        "表单": f"{one.form} {one.title}",
        "文号": one.number,
        "表单日期": str(one.dated_on or "—"),
        "单位名称": one.organisation_name,
        "内容": "草稿" if one.draft else "正式",
        "内容摘要": one.digest,
        "校验码": one.spelled,
        "登记": f"{one.registered_by} {one.registered_on}",
        "盖章件": f"{one.returned_on} 收到" if one.returned_on else "未收到",
        "作废": f"{one.void_on} {one.void_why}" if one.void_on else "—",
    }
    yield from (Field("打印件", label, value) for label, value in facts.items())
