"""Settings of the portal, all from the environment (`portal.environment` declares and documents each variable)."""

from __future__ import annotations

import secrets
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.addresses import beside_the_queue, cache, database, storage
from portal.environment import address, choice, file, flag, listing, pairs, rates, read, whole

# The API's own settings are the portal's: without them it would fall back to a framework's, which lets anyone in.
from portal.settings_api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 - Django reads them here

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(read("VAR_DIR"))
VAR_DIR = VAR_DIR if VAR_DIR.is_absolute() else BASE_DIR / VAR_DIR
PORTAL_ENV = choice("PORTAL_ENV", "development", "demonstration", "production")
PRODUCTION = PORTAL_ENV == "production"
DEMONSTRATION = PORTAL_ENV == "demonstration"
DEBUG = flag("DEBUG")
# Whether a query that cannot be prepared (portal.core.prepared) fails, so that whoever writes it sees it.
REFUSE_UNPREPARED = PORTAL_ENV == "development"
DATABASE_KEEPS_PLANS = flag("DATABASE_KEEPS_PLANS")
# Without a key a development process makes one that ends with it; production refuses (portal.core.checks).
SECRET_KEY_GIVEN = bool(read("SECRET_KEY"))
SECRET_KEY = read("SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = listing("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = listing("CSRF_TRUSTED_ORIGINS")
BASE_URL = read("BASE_URL")
TWO_FACTOR_REQUIRED = (
    choice("TWO_FACTOR", "", "optional", "required") or ("optional" if DEMONSTRATION else "required")
) == "required"
OPEN_DATA_LICENCE = read("OPEN_DATA_LICENCE")
OPEN_DATA_PREFIX = read("OPEN_DATA_PREFIX")
SECURITY_CONTACT = read("SECURITY_CONTACT").strip()
SITE_NAME = _("New-type technological transformation city pilot portal")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pgtrigger",
    "portal.core",
    "portal.audit",
    "portal.accounts",
    "portal.programme",
    "portal.notifications",
    "portal.api",
    "portal.reports",
    "applications",
    "reviews",
    "grants",
    "portal.demonstration",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_include_bootstrap",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_tables2",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "django_structlog",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "portal.core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.core.middleware.HeadersMiddleware",
    "portal.core.middleware.ReadableMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.middleware.TokenMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.core.spoken.SpokenMiddleware",
    "portal.core.middleware.IdleMiddleware",
    "portal.core.middleware.ScopeMiddleware",
    "portal.accounts.middleware.TwoFactorMiddleware",
    "portal.core.units.MoneyUnitMiddleware",
    "portal.core.as_of.AsOfMiddleware",
    "portal.api.middleware.NotModifiedMiddleware",
    "portal.api.middleware.IdempotencyMiddleware",
    "portal.api.middleware.FormOnceMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "portal.core.context.portal",
                "portal.notifications.context.bell",
                "portal.audit.objects.context",
            ],
        },
    }
]


FORM_RENDERER = "portal.core.drawing.Renderer"


DATABASES = {"default": database(address("DATABASE_URL", "postgresql", "postgres"))}
if read("OWNER_DATABASE_URL"):
    DATABASES["owner"] = database(address("OWNER_DATABASE_URL", "postgresql", "postgres")) | {"CONN_MAX_AGE": 0}
