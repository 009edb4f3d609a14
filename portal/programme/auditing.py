"""What the audit workspace is told from above: who gets a letter, who may be audited, places, batches, laws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.accounts.enums import Kind, Role
from portal.accounts.models import Organisation, User
from portal.audit.findings import desk as desk_findings
from portal.audit.findings import objects, outside
from portal.audit.findings.outside import Law
from portal.audit.instruments import desk as desk_instruments
from portal.core import clock
from portal.core.errors import Text
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients, recipients_of
from portal.notifications.todo import Todo
from portal.programme.defaults import VIOLATIONS
from portal.programme.models import Batch, PilotUnit, Province
from portal.reports.catalogue import CATALOGUE


def letter(to: Iterable[int], text: Text, by: Actor, url: str, words: dict[str, Any]) -> None:
    """Put a letter into the inboxes."""
    notify(to, text, by=by, url=url, **words)


def people(code: str, roles: Sequence[str]) -> list[int]:
    """Who holds one of the roles in the body of this code."""
    return recipients(*roles, code=code)


def bodies(province: str, unit: str) -> list[Organisation]:
    """Bodies that may be audited about something at this place: of the unit, of its province, and the ministries."""
    of_unit = Q(kind__in=[Kind.UNIT_FINANCE, Kind.UNIT_GOVERNMENT], unit=unit) if unit else Q(pk=None)
    of_province = Q(kind__in=[Kind.PROVINCIAL_FINANCE, Kind.PROVINCIAL_INDUSTRY], province=province)
    rows = Organisation.objects.filter(of_unit | of_province | Q(kind=Kind.MINISTRY), is_active=True)
    order = [Kind.UNIT_FINANCE, Kind.UNIT_GOVERNMENT, Kind.PROVINCIAL_FINANCE, Kind.PROVINCIAL_INDUSTRY, Kind.MINISTRY]
    return sorted(rows, key=lambda row: (order.index(Kind(row.kind)), row.code))


def auditors() -> list[tuple[int, int, str]]:
    """Auditors of all audit offices: person, office, and both in words."""
    offices = {row.code: row for row in Organisation.objects.filter(kind=Kind.AUDIT_OFFICE).order_by("code")}
    found = recipients_of(Role.AUDITOR, codes=list(offices))
    names = dict(User.objects.filter(pk__in={one for all_ in found.values() for one in all_}).values_list("pk", "name"))
    return [
        (person, office.pk, f"{office} · {names[person]}")
        for code, office in offices.items()
        for person in sorted(found.get(code, []))
        if person in names
    ]


def provinces() -> list[tuple[str, str]]:
    """Provinces by code."""
    return [(row.pk, row.name) for row in Province.objects.order_by("code")]


def units(province: str) -> list[tuple[str, str]]:
    """Pilot units of a province, or of all, by code."""
    rows = PilotUnit.objects.order_by("code")
    return [(row.pk, row.name) for row in (rows.filter(province=province) if province else rows)]


def batches() -> list[tuple[int, str]]:
    """Batches by number."""
    text = _("Batch %(number)s")
    return [
        (number, text % {"number": number})
        for number in Batch.objects.order_by("number").values_list("number", flat=True)
    ]


def laws(batch: int | None) -> list[Law]:
    """The table of laws of the batch's rule set; without one that of today's defaults."""
    found = Batch.objects.select_related("rule_set").filter(number=batch).first() if batch is not None else None
    rules = found.rule_set.details if found and found.rule_set else {}
    name = "name_en" if get_language() == "en" else "name_zh"
    return [Law(str(row["code"]), str(row[name]), str(row["source"])) for row in rules.get("violations", VIOLATIONS)]


def _todos(waiting: Callable[[Actor], list[desk_findings.Line]]) -> Callable[[Actor], list[Todo]]:
    """Lines of the workspace as the desk shows them."""

    def source(actor: Actor) -> list[Todo]:
        return [Todo(line.label, line.url, clock.end_of_day(line.due) if line.due else None) for line in waiting(actor)]

    return source


# What waits of audit findings, for their team and for the body they are addressed to; of engagements, leads, samples.
DESK: Final = tuple(
    _todos(waiting)
    for waiting in (desk_findings.waiting, desk_findings.planned, desk_instruments.leads, desk_instruments.samples)
)


def _province(_actor: Actor, key: str) -> objects.Thing | None:
    row = Province.objects.filter(pk=key).first()
    return objects.Thing("programme.province", row.pk, row.name, "", row.pk) if row else None


def _provinces(_actor: Actor, text: str) -> list[objects.Thing]:
    rows = Province.objects.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code=text))
    return [objects.Thing("programme.province", row.pk, row.name, "", row.pk) for row in rows[: objects.MOST]]


def register() -> None:
    """Fill the registries of the audit workspace."""
    ties = outside.TIES
    ties.reports = lambda: {name: report.title for name, report in CATALOGUE.items()}
    ties.letter, ties.people, ties.bodies, ties.auditors = letter, people, bodies, auditors
    ties.provinces, ties.units, ties.batches, ties.laws = provinces, units, batches, laws
    objects.register(objects.Kind("programme.province", Province._meta.verbose_name or "", _province, _provinces))
