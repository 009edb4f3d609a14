"""Files officers bring to fill the expert pool: judged first, taken over on purpose."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import ImportState
from applications.models.guards import refuse
from portal.core.models import StoredFile, file_checks
from portal.core.rls import USER, RowSecurity
from reviews.models.guards import OFFICER
from reviews.states import POOL_IMPORT


class PoolImport(StoredFile):
    """A file with profiles of reviewers.

    report: what the judgement found (applications.imports.report). seen: the mark of the pool as it stood then; when
    that has changed, the file is judged anew before anything is taken over. run: the work on it that began last.
    """

    seen_at = ("reviews:pool_import", "id")
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.BROUGHT)
    report = models.JSONField(_("report"), default=dict)
    seen = models.CharField(max_length=64, blank=True)
    run = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of the expert pool")
        verbose_name_plural = _("imports of the expert pool")
        ordering = ["-pk"]
        constraints = [
            *file_checks("pool_import"),
            models.CheckConstraint(
                name="pool_import_ends_with_a_time",
                condition=Q(state__in=[ImportState.BROUGHT, ImportState.JUDGED], ended_at=None)
                | Q(state__in=[ImportState.TAKEN, ImportState.DROPPED], ended_at__isnull=False),
                violation_error_message=_("An import ends with its time."),
            ),
            RowSecurity(
                name="pool_import_rows",
                read=OFFICER,
                insert=f"({OFFICER} and uploaded_by_id = {USER} and state = 'brought')",
                update=OFFICER,
            ),
        ]
        triggers = [
            POOL_IMPORT.guard(),
            pgtrigger.Trigger(
                name="pool_import_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    if (new.file_name, new.content_type, new.sha256, new.storage_key, new.size, new.uploaded_by_id,
                        new.uploaded_at)
                       is distinct from
                       (old.file_name, old.content_type, old.sha256, old.storage_key, old.size, old.uploaded_by_id,
                        old.uploaded_at)
                       or old.state in ('taken', 'dropped') then
                        {refuse("pool_import_is_kept", "a file is never changed")}
                    end if;
                    return new;
                """,
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it may still be taken over."""
        return self.state in (ImportState.BROUGHT, ImportState.JUDGED)
