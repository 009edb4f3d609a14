"""What pages say of proposed assignments: figures, reasons, and who is short of reviewers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import queries as applications
from portal.core.scope import Actor
from reviews import queries
from reviews.enums import Unmet
from reviews.models import AssignmentProposal

# Why no assignment exists (codes of `reviews.assignment.shortage`), and what can be done.
SHORT: Final = {
    "pinned_conflict": gettext_lazy("A reviewer who is wanted has a conflict of interest: take the wish back."),
    "pinned_too_many": gettext_lazy("More reviewers are wanted than there are seats: take a wish back."),
    "pinned_over_load": gettext_lazy("More applications are wanted for this reviewer than agreed: take a wish back."),
    "groups_exceed": gettext_lazy(
        "With the reviewers who are wanted no seat is left for a ministry: take a wish back."
    ),
    "too_few_free": gettext_lazy("Too few reviewers are free of conflicts: enter more reviewers, or raise loads."),
    "group_too_few_free": gettext_lazy("A ministry has too few reviewers free of conflicts: enter more of them."),
    "loads_full": gettext_lazy("Reviewers without a conflict have as many applications as agreed: raise loads."),
    "min_load": gettext_lazy("This reviewer cannot get the least number agreed: lower it."),
}


def unmet_words(code: str) -> str:
    """Why somebody who fits better is not seated, in the reader's language."""
    return str(Unmet(code).label) if code in Unmet.values else code


def proposal_tiles(actor: Actor, proposal: AssignmentProposal) -> list[dict[str, Any]]:
    """The figures of a proposal that was found; one query."""
    counts = queries.proposed_figures(actor, proposal.pk)
    proven = _("proven: no assignment does better")
    loads = reverse("reviews:proposal_loads", args=[proposal.pk])
    tiles: list[dict[str, Any]] = [
        {"label": _("Applications"), "value": counts["all"]},
        {"label": _("Smallest fit of an application"), "value": proposal.min_affinity, "note": proven},
        {"label": _("Total fit"), "value": proposal.total_affinity, "note": proven},
        {"label": _("Largest load"), "value": proposal.max_load, "url": loads},
        {"label": _("A better reviewer exists"), "value": counts["short"], "note": _("with the reason for each")},
    ]
    if proposal.previous_id:
        against = _("against %(proposal)s") % {"proposal": str(proposal.previous)}
        tiles.append({"label": _("Changed"), "value": counts["changed"], "note": against})
    return tiles


def shortfalls(actor: Actor, found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who is short of how many, and what can be done; two queries."""
    if not found:
        return []
    keys = [int(row["application"]) for row in found if "application" in row]
    units = applications.applications(actor).filter(pk__in=keys).select_related("unit", "province").in_bulk()
    names = queries.reviewer_names(actor) if any("reviewer" in row for row in found) else {}
    lines = []
    for row in found:
        unit = units.get(int(row.get("application", 0)))
        name = f"{unit.province} · {unit.unit}" if unit else names.get(int(row.get("reviewer", 0)), "–")
        lines.append({"name": name, "missing": row["missing"], "words": SHORT.get(row["code"], row["why"])})
    return lines
