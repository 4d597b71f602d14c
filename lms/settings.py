"""Settings, all from the environment, read here and nowhere else.

Without ``NSCL_DEMO=1``, which only ``make demo`` sets, a missing or default
setting stops the start and is named: a forgotten variable never starts a demo
in production.
"""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from lms.lib.logs import without_secrets

# Lets `ModelForm[Model]` be written; whether a dependency happens to do it is not ours to rely on.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
VAR = Path(env.str("NSCL_VAR", default="") or BASE_DIR / "var")
"""Where the demo and the tests keep their data; production names each place by itself."""
DEMO = env.bool("NSCL_DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
BUILDING = env.bool("NSCL_BUILDING", default=False)
"""Set while static files and translations are built: no secrets are at hand yet."""

if DEMO or BUILDING:
    VAR.mkdir(parents=True, exist_ok=True)


def required(name: str, demo: str, use: str = "") -> str:
    """The variable `name`; in the demo, `demo` stands in for it.

    Raises ImproperlyConfigured, naming the variable and its `use`, when production lacks it.
    """
    value: str = env.str(name, default="")
    if value:
        return value
    if DEMO or BUILDING:
        return demo
    raise ImproperlyConfigured(" ".join(filter(None, [f"{name} is not set.", use, "See docs/production.md."])))


def key_file(name: str, use: str = "") -> bytes:
    """Contents of the key file that `name` points to; the demo makes its own once."""
    if (DEMO or BUILDING) and not env.str(name, default=""):
        path = VAR / f"{name.lower()}.key"
        if not path.exists():
            path.write_text(secrets.token_hex(32))
            path.chmod(0o600)
    else:
        path = Path(required(name, "", use))
    try:
        content = path.read_bytes().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {path} cannot be read ({error.strerror}).") from error
    if len(content) < 32:
        raise ImproperlyConfigured(f"{name}: {path} holds fewer than 32 bytes.")
    return content


# --- Secrets and addresses ---------------------------------------------------

SECRET_KEY = required("SECRET_KEY", key_file("DEMO_SECRET_KEY").decode() if DEMO or BUILDING else "")
if not DEMO and not BUILDING and (len(SECRET_KEY) < 50 or "insecure" in SECRET_KEY):
    raise ImproperlyConfigured("SECRET_KEY is too short or a default. Use 50 random characters or more.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SIGNING_KEY = key_file(
    "SIGNING_KEY_FILE",
    "It is the key that digital credentials will be signed with. This version signs nothing yet, and asks for it "
    "from the first day so that no installation has to be given it later.",
)
FIELD_ENCRYPTION_KEY = key_file("FIELD_ENCRYPTION_KEY_FILE", "It seals the second factors of those who have one.")

SITE_URL = required("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
WAGTAILADMIN_BASE_URL = SITE_URL
_site = urlsplit(SITE_URL)
if not DEMO and not BUILDING and _site.scheme != "https":
    raise ImproperlyConfigured("SITE_URL must begin with https:// in production.")
ALLOWED_HOSTS = [_site.hostname or "localhost"]
if DEMO:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Apps --------------------------------------------------------------------

INSTALLED_APPS = [
    "cms",
    "reports",
    "certificates",
    "quizzes",
    "enrolments",
    "courses",
    "people",
    "lms",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.table_block",
    "wagtail.contrib.typed_table_block",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "people.admin_users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lms.middleware.PublicPageCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lms.middleware.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.middleware.AccessTable",
    "people.middleware.FirstUse",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "lms.context.site",
            ],
            "builtins": ["lms.templatetags.look"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- Database, cache, broker, storage, mail ------------------------------------

DATABASES = {"default": env.db_url_config(required("DATABASE_URL", f"sqlite:///{VAR}/nscl.sqlite3"))}
_db = DATABASES["default"]
if _db["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction takes the write lock at its start, so that
    # reading a counter and raising it cannot interleave with another writer.
    _db["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    _db["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _db["CONN_HEALTH_CHECKS"] = True
if env.str("MIGRATION_DATABASE_URL", default="") and env.bool("NSCL_MIGRATING", default=False):
    DATABASES["default"] = env.db_url_config(env.str("MIGRATION_DATABASE_URL"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache_url_config(required("CACHE_URL", f"filecache://{VAR}/cache"))}
if "memcache" not in CACHES["default"]["BACKEND"]:
    CACHES["default"].setdefault("TIMEOUT", 300)
if CACHES["default"]["BACKEND"].endswith(".RedisCache"):
    CACHES["default"]["BACKEND"] = "lms.rediscache.RedisCache"
if "filebased" in CACHES["default"]["BACKEND"] or "locmem" in CACHES["default"]["BACKEND"]:
    # Django's default of 300 entries would forget rate limits.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 50_000}

CELERY_BROKER_URL = required("BROKER_URL", "filesystem://")
if CELERY_BROKER_URL.startswith("filesystem"):
    _queue = VAR / "queue"
    for _folder in ("messages", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.1,
    }
elif CELERY_BROKER_URL.startswith("amqp"):
    # RabbitMQ says that it has a task before the sender goes on.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Drawing takes a second each: in a line of its own it holds up nobody who waits for an exam or a number.
# A worker takes from both lines in turn.
CELERY_TASK_QUEUES = (Queue("celery"), Queue("drawing"))
CELERY_TASK_ROUTES = {
    "certificates.tasks.render": {"queue": "drawing"},
    "certificates.tasks.make_bundle": {"queue": "drawing"},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "people-resend": {"task": "people.tasks.resend_waiting_notices", "schedule": 30.0},
    "people-drop-copies": {"task": "people.tasks.drop_old_copies", "schedule": 3600.0},
    "people-requeue": {"task": "people.tasks.requeue_stale_jobs", "schedule": 60.0},
    "people-forget-files": {"task": "people.tasks.forget_old_files", "schedule": 3600.0},
    "enrolments-settle": {"task": "enrolments.tasks.settle_lessons", "schedule": 3600.0},
    "enrolments-settle-attendance": {"task": "enrolments.tasks.settle_attendance", "schedule": 900.0},
    "enrolments-tell-of-meetings": {"task": "enrolments.tasks.tell_of_all_meetings", "schedule": 60.0},
    "enrolments-remind": {"task": "enrolments.tasks.remind", "schedule": 900.0},
    "enrolments-settle-seats": {"task": "enrolments.tasks.settle_seats", "schedule": 60.0},
    "quizzes-close-overdue": {"task": "quizzes.tasks.close_overdue_attempts", "schedule": 15.0},
    "quizzes-flag-questions": {"task": "quizzes.tasks.flag_questions", "schedule": 6 * 3600.0},
    "quizzes-open-sittings": {"task": "quizzes.tasks.open_missing_sittings", "schedule": 30.0},
    "quizzes-carry-out-corrections": {"task": "quizzes.tasks.carry_out_corrections", "schedule": 60.0},
    "certificates-sweep": {"task": "certificates.tasks.issue_missing", "schedule": 30.0},
    "certificates-drop-bundles": {"task": "certificates.tasks.drop_old_bundles", "schedule": 3600.0},
}

PRIVATE_ROOT = VAR / "private"
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
_media_hosts: list[str] = []
_storage = urlsplit(required("STORAGE_URL", f"file://{VAR}"))
if _storage.scheme == "file":
    MEDIA_ROOT, PRIVATE_ROOT = Path(_storage.path) / "media", Path(_storage.path) / "private"
    _media: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    _private: dict[str, Any] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None, "file_permissions_mode": 0o600},
    }
elif _storage.scheme == "s3":
    # s3://KEY:SECRET@host[:port]/bucket?region=…&tls=0
    _query = {name: values[-1] for name, values in parse_qs(_storage.query).items()}
    _endpoint = f"{'http' if _query.get('tls') == '0' else 'https'}://{_storage.netloc.rpartition('@')[2]}"
    if not (_storage.username and _storage.password and _storage.hostname and _storage.path.strip("/")):
        raise ImproperlyConfigured("STORAGE_URL must be s3://KEY:SECRET@host/bucket.")
    _media_hosts = [_endpoint]
    _s3 = {
        "access_key": unquote(_storage.username),
        "secret_key": unquote(_storage.password),
        "endpoint_url": _endpoint,
        "region_name": _query.get("region", "us-east-1"),
        "bucket_name": _storage.path.strip("/"),
        "file_overwrite": False,
    }
    _media = {
        "BACKEND": "lms.s3.S3",
        "OPTIONS": {**_s3, "location": "media", "querystring_auth": False},
    }
    _private = {"BACKEND": "lms.s3.S3", "OPTIONS": {**_s3, "location": "private"}}
else:
    raise ImproperlyConfigured("STORAGE_URL must begin with file:// or s3://.")
STORAGES = {
    "default": _media,
    "private": _private,
    "staticfiles": {
        "BACKEND": "lms.static.HashedStatic",
        # Whoever builds them, the product and the proxy read them.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}

MAIL_FOLDER = VAR / "mail"
_email = env.email_url_config(required("EMAIL_URL", f"filemail:///{MAIL_FOLDER}"))
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_email.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_email.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = MAIL_FOLDER
if "filebased" in EMAIL_BACKEND:
    MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"NSCL <khong-tra-loi@{_site.hostname}>")

# --- Notices: gateways beside mail, reports about dead addresses, hours -----------


def gateway(name: str) -> str:
    """The address of a gateway, or nothing: off. Raises ImproperlyConfigured for one that would leak its key."""
    address: str = env.str(name, default="")
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ImproperlyConfigured(f"{name} must begin with https://.")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ImproperlyConfigured(f"{name} must begin with https://: its key would be read on the way.")
    return address


GATEWAY_SECONDS = 15
ZALO_URL = gateway("ZALO_URL")
ZALO_TOKEN_FILE = env.str("ZALO_TOKEN_FILE", default="")
ZALO_TEMPLATES: dict[str, Any] = env.json("ZALO_TEMPLATES", default={})
SMS_URL = gateway("SMS_URL")
SMS_TOKEN_FILE = env.str("SMS_TOKEN_FILE", default="")
SMS_SENDER = env.str("SMS_SENDER", default="NSCL")
MAIL_HOOK_KEY = key_file("MAIL_HOOK_KEY_FILE") if env.str("MAIL_HOOK_KEY_FILE", default="") else b""
REMINDER_HOUR = env.int("REMINDER_HOUR", default=18)
"""From when, on the evening before, people are reminded of a meeting."""
QUIET_HOURS = (env.int("QUIET_FROM", default=21), env.int("QUIET_UNTIL", default=7))
"""Reminders and telephones rest from the first hour to the second."""
for _name, _hour in (("REMINDER_HOUR", REMINDER_HOUR), ("QUIET_FROM", QUIET_HOURS[0]), ("QUIET_UNTIL", QUIET_HOURS[1])):
    if not 0 <= _hour <= 23:
        raise ImproperlyConfigured(f"{_name} must be an hour from 0 to 23.")
for _name, _url, _token in (("ZALO", ZALO_URL, ZALO_TOKEN_FILE), ("SMS", SMS_URL, SMS_TOKEN_FILE)):
    if bool(_url) != bool(_token):
        raise ImproperlyConfigured(f"{_name}_URL and {_name}_TOKEN_FILE are set together or not at all.")
if not all(isinstance(_template, dict) and "id" in _template for _template in ZALO_TEMPLATES.values()):
    raise ImproperlyConfigured('ZALO_TEMPLATES must be JSON: {"offer": {"id": "123", "data": {"name": "{person}"}}}.')

# --- Static files --------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_collected"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_MAX_AGE = 600

# --- Language, time, formats -----------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
WAGTAIL_USER_TIME_ZONES = ["Asia/Ho_Chi_Minh"]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_vendor"]
FORMAT_MODULE_PATH = ["lms.formats"]
USE_THOUSAND_SEPARATOR = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True

# --- People ----------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.LoginBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "learn"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/vi/account/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
# Of allauth's own ways only the address: numbers and codes go through people.backends.
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "people.forms.SignupForm", "login": "people.forms.LoginForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
# `email` on the row is a contact and may be shared: it never signs in, resets a
# password or stops another's sign-up. Only allauth's own addresses do.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_DISPLAY = "people.adapter.user_display"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# Per account and device: a hall of forty people behind one address signs in,
# signs up and resets without meeting a limit; guessing at one account does.
ACCOUNT_RATE_LIMITS = {
    "login": "240/m/ip",
    "login_failed": "120/m/ip,6/5m/key,40/d/key",
    "signup": "120/m/ip",
    "confirm_email": "1/1m/key",
    "reset_password": "60/m/ip,5/15m/key",
    "request_login_code": "60/m/ip,3/5m/key",
    "choose_secret": "6/15m/user",
    "add_person": "120/h/user",
}
SHARED_DEVICE_SECONDS = 15 * 60
# Requests about one's own data (Law 91/2025/QH15, Decree 356/2025; commentators differ on some of the days).
DATA_ANSWER_WORKING_DAYS = env.int("DATA_ANSWER_WORKING_DAYS", default=2)
DATA_COPY_DAYS = env.int("DATA_COPY_DAYS", default=10)
DATA_ERASURE_DAYS = env.int("DATA_ERASURE_DAYS", default=20)
DATA_COPY_KEPT_DAYS = env.int("DATA_COPY_KEPT_DAYS", default=7)
MFA_ADAPTER = "people.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "NSCL"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)
if not DEMO and not BUILDING and not STAFF_SECOND_FACTOR:
    raise ImproperlyConfigured("STAFF_SECOND_FACTOR cannot be switched off in production.")

# --- Security --------------------------------------------------------------------

_proxies = required("TRUSTED_PROXIES", "0")
if not _proxies.isdecimal():
    raise ImproperlyConfigured("TRUSTED_PROXIES must be the number of proxies in front of this server, such as 1.")
TRUSTED_PROXIES = int(_proxies)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "lms.views.csrf_failure"
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("accelerometer", "geolocation", "gyroscope", "microphone", "payment", "usb")
} | {"camera": ["self"]}

_policy = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:", *_media_hosts],
    "font-src": [SELF],
    "connect-src": [SELF],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _policy}
# Wagtail's editor writes style attributes and a few inline scripts: `/admin/`
# alone gets them (lms.middleware.AccessTable sets it), with a nonce nowhere.
ADMIN_CONTENT_SECURITY_POLICY = {
    **_policy,
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:", *_media_hosts],
    "frame-src": [SELF],
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_PERMISSIONS = 0o640
EVIDENCE_MAX_BYTES = 10 * 1024 * 1024

# --- Attendance --------------------------------------------------------------------

ATTENDANCE_OPENS_MINUTES = env.int("ATTENDANCE_OPENS_MINUTES", default=30)
ATTENDANCE_LATE_MINUTES = env.int("ATTENDANCE_LATE_MINUTES", default=15)
# Signing in, or signing up, between the scan and the button takes this long at most.
ATTENDANCE_PROOF_MINUTES = env.int("ATTENDANCE_PROOF_MINUTES", default=15)
ATTENDANCE_PRESENT_PERCENT = env.int("ATTENDANCE_PRESENT_PERCENT", default=75)
ATTENDANCE_LATE_PERCENT = env.int("ATTENDANCE_LATE_PERCENT", default=40)

# --- Wagtail -----------------------------------------------------------------------

WAGTAIL_SITE_NAME = "NSCL"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_APPEND_SLASH = True
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.forms.SafeImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "csv"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_FEATURE_DETECTION_ENABLED = False
WAGTAIL_MODERATION_ENABLED = True
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h2", "h3", "bold", "italic", "ol", "ul", "link"]},
    }
}

# --- Logs: structured, with request and task ids, without personal data -------------

DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_USER_ID_FIELD = None
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
_json = env.bool("LOG_JSON", default=not DEMO)
_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    without_secrets,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer() if _json else structlog.dev.ConsoleRenderer(colors=False),
            ],
            "foreign_pre_chain": _shared,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
structlog.configure(
    processors=[
        *_shared,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

# --- The programme ---------------------------------------------------------------------

PROVINCE = env.str("PROVINCE", default="can-tho")
DEMO_DOMAIN = "nscl.example"
SILENCED_SYSTEM_CHECKS: list[str] = []
ADMIN_NAME = _("NSCL back office")
