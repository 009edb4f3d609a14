"""After approval: numbered versions of the plan, and requests to change it."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.enums import ChangeKind, ChangeState
from applications.models.guards import UNLESS_OWNER, refuse, sees, stays
from applications.states import CHANGE
from portal.core import clock
from portal.core.money import ZERO, YuanField
from portal.core.rls import NATION, ORGANISATIONS, UNITS, USER, RowSecurity, has_role

_VERSION, _CHANGE = "applications_planversion", "applications_changerequest"
OPEN: Final = (ChangeState.ASKED, ChangeState.SIGNED)
# SQL over `r`, the rules of the batch, and `p`, one project of a content.
_PROJECTS: Final = "jsonb_array_elements(%s::jsonb->'projects') p"


def _of_unit(*roles: str) -> str:
    """SQL: the caller holds a role in the applicant's government, or in that of the unit which follows it."""
    return (
        f"({has_role(*roles)} and exists (select 1 from applications_application a"
        f" where a.id = {_CHANGE}.application_id"
        f" and (a.organisation_id = {ORGANISATIONS} or a.successor_unit_id = {UNITS})))"
    )


def _office(code: str) -> str:
    """SQL: the caller is an officer of this ministry."""
    return (
        f"({has_role('officer')} and exists (select 1 from accounts_organisation o"
        f" where o.code = '{code}' and o.id = {ORGANISATIONS}))"
    )


class PlanVersion(models.Model):
    """The approved implementation plan: version 1 is the submission that was selected, each later one a change.

    Later versions are made by the database when a change is approved; nobody else makes, changes or removes one.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="plan_versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.TextField(_("content"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    document_no = models.CharField(_("document number"), max_length=60)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("approved"), default=clock.now)
    change = models.OneToOneField(
        "applications.ChangeRequest", models.PROTECT, null=True, blank=True, related_name="version"
    )

    class Meta:
        verbose_name = _("version of the plan")
        verbose_name_plural = _("versions of the plan")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="plan_version_once",
                fields=["application", "number"],
                violation_error_message=_("This plan was approved already."),
            ),
            models.CheckConstraint(
                name="plan_version_has_document",
                condition=~Q(document_no=""),
                violation_error_message=_("Name the document of the approval."),
            ),
            RowSecurity(
                name="plan_version_rows",
                read=sees(_VERSION),
                insert=f"(approved_by_id = {USER} and number = 1 and change_id is null and {_office('MIIT')})",
            ),
        ]
        triggers = [
            *stays("plan_version_stays", "a version of the plan is never changed or removed"),
            pgtrigger.Trigger(
                name="plan_version_in_turn",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    if {UNLESS_OWNER} then
                        new.at := clock_timestamp();
                    end if;
                    if new.sha256 is distinct from encode(sha256(convert_to(new.content, 'UTF8')), 'hex') then
                        {refuse("plan_version_in_turn", "the digest is not that of the content")}
                    end if;
                    if not exists (select 1 from applications_application a
                                    where a.id = new.application_id and a.state = 'selected') then
                        {refuse("plan_of_selected_unit", "only a selected unit has a plan")}
                    end if;
                    if new.number <> 1 + (select count(*) from {_VERSION} v where v.application_id = new.application_id)
                       or new.number = 1 and new.sha256 is distinct from (
                           select s.sha256 from applications_snapshot s where s.application_id = new.application_id
                            order by s.number desc limit 1)
                       or new.number > 1 and not exists (
                           select 1 from {_CHANGE} c where c.id = new.change_id and c.state = 'approved'
                              and c.application_id = new.application_id and c.proposed_sha256 = new.sha256) then
                        {refuse("plan_version_in_turn", "a version follows from the submission or an approved change")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} v{self.number}"


# What a change may touch, worked out from the two contents themselves: no page is trusted with a sum.
FITS: Final = f"""
    select v.content::jsonb into base from {_VERSION} v
     where v.id = new.base_id and v.application_id = new.application_id
       and v.number = (select max(n.number) from {_VERSION} n where n.application_id = new.application_id);
    if not found then
        {refuse("change_of_current_plan", "a change is asked for against the current version")}
    end if;
    if new.proposed is not json object with unique keys
       or new.proposed_sha256 is distinct from encode(sha256(convert_to(new.proposed, 'UTF8')), 'hex') then
        {refuse("change_digest_is_true", "the digest is not that of the content")}
    end if;
    proposal := new.proposed::jsonb;
    key := case new.kind when 'unit' then 'unit' else 'projects' end;
    if base - key <> proposal - key or base->key = proposal->key then
        {refuse("change_touches_one_thing", "a change touches its project or the unit and nothing else")}
    end if;
    if new.kind = 'unit' then
        if not exists (select 1 from programme_pilotunit u where u.code = base->'unit'->>'code'
                          and u.successor_id = new.new_unit_id and new.new_unit_id = proposal->'unit'->>'code') then
            {refuse("change_to_successor", "a unit is followed by its successor")}
        end if;
    else
        select count(*) into touched from (
            (select p from {_PROJECTS % "base"} except select p from {_PROJECTS % "proposal"})
            union all
            (select p from {_PROJECTS % "proposal"} except select p from {_PROJECTS % "base"})) d;
        if touched <> (case new.kind when 'change' then 2 else 1 end)
           or jsonb_array_length(proposal->'projects') - jsonb_array_length(base->'projects')
              <> (case new.kind when 'add' then 1 when 'terminate' then -1 else 0 end) then
            {refuse("change_touches_one_thing", "one request concerns one project")}
        end if;
        -- Support and payments are kept by the project's number: it stays through a change, and is never given again.
        if new.kind = 'change' and exists (select p->'id' from {_PROJECTS % "base"}
                                           except select p->'id' from {_PROJECTS % "proposal"}) then
            {refuse("change_touches_one_thing", "a project keeps its number")}
        end if;
        if new.kind = 'add' and exists (
            select 1 from (select p from {_PROJECTS % "proposal"} except select p from {_PROJECTS % "base"}) n(project)
             where coalesce((n.project->>'id')::bigint, 0) >= 0 or exists (
                 select 1 from {_VERSION} h, {_PROJECTS % "h.content"}
                  where h.application_id = new.application_id
                    and (p->>'id')::bigint = (n.project->>'id')::bigint)) then
            {refuse("change_number_is_new", "a number of a project is never given again")}
        end if;
    end if;
    select sum((p->>'support_asked')::numeric), sum((p->>'total_investment')::numeric)
      into new.support_before, new.total_before from {_PROJECTS % "base"};
    select sum((p->>'support_asked')::numeric), sum((p->>'total_investment')::numeric)
      into new.support_after, new.total_after from {_PROJECTS % "proposal"};
    new.support_before := coalesce(new.support_before, 0); new.total_before := coalesce(new.total_before, 0);
    new.support_after := coalesce(new.support_after, 0); new.total_after := coalesce(new.total_after, 0);
    select r.project_support_share into share from applications_application a
      join programme_batch b on b.id = a.batch_id join programme_ruleset r on r.id = b.rule_set_id
     where a.id = new.application_id;
    if new.kind <> 'unit' and exists (select 1 from {_PROJECTS % "proposal"}
        where (p->>'support_asked')::numeric > (p->>'total_investment')::numeric * share
           or (p->>'support_asked')::numeric < 0
           or (p->>'other_national_money')::boolean and (p->>'support_asked')::numeric > 0) then
        {refuse("change_support_within_share", "support is above its share of the investment")}
    end if;
    if new.support_after > greatest(new.support_before, (base->'basics'->>'amount_asked')::numeric) then
        {refuse("change_support_within_amount", "the support is above the amount asked for the unit")}
    end if;
