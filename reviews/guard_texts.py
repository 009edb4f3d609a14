"""What a person reads when a constraint or trigger of this app refused, by its name in the database."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Guard

GUARDS: Final = {
    "screening_stays": Guard(_("A screening is never changed: enter a new one.")),
    "screening_point_is_kept": Guard(_("What a point of the checklist is about never changes.")),
    "screening_on_current_submission": Guard(_("The application is not in screening, or was submitted anew.")),
    "reject_needs_both": Guard(_("A rejection needs both ministries, by two people.")),
    "pass_needs_screening": Guard(_("MIIT has not passed this submission, or MOF wants to reject it.")),
    "correction_needs_screening": Guard(_("MIIT has not asked for a correction of this submission.")),
    "profile_fits_the_post": Guard(_("This person holds no reviewer's post of this group."), "group"),
    "profile_is_half_ones_own": Guard(_("Group, loads and availability are set by an officer.")),
    "profile_fields_are_known": Guard(
        _("A field is a division of GB/T 4754 or an expertise, with a strength of 1 to 3.")
    ),
    "pool_import_state": Guard(_("This file was taken over or dropped already.")),
    "pool_import_is_kept": Guard(_("A file that was brought is never changed.")),
    "waiver_of_a_derived_conflict": Guard(
        _("Only a conflict that a rule derived can be overridden, not the own province, and never one's own.")
    ),
    "reviews_conflictwaiver_conflict_id_key": Guard(_("Somebody has proposed to override this conflict already.")),
    "waiver_stays": Guard(_("An override is confirmed once, by a second officer, and never changed.")),
    "interest_stays": Guard(_("A declaration is never changed; a later one adds to it.")),
    "conflict_stays": Guard(_("A conflict is never changed or removed.")),
    "assignment_holds": Guard(_("An assignment changes its state and nothing else; a recusal needs a conflict.")),
    "proposal_state": Guard(_("The proposal cannot change to this state.")),
    "proposal_is_kept": Guard(_("A computed proposal never changes: compute a new one.")),
    "proposal_answers_its_question": Guard(_("The answer does not belong to this question.")),
    "proposal_takes_effect_whole": Guard(_("A proposal takes effect whole, or not at all.")),
    "proposed_row_stays": Guard(_("A computed proposal never changes: compute a new one.")),
    "proposed_load_stays": Guard(_("A computed proposal never changes: compute a new one.")),
    "wish_against_an_assignment": Guard(_("This reviewer has the application already."), "reviewer"),
    "relief_by_miit": Guard(_("Only an officer of MIIT gives an application to another reviewer.")),
    "relief_before_the_review": Guard(_("This review is submitted: the application stays with its reviewer.")),
    "assignment_state": Guard(_("The assignment cannot change to this state.")),
    "assignment_needs_a_profile": Guard(_("This person has no reviewer's profile, or is not available."), "reviewer"),
    "assignment_only_in_review": Guard(_("Only applications in review are assigned."), "reviewer"),
    "assignment_of_a_drawn_expert": Guard(_("This expert was not drawn for this batch."), "reviewer"),
    "draw_by_the_rules": Guard(_("The rules of this batch ask for no draw of this size, or it is too late for one.")),
    "draw_from_the_whole_pool": Guard(_("The pool is every expert who is available now.")),
    "draw_is_as_drawn": Guard(_("A draw follows from its pool and its seed, and never changes.")),
    "reviews_expertdraw_batch_id_key": Guard(_("The pool of this batch is fixed already.")),
    "assignment_without_conflict": Guard(_("This reviewer has a conflict with this application."), "reviewer"),
    "review_state": Guard(_("The review cannot change to this state.")),
    "review_is_ones_own": Guard(_("Only the assigned reviewer scores.")),
    "review_needs_declaration": Guard(_("Declare first that you have no interest in this application.")),
    "review_is_complete": Guard(_("Score every criterion before you submit.")),
    "review_total_is_the_weighted_sum": Guard(_("The total is not the weighted mean of the scores.")),
    "review_judges_enough": Guard(_("Judge criteria of at least half of the weight before you submit.")),
    "score_needs_a_comment": Guard(_("A low score, or a veto, needs a comment.")),
    "reopening_of_a_submitted_review": Guard(_("Only a submitted review is opened again, before scores are locked.")),
    "reopening_stays": Guard(_("A reopening is never changed.")),
    "score_is_locked": Guard(_("This review is submitted or the scores are locked: nothing changes any more.")),
    "score_within_its_scale": Guard(_("A score lies between 0 and the greatest value of its criterion.")),
    "panel_result_stays": Guard(_("The result of the panel is never changed.")),
    "panel_result_in_its_phase": Guard(_("Results are fixed at the end of the review.")),
    "result_of_complete_reviews": Guard(_("A review is missing, or is open.")),
    "result_needs_both_ministries": Guard(_("Both ministries sign the same results, by two people.")),
    "result_signed_for_ones_ministry": Guard(_("An officer signs the results for the own ministry.")),
    "result_signature_stays": Guard(_("A signature under the results is never changed.")),
    "result_needs_its_calibration": Guard(
        _("By the rules the calibrated scores count: compute them from the reviews as they stand.")
    ),
    "calibration_by_the_rules": Guard(_("By the rules of this batch another mean counts.")),
    "calibration_answers_its_question": Guard(_("The calibrated scores do not belong to the reviews as they stand.")),
    "calibration_stays": Guard(_("Calibrated scores are never changed: compute them anew.")),
    "result_changed": Guard(_("A score changed since you looked. Look at the results again, then sign.")),
    "result_after_the_defence": Guard(_("A unit is still to be heard, or the agenda is not drawn.")),
    "defence_by_the_rules": Guard(_("The rules of this batch ask for no defence.")),
    "defence_of_the_best": Guard(_("Invited are the best by the results so far, as many as the rules say.")),
    "defence_by_invitation": Guard(_("An application goes to the defence by its invitation.")),
    "reviews_defence_pkey": Guard(_("The invitations of this batch are fixed already.")),
    "agenda_as_drawn": Guard(_("The agenda follows from its seed, and never changes.")),
    "agenda_needs_seats": Guard(_("The sessions have fewer places than units are invited.")),
    "session_seats_stay": Guard(_("Sessions keep their seats and minutes once the agenda is drawn."), "seats"),
    "hearing_state": Guard(_("The hearing cannot change to this state.")),
    "hearing_by_its_side": Guard(_("The unit confirms; an officer notes whether it was heard.")),
    "hearing_before_the_result": Guard(_("The result is fixed: nothing of the hearings changes any more.")),
    "hearing_file_before_it": Guard(_("The hearing is over: its materials stay as they are.")),
    "question_before_the_result": Guard(_("The result is fixed: nothing of the hearings changes any more.")),
    "attendance_of_the_panel": Guard(_("Only reviewers of the panel are noted.")),
    "revision_after_the_hearing": Guard(
        _("A score is revised after the hearing, by who was there, before the result is fixed.")
    ),
    "panel_record_is_kept": Guard(_("The panel's words stay once the result is fixed; one writes, another approves.")),
    "comment_is_approved": Guard(_("The comment is approved and stays as it is."), "comment"),
    "feedback_stays": Guard(_("A letter to an applicant is never changed.")),
    "feedback_after_the_final_list": Guard(_("Applicants are told after the final list, in the approved words.")),
    "panel_result_is_the_mean": Guard(_("The result is not the mean of the submitted reviews.")),
    "review_needs_assignments": Guard(_("Finish the screening and assign the reviewers first.")),
    "interest_before_the_lock": Guard(_("Scores are locked: interests are declared to the ministries by letter now.")),
    "review_after_the_provinces": Guard(
        _("Provinces may still decide on applications of this batch: the review begins after that.")
    ),
    "decision_needs_locked_scores": Guard(_("Lock the scores of every application first.")),
    "scenario_state": Guard(_("The selection cannot change to this state.")),
    "scenario_is_kept": Guard(_("A computed selection never changes: start a new one.")),
    "scenario_answers_its_question": Guard(_("The answer does not belong to this question.")),
    "candidates_in_their_phase": Guard(_("Candidates are frozen once the scores are locked, by an officer.")),
    "candidates_are_the_locked_results": Guard(_("The candidates differ from the locked results: freeze them anew.")),
    "candidates_keep_the_rule_set": Guard(_("The rules differ from the rule set of the batch.")),
    "candidate_set_stays": Guard(_("A frozen candidate set never changes.")),
    "selection_asks_of_the_frozen_set": Guard(_("The question is not the frozen set with the named changes.")),
    "study_of_its_selection": Guard(_("What was worked out belongs to another list.")),
    "scenario_study_stays": Guard(_("What was worked out about a list never changes.")),
    "scenario_comment_stays": Guard(_("A comment on a selection is never changed.")),
    "decision_state": Guard(_("The decision cannot change to this state.")),
    "decision_is_the_scenario": Guard(_("What is decided is exactly what the selection gave."), "scenario"),
    "decision_reserve_is_not_chosen": Guard(_("A reserve unit is a candidate that was not chosen."), "reserve"),
    "decision_says_its_price": Guard(
        _("Compute the list under the rule set too: the record shows what changed rules cost.")
    ),
    "decision_has_its_reasons": Guard(_("Reasons and firmness of the list are not worked out yet.")),
    "decision_reserve_in_its_order": Guard(
        _("The reserve stands in the order of scores, ties by the seed."), "reserve"
    ),
    "decision_in_its_phase": Guard(_("The batch is not being decided.")),
    "decision_of_who_is_judged": Guard(
        _("A unit named here has left since: freeze the candidates anew, compute the list and propose it again.")
    ),
    "decision_is_signed_by_its_ministry": Guard(_("An officer of the ministry signs, in person and once.")),
    "decision_digest_is_its_own": Guard(_("The digest is not that of what is proposed.")),
    "decision_signed_as_seen": Guard(_("This is not the proposal you looked at. Read it again, then sign.")),
    "decision_record_stays": Guard(_("The record of a decision never changes.")),
    "decision_record_is_whole": Guard(_("The record does not hold what was decided.")),
    "record_of_an_adopted_decision": Guard(_("A record is made with the adoption, by who adopts.")),
    "outcome_needs_decision": Guard(_("The outcome does not follow from the adopted decision.")),
    "publicity_needs_a_decision": Guard(_("Both ministries must have adopted the list first.")),
    "publicity_begins_when_published": Guard(
        _("A publicity does not begin in the past. If midnight has just passed, try again.")
    ),
    "publicity_lasts_its_days": Guard(_("Publicity lasts the days of the rules and is never shortened.")),
    "entry_needs_publication": Guard(_("Only units of the published decision stand in the list.")),
    "public_entry_state": Guard(_("The unit on the list cannot change to this state.")),
    "entry_is_published": Guard(_("What is published does not change.")),
    "entry_released_after_answers": Guard(_("Answer the objections against this unit first.")),
    "suspension_by_objection": Guard(_("A unit waits only while an objection against it is open.")),
    "suspension_is_kept": Guard(_("A suspension is ended once and never changed.")),
    "final_list_stays": Guard(_("A final list is never changed.")),
    "final_list_in_its_turn": Guard(_("Final lists of a batch follow one another, the first one after publicity.")),
    "final_needs_its_list": Guard(_("A batch is final by its first final list.")),
    "final_takes_all_that_are_ready": Guard(_("The final list takes every unit that is ready.")),
    "replacement_state": Guard(_("The replacement cannot change to this state.")),
    "replacement_is_kept": Guard(_("A replacement never changes: withdraw it and propose anew.")),
    "replacement_by_both_ministries": Guard(_("One ministry proposes a replacement, the other one confirms it.")),
    "replacement_answers_its_question": Guard(_("The answer does not belong to this question.")),
    "replacement_of_a_published_list": Guard(_("Only on a published list does a reserve unit move up.")),
    "replacement_of_a_free_place": Guard(_("No unit left the list: it has no free place.")),
    "replacement_asks_the_same_question": Guard(_("A replacement asks the decision's own question.")),
    "replacement_keeps_the_listed": Guard(_("The list changed since: withdraw this and propose anew.")),
    "replacement_from_the_reserve": Guard(_("Only the reserve of the decision moves up, and all of it is asked.")),
    "replacement_brings_the_answer": Guard(_("Who moves up is exactly what the computation gave.")),
    "withdrawal_before_the_decision": Guard(
        _(
            "The ministries have decided and their list is not published yet: wait for it. A unit on the list or in"
            " reserve can give up its place then."
        )
    ),
    "entry_leaves_by_objection": Guard(
        _("A unit leaves the list only because of an objection that was upheld, or when it gives up its place.")
    ),
    "objection_state": Guard(_("The objection cannot change to this state.")),
    "objection_is_answered_once": Guard(_("An objection is answered once and never changed.")),
    "reviews_objection_receipt_no_key": Guard(_("This objection was received already; it is examined once.")),
    "objection_taken_in_person": Guard(_("An officer takes an objection over in person, for the own ministry.")),
    "objection_answered_by_its_handler": Guard(_("Who handles the objection answers it.")),
    "objection_extended_once": Guard(_("The other ministry gives more time, once, and for a later day."), "until"),
    "objection_file_stays": Guard(_("Evidence is never changed or removed.")),
    "objection_file_comes_with_it": Guard(
        _("Evidence comes with the objection: five files, 100 MB in all."), "evidence"
    ),
    "objection_note_stays": Guard(_("A note is never changed or removed.")),
    "final_needs_answers": Guard(_("Answer all objections first.")),
    "final_needs_document_no": Guard(_("Give the number of the document; it is given once."), "document_no"),
    "final_after_publicity": Guard(_("The publicity period is not over.")),
}
