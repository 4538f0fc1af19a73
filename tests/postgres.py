"""A PostgreSQL cluster for the length of a test run: made in a temporary folder, on loopback, and removed after."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

NEEDED = ("initdb", "postgres")
USUAL_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql/bin",
    "opt/homebrew/opt/postgresql*/bin",
)
PATIENCE = 60
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


class Unavailable(Exception):
    """No PostgreSQL for this run; the message says why, for people."""


def binaries() -> Path:
    """The folder with initdb and postgres: from PATH, pg_config, or where Debian keeps them (newest first)."""
    candidates = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    if config := shutil.which("pg_config"):
        shown = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(shown.stdout.strip()))
    for pattern in USUAL_FOLDERS:
        candidates += sorted(Path("/").glob(pattern), reverse=True)
    for folder in candidates:
        if all(os.access(folder / name, os.X_OK) for name in NEEDED):
            return folder
    raise Unavailable("未找到 PostgreSQL 程序（initdb、postgres），也没有设置 TEST_DATABASE_URL")


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as the user made for it, or as nobody."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Unavailable("以 root 运行，而系统中没有 postgres 或 nobody 用户，无法启动临时 PostgreSQL")


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a fresh cluster, as DATABASE_URL. Raises Unavailable."""
    folder, user = binaries(), unprivileged()
    home = Path(tempfile.mkdtemp(prefix="pg-test-"))
    try:
        password = secrets.token_hex(16)
        (home / "password").write_text(password)
        if user:
            for path in (home / "password", home):
                shutil.chown(path, user)
        _initialise(folder, home, user)
        url = f"postgres://tests:{password}@127.0.0.1:{_free_port()}/postgres"
        with _running(folder, home, user, url):
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _initialise(folder: Path, home: Path, user: str | None) -> None:
    words = ["-D", str(home / "data"), "-U", "tests", "--auth=scram-sha-256", f"--pwfile={home / 'password'}"]
    done = subprocess.run(
        [str(folder / "initdb"), *words, "--encoding=UTF8", "--locale=C", "--no-sync"],
        cwd=home, user=user, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"initdb 失败：{done.stderr.strip()}")


@contextmanager
def _running(folder: Path, home: Path, user: str | None, url: str) -> Iterator[None]:
    port = f"port={urlsplit(url).port}"
    options = ["listen_addresses=127.0.0.1", port, "unix_socket_directories=", "timezone=UTC", *QUICK]
    log = home / "log"
    with log.open("wb") as lines:
        server = subprocess.Popen(
            [str(folder / "postgres"), "-D", str(home / "data"), *_switches(options)],
            cwd=home, user=user, stdin=subprocess.DEVNULL, stdout=lines, stderr=lines, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(server, url, log)
        yield
    finally:
        _end(server)


def _switches(options: Sequence[str]) -> list[str]:
    return [word for option in options for word in ("-c", option)]


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    last = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < last:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise Unavailable(f"临时 PostgreSQL 没有起来：{log.read_text(errors='replace')[-500:]}")


def _end(server: subprocess.Popen[bytes]) -> None:
    """SIGINT: the fast shutdown, which does not wait for clients."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
