"""What is slow to make, made once for all workers of a run of pytest."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def once(tmp_path_factory, name: str, fill: Callable[[Path], object]) -> Path:
    """The folder `name` that `fill` filled, for all workers; nobody writes in it afterwards. Who comes second waits."""
    own = tmp_path_factory.getbasetemp()
    # The workers of xdist each have a folder of their own within that of the run.
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    ready, folder = common / f"{name}.ready", common / name
    with (common / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            fill(folder)
            ready.touch()
    return folder
