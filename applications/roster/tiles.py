"""The rates of a roster as tiles of a page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from applications.roster.rates import Figures, rates
from applications.sections.words import DASH


def _rate(value: Decimal | None) -> str:
    return DASH if value is None else f"{value} %"


def tiles(figures: Figures, least: Decimal | None) -> list[dict[str, Any]]:
    """For components/tiles.html. least: the share of enterprises that the rules want transformed (%)."""
    found = rates(figures)
    titles = _("%(chain)s chain leaders, %(leading)s leading, %(champions)s champions, %(giants)s “little giants”") % {
        "chain": figures["chain_leaders"],
        "leading": figures["leading"],
        "champions": figures["champions"],
        "giants": figures["little_giants"],
    }
    reached = least is None or (found.digital_then is not None and found.digital_then >= least)
    goal = _("now %(now)s") % {"now": _rate(found.digital_now)}
    if least is not None:
        goal += _("; the rules want at least %(least)s %%") % {"least": f"{least:g}"}
    tone = "" if not figures["count"] else "good" if reached else "wait"
    now = _("now %(now)s")
    return [
        {"label": _("Enterprises in the roster"), "value": f"{figures['count']:,}", "note": titles},
        {
            "label": _("Digitally transformed, as planned"),
            "value": _rate(found.digital_then),
            "note": goal,
            "tone": tone,
        },
        {
            "label": _("Use digital R&D and design tools, as planned"),
            "value": _rate(found.tools_then),
            "note": now % {"now": _rate(found.tools_now)},
        },
        {
            "label": _("Key processes numerically controlled, as planned"),
            "value": _rate(found.process_then),
            "note": now % {"now": _rate(found.process_now)},
        },
        {
            "label": _("At the benchmark level of energy efficiency"),
            "value": _rate(found.energy_benchmark),
            "note": _("of %(count)s enterprises with published levels") % {"count": figures["energy"]},
        },
    ]
