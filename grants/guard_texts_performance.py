"""What a person reads when a trigger of the performance refused, by its name in the database."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Guard

GUARDS: Final = {
    "quarter_report_state": Guard(_("This report was decided on already. Look at its page.")),
    "report_of_a_quarter_of_the_award": Guard(
        _("No report is due of this quarter: reports begin with the quarter in which the award was confirmed.")
    ),
    "report_step_by_role": Guard(_("This step belongs to others, and everyone signs in their own name.")),
    "report_is_frozen": Guard(_("The report was signed: nothing in it changes unless the province returns it.")),
    "report_figures_are_counted": Guard(_("What is not typed is counted by the portal.")),
    "report_after_its_quarter": Guard(_("A report is signed when its quarter is over.")),
    "report_is_complete": Guard(_("The report lacks its text, an investment figure or the value of an indicator.")),
    "report_says_why": Guard(_("Say of each indicator that is off its path why it is.")),
    "indicator_of_the_plan": Guard(_("Indicators and targets are those of the approved plan.")),
    "indicator_is_counted": Guard(_("This value is counted from the enterprises, not typed.")),
    "evidence_of_the_report": Guard(_("The evidence belongs to another report.")),
    "progress_of_the_roster": Guard(_("Only enterprises of the unit's own roster are reported.")),
    "progress_file_is_kept": Guard(_("This file was taken over or dropped already.")),
    "report_snapshot_stays": Guard(_("What was signed is never changed or removed.")),
    "report_snapshot_stays_whole": Guard(_("What was signed is never changed or removed.")),
}
