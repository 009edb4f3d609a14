"""Files people bring to fill a list of the dossier: judged first, taken over on purpose."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import ImportState
from applications.models.guards import own, refuse
from applications.states import IMPORT
from portal.core.models import StoredFile, file_checks
from portal.core.rls import USER, RowSecurity

_TABLE: Final = "applications_importfile"


class ImportFile(StoredFile):
    """A file with rows for one list (`sheet`: enterprises, projects, indicators) of a dossier.

    report: what the judgement found (applications.imports.report). seen: the mark of what stood in the dossier then;
    when that has changed, the file is judged anew before anything is taken over.
    """

    seen_at = ("applications:import", "application_id", "id")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="import_files")
    sheet = models.CharField(_("list"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.BROUGHT)
    report = models.JSONField(_("report"), default=dict)
    seen = models.CharField(max_length=64, blank=True)
    run = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("import file")
        verbose_name_plural = _("import files")
        ordering = ["-pk"]
        constraints = [
            *file_checks("import"),
            models.CheckConstraint(
                name="import_ends_with_a_time",
                condition=Q(state__in=[ImportState.BROUGHT, ImportState.JUDGED], ended_at=None)
                | Q(state__in=[ImportState.TAKEN, ImportState.DROPPED], ended_at__isnull=False),
                violation_error_message=_("An import ends with its time."),
            ),
            RowSecurity(
                name="import_file_rows",
                read=own(_TABLE, "drafter", "signatory"),
                insert=f"({own(_TABLE, 'drafter')} and uploaded_by_id = {USER} and state = 'brought')",
                update=own(_TABLE, "drafter"),
            ),
        ]
        triggers = [
            IMPORT.guard(),
            pgtrigger.Trigger(
                name="import_file_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    if (new.application_id, new.sheet, new.sha256, new.storage_key, new.size, new.uploaded_by_id)
                       is distinct from
                       (old.application_id, old.sheet, old.sha256, old.storage_key, old.size, old.uploaded_by_id)
                       or old.state in ('taken', 'dropped') then
                        {refuse("import_file_is_kept", "a file is never changed")}
                    end if;
                    return new;
                """,
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it may still be taken over."""
        return self.state in (ImportState.BROUGHT, ImportState.JUDGED)
