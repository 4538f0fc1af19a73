"""The files on the disk against the rows that speak of them: what is missing, changed, or nobody's.

Source: design/trust.md, Files.
"""

import hashlib
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings

from accounts import journal
from accounts.models import HolidayArrangement, User
from accounts.notices import notify
from accounts.queries import administrators
from projects.models import Attachment

YOUNGEST = 24 * 60 * 60
KINDS = {"missing": "缺失", "changed": "内容与上传时不符"}


def unsound() -> Iterator[tuple[Attachment, str]]:
    """Every stored file that is not what was uploaded, and how: a key of KINDS. Reads all of them."""
    for row in Attachment.objects.select_related("project", "place").order_by("pk").iterator(chunk_size=500):
        try:
            with row.file.open("rb") as stream:
                sound = hashlib.file_digest(stream, "sha256").hexdigest() == row.sha256
        except OSError:
            yield row, "missing"
        else:
            if not sound:
                yield row, "changed"


@journal.operation("核验材料文件")
def report_unsound(*, actor: User, on: date) -> str:
    """Tell the 系统管理员 of files that are missing or changed: at once, and again each month while they are."""
    found = list(unsound())
    if not found:
        return "材料文件完好"
    counts = "、".join(f"{label} {n} 份" for kind, label in KINDS.items() if (n := sum(k == kind for _, k in found)))
    row, kind = found[0]
    owner = row.project.label if row.project else row.place
    first = f"{owner}「{row.name[:60]}」{KINDS[kind]}"
    text = f"材料文件核验：{counts}，首份：{first}。请从备份中取回原文件，并查明原因。"
    same = hashlib.sha256("".join(f"{row.pk}:{kind};" for row, kind in found).encode()).hexdigest()[:16]
    notify(administrators(on), key=f"files:{same}:{on:%Y-%m}", text=text)
    journal.record(subject="files", text=text, on=on, files=[[row.pk, kind] for row, kind in found[:100]])
    return counts


def sweep_orphans() -> str:
    """Remove files that no row speaks of: what an upload leaves that was killed midway. Never one of the last day.

    Where the database knows of no file at all it is the wrong one, or empty, and nothing is removed.
    """
    known = set(Attachment.objects.values_list("path", flat=True))
    known |= set(HolidayArrangement.objects.values_list("path", flat=True))
    root = Path(settings.FILES_DIR)
    before, gone = time.time() - YOUNGEST, 0
    for path in sorted(one for one in root.rglob("*") if one.is_file()):
        if path.relative_to(root).as_posix() in known or path.stat().st_mtime > before:
            continue
        if not known:
            return "数据库中没有任何材料记录，未清理文件"
        path.unlink(missing_ok=True)
        gone += 1
    return f"清理无主文件 {gone} 个"
