"""The text of the implementation plan: chapters, figures, and Word files read into it."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums_sections import ChapterCode
from applications.models.guards import frozen, own, refuse, rows, sees, stays
from portal.core import clock
from portal.core.inspection import JPEG, PNG
from portal.core.models import StoredFile
from portal.core.rls import UNITS, USER, RowSecurity

_FIGURE: Final = "applications_figure"
ACTIVE: Final = r"<\s*(script|style|iframe|object|embed|form|svg|math|link|meta)"
# Others than the unit see a figure that a submission they may read contains, never one of the work in progress.
_READS_FIGURE: Final = f"""({sees(_FIGURE)} and (
    exists (select 1 from applications_application a where a.id = {_FIGURE}.application_id and a.unit_id = {UNITS})
    or exists (select 1 from applications_snapshot s where s.application_id = {_FIGURE}.application_id
                  and strpos(s.content, {_FIGURE}.sha256) > 0)))"""


class PlanChapter(models.Model):
    """A chapter of the plan as HTML that was cleaned on its way in (applications.richtext). `version` counts edits."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="chapters")
    code = models.CharField(_("chapter"), max_length=16, choices=ChapterCode.choices)
    html = models.TextField(_("text"))
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("chapter of the plan")
        verbose_name_plural = _("chapters of the plan")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="plan_chapter_once",
                fields=["application", "code"],
                violation_error_message=_("This chapter is already in the dossier."),
            ),
            models.CheckConstraint(
                name="plan_chapter_is_text",
                # No element that acts, whoever writes the row; the cleaning itself is `applications.richtext`.
                condition=~Q(html="")
                & ~Q(html__iregex=r"<\s*(script|style|iframe|object|embed|form|svg|math|link|meta)"),
                violation_error_message=_("The chapter contains what no text may contain."),
            ),
            rows("plan_chapter_rows", "applications_planchapter"),
        ]
        triggers = [frozen("'plan'")]

    def __str__(self) -> str:
        return self.get_code_display()


class Figure(StoredFile):
    """A picture of the plan, drawn anew on its way in (PNG or JPEG); kept for good, as submissions may show it."""

    seen_at = ("applications:plan", "application_id")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="figures")
    width = models.PositiveIntegerField(_("width (pixels)"))
    height = models.PositiveIntegerField(_("height (pixels)"))

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="figure_is_a_picture",
                condition=Q(content_type__in=[PNG.content_type, JPEG.content_type])
                & Q(size__gt=0, width__gt=0, height__gt=0, sha256__regex=r"^[0-9a-f]{64}$")
                & ~Q(storage_key=""),
                violation_error_message=_("A figure is a PNG or JPEG picture."),
            ),
            RowSecurity(
                name="figure_rows",
                read=_READS_FIGURE,
                insert=f"(uploaded_by_id = {USER} and {own(_FIGURE, 'drafter')})",
            ),
        ]
        triggers = [frozen("'plan'"), *stays("figure_stays", "a figure is kept as it came")]

    def __str__(self) -> str:
        return self.file_name


class WordImport(models.Model):
    """A Word file that was read and waits to be taken over into chapters.

    pieces: [{title, html, chapter}], in the order of the file; notes: what could not be read, in words.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="word_imports")
    file_name = models.CharField(_("file name"), max_length=160)
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    pieces = models.JSONField(_("pieces"))
    notes = models.JSONField(_("notes"), default=list)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("read"), default=clock.now)
    taken_at = models.DateTimeField(_("taken over"), null=True, blank=True)

    class Meta:
        verbose_name = _("Word file read")
        verbose_name_plural = _("Word files read")
        ordering = ["-pk"]
        constraints = [
            RowSecurity(
                name="word_import_rows",
                read=own("applications_wordimport", "drafter"),
                insert=f"(read_by_id = {USER} and {own('applications_wordimport', 'drafter')})",
                update=own("applications_wordimport", "drafter"),
            ),
        ]
        triggers = [
            frozen("'plan'"),
            pgtrigger.Trigger(
                name="word_import_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    if tg_op = 'DELETE' or old.taken_at is not null or new.taken_at is null
                       or (to_jsonb(new) - 'taken_at') is distinct from (to_jsonb(old) - 'taken_at') then
                        {refuse("word_import_is_kept", "what was read is taken over once and not changed")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
