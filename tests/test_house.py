"""The tools of the house run with the tests: what they say is shown when they object."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEMPLATES = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("*/templates"))]

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "--no-cache", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "--no-cache", "."],
    "lint-imports": ["-c", LINT_IMPORTS, "--no-cache"],
    "mypy": ["-m", "mypy"],
    "djlint": ["-m", "djlint", "--lint", "--quiet", *TEMPLATES],
}


@pytest.mark.parametrize("words", CHECKS.values(), ids=CHECKS.keys())
def test_the_tools_of_the_house_have_nothing_to_object(words):
    environment = os.environ | {"COLUMNS": "120"}

    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False, env=environment
    )

    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
