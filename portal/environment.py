"""Every setting the portal reads from its environment, declared once.

Each variable may also be given as NAME_FILE, the path of a file that holds the value (secrets of a container).
`docs/settings.md` and the test of docker-compose.yml read this table, so nothing is set that does not exist.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final


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
    Variable("BROKER_URL", "redis://127.0.0.1:6379/0", "Queue: redis://, rediss:// (Valkey too) or amqp://.", True),
    Variable("STORAGE_URL", "", "Files: file:///folder or s3://bucket/prefix?endpoint=…; empty: VAR_DIR/files.", True),
    Variable("SECRET_KEY", "", "Signs sessions and tokens; at least 50 random characters.", True),
    Variable("EMAIL_URL", "", "smtp://user:password@host:587/?tls=1; empty: letters go to VAR_DIR/mail.", True),
    Variable("EMAIL_FROM", "portal@localhost", "Sender of letters."),
    Variable("ALLOWED_HOSTS", "127.0.0.1,localhost", "Host names the portal answers to, comma separated."),
    Variable("CSRF_TRUSTED_ORIGINS", "", "Origins (https://…) behind the proxy, comma separated."),
    Variable("BASE_URL", "http://127.0.0.1:8000", "Address people use; written into letters."),
    Variable("DEBUG", "0", "1 shows tracebacks in the page; never in production."),
    Variable("TWO_FACTOR", "", "required or optional; empty: required, but for the demonstration."),
    Variable("VAR_DIR", "var", "Folder for everything that is written."),
    Variable("LOG_FORMAT", "", "console or json; empty: json in production."),
    Variable("LOG_LEVEL", "INFO", "Least level of log lines."),
    Variable("IDLE_MINUTES", "60", "Minutes without a request after which a person is signed out."),
    Variable("RUN_STALE_SECONDS", "60", "Seconds without a heartbeat after which a task's run is taken up again."),
    Variable("THROTTLE_USER", "600/minute", "API requests a signed-in caller may make."),
    Variable("THROTTLE_ANON", "60/minute", "API requests a caller without sign-in may make."),
]
VARIABLES: Final[dict[str, Variable]] = {variable.name: variable for variable in _ALL}


class MissingSetting(Exception):
    """A variable that must be given was not; the text says which and what it does."""


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
    """A declared variable read as yes (1, true, yes, on) or no."""
    return read(name).lower() in {"1", "true", "yes", "on"}


def listing(name: str) -> list[str]:
    """A declared variable read as comma-separated values."""
    return [part.strip() for part in read(name).split(",") if part.strip()]
