"""What a person reads when a guard of evaluations, panels or acceptances refused, by its name in the database."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Guard

_MOVED_ON = _("Its state has changed meanwhile. Look at its page.")
GUARDS: Final = {
    "evaluation_state": Guard(_MOVED_ON),
    "panel_state": Guard(_MOVED_ON),
    "rectification_state": Guard(_MOVED_ON),
    "acceptance_state": Guard(_MOVED_ON),
    "evaluation_by_the_rules": Guard(_("The rules of the batch ask for no such evaluation of this award."), "kind"),
    "evaluation_is_frozen": Guard(_("A signed self-evaluation does not change any more.")),
    "evaluation_signed_by_signatory": Guard(_("A signatory of the pilot unit signs in their own name.")),
    "evaluation_is_whole": Guard(_("Some indicators have no points yet. Fill in all of them before you sign.")),
    "evaluation_verified_by_province": Guard(_("The industry department of the province verifies it.")),
    "evaluation_score_within_points": Guard(_("These are more points than the indicator has.")),
    "panel_by_the_rules": Guard(_("No panel of this kind can be opened on this award now."), "kind"),
    "panel_is_kept": Guard(_("The panel is closed: nothing of it changes any more.")),
    "panel_is_whole": Guard(
        _("The panel needs enough members, and each of them scores every group and looks at every project first.")
    ),
    "panel_member_stands_apart": Guard(
        _("A member of the panel comes neither from this province nor from this unit, and has no conflict with it."),
        "members",
    ),
    "panel_scored_by_member": Guard(_("Only a member of the panel without interest in the unit scores.")),
    "panel_score_within_weight": Guard(_("These are more points than the group has.")),
    "assessment_not_after_the_pass": Guard(_("The final assessment was passed already.")),
    "assessment_refused_for_good": Guard(_("The second tranche was refused for good: no other assessment follows.")),
    "assessment_after_its_panel": Guard(
        _("The panel is still at work. Close it first; its total belongs to the result.")
    ),
    "assessment_fits_its_band": Guard(_("The panel's total is poor: the assessment is not passed with it."), "result"),
    "assessment_limit_within_tranche": Guard(_("This is more than the second tranche holds."), "second_limit"),
    "second_tranche_within_reduction": Guard(
        _("This is more than the final assessment left of the second tranche."), "amount"
    ),
    "rectification_of_the_last_result": Guard(_("The newest result of this award asks for no rectification.")),
    "rectification_in_time": Guard(
        _("The day lies between the assessment and the day by which it had to be mended."), "mended_on"
    ),
    "grants_acceptance_grant_project_id_key": Guard(
        _("The acceptance of this project was begun already. Look at the page of the project.")
    ),
    "acceptance_is_frozen": Guard(_("The acceptance was sent: it does not change any more.")),
    "acceptance_is_whole": Guard(
        _("Before it is sent it has the list of the equipment, a photograph and the independent report.")
    ),
    "acceptance_decided_by_province": Guard(
        _("The industry department of the province decides, and says why it sends something back."), "why"
    ),
    "evidence_stays": Guard(_("A file of proof is kept as it came.")),
    "evidence_before_the_signature": Guard(_("Files are brought before it is signed or sent."), "file"),
}
