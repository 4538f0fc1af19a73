"""`make test`: the whole suite on SQLite, then its database part on PostgreSQL. The last line counts both.

Words after it go to pytest in both rounds: `make test ARGS="tests/funds -k voucher"`.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS = 5


def main(words: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print("== SQLite：全部测试", flush=True)
    code, total = run_pytest(words, database_url="")
    failed = code != 0
    try:
        with address() as url:
            print("\n== PostgreSQL：数据库部分", flush=True)
            code, counts = run_pytest(["--database-part", "--migrations", *words], database_url=url)
            failed = failed or code not in ((0, NO_TESTS) if words else (0,))
            total += counts
    except postgres.Unavailable as reason:
        print(f"\nPostgreSQL: {reason}。数据库部分只在 SQLite 上运行", flush=True)
    passed, bad, skipped = total["passed"], total["failed"] + total["error"], total["skipped"] + total["xfailed"]
    if failed and not bad:
        print("\n测试没有正常结束，原因见上", flush=True)
    print(f"\n{passed} passed, {bad} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


@contextmanager
def address():
    """The database of TEST_DATABASE_URL, or else of a temporary cluster."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with postgres.cluster() as url:
        yield url


def run_pytest(words: list[str], *, database_url: str) -> tuple[int, Counter]:
    """The exit code and what pytest counted."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    workers = str(min(4, max(2, os.cpu_count() or 2)))
    with tempfile.TemporaryDirectory(prefix="tests-tally-") as folder:
        tally = Path(folder) / "tally"
        command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "worksteal", f"--tally={tally}", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False)
        pairs = tally.read_text().split() if tally.exists() else []
    return done.returncode, Counter({word: int(count) for word, count in (pair.split("=") for pair in pairs)})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
