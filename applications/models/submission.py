"""Sign-offs, immutable snapshots, and the two signatures of the province."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import Side, Verdict
from applications.models.guards import UNLESS_OWNER, own, refuse, sees, stays
from portal.core import clock
from portal.core.punctuation import said_of
from portal.core.rls import ORGANISATIONS, USER, RowSecurity, has_role

_SIGN_OFF, _SNAPSHOT, _RECOMMENDATION = (
    "applications_signoff",
    "applications_snapshot",
    "applications_recommendation",
)


class SignOff(models.Model):
    """One person asks, another signs what has this digest, or sends it back."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="sign_offs")
    content_sha256 = models.CharField(_("digest"), max_length=64)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked"), default=clock.now)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    sent_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_back_at = models.DateTimeField(_("sent back"), null=True, blank=True)
    sent_back_why = models.TextField(_("reason"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="sign_off_two_people",
                condition=Q(signed_by=None) | ~Q(signed_by=F("requested_by")),
                violation_error_message=_("The signatory is someone other than the person who asked."),
            ),
            models.CheckConstraint(
                name="sign_off_signed_or_sent_back",
                condition=(Q(signed_by=None, signed_at=None) | Q(signed_by__isnull=False, signed_at__isnull=False))
                & (Q(sent_back_by=None, sent_back_at=None) | Q(sent_back_by__isnull=False, sent_back_at__isnull=False))
                & (Q(signed_by=None) | Q(sent_back_by=None)),
                violation_error_message=_("A sign-off is signed or sent back, once."),
            ),
            models.UniqueConstraint(
                name="sign_off_one_open",
                fields=["application"],
                condition=Q(signed_by=None, sent_back_by=None),
                violation_error_message=_("A sign-off is already asked for."),
            ),
            RowSecurity(
                name="sign_off_rows",
                read=sees(_SIGN_OFF),
                insert=f"(requested_by_id = {USER} and signed_by_id is null and {own(_SIGN_OFF, 'drafter')})",
                update=own(_SIGN_OFF, "drafter", "signatory"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sign_off_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    if tg_op = 'DELETE' then
                        {refuse("sign_off_is_kept", "a sign-off is kept")}
                    end if;
                    if tg_op = 'INSERT' then
                        if not dossier_is_open(new.application_id) then
                            {refuse("dossier_is_frozen", "the dossier is frozen in this state")}
                        end if;
                        return new;
                    end if;
                    if old.signed_by_id is not null or old.sent_back_by_id is not null
                       or (new.application_id, new.content_sha256, new.requested_by_id, new.requested_at)
                          is distinct from
                          (old.application_id, old.content_sha256, old.requested_by_id, old.requested_at) then
                        {refuse("sign_off_is_kept", "a sign-off is answered once and never changed")}
                    end if;
                    if {UNLESS_OWNER} and new.signed_by_id is not null
                       and (new.signed_by_id <> (select scope_user())
                            or not (select scope_roles()) && array['signatory']) then
                        {refuse("sign_off_by_signatory", "a signatory signs for himself")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.content_sha256[:12]


class Snapshot(models.Model):
    """What was signed and submitted: canonical JSON of the whole dossier. Nobody changes or removes it."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField(_("submission"))
    content = models.TextField(_("content"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    receipt_no = models.CharField(_("number of the receipt"), max_length=48, unique=True)
    submitted_at = models.DateTimeField(pgettext_lazy("moment", "submitted"), default=clock.now)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sign_off = models.OneToOneField(SignOff, models.PROTECT, related_name="snapshot")

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="snapshot_number_once",
                fields=["application", "number"],
                violation_error_message=_("This submission is already kept."),
            ),
            RowSecurity(
                name="snapshot_rows",
                read=sees(_SNAPSHOT),
                insert=f"(submitted_by_id = {USER} and {own(_SNAPSHOT, 'signatory')})",
            ),
        ]
        triggers = [
            *stays("snapshot_stays", "a snapshot is never changed or removed"),
            # Of two districts that apply as one, each signs by a person of its own; who submits is one of the two.
            pgtrigger.Trigger(
                name="snapshot_needs_both_districts",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    if exists (
                        select 1 from applications_districtpair p
                         where p.application_id = new.application_id and p.ended_at is null and not exists (
                               select 1 from applications_cosignature c
                                where c.sign_off_id = new.sign_off_id and c.content_sha256 = new.sha256
                                  and c.person_id <> new.submitted_by_id
                                  and signs_for(new.submitted_by_id,
                                      case c.organisation_id when p.first_id then p.second_id
                                                             when p.second_id then p.first_id end))) then
                        {refuse("snapshot_needs_both_districts", "both districts sign")}
                    end if;
                    return new;
                """,
            ),
            pgtrigger.Trigger(
                name="snapshot_is_what_was_signed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[
                    ("found_state", "text"),
                    ("in_batch", "bigint"),
                    ("due", "timestamptz"),
                    ("mend_until", "timestamptz"),
                    ("signed", "record"),
                ],
                func=f"""
                    if new.content is not json object with unique keys
                       or new.sha256 is distinct from encode(sha256(convert_to(new.content, 'UTF8')), 'hex') then
                        {refuse("snapshot_digest_is_true", "the digest is not that of the content")}
                    end if;
                    select s.application_id, s.content_sha256, s.signed_by_id, s.requested_by_id into signed
                      from applications_signoff s where s.id = new.sign_off_id;
                    if not found or signed.application_id <> new.application_id
                       or signed.content_sha256 <> new.sha256 or signed.signed_by_id is null
                       or signed.signed_by_id <> new.submitted_by_id
                       or signed.signed_by_id = signed.requested_by_id then
                        {refuse("snapshot_is_what_was_signed", "what is submitted is not what was signed")}
                    end if;
                    select a.state, a.batch_id, a.correction_until, a.mend_until
                      into found_state, in_batch, due, mend_until
                      from applications_application a where a.id = new.application_id;
                    if found_state is null or found_state not in ('awaiting_sign_off', 'correction')
                       or new.number <> 1 + (select count(*) from applications_snapshot s
                                              where s.application_id = new.application_id) then
                        {refuse("snapshot_in_its_turn", "nothing is submitted in this state")}
                    end if;
                    if {UNLESS_OWNER} then
                        new.submitted_at := date_trunc('second', clock_timestamp());
                        if found_state <> 'correction' then
                            due := dossier_due(in_batch, mend_until);
                        end if;
                        if due is null or new.submitted_at > due then
                            {refuse("snapshot_after_deadline", "the deadline has passed")}
                        end if;
                    end if;
                    return new;
                """,
            ),
            pgtrigger.Trigger(
                name="snapshot_keeps_its_roster",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=f"""
                    if not keep_roster_text(new.id) then
                        {refuse("snapshot_keeps_its_roster", "the roster is not what was signed")}
                    end if;
                    return null;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_no


class Recommendation(models.Model):
    """The decision of one department of the province on one submission. Never changed; a new submission asks anew."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="recommendations")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="recommendations")
    side = models.CharField(_("department"), max_length=10, choices=Side.choices)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    decision = models.CharField(_("decision"), max_length=15, choices=Verdict.choices)
    opinion = models.TextField(_("opinion"), max_length=4000, blank=True)
    letter = models.ForeignKey(
        "applications.Letter",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("joint letter"),
    )
    letter_no = models.CharField(_("number of the joint letter"), max_length=60, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="recommendation_once_per_side",
                fields=["snapshot", "side"],
                violation_error_message=_("This department has already decided on this submission."),
            ),
            models.CheckConstraint(
                name="recommendation_gives_reason",
                condition=Q(decision=Verdict.RECOMMEND) | ~Q(opinion=""),
                violation_error_message=_("Say why, so that the unit can mend it."),
            ),
            models.CheckConstraint(
                name="recommendation_names_letter",
                condition=Q(decision=Verdict.RECOMMEND, letter__isnull=False) | Q(letter=None, rank=None),
                violation_error_message=_("Only a recommendation names the joint letter and a rank."),
            ),
            RowSecurity(
                name="recommendation_rows",
                read=sees(_RECOMMENDATION),
                insert=(
                    f"(person_id = {USER} and {has_role('provincial_officer')} and organisation_id = {ORGANISATIONS}"
                    f" and {sees(_RECOMMENDATION)})"
                ),
            ),
        ]
        triggers = [
            *stays("recommendation_stays", "a recommendation is never changed or removed"),
            pgtrigger.Trigger(
                name="recommendation_by_its_department",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("in_batch", "bigint")],
                func=f"""
                    if not exists (
                        select 1 from applications_application a
                          join accounts_organisation o on o.id = new.organisation_id
                         where a.id = new.application_id and a.state = 'with_province'
                           and o.province = a.province_id and o.kind = 'provincial_' || new.side) then
                        {refuse("recommendation_by_its_department", "the department of the province decides")}
                    end if;
                    if new.snapshot_id is distinct from (
                        select s.id from applications_snapshot s where s.application_id = new.application_id
                         order by s.number desc limit 1) then
                        {refuse("recommendation_on_current_submission", "another submission is the current one")}
                    end if;
                    if new.decision = 'recommend' then
                        select l.number into new.letter_no
                          from applications_letter l join applications_application a
                            on a.batch_id = l.batch_id and a.province_id = l.province_id
                         where l.id = new.letter_id and a.id = new.application_id;
                        if not found then
                            {refuse("recommendation_names_its_letter", "name a letter of the province")}
                        end if;
                    else
                        new.letter_no := '';
                    end if;
                    select a.batch_id into in_batch from applications_application a where a.id = new.application_id;
                    if {UNLESS_OWNER} and coalesce(
                           date_trunc('second', clock_timestamp()) > province_due(in_batch), true) then
                        {refuse("recommendation_after_deadline", "the province's time is over")}
                    end if;
                    if {UNLESS_OWNER} and new.decision = 'recommend' and exists (
                        select 1 from programme_batch b join programme_ruleset r on r.id = b.rule_set_id
                         cross join jsonb_array_elements(coalesce(r.details->'checklist', '[]')) c
                         where b.id = in_batch and c->>'side' = new.side and not exists (
                               select 1 from applications_point p
                                where p.snapshot_id = new.snapshot_id and p.side = new.side and p.code = c->>'code'
                                  and p.answer in ('fulfilled', 'not_applicable'))) then
                        {refuse("recommendation_needs_checklist", "the checklist stands against a recommendation")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return said_of(self.get_side_display(), self.get_decision_display())
