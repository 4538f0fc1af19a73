"""One environment for every test: its own DATA_DIR, quick passwords, and the choice of the database part."""

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.test import TransactionTestCase, override_settings

# Before Django is loaded. Each xdist worker is a process of its own and so gets a folder of its own.
DATA_DIR = Path(tempfile.mkdtemp(prefix="tests-data-"))
for name in ("ALLOWED_HOSTS", "DEBUG", "SECRET_KEY", "JOURNAL_KEY", "JOURNAL_KEY_ID", "JOURNAL_ALG", "EDITION_DIRS",
             "FONT_DIR", "PROXY_SSL_HEADER", "TRUSTED_PROXIES", "CSRF_TRUSTED_ORIGINS", "PORT"):  # fmt: skip
    os.environ.pop(name, None)
os.environ.update(APP_ENV="test", DATA_DIR=str(DATA_DIR), DJANGO_SETTINGS_MODULE="config.settings")

FLUSHED = {"transactional_db", "django_db_reset_sequences"}
# Every page for every role: what they ask of the database is asked by the tests of the queries on both databases, so that
# walking over all addresses a second time would only cost the check its half hour.
WALKS = {
    "test_matrix.py",
    "test_requests.py",
    "test_forms.py",
    "test_sessions.py",
    "test_uploads.py",
    "test_isolation.py",
    "test_passes.py",
    "test_revoked.py",
    "test_money_life.py",
    "test_one_person_per_role.py",
    "test_other_ends.py",
}
# Papers laid out: their time goes into the typesetter, not into the database.
LAID_OUT = {
    "test_archive.py",
    "test_booklet.py",
    "test_batch.py",
    "test_acceptance_papers.py",
    "test_province_prints.py",
}
# Pages over the operations and queries that are tested on both.
PAGES = {"test_views.py", "test_dossier.py", "test_statements.py", "test_writing.py", "test_money_writing.py"}
# Each with a test of half a minute or more.
LONG = {
    "test_demo.py",
    "test_isolation.py",
    "test_migrations.py",
    "test_stateful.py",
    "test_exact_fill.py",
    "test_races.py",
    "test_races_more.py",
    "test_one_person_per_role.py",
    "test_clocks.py",
}
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_addoption(parser):
    parser.addoption("--database-part", action="store_true", help="only the tests that use the database")
    parser.addoption("--tally", metavar="FILE", help="write the counts of the run to FILE (tests/run.py adds them up)")


def pytest_configure(config):
    gc.set_threshold(100_000, 50, 100)  # a run makes much and drops little of it late: 4 % of its time
    django.setup()
    config.addinivalue_line("markers", "postgres: needs PostgreSQL; skipped on SQLite")
    config.addinivalue_line(
        "markers", "once: long, and asks nothing of the database that others do not; only on SQLite"
    )


def pytest_unconfigure(config):
    shutil.rmtree(DATA_DIR, ignore_errors=True)


def pytest_collection_modifyitems(config, items):
    if config.getoption("--database-part"):
        kept = sampled([item for item in items if in_database_part(item)])
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]
    longest_first(items)
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason="这项测试需要 PostgreSQL，本轮用的是 SQLite"))


def in_database_part(item):
    name = item.path.name
    if name in WALKS | PAGES | LAID_OUT or name.endswith("_pages.py") or item.get_closest_marker("once"):
        return False
    return uses_database(item)


def sampled(items):
    """Of a test with many cases the first and the last: the statements are the same. Races and what is PostgreSQL's own whole."""
    cases = {}
    for item in items:
        cases.setdefault((item.path, getattr(item, "originalname", item.name)), []).append(item)
    kept = set()
    for (path, _), found in cases.items():
        whole = "races" in path.name or found[0].get_closest_marker("postgres")
        kept.update(found if whole else {found[0], found[-1]})
    return kept


def commits(item):
    """Whether it leaves rows behind that a flush must take away."""
    marker = item.get_closest_marker("django_db")
    told = bool(marker and marker.kwargs.get("transaction"))
    return told or bool(FLUSHED & set(getattr(item, "fixturenames", ())))


def longest_first(items):
    """So that at the end of the run no worker waits long for another. Who commits comes last, as Django has it."""
    items.sort(key=lambda item: (commits(item), item.path.name not in LONG))


def uses_database(item):
    kind = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))
        or (isinstance(kind, type) and issubclass(kind, TransactionTestCase))
    )


def pytest_terminal_summary(terminalreporter, config):
    """Runs once, in the process that reports; the workers of xdist have no terminal."""
    if target := config.getoption("--tally"):
        counts = {word: len(terminalreporter.stats.get(word, ())) for word in TALLIED}
        Path(target).write_text(" ".join(f"{word}={count}" for word, count in counts.items()))


TALLIED = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


@pytest.fixture(autouse=True, scope="session")
def quick_passwords():
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def same_names():
    """Invented people and places are called the same in every test."""
    from tests import numbers

    numbers.begin()


@pytest.fixture(autouse=True)
def lift_triggers(request):
    """Rows of record refuse to be emptied; the flush after a transactional test makes every trigger again."""
    transactional = commits(request.node)
    if transactional:
        request.getfixturevalue("transactional_db")
    yield
    if transactional:
        from tests import writers

        writers.dismiss()
        from accounts import triggers
        from funds.apps import FROZEN
        from lifecycle.apps import FROZEN as INSPECTED
        from performance.apps import FROZEN as REPORTED
        from projects.apps import FROZEN as SIGNED

        for frozen in (triggers.JOURNAL, *FROZEN, *REPORTED, *SIGNED, *INSPECTED):
            triggers.drop(frozen)


def pytest_report_header():
    return f"DATA_DIR: {DATA_DIR}  Python {sys.version.split()[0]}"
