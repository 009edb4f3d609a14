"""What a person reads when a guard of the end of a batch refused, by its name in the database."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Guard

GUARDS: Final = {
    "batch_assessed_by_miit": Guard(_("Only an officer of MIIT ends the running of a batch.")),
    "batch_assessed_after_all_results": Guard(_("Not every award of this batch has its confirmed final result.")),
    "batch_assessed_after_publicity": Guard(
        _("Units of this batch are still under publicity: make their list final first.")
    ),
    "batch_archived_by_both_ministries": Guard(
        _("A batch is archived, and opened again, by a request of MIIT and the countersignature of MOF.")
    ),
    "batch_archived_when_nothing_is_open": Guard(
        _("Something of this batch is still open: its page of assessment and archiving says what.")
    ),
    "batch_is_archived": Guard(
        _("This batch is archived: nothing of it changes any more. Both ministries can open it again, with a reason.")
    ),
    "archive_step_state": Guard(_("This was decided already.")),
    "archive_step_is_kept": Guard(_("What was asked and decided about a batch is kept as it was.")),
    "archive_step_fits_its_batch": Guard(_("An assessed batch is archived; an archived one is opened again.")),
    "archive_asked_by_miit": Guard(_("An officer of MIIT asks, in their own name.")),
    "archive_signed_by_mof": Guard(_("An officer of MOF countersigns, in their own name.")),
}
