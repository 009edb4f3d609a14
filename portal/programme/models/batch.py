"""Batches of the programme."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.errors import Text
from portal.core.rls import NATION, RowSecurity, has_role
from portal.programme.enums import BatchState
from portal.programme.states import BATCH

# What people rely on once the call is public. The owner's role mends a deadline (a postponement is an act of law that
# reaches the portal as a migration until it has an act of its own), nobody else does.
PUBLISHED_TERMS = pgtrigger.Trigger(
    name="batch_terms_are_published",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=~pgtrigger.Q(old__state="draft"),
    func="""
        if row(new.number, new.year, new.title_zh, new.title_en, new.rule_set_id, new.call_zh, new.call_en,
               new.opened_by_id, new.opened_at, new.countersigned_by_id, new.countersigned_at)
           is distinct from
           row(old.number, old.year, old.title_zh, old.title_en, old.rule_set_id, old.call_zh, old.call_en,
               old.opened_by_id, old.opened_at, old.countersigned_by_id, old.countersigned_at)
           or (current_user <> 'portal_owner'
               and row(new.opens_at, new.deadline) is distinct from row(old.opens_at, old.deadline)) then
            raise exception 'the terms of an open batch are published'
                using errcode = 'check_violation', constraint = 'batch_terms_are_published';
        end if;
        return new;
    """,
)

# Each ministry signs in person and once; the constraint that wants both would take any two persons' numbers. What MIIT
# has signed is what MOF countersigns.
_TERMS = "number, year, title_zh, title_en, rule_set_id, call_zh, call_en, opens_at, deadline"
_NEW, _OLD = (", ".join(f"{row}.{name}" for name in _TERMS.split(", ")) for row in ("new", "old"))
SIGNED_IN_PERSON = pgtrigger.Trigger(
    name="batch_signed_by_its_ministry",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"""
        if tg_op = 'INSERT' then
            if current_user <> 'portal_owner'
               and num_nonnulls(new.opened_by_id, new.opened_at, new.countersigned_by_id, new.countersigned_at) > 0 then
                raise exception 'a batch is born without signatures'
                    using errcode = 'check_violation', constraint = 'batch_open_needs_both_ministries';
            end if;
            return new;
        end if;
        if old.state <> 'draft' then
            return new; -- published: held by batch_terms_are_published
        end if;
        if (new.opened_by_id, new.opened_at) is distinct from (old.opened_by_id, old.opened_at)
           and (old.opened_by_id is not null
                or new.opened_by_id is distinct from scope_user() or not batch_officer_of('MIIT'))
           or (new.countersigned_by_id, new.countersigned_at)
              is distinct from (old.countersigned_by_id, old.countersigned_at)
           and (old.countersigned_by_id is not null or old.opened_by_id is null
                or new.countersigned_by_id is distinct from scope_user() or not batch_officer_of('MOF')) then
            raise exception 'an officer of the ministry signs, in person and once'
                using errcode = 'check_violation', constraint = 'batch_open_needs_both_ministries';
        end if;
        if current_user <> 'portal_owner' and old.opened_by_id is not null
           and row({_NEW}) is distinct from row({_OLD}) then
            raise exception 'what was signed is what is countersigned'
                using errcode = 'check_violation', constraint = 'batch_open_needs_both_ministries';
        end if;
        return new;
    """,
)


class Batch(models.Model):
    """One round: opened by MIIT, countersigned by MOF. A draft is seen by the ministries, the rest by everyone."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    title_zh = models.CharField(_("title in Chinese"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=200)
    state = models.CharField(_("state"), max_length=12, choices=BatchState.choices, default=BatchState.DRAFT)
    rule_set = models.ForeignKey("programme.RuleSet", models.PROTECT, related_name="batches", null=True, blank=True)
    call_zh = models.TextField(_("call in Chinese"), blank=True)
    call_en = models.TextField(_("call in English"), blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("opened by MIIT"), null=True)
    countersigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    countersigned_at = models.DateTimeField(_("countersigned by MOF"), null=True)
    publicity_from = models.DateField(_("publicity from"), null=True, blank=True)
    publicity_to = models.DateField(_("publicity to"), null=True, blank=True)
    final_document_no = models.CharField(_("document number of the final list"), max_length=60, blank=True)
    source = models.TextField(_("source"), blank=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="batch_one_open",
                fields=["state"],
                condition=Q(state=BatchState.OPEN),
                violation_error_message=_("Another batch is open: close it first."),
            ),
            models.CheckConstraint(
                name="batch_deadline_after_opening",
                condition=Q(deadline=None) | Q(deadline__gt=F("opens_at")),
                violation_error_message=_("The deadline lies after the opening."),
            ),
            models.CheckConstraint(
                name="batch_open_needs_both_ministries",
                condition=Q(state__in=[BatchState.DRAFT, BatchState.ARCHIVED])
                | (
                    Q(
                        opened_by__isnull=False,
                        countersigned_by__isnull=False,
                        rule_set__isnull=False,
                        deadline__isnull=False,
                    )
                    & ~Q(opened_by=F("countersigned_by"))
                ),
                violation_error_message=_("A batch opens with the signatures of MIIT and of MOF, two people."),
            ),
            RowSecurity(
                name="batch_rows",
                read=f"(state <> 'draft' or {NATION})",
                insert=f"({has_role('officer')} and state = 'draft')",
                update=has_role("officer", "clockwork"),
            ),
        ]
        triggers = [BATCH.guard(), PUBLISHED_TERMS, SIGNED_IN_PERSON]

    def __str__(self) -> str:
        return self.title

    @property
    def is_awaited(self) -> bool:
        """The call is public, and the day from which applications are taken lies ahead."""
        return self.state == BatchState.OPEN and self.opens_at is not None and self.opens_at > clock.now()

    @property
    def state_words(self) -> Text:
        """The state for people: a public call is not open before its day, nor after its last second."""
        if self.is_awaited:
            return _("announced")
        return _("deadline passed") if self.is_over else self.get_state_display()

    @property
    def is_over(self) -> bool:
        """The last second of an open call has passed, and nothing has closed it yet."""
        return self.state == BatchState.OPEN and self.deadline is not None and not self.ends_later

    @property
    def ends_later(self) -> bool:
        """The last second for applications is not over."""
        return self.deadline is not None and not clock.is_over(self.deadline)

    @property
    def takes_applications(self) -> bool:
        """The call is public, its day has come and its last second is not over, though nobody closed it yet."""
        return self.state == BatchState.OPEN and self.ends_later and not self.is_awaited

    @property
    def is_told(self) -> bool:
        """The list is final: applicants are told."""
        return self.state in (BatchState.FINAL, BatchState.RUNNING, BatchState.ASSESSED, BatchState.ARCHIVED)

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if get_language() == "en" else self.title_zh

    @property
    def call(self) -> str:
        """The call in the reader's language."""
        return self.call_en if get_language() == "en" else self.call_zh


class KnownPilot(models.Model):
    """A pilot unit of an earlier batch, as a source names it; never guessed."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="known_pilots", verbose_name=_("batch"))
    unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, null=True, related_name="known_pilots")
    province = models.ForeignKey("programme.Province", models.PROTECT, null=True, related_name="+")
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=200)
    is_verified = models.BooleanField(_("named by the source for this batch"))
    source = models.TextField(_("source"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("pilot unit of an earlier batch")
        verbose_name_plural = _("pilot units of earlier batches")
        ordering = ["batch", "province", "name_zh"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "name_zh"], name="known_pilot_once"),
            RowSecurity(name="known_pilot_rows", read="true"),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh
