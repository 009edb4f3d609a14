"""Every setting the portal reads from its environment, declared once.

Each variable may also be given as NAME_FILE, the path of a file that holds the value (secrets of a container).
`docs/settings.md` and the test of docker-compose.yml read this table, so nothing is set that does not exist.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, what stands when it is missing (None: must be given), what it does."""

    name: str
    default: str | None
    help: str
    secret: bool = False


_ALL = [
    Variable("PORTAL_ENV", "development", "development, demonstration or production."),
    Variable("DATABASE_URL", "postgresql://portal_web@/portal", "PostgreSQL as the role of web and workers.", True),
    Variable("OWNER_DATABASE_URL", "", "PostgreSQL as the owner of the tables; only for migrations.", True),
    Variable("ADMIN_DATABASE_URL", "", "A superuser, only for `python -m portal.embedded prepare`.", True),
    Variable(
        "DATABASE_KEEPS_PLANS",
        "1",
        "Statements are prepared and their plans kept; 0 behind a pooler of connections that does not know them.",
    ),
    Variable("BROKER_URL", "redis://127.0.0.1:6379/0", "Queue: redis://, rediss:// (Valkey too) or amqp://.", True),
    Variable("CACHE_URL", "", "Shared counters: redis://…/1; empty: the queue's own Valkey or Redis.", True),
    Variable("STORAGE_URL", "", "Files: file:///folder or s3://bucket/prefix?endpoint=…; empty: VAR_DIR/files.", True),
    Variable("SECRET_KEY", "", "Signs sessions and tokens; at least 50 random characters.", True),
    Variable(
        "EMAIL_URL",
        "",
        "smtp+tls://user:password@host:587 (or smtp+ssl://, smtp://); empty: letters go to VAR_DIR/mail.",
        True,
    ),
    Variable("EMAIL_FROM", "portal@localhost", "Sender of letters."),
    Variable("ALLOWED_HOSTS", "127.0.0.1,localhost", "Host names the portal answers to, comma separated."),
    Variable("CSRF_TRUSTED_ORIGINS", "", "Origins (https://…) behind the proxy, comma separated."),
    Variable(
        "BASE_URL",
        "http://127.0.0.1:8000",
        "Address people use; written into letters, and security keys belong to its host.",
    ),
    Variable("DEBUG", "0", "1 shows tracebacks in the page; never in production."),
    Variable("TWO_FACTOR", "", "required or optional; empty: required, but for the demonstration."),
    Variable("VAR_DIR", "var", "Folder for everything that is written."),
    Variable("STATIC_DIR", "", "Folder of the collected files of the pages; empty: VAR_DIR/static."),
    Variable("LOG_FORMAT", "", "console or json; empty: json in production."),
    Variable("METRICS_TOKEN", "", "What Prometheus bears to /metrics; empty: operators sign in.", True),
    Variable("LOG_LEVEL", "INFO", "Least level of log lines."),
    Variable("IDLE_MINUTES", "60", "Minutes without a request after which a person is signed out."),
    Variable("RUN_STALE_SECONDS", "60", "Seconds without a heartbeat after which a task's run is taken up again."),
    Variable(
        "RUN_MOST_SECONDS",
        "21600",
        "Seconds after which a run that does not end fails, and its process is ended.",
    ),
    Variable(
        "EVIDENCE_KEEP_DAYS", "365", "Days after which the content of an evidence bundle is removed; the row stays."
    ),
    Variable("REPORT_KEEP_DAYS", "30", "Days after which the content of a report file is removed; the row stays."),
    Variable("SCANNER_URL", "", "Scanner of uploads: clamd://host:3310 or clamd:///path/of/socket; empty: none."),
    Variable(
        "SCANNER_SECONDS",
        "120",
        "Seconds the scanner has for a file, connecting and answering together; then the file is left waiting for it.",
    ),
    Variable(
        "SECURITY_CONTACT",
        "",
        "E-mail address or telephone of the security administrator, for pages that send people there; empty: none.",
    ),
    Variable("SEAL_TRUST", "", "File of PEM certificates whose issuers are trusted for electronic seals."),
    Variable("SEAL_PROVIDERS", "", "Who verifies seals: application/ofd=package.module.function, comma separated."),
    Variable("TRAIL_KEY", "", "Ed25519 key (PEM) that signs seals and evidence; empty: VAR_DIR/trail-key.pem.", True),
    Variable("TIME_STAMP_URL", "", "Authority of time stamps (RFC 3161) for seals of the trail; empty: none."),
    Variable("TIME_STAMP_TRUST", "", "File of PEM certificates whose time stamps are trusted."),
    Variable("FILE_GRACE_HOURS", "24", "Hours after which stored content that no row names is removed."),
    Variable("THROTTLE_USER", "600/minute", "API requests a signed-in caller may make."),
    Variable("THROTTLE_ANON", "60/minute", "API requests a caller without sign-in may make."),
    Variable(
        "OPEN_DATA_LICENCE", "https://creativecommons.org/licenses/by/4.0/", "Address of the licence of open data."
    ),
    Variable("OPEN_DATA_PREFIX", "360G-cn-city-pilot", "Prefix of identifiers in 360Giving data, as it was assigned."),
    Variable(
        "LINE_BYTES_PER_SECOND",
        "8192",
        "Bytes a second that a caller who is waited for reads or sends at least; below that the connection ends.",
    ),
    Variable("LINE_SECONDS", "60", "Seconds over which that least rate is measured."),
    Variable("HEAD_SECONDS", "10", "Seconds within which a caller sends the head of a request."),
    Variable("SIGN_IN_RATE", "120/m/ip", "Sign-ins from one network address (offices share one)."),
]
VARIABLES: Final[dict[str, Variable]] = {variable.name: variable for variable in _ALL}


