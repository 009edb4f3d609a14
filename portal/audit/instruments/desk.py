"""What of leads and samples waits for an auditor, as lines of the desk."""

from __future__ import annotations

from typing import Final

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.audit.findings.desk import Line
from portal.audit.instruments import queries
from portal.audit.instruments.rules import AUDITOR
from portal.audit.instruments.states import LeadState
from portal.core.scope import Actor

MOST: Final = 10


def leads(actor: Actor) -> list[Line]:
    """Open leads of the own organisation, in one line. At most one query."""
    count = queries.leads(actor).filter(state=LeadState.OPEN).count() if AUDITOR in actor.roles else 0
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
    rows = queries.listed_samples(actor).filter(by=actor.id, tested__lt=F("size"))[:MOST]
    text = _("Go on with the sample “%(name)s”: %(tested)s of %(size)s items have a result")
    return [
        Line(
            text % {"name": row.name, "tested": row.tested, "size": row.size},
            reverse("instruments:sample", args=[row.pk]),
        )
        for row in rows
    ]
