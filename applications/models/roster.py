"""The roster: all enterprises above designated size of the focus industries, and what the database makes of it."""

from __future__ import annotations

from typing import Any, Final

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from applications.enums import DigitalState, EnergyLevel
from applications.models.guards import own, refuse, sees, stays
from portal.core.money import ZERO, YuanField
from portal.core.rls import RowSecurity

_ENTERPRISE: Final = "applications_enterprise"
FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2040


def _kept(operation: Any, *, old: str = "", new: str = "") -> pgtrigger.Trigger:
    """After a statement: its dossiers may change (once each, not once a row), and their figures are made anew."""
    rows = " union ".join(f"select application_id from {name}" for name in (old, new) if name)
    moved = (
        f"""if exists (select 1 from {old} o join {new} n using (id) where o.application_id <> n.application_id) then
            {refuse("roster_is_frozen", "an enterprise stays in its roster")}
        end if;"""
        if old and new
        else ""
    )
    return pgtrigger.Trigger(
        name=f"roster_is_frozen_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(old=old or None, new=new or None),  # type: ignore[no-untyped-call]
        declare=[("one", "bigint")],
        func=f"""
            {moved}
            for one in select distinct application_id from ({rows}) touched order by 1 loop
                if not dossier_is_open(one, 'enterprises') then
                    {refuse("roster_is_frozen", "the dossier is frozen in this state")}
                end if;
                perform keep_roster(one);
            end loop;
            return null;
        """,
    )


class Enterprise(models.Model):
    """An enterprise above designated size in one dossier's roster. Revenue in yuan, of the year before the batch.

    digital_year: the year by whose end it is to be transformed; rd_tools_year: by whose end it is to use digital R&D
    and design tools. process_rate, process_goal: key processes numerically controlled, now and at the end (%).
    energy_level: blank where the state publishes no levels for the field. `version` counts its edits.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="enterprises")
    credit_code = models.CharField(_("unified social credit code"), max_length=18)
    name = models.CharField(_("name of the enterprise"), max_length=160)
    industry = models.ForeignKey("programme.Industry", models.PROTECT, related_name="+", verbose_name=_("industry"))
    revenue = YuanField(_("revenue of last year (yuan)"), default=ZERO)
    is_chain_leader = models.BooleanField(_("chain leader"), default=False)
    is_leading = models.BooleanField(_("leading enterprise"), default=False)
    is_champion = models.BooleanField(_("manufacturing champion of one product"), default=False)
    is_little_giant = models.BooleanField(_("specialised “little giant”"), default=False)
    digital_state = models.CharField(
        _("digital transformation"), max_length=12, choices=DigitalState.choices, default=DigitalState.NOT_BEGUN
    )
    digital_year = models.PositiveSmallIntegerField(_("transformed by the end of"), null=True, blank=True)
    has_rd_tools = models.BooleanField(_("uses digital R&D and design tools"), default=False)
    rd_tools_year = models.PositiveSmallIntegerField(_("uses R&D tools by the end of"), null=True, blank=True)
    process_rate = models.DecimalField(
        _("key processes numerically controlled, now (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    process_goal = models.DecimalField(
        _("key processes numerically controlled, at the end (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    energy_level = models.CharField(_("energy efficiency"), max_length=10, choices=EnergyLevel.choices, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["credit_code"]
        constraints = [
            models.UniqueConstraint(
                name="enterprise_once_per_roster",
                fields=["application", "credit_code"],
                violation_error_message=_("An enterprise with this code is already in the roster."),
            ),
            models.CheckConstraint(
                name="enterprise_code_is_valid",
                condition=Q(
                    Func(F("credit_code"), function="credit_code_is_valid", output_field=models.BooleanField())
                ),
                violation_error_message=_("This is no unified social credit code: a digit is wrong."),
            ),
            models.CheckConstraint(
                name="enterprise_has_name",
                condition=~Q(name=""),
                violation_error_message=_("Say the name of the enterprise."),
            ),
            models.CheckConstraint(
                name="enterprise_revenue_not_below_zero",
                condition=Q(revenue__gte=0),
                violation_error_message=_("Revenue is not below zero."),
            ),
            models.CheckConstraint(
                name="enterprise_states_are_known",
                condition=Q(digital_state__in=DigitalState.values) & Q(energy_level__in=["", *EnergyLevel.values]),
                violation_error_message=_("Choose one of the values of the list."),
            ),
            models.CheckConstraint(
                name="enterprise_years_are_sane",
                condition=(Q(digital_year=None) | Q(digital_year__range=(FIRST_YEAR, LAST_YEAR)))
                & (Q(rd_tools_year=None) | Q(rd_tools_year__range=(FIRST_YEAR, LAST_YEAR))),
                violation_error_message=_("A planned year lies between 2020 and 2040."),
            ),
            models.CheckConstraint(
                name="enterprise_rates_between_0_and_100",
                condition=(Q(process_rate=None) | Q(process_rate__range=(0, 100)))
                & (Q(process_goal=None) | Q(process_goal__range=(0, 100))),
                violation_error_message=_("A rate lies between 0 and 100 per cent."),
            ),
            RowSecurity(
                name="enterprise_rows",
                read=sees(_ENTERPRISE),
                insert=own(_ENTERPRISE, "drafter"),
                update=own(_ENTERPRISE, "drafter"),
                delete=own(_ENTERPRISE, "drafter"),
            ),
        ]
        indexes = [models.Index(fields=["credit_code"])]
        triggers = [
            _kept(pgtrigger.Insert, new="new_rows"),
            _kept(pgtrigger.Update, old="old_rows", new="new_rows"),
            _kept(pgtrigger.Delete, old="old_rows"),
            pgtrigger.Trigger(
                name="roster_is_never_emptied_whole",
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                func=refuse("roster_is_never_emptied_whole", "a roster changes row by row"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Roster(models.Model):
    """What the database counts of a dossier's roster, made anew after every statement; nobody writes it.

    figures: see `roster_figures` in applications/roster/functions.py. sha256: digest of `roster_text`.
    """

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, related_name="roster", primary_key=True
    )
    figures = models.JSONField(_("figures"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        constraints = [RowSecurity(name="roster_rows", read=sees("applications_roster"))]

    def __str__(self) -> str:
        return self.sha256


class RosterText(models.Model):
    """The roster as it was submitted, beside its snapshot which names its digest. Nobody changes or removes it."""

    snapshot = models.OneToOneField(
        "applications.Snapshot", models.PROTECT, related_name="roster_text", primary_key=True
    )
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    text = models.TextField(_("text"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = _("submitted roster")
        verbose_name_plural = _("submitted rosters")
        constraints = [RowSecurity(name="roster_text_rows", read=sees("applications_rostertext"))]
        triggers = stays("roster_text_stays", "a submitted roster is never changed or removed")

    def __str__(self) -> str:
        return self.sha256
