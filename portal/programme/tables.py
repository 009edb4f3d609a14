"""Lists of batches and reference data."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.core.middleware import PortalRequest
from portal.core.punctuation import enumerated
from portal.core.rules import may
from portal.core.tables import Choice, Column, Search, Table, link_to
from portal.programme import queries
from portal.programme.enums import BatchState
from portal.programme.models import PilotUnit


def batches(request: PortalRequest) -> Table:
    """Batches the reader may know of, the newest first."""
    columns = [
        Column("number", gettext_lazy("Number"), kind="number", sort="number"),
        Column(
            "title",
            gettext_lazy("Batch"),
            header=True,
            link=link_to("programme:batch"),
            sort="year",
        ),
        Column("rule_set", gettext_lazy("Rules")),
        Column("deadline", gettext_lazy("Deadline"), kind="moment", sort="deadline"),
        Column("state", gettext_lazy("State"), kind="state", sort="state"),
    ]
    filters = [Search("title_zh", "title_en"), Choice("state", gettext_lazy("State"), BatchState.choices)]
    rows = queries.batches(request.actor.scope)
    return Table(request, rows, name="batches", columns=columns, filters=filters, label=_("Batches"), order="-number")


def _remarks(unit: Any) -> str:
    """What is special about a place: capital, planned separately, abolished."""
    remarks = []
    if unit.is_provincial_capital:
        remarks.append(_("provincial capital"))
    if unit.is_separately_planned:
        remarks.append(_("separately planned city"))
    return enumerated([*remarks, *_changes(unit)])


def _changes(row: Any) -> list[str]:
    """Its names before, its end and who follows."""
    found = []
    if row.formerly:
        found.append(_("formerly %(names)s") % {"names": row.formerly})
    if row.valid_to:
        words = {"day": row.valid_to.isoformat(), "successor": row.successor or "–"}
        found.append(_("abolished %(day)s, successor %(successor)s") % words)
    return found


def _to_change(request: PortalRequest, route: str) -> Any:
    """The address on which the reader records a change of a row, or nothing for those who may not."""
    if not may(request.actor, "programme.change_reference"):
        return None
    above = reverse(route)
    return lambda row: f"{above}{row.code}/change/"


def _follows(row: Any) -> str:
    return row.successor.code if row.successor else ""


def units(request: PortalRequest) -> Table:
    """Places that may apply."""
    columns = [
        Column("code", gettext_lazy("Code"), kind="code", sort="code"),
        Column(
            "unit",
            gettext_lazy("Pilot unit"),
            value=str,
            header=True,
            sort=("name_zh", "code"),
            link=_to_change(request, "programme:units"),
        ),
        Column("name_zh", gettext_lazy("Name in Chinese"), on="file"),
        Column("name_en", gettext_lazy("Name in English"), on="file"),
        Column("province", gettext_lazy("Province"), sort=("province_id", "code")),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind", "code")),
        Column("remarks", gettext_lazy("Remarks"), value=_remarks),
        Column("valid_to", gettext_lazy("Last day"), kind="date", on="file"),
        Column("follows", gettext_lazy("Code of what follows"), value=_follows, kind="code", on="file"),
    ]
    filters = [
        Search("code", "name_zh", "name_en", "former_text"),
        Choice("province", gettext_lazy("Province"), queries.province_choices),
        Choice("kind", gettext_lazy("Kind"), PilotUnit._meta.get_field("kind").choices or []),
    ]
    return Table(request, queries.units(), name="pilot-units", columns=columns, filters=filters, label=_("Pilot units"))


def industries(request: PortalRequest) -> Table:
    """Industries."""
    columns = [
        Column("code", gettext_lazy("Code"), kind="code", sort="code"),
        Column("industry", gettext_lazy("Industry"), value=str, header=True, sort=("name_zh", "code")),
        Column("level", gettext_lazy("Level"), value=lambda row: row.get_level_display(), sort=("level", "code")),
    ]
    filters = [Search("code", "name_zh", "name_en")]
    rows = queries.industries()
    return Table(request, rows, name="industries", columns=columns, filters=filters, label=_("Industries"))


def soes(request: PortalRequest) -> Table:
    """Central SOEs."""
    columns = [
        Column("list_no", gettext_lazy("Number"), kind="number", sort="list_no"),
        Column("code", gettext_lazy("Code"), kind="code", sort="code"),
        Column(
            "name",
            pgettext_lazy("of a thing", "Name"),
            value=str,
            header=True,
            sort=("name_zh",),
            link=_to_change(request, "programme:soes"),
        ),
        Column("short_zh", gettext_lazy("Short name"), sort="short_zh"),
        Column("as_of", gettext_lazy("As of"), kind="date", sort="as_of"),
        Column("remarks", gettext_lazy("Remarks"), value=lambda row: enumerated(_changes(row))),
    ]
    filters = [Search("code", "name_zh", "name_en", "short_zh", "former_text")]
    rows = queries.soes()
    return Table(request, rows, name="central-soes", columns=columns, filters=filters, label=_("Central SOEs"))
