"""The ledger checked against its own rows: each invariant of design/trust.md, recomputed. It changes nothing.

Found: a `Fault`, which names the project, the entry and the invariant. Not checked here: L13 (requests), L14 (screens).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings

from accounts import triggers
from funds import invariants
from funds.apps import FROZEN
from funds.books import Book, read
from projects.models import Project

BATCH = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """`grave`: it breaks an invariant; else it is only for people to know (L11)."""

    rule: str
    entry: str
    text: str
    project: int | None = None
    name: str = ""
    grave: bool = True

    def __str__(self) -> str:
        where = f"项目 {self.project}「{self.name}」" if self.project else "数据库"
        return f"{self.rule}　{where}　{self.entry}：{self.text}"


def verify(projects: Iterable[Project], *, rehash: bool = False) -> Iterator[Fault]:
    """Every fault of these projects, batch by batch; `rehash` reads every evidence file again."""
    waiting = iter(projects)
    while part := list(islice(waiting, BATCH)):
        for book in read(part):
            yield from faults_of(book, rehash=rehash)


def faults_of(book: Book, *, rehash: bool = False) -> Iterator[Fault]:
    for check in invariants.CHECKS:
        for rule, entry, text in check(book):
            yield Fault(rule, entry, text, book.project.pk, book.project.name, rule != "L11")
    for rule, entry, text in _files(book, rehash=rehash):
        yield Fault(rule, entry, text, book.project.pk, book.project.name)


def _files(book: Book, *, rehash: bool) -> Iterator[invariants.Broken]:
    """L10: the evidence of each posted payment lies where its row says, with the digest its row says."""
    root = Path(settings.FILES_DIR)
    for voucher in invariants.booked(book):
        for file in book.evidence.get(voucher.pk, []):
            path = root / file.path
            if not file.sha256:
                yield "L10", str(voucher), f"凭证文件「{file.name}」没有记录校验值"
            elif not path.is_file():
                yield "L10", str(voucher), f"凭证文件「{file.name}」不在存储中（{file.path}）"
            elif rehash and _digest(path) != file.sha256:
                yield "L10", str(voucher), f"凭证文件「{file.name}」的内容与登记的校验值不符"


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def guards() -> Iterator[Fault]:
    """L6: the triggers that keep posted rows from being changed stand in this database."""
    for frozen in FROZEN:
        for missing in triggers.missing(frozen):
            yield Fault("L6", frozen.table, f"缺少防改触发器 {missing}，入账记录可能被改动；请运行 migrate 重建")
