"""`python -m config.serve`: bring DATA_DIR up to date, then run web, scheduler and task worker until one ends or Ctrl-C.

Django is only loaded here when something has to be done, so that a second start is quick.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from django.core.exceptions import ImproperlyConfigured

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
HIGHEST_PORT = 65535
PATIENCE = 15


class Stopped(BaseException):
    """A signal asked for the end."""


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    os.umask(0o077)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        port = _free_port()
        from config import settings  # refuses to load when the environment is wrong
        from config.prepare import prepare

        prepare()
        for name, words in commands(port, settings.DATA_DIR).items():
            processes[name] = _start(words, settings.DATA_DIR)
        return _watch(processes, port, host=settings.ALLOWED_HOSTS[0].lstrip("."), data_dir=settings.DATA_DIR)
    except ImproperlyConfigured as error:
        print(f"无法启动：{error}", file=sys.stderr)
        return 1
    except Stopped:
        print("\n正在停止……", flush=True)
        return 0
    finally:
        _end(processes)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _free_port() -> int:
    """The port of PORT, found free; gunicorn's own message for a busy one is hard to read."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) <= HIGHEST_PORT:
        raise ImproperlyConfigured(f"PORT={given} 不是端口号")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(given)))
        except PermissionError as error:
            raise ImproperlyConfigured(f"没有使用端口 {given} 的权限，请用 1024 以上的端口") from error
        except OSError as error:
            another = f"PORT={int(given) % HIGHEST_PORT + 1} make run"
            raise ImproperlyConfigured(f"端口 {given} 已被占用。先停掉占用它的程序，或换一个端口：{another}") from error
    return int(given)


def commands(port: int, data_dir: Path) -> Mapping[str, list[str]]:
    web = ["gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"]
    web += ["--timeout", "120", "--graceful-timeout", "10", "--log-level", "warning"]
    web += ["--worker-tmp-dir", str(data_dir / "tmp"), "--no-control-socket"]
    return {
        "网页服务": [sys.executable, "-m", *web],
        "定时任务": [sys.executable, str(ROOT / "manage.py"), "run_scheduler"],
        "后台任务": [sys.executable, str(ROOT / "manage.py"), "run_worker"],
    }


def _start(words: list[str], data_dir: Path) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C reaches this process alone, which then ends all in order."""
    environment = os.environ | {"DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)


def _watch(processes: Mapping[str, subprocess.Popen[bytes]], port: int, *, host: str, data_dir: Path) -> int:
    """Until one of them ends; its code, and never 0, because neither should end by itself."""
    announced = False
    while True:
        for name, process in processes.items():
            if (code := process.poll()) is not None:
                print(f"{name}意外结束（代码 {code}），其余一并停止", file=sys.stderr, flush=True)
                return code if code > 0 else 1
        if not announced and (announced := _answers(port, host)):
            _announce(port, data_dir)
        time.sleep(0.5 if announced else 0.05)


def _answers(port: int, host: str) -> bool:
    """Whether a worker serves; the file asked for needs no database and leaves no line in the log."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/static/staticfiles.json", headers={"Host": host})
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(port: int, data_dir: Path) -> None:
    print(f"\n专项绩效监管已启动：http://{HOST}:{port}", f"数据目录：{data_dir}", sep="\n")
    accounts = data_dir / "demo-accounts.txt"
    if accounts.exists():
        print("\n演示账号：", accounts.read_text("utf-8").strip(), sep="\n")
    print("\n按 Ctrl-C 停止", flush=True)


def _end(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for process in processes.values():
        process.terminate()
    last = time.monotonic() + PATIENCE
    for process in processes.values():
        try:
            process.wait(timeout=max(0.1, last - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
