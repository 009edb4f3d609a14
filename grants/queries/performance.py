"""Reads on performance: what was achieved, reports, indicators, what is open, peers.

For the assessment: `achieved(award, at)` gives, for each indicator of the plan, the latest verified value with its
target, from the last verified report whose quarter had ended by the day `at`; nothing before the first one.

    for one in achieved(award, date(2027, 6, 30)):
        one.key, one.code, one.label, one.measure       # "digital", "process_control", "own:…"
        one.baseline, one.expected, one.year_target, one.goal, one.value, one.reached
        one.report.year, one.report.quarter
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate
from django.utils.translation import get_language

from applications.period import YEARS_OF_PLAN
from applications.sheets.sheet import Row
from grants.enums import CheckState
from grants.enums_performance import IndicatorCode, Light, ReportState
from grants.models import Award, IndicatorActual, ProgressFile, QuarterReport, ReportEvidence, ReportSnapshot
from grants.queries import within
from portal.core import clock
from portal.core.joins import with_names
from portal.core.planned import keeping
from portal.core.scope import Scope
from portal.programme.defaults import PERFORMANCE

_STATES: Final = ("credit_code", "name", "digital_state", "has_rd_tools", "process_rate", "energy_level", "id")


def achieved(award: Award, at: date) -> QuerySet[IndicatorActual]:
    """The indicators of an award's last verified report of a quarter that ended by that day. One query."""
    last = (
        QuarterReport.objects.filter(award=award, state=ReportState.VERIFIED, ends_on__lte=at)
        .order_by("-year", "-quarter")
        .values("pk")[:1]
    )
    return IndicatorActual.objects.filter(report__in=last).select_related("report").order_by("place")


def awards_with_reports(scope: Scope) -> QuerySet[Award]:
    """Confirmed awards in the scope, with their batch: what reports are about."""
    return (
        with_names(within(Award.objects.filter(state="confirmed"), scope), "unit", "province")
        .select_related("batch__rule_set")
        .order_by("province_id", "unit_id", "pk")
    )


def reports(scope: Scope) -> QuerySet[Any]:
    """Reports in the scope with `signed_on`, the newest quarter first; a policy keeps drafts to the unit itself."""
    people = ("written_by", "signed_by", "verified_by")
    rows: QuerySet[Any] = with_names(
        within(QuarterReport.objects.all(), scope), "unit", "province", "award__batch", *people
    )
    rows = rows.annotate(signed_on=TruncDate("signed_at", tzinfo=clock.SHANGHAI))
    return rows.order_by("-year", "-quarter", "province_id", "unit_id")


def indicators_of(report: QuarterReport) -> list[IndicatorActual]:
    """The indicators of a report in the order of the plan; each knows its report."""
    rows = list(IndicatorActual.objects.filter(report=report).select_related("evidence").order_by("place"))
    for row in rows:
        row.report = report
    return rows


def history(award: Award, key: str = "") -> list[IndicatorActual]:
    """Indicators of all verified and submitted reports of an award, the oldest quarter first."""
    rows = IndicatorActual.objects.filter(
        report__award=award, report__state__in=[ReportState.SUBMITTED, ReportState.VERIFIED]
    )
    if key:
        rows = rows.filter(key=key)
    return list(rows.select_related("report").order_by("report__year", "report__quarter", "place"))


def before(report: QuarterReport) -> dict[str, Decimal | None]:
    """Values of the last verified report before this one, by the key of the indicator."""
    rows = history_before(report)
    return {row.key: row.value for row in rows}


def history_before(report: QuarterReport) -> QuerySet[IndicatorActual]:
    """Indicators of the last verified report before this one."""
    return achieved(report.award, report.ends_on - timedelta(days=31))


def snapshots_of(report: QuarterReport) -> QuerySet[ReportSnapshot]:
    """What was signed, the newest first, without its text."""
    return ReportSnapshot.objects.filter(report=report).select_related("signed_by").defer("content").order_by("-number")


def files_of(report: QuarterReport) -> QuerySet[ProgressFile]:
    """Files that were brought for a report, the newest first."""
    return ProgressFile.objects.filter(report=report).order_by("-pk")


def progress_files(scope: Scope) -> QuerySet[ProgressFile]:
    """Files with states of enterprises in the scope, each with its report."""
    return within(ProgressFile.objects.all(), scope).select_related("report__unit", "report__award")


def evidence(scope: Scope) -> QuerySet[ReportEvidence]:
    """Evidence of indicators in the scope."""
    return within(ReportEvidence.objects.all(), scope)


