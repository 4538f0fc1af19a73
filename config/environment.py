"""What the environment gives: folders, keys and switches. Standard library only; read once by the settings."""

import os
import re
import secrets
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ENVIRONMENTS = ("development", "production", "test")
SHORTEST_KEY = 32
INSECURE = ("django-insecure", "changeme", "change-me", "secret", "default", "example")


def app_env() -> str:
    name = os.environ.get("APP_ENV", "development")
    if name not in ENVIRONMENTS:
        raise ImproperlyConfigured(f"APP_ENV={name} 无效，可用值：{'、'.join(ENVIRONMENTS)}")
    return name


def switch(name: str) -> bool:
    """True for 1, true, yes, on; anything else is a spelling mistake and stops the start."""
    value = os.environ.get(name, "").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("", "0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} 只能是 1 或 0，现为：{value}")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} 必须是非负整数，现为：{value}")
    return int(value)


def words(name: str, separator: str = ",") -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(separator) if part.strip()]


def command(name: str) -> list[str]:
    """The words of a command line, as a shell would part them."""
    try:
        return shlex.split(os.environ.get(name, ""))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} 不是完整的命令行（引号不成对？）：{os.environ[name]}") from error


SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def mail(name: str) -> tuple[str, int, str, str, bool, bool]:
    """Host, port, user, password, TLS, SSL out of smtp|smtp+tls|smtps://user:password@host:port; unset: no host."""
    value = os.environ.get(name, "").strip()
    told = urlsplit(value)
    try:
        port = told.port or SMTP_PORTS.get(told.scheme, SMTP_PORTS["smtp"])
    except ValueError:
        port = 0
    if value and (told.scheme not in SMTP_PORTS or not told.hostname or not port):
        raise ImproperlyConfigured(f"{name} 应为 smtp、smtp+tls 或 smtps://用户:密码@主机:端口")
    user, password = unquote(told.username or ""), unquote(told.password or "")
    return told.hostname or "", port, user, password, told.scheme == "smtp+tls", told.scheme == "smtps"


SITE = re.compile(r"https?://([\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:]+\])(:\d{1,5})?")


def site(name: str, *, production: bool) -> str:
    """Under what address people reach the system, as `https://host`; unset: "". Links in mail begin with it."""
    value = os.environ.get(name, "").strip().rstrip("/")
    if not value:
        return ""
    if not SITE.fullmatch(value):
        raise ImproperlyConfigured(f"{name} 只写协议和主机（可带端口），如 https://jixiao.example.com")
    if production and not value.startswith("https://"):
        raise ImproperlyConfigured(f"生产环境的 {name} 必须以 https:// 开头")
    return value


def folder(path: Path) -> Path:
    """The folder, made if missing and readable by its owner only."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def key(name: str, *, keys: Path, production: bool) -> str:
    """A key from the environment; outside production one is made once and kept (mode 0600)."""
    value = os.environ.get(name, "")
    if value:
        if production and (len(value) < SHORTEST_KEY or value.lower().startswith(INSECURE)):
            raise ImproperlyConfigured(f"生产环境的 {name} 太短或是示例值，请用 {SHORTEST_KEY} 个以上的随机字符")
        return value
    if production:
        raise ImproperlyConfigured(f"生产环境必须用环境变量 {name} 提供密钥，系统不会自动生成")
    return _kept(folder(keys) / f"{name.lower()}.key")


def _kept(path: Path) -> str:
    """The key in the file. Several processes may start at once: the first link wins, all read the same."""
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}.new")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64), "utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text("utf-8").strip()
