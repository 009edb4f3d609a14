"""Who takes the place of a unit that left the list: the decision's own question, asked once more."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import refuse
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import Ministry, ReplacementState
from reviews.models.guards import OFFICER, OFFICES, UNCONFLICTED_BATCH, ask, holds
from reviews.states import REPLACEMENT

_ANSWERS = (
    "reviews_replacement_problem(new.batch_id, new.decision_id, new.instance::jsonb, new.answer::jsonb, new.comes)"
)


class Replacement(models.Model):
    """One replacement: question and answer as texts that never change, proposed by a ministry, confirmed by the other.

    instance: the decision's question with every listed unit fixed and only the reserve open; comes: who moves up.
    Only people without a conflict in the batch read it: it holds every candidate's score.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="replacements", verbose_name=_("batch"))
    number = models.PositiveSmallIntegerField(_("number"))
    decision = models.ForeignKey("reviews.Decision", models.PROTECT, related_name="replacements")
    state = models.CharField(
        _("state"), max_length=10, choices=ReplacementState.choices, default=ReplacementState.PROPOSED
    )
    instance = models.TextField(_("question"))
    instance_sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    answer = models.TextField(_("answer"))
    comes = ArrayField(models.CharField(max_length=20), verbose_name=_("units that move up"))
    ministry = models.CharField(_("ministry"), max_length=4, choices=Ministry.choices)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), default=clock.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    withdrawn_why = models.TextField(_("why it was withdrawn"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("replacement")
        verbose_name_plural = _("replacements")
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(
                name="replacement_number_once",
                fields=["batch", "number"],
                violation_error_message=_("Someone else proposed a replacement just now."),
            ),
            models.UniqueConstraint(
                name="replacement_one_at_a_time",
                fields=["batch"],
                condition=Q(state=ReplacementState.PROPOSED),
                violation_error_message=_("A replacement waits for the other ministry already."),
            ),
            models.CheckConstraint(
                name="replacement_by_two_people",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                violation_error_message=_("Another person confirms, for the other ministry."),
            ),
            models.CheckConstraint(
                name="replacement_confirmed_by_somebody",
                condition=Q(state=ReplacementState.CONFIRMED, confirmed_by__isnull=False, confirmed_at__isnull=False)
                | (~Q(state=ReplacementState.CONFIRMED) & Q(confirmed_by=None, confirmed_at=None)),
                violation_error_message=_("A confirmation has its person and time."),
            ),
            models.CheckConstraint(
                name="replacement_withdrawn_with_reason",
                condition=~Q(state=ReplacementState.WITHDRAWN) | ~Q(withdrawn_why=""),
                violation_error_message=_("Say why the replacement is withdrawn."),
            ),
            RowSecurity(
                name="replacement_rows",
                read=f"({OFFICES} and {UNCONFLICTED_BATCH})",
                insert=f"({OFFICER} and proposed_by_id = {USER} and {UNCONFLICTED_BATCH})",
                update=f"({OFFICER} and {UNCONFLICTED_BATCH})",
            ),
        ]
        triggers = [
            REPLACEMENT.guard(),
            holds(
                "replacement_by_both_ministries",
                f"""
                    if tg_op = 'INSERT' then
                        if not scope_officer_of(new.ministry) then
                            {refuse("replacement_by_both_ministries", "an officer proposes for his own ministry")}
                        end if;
                        if new.instance_sha256 <> encode(sha256(convert_to(new.instance, 'UTF8')), 'hex')
                           or new.answer::jsonb->>'instance_sha256' is distinct from new.instance_sha256 then
                            {refuse("replacement_answers_its_question", "the answer belongs to another question")}
                        end if;
                        {ask(_ANSWERS)}
                        return new;
                    end if;
                    if old.state <> 'proposed'
                       or (to_jsonb(new) - '{{state,confirmed_by_id,confirmed_at,withdrawn_why}}'::text[])
                       <> (to_jsonb(old) - '{{state,confirmed_by_id,confirmed_at,withdrawn_why}}'::text[]) then
                        {refuse("replacement_is_kept", "a replacement never changes: withdraw it and propose anew")}
                    end if;
                    if new.state = 'confirmed' then
                        if new.confirmed_by_id is distinct from scope_user()
                           or not scope_officer_of(case old.ministry when 'MIIT' then 'MOF' else 'MIIT' end) then
                            {refuse("replacement_by_both_ministries", "an officer of the other ministry confirms")}
                        end if;
                        {ask(_ANSWERS)}
                    end if;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(_("Replacement %(number)s") % {"number": self.number})