DATABASE_ROUTERS = ["portal.core.router.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# DRF undoes a recorded refusal under ATOMIC_REQUESTS; ScopeMiddleware opens the transaction and looks at the status.
ATOMIC_REQUESTS = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["portal.accounts.backends.PortalBackend"]
PASSWORD_HASHERS = ["portal.accounts.hashers.PortalArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "public:home"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "reset_password": "portal.accounts.forms.ResetForm",
    "change_password": "portal.accounts.forms.ChangeForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation reached the address already
ACCOUNT_RATE_LIMITS = {
    "login": rates("SIGN_IN_RATE", r"[1-9]\d*/\d*[smhd]/(ip|key|user)", "120/m/ip"),
    "login_failed": "5/15m/key,60/15m/ip",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no letters to addresses that have no account
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False  # the second factor is asked for at the sign-in that follows
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
MFA_ADAPTER = "portal.accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "portal.accounts.forms_second_factor.ActivateForm",
    "authenticate": "portal.accounts.forms_second_factor.CodeForm",
    "reauthenticate": "portal.accounts.forms_second_factor.ConfirmCodeForm",
    "add_webauthn": "portal.accounts.forms_second_factor.AddKeyForm",
    "edit_webauthn": "portal.accounts.forms_second_factor.EditKeyForm",
    "authenticate_webauthn": "portal.accounts.forms_second_factor.AskKeyForm",
    "reauthenticate_webauthn": "portal.accounts.forms_second_factor.ConfirmKeyForm",
}
MFA_TOTP_TOLERANCE = 1  # half minutes by which a telephone's clock may differ; each code opens once (validate_code)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_PASSKEY_LOGIN_ENABLED = False
USERSESSIONS_TRACK_ACTIVITY = False
IDLE_SECONDS = whole("IDLE_MINUTES") * 60
SESSION_ENGINE = "portal.accounts.session_store"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.core.views.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
if PRODUCTION:  # the browser then refuses them from a sister domain or over http
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = ["portal.core.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(read("STATIC_DIR") or VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 3600


STORAGES = {
    "default": storage(address("STORAGE_URL", "file", "s3"), VAR_DIR / "files"),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
MAX_ATTACHMENT_BYTES = 20 * 2**20  # in one request
MAX_UPLOAD_BYTES = 200 * 2**20  # in pieces, each a request of its own
UPLOAD_PIECE_BYTES = 4 * 2**20
FILE_GRACE_HOURS = whole("FILE_GRACE_HOURS")
SCANNER_URL = address("SCANNER_URL", "clamd")
SCANNER_SECONDS = whole("SCANNER_SECONDS")
SEAL_TRUST = file("SEAL_TRUST")
TRAIL_KEY = read("TRAIL_KEY")
TIME_STAMP_URL = address("TIME_STAMP_URL", "http", "https")
TIME_STAMP_TRUST = file("TIME_STAMP_TRUST")
SEAL_PROVIDERS = {
    "application/pdf": "portal.core.seals_pdf.pdf",
    "application/ofd": "portal.core.seals.elsewhere",
} | pairs("SEAL_PROVIDERS", "application/ofd=package.module.function")
# Evidence of an objection is up to 100 MB in one request; what is a little too large is refused beside its field.
MAX_BODY_BYTES = 120 * 2**20
METRICS_TOKEN = read("METRICS_TOKEN")

_mail = (
    environ.Env.email_url_config(address("EMAIL_URL", "smtp", "smtps", "smtp+tls", "smtp+ssl"))
    if read("EMAIL_URL")
    else {}
)
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST", ""), _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_USER", ""), _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read("EMAIL_FROM")

CELERY_BROKER_URL = address("BROKER_URL", "redis", "rediss", "amqp", "amqps")
CELERY_TASK_IGNORE_RESULT = True  # a run's state stands in the database
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CONSUMER = "portal.core.consumer:Consumer"
CELERY_BEAT_SCHEDULER = "portal.core.schedule:Scheduler"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Who asks for work does not wait for a lost queue: the run stands in the database, beat enqueues it later.
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_TASK_DEFAULT_QUEUE = "portal"
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ALWAYS_EAGER = False
RUN_STALE_SECONDS = whole("RUN_STALE_SECONDS")
RUN_MOST_SECONDS = whole("RUN_MOST_SECONDS")
REPORT_KEEP_DAYS = whole("REPORT_KEEP_DAYS")
EVIDENCE_KEEP_DAYS = whole("EVIDENCE_KEEP_DAYS")
# Days after the receipt on which a province is reminded of money it has not passed on.
PASS_ON_REMINDERS = (20, 27)
# Days after the day it names in which a receipt is recorded; later it is shown as late (assumed).
RECEIPT_RECORDED_WITHIN = 5


# Failed sign-ins and API calls must be counted by all web processes together.
CACHES = {
    "default": cache(
        address("CACHE_URL", "redis", "rediss") if read("CACHE_URL") else beside_the_queue(CELERY_BROKER_URL)
    )
}

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "django_tables2/portal.html"

LOG_FORMAT = choice("LOG_FORMAT", "", "console", "json") or ("json" if PRODUCTION else "console")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "structlog.stdlib.ProcessorFormatter", "processor": "portal.core.logs.json_renderer"},
        "console": {"()": "structlog.stdlib.ProcessorFormatter", "processor": "portal.core.logs.console_renderer"},
    },
    "filters": {"refusals": {"()": "portal.core.logs.Refusals"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": choice("LOG_LEVEL", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
    },
}
LOGGING_CONFIG = "portal.core.logs.configure"
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # RequestIdMiddleware has judged it
DJANGO_STRUCTLOG_COMMAND_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # RequestIdMiddleware binds the address; a caller cannot forge that one
PROMETHEUS_EXPORT_MIGRATIONS = False
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # the proxy in front leads http to https
