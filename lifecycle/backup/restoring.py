"""Putting a backup back. Everything is checked and laid ready first; what it replaces is kept aside.

Source: design/trust.md, Backup.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from lifecycle.backup import Impossible, databases, manifest
from lifecycle.backup.making import key_mark
from lifecycle.backup.manifest import DATABASE, FILES, KEYS, Damaged, Here, Manifest

TOLD = 5
AFTER = (["migrate", "--no-input", "-v0"], ["verify_journal"], ["verify_ledger"])
COULD_NOT = 2
Tell = Callable[[str], None]


def check(folder: Path) -> Manifest:
    """The manifest of a backup that is whole and belongs here. Raises Impossible; touches nothing."""
    try:
        found = manifest.read(folder)
        wrong = list(manifest.misfits(found, Here(databases.vendor(), known_migrations())))
        wrong = wrong or list(islice(manifest.damages(folder, found), TOLD))
    except (Damaged, OSError) as error:
        raise Impossible(str(error)) from error
    if wrong:
        raise Impossible("；".join(wrong))
    return found


def known_migrations() -> frozenset[str]:
    """All that this code can have run, those that were squashed since included."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = {key for one in loader.disk_migrations.values() for key in one.replaces}
    return frozenset(f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced})


def restore(folder: Path, *, replace: bool, tell: Tell) -> int:
    """0: restored and whole, 1: restored and something does not hold. Raises Impossible where nothing was changed."""
    found = check(folder)
    empty = databases.is_empty() and not any(_files(Path(settings.FILES_DIR)))
    if not (empty or replace):
        raise Impossible("本机已有数据，没有恢复。确认要用备份替换它，请加 --yes（原有数据会另存，不会删除）")
    if more := [] if empty else databases.strangers(found.tables):
        raise Impossible(
            f"现有数据库有备份中没有的表（{len(more)} 个，如 {more[0]}），请新建一个空数据库，把 DATABASE_URL 指向它再恢复"
        )
    if key_mark() != found.journal_key and not any(name.startswith(f"{KEYS}/") for name in found.parts):
        tell(
            f"注意：本机的 JOURNAL_KEY 与备份时不同，恢复后日志校验会报错；请放回原密钥（{found.journal_key_id}）再校验"
        )
    stamp = f"{timezone.localtime():%Y%m%d-%H%M%S}"
    aside = Path(settings.DATA_DIR) / f"replaced-{stamp}"
    stage = Path(settings.DATA_DIR) / f".restoring-{stamp}"
    try:
        _exchange(folder, found, stage, aside)
    except (OSError, DatabaseError) as error:
        raise Impossible(f"恢复没有完成，原有数据未变：{error}") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    _never_seed()
    tell(f"已恢复 {found.created_at} 的备份：{sum(found.tables.values())} 行，{_count(found, FILES)} 个文件")
    if aside.exists():
        tell(f"原有数据另存在 {aside}，确认无误后可自行删除")
    return _verify(tell)


def _count(found: Manifest, name: str) -> int:
    return sum(part.startswith(f"{name}/") for part in found.parts)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _exchange(folder: Path, found: Manifest, stage: Path, aside: Path) -> None:
    for one in (stage, aside):
        one.mkdir(mode=0o700)
    try:
        part = _lay_ready(folder, found, stage)
        with databases.replaced(part, aside):
            if found.vendor == "postgresql":
                _same_rows(found, databases.count_live())
            with _moved(stage / FILES, Path(settings.FILES_DIR), aside / FILES):
                if _count(found, KEYS):
                    _move_keys(stage, aside)
    finally:
        if not any(_files(aside)):
            shutil.rmtree(aside)


def _lay_ready(folder: Path, found: Manifest, stage: Path) -> Path:
    """Copy what will be moved, on the disk it will be moved on; the copy is checked once more."""
    (stage / FILES).mkdir(mode=0o700)
    database = DATABASE[found.vendor]
    for name, said in found.parts.items():
        if name == database and found.vendor == "postgresql":
            continue
        if manifest.copy(folder / name, stage / name) != said:
            raise Impossible(f"「{name}」在恢复途中变了，没有恢复")
    if found.vendor == "postgresql":
        return folder / database
    try:
        _same_rows(found, databases.look_into(stage / database).tables)
    except sqlite3.Error as error:
        raise Impossible(f"备份中的数据库已损坏：{error}") from error
    return stage / database


def _same_rows(found: Manifest, counted: dict[str, int]) -> None:
    other = sorted(name for name, rows in found.tables.items() if counted.get(name) != rows)
    if other:
        raise Impossible(f"备份中的数据库与清单的行数不符（如 {other[0]}），没有恢复")


@contextmanager
def _moved(new: Path, live: Path, old: Path) -> Iterator[None]:
    """A folder in place of another; back again where the block fails."""
    if live.exists():
        live.rename(old)
    try:
        new.rename(live)
        yield
    except BaseException:
        if live.exists():
            live.rename(new)
        if old.exists():
            old.rename(live)
        raise


def _move_keys(stage: Path, aside: Path) -> None:
    with _moved(stage / KEYS, Path(settings.DATA_DIR) / KEYS, aside / KEYS):
        pass


def _never_seed() -> None:
    """A first start that was cut short would else move this database away as half-made (config/prepare)."""
    mark = Path(settings.DATA_DIR) / ".state" / "seed"
    if mark.exists():
        mark.write_text("done", "utf-8")


def _verify(tell: Tell) -> int:
    """Up to date, triggers and all, then checked: in new processes, which read the keys anew. The worst code."""
    worst = 0
    for words in AFTER:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
        done = subprocess.run(  # noqa: S603 - our own command
            command, env=os.environ | {"DATA_DIR": str(settings.DATA_DIR)}, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        for line in (done.stdout + done.stderr).splitlines():
            tell(line)
        worst = max(worst, done.returncode if done.returncode in (0, 1, COULD_NOT) else COULD_NOT)
        if words[0] == "migrate" and done.returncode:
            tell("数据已恢复，但数据库没有升级成功；处理后请运行 migrate、verify_journal、verify_ledger")
            return COULD_NOT
    return worst