"""


_SIGNED, _AGREED, _DECIDED = (
    f"(new.{', new.'.join(names)}) is distinct from (old.{', old.'.join(names)})"
    for names in (
        ("signed_by_id", "signed_at"),
        ("mof_by_id", "mof_at"),
        ("decided_by_id", "decided_at", "decision_why", "document_no"),
    )
)
_OF_UNIT: Final = f"""exists (
    select 1 from applications_application a where a.id = new.application_id
       and (a.organisation_id = {ORGANISATIONS} or a.successor_unit_id = {UNITS}))"""
# Each signature is judged by itself: it comes with its own step, in the name of who holds that post, and its moment is
# the database's. The day of a version follows from it.
STEPS: Final = pgtrigger.Trigger(
    name="change_step_by_role",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("signs", "boolean"), ("agrees", "boolean"), ("decides", "boolean")],
    func=f"""
        if tg_op = 'INSERT' then
            if num_nonnulls(new.signed_by_id, new.signed_at, new.mof_by_id, new.mof_at, new.decided_by_id,
                            new.decided_at) > 0 or new.decision_why <> '' or new.document_no <> '' then
                {refuse("change_step_by_role", "each signature comes with its step")}
            end if;
            if {UNLESS_OWNER} then
                new.asked_at := clock_timestamp();
            end if;
            return new;
        end if;
        signs := (old.state, new.state) = ('asked', 'signed');
        agrees := (old.state, new.state) = ('signed', 'signed') and old.mof_by_id is null;
        decides := old.state = 'signed' and new.state in ('approved', 'refused');
        if not signs and {_SIGNED} or not agrees and {_AGREED} or not decides and {_DECIDED} then
            {refuse("change_step_by_role", "each signature comes with its step")}
        end if;
        agrees := agrees and {_AGREED};
        if not {UNLESS_OWNER} then
            return new;
        end if;
        if signs and (not ({has_role("signatory")} and {_OF_UNIT}) or coalesce(new.signed_by_id <> {USER}, true))
           or agrees and (not {_office("MOF")} or coalesce(new.mof_by_id <> {USER}, true))
           or decides and (not {_office("MIIT")} or coalesce(new.decided_by_id <> {USER}, true))
           or new.state = 'withdrawn'
              and (not ({has_role("drafter", "signatory")} and {_OF_UNIT}) or {USER} is null) then
            {refuse("change_step_by_role", "this step belongs to others")}
        end if;
        if signs then
            new.signed_at := clock_timestamp();
        elsif agrees then
            new.mof_at := clock_timestamp();
        elsif decides then
            new.decided_at := clock_timestamp();
        end if;
        return new;
    """,
)


class ChangeRequest(models.Model):
    """A change of the approved plan: one project added, changed or terminated, or the unit that follows.

    proposed: the whole content as it would stand. Sums before and after are worked out by the database. A change that
    moves support money needs the consent of MOF before MIIT approves.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="changes")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind of change"), max_length=10, choices=ChangeKind.choices)
    state = models.CharField(_("state"), max_length=10, choices=ChangeState.choices, default=ChangeState.ASKED)
    base = models.ForeignKey(PlanVersion, models.PROTECT, related_name="changes")
    subject = models.CharField(_("concerns"), max_length=200)
    new_unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, null=True, blank=True, related_name="+")
    proposed = models.TextField(_("proposed content"))
    proposed_sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    grounds = models.TextField(_("grounds"), max_length=4000)
    support_before = YuanField(_("support before (yuan)"), default=ZERO)
    support_after = YuanField(_("support after (yuan)"), default=ZERO)
    total_before = YuanField(_("investment before (yuan)"), default=ZERO)
    total_after = YuanField(_("investment after (yuan)"), default=ZERO)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    mof_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    mof_at = models.DateTimeField(_("consent of MOF"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_why = models.TextField(_("reason of the decision"), max_length=4000, blank=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state"])]
        constraints = [
            models.UniqueConstraint(
                name="change_number_once",
                fields=["application", "number"],
                violation_error_message=_("This request is kept already."),
            ),
            models.UniqueConstraint(
                name="change_one_open",
                fields=["application"],
                condition=Q(state__in=OPEN),
                violation_error_message=_("Another change of this plan is under way: wait for its decision."),
            ),
            models.CheckConstraint(
                name="change_two_people",
                condition=Q(signed_by=None) | ~Q(signed_by=F("asked_by")),
                violation_error_message=_("The signatory is someone other than the person who asked."),
            ),
            models.CheckConstraint(
                name="change_has_grounds",
                condition=~Q(grounds=""),
                violation_error_message=_("Say on what grounds the plan changes."),
            ),
            models.CheckConstraint(
                name="change_decided_in_words",
                condition=~Q(state__in=["approved", "refused"])
                | (~Q(decision_why="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                violation_error_message=_("A decision says why."),
            ),
            models.CheckConstraint(
                name="change_approved_by_document",
                condition=~Q(state="approved") | ~Q(document_no=""),
                violation_error_message=_("Name the document of the approval."),
            ),
            models.CheckConstraint(
                name="change_of_money_needs_mof",
                condition=~Q(state="approved")
                | Q(support_before=F("support_after"))
                | (Q(mof_by__isnull=False, mof_at__isnull=False) & ~Q(mof_by=F("decided_by"))),
                violation_error_message=_("The change moves support money: MOF must consent first."),
            ),
            RowSecurity(
                name="change_rows",
                read=sees(_CHANGE),
                insert=f"(asked_by_id = {USER} and {_of_unit('drafter')})",
                update=f"({_of_unit('drafter', 'signatory')} or ({NATION} and {has_role('officer')}))",
            ),
        ]
        triggers = [
            CHANGE.guard(),
            pgtrigger.Trigger(
                name="change_fits_plan",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[
                    ("base", "jsonb"),
                    ("proposal", "jsonb"),
                    ("key", "text"),
                    ("touched", "integer"),
                    ("share", "numeric"),
                ],
                func=FITS + "\n    return new;",
            ),
            pgtrigger.Trigger(
                name="change_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                declare=[("free", "text[]")],
                func=f"""
                    free := array['state', 'signed_by_id', 'signed_at', 'mof_by_id', 'mof_at', 'decided_by_id',
                                  'decided_at', 'decision_why', 'document_no'];
                    if tg_op = 'DELETE' or old.state not in ('asked', 'signed')
                       or to_jsonb(new) - free <> to_jsonb(old) - free then
                        {refuse("change_is_kept", "what was asked for is not changed")}
                    end if;
                    return new;
                """,
            ),
            STEPS,
        ]

    def __str__(self) -> str:
        return self.subject
