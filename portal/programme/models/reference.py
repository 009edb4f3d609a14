"""Reference data: provinces, pilot units, industries, central SOEs. Loaded from sourced files, public.

Pilot units and central SOEs change: they are renamed, end and are followed. The system administrator records it.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.punctuation import enumerated
from portal.core.rls import OWNER, RowSecurity, has_role
from portal.programme.enums import Level, Region, UnitKind

# Reference data is published fact: everyone reads it, the system administrator mends it.
_PUBLIC = {"read": "true", "insert": has_role("system_admin"), "update": has_role("system_admin")}
# A division code of a place that may apply: six digits, never that of a whole province, whose bodies have it.
_DIVISION = "[0-9]{2}(?!0000)[0-9]{4}"
_LIANGJIANG = "CQ-LJ"  # the district whose code is not published: an internal key
_DISTRICT = f"({_DIVISION}|{_LIANGJIANG})"


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


class Changing(Named):
    """Something that may be renamed, end and be followed by another; never deleted, its code never another's.

    `former_names`: those before, the oldest first, each with `zh`, `en`, the last day it was kept here and the document
    that ended it; the database writes them. `changed_at`: when somebody recorded a change; the files that are loaded
    with each start leave such a row alone.
    """

    valid_to = models.DateField(_("last day"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    former_names = models.JSONField(
        _("former names"), default=list, blank=True, db_default=Value([], models.JSONField())
    )
    document_no = models.CharField(_("document of the last change"), max_length=120, blank=True, db_default="")
    changed_at = models.DateTimeField(_("change recorded"), null=True, blank=True)

    class Meta:
        abstract = True

    def has_ended(self, on: date) -> bool:
        """Its last day lies before this one."""
        return self.valid_to is not None and self.valid_to < on

    def names_on(self, day: date) -> tuple[str, str]:
        """The names in Chinese and English on a day: what a paper of that day says, whenever it is written."""
        for row in self.former_names:
            if day <= date.fromisoformat(row["until"]):
                return str(row["zh"]), str(row["en"])
        return self.name_zh, self.name_en

    def body_on(self, day: date, name: str) -> str:
        """The Chinese name of one of its bodies on a day: bodies are renamed with their place."""
        return name.replace(self.name_zh, self.names_on(day)[0], 1)

    @property
    def formerly(self) -> str:
        """The names before, in the reader's language, the latest first; an empty text when there are none.

        One that changed in the other language alone is called here as it was.
        """
        key = "en" if get_language() == "en" else "zh"
        names = dict.fromkeys(str(row[key]) for row in reversed(self.former_names))
        return enumerated(name for name in names if name != self.name)

    @property
    def mark(self) -> str:
        """What it is now, in one word: who changes it says with it what they read, a colleague or the files may have
        changed it since.
        """
        follows: Any = self.successor_id  # type: ignore[attr-defined]  # the column of the key
        said = (self.name_zh, self.name_en, self.valid_to, follows, self.document_no, self.changed_at)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _kept(*columns: str) -> pgtrigger.Trigger:
    """A trigger: what a row is never changes but by migrations, its former names are the database's own word."""
    olds, news = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    return pgtrigger.Trigger(
        name="reference_is_kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            if tg_op = 'INSERT' then
                if current_user <> '{OWNER}' and new.former_names <> '[]' then
                    raise exception 'former names come with a change'
                        using errcode = 'check_violation', constraint = 'reference_is_kept';
                end if;
                return new;
            end if;
            if current_user <> '{OWNER}' and (({news}) is distinct from ({olds})
                                              or new.former_names is distinct from old.former_names) then
                raise exception 'what a place or an enterprise is does not change'
                    using errcode = 'check_violation', constraint = 'reference_is_kept';
            end if;
            if (new.name_zh, new.name_en) is distinct from (old.name_zh, old.name_en) then
                new.former_names := old.former_names || jsonb_build_array(jsonb_build_object(
                    'zh', old.name_zh, 'en', old.name_en, 'document', new.document_no,
                    'until', to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYY-MM-DD')));
            end if;
            return new;
        """,
    )


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


def _followed(what: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            name=f"{what}_followed_has_ended",
            condition=Q(successor=None) | Q(valid_to__isnull=False),
            violation_error_message=_("What is followed has a last day."),
        ),
        models.CheckConstraint(
            name=f"{what}_follows_another",
            condition=Q(successor=None) | ~Q(successor=F("pk")),
            violation_error_message=_("Nothing follows itself."),
        ),
    ]


class PilotUnit(Changing):
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
            # Codes are part of the codes of bodies, so none may be one that others use.
            models.CheckConstraint(
                name="unit_code_of_its_kind",
                condition=Q(kind__in=(UnitKind.CITY, UnitKind.PREFECTURE), code__regex=f"^{_DIVISION}$")
                | Q(kind=UnitKind.DISTRICT, code__regex=f"^{_DISTRICT}$")
                | Q(kind=UnitKind.JOINT_DISTRICTS, code__regex=rf"^{_DISTRICT}\+{_DISTRICT}$")
                | Q(kind=UnitKind.XPCC, code="XPCC"),
                violation_error_message=_("The code of a place has six digits and is not that of a whole province."),
            ),
            # By its districts a district is in one application of a batch, alone or in a pair.
            models.CheckConstraint(
                name="unit_names_its_districts",
                condition=~Q(kind__in=(UnitKind.DISTRICT, UnitKind.JOINT_DISTRICTS))
                | Q(code=Func(F("districts"), Value("+"), function="array_to_string", output_field=models.CharField())),
                violation_error_message=_("A district names itself, a pair both its districts."),
            ),
            RowSecurity(name="pilot_unit_rows", **_PUBLIC),
            *_followed("unit"),
        ]
        triggers = [_kept("code", "province_id", "kind", "is_separately_planned", "is_provincial_capital", "districts")]


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


class CentralSOE(Changing):
    """A central state-owned enterprise of SASAC's directory. Editable: the list changes several times a year.

    `code`: of its organisation too, and its own for good. `list_no`: where it stands in the directory now, in which all
    that follow are numbered anew when one leaves; none when it left.
    """

    code = models.CharField(_("code"), max_length=8, unique=True)
    list_no = models.PositiveSmallIntegerField(_("number in the directory"), unique=True, null=True, blank=True)
    short_zh = models.CharField(_("short name"), max_length=40)
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("central SOE")
        verbose_name_plural = _("central SOEs")
        ordering = ["list_no"]
        constraints = [
            models.CheckConstraint(
                name="soe_code_of_its_kind",
                condition=Q(code__regex="^YQ[0-9]{3,6}$"),
                violation_error_message=_("The code of a central SOE is YQ and its digits."),
            ),
            RowSecurity(name="central_soe_rows", **_PUBLIC),
            *_followed("soe"),
        ]
        triggers = [_kept("code")]
