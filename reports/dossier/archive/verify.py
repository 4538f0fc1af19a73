"""核对卷宗：在没有本系统、不联网的电脑上运行，只用 Python 3 自带的模块。

    python verify.py                 核对本文件所在的文件夹（先把 ZIP 解压）
    python verify.py 卷宗.zip         直接核对 ZIP

核对三件事：每个文件与 manifest.json、SHA256SUMS 所记的一致，没有少也没有多；日志每条内容与其摘要一致；日志前后相接。
退出码：0 一致；1 不一致，逐条指出；2 无法核对。日志的密钥不在卷宗内，密钥校验须在原系统上进行（verify_journal）。
最后打印的“清单校验码”应与原系统日志中“导出卷宗”一行所记的相同：那一行在原系统里，改不了卷宗之外的它。
"""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

MANIFEST, SUMS, CHUNK = "manifest.json", "SHA256SUMS", 1 << 20
SAID = (
    "seq", "at", "on", "actor_id", "actor_name", "role", "organisation", "request_id", "ip", "verb", "subject",
    "project_id", "text", "result", "changes",
)  # fmt: skip
Read = Callable[[str], bytes]


def main(words: list[str]) -> int:
    place = Path(words[0]) if words else Path(__file__).resolve().parent
    try:
        names, read = _opened(place)
        manifest = json.loads(read(MANIFEST))
        faults = [*check_files(names, read, manifest), *check_journal(read, manifest)]
    except (OSError, KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        print(f"无法核对：{place}：{type(error).__name__} {error}")
        return 2
    for fault in faults:
        print(f"不一致：{fault}")
    absent = manifest.get("absent", [])
    for one in absent:
        print(f"导出时未放入：{one['path']}：{one['why']}")
    print(f"文件 {len(manifest['files'])} 个，日志 {manifest['journal']['lines']} 条，未放入 {len(absent)} 个。")
    print(f"清单校验码 {hashlib.sha256(read(MANIFEST)).hexdigest()}")
    print("卷宗与清单不一致。" if faults else "卷宗与清单一致。")
    return 1 if faults else 0


def _opened(place: Path) -> tuple[set[str], Read]:
    if place.is_dir():
        names = {one.relative_to(place).as_posix() for one in place.rglob("*") if one.is_file()}
        return names, lambda name: (place / name).read_bytes()
    package = zipfile.ZipFile(place)
    kept = [one.filename for one in package.infolist() if not one.is_dir()]
    if twice := sorted({name for name in kept if kept.count(name) > 1}):
        raise ValueError(f"ZIP 内有同名文件 {twice[0]}")
    return set(kept), package.read


def check_files(names: set[str], read: Read, manifest: dict) -> Iterator[str]:
    """Every file as the list says, none missing, none besides; SHA256SUMS says the same."""
    listed = {one["path"]: one for one in manifest["files"]}
    for path, one in sorted(listed.items()):
        if path not in names:
            yield f"缺少文件 {path}"
            continue
        content = _content(read, path)
        if content is None:
            yield f"文件已损坏 {path}"
        elif (len(content), hashlib.sha256(content).hexdigest()) != (one["size"], one["sha256"]):
            yield f"内容被改动 {path}"
    for path in sorted(names - set(listed) - {MANIFEST, SUMS}):
        yield f"清单之外的文件 {path}"
    sums = {path: one["sha256"] for path, one in listed.items()}
    sums[MANIFEST] = hashlib.sha256(read(MANIFEST)).hexdigest()
    lines = sorted(f"{value}  {path}" for path, value in sums.items())
    if SUMS not in names or sorted(read(SUMS).decode().splitlines()) != lines:
        yield f"{SUMS} 与清单不符"


def _content(read: Read, path: str) -> bytes | None:
    try:
        return read(path)
    except (OSError, zipfile.BadZipFile, zlib.error):
        return None


def check_journal(read: Read, manifest: dict) -> Iterator[str]:
    """What each line says against its digest; each line against the one before it."""
    told = manifest["journal"]
    rows = [json.loads(line) for line in (_content(read, told["path"]) or b"").decode().splitlines()]
    if len(rows) != told["lines"]:
        yield f"{told['path']}：应有 {told['lines']} 条日志，实有 {len(rows)} 条"
    for row in rows:
        if "row_digest" in row and row["row_digest"] != digest(row):
            yield f"{told['path']}：第 {row['seq']} 号日志内容被改动"
    yield from _links([(row["seq"], row["prev"], row["mac"]) for row in rows], told["path"])
    if told.get("chain"):
        yield from _chained(rows, (_content(read, told["chain"]) or b"").decode(), told)


def digest(row: dict) -> str:
    """The same bytes as the system hashes: a JSON list, keys sorted, no blanks, NFC."""
    text = json.dumps([row[name] for name in SAID], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def _links(rows: Iterable[tuple[int, str, str]], path: str, *, whole: bool = False) -> Iterator[str]:
    """Neighbours in number are neighbours in the chain; `whole`: and no number is left out."""
    before: tuple[int, str, str] | None = None
    for seq, prev, mac in rows:
        if before is not None and seq <= before[0]:
            yield f"{path}：第 {seq} 号日志次序不对"
        elif before is not None and whole and seq != before[0] + 1:
            yield f"{path}：第 {before[0]} 号与第 {seq} 号之间有缺号"
        elif before is not None and seq == before[0] + 1 and prev != before[2]:
            yield f"{path}：第 {seq} 号日志与上一条不相接"
        elif seq == 1 and prev != "0" * 64:
            yield f"{path}：第 1 号日志不是链的起点"
        before = (seq, prev, mac)


def _chained(rows: list[dict], text: str, told: dict) -> Iterator[str]:
    """Every link from the first to the last, and our lines lie on it."""
    path = told["chain"]
    links = [(int(seq), prev, mac) for seq, prev, mac in (line.split(",") for line in text.splitlines()[1:])]
    yield from _links(links, path, whole=True)
    if [one[0] for one in (links[:1] + links[-1:])] != [told["first"], told["last"]]:
        yield f"{path}：首尾与清单不符"
    known = {seq: (prev, mac) for seq, prev, mac in links}
    for row in rows:
        if known.get(row["seq"]) != (row["prev"], row["mac"]):
            yield f"{path}：第 {row['seq']} 号日志不在链上"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
