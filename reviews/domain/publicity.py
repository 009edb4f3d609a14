"""Acts of publicity: publish the list, and make final what is ready."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from applications.enums import ApplicationState
from applications.models import Application
from applications.states import APPLICATION
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from portal.programme.states import BATCH
from reviews import queries
from reviews.domain import telling
from reviews.domain.apart import refuse_conflicted
from reviews.enums import DecisionState, EntryState, ObjectionState
from reviews.models import Decision, FinalList, Objection, PublicEntry, Replacement
from reviews.models.publicity import DOCUMENT_NO
from reviews.states import DECISION, ENTRY

WORKING_DAYS: Final = 5  # at least, whatever holidays fall into the period (assumed)


def last_day(first: date, days: int) -> date:
    """The last day of a publicity of `days` calendar days from `first` on, with at least five working days in it."""
    day = first + timedelta(days=max(days, 1) - 1)
    while sum(clock.is_working_day(first + timedelta(days=i)) for i in range((day - first).days + 1)) < WORKING_DAYS:
        day += timedelta(days=1)
    return day


def period(batch: Batch) -> tuple[date, date]:
    """First and last day of a publicity that begins today, by the rules of the batch."""
    first = clock.today()
    return first, last_day(first, batch.rule_set.publicity_days if batch.rule_set else 1)


def publish(*, by: Actor, decision: Decision) -> Batch:
    """Put the adopted list up for objections, by administrative division and without scores.

    Raises NotAllowed, WrongState; DomainError when an application left the race since the decision was proposed.
    Side effects: the batch is under publicity with its first and last day; with it every application gets its outcome,
    of which nobody outside the ministries could see anything before.
    """
    with command(by, "reviews.publish", decision) as act:
        refuse_conflicted(by, decision.batch)
        batch = Batch.objects.select_for_update(of=("self",)).select_related("rule_set").get(pk=decision.batch_id)
        act.to(decision, DECISION)
        decision.save(update_fields=["state"])
        batch.state = BATCH.target(batch.state, "publish")
        batch.publicity_from, batch.publicity_to = period(batch)
        batch.save(update_fields=["state", "publicity_from", "publicity_to"])
        _tell_outcomes(decision)
        enter(batch, decision.chosen, (batch.publicity_from, batch.publicity_to))
        act.record(decision, clock.calendar_note(batch.publicity_from, batch.publicity_to))
        return batch


def check_complete(decision: Decision) -> None:
    """Lock the judged applications of a decision; raise DomainError when a unit it names is no longer among them."""
    if has_left(decision):
        raise DomainError(
            "candidate_left", _("An application left the race since: withdraw this and compute the selection anew.")
        )


def has_left(decision: Decision) -> bool:
    """Whether a unit that a decision names is no longer judged. Side effect: locks the judged applications."""
    judged = Application.objects.filter(batch=decision.batch_id, state__in=queries.JUDGED)
    there = set(judged.select_for_update(of=("self",)).order_by("pk").values_list("unit_id", flat=True))
    return not there >= {*decision.chosen, *decision.reserve}


def _tell_outcomes(decision: Decision) -> None:
    """Give every judged application its outcome: proposed, in reserve, not selected."""
    check_complete(decision)
    judged = Application.objects.filter(batch=decision.batch_id, state__in=queries.JUDGED)
    outcomes = [
        (judged.filter(unit__in=decision.chosen), "propose"),
        (judged.filter(unit__in=decision.reserve), "reserve"),
        (judged, "not_select"),  # whoever is left
    ]
    for rows, step in outcomes:
        rows.update(state=APPLICATION.target(ApplicationState.IN_REVIEW, step))


def enter(
    batch: Batch, units: Iterable[str], days: tuple[date, date], replacement: Replacement | None = None
) -> list[PublicEntry]:
    """List these proposed units for these days and move their applications along."""
    rows = Application.objects.filter(batch=batch, state=ApplicationState.PROPOSED, unit__in=list(units))
    made = PublicEntry.objects.bulk_create(
        PublicEntry(
            batch=batch,
            application=row,
            unit_id=row.unit_id,
            province_id=row.province_id,
            name_zh=row.unit.name_zh,
            name_en=row.unit.name_en,
            publicity_from=days[0],
            publicity_to=days[1],
            replacement=replacement,
        )
        for row in rows.select_related("unit").order_by("province_id", "unit_id")
    )
    rows.update(state=APPLICATION.target(ApplicationState.PROPOSED, "publish"))
    return made


def finalise(*, by: Actor, batch: Batch, document_no: str) -> FinalList:
    """Make final, under a document number, every unit whose publicity is over and against which nothing is open.

    The first list makes the batch final; what was examined meanwhile, or came later, follows on supplementary lists.
    Raises NotAllowed; DomainError without a document number or with one that has another form or was given, while an
    objection against the whole list is open, or when no unit is ready.
    Side effects: these applications are selected; every unit, partner and province concerned gets a letter.
    """
    with command(by, "reviews.finalise", batch) as act:
        refuse_conflicted(by, batch)
        number = document_no.strip()
        if not re.match(DOCUMENT_NO, number):
            text = _("Give the number as on the document, for example 财建〔2026〕1号.")
            raise DomainError("final_list_has_its_document", text, "document_no")
        if Objection.objects.filter(batch=batch, entry=None, state=ObjectionState.LODGED).exists():
            raise DomainError("final_needs_answers", _("Answer the objections against the list as a whole first."))
        # Applications first, as a unit that withdraws its own does: of the two one waits.
        listed = Application.objects.filter(batch=batch, state=ApplicationState.PUBLICITY)
        list(listed.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        ready = list(queries.ready(batch).select_for_update(of=("self",)).values_list("pk", "application_id"))
        if not ready:
            raise DomainError("nothing_ready", _("No unit is ready: its period runs, or an objection is open."))
        made = FinalList.objects.create(
            batch=batch,
            number=FinalList.objects.filter(batch=batch).count() + 1,
            document_no=number,
            issued_by_id=by.id,
        )
        entries = PublicEntry.objects.filter(pk__in=[pk for pk, _application in ready])
        state = ENTRY.target(EntryState.LISTED, "finalise")
        entries.update(state=state, final_list=made, changed_at=made.issued_at)
        if batch.state == BatchState.PUBLICITY:
            _first(batch, number)
        chosen = Application.objects.filter(pk__in=[application for _pk, application in ready])
        chosen.update(state=APPLICATION.target(ApplicationState.PUBLICITY, "select"))
        telling.tell_final(by, made)
        return act.record(made)


def _first(batch: Batch, document_no: str) -> None:
    batch.state = BATCH.target(batch.state, "finalise")
    batch.final_document_no = document_no
    batch.save(update_fields=["state", "final_document_no"])
    decision = Decision.objects.select_for_update(of=("self",)).get(batch=batch, state=DecisionState.PUBLISHED)
    decision.state = DECISION.target(decision.state, "finalise")
    decision.save(update_fields=["state"])
