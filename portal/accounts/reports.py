"""Reports of the audit; they stand here because neither the trail nor the reports know each other."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.accounts.reports_findings import FINDINGS
from portal.audit import kinds, queries
from portal.audit.presentation import object_words
from portal.audit.queries import Filter
from portal.core.scope import Actor
from portal.reports.catalogue import TABLES, Column, Order, Report, Sheet
from portal.reports.forms import ReportForm
from portal.reports.tabled import Found, Table, tabled

MOST: Final = 50_000


class TrailForm(ReportForm):
    """Which part of the trail."""

    since = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    person = forms.CharField(label=gettext_lazy("Person"), max_length=60, required=False)
    act = forms.CharField(
        label=gettext_lazy("Act"), max_length=60, required=False, help_text=gettext_lazy("For instance grants.pass_on.")
    )

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day lies before the first."))
        return data


def read(by: Actor, order: Order) -> Found:
    """Events the reader may read up to the moment of the report, the oldest first, with their links of the chain."""
    values = order.values
    what = Filter(person=values["person"], act=values["act"], since=values["since"], until=values["until"])
    rows = queries.matching(queries.events(by), what).filter(at__lte=order.as_of)
    found = list(rows.select_related("link").order_by("pk")[:MOST])
    sheet = Sheet(
        "events",
        _("Events"),
        [
            Column(_("Event"), "plain", 12, unit=_("number of the event")),
            Column(_("Time"), "moment", 18),
            Column(_("Person"), width=22),
            Column(_("Act"), width=28),
            Column(_("Act in words"), width=28),
            Column(pgettext("audit", "Outcome"), width=12),
            Column(_("Object"), width=24),
            Column(_("Number of the object"), width=20),
            Column(_("Reason"), width=40),
            Column(_("Place in the chain"), "plain", 12, unit=_("place in the chain")),
            Column(_("Digest of the chain (SHA-256)"), width=66),
        ],
    )
    outcomes = {"done": pgettext("audit", "done"), "refused": pgettext("audit", "refused")}
    lines = [
        [
            row.pk,
            row.at,
            row.actor_name,
            row.act,
            str(kinds.label(row.act)),
            outcomes.get(row.outcome, row.outcome),
            str(object_words(row.object_type)),
            int(row.object_id) if str(row.object_id).isdecimal() else str(row.object_id),
            row.why,
            getattr(getattr(row, "link", None), "seq", None),
            getattr(getattr(row, "link", None), "digest", None),
        ]
        for row in found
    ]
    notes = [_("The first %(most)s events; choose fewer days for the rest.") % {"most": f"{MOST:,}"}]
    return Found([Table(sheet, lines)], notes=notes if len(found) == MOST else ())


REPORTS: Final = (
    Report(
        name="audit.extract",
        title=gettext_lazy("Extract of the audit trail"),
        description=gettext_lazy(
            "Who did what, when and with which outcome, with the place in the chain and its digest."
        ),
        act="audit.view_trail",
        formats=TABLES,
        form=TrailForm,
        build=tabled(read),
        source=gettext_lazy("the audit trail"),
        group=gettext_lazy("Audit"),
        keep_days=90,
    ),
    FINDINGS,
)
