"""Making a backup: first the database, then the files.

The order is what keeps it whole: an upload is on the disk before its row is committed and stays there, so every row of
the snapshot finds its file however much is written meanwhile. The other way round, rows would be newer than the files.
"""

import hashlib
import hmac
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from lifecycle.backup import Impossible, databases, manifest
from lifecycle.backup.manifest import DATABASE, FILES, KEYS, Manifest


@dataclass(frozen=True, slots=True)
class Made:
    """`unsound`: stored files that their rows speak of and that were missing or changed already."""

    folder: Path
    rows: int
    files: int
    unsound: list[str]


def make(folder: Path, *, with_keys: bool = False) -> Made:
    """A backup in `folder`, which must not exist; under another name until it is whole. Raises Impossible."""
    folder = Path(os.path.abspath(folder.expanduser()))
    if folder.exists() or folder.is_symlink():
        raise Impossible(f"{folder} 已存在，备份从不覆盖，请换一个名称")
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.mkdir(mode=0o700)
        made = _fill(draft, folder, with_keys=with_keys)
        draft.rename(folder)
        _settle(folder.parent)
    except OSError as error:
        raise Impossible(f"备份没有写成：{error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def _fill(draft: Path, folder: Path, *, with_keys: bool) -> Made:
    vendor = databases.vendor()
    part = draft / DATABASE[vendor]
    found = databases.snapshot(part)
    parts = {DATABASE[vendor]: manifest.measure(part)}
    parts |= _copied(Path(settings.FILES_DIR), draft, FILES)
    if with_keys:
        parts |= _keys(draft)
    manifest.write(draft, _described(vendor, found, parts))
    for one in [draft, *(path for path in draft.rglob("*") if path.is_dir())]:
        _settle(one)
    unsound = [path for path, sha256 in found.stored if parts.get(f"{FILES}/{path}", [""])[0] != sha256]
    files = sum(name.startswith(f"{FILES}/") for name in parts)
    return Made(folder, sum(found.tables.values()), files, sorted(unsound))


def _described(vendor: str, found: databases.Snapshot, parts: dict[str, list[Any]]) -> Manifest:
    return Manifest(
        product=manifest.PRODUCT,
        format=manifest.FORMAT,
        version=settings.PRODUCT_VERSION,
        created_at=timezone.localtime().isoformat(timespec="seconds"),
        vendor=vendor,
        schema=manifest.schema_of(found.migrations),
        migrations=found.migrations,
        tables=found.tables,
        parts=parts,
        journal_key=key_mark(),
        journal_key_id=settings.JOURNAL_KEY_ID,
    )


def key_mark() -> str:
    """By which the journal key is known again; it gives nothing of the key away."""
    return hmac.new(settings.JOURNAL_KEY.encode(), b"backup", hashlib.sha256).hexdigest()[:32]


def _copied(source: Path, draft: Path, name: str) -> dict[str, list[Any]]:
    done = {}
    for path in _files_of(source):
        inside = f"{name}/{path.relative_to(source).as_posix()}"
        try:
            done[inside] = manifest.copy(path, draft / inside)
        except FileNotFoundError:  # of an upload that was just taken back, hence without a row
            (draft / inside).unlink(missing_ok=True)
    return done


def _files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _keys(draft: Path) -> dict[str, list[Any]]:
    keys = _copied(Path(settings.DATA_DIR) / KEYS, draft, KEYS)
    if f"{KEYS}/journal_key.key" not in keys:
        raise Impossible("密钥由环境变量提供，不在数据目录，无法写入备份；请去掉 --with-keys，另行保管密钥")
    return keys


def _settle(folder: Path) -> None:
    """The names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
