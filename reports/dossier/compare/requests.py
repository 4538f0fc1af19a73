"""What a unit asks for and hands in to be accepted, and the numbers its policy is applied with."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from accounts.models import User
from lifecycle.models import ChangeRequest
from lifecycle.queries.pack import PACK_ABOUT, pack_of
from lifecycle.queries.settings import sheets_for
from lifecycle.rules.changes import lines_of
from policy import loader
from policy.confirmed import confirmable, laid_over, said
from policy.terms import Rank
from projects.models import Attachment, Project, SettingSheet
from projects.queries import files_for
from reports.dossier.compare.diff import Field, Version

OLD, NEW, FILE_VERSION = "old", "new", "0"
SHORT = 16


def changes(project: Project, user: User) -> list[Version]:
    """Each request with what stood and what it asks for."""
    found = []
    for one in ChangeRequest.objects.filter(project=project).order_by("pk"):
        label = f"{one.get_kind_display()}（{one.effective_on}）"
        found.append(Version(f"{one.pk}-{OLD}", f"{label}原值", one.on, one.get_state_display()))
        found.append(Version(f"{one.pk}-{NEW}", f"{label}新值", one.on, one.get_state_display()))
    return found


def change_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    number, _, side = key.partition("-")
    one = ChangeRequest.objects.get(pk=int(number), project=project)
    yield from (Field(one.get_kind_display(), *pair) for pair in lines_of(one.new if side == NEW else one.old))


def packs(project: Project, user: User) -> list[Version]:
    """One for each application, as far as this reader has its papers."""
    rounds = dict(project.acceptances.values_list("round", "applied_on"))
    kept = {one.about_id for one in _papers(project, user)}
    return [
        Version(str(number), f"第 {number} 次申请", rounds.get(number), "已申请" if number in rounds else "准备中")
        for number in sorted(kept | rounds.keys())
    ]


def _papers(project: Project, user: User) -> list[Attachment]:
    return list(files_for(user, project).filter(about=PACK_ABOUT))


def pack_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    """The newest file of each paper, by its name and the beginning of its hash."""
    newest = {one.purpose: one for one in _papers(project, user) if one.about_id == int(key)}
    asked = pack_of(project.edition, project.kind)
    for code, label in {**asked, **{one: one for one in newest if one not in asked}}.items():
        file = newest.get(code)
        yield Field(label, "文件", file.name if file else "没有上传")
        yield Field(label, "上传", f"{file.uploaded_by} {file.on}" if file else "—")
        yield Field(label, "校验码", file.sha256[:SHORT] if file else "—")


def settings(project: Project, user: User) -> list[Version]:
    """The edition as its file has it, and as it stands from each sheet in force on."""
    document = project.edition.document
    found = [Version(FILE_VERSION, f"{document}（政策版本原值）", None, "政策版本")]
    return found + [
        Version(str(one.pk), f"设定确认单 {one.number}", one.effective_on, "已确认")
        for one in _confirmed(project, user)
    ]


def _confirmed(project: Project, user: User) -> list[SettingSheet]:
    return list(effective(sheets_for(user), project.edition_code))


def effective(sheets: QuerySet[SettingSheet], code: str) -> QuerySet[SettingSheet]:
    """Of one edition those in force, the first to take effect first."""
    rows = sheets.filter(edition_code=code, state=SettingSheet.State.EFFECTIVE)
    return rows.order_by("effective_on", "pk")


def setting_fields(project: Project, user: User, key: str) -> Iterator[Field]:
    return edition_fields(project.edition_code, _confirmed(project, user), key)


def edition_fields(code: str, rows: Sequence[SettingSheet], key: str) -> Iterator[Field]:
    """The edition of the file (FILE_VERSION), or with every sheet up to `key` laid over it."""
    edition = loader.from_files()[code]
    if key != FILE_VERSION:
        until = next(at for at, one in enumerate(rows) if one.pk == int(key))
        edition = laid_over(edition, [one.sheet for one in rows[: until + 1]])
    for one in confirmable(edition).values():
        basis = one.basis
        yield Field(one.label, "数值", said(one, one.value))
        yield Field(one.label, "效力", f"{Rank(basis.rank).label}，{'不满足时拦截' if basis.blocks else '只提醒'}")
        yield Field(one.label, "依据", basis.clause)
