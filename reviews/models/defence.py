"""The defence of a batch: who is invited, its sessions, the hearing of each unit at its place of the draw."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import ApplicationState
from applications.models.guards import own, refuse, sees
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import HearingState
from reviews.models.guards import MIIT_OFFICER, OFFICER, OFFICES, UNCONFLICTED, ask, holds
from reviews.states import HEARING

_HEARING = "reviews_hearing"


class Defence(models.Model):
    """MIIT fixes who is invited; then MOF enters a seed that was published after that, and the agenda follows.

    invited: keys of the applications, sorted; agenda: the same in the order in which they are heard.
    """

    batch = models.OneToOneField(
        "programme.Batch", models.PROTECT, related_name="defence", verbose_name=_("batch"), primary_key=True
    )
    invited = models.JSONField(pgettext_lazy("units", "invited"))
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    fixed_at = models.DateTimeField(_("invitations fixed"), default=clock.now)
    seed = models.CharField(_("seed"), max_length=200, blank=True)
    source = models.CharField(_("where the seed was published"), max_length=300, blank=True)
    agenda = models.JSONField(_("agenda"), default=list)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("defence")
        verbose_name_plural = _("defences")
        ordering = ["batch"]
        constraints = [
            models.CheckConstraint(
                name="agenda_whole_or_not_yet",
                condition=Q(seed="", source="", agenda=[], drawn_by=None, drawn_at=None)
                | (~Q(seed="") & ~Q(source="") & Q(drawn_by__isnull=False, drawn_at__isnull=False)),
                violation_error_message=_("Give the seed and where it was published."),
            ),
            models.CheckConstraint(
                name="agenda_by_two",
                condition=Q(drawn_by=None) | ~Q(drawn_by=F("fixed_by")),
                violation_error_message=_("Another person than who fixed the invitations enters the seed."),
            ),
            RowSecurity(
                name="defence_rows",
                read=OFFICES,
                insert=f"({MIIT_OFFICER} and fixed_by_id = {USER})",
                update="(select scope_officer_of('MOF'))",
            ),
        ]
        triggers = [
            holds(
                "agenda_as_drawn",
                f"""
                    if tg_op = 'INSERT' then
                        if new.seed <> '' then
                            {refuse("agenda_as_drawn", "who is invited is fixed before the seed is known")}
                        end if;
                        {ask("reviews_defence_problem(new.batch_id, new.invited)")}
                        return new;
                    end if;
                    if old.seed <> '' or (new.batch_id, new.invited, new.fixed_by_id, new.fixed_at)
                       is distinct from (old.batch_id, old.invited, old.fixed_by_id, old.fixed_at)
                       or new.drawn_by_id is distinct from scope_user() then
                        {refuse("agenda_as_drawn", "an agenda follows from its seed, and never changes")}
                    end if;
                    {ask("reviews_agenda_problem(new.batch_id, new.seed, new.invited, new.agenda)")}
                """,
            ),
            pgtrigger.Trigger(
                name="defence_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=refuse("agenda_as_drawn", "an agenda is never removed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}"


class DefenceSession(models.Model):
    """A sitting in which units are heard one after another. minutes: for each unit; seats: how many are heard."""

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="sessions", verbose_name=_("batch"))
    begins_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes for each unit"), default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    seats = models.PositiveSmallIntegerField(
        _("units heard"), default=8, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    room = models.CharField(_("room"), max_length=200, blank=True)
    link = models.URLField(_("link of the video conference"), max_length=300, blank=True)
    note = models.CharField(_("what the units should know"), max_length=1000, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("session of the defence")
        verbose_name_plural = _("sessions of the defence")
        ordering = ["begins_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="session_has_a_place",
                condition=~Q(room="") | ~Q(link=""),
                violation_error_message=_("Give a room or a link."),
            ),
            models.CheckConstraint(
                name="session_within_reason",
                condition=Q(minutes__gte=5, minutes__lte=240, seats__gte=1, seats__lte=100),
                violation_error_message=_("Between 5 and 240 minutes for each of 1 to 100 units."),
            ),
            RowSecurity(
                name="defence_session_rows",
                # Who sees a hearing of it sees the session; the hearing's own policy decides.
                read=f"({OFFICES} or exists (select 1 from {_HEARING} h where h.session_id = id))",
                insert=f"({MIIT_OFFICER} and planned_by_id = {USER})",
                update=MIIT_OFFICER,
                delete=MIIT_OFFICER,
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="session_seats_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    if (reviews_agenda_is_drawn(old.batch_id) or reviews_agenda_is_drawn(new.batch_id))
                       and (tg_op <> 'UPDATE' or (new.batch_id, new.seats, new.minutes)
                            is distinct from (old.batch_id, old.seats, old.minutes)) then
                        {refuse("session_seats_stay", "sessions keep their seats once the agenda is drawn")}
                    end if;
                    if tg_op = 'DELETE' then return old; end if;
                    return new;
                """,
            )
        ]

    def __str__(self) -> str:
        return clock.in_words(self.begins_at)


