"""Who hears of a change of a place or an enterprise: both ministries, whose lists, reviews and money it touches."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from portal.accounts.enums import MIIT, MOF, Role
from portal.core.errors import Text
from portal.core.scope import Actor
from portal.notifications.inbox import Letter, notify_each, recipients_of
from portal.programme.changes import Changed
from portal.programme.models import PilotUnit

_CALLED: Final = gettext_lazy("%(was)s (%(code)s) is called %(now)s now. Document: %(document)s.")
_ENDS: Final = gettext_lazy("%(now)s (%(code)s) ends on %(day)s, and nothing follows it. Document: %(document)s.")
_FOLLOWED: Final = gettext_lazy(
    "%(now)s (%(code)s) ends on %(day)s and is followed by %(follows)s (%(follows_code)s). Document: %(document)s."
)
_STANDS: Final = gettext_lazy("%(now)s (%(code)s) has no last day any more. Document: %(document)s.")


def tell(*, by: Actor, was: Changed, row: Changed) -> None:
    """Write to the programme officers of both ministries what changed, by which document."""
    texts = _texts(was, row)
    if not texts:
        return
    found = recipients_of(Role.OFFICER, codes=[MIIT, MOF])
    to = sorted({person for people in found.values() for person in people})
    route = "programme:units" if isinstance(row, PilotUnit) else "programme:soes"
    url = f"{reverse(route)}?{urlencode({'q': row.code})}"
    words: dict[str, Any] = {"was": was, "now": row, "code": row.code, "document": row.document_no}
    if row.valid_to is not None:
        words["day"] = row.valid_to
    follows: Any = row.successor
    if follows is not None:
        words |= {"follows": follows, "follows_code": follows.code}
    notify_each([Letter(to, text, url, words) for text in texts], by=by)


def _texts(was: Changed, row: Changed) -> list[Text]:
    found: list[Text] = []
    if (was.name_zh, was.name_en) != (row.name_zh, row.name_en):
        found.append(_CALLED)
    if (was.valid_to, was.successor_id) != (row.valid_to, row.successor_id):
        found.append(_STANDS if row.valid_to is None else _FOLLOWED if row.successor_id else _ENDS)
    return found
