"""What of leads and samples waits for an auditor, as lines of the desk."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.audit.findings.desk import Line
from portal.audit.instruments import queries
from portal.audit.instruments.rules import AUDITOR
from portal.audit.instruments.states import LeadState
from portal.core.prepared import Prepared
from portal.core.scope import Actor

MOST: Final = 10


def _open_leads(*, by: Actor) -> QuerySet[Any]:
    rows = queries.leads(by).filter(state=LeadState.OPEN).order_by()
    return rows.values("organisation").annotate(count=Count("pk"))


def _to_test(*, by: Actor) -> QuerySet[Any]:
    return queries.listed_samples(by).filter(by=by.id, tested__lt=F("size"))[:MOST]


_OPEN_LEADS: Final = Prepared(_open_leads)
_TO_TEST: Final = Prepared(_to_test)


def leads(actor: Actor) -> list[Line]:
    """Open leads of the own organisation, in one line. At most one query."""
    count = sum(row["count"] for row in _OPEN_LEADS(by=actor)) if AUDITOR in actor.roles else 0
    if not count:
        return []
    text = ngettext(
        "%(count)s lead is open: take it up or dismiss it",
        "%(count)s leads are open: take each up or dismiss it",
        count,
    )
    return [Line(text % {"count": count}, f"{reverse('instruments:leads')}?state={LeadState.OPEN.value}")]


def samples(actor: Actor) -> list[Line]:
    """The own samples with items that have no result yet. At most one query."""
    if AUDITOR not in actor.roles:
        return []
    text = _("Go on with the sample “%(name)s”: %(tested)s of %(size)s items have a result")
    return [
        Line(
            text % {"name": row.name, "tested": row.tested, "size": row.size},
            reverse("instruments:sample", args=[row.pk]),
        )
        for row in _TO_TEST(by=actor)
    ]
