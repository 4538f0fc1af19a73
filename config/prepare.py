"""What must stand before the first request: tables, static files and, once, the demo data.

Each step leaves a mark in DATA_DIR/.state and is skipped while its mark still fits.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from config import environment, settings

PACKAGES = ("config", "reports", "lifecycle", "performance", "funds", "projects", "accounts", "ui", "policy")
PINNED = settings.BASE_DIR / "requirements.txt"
NOT_SERVED = ["*.map", "*.rtl.*", "*.esm.*", "jquery*"]


def prepare() -> None:
    """One start of Django at most, and none when nothing has changed."""
    seed = _seed_due()
    tables = _tables_mark()
    files = _static_mark()
    migrate = seed or not _is_sqlite() or not _database().exists() or _kept("tables") != tables
    collect = _kept("static") != files or not settings.STATIC_ROOT.exists()
    if not (migrate or collect):
        return
    print("正在准备数据库和静态文件……", flush=True)
    import django
    from django.core.management import call_command

    django.setup()
    if seed:
        _begin_anew()
    if migrate:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        _keep("tables", tables)
    if collect:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=NOT_SERVED)
        _keep("static", files)
    if seed:
        _seed()


def _seed_due() -> bool:
    """On the very first start of a trial: SQLite, no database yet, or one whose seeding was cut short."""
    if settings.APP_ENV != "development" or not _is_sqlite():
        return False
    return not _database().exists() or _kept("seed") == "pending"


def _begin_anew() -> None:
    """Half-made demo data from an interrupted first start is moved aside, never shown and never deleted."""
    for ending in ("", "-wal", "-shm"):
        old = _database().with_name(_database().name + ending)
        if old.exists():
            old.replace(old.with_name(f"unfinished-{old.name}"))
    _keep("seed", "pending")


def _seed() -> None:
    from django.core.management import call_command, get_commands

    if "seed_demo" in get_commands():
        print("正在写入演示数据，只在第一次启动时进行……", flush=True)
        call_command("seed_demo")
    _keep("seed", "done")


def _is_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"


def _database() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _tables_mark() -> str:
    """Everything a migrate depends on: migrations, what runs after them, the versions of Django and its apps."""
    sources = (path for package in PACKAGES for path in (settings.BASE_DIR / package).rglob("*"))
    return _digest(path for path in sources if path.suffix in (".py", ".csv", ".json", ".toml"))


def _static_mark() -> str:
    sources = (path for package in PACKAGES for path in (settings.BASE_DIR / package / "static").rglob("*"))
    return _digest([*sources, settings.BASE_DIR / "config" / "static.py", Path(__file__)])


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(PINNED.read_bytes())
    for path in sorted(path for path in paths if path.is_file()):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _mark(name: str) -> Path:
    return environment.folder(settings.DATA_DIR / ".state") / name


def _kept(name: str) -> str:
    return _mark(name).read_text("utf-8") if _mark(name).exists() else ""


def _keep(name: str, value: str) -> None:
    _mark(name).write_text(value, "utf-8")
