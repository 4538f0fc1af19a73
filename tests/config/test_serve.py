"""`make run` from the second step on: ports, marks, the first start and the end."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.once import once

ROOT = Path(__file__).parent.parent.parent
ONE_PROCESS = (
    "import sys; from config import serve; real = serve.commands;"
    "serve.commands = lambda port, data: {'网页服务': real(port, data)['网页服务'], '定时任务': [sys.executable, '-c', %r]};"
    "sys.exit(serve.main())"
)
WAITS = "import time; time.sleep(600)"
FAILS = "import sys; sys.exit(7)"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def once_started(tmp_path_factory):
    """What a first start leaves: made once, copied for each test."""

    def fill(folder):
        folder.mkdir(exist_ok=True)
        process = serve(folder, free_port(), scheduler=FAILS)
        process.communicate(timeout=120)

    return once(tmp_path_factory, "once_started", fill)


@pytest.fixture
def data(once_started, tmp_path):
    return Path(shutil.copytree(once_started, tmp_path / "data"))


def environment(data_dir, port):
    # A database that stands, so that the demo data of a first start is not what is tested here.
    (data_dir / "db.sqlite3").touch()
    return {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), "PORT": str(port), "PYTHONWARNINGS": "default"}


def serve(data_dir, port, scheduler=WAITS):
    command = [sys.executable, "-u", "-c", ONE_PROCESS % scheduler]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=environment(data_dir, port), **streams)


def until(process, words):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            break
    return "".join(lines)


def test_a_busy_port_is_said_plainly(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        process = serve(tmp_path, port)
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert f"端口 {port} 已被占用" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    process = serve(tmp_path, port)
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert f"PORT={port} 不是端口号" in said


def test_a_wrong_environment_is_said_without_a_traceback(tmp_path):
    command = [sys.executable, "-m", "config.serve"]
    wrong = environment(tmp_path, free_port()) | {"APP_ENV": "production", "ALLOWED_HOSTS": "jixiao.example"}

    done = subprocess.run(command, cwd=ROOT, env=wrong, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "无法启动：生产环境必须用环境变量 SECRET_KEY 提供密钥，系统不会自动生成\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminate"])
def test_it_starts_quickly_again_and_stops_whole(data, number):
    port = free_port()
    first = serve(data, port)
    until(first, "按 Ctrl-C 停止")
    first.send_signal(number)
    assert (first.communicate(timeout=60)[0].strip(), first.returncode) == ("正在停止……", 0)

    began = time.monotonic()
    second = serve(data, port)
    said = until(second, "按 Ctrl-C 停止")
    took = time.monotonic() - began
    answer = HTTPConnection("127.0.0.1", port, timeout=30)
    answer.request("GET", "/static/staticfiles.json")
    status = answer.getresponse().status
    answer.close()
    second.send_signal(number)
    second.communicate(timeout=60)

    assert status == 200
    assert f"http://127.0.0.1:{port}" in said
    assert "正在准备" not in said
    assert took < 10  # 3 s by itself; here other tests share the machine
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_when_one_ends_the_other_is_stopped_and_its_code_returned(data):
    process = serve(data, free_port(), scheduler=FAILS)
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 7
    assert "定时任务意外结束（代码 7），其余一并停止" in said


def test_the_three_processes_of_the_product_are_started():
    from config.serve import commands

    found = {name: words[-1] for name, words in commands(8000, Path("/tmp")).items()}  # noqa: S108 - nothing is written

    assert list(found) == ["网页服务", "定时任务", "后台任务"]
    assert (found["定时任务"], found["后台任务"]) == ("run_scheduler", "run_worker")