def enterprise_states(report: QuarterReport) -> Iterator[Row]:
    """The enterprises of the roster by code, each as it stands by the end of the report's quarter. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with latest as (
                select distinct on (p.enterprise_id) p.* from grants_enterpriseprogress p
                  join grants_quarterreport q on q.id = p.report_id
                 where q.award_id = %(award)s and q.year * 4 + q.quarter <= %(at)s
                 order by p.enterprise_id, q.year desc, q.quarter desc)
            select e.credit_code, e.name, coalesce(l.digital_state, e.digital_state),
                   coalesce(l.has_rd_tools, e.has_rd_tools),
                   case when l.id is null then e.process_rate else l.process_rate end,
                   coalesce(l.energy_level, e.energy_level), e.id
              from applications_enterprise e left join latest l on l.enterprise_id = e.id
             where e.application_id = %(application)s order by e.credit_code
            """,
            {
                "award": report.award_id,
                "at": 4 * report.year + report.quarter,
                "application": report.award.application_id,
            },
        )
        rows = cursor.fetchall()
    return (dict(zip(_STATES, row, strict=True)) for row in rows)


@dataclass(frozen=True)
class OpenQuarter:
    """A quarter of an award whose report is not verified. report: None where the reader sees none (or only a draft).

    state: of the report, or "missing". days_late: since the day it was due; below zero before. The days after which
    province and MIIT are told, and in which they answer, are those of the batch's rules.
    """

    award: int
    unit_zh: str
    unit_en: str
    province: str
    year: int
    quarter: int
    ends_on: date
    due_on: date
    report: int | None
    state: str
    days_late: int
    province_after: int
    miit_after: int
    answer_days: int

    @property
    def unit(self) -> str:
        """The unit in the reader's language."""
        return self.unit_en if get_language() == "en" else self.unit_zh

    @property
    def is_with_unit(self) -> bool:
        """Whether the unit has to act: nothing was submitted, or it was returned."""
        return self.state != ReportState.SUBMITTED

    @property
    def is_late(self) -> bool:
        """Whether the unit let the day pass."""
        return self.is_with_unit and self.days_late > 0


# Policies of awards and reports narrow this to the reader's scope; the filter on places is made by the caller's scope.
# After the years of the plan nothing more is asked.
# "offset 0": what the rules say of performance, when an award began, and when a quarter ends are worked out once for
# each set of rules, award and quarter. Worked out for each quarter of each award, with a series of its own for each,
# they took most of the time. The unit's name is looked up for the lines that are given alone.
_OPEN: Final = """
    select o.award, u.name_zh, u.name_en, o.province_id, o.year, o.quarter, o.ends_on, o.due_on, o.report, o.state,
           o.days_late, o.province_after, o.miit_after, o.answer_days
      from (
    select a.id as award, a.unit_id, a.province_id, q.year, q.quarter, q.ends_on, q.ends_on + s.due as due_on,
           r.id as report, coalesce(r.state, 'missing') as state, %(today)s - (q.ends_on + s.due) as days_late,
           s.province_after, s.miit_after, s.answer_days
      from (select id, unit_id, province_id, batch_id,
                   (extract(year from checked_at at time zone 'Asia/Shanghai') * 4
                    + extract(quarter from checked_at at time zone 'Asia/Shanghai'))::int as began
              from grants_award
             where state = 'confirmed' and (%(award)s = 0 or id = %(award)s)
               and (%(nation)s or province_id = any(%(provinces)s) or unit_id = any((select money_units())::text[]))
            offset 0) a
      join (select b.id, (b.year + coalesce(t.years, %(period_years)s)) * 4 as ended,
                   coalesce((t.said->>'due_days')::int, %(due_days)s) as due,
                   coalesce((t.said->>'province_after')::int, %(province_after)s) as province_after,
                   coalesce((t.said->>'miit_after')::int, %(miit_after)s) as miit_after,
                   coalesce((t.said->>'answer_days')::int, %(answer_days)s) as answer_days
              from programme_batch b
              left join (select id, details->'performance' as said, (details->>'period_years')::int as years
                           from programme_ruleset offset 0) t on t.id = b.rule_set_id
             where b.state <> 'archived' offset 0) s on s.id = a.batch_id
      join (select n, (n - 1) / 4 as year, (n - 1) %% 4 + 1 as quarter,
                   (make_date((n - 1) / 4, ((n - 1) %% 4 + 1) * 3, 1) + interval '1 month')::date - 1 as ends_on
              from generate_series(
                   (select extract(year from min(f.checked_at) at time zone 'Asia/Shanghai')::int * 4
                      from grants_award f where f.state = 'confirmed'),
                   (extract(year from %(today)s) * 4 + extract(quarter from %(today)s))::int - 1) n
            offset 0) q on q.n between a.began and s.ended
      left join grants_quarterreport r on r.award_id = a.id and r.year = q.year and r.quarter = q.quarter
     where (r.id is null or r.state <> 'verified')
       and (not %(late)s or (coalesce(r.state, '') <> 'submitted' and %(today)s > q.ends_on + s.due))
       and (not %(told)s or %(today)s - (q.ends_on + s.due) >= s.miit_after)
     order by q.ends_on + s.due, a.province_id, a.unit_id
     limit %(no_more)s) o
      join programme_pilotunit u on u.code = o.unit_id
     order by o.due_on, o.province_id, o.unit_id
"""


