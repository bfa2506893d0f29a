"""Settings: from the environment, safe by default. `docs/settings.md` names each one."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from courtyard import installation

env = Env()
PACKAGE = Path(__file__).resolve().parent


def _default_home() -> Path:
    """`./var` in a checkout, the user's data folder elsewhere."""
    checkout = PACKAGE.parent.parent
    if (checkout / "pyproject.toml").exists():
        return checkout / "var"
    return Path.home() / ".local" / "share" / "courtyard"


COURTYARD_HOME: Path = env.path("COURTYARD_HOME", _default_home()).absolute()
COURTYARD_ELECTORATE = COURTYARD_HOME / "electorate"
COURTYARD_BASEMAP: Path = env.path("COURTYARD_BASEMAP", COURTYARD_HOME / "basemap.pmtiles")
COURTYARD_ENGINE: str = env.str("COURTYARD_ENGINE", "duckdb")
COURTYARD_URL: str = env.str("COURTYARD_URL", "http://localhost:8000").rstrip("/")
COURTYARD_DEMO: bool = env.bool("COURTYARD_DEMO", (COURTYARD_HOME / "demo.txt").exists())
# Said on the pages for everybody: who we are, and how to reach us.
COURTYARD_ORGANISATION: str = env.str("COURTYARD_ORGANISATION", "").strip()
COURTYARD_CONTACT: str = env.str("COURTYARD_CONTACT", "").strip()
_url = urlsplit(COURTYARD_URL)
_https = _url.scheme == "https"
COURTYARD_HOST = _url.netloc

# Keys: from the environment, else made once and kept beside the data, readable by its owner only.
SECRET_KEY: str = env.str("COURTYARD_SECRET_KEY", "") or installation.kept_key(
    COURTYARD_HOME, "secret"
)
SECRET_KEY_FALLBACKS: list[str] = env.list("COURTYARD_SECRET_KEY_FALLBACKS", [])
COURTYARD_FIELD_KEY: str = env.str("COURTYARD_FIELD_KEY", "") or installation.kept_key(
    COURTYARD_HOME, "field"
)
COURTYARD_SEAL_KEY: str = env.str("COURTYARD_SEAL_KEY", "") or installation.kept_key(
    COURTYARD_HOME, "seal"
)

DEBUG = False
ALLOWED_HOSTS = [_url.hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [COURTYARD_URL]

INSTALLED_APPS = [
    "courtyard.journal",
    "courtyard.territory",
    "courtyard.sources",
    "courtyard.people",
    "courtyard.measures",
    "courtyard.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "courtyard.web.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "courtyard.web.doors.SignInScope",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "courtyard.web.doors.ReaderScope",
]

ROOT_URLCONF = "courtyard.web.urls"
WSGI_APPLICATION = "courtyard.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "jinja2"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "courtyard.web.environment.environment"},
    },
    {  # allauth's own pages only
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    },
]

DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{COURTYARD_HOME / 'courtyard.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        ),
    }
else:
    # Migrations are run by the owner of the tables; everything else by a role behind the walls.
    DATABASES["owner"] = env.dj_db_url("COURTYARD_OWNER_URL", env.str("DATABASE_URL"))
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": COURTYARD_HOME / "cache",
    }
}

# Sign-in
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "ground"
ACCOUNT_ADAPTER = "courtyard.web.sign_in.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "start"
ACCOUNT_SESSION_REMEMBER = True  # until its device is ended, or for two weeks
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "courtyard.web.sign_in.SealedSecrets"
MFA_FORMS = {"add_webauthn": "courtyard.web.passkeys.AddPasskey"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https
MFA_TOTP_ISSUER = "Courtyard"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # as long as a device holds (people.rules)
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
CSRF_FAILURE_VIEW = "courtyard.web.errors.csrf_failed"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"

# Transport
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
# Not "no-referrer": browsers then send forms with `Origin: null`, which CSRF must refuse.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("COURTYARD_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
        "report-uri": ["/csp-report/"],
    }
}

# Languages
LANGUAGE_CODE = env.str("COURTYARD_LANGUAGE", "en")
LANGUAGES = installation.LANGUAGES
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_TZ = True
TIME_ZONE = env.str("COURTYARD_TIME_ZONE", "America/New_York")

# Static files: one prefix that carries the build's hash, so that they never change
COURTYARD_BUILD = installation.build_of(PACKAGE / "web" / "static")
STATIC_URL = f"/static/{COURTYARD_BUILD}/"
STATIC_ROOT = COURTYARD_HOME / "static" / COURTYARD_BUILD
STATICFILES_DIRS = [("", PACKAGE / "web" / "static")]
WHITENOISE_MAX_AGE = 365 * 24 * 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/[0-9a-f]{12}/"

# "submission" is SMTP with STARTTLS, "smtps" with TLS from the start; "smtp" goes in the clear.
MAIL_SCHEMES = ("submission", "smtps", "smtp")
# Mail: by SMTP if told where, else into files that only the owner of this machine reads
if _mail := env.str("COURTYARD_MAIL_URL", ""):
    if urlsplit(_mail).scheme not in MAIL_SCHEMES:
        raise ImproperlyConfigured(f"COURTYARD_MAIL_URL begins with one of {MAIL_SCHEMES}")
    globals().update(
        {key: value for key, value in env.dj_email_url("COURTYARD_MAIL_URL").items() if value}
    )
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(COURTYARD_HOME / "mail")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str(
    "COURTYARD_MAIL_FROM", f"courtyard@{_url.hostname or 'localhost'}"
)

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# Files are taken in by one view only, which brings its own handler; elsewhere they are dropped.
FILE_UPLOAD_HANDLERS = ["courtyard.web.uploads.NoFiles"]
# Background work: rows of the database, run by the worker that `courtyard serve` starts.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"codes_only": {"()": "courtyard.web.logs.CodesOnly"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["codes_only"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("COURTYARD_LOG_LEVEL", "WARNING")},
    "loggers": {"django.request": {"propagate": True}},
}
