"""Two districts of a municipality that apply as one: who they are, and the signature of the other district."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.guards import own, refuse, sees, stays
from portal.core import clock
from portal.core.rls import ORGANISATIONS, USER, RowSecurity

_PAIR, _SIGNATURE = "applications_districtpair", "applications_cosignature"


class DistrictPair(models.Model):
    """The application of the first district is from `joined_at` on that of both; what `unit` and `body` say.

    Only functions of the database write it: `districts_join` when the second district's signatory confirms,
    `districts_part` when it leaves before the submission.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="pairs")
    unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, related_name="+", verbose_name=_("pilot unit"))
    body = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    first_unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, related_name="+")
    first = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("district"))
    second_unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, related_name="+")
    second = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("second district")
    )
    joined_at = models.DateTimeField(_("joined"), default=clock.now)
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(pgettext_lazy("moment", "left"), null=True, blank=True)

    class Meta:
        verbose_name = _("pair of districts")
        verbose_name_plural = _("pairs of districts")
        constraints = [
            models.UniqueConstraint(
                name="district_pair_once",
                fields=["application"],
                condition=Q(ended_at=None),
                violation_error_message=_("Two districts apply as one, not more."),
            ),
            RowSecurity(
                name="district_pair_rows",
                read=f"({sees(_PAIR)} or second_id = {ORGANISATIONS} or first_id = {ORGANISATIONS})",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)


class CoSignature(models.Model):
    """The signature of one of the two districts on what the other one's signatory then submits. Never changed."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="co_signatures")
    sign_off = models.ForeignKey("applications.SignOff", models.PROTECT, related_name="co_signatures")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    content_sha256 = models.CharField(_("digest"), max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signatory"))
    at = models.DateTimeField(_("signed"), default=clock.now)

    class Meta:
        verbose_name = _("signature of a district")
        verbose_name_plural = _("signatures of districts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="co_signature_once",
                fields=["sign_off", "organisation"],
                violation_error_message=_("Your district has signed already; the other one signs next."),
            ),
            RowSecurity(
                name="co_signature_rows",
                read=sees(_SIGNATURE),
                insert=f"(person_id = {USER} and {own(_SIGNATURE, 'signatory')})",
            ),
        ]
        triggers = [
            *stays("co_signature_stays", "a signature is never changed or removed"),
            pgtrigger.Trigger(
                name="co_signature_by_its_district",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    if not exists (
                        select 1 from applications_signoff s join applications_districtpair p
                            on p.application_id = s.application_id and p.ended_at is null
                         where s.id = new.sign_off_id and s.application_id = new.application_id
                           and s.signed_by_id is null and s.sent_back_by_id is null
                           and s.content_sha256 = new.content_sha256 and s.requested_by_id <> new.person_id
                           and new.organisation_id in (p.first_id, p.second_id)
                           and signs_for(new.person_id, new.organisation_id)) then
                        {refuse("co_signature_by_its_district", "a signatory of the district signs what was asked")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)
