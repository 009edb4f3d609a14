"""Memberships (who does what for whom) and invitations."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import ADMIN_ROLES, Role
from portal.core.rls import ORGANISATIONS, USER, RowSecurity, has_role

_ADMIN = Q(role__in=[str(role) for role in ADMIN_ROLES])
_SEES = f"(user_id = {USER} or organisation_id = {ORGANISATIONS} or {has_role('security_admin', 'audit_admin')})"
# The clockwork's role sees the nation: no person is given it (load_reference does, on the owner's connection).
_PERSONS = "role <> 'clockwork'"

# Each role belongs to certain kinds of organisation; the pairs stand in portal.accounts.enums.ROLES_OF_KIND.
ROLE_FITS = pgtrigger.Trigger(
    name="membership_role_fits_kind",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        if not exists (
            select 1 from accounts_organisation o where o.id = new.organisation_id and (
                (o.kind = 'ministry' and new.role in ('officer', 'reviewer', 'finance_maker', 'finance_checker'))
             or (o.kind = 'provincial_industry' and new.role = 'provincial_officer')
             or (o.kind = 'provincial_finance'
                 and new.role in ('provincial_officer', 'finance_maker', 'finance_checker'))
             or (o.kind = 'unit_government' and new.role in ('drafter', 'signatory'))
             or (o.kind = 'unit_finance' and new.role in ('finance_maker', 'finance_checker'))
             or (o.kind = 'central_soe' and new.role = 'soe_officer')
             or (o.kind = 'audit_office' and new.role = 'auditor')
             or (o.kind = 'expert_pool' and new.role = 'reviewer')
             or (o.kind = 'operator' and new.role in ('system_admin', 'security_admin', 'audit_admin', 'clockwork'))
            )) then
            raise exception 'role % does not fit the organisation', new.role
                using errcode = 'check_violation', constraint = 'membership_role_fits_kind';
        end if;
        -- Only MOF moves money at the centre, never MIIT.
        if new.role in ('finance_maker', 'finance_checker') and exists (
            select 1 from accounts_organisation o
             where o.id = new.organisation_id and o.kind = 'ministry' and o.code <> 'MOF') then
            raise exception 'only finance departments touch money'
                using errcode = 'check_violation', constraint = 'membership_money_only_in_finance';
        end if;
        return new;
    """,
)


def _only(name: str, *ends: str, columns: tuple[str, ...]) -> pgtrigger.Trigger:
    """A trigger: of a row only the columns `ends` change, each from nothing to a moment, and once."""
    same = " or ".join(f"new.{column} is distinct from old.{column}" for column in columns)
    once = " or ".join(f"old.{end} is not null" for end in ends)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            if {same} or {once} then
                raise exception 'only its end is written, once'
                    using errcode = 'check_violation', constraint = '{name}';
            end if;
            return new;
        """,
    )


class Membership(models.Model):
    """A person holds a role in an organisation, from one day until it is ended. Rows are ended, never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                name="membership_once",
                fields=["user", "organisation", "role"],
                condition=Q(ended_at=None),
                violation_error_message=_("This person holds this role already."),
            ),
            models.UniqueConstraint(
                name="membership_one_administrator_role",
                fields=["user"],
                condition=Q(ended_at=None) & _ADMIN,
                violation_error_message=_(
                    "System, security and audit administration are three separate people: "
                    "this person already holds one of the three roles."
                ),
            ),
            ExclusionConstraint(
                name="membership_administrator_has_no_business",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        Case(When(_ADMIN, then=Value(1)), default=Value(0), output_field=models.IntegerField()),
                        RangeOperators.NOT_EQUAL,
                    ),
                ],
                condition=Q(ended_at=None),
                violation_error_message=_("An administrator holds no role in the programme itself."),
            ),
            # Officers and auditors read every score that is in: whoever still has to score would know the others'.
            ExclusionConstraint(
                name="membership_reviewer_holds_no_office",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        Case(
                            When(role=Role.REVIEWER, then=Value(1)),
                            default=Value(0),
                            output_field=models.IntegerField(),
                        ),
                        RangeOperators.NOT_EQUAL,
                    ),
                ],
                condition=Q(ended_at=None, role__in=[Role.REVIEWER, Role.OFFICER, Role.AUDITOR]),
                violation_error_message=_(
                    "Officers and auditors read the scores of others: a reviewer is neither at the same time."
                ),
            ),
            models.CheckConstraint(
                name="membership_not_granted_to_oneself",
                condition=~Q(granted_by=models.F("user")),
                violation_error_message=_("Nobody grants a role to themselves."),
            ),
            RowSecurity(
                name="membership_rows",
                read=_SEES,
                insert=f"({has_role('security_admin')} and user_id <> {USER}"
                f" and granted_by_id = {USER} and {_PERSONS})",
                update=f"({has_role('security_admin')} and user_id <> {USER} and {_PERSONS})",
            ),
        ]
        triggers = [
            ROLE_FITS,
            _only(
                "membership_only_ends",
                "ended_at",
                columns=("user_id", "organisation_id", "role", "granted_by_id", "granted_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"


class Invitation(models.Model):
    """An invitation to take a role, sent by e-mail; the link is used once. Only the token's digest is kept."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=80)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="invitations")
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("invited"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            RowSecurity(
                name="invitation_rows",
                read=has_role("security_admin", "audit_admin"),
                insert=f"({has_role('security_admin')} and invited_by_id = {USER} and {_PERSONS})",
                update=has_role("security_admin"),
            ),
        ]
        triggers = [
            _only(
                "invitation_is_fixed",
                "taken_at",
                "withdrawn_at",
                columns=("email", "name", "organisation_id", "role", "token_sha256", "invited_by_id", "expires_at"),
            )
        ]

    def __str__(self) -> str:
        return self.email
