"""The letter to whoever brought a file that the scanner took out of circulation later."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core import scanning
from portal.core.scope import Actor
from portal.notifications.inbox import notify

FOUND: Final = _(
    "The scanner found malware (%(finding)s) in your file “%(name)s”. It lies in quarantine and nobody gets it: clean"
    " your computer, then bring a clean copy."
)


def tell(by: Actor, sha256: str, finding: str) -> int:
    """Write to each person who brought the content; once, however often it is examined. Gives to how many."""
    key = f"quarantine-{sha256[:40]}"
    return sum(
        notify([one.person], FOUND, by=by, url=one.url, key=key, finding=finding, name=one.name)
        for one in scanning.bringers(sha256)
        if one.person  # whoever objects has no account: the officers see it beside the file
    )
