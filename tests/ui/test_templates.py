"""The strict Content-Security-Policy, held where it would be broken: in the templates of the whole repository."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = {".venv", ".git", "node_modules", "data"}
TEMPLATES = sorted(
    path for path in ROOT.glob("**/templates/**/*.html") if not HIDDEN & set(path.relative_to(ROOT).parts)
)
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style[\s>]", re.I),
    "script without src": re.compile(r"<script(?![^>]*\ssrc=)", re.I),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "javascript address": re.compile(r"javascript:", re.I),
    "external address": re.compile(r"https?://|(?:src|href)=[\"']//", re.I),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_keeps_the_strict_policy(path):
    text = path.read_text(encoding="utf-8")

    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize(("name", "most"), [("theme.css", 300), ("process.css", 100)])
def test_theme_stays_small_and_within_chrome_90(name, most):
    theme = (ROOT / "ui/static/ui" / name).read_text(encoding="utf-8")

    assert len(theme.splitlines()) <= most
    late = r"color-mix|oklch|:has\(|@container|@import|url\(|@media \(width"
    assert re.findall(late, theme.split("*/", 1)[1]) == []


def test_script_stays_small():
    script = (ROOT / "ui/static/ui/app.js").read_text(encoding="utf-8")

    assert len(script.splitlines()) <= 120
    assert "innerHTML" not in script
