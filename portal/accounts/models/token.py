"""Tokens with which programs use the API in a person's name."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.rls import OWNER, USER, RowSecurity, has_role

# A token never changes its secret, its person, what it may do or when it ends, and a revoked one stays revoked. When it
# was made and when it was revoked says the database; who revokes it does so in the own name.
STAYS = pgtrigger.Trigger(
    name="api_token_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        if tg_op = 'DELETE'
           or (new.user_id, new.name, new.token_sha256, new.start, new.can_write, new.created_at, new.expires_at)
              is distinct from
              (old.user_id, old.name, old.token_sha256, old.start, old.can_write, old.created_at, old.expires_at)
           or (old.revoked_at is not null and (new.revoked_at, new.revoked_by_id)
                                              is distinct from (old.revoked_at, old.revoked_by_id)) then
            raise exception 'an API token is only revoked'
                using errcode = 'check_violation', constraint = 'api_token_stays';
        end if;
        if current_user <> '{OWNER}' and old.revoked_at is null and new.revoked_at is not null then
            if new.revoked_by_id is distinct from scope_user() then
                raise exception 'who revokes a token says so'
                    using errcode = 'check_violation', constraint = 'api_token_revoked_by_someone';
            end if;
            new.revoked_at := clock_timestamp();
        end if;
        return new;
    """,
)
BEGINS = pgtrigger.Trigger(
    name="api_token_begins",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        if current_user <> '{OWNER}' then
            if num_nonnulls(new.revoked_at, new.revoked_by_id, new.last_used_at) > 0 then
                raise exception 'a new token was neither used nor revoked'
                    using errcode = 'check_violation', constraint = 'api_token_stays';
            end if;
            new.created_at := clock_timestamp();
        end if;
        return new;
    """,
)


class ApiToken(models.Model):
    """A named key of one person for the API. Kept only as a digest; shown once, when it is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens")
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    token_sha256 = models.CharField(max_length=64, unique=True)
    start = models.CharField(_("begins with"), max_length=8)
    can_write = models.BooleanField(_("may also act"), default=False)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(pgettext_lazy("moment", "revoked"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="api_token_name_once",
                fields=["user", "name"],
                condition=Q(revoked_at=None),
                violation_error_message=_("You have a token with this name: revoke it first, or choose another name."),
            ),
            models.CheckConstraint(
                name="api_token_ends_within_a_year",
                condition=Q(expires_at__gt=F("created_at")) & Q(expires_at__lte=F("created_at") + timedelta(days=366)),
                violation_error_message=_("A token ends within a year."),
            ),
            models.CheckConstraint(
                name="api_token_revoked_by_someone",
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                violation_error_message=_("A revoked token says who revoked it."),
            ),
            RowSecurity(
                name="api_token_rows",
                read=f"(user_id = {USER} or {has_role('security_admin', 'audit_admin')})",
                insert=f"user_id = {USER}",
                update=f"(user_id = {USER} or {has_role('security_admin')})",
            ),
        ]
        triggers = [STAYS, BEGINS]

    def __str__(self) -> str:
        return self.name
