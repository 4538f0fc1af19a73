"""The virus scanner of the site, if it has one: a command of its own, asked about every upload before it is kept.

Fail-closed: where a scanner is set and gives no clear answer, nothing is accepted. Exit code 0 clean, 1 infected,
anything else a failure.
"""

import logging
import subprocess
from collections.abc import Iterator
from tempfile import NamedTemporaryFile

from django.conf import settings

from policy.findings import Finding, blocking

logger = logging.getLogger(__name__)
CLEAN, INFECTED = 0, 1


def check(name: str, content: bytes) -> Iterator[Finding]:
    """What the scanner objects to; nothing where none is set."""
    if not settings.UPLOAD_SCANNER:
        return
    code = _ask(content)
    if code == INFECTED:
        yield blocking(
            "file_infected", f"「{name}」被本单位的病毒扫描判为带毒，不能接收。请在本机杀毒后重新导出再上传。"
        )
    elif code != CLEAN:
        yield blocking(
            "file_unscanned",
            f"「{name}」没有能够完成病毒扫描，暂不能接收任何文件。请稍后再试，仍不行请联系系统管理员。",
        )


def _ask(content: bytes) -> int | None:
    """The exit code; None where the scanner could not be asked or did not answer in time."""
    with NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="scan-") as kept:
        kept.write(content)
        kept.flush()
        try:
            done = subprocess.run(  # noqa: S603 - the site's own command, no shell
                [*settings.UPLOAD_SCANNER, kept.name], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                timeout=settings.UPLOAD_SCANNER_SECONDS,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            logger.exception("the upload scanner could not be run")
            return None
    if done.returncode not in (CLEAN, INFECTED):
        logger.error("the upload scanner failed with %s: %s", done.returncode, done.stderr[-300:])
    return done.returncode
