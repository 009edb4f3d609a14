"""What a person reads when a trigger of this app refused, by its name in the database."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Guard

GUARDS: Final = {
    "application_state": Guard(_("The application cannot change to this state.")),
    "application_place_fits_unit": Guard(_("Province, pilot unit and government do not belong together."), "unit"),
    "application_in_open_batch": Guard(_("This batch takes no applications now."), "batch"),
    "application_amount_within_cap": Guard(
        _("This is more than the rules of the batch allow for one pilot unit."), "amount_asked"
    ),
    "application_once_per_line": Guard(
        _(
            "A unit before or after yours by law, or one that shares a district with yours, has applied in this batch,"
            " and one of you may. Until a decision the other one can withdraw."
        )
    ),
    "application_is_frozen": Guard(_("The dossier cannot be changed in this state.")),
    "application_written_by_drafter": Guard(_("Only a drafter of the unit's own government changes its dossier.")),
    "application_step_by_role": Guard(_("This step belongs to others.")),
    "submission_needs_snapshot": Guard(_("Nothing was signed: a submission needs the signature of a second person.")),
    "submission_after_deadline": Guard(_("The deadline has passed. The dossier stays as it is; nothing is lost.")),
    "correction_still_runs": Guard(_("The time of the correction is not over: the unit may still send it.")),
    "pass_after_its_correction": Guard(
        _("The unit has not sent the correction: give it a later deadline, or reject."), "decision"
    ),
    "recommendation_needs_both": Guard(
        _("Both departments of the province, the industry and the finance department, decide, by two people.")
    ),
    "recommendation_is_joint": Guard(_("Both departments name the same letter and the same rank."), "letter"),
    "province_rank_once": Guard(_("Give each recommended application a rank of its own, beginning with 1."), "rank"),
    "recall_before_deadline": Guard(_("After the deadline nothing could be submitted again, so this one stays.")),
    "province_quota": Guard(_("The province has already recommended as many applications as the rules allow.")),
    "change_state": Guard(_("The request cannot change to this state.")),
    "change_of_current_plan": Guard(_("The plan has a newer version: ask for the change of that one.")),
    "change_digest_is_true": Guard(_("The digest is not that of the content.")),
    "change_touches_one_thing": Guard(_("One request changes one project, or the unit, and nothing else.")),
    "change_number_is_new": Guard(
        _("A project of this plan had this number before: an added project gets a new one. Ask for the change anew.")
    ),
    "change_to_successor": Guard(_("Only the unit that follows by law can go on with the plan."), "new_unit"),
    "change_support_within_share": Guard(
        _("The support asked is above the share of the total investment that the rules allow."), "support_asked"
    ),
    "change_support_within_amount": Guard(
        _("All support together would be above the amount of the unit."), "support_asked"
    ),
    "change_is_kept": Guard(_("What was asked for is not changed: withdraw the request and ask anew.")),
    "change_step_by_role": Guard(_("This step belongs to others.")),
    "plan_version_stays": Guard(_("A version of the plan is never changed or removed.")),
    "plan_version_stays_whole": Guard(_("A version of the plan is never changed or removed.")),
    "plan_version_in_turn": Guard(_("A version follows from the submission or from an approved change.")),
    "plan_of_selected_unit": Guard(_("Only a unit of the final list has an approved plan.")),
    "check_run_stays": Guard(_("Results of checks are never changed or removed.")),
    "check_run_stays_whole": Guard(_("Results of checks are never changed or removed.")),
    "check_run_fits_submission": Guard(_("Results belong to the submission they were found on.")),
    "dossier_is_frozen": Guard(_("The dossier cannot be changed in this state.")),
    "project_support_within_share": Guard(
        _("The support asked is above the share of the total investment that the rules allow."), "support_asked"
    ),
    "project_landmark_is_large": Guard(
        _("A landmark project has a larger total investment: see the rules of the batch."), "is_landmark"
    ),
    "project_within_span": Guard(
        _("A project runs in the years of the plan: from two years before that of the batch to nine years after it."),
        "starts_on",
    ),
    "foundation_year_is_past": Guard(_("The foundation is told by the five years before the batch.")),
    "target_year_fits": Guard(_("This year is none of the period of the plan.")),
    "funding_line_fits": Guard(_("This year is none of the plan, or the project belongs to another dossier.")),
    "funding_central_within_support": Guard(
        _(
            "The central money of a project is at most the support it asks for. To plan more, ask for more first; to"
            " ask for less, lower the money in the funding plan first."
        )
    ),
    "figure_stays": Guard(_("A figure is never changed or removed.")),
    "figure_stays_whole": Guard(_("A figure is never changed or removed.")),
    "word_import_is_kept": Guard(_("What was read from a file is taken over once and not changed.")),
    "section_owner_is_colleague": Guard(_("The owner of a section works for the same government."), "owner"),
    "partner_state": Guard(_("The joint applicant has answered already.")),
    "partner_kind_fits": Guard(_("Choose an organisation of this kind other than your own."), "organisation"),
    "partner_writes_its_part": Guard(
        _("Each side writes its own part: the unit what it asks, the partner its answer.")
    ),
    "partner_letter_is_its_own": Guard(_("The letter comes from the partner itself."), "letter"),
    "attachment_is_kept": Guard(_("A file is never changed: take it out and bring another one.")),
    "partner_commits_by_two": Guard(_("A commitment is confirmed by a second person of the same organisation.")),
    "partner_commits_to_what_was_asked": Guard(
        _("A joint applicant commits itself to what was asked when its second person was: that does not change after.")
    ),
    "partner_commits_with_letter": Guard(_("Add the commitment letter with the seal of your organisation."), "letter"),
    "partner_within_limit": Guard(
        _("Your organisation has committed itself as often as the rules of the batch allow.")
    ),
    "partner_district_fits": Guard(
        _("Choose a district of the same municipality that is in no other application of this batch."), "organisation"
    ),
    "application_district_once": Guard(_("This district is in another application of the batch already."), "unit"),
    "partner_project_fits": Guard(
        _("The unit says in which projects a partner takes part, the partner with how much.")
    ),
    "part_state": Guard(_("This cannot be done with your part now.")),
    "part_is_what_was_asked": Guard(_("What the second person confirms is what was asked; take it back to change it.")),
    "co_signature_stays": Guard(_("A signature is never changed or removed.")),
    "co_signature_stays_whole": Guard(_("A signature is never changed or removed.")),
    "co_signature_by_its_district": Guard(_("A signatory of the district signs what was asked to be signed.")),
    "snapshot_needs_both_districts": Guard(_("Both districts sign: the other one has not signed yet.")),
    "districts_join": Guard(_("The districts cannot apply together now.")),
    "upload_only_grows": Guard(_("An upload only grows: begin it anew.")),
    "seal_check_stays": Guard(_("What a verification found is never changed or removed.")),
    "seal_check_stays_whole": Guard(_("What a verification found is never changed or removed.")),
    "sign_off_is_kept": Guard(_("This sign-off was answered already.")),
    "sign_off_by_signatory": Guard(_("Only a signatory of the unit signs, each for themselves.")),
    "snapshot_stays": Guard(_("A submission that was made is never changed or removed.")),
    "snapshot_stays_whole": Guard(_("A submission that was made is never changed or removed.")),
    "snapshot_digest_is_true": Guard(_("The digest is not that of the content.")),
    "snapshot_is_what_was_signed": Guard(_("What would be submitted is not what was signed. Ask for sign-off again.")),
    "snapshot_in_its_turn": Guard(_("The application cannot be submitted now; it may be submitted already.")),
    "snapshot_after_deadline": Guard(_("The deadline has passed. The dossier stays as it is; nothing is lost.")),
    "project_part_fits": Guard(_("This belongs to a project of another dossier.")),
    "project_enterprise_of_roster": Guard(_("Only enterprises of the dossier's own roster take part."), "enterprises"),
    "project_money_excludes_support": Guard(
        _("A project with other national money may not be supported again."), "support_asked"
    ),
    "import_state": Guard(_("This file was taken over or dropped already.")),
    "import_file_is_kept": Guard(_("A file that was brought is never changed.")),
    "roster_is_frozen": Guard(_("The dossier cannot be changed in this state.")),
    "roster_is_frozen_insert": Guard(_("The dossier cannot be changed in this state.")),
    "roster_is_frozen_update": Guard(_("The dossier cannot be changed in this state.")),
    "roster_is_frozen_delete": Guard(_("The dossier cannot be changed in this state.")),
    "roster_is_never_emptied_whole": Guard(_("A roster is changed row by row.")),
    "roster_text_stays": Guard(_("A roster that was submitted is never changed or removed.")),
    "roster_text_stays_whole": Guard(_("A roster that was submitted is never changed or removed.")),
    "snapshot_keeps_its_roster": Guard(_("The roster of enterprises is not what was signed. Ask for sign-off again.")),
    "ruling_stays": Guard(_("What the ministries decided is never changed or removed.")),
    "ruling_on_current_submission": Guard(_("The application is not in screening, or was submitted anew.")),
    "ruling_before_its_step": Guard(_("The unit must read what is to be corrected, or why it was rejected.")),
    "unsaved_is_small": Guard(_("This is more text than a form can hold.")),
    "comment_stays": Guard(_("A comment is never changed or removed, only resolved, each in their own name.")),
    "comment_in_its_thread": Guard(_("The answer belongs to another section."), "text"),
    "recommendation_stays": Guard(_("A decision of the province is never changed or removed.")),
    "recommendation_stays_whole": Guard(_("A decision of the province is never changed or removed.")),
    "recommendation_by_its_department": Guard(
        _("Only the department concerned of the unit's own province decides, while the application is with it.")
    ),
    "recommendation_names_its_letter": Guard(_("Choose the joint letter of your province."), "letter"),
    "recommendation_after_deadline": Guard(_("The province's time to decide is over.")),
    "recommendation_needs_checklist": Guard(
        _("Each point of the checklist is fulfilled or does not apply before a department recommends.")
    ),
    "point_is_kept": Guard(_("Your department has decided: its checklist is kept as it is.")),
    "point_by_its_department": Guard(
        _("Only the department concerned of the unit's own province examines, while the application is with it.")
    ),
    "letter_stays": Guard(_("A letter is never changed or removed.")),
    "letter_stays_whole": Guard(_("A letter is never changed or removed.")),
    "letter_from_its_province": Guard(_("The letter comes from a department of the province.")),
    "recommendation_on_current_submission": Guard(_("There is a newer submission: decide on that one.")),
}
