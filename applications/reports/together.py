"""How central SOEs take part: by enterprise, then each part of a joint application."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications import queries
from applications.enums import PartnerKind, PartnerState
from applications.models import Partner
from applications.reports.forms_batch import placed
from portal.core.money import WAN, ZERO
from portal.core.scope import Actor
from portal.reports.catalogue import Bars, Column, Order, Sheet
from portal.reports.tabled import Found, Table


def read(by: Actor, order: Order) -> Found:
    """Parts of the joint applications the reader may know of. One query."""
    rows = Partner.objects.filter(kind=PartnerKind.SOE, **placed(order.values))
    seen = rows.filter(application__in=queries.applications(by).values("pk"))
    seen = seen.select_related("organisation", "unit", "province", "batch")
    found = list(seen.order_by("organisation__name_zh", "batch__number", "province_id", "unit_id", "pk"))
    return Found([_enterprises(found), _parts(found)])


def _enterprises(found: list[Partner]) -> Table:
    sheet = Sheet(
        "enterprises",
        _("By enterprise"),
        [
            Column(_("Central SOE"), width=34),
            Column(_("Invitations"), "number", 12, total=True, unit=_("invitations")),
            Column(_("Committed"), "number", 12, total=True, unit=_("invitations")),
            Column(_("Declined"), "number", 12, total=True, unit=_("invitations")),
            Column(_("Not answered"), "number", 12, total=True, unit=_("invitations")),
            Column(_("Money committed (ten thousand yuan)"), "wan", 22, total=True),
        ],
        chart=Bars(_("Money committed by enterprise (ten thousand yuan)"), 0, (5,), lying=True),
    )
    groups: dict[str, list[Partner]] = defaultdict(list)
    for row in found:
        groups[str(row.organisation)].append(row)
    rows: list[list[Any]] = []
    for name, mine in groups.items():
        committed = [row for row in mine if row.state == PartnerState.COMMITTED]
        declined = sum(row.state == PartnerState.DECLINED for row in mine)
        money = sum((row.amount_committed for row in committed), ZERO) / WAN
        rows.append([name, len(mine), len(committed), declined, len(mine) - len(committed) - declined, money])
    return Table(sheet, rows)


def _parts(found: list[Partner]) -> Table:
    sheet = Sheet(
        "parts",
        _("Parts of joint applications"),
        [
            Column(_("Central SOE"), width=30),
            Column(_("Batch"), "plain", 8),
            Column(_("Province"), width=18),
            Column(_("Pilot unit"), width=22),
            Column(_("Takes part as"), width=18),
            Column(_("State"), width=14),
            Column(_("What is asked of the partner"), width=36),
            Column(_("What the partner contributes"), width=36),
            Column(_("Money committed (ten thousand yuan)"), "wan", 20, total=True),
            Column(_("Invited"), "moment", 18),
            Column(pgettext("moment", "Answered"), "moment", 18),
        ],
    )
    rows = [
        [
            str(row.organisation),
            row.batch.number,
            row.province.name,
            row.unit.name,
            row.get_role_display(),
            row.get_state_display(),
            row.task,
            row.contribution,
            row.amount_committed / WAN if row.state == PartnerState.COMMITTED else None,
            row.invited_at,
            row.answered_at,
        ]
        for row in found
    ]
    return Table(sheet, rows)
