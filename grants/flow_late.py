"""What is late, in the words of the overview: how many, how much, the first of them, the list of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.presentation import amount
from grants.queries.flows import Asked
from grants.queries.late import Late, Thing

# The page of one thing, and the list of all of its kind.
_ROUTES: Final[dict[str, tuple[str, str, dict[str, str]]]] = {
    "receipt": ("grants:issue", "grants:waiting", {"timing": "late"}),
    "pass_on": ("grants:issue", "grants:waiting", {"timing": "late"}),
    "report": ("grants:unit_performance", "grants:open_reports", {"timing": "late"}),
    "demand": ("grants:recovery", "grants:recoveries", {"standing": "overdue"}),
}


def late_words(one: Late, asked: Asked) -> dict[str, Any]:
    """A kind of late things as the overview shows it; the list of all keeps to the place and batch asked for."""
    places = ("region", "province", "unit", "batch")
    kept = {name: getattr(asked, name) for name in places if getattr(asked, name)}
    texts: dict[str, Callable[[int], str]] = {
        "receipt": lambda count: ngettext(
            "The receipt of %(count)s issue is not recorded and its days are over",
            "The receipt of %(count)s issues is not recorded and their days are over",
            count,
        ),
        "pass_on": lambda count: ngettext(
            "%(count)s issue was not passed on in time", "%(count)s issues were not passed on in time", count
        ),
        "report": lambda count: ngettext(
            "%(count)s quarterly report is late", "%(count)s quarterly reports are late", count
        ),
        "demand": lambda count: ngettext(
            "%(count)s demand was not paid in time", "%(count)s demands were not paid in time", count
        ),
    }
    route, all_, query = _ROUTES[one.kind]
    return {
        "title": texts[one.kind](one.count) % {"count": one.count},
        "sum": amount(one.amount) if one.amount is not None else "",
        "more": one.count > len(one.first),
        "url": f"{reverse(all_)}?{urlencode(query | kept)}".rstrip("?"),
        "first": [_thing(row, route) for row in one.first],
    }


def _thing(row: Thing, route: str) -> dict[str, Any]:
    return {
        "url": reverse(route, args=[row.pk]),
        "words": _("%(unit)s, %(what)s") % {"unit": row.unit, "what": row.words},
        "amount": amount(row.amount) if row.amount is not None else "",
        "due_on": row.due_on,
    }
