"""Acceptance of a finished project: investment, equipment, photographs, independent report; files that prove things."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import states_assessing as states
from grants.enums import AcceptanceResult, AcceptanceState, EvidenceKind
from grants.models.assessing import MEMBER, SENT, Evaluation, of, of_unit
from grants.models.award import Award, GrantProject
from grants.models.checked import PLACE, Placed
from portal.core.models import StoredFile, file_checks
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity


class Acceptance(Placed):
    """What the unit's industry bureau found at a finished project; the province confirms it or sends it back.

    project_name: of the supported project, copied by the database for members of a panel, who do not see the award.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="acceptances", verbose_name=_("award"))
    grant_project = models.OneToOneField(
        GrantProject, models.PROTECT, related_name="acceptance", verbose_name=_("supported project")
    )
    project_name = models.CharField(_("name of the project"), max_length=160, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=AcceptanceState.choices, default=AcceptanceState.DRAFT)
    invested = YuanField(_("investment done (yuan)"))
    accepted_on = models.DateField(_("day of the acceptance"))
    result = models.CharField(_("result"), max_length=10, choices=AcceptanceResult.choices)
    findings = models.TextField(_("what was found, and the conditions"), max_length=2000, blank=True)
    returned_why = models.TextField(_("why it was sent back"), max_length=1000, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("begun"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("project", "acceptance")
        verbose_name_plural = pgettext_lazy("project", "acceptances")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "province"])]
        constraints = [
            models.CheckConstraint(
                name="acceptance_invested_above_zero",
                condition=Q(invested__gt=0),
                violation_error_message=_("The investment done is above zero."),
            ),
            models.CheckConstraint(
                name="acceptance_says_conditions",
                condition=Q(result=AcceptanceResult.ACCEPTED) | ~Q(findings=""),
                violation_error_message=_("Say what was found and what is to be mended."),
            ),
            models.CheckConstraint(
                name="acceptance_decided_by_another",
                condition=~Q(decided_by=F("made_by")),
                violation_error_message=_("Another person than who filled it in confirms it."),
            ),
            RowSecurity(
                name="acceptance_rows",
                read=SENT.replace("state <> 'draft'", "(state <> 'draft' or returned_why <> '')"),
                insert=f"(made_by_id = {USER} and {of_unit('drafter')})",
                update=f"({of_unit('drafter')} or assessing_province({USER}, province_id))",
            ),
        ]
        triggers = [states.ACCEPTANCE.guard()]

    def __str__(self) -> str:
        return self.project_name


_TABLE: Final = "grants_equipment"
_PARENT: Final = ("grants_acceptance", "acceptance_id")


class Equipment(models.Model):
    """One line of the equipment list."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="equipment")
    name = models.CharField(_("equipment"), max_length=120)
    model = models.CharField(_("model"), max_length=80, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    price = YuanField(_("price together (yuan)"))
    supplier = models.CharField(_("supplier"), max_length=160, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("acceptance", "equipment")
        verbose_name_plural = pgettext_lazy("acceptance", "equipment")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="equipment_counts",
                condition=Q(quantity__gt=0, price__gte=0) & ~Q(name=""),
                violation_error_message=_("Equipment has a name, a quantity above zero and a price."),
            ),
            RowSecurity(
                name="equipment_rows",
                read=of(_TABLE, *_PARENT),
                insert=of(_TABLE, *_PARENT, of_unit("drafter")),
                delete=of(_TABLE, *_PARENT, of_unit("drafter"), "p.state = 'draft'"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Evidence(StoredFile, Placed):
    """A file that proves an evaluation's indicator or belongs to an acceptance. Kept for good.

    code: the indicator it proves.
    """

    seen_at = ("grants:assessing", "award_id")
    award = models.ForeignKey(Award, models.PROTECT, related_name="evidence", verbose_name=_("award"))
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, null=True, blank=True, related_name="files")
    acceptance = models.ForeignKey(Acceptance, models.PROTECT, null=True, blank=True, related_name="files")
    kind = models.CharField(_("kind of file"), max_length=10, choices=EvidenceKind.choices)
    code = models.CharField(_("indicator"), max_length=40, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("assessment", "file of proof")
        verbose_name_plural = pgettext_lazy("assessment", "files of proof")
        ordering = ["pk"]
        constraints = [
            *file_checks("proof"),
            models.CheckConstraint(
                name="proof_of_one_thing",
                condition=Q(evaluation__isnull=False, acceptance=None, kind=EvidenceKind.EVIDENCE) & ~Q(code="")
                | Q(evaluation=None, acceptance__isnull=False, code=""),
                violation_error_message=_("A file proves one indicator or belongs to one acceptance."),
            ),
            models.CheckConstraint(
                name="evidence_photo_is_a_picture",
                condition=~Q(kind=EvidenceKind.PHOTO) | Q(content_type__in=["image/png", "image/jpeg"]),
                violation_error_message=_("A photograph is a PNG or JPEG picture."),
            ),
            RowSecurity(
                name="proof_rows",
                read=f"({PLACE} or {MEMBER})",
                insert=f"(uploaded_by_id = {USER} and {of_unit('drafter')})",
            ),
        ]
