"""Structured logs: constant messages, facts as attributes, a request id on each line."""

from __future__ import annotations

import logging
import logging.config
import re
from typing import Any, Final

import structlog

# Links of letters: whoever has one becomes the person it went to.
_LINK: Final = re.compile(r"((?:/people/invitation|/account/password/reset/key)/)[^/?#\s]+")
# What is searched for is often a name.
_VALUE: Final = re.compile(r"(?<=[?&])([^=&\s]*)=[^&\s]*")


def without_secrets(logger: Any, name: str, event: Any) -> Any:
    """An address in a line without what opens an account, and of its query the names alone."""
    for key in ("event", "request"):
        text = event.get(key)
        if isinstance(text, str) and "/" in text:
            text = _LINK.sub(r"\1…", text)
            event[key] = _VALUE.sub(r"\1", text) if key == "request" else text
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    without_secrets,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
]


class Refusals(logging.Filter):
    """A refused request is one line: where the code refused it is no news, and a page of traceback hides what is.

    Nor is it an error of the portal, though Django says so of what it calls suspicious: too many fields, too large.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line; of an answer below 500 without its traceback, and as no more than a warning."""
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
            if record.levelno > logging.WARNING:
                record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def json_renderer(logger: Any, name: str, event: Any) -> Any:
    """One JSON object a line, a failure of a library with its traceback as text."""
    event.pop("_record", None), event.pop("_from_structlog", None)
    event = structlog.processors.format_exc_info(logger, name, event)
    return structlog.processors.JSONRenderer(ensure_ascii=False)(logger, name, event)


def console_renderer(logger: Any, name: str, event: Any) -> Any:
    """A line for people; a failure without the values of its variables, which hold people's data."""
    event.pop("_record", None), event.pop("_from_structlog", None)
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)(logger, name, event)


def configure(config: dict[str, Any]) -> None:
    """Set up logging and structlog alike."""
    for formatter in config["formatters"].values():
        if isinstance(formatter.get("processor"), str):
            formatter["processor"] = globals()[formatter["processor"].rsplit(".", 1)[-1]]
        formatter["foreign_pre_chain"] = SHARED
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
