"""Acts of publicity: publish the list, let a reserve unit move up, make the list final."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import ApplicationState
from applications.models import Application
from applications.states import APPLICATION
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients
from portal.programme.models import Batch
from portal.programme.states import BATCH
from reviews.balance import broken_rules
from reviews.enums import DecisionState, ObjectionState
from reviews.models import Decision, Objection, PublicEntry
from reviews.states import DECISION

WORKING_DAYS: Final = 5  # at least, whatever holidays fall into the period (assumed)


def last_day(first: date, days: int) -> date:
    """The last day of a publicity of `days` calendar days from `first` on, with at least five working days in it."""
    day = first + timedelta(days=max(days, 1) - 1)
    while sum(clock.is_working_day(first + timedelta(days=i)) for i in range((day - first).days + 1)) < WORKING_DAYS:
        day += timedelta(days=1)
    return day


def publish(*, by: Actor, decision: Decision) -> Batch:
    """Put the adopted list up for objections, by administrative division and without scores.

    Raises NotAllowed, WrongState.
    Side effects: the batch is under publicity with its first and last day; applications follow.
    """
    with command(by, "reviews.publish", decision) as act:
        batch = Batch.objects.select_for_update(of=("self",)).select_related("rule_set").get(pk=decision.batch_id)
        act.to(decision, DECISION)
        decision.save(update_fields=["state"])
        batch.state = BATCH.target(batch.state, "publish")
        batch.publicity_from = clock.today()
        batch.publicity_to = last_day(batch.publicity_from, batch.rule_set.publicity_days if batch.rule_set else 1)
        batch.save(update_fields=["state", "publicity_from", "publicity_to"])
        _enter(batch)
        act.record(decision)
        return batch


def _enter(batch: Batch) -> None:
    """List every proposed unit and move its application along."""
    rows = Application.objects.filter(batch=batch, state=ApplicationState.PROPOSED)
    PublicEntry.objects.bulk_create(
        PublicEntry(
            batch=batch,
            application=row,
            unit_id=row.unit_id,
            province_id=row.province_id,
            name_zh=row.unit.name_zh,
            name_en=row.unit.name_en,
        )
        for row in rows.select_related("unit").order_by("province_id", "unit_id")
    )
    rows.update(state=APPLICATION.target(ApplicationState.PROPOSED, "publish"))


def replace(*, by: Actor, batch: Batch, unit: str) -> PublicEntry:
    """Let a reserve unit take the place of one that was dropped; the list is up for objections once more.

    Raises NotAllowed; DomainError when no place is free, the unit is not in reserve, or a rule of balance would break.
    """
    with command(by, "reviews.replace", batch) as act:
        decision = Decision.objects.select_related("scenario").get(batch=batch, state=DecisionState.PUBLISHED)
        listed = list(PublicEntry.objects.filter(batch=batch, dropped_at=None).values_list("unit_id", flat=True))
        if len(listed) >= len(decision.chosen):
            raise DomainError("no_place", _("No unit was dropped: the list has no free place."), "unit")
        row = Application.objects.filter(batch=batch, unit=unit, state=ApplicationState.RESERVE).first()
        if row is None:
            raise DomainError("not_in_reserve", _("This unit is not in reserve."), "unit")
        if broken := broken_rules(json.loads(decision.scenario.instance), [*listed, unit]):
            raise DomainError("balance", " ".join(broken), "unit")
        row.state = APPLICATION.target(row.state, "replace")
        row.save(update_fields=["state"])
        days = batch.rule_set.publicity_days if batch.rule_set else 1
        batch.publicity_to = max(batch.publicity_to or clock.today(), last_day(clock.today(), days))
        batch.save(update_fields=["publicity_to"])
        _enter(batch)
        act.record(batch, why=unit)
        return PublicEntry.objects.get(application=row)


def finalise(*, by: Actor, batch: Batch, document_no: str) -> Batch:
    """Make the list final under a document number.

    Raises NotAllowed, WrongState; DomainError before publicity is over, with open objections, or without a number.
    Side effects: the listed applications are selected, their units get a letter; the decision is final.
    """
    with command(by, "reviews.finalise", batch) as act:
        if not document_no.strip():
            raise DomainError("final_needs_document_no", _("Give the number of the document."), "document_no")
        if batch.publicity_to is None or clock.today() <= batch.publicity_to:
            raise DomainError("final_after_publicity", _("The publicity period is not over."))
        if Objection.objects.filter(batch=batch, state=ObjectionState.LODGED).exists():
            raise DomainError("final_needs_answers", _("Answer all objections first."))
        decision = Decision.objects.select_for_update(of=("self",)).get(batch=batch, state=DecisionState.PUBLISHED)
        act.to(batch, BATCH)
        batch.final_document_no = document_no.strip()
        batch.save(update_fields=["state", "final_document_no"])
        decision.state = DECISION.target(decision.state, "finalise")
        decision.save(update_fields=["state"])
        listed = Application.objects.filter(batch=batch, state=ApplicationState.PUBLICITY)
        chosen = list(listed.select_related("unit").order_by("unit_id"))
        listed.update(state=APPLICATION.target(ApplicationState.PUBLICITY, "select"))
        for row in chosen:
            text = gettext_lazy("%(unit)s is a pilot unit: the list is final under %(document)s.")
            people = recipients(Role.DRAFTER, Role.SIGNATORY, unit=row.unit_id)
            url = reverse("applications:detail", args=[row.pk])
            notify(people, text, by=by, url=url, unit=row.unit, document=batch.final_document_no)
        return act.record(batch)
