"""Reference data: provinces, pilot units, industries, central SOEs. Loaded from sourced files, public."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.rls import RowSecurity, has_role
from portal.programme.enums import Level, Region, UnitKind

# Reference data is published fact: everyone reads it, the system administrator mends it.
_PUBLIC = {"read": "true", "insert": has_role("system_admin"), "update": has_role("system_admin")}


class Named(models.Model):
    """Something with a Chinese and an English name."""

    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_zh


class Province(Named):
    """A provincial-level unit, or XPCC, which recommends like a province and has an internal key."""

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    short_zh = models.CharField(_("short name"), max_length=20)
    kind = models.CharField(_("kind"), max_length=20)
    region = models.CharField(_("economic region"), max_length=10, choices=Region.choices)

    class Meta:
        verbose_name = _("province")
        verbose_name_plural = _("provinces")
        ordering = ["code"]
        constraints = [RowSecurity(name="province_rows", **_PUBLIC)]


class PilotUnit(Named):
    """A place that may apply. Valid in a span of days; abolished ones name a successor and are never deleted.

    `code`: division code; two districts of a municipality together: both codes in order, joined by "+".
    """

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="units", verbose_name=_("province"))
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices)
    is_separately_planned = models.BooleanField(_("separately planned city"), default=False)
    is_provincial_capital = models.BooleanField(_("provincial capital"), default=False)
    districts = ArrayField(models.CharField(max_length=6), default=list, blank=True, verbose_name=_("districts"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("pilot unit")
        verbose_name_plural = _("pilot units")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="unit_ends_after_it_starts",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The unit's last day lies before its first."),
            ),
            models.CheckConstraint(
                name="unit_pair_has_two_districts",
                condition=~Q(kind=UnitKind.JOINT_DISTRICTS) | Q(districts__len=2),
                violation_error_message=_("A joint unit names two districts."),
            ),
            RowSecurity(name="pilot_unit_rows", **_PUBLIC),
        ]


class Industry(Named):
    """A section, division or group of GB/T 4754-2017. `code` carries the section letter: C, C26, C263."""

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")

    class Meta:
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ["code"]
        constraints = [RowSecurity(name="industry_rows", **_PUBLIC)]


class CentralSOE(Named):
    """A central state-owned enterprise of SASAC's directory. Editable: the list changes several times a year."""

    list_no = models.PositiveSmallIntegerField(_("number in the directory"), unique=True)
    short_zh = models.CharField(_("short name"), max_length=40)
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("central SOE")
        verbose_name_plural = _("central SOEs")
        ordering = ["list_no"]
        constraints = [RowSecurity(name="central_soe_rows", **_PUBLIC)]
