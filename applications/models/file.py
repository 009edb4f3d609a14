"""Files of a dossier: uploads on their way, piece by piece, and what the verification of their seals found."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import AttachmentKind
from applications.models.guards import own, refuse, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity, has_role
from portal.core.seals import SealState

_UPLOAD, _SEAL = "applications_upload", "applications_sealcheck"
MOST = 200 * 2**20  # the same as settings.MAX_UPLOAD_BYTES; a constraint needs a number


class UploadState(models.TextChoices):
    """How far an upload is."""

    RECEIVING = "receiving", pgettext_lazy("upload", "being received")
    CHECKING = "checking", pgettext_lazy("upload", "being checked")
    DONE = "done", pgettext_lazy("upload", "in the dossier")


class Upload(models.Model):
    """A file on its way into a dossier. Its pieces lie in the storage under uploads/<id>/ until they are put together.

    received: bytes that are safely there; the next piece begins here. modified: the time the browser gives for the
    file, so that the same person with the same file goes on where the line broke.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=AttachmentKind.choices)
    title = models.CharField(_("title"), max_length=160)
    file_name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    modified = models.BigIntegerField(_("changed (ms since 1970)"), default=0)
    received = models.PositiveBigIntegerField(_("received (bytes)"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=UploadState.choices, default=UploadState.RECEIVING)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    begun_at = models.DateTimeField(_("begun"), default=clock.now)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes = [models.Index(fields=["application", "person"]), models.Index(fields=["begun_at"])]
        constraints = [
            models.CheckConstraint(
                name="upload_within_limits",
                condition=Q(size__gt=0, size__lte=MOST, received__lte=F("size")),
                violation_error_message=_("The file is empty, or larger than the portal takes."),
            ),
            RowSecurity(
                name="upload_rows",
                read=f"(person_id = {USER} or {has_role('clockwork')})",
                insert=f"(person_id = {USER} and {own(_UPLOAD, 'drafter')})",
                update=f"(person_id = {USER})",
                delete=f"(person_id = {USER} or {has_role('clockwork')})",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="upload_only_grows",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    if new.received < old.received
                       or (new.application_id, new.size, new.file_name, new.person_id) is distinct from
                          (old.application_id, old.size, old.file_name, old.person_id)
                       or (new.state <> 'receiving' and new.received <> new.size) then
                        {refuse("upload_only_grows", "an upload only grows")}
                    end if;
                    return new;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class SealCheck(models.Model):
    """What the verification of one attachment's seals found, when and for whom; a later one stands beside it.

    seals: a list of portal.core.seals.Seal as plain values, each with its state.
    """

    attachment = models.ForeignKey("applications.Attachment", models.PROTECT, related_name="seal_checks")
    state = models.CharField(_("state"), max_length=12, choices=SealState.choices)
    provider = models.CharField(_("verified by"), max_length=60, blank=True)
    seals = models.JSONField(_("seals"), default=list)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    at = models.DateTimeField(_("verified"), default=clock.now)

    class Meta:
        verbose_name = _("verification of seals")
        verbose_name_plural = _("verifications of seals")
        ordering = ["pk"]
        constraints = [
            RowSecurity(
                name="seal_check_rows",
                read=f"exists (select 1 from applications_attachment f where f.id = {_SEAL}.attachment_id)",
                insert=(
                    f"(person_id = {USER} and exists (select 1 from applications_attachment f"
                    f" where f.id = {_SEAL}.attachment_id))"
                ),
            ),
        ]
        triggers = stays("seal_check_stays", "what a verification found is never changed or removed")

    def __str__(self) -> str:
        return self.get_state_display()
