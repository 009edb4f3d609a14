"""What a department of the province writes while it examines a submission, and the letter both sign."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import Answer, Side
from applications.models.guards import refuse, sees, stays
from portal.core import clock
from portal.core.models import StoredFile, file_checks
from portal.core.rls import NATION, ORGANISATIONS, PROVINCES, USER, RowSecurity, has_role

_POINT: Final = "applications_point"
# As 闽工信联〔2025〕12号: who issues it, the year, the number within the year.
LETTER_NO: Final = r"^[一-龥A-Za-z]{2,20}〔20[0-9]{2}〕[1-9][0-9]{0,4}号$"


class Point(models.Model):
    """One point of a department's checklist on one submission: its answer and a comment.

    The unit reads it once the department has decided; until then it is the department's own work.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="points")
    snapshot = models.ForeignKey("applications.Snapshot", models.PROTECT, related_name="points")
    side = models.CharField(_("department"), max_length=10, choices=Side.choices)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    code = models.SlugField(_("point"), max_length=40)
    answer = models.CharField(_("answer"), max_length=15, choices=Answer.choices)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("point of the checklist")
        verbose_name_plural = _("points of the checklist")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="point_once",
                fields=["snapshot", "side", "code"],
                violation_error_message=_("This point was answered already."),
            ),
            models.CheckConstraint(
                name="point_to_mend_says_what",
                condition=~Q(answer=Answer.MEND) | ~Q(comment=""),
                violation_error_message=_("Say what is to be mended."),
            ),
            RowSecurity(
                name="point_rows",
                read=(
                    f"({sees(_POINT)} and (organisation_id = {ORGANISATIONS} or exists ("
                    f"select 1 from applications_recommendation r where r.snapshot_id = {_POINT}.snapshot_id"
                    f" and r.side = {_POINT}.side)))"
                ),
                insert=(
                    f"(person_id = {USER} and {has_role('provincial_officer')} and organisation_id = {ORGANISATIONS}"
                    f" and {sees(_POINT)})"
                ),
                update=(
                    f"(person_id = {USER} and {has_role('provincial_officer')} and organisation_id = {ORGANISATIONS})"
                ),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="point_by_its_department",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    if tg_op = 'DELETE' then
                        {refuse("point_is_kept", "what a department found is kept")}
                    end if;
                    if tg_op = 'UPDATE' and (new.application_id, new.snapshot_id, new.side, new.organisation_id,
                                             new.code)
                       is distinct from (old.application_id, old.snapshot_id, old.side, old.organisation_id,
                                         old.code) then
                        {refuse("point_is_kept", "what a point is about never changes")}
                    end if;
                    if not exists (
                        select 1 from applications_application a
                          join accounts_organisation o on o.id = new.organisation_id
                          join applications_snapshot s on s.application_id = a.id and s.id = new.snapshot_id
                         where a.id = new.application_id and a.state = 'with_province'
                           and s.number = (select max(n.number) from applications_snapshot n
                                            where n.application_id = a.id)
                           and o.province = a.province_id and o.kind = 'provincial_' || new.side) then
                        {refuse("point_by_its_department", "the department of the province examines")}
                    end if;
                    if exists (select 1 from applications_recommendation r
                                where r.snapshot_id = new.snapshot_id and r.side = new.side) then
                        {refuse("point_is_kept", "the department has decided")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Letter(StoredFile):
    """The joint letter of a province: numbered, dated, sealed by both departments; it may name several units.

    It is never changed. The province and the ministries read it; a unit reads its number alone, since the letter may
    name others.
    """

    seen_at = ("applications:letters",)
    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="letters", verbose_name=_("batch"))
    province = models.ForeignKey(
        "programme.Province", models.PROTECT, related_name="letters", verbose_name=_("province")
    )
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    number = models.CharField(_("number of the letter"), max_length=60)
    dated = models.DateField(_("date of the letter"))

    class Meta:
        verbose_name = _("joint letter")
        verbose_name_plural = _("joint letters")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="letter_number_once",
                fields=["province", "number"],
                violation_error_message=_("A letter of this number is kept already."),
            ),
            models.CheckConstraint(
                name="letter_number_is_official",
                condition=Q(number__regex=LETTER_NO),
                violation_error_message=_(
                    "Write the number as it stands on the letter, for example 闽工信联〔2025〕12号."
                ),
            ),
            models.CheckConstraint(
                name="letter_is_pdf",
                condition=Q(content_type="application/pdf"),
                violation_error_message=_("The letter is a PDF with both seals."),
            ),
            *file_checks("letter"),
            RowSecurity(
                name="letter_rows",
                read=(
                    f"((province_id = {PROVINCES} and {has_role('provincial_officer', 'auditor')})"
                    f" or ({NATION} and {has_role('officer', 'auditor', 'clockwork')}))"
                ),
                insert=(
                    f"(uploaded_by_id = {USER} and {has_role('provincial_officer')}"
                    f" and organisation_id = {ORGANISATIONS} and province_id = {PROVINCES})"
                ),
            ),
        ]
        triggers = [
            *stays("letter_stays", "a letter is never changed or removed"),
            pgtrigger.Trigger(
                name="letter_from_its_province",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    if not exists (select 1 from accounts_organisation o
                                    where o.id = new.organisation_id and o.province = new.province_id
                                      and o.kind in ('provincial_industry', 'provincial_finance')) then
                        {refuse("letter_from_its_province", "a department of the province brings the letter")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number
