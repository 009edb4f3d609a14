"""Letters: plain text, Chinese first and English below, because nobody knows which the reader prefers."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

RULE = "\n\n" + "-" * 40 + "\n\n"


def address(path: str) -> str:
    """A path of the portal as people open it from a letter."""
    return settings.BASE_URL.rstrip("/") + path


def in_both(make: Callable[[], str], between: str) -> str:
    """What `make` says in Chinese, then in English."""
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(make())
    return between.join(said)


def send(to: str, subject: Callable[[], str], text: Callable[[], str]) -> None:
    """Send one letter. Raises what the mail server answers."""

    def whole() -> str:
        foot = _("This letter was sent by the portal; answers are not read.")  # in an f-string nobody would collect it
        return f"{text()}\n\n{settings.SITE_NAME}\n{foot}"

    # A subject is one line: what people typed may come into it, and a line break there makes the letter unsendable.
    send_mail(" ".join(in_both(subject, " / ").split()), in_both(whole, RULE), None, [to])
