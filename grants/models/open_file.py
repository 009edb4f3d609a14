"""Files of open data: each edition of a data set in each of its formats. Everyone reads them, nobody changes them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import stays
from portal.core import clock
from portal.core.rls import RowSecurity, has_role


class OpenFile(models.Model):
    """One edition of a data set in one format. A new edition is written when the content changes, by the clockwork.

    stamp: digest over the rows and over all that says how they are written, the same for the same edition. The content
    lies under its digest (`portal.core.files`), so an edition that was quoted once stays to be had.
    """

    data_set = models.CharField(_("data set"), max_length=30)
    format = models.CharField(_("format"), max_length=10)
    edition = models.PositiveIntegerField(_("edition"))
    rows = models.PositiveIntegerField(_("rows"))
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    storage_key = models.CharField(max_length=120)
    stamp = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("as of"), default=clock.now)

    class Meta:
        verbose_name = _("file of open data")
        verbose_name_plural = _("files of open data")
        ordering = ["data_set", "-edition", "format"]
        constraints = [
            models.UniqueConstraint(
                name="open_file_once",
                fields=["data_set", "edition", "format"],
                violation_error_message=_("This edition is written already."),
            ),
            models.CheckConstraint(
                name="open_file_has_content",
                condition=Q(size__gt=0, edition__gt=0, sha256__regex=r"^[0-9a-f]{64}$") & ~Q(storage_key=""),
                violation_error_message=_("A file of open data has content and a digest."),
            ),
            RowSecurity(name="open_file_rows", read="true", insert=has_role("clockwork")),
        ]
        triggers = stays("open_file_stays", "what was published as open data never changes")

    def __str__(self) -> str:
        return f"{self.data_set} {self.edition}"
