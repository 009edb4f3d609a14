"""Objections against the published list: what was lodged, how it is handled, and units that wait meanwhile."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.guards import refuse, stays
from portal.core import clock
from portal.core.models import StoredFile, file_checks
from portal.core.rls import NATION, USER, RowSecurity, has_role
from reviews.enums import Ministry, ObjectionState
from reviews.models.guards import OFFICER, OFFICES, UNCONFLICTED_BATCH, ask, holds
from reviews.models.publicity import TODAY, PublicEntry
from reviews.states import OBJECTION

MOST_FILES: Final = 5
MOST_BYTES: Final = 50 * 2**20  # of one file of evidence
MOST_BYTES_IN_ALL: Final = 2 * MOST_BYTES
_READ: Final = f"({NATION} and {has_role('officer', 'auditor')})"
_APART: Final = (
    f"(case when entry_id is null then {UNCONFLICTED_BATCH} else exists (select 1 from reviews_publicentry e"
    " where e.id = entry_id and e.application_id <> all((select scope_conflicted_applications())::bigint[])) end)"
)
_HANDLED: Final = (
    "{state,answer,answered_by_id,answered_at,handler_id,handler_ministry,taken_at,due_on,"
    "extended_by_id,extended_at,extended_why}"
)


class Objection(models.Model):
    """What somebody holds against the list, with name and contact. Read by the ministries and the auditors only.

    entry: the unit it is about; empty when it is about the list as a whole. digest: of who wrote what about whom, so
    that the same objection is kept once. due_on: the day by which the ministries answer.
    The identifier is made by the portal and not by the database: the public may write, and read nothing back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="objections", verbose_name=_("batch"))
    entry = models.ForeignKey(
        PublicEntry, models.PROTECT, null=True, blank=True, related_name="objections", verbose_name=_("pilot unit")
    )
    name = models.CharField(_("real name"), max_length=80)
    contact = models.CharField(_("telephone or e-mail"), max_length=160)
    grounds = models.TextField(_("grounds"), max_length=6000)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    lodged_at = models.DateTimeField(_("lodged"), default=clock.now)
    receipt_no = models.CharField(_("receipt number"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=ObjectionState.choices, default=ObjectionState.LODGED)
    due_on = models.DateField(_("answer due"))
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handled by")
    )
    handler_ministry = models.CharField(_("ministry"), max_length=4, choices=Ministry.choices, blank=True)
    taken_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    extended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    extended_at = models.DateTimeField(_("extended"), null=True, blank=True)
    extended_why = models.TextField(_("why it was extended"), max_length=2000, blank=True)
    answer = models.TextField(_("answer"), max_length=6000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(pgettext_lazy("moment", "answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["lodged_at", "pk"]
        indexes = [models.Index(fields=["batch", "state"]), models.Index(fields=["entry", "state"])]
        constraints = [
            models.UniqueConstraint(
                name="objection_once",
                fields=["batch", "digest"],
                violation_error_message=_("This objection was received already; it is examined once."),
            ),
            models.CheckConstraint(
                name="objection_answered_in_words",
                condition=Q(state=ObjectionState.LODGED, answer="", answered_by=None, answered_at=None)
                | (~Q(state=ObjectionState.LODGED) & ~Q(answer="") & Q(answered_by__isnull=False)),
                violation_error_message=_("An objection is answered in words, by a person."),
            ),
            models.CheckConstraint(
                name="objection_says_who_and_why",
                condition=~Q(name="")
                & ~Q(contact="")
                & ~Q(grounds="")
                & ~Q(receipt_no="")
                & Q(digest__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("Give your real name, how to reach you, and the grounds."),
            ),
            models.CheckConstraint(
                name="objection_upheld_names_a_unit",
                condition=~Q(state=ObjectionState.UPHELD) | Q(entry__isnull=False),
                violation_error_message=_("Only an objection against a unit can be upheld here."),
            ),
            models.CheckConstraint(
                name="objection_handled_by_somebody",
                condition=Q(handler=None, handler_ministry="", taken_at=None)
                | (Q(handler__isnull=False, taken_at__isnull=False) & ~Q(handler_ministry="")),
                violation_error_message=_("Who handles it has a ministry."),
            ),
            models.CheckConstraint(
                name="objection_extended_with_reason",
                condition=Q(extended_by=None, extended_at=None, extended_why="")
                | (Q(extended_by__isnull=False, extended_at__isnull=False) & ~Q(extended_why="")),
                violation_error_message=_("Say why more time is needed."),
            ),
            RowSecurity(
                name="objection_rows",
                read=_READ,
                insert="(state = 'lodged' and handler_id is null and extended_by_id is null"
                " and case when entry_id is null then exists (select 1 from programme_batch b where b.id = batch_id"
                f" and b.state = 'publicity' and {TODAY} between b.publicity_from and b.publicity_to)"
                " else exists (select 1 from reviews_publicentry e where e.id = entry_id"
                " and e.batch_id = reviews_objection.batch_id and e.state in ('listed', 'suspended')"
                f" and {TODAY} between e.publicity_from and e.publicity_to) end)",
                update=f"({OFFICER} and {_APART})",
            ),
        ]
        triggers = [
            OBJECTION.guard(),
            # Whoever makes a list final and whoever objects take turns at the batch.
            holds("objection_before_the_final_list", "perform reviews_hold_batch(new.batch_id);", update=False),
            holds(
                "objection_is_answered_once",
                f"""
                    if old.state <> 'lodged'
                       or (to_jsonb(new) - '{_HANDLED}'::text[]) <> (to_jsonb(old) - '{_HANDLED}'::text[]) then
                        {refuse("objection_is_answered_once", "an objection is answered once and never changed")}
                    end if;
                    if (new.handler_id, new.handler_ministry) is distinct from (old.handler_id, old.handler_ministry)
                       and (new.handler_id is distinct from scope_user()
                            or not scope_officer_of(new.handler_ministry)) then
                        {refuse("objection_taken_in_person", "an officer takes over for himself and his ministry")}
                    end if;
                    if new.state <> old.state and (new.answered_by_id is distinct from scope_user()
                                                   or new.handler_id is distinct from scope_user()) then
                        {refuse("objection_answered_by_its_handler", "who handles it answers, in person")}
                    end if;
                    if (new.due_on, new.extended_by_id, new.extended_at, new.extended_why)
                       is distinct from (old.due_on, old.extended_by_id, old.extended_at, old.extended_why)
                       and (old.extended_by_id is not null or new.extended_by_id is distinct from scope_user()
                            or new.due_on <= old.due_on or old.handler_id is null or old.handler_id = scope_user()
                            or not scope_officer_of(
                                   case old.handler_ministry when 'MIIT' then 'MOF' else 'MIIT' end)) then
                        {refuse("objection_extended_once", "the other ministry gives more time, once")}
                    end if;
                """,
                insert=False,
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_no

    @property
    def is_late(self) -> bool:
        """Whether it waits for its answer longer than it should."""
        return self.state == ObjectionState.LODGED and self.due_on < clock.today()


class ObjectionFile(StoredFile):
    """Evidence that came with an objection. Nobody with an account brought it: `uploaded_by_id` is nought.

    The identifier is made by the portal, as the objection's: the public may write, and read nothing back.
    """

    seen_at = ("reviews:objections",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    objection = models.ForeignKey(Objection, models.PROTECT, related_name="files")

    class Meta:
        verbose_name = _("evidence of an objection")
        verbose_name_plural = _("evidence of objections")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            *file_checks("objection"),
            models.CheckConstraint(
                name="objection_file_within_limits",
                condition=Q(size__lte=MOST_BYTES),
                violation_error_message=_("A file of evidence has at most 50 MB."),
            ),
            RowSecurity(name="objection_file_rows", read=_READ, insert="true"),
        ]
        triggers = [
            *stays("objection_file_stays", "evidence is never changed or removed"),
            holds(
                "objection_file_comes_with_it",
                ask("reviews_objection_file_problem(new.objection_id, new.size)"),
                update=False,
            ),
        ]


class ObjectionNote(models.Model):
    """What an officer notes while an objection is examined; read by the ministries and auditors, never changed."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=4000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("person", "by")
    )
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("note on an objection")
        verbose_name_plural = _("notes on objections")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="objection_note_says_something",
                condition=~Q(text=""),
                violation_error_message=_("Write the note."),
            ),
            RowSecurity(name="objection_note_rows", read=_READ, insert=f"({OFFICER} and by_id = {USER})"),
        ]
        triggers = stays("objection_note_stays", "a note is never changed or removed")

    def __str__(self) -> str:
        return self.text[:60]


class Suspension(models.Model):
    """A unit of the list waits while an objection against it is examined. The public reads that it waits, not why."""

    entry = models.ForeignKey(PublicEntry, models.PROTECT, related_name="suspensions", verbose_name=_("pilot unit"))
    objection = models.ForeignKey(Objection, models.PROTECT, related_name="suspensions", verbose_name=_("objection"))
    reason = models.TextField(_("reason"), max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("person", "by")
    )
    at = models.DateTimeField(_("time"), default=clock.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_why = models.TextField(_("why it ended"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("suspension of a unit")
        verbose_name_plural = _("suspensions of units")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="suspension_once",
                fields=["entry"],
                condition=Q(ended_at=None),
                violation_error_message=_("This unit is suspended already."),
            ),
            models.CheckConstraint(
                name="suspension_has_reasons",
                condition=~Q(reason="")
                & (
                    Q(ended_by=None, ended_at=None, ended_why="")
                    | (Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(ended_why=""))
                ),
                violation_error_message=_("A suspension begins and ends with a reason."),
            ),
            RowSecurity(
                name="suspension_rows",
                read=OFFICES,
                insert=f"({OFFICER} and by_id = {USER} and ended_at is null and exists (select 1"
                " from reviews_publicentry e where e.id = entry_id"
                " and e.application_id <> all((select scope_conflicted_applications())::bigint[])))",
                update=f"({OFFICER} and exists (select 1 from reviews_publicentry e where e.id = entry_id"
                " and e.application_id <> all((select scope_conflicted_applications())::bigint[])))",
            ),
        ]
        triggers = [
            holds(
                "suspension_by_objection",
                f"""
                    if tg_op = 'INSERT' then
                        if not exists (select 1 from reviews_objection o where o.id = new.objection_id
                                          and o.entry_id = new.entry_id and o.state = 'lodged') then
                            {refuse("suspension_by_objection", "a unit waits while an objection against it is open")}
                        end if;
                        return new;
                    end if;
                    if old.ended_at is not null or new.ended_by_id is distinct from scope_user()
                       or (to_jsonb(new) - '{{ended_by_id,ended_at,ended_why}}'::text[])
                       <> (to_jsonb(old) - '{{ended_by_id,ended_at,ended_why}}'::text[]) then
                        {refuse("suspension_is_kept", "a suspension is ended once and never changed")}
                    end if;
                    if reviews_entry_waits_for_answers(new.entry_id) then
                        {refuse("entry_released_after_answers", "an objection against the unit is still open")}
                    end if;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)
