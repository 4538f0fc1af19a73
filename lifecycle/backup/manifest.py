"""manifest.json of a backup: what it holds, and whether it may be restored here. No database is asked."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

PRODUCT, FORMAT = "zhuanxiang-jixiao", 1
NAME, FILES, KEYS = "manifest.json", "files", "keys"
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
CHUNK = 1024 * 1024


class Damaged(Exception):
    """The folder is not the backup that was made; the message is for people."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`parts`: path in the folder → [sha256, bytes]; `tables`: rows of each; `schema`: one digest of `migrations`.

    `journal_key` is a mark by which a key is known again and from which it cannot be had.
    """

    product: str
    format: int
    version: str
    created_at: str
    vendor: str
    schema: str
    migrations: list[str]
    tables: dict[str, int]
    parts: dict[str, list[Any]]
    journal_key: str
    journal_key_id: str


@dataclass(frozen=True, slots=True)
class Here:
    """What a backup must fit: the code and the database of this machine."""

    vendor: str
    known: frozenset[str]


def schema_of(migrations: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(migrations)).encode()).hexdigest()


def copy(source: Path, target: Path) -> list[Any]:
    """Copy one file to the disk itself; its digest and size, of what was read."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with source.open("rb") as found, target.open("xb") as made:
        os.fchmod(made.fileno(), 0o600)
        while part := found.read(CHUNK):
            digest.update(part)
            size += made.write(part)
        made.flush()
        os.fsync(made.fileno())
    return [digest.hexdigest(), size]


def measure(path: Path) -> list[Any]:
    """Digest and size of a file, which lies on the disk when this returns."""
    with path.open("rb") as found:
        os.fsync(found.fileno())
        return [hashlib.file_digest(found, "sha256").hexdigest(), found.tell()]


def write(folder: Path, manifest: Manifest) -> None:
    content = asdict(manifest)
    text = json.dumps(content | {"seal": _seal(content)}, ensure_ascii=False, indent=1, sort_keys=True)
    with (folder / NAME).open("x", encoding="utf-8") as made:
        made.write(text + "\n")
        made.flush()
        os.fsync(made.fileno())


def read(folder: Path) -> Manifest:
    """Raises Damaged where it is missing, cut or was changed."""
    try:
        content = json.loads((folder / NAME).read_text("utf-8"))
        seal = content.pop("seal")
    except FileNotFoundError:
        raise Damaged(f"{folder} 中没有 {NAME}，不是一份完整的备份") from None
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        raise Damaged(f"{NAME} 无法读取，已损坏") from None
    if seal != _seal(content):
        raise Damaged(f"{NAME} 与自身的校验值不符，已损坏或被改动")
    newer = isinstance(content.get("format"), int) and content["format"] > FORMAT
    if content.get("product") != PRODUCT or newer or set(content) != {one.name for one in fields(Manifest)}:
        raise Damaged("备份由更新版本的系统制作，请先升级系统再恢复" if newer else "这不是本系统的备份")
    return Manifest(**content)


def _seal(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def misfits(manifest: Manifest, here: Here) -> Iterator[str]:
    """Why this backup does not belong here: another database, or a schema this code does not know."""
    if manifest.vendor != here.vendor:
        yield (
            f"备份来自 {manifest.vendor} 数据库，本机使用 {here.vendor}，两者不能互相恢复；"
            "请把 DATABASE_URL 指向同类数据库后再恢复"
        )
        return
    if schema_of(manifest.migrations) != manifest.schema:
        yield "备份的数据结构编号与其清单不符，已损坏"
    unknown = sorted(set(manifest.migrations) - here.known)
    if unknown and here.known <= set(manifest.migrations):
        yield f"备份比本机的系统新（多 {len(unknown)} 次结构变更，如 {unknown[0]}），请先升级系统再恢复"
    elif unknown:
        yield f"备份的数据结构不属于本系统的这一版本（如 {unknown[0]}），请用制作备份的版本恢复"


def damages(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Every part that is missing, changed, too many or no part at all; reads the whole folder."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()}
    for extra in sorted(found - set(manifest.parts) - {NAME}):
        yield f"「{extra}」不在清单中"
    if DATABASE.get(manifest.vendor) not in manifest.parts:
        yield "清单中没有数据库"
    for name, said in sorted(manifest.parts.items()):
        path = folder / name
        if not _is_ours(name, manifest.vendor):
            yield f"清单中的「{name}」不是备份的组成部分"
        elif name not in found or path.is_symlink():
            yield f"缺少「{name}」"
        elif measure(path) != said:
            yield f"「{name}」的内容与清单的校验值不符"


def _is_ours(name: str, vendor: str) -> bool:
    parts = PurePosixPath(name).parts
    below = len(parts) > 1 and parts[0] in (FILES, KEYS) and ".." not in parts
    return (name == DATABASE.get(vendor) or below) and "\\" not in name
