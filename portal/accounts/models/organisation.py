"""Organisations, from ministries to state-owned enterprises."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import FINANCE_ROLES, MOF, ROLES_OF_KIND, Kind, Role
from portal.core.rls import SIGNED_IN, RowSecurity, has_role

_PROVINCIAL = Q(kind__in=[Kind.PROVINCIAL_INDUSTRY, Kind.PROVINCIAL_FINANCE])
_LOCAL = Q(kind__in=[Kind.UNIT_GOVERNMENT, Kind.UNIT_FINANCE])


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

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles it gives to people: those of its kind, money among the ministries in MOF alone."""
        closed = {Role.CLOCKWORK, *(FINANCE_ROLES if self.kind == Kind.MINISTRY and self.code != MOF else ())}
        return tuple(role for role in ROLES_OF_KIND[self.kind] if role not in closed)
