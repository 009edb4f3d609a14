"""Organisations, from ministries to state-owned enterprises."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import FINANCE_ROLES, MOF, ROLES_OF_KIND, Kind, Role
from portal.core.rls import OWNER, SIGNED_IN, RowSecurity, has_role

_PROVINCIAL = Q(kind__in=[Kind.PROVINCIAL_INDUSTRY, Kind.PROVINCIAL_FINANCE])
_LOCAL = Q(kind__in=[Kind.UNIT_GOVERNMENT, Kind.UNIT_FINANCE])
# The rights of all its members follow from these. The reference data and what follows from them (a place that is new or
# has another name) are written by the owner.
KEPT: Final = pgtrigger.Trigger(
    name="organisation_is_kept",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func=f"""
        if current_user <> '{OWNER}'
           and (new.code, new.kind, new.province, new.unit) is distinct from
               (old.code, old.kind, old.province, old.unit) then
            raise exception 'what a body is and where it stands does not change'
                using errcode = 'check_violation', constraint = 'organisation_is_kept';
        end if;
        return new;
    """,
)


class Organisation(models.Model):
    """A body whose members use the portal; its kind and place give their scope.

    `province` and `unit` are codes of portal.programme (which this app does not import): a province's code for
    provincial bodies, supervision bureaus and units, a pilot unit's code for units.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160)
    province = models.CharField(_("province"), max_length=6, blank=True)
    unit = models.CharField(_("pilot unit"), max_length=20, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["code"]
        indexes = [models.Index(fields=["kind", "province"]), models.Index(fields=["unit"])]
        constraints = [
            models.CheckConstraint(
                name="organisation_place_fits_its_kind",
                condition=(_PROVINCIAL & ~Q(province="") & Q(unit=""))
                | (_LOCAL & ~Q(province="") & ~Q(unit=""))
                | (Q(kind=Kind.AUDIT_OFFICE) & Q(unit=""))
                | (~_PROVINCIAL & ~_LOCAL & ~Q(kind=Kind.AUDIT_OFFICE) & Q(province="", unit="")),
                violation_error_message=_("Province and pilot unit must fit the kind of organisation."),
            ),
            RowSecurity(
                name="organisation_rows",
                read=SIGNED_IN,
                insert=has_role("security_admin"),
                update=has_role("security_admin"),
            ),
        ]
        triggers = [KEPT]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles it gives to people: those of its kind, money among the ministries in MOF alone."""
        closed = {Role.CLOCKWORK, *(FINANCE_ROLES if self.kind == Kind.MINISTRY and self.code != MOF else ())}
        return tuple(role for role in ROLES_OF_KIND[self.kind] if role not in closed)
