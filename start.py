#!/usr/bin/env python3
"""The first step of `make run` and `make test`: make .venv from the pinned files, then hand over.

    python3 start.py run          set up and start web, scheduler and task worker
    python3 start.py test [...]   set up and run the whole suite; further words go to pytest
    python3 start.py lint         set up and run the checks of tests/test_house.py
    python3 start.py setup        set up only (with --dev: the tools of the tests too)

Standard library only. When .venv is complete nothing is installed and no network is used.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(f"需要 Python 3.11 或更高版本，当前是 {sys.version.split()[0]}")

ROOT = Path(__file__).resolve().parent
ENV = ROOT / ".venv"
PYTHON = ENV / "bin" / "python"
PIP = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
INSTALLER = "uv==0.13.9"
FILES = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}


def main() -> None:
    word, *rest = sys.argv[1:] or ["run"]
    if word == "run":
        set_up("run")
        hand_over("-m", "config.serve")
    elif word == "test":
        set_up("dev")
        hand_over("-m", "tests.run", *rest)
    elif word == "lint":
        set_up("dev")
        hand_over("-m", "pytest", "tests/test_house.py", "tests/test_architecture.py", *rest)
    elif word == "setup":
        set_up("dev" if "--dev" in rest else "run")
    else:
        sys.exit(__doc__)


def set_up(what: str) -> None:
    """.venv with everything in the file for `what`; done already when its stamp says so."""
    if PYTHON.exists() and stamp(what).exists() and stamp(what).read_text() == wanted(what):
        return
    if not PYTHON.exists() or subprocess.call([*PIP, "--version"], stdout=subprocess.DEVNULL):
        make_environment()
    print(f"正在安装依赖（{FILES[what].name}）……", flush=True)
    for old in ENV.glob(".ready-*"):
        old.unlink()
    install(FILES[what])
    for done in {what, "run"}:
        stamp(done).write_text(wanted(done))


def stamp(what: str) -> Path:
    return ENV / f".ready-{what}"


def wanted(what: str) -> str:
    """What the stamp holds: the pinned file and the Python that .venv was made with."""
    facts = FILES[what].read_bytes() + (ENV / "pyvenv.cfg").read_bytes()
    return hashlib.sha256(facts).hexdigest()


def make_environment() -> None:
    print("正在建立 .venv ……", flush=True)
    try:
        venv.create(ENV, with_pip=True, clear=ENV.exists())
    except subprocess.CalledProcessError:
        sys.exit("这台机器的 Python 缺少 venv 或 ensurepip，请先安装（Debian/Ubuntu：apt install python3-venv）")


def install(file: Path) -> None:
    """By uv, which is fast; by pip where uv cannot be had or does not get through. Hashes are checked by both."""
    uv = [str(PYTHON), "-m", "uv", "pip", "install", "-q", "--python", str(PYTHON)]
    pinned = ["--require-hashes", "-r", str(file)]
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    if index := os.environ.get("PIP_INDEX_URL"):
        environment.setdefault("UV_DEFAULT_INDEX", index)
    had = subprocess.call([*PIP, "install", "-q", INSTALLER]) == 0
    if had and subprocess.call([*uv, *pinned], env=environment) == 0:
        return
    print("uv 没有装成，改用 pip ……", flush=True)
    if subprocess.call([*PIP, "install", "-q", *pinned]):
        sys.exit("依赖没有装成，原因见上。不能上网时，请设置 PIP_INDEX_URL 指向内网镜像")


def hand_over(*arguments: str) -> None:
    """Become the program: signals and the exit code need no one in between."""
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), *arguments])


if __name__ == "__main__":
    main()
