"""What everyone reads: the list without scores and ranks, unit by unit, and the final lists with their documents."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.models.guards import refuse, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import EntryState
from reviews.models.guards import OFFICER, OFFICES, UNCONFLICTED, ask, holds
from reviews.states import ENTRY

TODAY: Final = "(clock_timestamp() at time zone 'Asia/Shanghai')::date"
# Of documents of the state: an office, the year in 〔〕, a number. What stands behind it is free.
DOCUMENT_NO: Final = r"^\S+〔[0-9]{4}〕[0-9]+号"


class FinalList(models.Model):
    """A final list with the number of its document: the first of a batch, then supplementary ones. Never changed."""

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="final_lists", verbose_name=_("batch"))
    number = models.PositiveSmallIntegerField(_("number"))
    document_no = models.CharField(_("number of the document"), max_length=60)
    issued_at = models.DateTimeField(_("issued"), default=clock.now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("final list")
        verbose_name_plural = _("final lists")
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(
                name="final_list_number_once",
                fields=["batch", "number"],
                violation_error_message=_("Someone else made a final list just now. Look at it first."),
            ),
            models.UniqueConstraint(
                name="final_list_document_once",
                fields=["document_no"],
                violation_error_message=_("A final list has this number already."),
            ),
            models.CheckConstraint(
                name="final_list_has_its_document",
                condition=Q(document_no__regex=DOCUMENT_NO),
                violation_error_message=_("Give the number as on the document, for example 财建〔2026〕1号."),
            ),
            RowSecurity(name="final_list_rows", read="true", insert=f"({OFFICER} and issued_by_id = {USER})"),
        ]
        triggers = [
            *stays("final_list_stays", "a final list is never changed or removed"),
            holds(
                "final_list_in_its_turn",
                ask("reviews_final_list_problem(new.batch_id, new.number)"),
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return self.document_no

    @property
    def is_supplement(self) -> bool:
        """Whether a list of this batch was final before it."""
        return self.number > 1


class PublicEntry(models.Model):
    """One unit of the published list. It holds nothing that is not public; a dropped one is no longer shown.

    Each has a period of its own: a replacement is published later, and delays nobody else. replacement: what it came
    by, empty for the units of the decision.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="public_entries", verbose_name=_("batch"))
    application = models.OneToOneField("applications.Application", models.PROTECT, related_name="public_entry")
    unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, related_name="+", verbose_name=_("pilot unit"))
    province = models.ForeignKey("programme.Province", models.PROTECT, related_name="+", verbose_name=_("province"))
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=EntryState.choices, default=EntryState.LISTED)
    publicity_from = models.DateField(_("publicity from"))
    publicity_to = models.DateField(_("publicity to"))
    published_at = models.DateTimeField(_("published"), default=clock.now)
    changed_at = models.DateTimeField(_("last changed"), default=clock.now)
    replacement = models.ForeignKey(
        "reviews.Replacement", models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("came by")
    )
    final_list = models.ForeignKey(
        FinalList, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("final list")
    )
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
                condition=(~Q(state=EntryState.DROPPED) & Q(dropped_at=None, dropped_why=""))
                | (Q(state=EntryState.DROPPED, dropped_at__isnull=False) & ~Q(dropped_why="")),
                violation_error_message=_("Say why the unit leaves the list."),
            ),
            models.CheckConstraint(
                name="entry_final_by_a_list",
                condition=Q(state=EntryState.FINAL, final_list__isnull=False)
                | (~Q(state=EntryState.FINAL) & Q(final_list=None)),
                violation_error_message=_("A unit is final by a final list alone."),
            ),
            RowSecurity(
                name="public_entry_rows",
                read=f"(state <> 'dropped' or {OFFICES})",
                insert=OFFICER,
                update=f"({OFFICER} and {UNCONFLICTED})",
            ),
        ]
        triggers = [
            ENTRY.guard(),
            holds(
                "entry_needs_publication",
                f"""
                    if tg_op = 'INSERT' then
                        if new.publicity_to - new.publicity_from + 1 < coalesce((
                               select r.publicity_days from programme_batch b
                                 join programme_ruleset r on r.id = b.rule_set_id where b.id = new.batch_id), 1) then
                            {refuse("publicity_lasts_its_days", "a unit is published for the days of the rules")}
                        end if;
                        {ask("reviews_entry_problem(new.batch_id, new.application_id, new.unit_id, new.province_id)")}
                        return new;
                    end if;
                    if (to_jsonb(new) - '{{state,changed_at,final_list_id,dropped_at,dropped_why}}'::text[])
                       <> (to_jsonb(old) - '{{state,changed_at,final_list_id,dropped_at,dropped_why}}'::text[])
                       or new.state = old.state and (new.final_list_id, new.dropped_at, new.dropped_why)
                          is distinct from (old.final_list_id, old.dropped_at, old.dropped_why) then
                        {refuse("entry_is_published", "what is published does not change")}
                    end if;
                    -- Guards of time bind everyone but the owner, who loads demonstrations in bulk.
                    if new.state = 'final' and new.publicity_to >= {TODAY} and current_user <> 'portal_owner' then
                        {refuse("final_after_publicity", "the publicity of this unit is not over")}
                    end if;
                    {ask("reviews_entry_step_problem(new.id, old.state, new.state, new.final_list_id)")}
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; of two districts that apply as one it names both."""
        return self.name_en if get_language() == "en" else self.name_zh
