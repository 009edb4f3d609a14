"""A person of a joint applicant at the form of its part: what was typed and not saved, and that the page is open.

As `Unsaved` and `Presence` of the unit's own dossier, for the partner's people alone: the unit sees nothing of it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.guards import small
from applications.models.part import INVITED, MINE, cascade
from portal.core import clock
from portal.core.rls import ORGANISATIONS, USER, RowSecurity

_SHEET = "applications_partsheet"


class PartSheet(models.Model):
    """One opening of the page. data: the fields as sent, {name: [values]}; null when nothing is unsaved.

    kept_at: when data was last kept; set with empty data it says that this opening was saved, so that a late copy does
    not come back.
    """

    partner = cascade(related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    page = models.CharField(max_length=32)
    data = models.JSONField(_("what was typed"), null=True)
    kept_at = models.DateTimeField(_("kept"), null=True)
    typing = models.BooleanField(_("has typed"), default=False)
    seen_at = models.DateTimeField(_("seen"), default=clock.now)

    class Meta:
        verbose_name = _("open page of a part")
        verbose_name_plural = _("open pages of parts")
        constraints = [
            models.UniqueConstraint(
                name="part_sheet_once",
                fields=["partner", "person", "page"],
                violation_error_message=_("This page is already known to be open."),
            ),
            RowSecurity(
                name="part_sheet_rows",
                read=f"(organisation_id = {ORGANISATIONS})",
                insert=f"(person_id = {USER} and {MINE} and {INVITED.format(table=_SHEET)})",
                update=f"(person_id = {USER} and {MINE} and {INVITED.format(table=_SHEET)})",
                delete=f"(person_id = {USER})",
            ),
        ]
        triggers = [small("part_sheet_is_small", 200_000)]

    def __str__(self) -> str:
        return f"{self.person_id} {self.page}"