# The same as a table of others' queries: what the unit let pass (`late_values` fills it in).
LATE_QUARTERS: Final = _OPEN


def late_values(scope: Scope, *, on: date) -> dict[str, Any]:
    """What `LATE_QUARTERS` asks with."""
    return _values(scope, on=on, late=True)


def _shaped(text: str, values: dict[str, Any]) -> str:
    """The text with all that is the same for everybody of a desk written out: a plan that is kept knows it then."""
    for name, value in values.items():
        if isinstance(value, bool | int | None) and (name != "award" or not value):
            text = text.replace(f"%({name})s", "null" if value is None else str(value).lower())
    return text


def open_quarters(
    scope: Scope, *, on: date, award: int = 0, late: bool = False, told: bool = False, most: int | None = None
) -> list[OpenQuarter]:
    """Quarters that are over and whose reports are not verified, the one due first at the top. One query.

    award: of this one alone; late: those alone which the unit let pass; told: those so late that MIIT is told; most:
    no more than so many.
    """
    values = _values(scope, on=on, award=award, late=late) | {"told": told, "no_more": most}
    with keeping() as cursor:
        cursor.execute(_shaped(_OPEN, values), values)
        return [OpenQuarter(*row) for row in cursor.fetchall()]


def count_late(scope: Scope, *, on: date) -> int:
    """How many reports are late."""
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from ({_OPEN}) o", _values(scope, on=on, late=True))
        return int(cursor.fetchone()[0])


def _values(scope: Scope, *, on: date, award: int = 0, late: bool = False) -> dict[str, Any]:
    places = {"nation": scope.nation, "provinces": list(scope.provinces)}
    asked = {"today": on, "award": award, "late": late, "told": False, "no_more": None, "period_years": YEARS_OF_PLAN}
    return PERFORMANCE | places | asked


def latest_verified(until: int | None = None) -> QuerySet[QuarterReport, int]:
    """Numbers of each award's last verified report; until: of its last one of the years up to this one."""
    rows = QuarterReport.objects.filter(state=ReportState.VERIFIED).order_by("award_id", "-year", "-quarter")
    if until is not None:
        rows = rows.filter(year__lte=until)
    return rows.distinct("award_id").values_list("pk", flat=True)


def _verified_last(until: int | None) -> QuerySet[IndicatorActual]:
    rows = IndicatorActual.objects.filter(report__in=latest_verified(until))
    return rows.filter(report__award__state=CheckState.CONFIRMED)


def board(scope: Scope, *, until: int | None = None) -> QuerySet[Any]:
    """Each indicator of each unit as last verified, with `shown_light`: a light by the thresholds of its report.

    until: as it stood at the end of that year. Units whose award was reversed are in no count and on no board.
    """
    share, green, yellow = F("reached"), F("report__green_from"), F("report__yellow_from")
    return (
        with_names(within(_verified_last(until), scope), "unit")
        .select_related("report", "province")
        .annotate(
            shown_light=Case(
                When(reached=None, then=Value(Light.NONE.value)),
                When(reached__gte=green, then=Value(Light.GREEN.value)),
                When(reached__gte=yellow, then=Value(Light.YELLOW.value)),
                default=Value(Light.RED.value),
                output_field=CharField(),
            ),
            ahead=share - green,
            award_id=F("report__award_id"),
        )
        .order_by("province_id", "unit_id", "place")
    )


@dataclass(frozen=True)
class Peers:
    """The units of the region by one indicator: how many, the lower quarter, the middle, the upper quarter."""

    key: str
    units: int
    low: Decimal
    median: Decimal
    high: Decimal


def peers(award: Award, at: int) -> dict[str, Peers]:
    """The region of an award by the indicators of the programme, as verified by a quarter (4 × year + quarter).

    Without names, and only where at least five units have values; on a page of the past as they were verified then.
    One query.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from performance_peers(%s, %s, %s)", [award.pk, at, clock.now()])
        return {row[0]: Peers(*row) for row in cursor.fetchall()}


def named_peers(scope: Scope, award: Award) -> QuerySet[Any]:
    """Verified values of the programme's indicators of all units of the award's region and batch, for ministries."""
    region = RawSQL("(select v.region from programme_province v where v.code = %s)", [award.province_id])
    return (
        board(scope)
        .filter(report__award__batch=award.batch_id, province__region=region)
        .exclude(code=IndicatorCode.OWN)
    )
