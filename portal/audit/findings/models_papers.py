"""Papers on a finding: answers of the audited body with their files, follow-ups, evidence, hand-overs."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.findings.enums import AnswerKind, EvidenceKind, Outcome, Stance
from portal.audit.findings.guards import AUDITOR, BY_TEAM, OF_FINDING, stay
from portal.audit.findings.models_finding import Finding
from portal.core.models import StoredFile, file_checks
from portal.core.rls import USER, RowSecurity

_OF_ANSWER = "exists (select 1 from audit_answer a where a.id = answer_id)"


class Paper(models.Model):
    """Something written on a finding by one person at one moment; never changed."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by"))
    at = models.DateTimeField(pgettext_lazy("moment", "written"))

    class Meta:
        abstract = True


class Answer(Paper):
    """What the audited body hands in: its reply to what was shown, or its report on the rectification.

    version: number of the text it answers. proofs: how many files came with it; a report has at least one.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="answers", verbose_name=_("finding"))
    kind = models.CharField(_("kind"), max_length=10, choices=AnswerKind.choices)
    version = models.PositiveSmallIntegerField(_("version"), default=0, editable=False)
    stance = models.CharField(_("what the body holds"), max_length=10, choices=Stance.choices, blank=True)
    text = models.TextField(_("answer"), max_length=8000)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("audited body")
    )
    proofs = models.PositiveSmallIntegerField(_("files"), default=0)

    class Meta:
        verbose_name = _("answer to a finding")
        verbose_name_plural = _("answers to findings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="answer_says_what",
                condition=~Q(text=""),
                violation_error_message=_("Write the answer."),
            ),
            models.CheckConstraint(
                name="reply_says_what_it_holds",
                condition=Q(kind=AnswerKind.REPLY) & ~Q(stance="") | Q(kind=AnswerKind.REPORT, stance=""),
                violation_error_message=_("Say whether the finding is accepted."),
            ),
            models.CheckConstraint(
                name="report_has_proof",
                condition=~Q(kind=AnswerKind.REPORT) | Q(proofs__gte=1),
                violation_error_message=_("Add the proof of the rectification: at least one file."),
            ),
            RowSecurity(
                name="answer_rows",
                read=OF_FINDING,
                insert=f"(by_id = {USER} and audit_answers_for(organisation_id))",
            ),
        ]
        triggers = [*stay("answer")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Proof(StoredFile):
    """A file that came with an answer, with it and not later."""

    seen_at: ClassVar[tuple[str, ...]] = ("auditing:answered", "answer_id")

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="files", verbose_name=_("answer"))

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        ordering = ["pk"]
        constraints = [
            *file_checks("audit_proof"),
            RowSecurity(
                name="audit_proof_rows",
                read=_OF_ANSWER,
                insert=f"(uploaded_by_id = {USER} and {_OF_ANSWER[:-1]} and a.by_id = {USER}))",
            ),
        ]
        triggers = [*stay("audit_proof")]


class FollowUp(Paper):
    """What the auditors found when they followed a rectification (跟踪检查); with a new day where it is not done."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="follow_ups", verbose_name=_("finding"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    text = models.TextField(_("what was looked at and found"), max_length=4000)
    new_due = models.DateField(_("new last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="follow_up_says_what",
                condition=~Q(text=""),
                violation_error_message=_("Say what was looked at and what was found."),
            ),
            models.CheckConstraint(
                name="follow_up_gives_a_new_day",
                condition=Q(outcome=Outcome.OPEN, new_due__isnull=False) | Q(outcome=Outcome.MENDED, new_due=None),
                violation_error_message=_("What is not yet rectified gets a new last day."),
            ),
            RowSecurity(name="follow_up_rows", read=OF_FINDING, insert=f"(by_id = {USER} and {BY_TEAM})"),
        ]
        triggers = [*stay("follow_up")]

    def __str__(self) -> str:
        return self.get_outcome_display()


class Evidence(Paper):
    """A frozen copy with its digest (审计证据). Of a record the database itself takes the copy; so it does of a file.

    snapshot: the record as JSON, as it was at that moment; sha256: over it, or over the content of the file.
    is_shared: the audited body reads it too, once the finding is shown. at: when it was taken, which the database says.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="evidence", verbose_name=_("finding"))
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind.choices)
    label = models.CharField(_("what it is"), max_length=200)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=40, blank=True)
    snapshot = models.TextField(_("record"), blank=True)
    file_name = models.CharField(_("file name"), max_length=160, blank=True)
    content_type = models.CharField(_("kind of file"), max_length=80, blank=True)
    size = models.PositiveBigIntegerField(_("size (bytes)"), default=0)
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64, blank=True)
    storage_key = models.CharField(max_length=120, blank=True)
    is_shared = models.BooleanField(_("shown to the audited body"), default=False)

    class Meta:
        verbose_name = _("piece of audit evidence")
        verbose_name_plural = _("pieces of audit evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_has_its_digest",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$") & ~Q(label=""),
                violation_error_message=_("Evidence has a name and a digest."),
            ),
            models.CheckConstraint(
                name="evidence_is_a_record_or_a_file",
                condition=(Q(kind=EvidenceKind.ROW, storage_key="") & ~Q(snapshot=""))
                | (~Q(kind=EvidenceKind.ROW) & Q(snapshot="", size__gt=0) & ~Q(storage_key="")),
                violation_error_message=_("Evidence is a copy of a record or of a file."),
            ),
            RowSecurity(
                name="audit_evidence_rows",
                read=f"({OF_FINDING} and (is_shared or {AUDITOR}))",
                insert=f"(by_id = {USER} and {BY_TEAM})",
            ),
        ]
        triggers = [*stay("audit_evidence")]

    def __str__(self) -> str:
        return self.label


class Handover(Paper):
    """A finding handed over to a body that acts on it (移送), such as the finance department that demands money."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="handovers", verbose_name=_("finding"))
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("handed over to")
    )
    note = models.CharField(_("what is asked"), max_length=500)

    class Meta:
        verbose_name = _("hand-over of a finding")
        verbose_name_plural = _("hand-overs of findings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="handover_once",
                fields=["finding", "organisation"],
                violation_error_message=_("This finding was handed over to this body already."),
            ),
            models.CheckConstraint(
                name="handover_says_what_is_asked",
                condition=~Q(note=""),
                violation_error_message=_("Say what the body is asked to do."),
            ),
            RowSecurity(name="handover_rows", read=OF_FINDING, insert=f"(by_id = {USER} and {BY_TEAM})"),
        ]
        triggers = [*stay("handover")]

    def __str__(self) -> str:
        return str(self.organisation)
