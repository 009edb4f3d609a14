"""What waits for people of the performance: reports to write, to sign, to verify; late ones, level by level.

The unit has its line from the end of the quarter on; the province sees a late report after some days, MIIT after some
more (rules of the batch). Each line is due, so the reminders write before it, and nothing is sent twice.
"""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.enums_performance import ReportState
from grants.models.performance import quarter_words
from grants.queries.performance import OpenQuarter, open_quarters
from portal.accounts.enums import MIIT, Kind, Role
from portal.core import clock
from portal.core.scope import Actor
from portal.core.tables.columns import around
from portal.notifications.todo import Todo

# A desk names so many; the list names all.
MOST = 20


def reports(actor: Actor) -> list[Todo]:
    """Reports of the unit, of the province's units, or of the nation's. One query for those whom they concern."""
    of_unit = actor.post(Role.DRAFTER, Role.SIGNATORY, kind=Kind.UNIT_GOVERNMENT)
    of_province = actor.post(Role.PROVINCIAL_OFFICER, kind=Kind.PROVINCIAL_INDUSTRY)
    of_miit = actor.post(Role.OFFICER, code=MIIT)
    if not (of_unit or of_province or of_miit):
        return []
    if not (of_unit or of_province):
        rows = open_quarters(actor.scope, on=clock.today(), late=True, told=True, most=MOST)
        return [_late(row, row.miit_after + row.answer_days) for row in rows]
    rows = open_quarters(actor.scope, on=clock.today())
    if of_unit:
        mine = [row for row in rows if row.is_with_unit][:MOST]
        return [_write(row) for row in mine]
    late = [row for row in rows if _is_late(row, row.province_after)][:MOST]
    return [*_verify(rows), *(_late(row, row.miit_after - 1) for row in late)]


def _is_late(row: OpenQuarter, days: int) -> bool:
    return row.is_with_unit and row.days_late >= days


def _where(row: OpenQuarter) -> str:
    if row.report:
        return str(row.report).join(around("grants:quarter_report"))
    return str(row.award).join(around("grants:unit_performance"))


def _write(row: OpenQuarter) -> Todo:
    text = (
        _("Report on %(period)s") if row.state != ReportState.RETURNED else _("Mend the returned report on %(period)s")
    )
    label = text % {"period": quarter_words(row.year, row.quarter)}
    # A report not begun yet has no page of its own: the quarter in the address keeps its reminders apart.
    url = _where(row) if row.report else f"{_where(row)}#q{row.year}-{row.quarter}"
    return Todo(label, url, clock.end_of_day(row.due_on), note=row.unit, remind=(0, 1, 3, 7))


def _verify(rows: list[OpenQuarter]) -> list[Todo]:
    count = sum(not row.is_with_unit for row in rows)
    text = ngettext("Verify %(count)s quarterly report", "Verify %(count)s quarterly reports", count)
    url = f"{reverse('grants:quarter_reports')}?state=submitted"
    return [Todo(text % {"count": count}, url, None, count)] if count else []


def _late(row: OpenQuarter, days: int) -> Todo:
    text = _("%(unit)s is %(days)s days late with its report on %(period)s: see to it")
    words = {"unit": row.unit, "days": row.days_late, "period": quarter_words(row.year, row.quarter)}
    url = f"{_where(row)}#q{row.year}-{row.quarter}"
    # Two days: that of the report, long past, and that by which who reads this sees to it.
    note = _("It was due from the unit on %(day)s.") % {"day": row.due_on.isoformat()}
    limit = clock.end_of_day(row.due_on + timedelta(days=days))
    return Todo(text % words, url, limit, note=note, due_of=_("To be seen to"))