class Hearing(models.Model):
    """When a unit is heard, and whether it comes. place: its place in the agenda of the batch, from 1.

    seat: its place in the session, from 1.
    """

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, related_name="hearing", primary_key=True
    )
    session = models.ForeignKey(DefenceSession, models.PROTECT, related_name="hearings")
    place = models.PositiveSmallIntegerField(_("place"))
    seat = models.PositiveSmallIntegerField(_("place in the session"))
    state = models.CharField(_("state"), max_length=10, choices=HearingState.choices, default=HearingState.INVITED)
    delegation = models.CharField(_("who comes"), max_length=1000, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    held_at = models.DateTimeField(_("noted"), null=True, blank=True)
    # Kept with the note: a session of which some units were heard may be moved for the others.
    began_at = models.DateTimeField(_("began"), null=True, blank=True)

    class Meta:
        verbose_name = _("hearing")
        verbose_name_plural = _("hearings")
        ordering = ["session", "place"]
        constraints = [
            models.UniqueConstraint(
                name="hearing_seat_once",
                fields=["session", "seat"],
                violation_error_message=_("Two units cannot have the same place."),
            ),
            models.CheckConstraint(
                name="hearing_confirmed_by_somebody",
                condition=~Q(state=HearingState.CONFIRMED) | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                violation_error_message=_("A confirmation has its person and time."),
            ),
            models.CheckConstraint(
                name="hearing_held_by_somebody",
                condition=Q(
                    state__in=[HearingState.INVITED, HearingState.CONFIRMED], held_by=None, held_at=None, began_at=None
                )
                | Q(
                    state__in=[HearingState.HEARD, HearingState.ABSENT],
                    held_by__isnull=False,
                    held_at__isnull=False,
                    began_at__isnull=False,
                ),
                violation_error_message=_("What is noted of a hearing has its person and time."),
            ),
            RowSecurity(
                name="hearing_rows",
                read=sees(_HEARING),
                insert="(select scope_officer_of('MOF'))",
                update=f"({own(_HEARING, 'drafter', 'signatory')} or ({OFFICER} and {UNCONFLICTED}))",
            ),
        ]
        triggers = [
            HEARING.guard(),
            holds(
                "hearing_by_its_side",
                f"""
                    if tg_op = 'INSERT' then
                        {ask("reviews_hearing_problem(new.application_id, new.session_id, new.place::int)")}
                        return new;
                    end if;
                    if (new.application_id, new.session_id, new.place, new.seat)
                       is distinct from (old.application_id, old.session_id, old.place, old.seat) then
                        {refuse("agenda_as_drawn", "a hearing keeps its place")}
                    end if;
                    {ask("reviews_heard_problem(new.application_id)")}
                    if not (select scope_roles()) && array['officer'] then
                        if new.state <> 'confirmed' or new.confirmed_by_id is distinct from scope_user() then
                            {refuse("hearing_by_its_side", "a unit confirms, and nothing else")}
                        end if;
                    elsif new.state = 'confirmed' or new.delegation is distinct from old.delegation
                          or new.state in ('heard', 'absent') and new.held_by_id is distinct from scope_user() then
                        {refuse("hearing_by_its_side", "an officer does not answer for a unit")}
                    end if;
                """,
            ),
            pgtrigger.Trigger(
                name="hearing_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=refuse("agenda_as_drawn", "a hearing is never removed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.session_id}/{self.seat}"

    @property
    def begins_at(self) -> datetime:
        """When this unit is heard: the session's beginning and the units before it; once it was, when it was."""
        return self.began_at or self.session.begins_at + timedelta(minutes=self.session.minutes * (self.seat - 1))

    @property
    def is_open(self) -> bool:
        """Whether it is still to come."""
        return self.state in (HearingState.INVITED, HearingState.CONFIRMED) and not self.is_off

    @property
    def is_off(self) -> bool:
        """Whether the unit withdrew its application before it was heard."""
        still = self.state in (HearingState.INVITED, HearingState.CONFIRMED)
        return still and self.application.state == ApplicationState.WITHDRAWN
