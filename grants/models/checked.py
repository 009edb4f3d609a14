"""What is entered by one person and checked by another: the common columns, checks and policies."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grants.enums import COUNTED, CheckState
from portal.core.rls import NATION, PROVINCES, USER

# Who reads money: the ministries and the national audit office, the bodies of the province, those of the unit or of
# the unit that follows it.
PLACE: Final = f"({NATION} or province_id = {PROVINCES} or unit_id = any((select money_units())::text[]))"


def post(role: str, kind: str) -> str:
    """SQL: the caller holds the role in the row's organisation, which is the finance body of that kind of its place."""
    return f"money_post({USER}, '{role}', '{kind}', province_id, unit_id, organisation_id)"


class Placed(models.Model):
    """A row that belongs to an award's province and unit. The database fills the place in from the award."""

    province = models.ForeignKey("programme.Province", models.PROTECT, related_name="+", verbose_name=_("province"))
    unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, related_name="+", verbose_name=_("pilot unit"))

    class Meta:
        abstract = True


class Signed(models.Model):
    """Entered by a maker of an organisation, confirmed or refused by another person of the same organisation.

    document_no, document_date: of the paper that orders it.
    """

    document_no = models.CharField(_("document number"), max_length=60)
    document_date = models.DateField(_("date of the document"))
    state = models.CharField(_("state"), max_length=10, choices=CheckState.choices, default=CheckState.ENTERED)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    refused_why = models.TextField(_("why it was refused"), blank=True, max_length=1000)

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        """Whether a checker still has to look at it."""
        return self.state == CheckState.ENTERED

    @property
    def about(self) -> Any:
        """Whose money it is about, for letters."""
        return getattr(self, "unit", "")


class Checked(Placed, Signed):
    """A signed paper about the money of one award. document: its sealed file, where there is one."""

    amount: Any
    document = models.ForeignKey(
        "grants.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    class Meta:
        abstract = True


def checks(prefix: str) -> list[models.BaseConstraint]:
    """The checks of every checked row, their names begun with `prefix`."""
    return [
        models.CheckConstraint(
            name=f"{prefix}_checker_is_not_maker",
            condition=~Q(checker=F("maker")),
            violation_error_message=_("The checker must be someone other than the maker."),
        ),
        models.CheckConstraint(
            name=f"{prefix}_checked_by_someone",
            condition=Q(state=CheckState.ENTERED, checker=None, checked_at=None)
            | (~Q(state=CheckState.ENTERED) & Q(checker__isnull=False, checked_at__isnull=False)),
            violation_error_message=_("What is confirmed or refused names who checked it and when."),
        ),
        models.CheckConstraint(
            name=f"{prefix}_refused_with_reason",
            condition=Q(state=CheckState.REFUSED) & ~Q(refused_why="")
            | ~Q(state=CheckState.REFUSED) & Q(refused_why=""),
            violation_error_message=_("Say why it is refused, so that the maker can mend it."),
        ),
        models.CheckConstraint(
            name=f"{prefix}_has_document_number",
            condition=~Q(document_no=""),
            violation_error_message=_("Give the number of the document."),
        ),
    ]


def above_zero(prefix: str) -> models.CheckConstraint:
    """The amount is above zero."""
    return models.CheckConstraint(
        name=f"{prefix}_amount_above_zero",
        condition=Q(amount__gt=0),
        violation_error_message=_("The amount is above zero."),
    )


def counted_once(name: str, fields: list[str], message: Any) -> models.UniqueConstraint:
    """Unique among what counts: neither refused nor reversed."""
    return models.UniqueConstraint(
        name=name, fields=fields, condition=Q(state__in=COUNTED), violation_error_message=message
    )
