"""The verbs of the journal are asked for by their spelling: every such string in the source is one of an operation."""

import ast
from pathlib import Path

import pytest
from django.utils.module_loading import autodiscover_modules

from accounts import journal

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "reports", "lifecycle", "performance", "funds", "projects", "accounts", "ui")
ASKING = {"verb", "verb__in"}


def sources():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text("utf-8"))


def strings(node, constants):
    """The strings an expression may give, through the constants of its own module."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.add(part.value)
        elif isinstance(part, ast.Name) and part.id in constants:
            found |= strings(constants[part.id], {})
    return found


def constants_of(tree):
    """The upper-case constants of a module; of a table, what it gives and not what it is asked by."""
    made = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            value = node.value
            made[node.targets[0].id] = ast.List(list(value.values)) if isinstance(value, ast.Dict) else value
    return made


def asked_for():
    """(file, verb) of every verb the source asks the journal for."""
    for path, tree in sources():
        constants = constants_of(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            asking = [word.value for word in call.keywords if word.arg in ASKING]
            if name == "hands_of":
                asking += call.args[1:]
            for expression in asking:
                yield from ((path.relative_to(ROOT).as_posix(), verb) for verb in strings(expression, constants))


def test_every_verb_that_is_asked_for_is_one_of_an_operation():
    autodiscover_modules("operations")
    asked = set(asked_for())

    assert {(path, verb) for path, verb in asked if verb not in journal.VERBS} == set()
    # The scan still finds what it is there for.
    assert {("funds/operations/settlements.py", "编制清算"), ("lifecycle/queries/snapshot.py", "整改复验")} <= asked


def test_a_constant_that_lists_who_was_involved_is_among_them():
    """`INVOLVED` of lifecycle: each verb, one by one."""
    from lifecycle.queries import INVOLVED

    autodiscover_modules("operations")

    assert {verb for verbs in INVOLVED.values() for verb in verbs} - journal.VERBS == set()


@pytest.mark.django_db
def test_a_verb_that_no_operation_has_is_an_error_and_not_an_empty_answer():
    with pytest.raises(LookupError, match="编制精算"):
        journal.hands_of(1, "编制清算", "编制精算")

    assert journal.hands_of(1, "编制清算") == set()


@pytest.mark.django_db
def test_the_operations_are_loaded_before_a_verb_is_called_unknown(monkeypatch):
    """A command may ask before any page of the app was opened."""
    loaded = []
    monkeypatch.setattr(journal, "VERBS", set())
    monkeypatch.setattr(
        journal, "autodiscover_modules", lambda name: (loaded.append(name), journal.VERBS.add("整改复验"))
    )

    assert journal.hands_of(1, "整改复验") == set()
    assert loaded == ["operations"]
