"""What was changed after somebody had signed for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.analytics.common import dossier_url, dossiers
from applications.models import ChangeRequest, PlanVersion, SignOff
from applications.sections import SECTIONS
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter
from portal.core.punctuation import said_of


def find(asked: Asked) -> Iterator[Line]:
    """Sections touched after the last signature; then changes asked soon after the plan was approved."""
    rows = dossiers(asked)
    signed = dict(
        SignOff.objects.filter(application__in=rows.values("pk"), signed_at__isnull=False)
        .order_by("signed_at")
        .values_list("application_id", "signed_at")
    )
    for row in rows.select_related("unit").order_by("pk").iterator(2_000):
        at = signed.get(row.pk)
        for section, told in sorted(row.touched.items()):
            moment = _moment(told)
            if at and moment and moment > at:
                yield Line(
                    key=f"section:{row.pk}:{section}:{told.get('version')}",
                    title=said_of(row.unit, section),
                    url=dossier_url(row.pk),
                    cells={
                        "unit": str(row.unit),
                        "what": str(SECTIONS[section].title) if section in SECTIONS else section,
                        "how": gettext("changed after the signature"),
                        "signed": at,
                        "changed": moment,
                        "who": str(told.get("name", "")),
                    },
                )
    yield from _plans(asked, rows)


def _plans(asked: Asked, rows: Any) -> Iterator[Line]:
    approved = dict(
        PlanVersion.objects.filter(application__in=rows.values("pk"), number=1).values_list("application_id", "at")
    )
    days = int(asked.number("days"))
    changes = ChangeRequest.objects.filter(application__in=rows.values("pk"), asked_at__isnull=False)
    for row in changes.select_related("application__unit", "asked_by").order_by("pk"):
        at = approved.get(row.application_id)
        if at is None or row.asked_at is None or not 0 <= (row.asked_at - at).days <= days:
            continue
        yield Line(
            key=f"change:{row.pk}",
            title=said_of(row.application.unit, row.subject),
            url=reverse("applications:change", args=[row.pk]),
            amount=row.support_after,
            cells={
                "unit": str(row.application.unit),
                "what": row.subject,
                "how": gettext("change asked soon after the approval"),
                "signed": at,
                "changed": row.asked_at,
                "who": str(row.asked_by),
            },
        )


def _moment(told: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(told["at"])
    except (KeyError, TypeError, ValueError):
        return None


ANALYSIS: Final = Analysis(
    name="changes_after_sign_off",
    title=_("Changes after a signature"),
    rule=_("Sections of a dossier changed after its last signature; changes of a plan asked soon after its approval."),
    source=_("A snapshot is what was signed; the approved plan binds (财建〔2024〕16号)."),
    caution=_("A correction that the ministries asked for opens sections again and is signed anew afterwards."),
    parameters=(
        Parameter(
            "days", _("Soon: within so many days of the approval"), "number", Decimal(90), least="1", most="1000"
        ),
    ),
    columns=(
        Column("unit", _("Pilot unit")),
        Column("what", _("What was changed")),
        Column("how", _("Why it stands here")),
        Column("signed", _("Signed or approved"), "moment"),
        Column("changed", pgettext_lazy("moment", "Changed"), "moment"),
        Column("who", _("Person")),
    ),
    find=find,
)
