"""The house rules that a machine can hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = (
    "config",
    "reports",
    "lifecycle",
    "performance",
    "funds",
    "projects",
    "accounts",
    "ui",
    "papers",
    "workbooks",
    "policy",
)
FILES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
OURS = [*FILES, ROOT / "start.py", *sorted((ROOT / "tests").rglob("*.py"))]
TEMPLATES = [path for app in APPS for path in sorted((ROOT / app).glob("templates/**/*.html"))]
HEAVY = {"pandas", "matplotlib", "openpyxl", "typst", "xlsxwriter", "docx", "pikepdf"}
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
PLACES = (
    "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川|贵州|云南"
    "|西藏|陕西|甘肃|青海|宁夏|新疆|长春|四平|辽源|通化|白山市|松原|白城|延边|沈阳|哈尔滨|大连"
)


def named(path):
    return str(path.relative_to(ROOT))


def tree(path):
    return ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", OURS, ids=named)
def test_files_and_functions_stay_small(path):
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS)]

    assert path.read_text("utf-8").count("\n") <= 400
    assert [f.name for f in functions if f.end_lineno - f.lineno >= 40] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_stay_small(path):
    assert path.read_text("utf-8").count("\n") <= 120


def test_only_the_steps_of_the_lifecycle_write_the_stage():
    writers = {named(path) for path in FILES if any(writes_stage(node) for node in ast.walk(tree(path)))}

    assert {name for name in writers if not re.match(r"lifecycle/operations(\.py|/)", name)} == set()


def writes_stage(node):
    """`x.stage = …`, `.update(stage=…)` and `setattr(x, "stage", …)`."""
    match node:
        case ast.Attribute(attr="stage", ctx=ast.Store()):
            return True
        case ast.Call(func=ast.Attribute(attr="update"), keywords=keywords):
            return any(keyword.arg == "stage" for keyword in keywords)
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="stage"), *_]):
            return True
    return False


@pytest.mark.parametrize("path", FILES, ids=named)
def test_heavy_libraries_are_imported_where_they_are_used(path):
    assert {module for module in imported_at_once(tree(path).body) if module.split(".")[0] in HEAVY} == set()


def imported_at_once(body) -> Iterator[str]:
    """The modules that importing this file imports: not those inside functions, not those for type checkers."""
    for node in body:
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=module) if module:
                yield module
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                yield from imported_at_once(node.orelse)
            case _:
                yield from imported_at_once(ast.iter_child_nodes(node))


def test_no_place_is_named_in_code():
    """A province is an edition and its units are data: neither belongs in code."""
    texts = [path for path in [*FILES, *TEMPLATES] if "demo" not in named(path)]

    found = {named(path): re.findall(PLACES, path.read_text("utf-8")) for path in texts}

    assert {name: places for name, places in found.items() if places} == {}
