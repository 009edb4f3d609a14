"""What waits in evaluations, panels, acceptances and their consequences; each source asks once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from grants.enums import AcceptanceState, CheckState, EvaluationKind, EvaluationState, PanelState, Result
from grants.models import Acceptance, Assessment, Award, Evaluation, Panel, PanelScore, Rectification
from grants.presentation_assessing import demand_back
from grants.queries import within
from portal.accounts.enums import MIIT, MOF, Kind, Role
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


def to_verify(actor: Actor) -> list[Todo]:
    """Signed self-evaluations which the province may verify."""
    post = actor.post(Role.PROVINCIAL_OFFICER, kind=Kind.PROVINCIAL_INDUSTRY)
    if post is None:
        return []
    rows = Evaluation.objects.filter(province=post.province, state=EvaluationState.SIGNED).select_related("unit")
    text = _("Verify the self-evaluation of %(unit)s")
    return [
        Todo(text % {"unit": row.unit}, reverse("grants:evaluation", args=[row.pk]))
        for row in rows.order_by("pk")[:_MOST]
    ]


def to_accept(actor: Actor) -> list[Todo]:
    """Acceptances of projects that wait for the province."""
    post = actor.post(Role.PROVINCIAL_OFFICER, kind=Kind.PROVINCIAL_INDUSTRY)
    if post is None:
        return []
    rows = Acceptance.objects.filter(province=post.province, state=AcceptanceState.SENT).order_by("pk")
    text = _("Confirm the acceptance of “%(project)s”")
    return [
        Todo(text % {"project": row.project_name}, reverse("grants:acceptance", args=[row.pk])) for row in rows[:_MOST]
    ]


def to_score(actor: Actor) -> list[Todo]:
    """Panels on which the person has not scored yet."""
    if actor.post(Role.REVIEWER, Role.OFFICER) is None:
        return []
    mine = PanelScore.objects.filter(panel=OuterRef("pk"), person_id=actor.id)
    rows = (
        Panel.objects.filter(state=PanelState.OPEN, members__person_id=actor.id)
        .exclude(Exists(mine))
        .select_related("unit")
        .order_by("due_on", "pk")
    )
    text = _("Score on the panel on %(unit)s")
    return [
        Todo(text % {"unit": row.unit}, reverse("grants:panel", args=[row.pk]), _end(row.due_on))
        for row in rows[:_MOST]
    ]


def to_mend(actor: Actor) -> list[Todo]:
    """For MIIT: rectifications that were asked for and not yet recorded, with their last day."""
    if actor.post(Role.OFFICER, code=MIIT) is None:
        return []
    later = Assessment.objects.filter(award=OuterRef("award"), pk__gt=OuterRef("pk")).exclude(state=CheckState.REFUSED)
    said = Rectification.objects.filter(assessment=OuterRef("pk")).exclude(state=CheckState.REFUSED)
    rows = (
        Assessment.objects.filter(state=CheckState.CONFIRMED, result=Result.RECTIFY)
        .exclude(Exists(later))
        .exclude(Exists(said))
        .select_related("unit")
        .order_by("rectify_by", "pk")
    )
    text = _("Follow the rectification of %(unit)s")
    return [
        Todo(text % {"unit": row.unit}, reverse("grants:assessment", args=[row.pk]), _end(row.rectify_by))
        for row in rows[:_MOST]
        if row.rectify_by
    ]


def to_confirm(actor: Actor) -> list[Todo]:
    """For MOF: rectifications to be confirmed."""
    if actor.post(Role.OFFICER, code=MOF) is None:
        return []
    rows = Rectification.objects.filter(state=CheckState.ENTERED).select_related("unit").order_by("pk")
    text = _("Confirm the rectification of %(unit)s")
    return [
        Todo(text % {"unit": row.unit}, reverse("grants:rectification", args=[row.pk]))
        for row in rows.exclude(maker_id=actor.id)[:_MOST]
    ]


def to_demand(actor: Actor) -> list[Todo]:
    """For MOF's finance: awards whose second tranche was refused for good; their money is demanded back."""
    if actor.post(Role.FINANCE_MAKER, code=MOF) is None:
        return []
    rows = Assessment.objects.filter(state=CheckState.CONFIRMED, for_good=True).select_related("unit").order_by("pk")
    text = _("%(unit)s failed for good: demand the money back")
    return [Todo(text % {"unit": row.unit}, demand_back(row.award_id)) for row in rows[:_MOST]]


SOURCES: Final[tuple[Callable[[Actor], list[Todo]], ...]] = (
    to_evaluate,
    to_verify,
    to_accept,
    to_score,
    to_mend,
    to_confirm,
    to_demand,
)
