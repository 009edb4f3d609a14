"""The register of requests to change approved plans."""

from __future__ import annotations

from django.utils.translation import gettext as _

from applications import queries
from applications.reports.forms_batch import placed
from portal.core.money import WAN
from portal.core.scope import Actor
from portal.reports.catalogue import Column, Order, Sheet
from portal.reports.tabled import Found, Table


def read(by: Actor, order: Order) -> Found:
    """Every request in the reader's scope, by unit in the order in which they were asked. One query."""
    wanted = {f"application__{name}": value for name, value in placed(order.values).items()}
    rows = queries.changes(by).filter(**wanted).defer("proposed", "base__content")
    rows = rows.order_by("application__batch__number", "application__province", "application__unit", "number")
    sheet = Sheet(
        "changes",
        _("Changes of plans"),
        [
            Column(_("Batch"), width=20),
            Column(_("Province"), width=16),
            Column(_("Pilot unit"), width=20),
            Column(_("Request"), "plain", 8, unit=_("number of the request")),
            Column(_("Kind of change"), width=14),
            Column(_("Concerns"), width=34),
            Column(_("State"), width=14),
            Column(_("Version of the plan"), "plain", 10, unit=_("number of the version")),
            Column(_("Support before (ten thousand yuan)"), "wan", 16),
            Column(_("Support after (ten thousand yuan)"), "wan", 16),
            Column(_("Investment before (ten thousand yuan)"), "wan", 18),
            Column(_("Investment after (ten thousand yuan)"), "wan", 18),
            Column(_("Asked for"), "moment", 16),
            Column(_("Decided"), "moment", 16),
            Column(_("Document number"), width=22),
            Column(_("Reason of the decision"), width=34),
        ],
    )
    found = [
        [
            row.application.batch.title,
            row.application.province.name,
            row.application.unit.name,
            row.number,
            row.get_kind_display(),
            row.subject,
            row.get_state_display(),
            row.base.number,
            row.support_before / WAN,
            row.support_after / WAN,
            row.total_before / WAN,
            row.total_after / WAN,
            row.asked_at,
            row.decided_at,
            row.document_no,
            row.decision_why,
        ]
        for row in rows
    ]
    return Found([Table(sheet, found)])
