"""The way of a form over paper and back, whosever it is: one version after the other, its code, its sealed scan.

The acts of a project's forms and those of a place's papers are both these; they run inside an operation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import NoReturn

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile

from accounts.journal import record
from accounts.models import Node, User
from papers import Printable
from policy.findings import refuse
from projects import access, files
from projects.models import Attachment, PrintedPaper, Project
from projects.printed import code_of, current, digest_of, normal
from projects.queries import unit_on

State = PrintedPaper.State
ABOUT = "printed_paper"  # Attachment.about of a sealed scan
MOST = 60  # forms of one printing
SCANS = (".pdf", ".jpg", ".jpeg", ".png", ".ofd")
REPLACED = "已被第 {} 次登记替代"


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose forms, who is at them and when; `owner` is locked.

    `known`: those of the keys that this person may print; `holds`: whether a print is still what its form says;
    `shared`: the keys of those the project's unit has too.
    """

    owner: Project | Node
    actor: User
    on: date
    known: Callable[[Sequence[str]], Mapping[str, Printable]]
    holds: Callable[[PrintedPaper, Printable], bool]
    shared: Callable[[Sequence[str]], frozenset[str]]

    @property
    def where(self) -> str:
        """How people call it."""
        return "本项目" if isinstance(self.owner, Project) else "本地区"

    @property
    def page(self) -> str:
        return "打印与回传" if isinstance(self.owner, Project) else "报表打印"

    def name(self, day: date) -> str:
        """As the form of that day names it."""
        return self.owner.name if isinstance(self.owner, Node) else unit_on(self.owner, day)


def register(desk: Desk, keys: Sequence[str]) -> list[PrintedPaper]:
    """Fix the version and the check code of what each form says now. A form that says the same keeps its print."""
    chosen = list(dict.fromkeys(keys))
    if not chosen:
        refuse("keys", "请至少勾选一份要打印的表。", field="keys")
    if len(chosen) > MOST:
        refuse("keys", f"一次最多登记 {MOST} 份，本次勾选了 {len(chosen)} 份，请分次办理。", field="keys")
    known = desk.known(chosen)
    if gone := [key for key in chosen if key not in known]:
        refuse("keys", f"勾选的表有 {len(gone)} 份现在不能打印，请刷新本页后重新勾选。", field="keys")
    shared = desk.shared(chosen)
    return [_registered(desk, known[key], shared) for key in chosen]


def _registered(desk: Desk, one: Printable, shared: frozenset[str]) -> PrintedPaper:
    paper, owner = one.build(), desk.owner
    digest, before = digest_of(paper), current(owner, one.key)
    if before is not None and before.digest == digest:
        return before
    version = owner.prints.filter(key=one.key).count() + 1
    if before is not None:
        end(before, why=REPLACED.format(version), actor=desk.actor, on=desk.on)
    printed: PrintedPaper = owner.prints.create(
        key=one.key,
        form=one.form,
        title=paper.title[:160],
        number=paper.number[:120],
        version=version,
        digest=digest,
        for_unit=one.key in shared,
        for_offices=not (one.draft and access.is_unit(desk.actor)),
        code=code_of(owner, one.key, version, digest),
        draft=one.draft,
        dated_on=one.dated_on,
        organisation_name=desk.name(one.dated_on or desk.on),
        registered_on=desk.on,
        registered_by=desk.actor,
    )
    _note(printed, f"登记打印{printed}，校验码 {printed.spelled}", shared)
    return printed


