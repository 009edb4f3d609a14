"""The index of the search, and what was read out of stored files. Only functions of the database write the index."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.rls import NATION, PROVINCES, RowSecurity, has_role

# The search is an instrument of auditors: of the nation all, of a province what was submitted there.
READS: Final = f"({has_role('auditor')} and ({NATION} or (submitted and province = {PROVINCES})))"


class SearchText(models.Model):
    """One text that can be found: a part of a dossier, a comment, a piece of a file.

    kind: as `portal.core.search.kinds` names it. source, object_id, part: the row it stands in, and which piece of its
    text. application, batch, province, unit, submitted: whose it is, copied so that the policy needs no other table.
    """

    kind = models.CharField(pgettext_lazy("search", "kind"), max_length=16)
    source = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    part = models.PositiveIntegerField(default=0)
    application = models.BigIntegerField()
    batch = models.PositiveSmallIntegerField(_("batch"))
    province = models.CharField(_("province"), max_length=6)
    unit = models.CharField(_("pilot unit"), max_length=20)
    submitted = models.BooleanField(_("submitted"), default=False)
    title = models.CharField(_("title"), max_length=300)
    body = models.TextField(_("text"))
    tokens = models.GeneratedField(
        expression=Func(F("title"), F("body"), function="search_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("text of the search")
        verbose_name_plural = _("texts of the search")
        indexes = [
            GinIndex(fields=["tokens"], name="search_by_token"),
            models.Index(fields=["application"], name="search_of_application"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="search_text_once",
                fields=["source", "object_id", "part"],
                violation_error_message=_("This text stands in the index already."),
            ),
            RowSecurity(name="search_text_rows", read=READS),
        ]

    def __str__(self) -> str:
        return self.title


class FileText(models.Model):
    """What was read out of a stored file, once for each content. problem: why nothing was, where nothing was."""

    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64, primary_key=True)
    pieces = models.JSONField(_("text in pieces"), default=list)
    problem = models.CharField(_("why nothing was read"), max_length=200, blank=True)
    at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")
        constraints = [
            models.CheckConstraint(
                name="file_text_has_digest",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("The file has no digest."),
            ),
            RowSecurity(
                name="file_text_rows",
                read=has_role("clockwork"),
                insert=has_role("clockwork"),
                update=has_role("clockwork"),
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
