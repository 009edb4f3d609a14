"""What everyone reads: the list without scores and ranks; and the objections against it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.models.guards import refuse
from portal.core import clock
from portal.core.rls import NATION, RowSecurity, has_role
from reviews.enums import ObjectionState
from reviews.models.guards import OFFICER, OFFICES, ask, holds
from reviews.states import OBJECTION

_TODAY = "(clock_timestamp() at time zone 'Asia/Shanghai')::date"


class PublicEntry(models.Model):
    """One unit of the published list. It holds nothing that is not public; a dropped one is no longer shown."""

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="public_entries", verbose_name=_("batch"))
    application = models.OneToOneField("applications.Application", models.PROTECT, related_name="public_entry")
    unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, related_name="+", verbose_name=_("pilot unit"))
    province = models.ForeignKey("programme.Province", models.PROTECT, related_name="+", verbose_name=_("province"))
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=200)
    published_at = models.DateTimeField(_("published"), default=clock.now)
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)
    dropped_why = models.TextField(_("why it was dropped"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("entry of the published list")
        verbose_name_plural = _("entries of the published list")
        ordering = ["province", "unit"]
        indexes = [models.Index(fields=["batch", "province", "unit"])]
        constraints = [
            models.CheckConstraint(
                name="entry_dropped_with_reason",
                condition=Q(dropped_at=None, dropped_why="") | (Q(dropped_at__isnull=False) & ~Q(dropped_why="")),
                violation_error_message=_("Say why the unit leaves the list."),
            ),
            RowSecurity(
                name="public_entry_rows",
                read=f"(dropped_at is null or {OFFICES})",
                insert=OFFICER,
                update=OFFICER,
            ),
        ]
        triggers = [
            holds(
                "entry_needs_publication",
                f"""
                    if tg_op = 'INSERT' then
                        {ask("reviews_entry_problem(new.batch_id, new.application_id, new.unit_id, new.province_id)")}
                    elsif (to_jsonb(new) - 'dropped_at' - 'dropped_why')
                          <> (to_jsonb(old) - 'dropped_at' - 'dropped_why') or old.dropped_at is not null
                          or not exists (select 1 from reviews_objection o where o.entry_id = new.id
                                            and o.state = 'upheld') then
                        {refuse("entry_leaves_by_objection", "a unit leaves the list by an upheld objection alone")}
                    end if;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_zh


class Objection(models.Model):
    """What somebody holds against the list, with name and contact. Read by the ministries and the auditors only.

    entry: the unit it is about; empty when it is about the list as a whole.
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
    lodged_at = models.DateTimeField(_("lodged"), default=clock.now)
    receipt_no = models.CharField(_("receipt number"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=ObjectionState.choices, default=ObjectionState.LODGED)
    answer = models.TextField(_("answer"), max_length=6000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["lodged_at", "pk"]
        indexes = [models.Index(fields=["batch", "state"])]
        constraints = [
            models.CheckConstraint(
                name="objection_answered_in_words",
                condition=Q(state=ObjectionState.LODGED, answer="", answered_by=None, answered_at=None)
                | (~Q(state=ObjectionState.LODGED) & ~Q(answer="") & Q(answered_by__isnull=False)),
                violation_error_message=_("An objection is answered in words, by a person."),
            ),
            models.CheckConstraint(
                name="objection_says_who_and_why",
                condition=~Q(name="") & ~Q(contact="") & ~Q(grounds="") & ~Q(receipt_no=""),
                violation_error_message=_("Give your real name, how to reach you, and the grounds."),
            ),
            models.CheckConstraint(
                name="objection_upheld_names_a_unit",
                condition=~Q(state=ObjectionState.UPHELD) | Q(entry__isnull=False),
                violation_error_message=_("Only an objection against a unit can be upheld here."),
            ),
            RowSecurity(
                name="objection_rows",
                read=f"({NATION} and {has_role('officer', 'auditor')})",
                insert=f"(state = 'lodged' and exists (select 1 from programme_batch b where b.id = batch_id"
                f" and b.state = 'publicity' and {_TODAY} between b.publicity_from and b.publicity_to)"
                " and (entry_id is null or exists (select 1 from reviews_publicentry e where e.id = entry_id"
                " and e.batch_id = reviews_objection.batch_id)))",
                update=OFFICER,
            ),
        ]
        triggers = [
            OBJECTION.guard(),
            holds(
                "objection_is_answered_once",
                f"""
                    if old.state <> 'lodged' or (to_jsonb(new) - '{{state,answer,answered_by_id,answered_at}}'::text[])
                       <> (to_jsonb(old) - '{{state,answer,answered_by_id,answered_at}}'::text[])
                       or new.answered_by_id is distinct from scope_user() then
                        {refuse("objection_is_answered_once", "an objection is answered once and never changed")}
                    end if;
                """,
                insert=False,
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_no
