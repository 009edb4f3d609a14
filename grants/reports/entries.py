"""The journal: every line of every entry, as the database itself writes it, for books of any length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from grants.enums import EntryKind, Place
from grants.reports.forms import asked
from portal.core import clock
from portal.reports.catalogue import Column, Copied, Cover, Order, Part, Sheet
from portal.reports.writers.copying import moment_sql, safe_sql


def journal(order: Order) -> Iterator[Part]:
    """Lines of entries booked up to the moment of the report, in the order of the books. One query."""
    with order.acting() as by:
        scope = by.scope
    yield Cover(steps=3, notes=[_("Amounts above zero come to the account, below zero leave it.")])
    yield Sheet(
        "lines",
        _("Lines of the journal"),
        [
            Column(_("Year"), "plain", 8, unit=_("year")),
            Column(_("Entry"), "plain", 10, unit=_("number of the entry")),
            Column(_("Booked"), "moment", 18),
            Column(_("Kind"), width=16),
            Column(_("Document number"), width=24),
            Column(_("Province"), width=16),
            Column(_("Pilot unit"), width=20),
            Column(_("Account"), width=18),
            Column(_("Supported project"), width=30),
            Column(_("Amount (yuan)"), "yuan", 20, total=True),
            Column(_("Balance afterwards (yuan)"), "yuan", 20),
            Column(_("Digest of the entry (SHA-256)"), width=66),
        ],
    )
    yield Copied(_query(order), _values(order, scope))


def _words(choices: Any, column: str) -> str:
    """SQL: a value of choices in words."""
    cases = " ".join(f"when '{one.value}' then '{str(one.label).replace(chr(39), chr(39) * 2)}'" for one in choices)
    return f"case {column} {cases} end"


def _query(order: Order) -> str:
    name = "en" if get_language() == "en" else "zh"
    return f"""
        select e.year, e.number, {moment_sql("e.booked_at")}, {_words(EntryKind, "e.kind")},
               {safe_sql("e.document_no")}, v.name_{name}, u.name_{name}, {_words(Place, "a.place")},
               {safe_sql("p.name")}, l.amount, l.after, e.digest
          from grants_line l join grants_entry e on e.id = l.entry_id join grants_account a on a.id = l.account_id
          join programme_province v on v.code = l.province_id join programme_pilotunit u on u.code = l.unit_id
          join grants_award w on w.id = a.award_id join programme_batch b on b.id = w.batch_id
          left join grants_grantproject p on p.id = a.project_id
         where e.booked_at <= %s and (%s or l.province_id = any(%s) or l.unit_id = any((select money_units())::text[]))
           and (%s = '' or l.province_id = %s) and (%s = '' or l.unit_id = %s) and (%s = '' or v.region = %s)
           and (%s = 0 or b.number = %s) and (%s = 0 or e.year = %s) and (%s = '' or money_method(a.project_id) = %s)
         order by e.year, e.number, l.id"""


def _values(order: Order, scope: Any) -> list[Any]:
    want = asked(order.values)
    pairs = [want.province, want.unit, want.region, int(want.batch or 0), int(want.year or 0), want.method]
    at = order.as_of.astimezone(clock.SHANGHAI)
    return [at, scope.nation, list(scope.provinces), *(value for pair in pairs for value in (pair, pair))]