_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off", ""})
_MOST: Final = 1_000_000  # so many days from now are still days of the calendar
_WRITTEN: Final = "# is written %23, / %2F, ? %3F, @ %40, % %25"
CANNOT_BOOT: Final = 3  # gunicorn then gives up, with any other number it would try again for ever


class SettingError(Exception):
    """The environment does not fit; the text says which variable and what to set."""


class MissingSetting(SettingError):
    """A variable that must be given was not; the text says which and what it does."""


class WrongSetting(SettingError):
    """A variable holds what it cannot; the text says which and what is possible."""


@contextmanager
def said_in_words() -> Iterator[None]:
    """End the process with the sentence alone when the environment does not fit (for the entries: no traceback)."""
    try:
        yield
    except SettingError as error:
        (sys.__stderr__ or sys.stderr).write(f"The portal does not start: {error}\n")
        raise SystemExit(CANNOT_BOOT) from error


def read(name: str) -> str:
    """The value of a declared variable, from NAME, else from the file NAME_FILE, else its default.

    Raises KeyError for a name not declared above, MissingSetting where a value must be given or the file is gone.
    """
    variable = VARIABLES[name]
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise MissingSetting(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    if variable.default is None:
        raise MissingSetting(f"Set {name}: {variable.help}")
    return variable.default


def flag(name: str) -> bool:
    """A declared variable read as yes (1, true, yes, on) or no (0, false, no, off, empty). Raises WrongSetting."""
    text = read(name).lower()
    if text not in (_YES | _NO):
        raise WrongSetting(f"{name} is 1 or 0, not {text!r}.")
    return text in _YES


def listing(name: str) -> list[str]:
    """A declared variable read as comma-separated values."""
    return [part.strip() for part in read(name).split(",") if part.strip()]


def whole(name: str) -> int:
    """A declared variable read as a whole number above zero, at most a million. Raises WrongSetting."""
    text = read(name)
    if not text.isdecimal() or not 0 < int(text[:20]) <= _MOST:
        raise WrongSetting(
            f"{name} is a whole number above zero, at most a million, not {text!r}: {VARIABLES[name].help}"
        )
    return int(text)


def rates(name: str, form: str, example: str) -> str:
    """A declared variable read as rates of this form, comma separated. Raises WrongSetting."""
    text = read(name)
    if not all(re.fullmatch(form, part.strip()) for part in text.split(",")):
        raise WrongSetting(f"{name} is written as in {example}, not {text!r}.")
    return text


def file(name: str) -> str:
    """A declared variable read as the path of a file that is there, or empty. Raises WrongSetting."""
    path = read(name)
    if path:
        try:
            with Path(path).open("rb"):
                pass
        except OSError as error:
            raise WrongSetting(f"{name} names {path}, which cannot be read: {error.strerror}.") from error
    return path


def pairs(name: str, example: str) -> dict[str, str]:
    """A declared variable read as key=value, comma separated. Raises WrongSetting."""
    found = [part.partition("=") for part in listing(name)]
    if not all(key and value for key, _equals, value in found):
        raise WrongSetting(f"{name} is written as in {example}, not {read(name)!r}.")
    return {key: value for key, _equals, value in found}


def choice(name: str, *possible: str) -> str:
    """A declared variable read as one of a few words. Raises WrongSetting."""
    text = read(name)
    if text not in possible:
        words = ", ".join(word or "empty" for word in possible)
        raise WrongSetting(f"{name} is one of {words}, not {text!r}.")
    return text


def _is_cut(parts: SplitResult) -> bool:
    """Whether a sign of a password ended the part that names the host: the @ before the host comes only after it."""
    if parts.fragment or ("@" in parts.path and parts.scheme not in ("file", "clamd", "s3", "http", "https")):
        return True
    return ":" in parts.netloc and "@" not in parts.netloc and "@" in parts.path + parts.query


def address(name: str, *schemes: str) -> str:
    """A declared variable read as an address of one of these kinds, or empty. Raises WrongSetting, without the value:
    addresses hold passwords.
    """
    text = read(name)
    if text and text.split("://", 1)[0] not in schemes:
        raise WrongSetting(f"{name} begins with {', '.join(f'{scheme}://' for scheme in schemes)}.")
    try:
        parts = urlsplit(text)
        is_one = parts.port != 0 and not _is_cut(parts)
    except ValueError:  # it holds a part of the password
        is_one = False
    if not is_one:
        raise WrongSetting(f"{name} is no address. In a user's name and password {_WRITTEN}; a port is a number.")
    if parts.scheme in ("redis", "rediss") and not (parts.path.strip("/") or "0").isdecimal():
        raise WrongSetting(f"{name} ends with the number of a database, as in {parts.scheme}://host:6379/0.")
    return text
