"""The self-evaluations that wait for a unit, in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from grants.enums import CheckState, EvaluationKind, EvaluationState
from grants.models import Award, Evaluation
from grants.queries import within
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.defaults import form_of

_MOST: Final = 20


def _end(day: date) -> datetime:
    return clock.end_of_day(day)


def to_evaluate(actor: Actor) -> list[Todo]:
    """Self-evaluations of last year that nobody signed; the drafter begins them, the signatory signs."""
    if actor.post(Role.DRAFTER, Role.SIGNATORY) is None:
        return []
    year = clock.today().year - 1
    done = Evaluation.objects.filter(award=OuterRef("pk"), kind=EvaluationKind.SELF, year=year)
    rows = (
        within(Award.objects.all(), actor.scope)
        .filter(state=CheckState.CONFIRMED, made_at__year__lte=year)
        .exclude(Exists(done.exclude(state=EvaluationState.DRAFT)))
        .select_related("unit", "batch__rule_set")
        .order_by("pk")
    )
    found = []
    for row in rows[:_MOST]:
        form = form_of(row.batch.rule_set.details if row.batch.rule_set else {})
        if form["asked"]["self"]:
            due = date(year, 12, 31) + timedelta(days=form["self_days"])
            text = _("Evaluate %(unit)s for %(year)s and sign it") % {"unit": row.unit, "year": year}
            found.append(Todo(text, reverse("grants:assessing", args=[row.pk]), _end(due)))
    return found
