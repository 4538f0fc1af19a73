"""Settings: one file, read from the environment, safe by default. docs/decisions/0001-settings-and-data-dir.md"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from config import environment, menu

BASE_DIR = Path(__file__).resolve().parent.parent
APP_ENV = environment.app_env()
PRODUCTION = APP_ENV == "production"
DEBUG = environment.switch("DEBUG")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("生产环境不得打开 DEBUG")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("生产环境必须用 ALLOWED_HOSTS 写明域名或地址，多个用逗号分开")
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("生产环境的 ALLOWED_HOSTS 不得是 *")
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]", "testserver"]

# Everything the product writes lies here.
DATA_DIR = environment.folder(Path(os.environ.get("DATA_DIR") or BASE_DIR / "data").expanduser().resolve())
FILES_DIR = environment.folder(DATA_DIR / "files")
FILE_UPLOAD_TEMP_DIR = environment.folder(DATA_DIR / "tmp")
MEDIA_ROOT = FILES_DIR
STATIC_ROOT = DATA_DIR / "static"
os.environ.setdefault("MPLCONFIGDIR", str(DATA_DIR / "cache"))

SECRET_KEY = environment.key("SECRET_KEY", keys=DATA_DIR / "keys", production=PRODUCTION)
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
JOURNAL_KEY = environment.key("JOURNAL_KEY", keys=DATA_DIR / "keys", production=PRODUCTION)
if PRODUCTION and JOURNAL_KEY == SECRET_KEY:
    raise ImproperlyConfigured("JOURNAL_KEY 不得与 SECRET_KEY 相同")
JOURNAL_KEY_ID = os.environ.get("JOURNAL_KEY_ID") or "k1"
JOURNAL_ALG = os.environ.get("JOURNAL_ALG") or "hmac-sha256"

# Sites add what is theirs: editions of their province, licensed fonts.
EDITION_DIRS = [BASE_DIR / "policy" / "editions", *map(Path, environment.words("EDITION_DIRS", os.pathsep))]
# How long a process keeps the confirmed numbers it read; None: only when told (tests).
CONFIRMED_SECONDS = None if APP_ENV == "test" else 60
FONT_DIR = Path(os.environ["FONT_DIR"]) if os.environ.get("FONT_DIR") else None

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "bootstrap",
    "django_tasks",
    "django_tasks_db",
    "ui",
    "accounts",
    "projects",
    "funds",
    "performance",
    "lifecycle",
    "reports",
]
MIDDLEWARE = [
    "config.requests.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ui.csp.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sessions.AbsoluteAge",
    "accounts.middleware.PasswordChangeRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ui.middleware.RefusedPage",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.frame",
            ],
            "libraries": {"lucide": "ui.templatetags.icons"},
        },
    }
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# SQLite as measured (docs/decisions/0001): without these, concurrent writers meet "database is locked".
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
    }
    # A file, as in earnest: Django's database in memory locks otherwise.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
# Shared by all web processes, so that a form sent twice at once is carried out once (ui/once.py).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
# What a request must not wait for goes to the task worker (manage.py run_worker); in tests it is done on the spot.
TASK_BACKEND = (
    "django_tasks.backends.immediate.ImmediateBackend" if APP_ENV == "test" else "django_tasks_db.DatabaseBackend"
)
TASKS = {"default": {"BACKEND": TASK_BACKEND}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A name is locked for the address it was tried from, so one clumsy colleague does not lock out an office behind
# one address, and nobody can lock out a colleague from elsewhere. Unknown names are locked the same way.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "config.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "config.requests.client_ip"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# After somebody else reset a password its owner signs nothing for so long: one 系统管理员 could else give both
# signatures of a joint decision (SD2).
SIGN_PAUSE_HOURS = environment.number("SIGN_PAUSE_HOURS", 24)
# Tokens of the API only read, unless the site says otherwise.
API_WRITE_TOKENS = environment.switch("API_WRITE_TOKENS")

SESSION_COOKIE_AGE = 30 * 60
SESSION_ABSOLUTE_AGE = 10 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "ui.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked by the machine itself
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# Only behind a proxy that sets this header itself, for example PROXY_SSL_HEADER=X-Forwarded-Proto
if header := os.environ.get("PROXY_SSL_HEADER"):
    SECURE_PROXY_SSL_HEADER = (f"HTTP_{header.upper().replace('-', '_')}", "https")
# How many proxies of ours add to X-Forwarded-For; 0: the header is not believed.
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenAuthentication",
        "accounts.tokens.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "accounts.tokens.TokenReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["ui.parsers.Json", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "ui.api.handle",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.tokens.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": "120/min"},
    "DEFAULT_SCHEMA_CLASS": "accounts.api.Described",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "专项绩效监管接口",
    "VERSION": "1",
    "DESCRIPTION": (
        '与页面同一套权限、同一套数字。金额为以元为单位的字符串，固定两位小数，如 "1234.56"；日期为 YYYY-MM-DD（东八区时间）。'
        "办理类请求必须带 Idempotency-Key 请求头：同一键、同一内容再次发送，返回第一次的答复，只办理一次。"
    ),
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATION_PARAMETERS": False,
    "TAGS": [
        {"name": name}
        for name in ["项目", "过程", "绩效目标", "资金", "支出", "批次", "采购与设备", "疑点", "审计", "清算"]
    ],
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are used
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"

STATIC_URL = "/static/"
PLAIN_STATIC = DEBUG or APP_ENV == "test"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PLAIN_STATIC
        else "config.static.CompressedManifest"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = PLAIN_STATIC
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 50

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "config.requests.RequestIdFilter"}},
    "formatters": {"line": {"format": "{asctime} {levelname} [{request_id}] {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL") or "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "apscheduler": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "matplotlib": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}

# A command that is asked about every upload (projects/scanner.py); none: uploads are not scanned.
UPLOAD_SCANNER = environment.command("UPLOAD_SCANNER")
UPLOAD_SCANNER_SECONDS = environment.number("UPLOAD_SCANNER_SECONDS", 60)
# How many projects one 批量打印 takes (reports/batch); the worker needs about a second for five of them.
BATCH_PRINT_MOST = environment.number("BATCH_PRINT_MOST", 200)
# How long the answer to a writing call of the API is kept for its repetition (accounts/calls.py).
API_CALL_DAYS = environment.number("API_CALL_DAYS", 90)

# Mail leaves only where a host is given (accounts/outbox.py); without one it waits and the 系统管理员 sees why.
(EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL) = environment.mail(
    "EMAIL_URL"
)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM") or "jixiao@localhost"
# Where people reach the system; without it a mail names the line of the menu instead of a link.
SITE_URL = environment.site("SITE_URL", production=PRODUCTION)

# The page frame. UI_NAV_FILTER and UI_BELL are dotted paths of functions of higher apps that `ui` must not import.
PRODUCT_NAME = "专项绩效监管"
PRODUCT_VERSION = "0.1.0"  # written into each backup
# Attachment.about -> who says what a file of it belongs to: `f(ids) -> {id: words}`.
FILE_OWNERS = {
    "voucher": "funds.queries.file_owners.voucher_numbers",
    "contract": "funds.queries.file_owners.contract_numbers",
}

UI_NAV: tuple[Any, ...] = menu.LINES
UI_SEARCH = {"url_name": "reports:search", "needs": "search 搜索:view"}
UI_NAV_FILTER: str | None = "reports.menu.allowed"
UI_BELL: str | None = "reports.menu.bell"
UI_BELL_URL = "accounts:notices"
UI_HOME_URL = "reports:workbench"
UI_USER_NOTE = "reports.menu.standing"
