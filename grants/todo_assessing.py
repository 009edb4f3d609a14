"""The self-evaluations that wait for a unit, in words."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.period import YEARS_OF_PLAN
from grants.enums import CheckState, EvaluationKind, EvaluationState
from grants.models import Award, Evaluation
from grants.queries import within
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.joins import name_of, plain
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.defaults import form_of
from portal.programme.enums import BatchState

_MOST: Final = 20


def _to_evaluate(before: datetime, *, by: Actor) -> QuerySet[Any]:
    done = Evaluation.objects.filter(award=OuterRef("pk"), kind=EvaluationKind.SELF)
    signed = done.exclude(state=EvaluationState.DRAFT).order_by().values("year")
    rows = within(Award.objects.all(), by.scope).filter(state=CheckState.CONFIRMED, checked_at__lt=before)
    rows = rows.exclude(batch__state=BatchState.ARCHIVED).annotate(signed=ArraySubquery(signed)).order_by("pk")
    return plain(rows, name_of("unit"), "batch__year", "batch__rule_set__details", "checked_at", "signed")[:_MOST]


_TO_EVALUATE: Final = Prepared(_to_evaluate)


def to_evaluate(actor: Actor) -> list[Todo]:
    """Self-evaluations that nobody signed, of each year that is over since the award was confirmed in it or before; the
    drafter begins them, the signatory signs. One that is late stays, whatever New Year comes.

    Years after those of the plan are not evaluated.
    """
    if actor.post(Role.DRAFTER, Role.SIGNATORY) is None:
        return []
    this_year = clock.today().year
    new_year = datetime.combine(date(this_year, 1, 1), time(), clock.SHANGHAI)
    unit, found = name_of("unit"), []
    for row in _TO_EVALUATE(new_year, by=actor):
        rules = row.batch__rule_set__details or {}
        form, ends = form_of(rules), row.batch__year + int(rules.get("period_years") or YEARS_OF_PLAN)
        if not form["asked"]["self"]:
            continue
        for year in range(row.checked_at.astimezone(clock.SHANGHAI).year, min(this_year, ends)):
            if year not in row.signed:
                due = date(year, 12, 31) + timedelta(days=form["self_days"])
                text = _("Evaluate %(unit)s for %(year)s and sign it") % {"unit": getattr(row, unit), "year": year}
                found.append(Todo(text, reverse("grants:assessing", args=[row.pk]), clock.end_of_day(due)))
    return found
