"""Places of a dossier: the pages of its forms, named by what follows the application in their address."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from portal.core.errors import DomainError

# A page gives a sign of life each ten seconds; who gave none for so long is gone.
THERE: Final = timedelta(seconds=35)
PLACE: Final = re.compile(r"[a-z_]{1,40}(/[A-Za-z0-9_-]{1,30}){0,4}")
PAGE: Final = re.compile(r"[0-9a-f]{1,32}")


@dataclass(frozen=True)
class Spot:
    """A form's place within the application ("basics", "projects/17"), and which opening of its page.

    Raises DomainError for what no page of the portal sends.
    """

    place: str
    page: str

    def __post_init__(self) -> None:
        if not PLACE.fullmatch(self.place) or not PAGE.fullmatch(self.page):
            raise DomainError("place_unknown", _("This page of the dossier is not known."))

    @property
    def section(self) -> str:
        """The section the place belongs to."""
        return self.place.split("/")[0]


def spot(path: str, home: str, page: str = "") -> Spot:
    """The place of a page by its address, `home` being the application's; a new opening when `page` is missing."""
    place = path.removeprefix(home).strip("/")
    return Spot(place, page if PAGE.fullmatch(page) else secrets.token_hex(8))


def earlier(page: str) -> str:
    """The opening that a page says it goes on from; empty where it names none."""
    return page if PAGE.fullmatch(page) else ""
