"""What belongs to no one project and has versions: 资金文件, 区域绩效表, 定期报告, 设定, registered lists of the province."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from accounts.roles import row_of_route
from funds.models import FundDocument
from funds.queries.money_in import documents_for
from lifecycle.queries.settings import sheets_for
from performance.models import RegionSheet
from performance.queries.region import region_begun, region_content, region_sheets, region_years
from performance.region_prints import money_heads, shown
from performance.rules.region_form import WORDS
from policy.loader import configured
from policy.money import yuan
from projects import access
from projects.queries import place_prints
from reports.dossier.compare import registered, requests
from reports.dossier.compare.diff import Field, Version
from reports.dossier.compare.periodic import report_fields
from reports.periodic.kept import reports_for

NOT_BEGUN = "尚未编制"
RETURNED = FundDocument.State.RETURNED


@dataclass(frozen=True, slots=True)
class WideKind:
    """`route`: the page whose readers may compare. `versions`: those this reader may read, next of kin side by side."""

    code: str
    label: str
    route: str
    versions: Callable[[User, date], list[Version]]
    fields: Callable[[User, date, str], Iterable[Field]]


def wide_kinds_for(user: User) -> list[WideKind]:
    """No statement."""
    rows = [(kind, row_of_route(kind.route)) for kind in WIDE_KINDS]
    return [kind for kind, row in rows if row and access.may(user, f"{row['object']}:{row['action']}")]


def documents(user: User, on: date) -> list[Version]:
    """By 文号: what was returned and recorded anew stands beside what took its place; the oldest number first."""
    rows = list(documents_for(user))
    first: dict[str, tuple[date, int]] = {}
    for one in sorted(rows, key=lambda row: row.pk):
        first.setdefault(one.number_key, (one.dated_on, one.pk))
    return [
        Version(
            str(one.pk),
            f"{one.number} {one.title}（{one.get_kind_display()}）",
            one.approved_on or one.recorded_on,
            one.get_state_display(),
        )
        for one in sorted(rows, key=lambda row: (first[row.number_key], row.pk))
    ]


def document_fields(user: User, on: date, key: str) -> Iterator[Field]:
    """As its page shows it: of the table the projects in reach."""
    rows = documents_for(user).select_related("recorded_by", "approved_by")
    one: Any = rows.get(pk=int(key))  # with what the statement added
    seen = access.projects_for(user)
    head = {
        "性质": one.get_kind_display(), "文号": one.number, "标题": one.title, "成文日期": one.dated_on,
        "预算年度": one.fiscal_year, "资金来源": one.get_source_display(), "原预算年度": one.origin_year or "—",
        "批次": f"第 {one.tranche} 批", "指标文号": one.indicator_number or "—", "功能科目": one.functional_class or "—",
        "经济分类": one.economic_class or "—", "登记": f"{one.recorded_by} {one.recorded_on}",
        "签批": f"{one.approved_by} {one.approved_on}" if one.approved_by else "—",
        "退回理由": one.return_reason or "—",
    }  # fmt: skip
    yield from (Field("文件要素", label, str(value)) for label, value in head.items())
    for line in one.allocations.filter(project__in=seen).select_related("project"):
        yield Field("分配表", f"{line.project.name}（{line.project.label}）", yuan(line.amount))
    yield Field("分配表", "合计", yuan(one.seen_total))
    for out in one.held_out.filter(project__in=seen).select_related("project"):
        yield Field("未列入下达", f"{out.project.name}（{out.project.label}）", f"{out.reason}；{out.next_step}")


def regions(user: User, on: date) -> list[Version]:
    """Each form of each programme, year by year. Two statements and the reach."""
    made = {(one.edition_code, one.kind, one.year): one for one in region_sheets()}
    found = []
    for code, years in region_years(user).items():
        for kind in RegionSheet.Kind:
            for year in sorted(year for year in years if region_begun(kind, year, on)):
                sheet = made.get((code, kind.value, year))
                state = sheet.get_state_display() if sheet else NOT_BEGUN
                day = (sheet.issued_on or sheet.drafted_on) if sheet else None
                label = f"{year} 年度{kind.label}{_programme(code)}"
                found.append(Version(f"{kind.value}:{year}:{code}", label, day, state))
    return found


def _programme(code: str) -> str:
    return f" {configured()[code].document}" if len(configured()) > 1 else ""


def region_fields(user: User, on: date, key: str) -> Iterator[Field]:
    """The value of a target bears one name in both forms, so that what was set stands beside what was reached."""
    kind, year, code = key.split(":", 2)
    _, said = region_content(code, kind, int(year), user, on)
    yield Field("报送", "报送情况", said["told"])
    yield Field("报送", "未报项目", "、".join(said["missing"]) or "无")
    for row in said["rows"]:
        group = f"指标“{row['name']}”（{row['kind']}）"
        yield from (Field(group, label, value) for label, value in _indicator(row, kind))
    heads = money_heads(said)[1:]
    for label, *cells in said["money"]:
        yield from (Field("资金（万元）", f"{label}：{head}", cell) for head, cell in zip(heads, cells, strict=True))
    yield from (Field("文字", label, said["words"].get(name, "")) for name, label in WORDS[kind].items())


def _indicator(row: dict[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    if kind == RegionSheet.Kind.TARGETS:
        yield "实施期指标值", shown(row["period"])
        yield "年度指标值", shown(row["year"])
    else:
        yield "年度指标值", shown(row["target"])
        yield "全年实际完成值", row["year"]["shown"] or "—"
        yield "是否达到", row["met"]
    yield "计算过程", row["year"]["why"]
    yield "报送", row["year"]["told"]


def periodic(user: User, on: date) -> list[Version]:
    """Of a place the periods, of each period its versions; only what was finished."""
    rows = reports_for(user).filter(made_on__isnull=False)
    return [
        Version(str(one.pk), f"{one.place.name} {one.title}（第 {one.version} 版）", one.made_on, "已生成")
        for one in rows.order_by("place__path", "kind", "year", "number", "version")
    ]


def periodic_fields(user: User, on: date, key: str) -> Iterator[Field]:
    return report_fields(reports_for(user).defer(None).get(pk=int(key)).figures)


def settings(user: User, on: date) -> list[Version]:
    """Of each edition its file, and as it stands from each sheet of the province in force on."""
    found = []
    for code, edition in configured().items():
        sheets = list(requests.effective(sheets_for(user), code))
        own = [Version(f"{code}:{requests.FILE_VERSION}", f"{edition.document}（政策版本原值）", None, "政策版本")]
        own += [
            Version(f"{code}:{one.pk}", f"{edition.document}：设定确认单 {one.number}", one.effective_on, "已确认")
            for one in sheets
        ]
        found += own if len(own) > 1 else []
    return found


def setting_fields(user: User, on: date, key: str) -> Iterator[Field]:
    code, _, sheet = key.rpartition(":")
    return requests.edition_fields(code, list(requests.effective(sheets_for(user), code)), sheet)


def prints(user: User, on: date) -> list[Version]:
    """Lists and sheets that were registered more than once."""
    rows = list(place_prints(user).order_by("place", "key", "version"))
    return registered.several(rows)


def print_fields(user: User, on: date, key: str) -> Iterator[Field]:
    return registered.printed_fields(place_prints(user).get(pk=int(key)))


WIDE_KINDS = (
    WideKind("documents", "资金文件和分配表", "funds:document", documents, document_fields),
    WideKind("regions", "区域绩效表（F01、F06）", "performance:region", regions, region_fields),
    WideKind("periodic", "定期报告", "reports:periodic", periodic, periodic_fields),
    WideKind("settings", "政策数值的设定", "lifecycle:setting_sheets", settings, setting_fields),
    WideKind("prints", "登记的省级打印件", "reports:province_papers", prints, print_fields),
)