def take_back(desk: Desk, code: str, scan: UploadedFile | None, *, keep_stale: bool) -> PrintedPaper:
    """The code on the sealed paper says which print it is. What no longer holds is kept as such, if so wished."""
    printed, one = _found(desk, code)
    old = _outdated(desk, printed, one)
    if printed.scan_id or (printed.state == State.RETURNED):
        refuse(
            "returned",
            f"{printed}的盖章件已于 {printed.returned_on} 回传，不需要再传。要更换的，请先作废这次打印登记，再重新登记、打印、盖章。",
            field="code",
        )
    if old and not keep_stale:
        said = f"{old}下一步：在“{desk.page}”重新登记打印，盖章后回传新件；旧件需要留存的，勾选“按旧版留存”后再提交。"
        refuse("stale", said, field="keep_stale")
    if scan is None or PurePath(scan.name or "").suffix.lower() not in SCANS:
        refuse("scan", "请上传盖章件的扫描件或照片：PDF、OFD、JPG 或 PNG。", field="scan")
    purpose = f"盖章件：{printed}"[:60]
    kept = files.accept(
        desk.owner, scan, about=ABOUT, about_id=printed.pk, purpose=purpose, actor=desk.actor, on=desk.on
    )
    shared = desk.shared([printed.key])
    _show_to_those_who_have_it(kept, printed, shared, actor=desk.actor)
    printed.scan, printed.returned_on, printed.returned_by = kept, desk.on, desk.actor
    if not old:
        printed.state = State.RETURNED
    printed.save(update_fields=["scan", "returned_on", "returned_by", "state"])
    if old and not printed.void_on:
        end(printed, why="盖章件回传时表的内容已变化", actor=desk.actor, on=desk.on)
    _note(printed, f"{'按旧版留存' if old else '回传'}{printed}的盖章件，校验码 {printed.spelled}", shared)
    return printed


def _found(desk: Desk, code: str) -> tuple[PrintedPaper, Printable]:
    typed = spelt(code)
    rows = desk.owner.prints.select_related("scan", "registered_by")
    printed: PrintedPaper | None = rows.filter(code=typed).first()
    known = desk.known([printed.key]) if printed else {}
    if printed is None or printed.key not in known:
        refuse_unknown(desk.where)
    return printed, known[printed.key]


def spelt(code: str) -> str:
    """The code as it is kept. Refused where it cannot be one."""
    typed = normal(code)
    if not typed:
        refuse("code", "校验码是 12 位数字和字母 A–F，印在每页页脚右端，形如 1A2B-3C4D-5E6F。", field="code")
    return typed


def refuse_unknown(where: str) -> NoReturn:
    said = f"{where}没有登记过这个校验码。请核对页脚；印有“未登记的预览”的不能回传，请先登记打印，再盖章。"
    refuse("code", said, field="code")


def _outdated(desk: Desk, printed: PrintedPaper, one: Printable) -> str:
    """Why this print no longer stands for its form, as a sentence; empty where it does."""
    if printed.state == State.VOID:
        now = current(desk.owner, printed.key)
        instead = f"现行的是第 {now.version} 次登记（校验码 {now.spelled}）" if now else "没有现行的登记"
        return f"这是{printed}，{printed.void_why}，{instead}，这份盖章件不能作为现行件。"
    if not desk.holds(printed, one):
        return f"{printed}登记打印后，表的内容已有变化，盖章件与现在的内容不一致。"
    return ""


def _show_to_those_who_have_it(kept: Attachment, printed: PrintedPaper, shared: frozenset[str], *, actor: User) -> None:
    """A sealed paper is seen by whom the form itself is open to: not before service, not as the unit's draft."""
    if access.is_unit(actor):
        kept.handed_in = not printed.draft
    else:
        kept.issued = printed.key in shared
    kept.save(update_fields=["handed_in", "issued"])


def void(desk: Desk, print_id: int, reason: str) -> PrintedPaper:
    """A print that was misregistered or whose scan is wrong; its code is told as void from now on."""
    printed: PrintedPaper = desk.owner.prints.get(pk=print_id)
    if printed.key not in desk.known([printed.key]):
        raise PermissionDenied("这份打印件不在您的查看范围内")
    if printed.state == State.VOID:
        refuse("state", f"{printed}已作废（{printed.void_why}），不需要再办理。")
    if not reason.strip():
        refuse("reason", "请写明作废理由。", field="reason")
    said = printed.get_state_display()
    end(printed, why=reason.strip(), actor=desk.actor, on=desk.on)
    _note(printed, f"作废{printed}（原{said}）：{printed.void_why}", desk.shared([printed.key]))
    return printed


def end(printed: PrintedPaper, *, why: str, actor: User, on: date) -> None:
    """From now on its code is told as void."""
    printed.state, printed.void_on, printed.void_by, printed.void_why = State.VOID, on, actor, why[:300]
    printed.save(update_fields=["state", "void_on", "void_by", "void_why"])


def _note(printed: PrintedPaper, text: str, shared: frozenset[str]) -> None:
    """The unit reads its project's journal too: of a paper it does not have yet the line names no form."""
    told = text if printed.place_id or printed.key in shared else f"打印件办理，校验码 {printed.spelled}"
    record(project_id=printed.project_id, subject=f"print:{printed.pk}", text=told)
