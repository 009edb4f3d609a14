"""Acts of planning the defence: MIIT invites and plans sessions, MOF draws the agenda by a published seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
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
from portal.core.errors import DomainError, Text
from portal.core.scope import Actor
from portal.notifications.inbox import Letter, notify_each, recipients_of
from portal.programme.models import Batch
from reviews import queries
from reviews.agenda import agenda
from reviews.domain.apart import refuse_conflicted
from reviews.domain.locking import needs_calibration
from reviews.domain.results import complete_results
from reviews.enums import HearingState
from reviews.models import Defence, DefenceSession, Hearing
from reviews.states import HEARING

LAST_YEAR: Final = 2100  # when a unit is heard is reckoned from the beginning, and the last of all days has an end


@dataclass(frozen=True)
class SessionInput:
    """A sitting: when it begins, minutes for each unit, how many units, room or link, a note to the units."""

    begins_at: datetime
    minutes: int
    seats: int
    room: str = ""
    link: str = ""
    note: str = ""


def invite(*, by: Actor, batch: Batch) -> Defence:
    """Fix who is heard: the best by the results so far, as many as the rules say, all of the last rank with them.

    Raises NotAllowed, also for an officer with an interest in the batch; DomainError where the rules ask for no
    defence, reviews are missing, or it is fixed already.
    Side effects: the applications are in the defence; from here on nobody takes the place of a reviewer.
    """
    with command(by, "reviews.invite", batch) as act:
        refuse_conflicted(by, batch)
        if not queries.defence_places(batch):
            raise DomainError("defence_by_the_rules", _("The rules of this batch ask for no defence."))
        if Defence.objects.filter(batch=batch).exists():
            raise DomainError("defence_once", _("The invitations of this batch are fixed already."))
        complete_results(batch, by)
        if queries.lacks_calibration(batch):
            raise needs_calibration()
        invited = queries.invitation(batch)
        row = Defence.objects.create(batch=batch, invited=invited, fixed_by_id=by.id)
        Application.objects.filter(pk__in=invited).update(state=APPLICATION.target(ApplicationState.IN_REVIEW, "hear"))
        return act.record(row)


def plan_session(*, by: Actor, batch: Batch, what: SessionInput) -> DefenceSession:
    """Plan a session before the agenda is drawn. Raises NotAllowed; DomainError in the past, or after the draw."""
    with command(by, "reviews.plan_session", batch) as act:
        _refuse_past(what)
        return act.record(DefenceSession.objects.create(batch=batch, planned_by_id=by.id, **vars(what)))


def change_session(*, by: Actor, session: DefenceSession, what: SessionInput) -> DefenceSession:
    """Change a session; after the draw its time, place and note alone.

    Raises NotAllowed, also for an officer with an interest in the batch, from whom one of its units is hidden;
    DomainError in the past, when seats or minutes change after the draw, or once the session is
    over.
    Side effects: units that are to be heard in it are told, and asked anew to confirm.
    """
    with command(by, "reviews.plan_session", session.batch, lock=False) as act:
        refuse_conflicted(by, session.batch)
        _refuse_past(what)
        row = DefenceSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
        rows = row.hearings.select_related("application")
        if rows and not any(one.is_open for one in rows):
            raise DomainError("session_is_over", _("All units of this session were heard: it stays as it was."))
        moves = (row.begins_at, row.room, row.link) != (what.begins_at, what.room, what.link)
        for name, value in vars(what).items():
            setattr(row, name, value)
        row.save(update_fields=list(vars(what)))
        if moves:
            _move(by, row)
        return act.record(row)


def _move(by: Actor, row: DefenceSession) -> None:
    open_ones = row.hearings.filter(state__in=[HearingState.INVITED, HearingState.CONFIRMED])
    rows = list(open_ones.filter(application__state=ApplicationState.DEFENCE))
    Hearing.objects.filter(pk__in=[one.pk for one in rows]).update(
        state=HEARING.target(HearingState.CONFIRMED, "move_session"), confirmed_by=None, confirmed_at=None
    )
    _tell(
        by, [one.pk for one in rows], gettext_lazy("The defence of %(unit)s is moved: %(when)s. Please confirm anew.")
    )


def remove_session(*, by: Actor, session: DefenceSession) -> None:
    """Take a session away before the agenda is drawn. Raises NotAllowed; DomainError after it."""
    with command(by, "reviews.plan_session", session.batch, lock=False) as act:
        if session.hearings.exists():
            raise DomainError("session_seats_stay", _("The agenda is drawn: its sessions stay."))
        act.why = _("Session of %(when)s taken away") % {"when": session}
        session.delete()


def _refuse_past(what: SessionInput) -> None:
    if what.begins_at <= clock.now():
        raise DomainError("begins_at", _("A session begins later than now."), "begins_at")
    if what.begins_at.year > LAST_YEAR:
        text = _("A session begins in the year %(year)s at the latest.")
        raise DomainError("begins_at", text % {"year": LAST_YEAR}, "begins_at")
    if not what.room and not what.link:
        raise DomainError("session_has_a_place", _("Give a room or a link."), "room")


def draw(*, by: Actor, defence: Defence, seed: str, source: str) -> Defence:
    """Draw the agenda by a seed published after the invitations were fixed, and write to the units.

    Raises NotAllowed, also for an officer with an interest in the batch; DomainError without it, twice, or when the
    sessions have too few seats.
    """
    with command(by, "reviews.draw_agenda", defence) as act:
        refuse_conflicted(by, defence.batch)
        if defence.seed:
            raise DomainError("agenda_as_drawn", _("The agenda of this batch is drawn already."))
        if not seed.strip() or not source.strip():
            raise DomainError("agenda_whole_or_not_yet", _("Give the seed and where it was published."), "seed")
        rows = Application.objects.filter(pk__in=defence.invited, state=ApplicationState.DEFENCE)
        defence.seed, defence.source = seed.strip(), source.strip()
        defence.agenda = agenda(rows.values_list("pk", "unit_id", "province_id"), defence.seed)
        defence.drawn_by_id, defence.drawn_at = by.id, clock.now()
        seats = _seats(DefenceSession.objects.filter(batch=defence.batch_id).order_by("begins_at", "pk"))
        placed = list(zip(defence.agenda, seats, strict=False))
        if len(placed) < len(defence.agenda):
            raise DomainError(
                "agenda_needs_seats",
                _("%(units)s units are invited, the sessions have %(seats)s places. Ask MIIT to plan more.")
                % {"units": len(defence.agenda), "seats": len(placed)},
            )
        defence.save(update_fields=["seed", "source", "agenda", "drawn_by", "drawn_at"])
        Hearing.objects.bulk_create(
            Hearing(application_id=one, session=session, place=place, seat=seat)
            for place, (one, (session, seat)) in enumerate(placed, start=1)
        )
        _tell(by, defence.agenda, gettext_lazy("%(unit)s is invited to defend its plan: %(when)s. Please confirm."))
        return act.record(defence)


def _seats(sessions: Iterable[DefenceSession]) -> Iterator[tuple[DefenceSession, int]]:
    """The places of all sessions in the order of time."""
    for session in sessions:
        yield from ((session, seat) for seat in range(1, session.seats + 1))


def _tell(by: Actor, applications: list[int], text: Text) -> None:
    """Write to each unit when it is heard."""
    rows = Hearing.objects.filter(pk__in=applications).select_related("session", "application__unit").order_by("place")
    told = recipients_of(Role.DRAFTER, Role.SIGNATORY, units=[row.application.unit_id for row in rows])
    letters = (
        Letter(
            told.get(row.application.unit_id, ()),
            text,
            reverse("reviews:own_hearing", args=[row.pk]),
            {"unit": row.application.unit, "when": clock.in_words(row.begins_at)},
        )
        for row in rows
    )
    notify_each(letters, by=by)
