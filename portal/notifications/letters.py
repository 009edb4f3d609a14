"""Letters: plain text, Chinese first and English below, because nobody knows which the reader prefers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

RULE = "\n\n" + "-" * 40 + "\n\n"
SUBJECT: Final = 60  # signs of a sentence that stand in a subject, in each language


def address(path: str) -> str:
    """A path of the portal as people open it from a letter."""
    return settings.BASE_URL.rstrip("/") + path


def shortened(text: str) -> str:
    """The beginning of a sentence, for a subject: cut between words, and what is cut is told by an ellipsis."""
    if len(text) <= SUBJECT:
        return text
    begun, _blank, rest = text[:SUBJECT].rpartition(" ")
    return f"{begun if begun and len(rest) < SUBJECT // 3 else text[: SUBJECT - 1]}…"


def whole(text: Callable[[], str]) -> str:
    """A letter in both languages, each with the name of the portal below it."""

    def one() -> str:
        foot = _("This letter was sent by the portal; answers are not read.")  # in an f-string nobody would collect it
        return f"{text()}\n\n{settings.SITE_NAME}\n{foot}"

    return in_both(one, RULE)


def in_both(make: Callable[[], str], between: str) -> str:
    """What `make` says in Chinese, then in English."""
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(make())
    return between.join(said)


def number(*what: object) -> str:
    """The Message-ID of a letter about this: sent a second time (its worker ended before it could note that it went) it
    is the same letter, of which mail servers and readers show one.
    """
    digest = hashlib.sha256("\n".join(str(one) for one in what).encode()).hexdigest()[:40]
    return f"<{digest}@{urlsplit(settings.BASE_URL).hostname or 'portal'}>"


def send(to: str, subject: Callable[[], str], text: Callable[[], str], *, message_id: str = "") -> None:
    """Send one letter. message_id: of one that may be sent twice (`number`). Raises what the mail server answers."""
    # A subject is one line: what people typed may come into it, and a line break there makes the letter unsendable.
    words = " ".join(in_both(subject, " / ").split())
    headers = {"Message-ID": message_id} if message_id else {}
    EmailMessage(words, whole(text), None, [to], headers=headers).send()
