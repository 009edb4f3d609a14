"""Who may do what in screening, review, selection and publicity."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import MIIT, MOF, Role
from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import permit, says
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from reviews.enums import DecisionState


@says(_("Only an officer of MIIT does this."))
def is_miit(actor: Actor, obj: Any) -> bool:
    """The actor is an MIIT programme officer."""
    return actor.post(Role.OFFICER, code=MIIT) is not None


@says(_("Only an officer of MOF does this."))
def is_mof(actor: Actor, obj: Any) -> bool:
    """The actor is an MOF programme officer."""
    return actor.post(Role.OFFICER, code=MOF) is not None


@says(_("Only the ministries and the national audit office see this."))
def is_national(actor: Actor, obj: Any) -> bool:
    """The actor reads across the nation."""
    return actor.scope.nation


@says(_("The batch is not in this phase."))
def is_closed(actor: Actor, batch: Any) -> bool:
    """The batch takes no more applications and is not yet reviewed."""
    return bool(batch.state == BatchState.CLOSED)


@says(_("The batch is not in this phase."))
def is_before_scores(actor: Actor, batch: Any) -> bool:
    """Reviewers may still be assigned."""
    return batch.state in (BatchState.CLOSED, BatchState.REVIEWING)


@says(_("The batch is not in this phase."))
def is_reviewing(actor: Actor, batch: Any) -> bool:
    """Reviewers score."""
    return bool(batch.state == BatchState.REVIEWING)


@says(_("The batch is not in this phase."))
def is_deciding(actor: Actor, batch: Any) -> bool:
    """Scores are locked; the list is chosen."""
    return bool(batch.state == BatchState.DECIDING)


@says(_("The batch is not in this phase."))
def is_listed(actor: Actor, batch: Any) -> bool:
    """The list is public, and still pays or is about to."""
    return batch.state in (BatchState.PUBLICITY, BatchState.FINAL, BatchState.RUNNING)


@says(_("The list of this decision is not public."))
def is_published(actor: Actor, decision: Any) -> bool:
    """The decision's list is under publicity or final."""
    return decision.state in (DecisionState.PUBLISHED, DecisionState.FINAL)


@says(_("An officer of the other ministry does this, and another person."))
def is_of_the_other_ministry(actor: Actor, row: Any) -> bool:
    """The actor acts for the ministry that did not propose this, and did not propose it."""
    other = MOF if row.ministry == MIIT else MIIT
    return row.proposed_by_id != actor.id and actor.post(Role.OFFICER, code=other) is not None


@says(_("An officer of the ministry that does not handle the objection gives more time."))
def handles_not(actor: Actor, objection: Any) -> bool:
    """Somebody else handles the objection, for the other ministry than the actor's."""
    other = MOF if objection.handler_ministry == MIIT else MIIT
    taken = objection.handler_id is not None and objection.handler_id != actor.id
    return taken and actor.post(Role.OFFICER, code=other) is not None


@says(_("Scores are locked: interests are declared to the ministries by letter now."))
def is_before_decision(actor: Actor, batch: Any) -> bool:
    """Interests may still change who reads what."""
    return batch.state in (BatchState.OPEN, BatchState.CLOSED, BatchState.REVIEWING)


@says(_("The batch is not in this phase."))
def is_open_or_closed(actor: Actor, batch: Any) -> bool:
    """The batch takes applications, or takes no more; nothing is assigned yet."""
    return batch.state in (BatchState.OPEN, BatchState.CLOSED)


@says(_("Another person than who fixed who takes part enters the seed."))
def has_not_fixed(actor: Actor, draw: Any) -> bool:
    """The actor did not fix the pool, or the invitations."""
    return bool(draw.fixed_by_id != actor.id)


@says(_("This profile is someone else's."))
def is_of_person(actor: Actor, profile: Any) -> bool:
    """The profile is the actor's own, or not kept yet."""
    return profile is None or bool(profile.user_id == actor.id)


@says(_("A second officer confirms: someone other than who proposed it."))
def is_proposed_by_another(actor: Actor, waiver: Any) -> bool:
    """The override waits, and the actor did not propose it."""
    return waiver.confirmed_by_id is None and bool(waiver.proposed_by_id != actor.id)


@says(_("This application was assigned to someone else."))
def is_ones_own(actor: Actor, assignment: Any) -> bool:
    """The assignment is the actor's."""
    return bool(assignment.reviewer_id == actor.id)


@says(_("The batch is not in this phase."))
def is_told(actor: Actor, batch: Any) -> bool:
    """The list is final: applicants are told."""
    return bool(batch.is_told)


@says(_("This is another government's hearing."))
def is_of_own_government(actor: Actor, hearing: Any) -> bool:
    """The hearing is of an application of the actor's own organisation."""
    return hearing.application.organisation_id in actor.scope.organisations


@says(_("Another officer than who wrote the comment approves it."))
def has_not_written(actor: Actor, record: Any) -> bool:
    """The comment is somebody else's, and not approved yet."""
    return record.approved_by_id is None and bool(record.written_by_id != actor.id)


@says(_("The proposal is no longer open for signatures."))
def is_proposed(actor: Actor, decision: Any) -> bool:
    """The decision waits for signatures."""
    return bool(decision.state == DecisionState.PROPOSED)


@says(_("You have already signed this decision."))
def has_not_signed(actor: Actor, decision: Any) -> bool:
    """The actor signed for neither ministry."""
    return actor.id not in (decision.signed_miit_by_id, decision.signed_mof_by_id)


@says(_("Whoever proposed the decision does not sign it."))
def has_not_proposed(actor: Actor, decision: Any) -> bool:
    """Somebody else proposed the decision."""
    return bool(actor.id != decision.proposed_by_id)


@says(_("Your ministry has signed already."))
def miit_has_not_signed(actor: Actor, decision: Any) -> bool:
    """MIIT's signature is missing."""
    return decision.signed_miit_by_id is None


@says(_("Your ministry has signed already."))
def mof_has_not_signed(actor: Actor, decision: Any) -> bool:
    """MOF's signature is missing."""
    return decision.signed_mof_by_id is None


@says(_("The decision is not adopted, or already published."))
def is_adopted(actor: Actor, decision: Any) -> bool:
    """Both ministries have signed."""
    return bool(decision.state == DecisionState.ADOPTED)


_OFFICER: Final = Role.OFFICER
_UNIT: Final = (Role.DRAFTER, Role.SIGNATORY)
MAY: Final = {
    "reviews.view_screening": permit(_("See the screening queue"), _OFFICER, Role.AUDITOR, when=is_national),
    "reviews.take_up": permit(_("Take up the recommended applications of a batch"), _OFFICER, when=is_miit & is_closed),
    "reviews.screen": permit(_("Screen an application"), _OFFICER),
    "reviews.pass_clean": permit(_("Pass applications without findings together"), _OFFICER),
    "reviews.view_reviewing": permit(
        _("See reviewers, assignments and progress"), _OFFICER, Role.AUDITOR, when=is_national
    ),
    "reviews.keep_profile": permit(_("Keep the profile of a reviewer"), _OFFICER),
    "reviews.bring_pool_import": permit(_("Bring a file with profiles of reviewers"), _OFFICER),
    "reviews.judge_pool_import": permit(_("Have a file with profiles checked against the pool"), _OFFICER),
    "reviews.take_pool_import": permit(_("Take profiles of reviewers over from a file"), _OFFICER),
    "reviews.drop_pool_import": permit(_("Drop a file with profiles that is not taken over"), _OFFICER),
    "reviews.keep_own_profile": permit(_("Keep one's own profile as a reviewer"), Role.REVIEWER, when=is_of_person),
    "reviews.declare_batch": permit(_("Declare interests for a whole batch"), Role.REVIEWER, when=is_before_decision),
    "reviews.waive": permit(_("Propose that a derived conflict does not stand"), _OFFICER),
    "reviews.confirm_waiver": permit(
        _("Confirm as a second officer that a derived conflict does not stand"), _OFFICER, when=is_proposed_by_another
    ),
    "reviews.start_assigning": permit(
        _("Compute who reads which application"), _OFFICER, when=is_miit & is_before_scores
    ),
    "reviews.fix_pool": permit(
        _("Fix the pool from which experts are drawn"), _OFFICER, when=is_miit & is_open_or_closed
    ),
    "reviews.draw": permit(_("Draw experts by a published seed"), _OFFICER, when=is_mof & has_not_fixed),
    "reviews.keep_proposal": permit(_("Keep the answer of a computed assignment"), _OFFICER, when=is_miit),
    "reviews.take_proposal": permit(
        _("Put a proposed assignment into effect"), _OFFICER, when=is_miit & is_before_scores
    ),
    "reviews.wish": permit(
        _("Want a reviewer for an application, or keep one away"), _OFFICER, when=is_miit & is_before_scores
    ),
    "reviews.relieve": permit(
        _("Give an application from one reviewer to another"), _OFFICER, when=is_miit & is_before_scores
    ),
    "reviews.assign": permit(_("Assign reviewers"), _OFFICER, when=is_miit & is_before_scores),
    "reviews.assign_one": permit(_("Assign one more reviewer"), _OFFICER, when=is_miit & is_reviewing),
    "reviews.read_assigned": permit(_("See one's own assignments"), Role.REVIEWER),
    "reviews.declare": permit(_("Declare interests as a reviewer"), Role.REVIEWER, when=is_ones_own),
    "reviews.declare_own": permit(_("Declare an interest as an officer"), _OFFICER),
    "reviews.score": permit(_("Score an assigned application"), Role.REVIEWER, when=is_ones_own),
    "reviews.submit": permit(_("Submit a review"), Role.REVIEWER, when=is_ones_own),
    "reviews.reopen": permit(_("Let a reviewer change a submitted review"), _OFFICER, when=is_miit & is_reviewing),
    "reviews.remind_late": permit(_("Remind reviewers who are late"), _OFFICER, when=is_miit & is_reviewing),
    "reviews.calibrate": permit(_("Compute the calibrated scores that count"), _OFFICER, when=is_reviewing),
    "reviews.sign_result": permit(_("Sign the results of a batch for one's ministry"), _OFFICER, when=is_reviewing),
    "reviews.invite": permit(_("Invite the best to the defence"), _OFFICER, when=is_miit & is_reviewing),
    "reviews.plan_session": permit(_("Plan the sessions of the defence"), _OFFICER, when=is_miit & is_reviewing),
    "reviews.draw_agenda": permit(
        _("Draw the agenda of the defence by a published seed"), _OFFICER, when=is_mof & has_not_fixed
    ),
    "reviews.view_hearing": permit(_("See hearings, questions and minutes"), _OFFICER, Role.AUDITOR, Role.REVIEWER),
    "reviews.prepare_questions": permit(_("Prepare the questions of a hearing"), _OFFICER),
    "reviews.ask": permit(_("Put a question to a unit"), _OFFICER, Role.REVIEWER),
    "reviews.hold": permit(_("Note that a unit was heard, with minutes and attendance"), _OFFICER),
    "reviews.view_feedback": permit(
        _("Read what the ministries wrote to an applicant"),
        *_UNIT,
        Role.PROVINCIAL_OFFICER,
        _OFFICER,
        Role.AUDITOR,
    ),
    "reviews.view_own_hearing": permit(_("See when one's own government is heard"), *_UNIT),
    "reviews.confirm_hearing": permit(_("Confirm a hearing as the unit"), *_UNIT, when=is_of_own_government),
    "reviews.bring_material": permit(_("Bring material for a hearing"), *_UNIT, when=is_of_own_government),
    "reviews.revise": permit(_("Revise a score after the hearing"), Role.REVIEWER, when=is_ones_own),
    "reviews.keep_record": permit(_("Keep the panel's statement and the comment to the applicant"), _OFFICER),
    "reviews.approve_comment": permit(
        _("Approve as a second officer what an applicant will read"), _OFFICER, when=has_not_written
    ),
    "reviews.release_feedback": permit(
        _("Write to the applicants after the final list"), _OFFICER, when=is_miit & is_told
    ),
    "reviews.view_outcome": permit(
        _("Read the outcome of an application after the final list"),
        *_UNIT,
        Role.SOE_OFFICER,
        Role.PROVINCIAL_OFFICER,
        _OFFICER,
        Role.AUDITOR,
    ),
    "reviews.view_selection": permit(_("See selections and decisions"), _OFFICER, Role.AUDITOR, when=is_national),
    "reviews.freeze": permit(_("Freeze candidates, scores and rules"), _OFFICER, when=is_deciding),
    "reviews.select": permit(_("Compute a selection"), _OFFICER, when=is_deciding),
    "reviews.keep_selection": permit(_("Keep the answer of a computed selection"), _OFFICER),
    "reviews.name_selection": permit(_("Name a computed selection"), _OFFICER),
    "reviews.comment_selection": permit(_("Comment on a computed selection"), _OFFICER),
    "reviews.study": permit(_("Work out a computed list: reasons and firmness"), _OFFICER),
    "reviews.keep_study": permit(_("Keep what was worked out about a list"), _OFFICER),
    "reviews.propose": permit(_("Propose a selection for decision"), _OFFICER, when=is_deciding),
    "reviews.withdraw_proposal": permit(_("Withdraw a proposed decision"), _OFFICER, when=is_proposed),
    "reviews.sign_miit": permit(
        _("Sign a decision for MIIT"),
        _OFFICER,
        when=is_miit & is_proposed & has_not_proposed & has_not_signed & miit_has_not_signed,
    ),
    "reviews.sign_mof": permit(
        _("Sign a decision for MOF"),
        _OFFICER,
        when=is_mof & is_proposed & has_not_proposed & has_not_signed & mof_has_not_signed,
    ),
    "reviews.take_record": permit(_("Take the record of a decision away"), _OFFICER, Role.AUDITOR, when=is_national),
    "reviews.publish": permit(_("Put the list up for objections"), _OFFICER, when=is_miit & is_adopted),
    "reviews.view_objections": permit(_("See objections"), _OFFICER, Role.AUDITOR, when=is_national),
    "reviews.answer": permit(_("Answer an objection"), _OFFICER),
    "reviews.take_objection": permit(_("Take over an objection"), _OFFICER),
    "reviews.note_objection": permit(_("Note something on an objection"), _OFFICER),
    "reviews.extend_objection": permit(_("Give more time for the answer to an objection"), _OFFICER, when=handles_not),
    "reviews.suspend": permit(_("Let a unit of the list wait while an objection is examined"), _OFFICER),
    "reviews.release": permit(_("Let a unit that waited go on"), _OFFICER),
    "reviews.propose_replacement": permit(_("Propose that a reserve unit moves up"), _OFFICER, when=is_published),
    "reviews.confirm_replacement": permit(
        _("Confirm for the other ministry that a reserve unit moves up"), _OFFICER, when=is_of_the_other_ministry
    ),
    "reviews.withdraw_replacement": permit(_("Take a proposed replacement back"), _OFFICER),
    "reviews.finalise": permit(_("Make the list final"), _OFFICER, when=is_miit & is_listed),
}
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
    "decision_is_signed_by_its_ministry": Guard(_("An officer of the ministry signs, in person and once.")),
    "decision_digest_is_its_own": Guard(_("The digest is not that of what is proposed.")),
    "decision_signed_as_seen": Guard(_("This is not the proposal you looked at. Read it again, then sign.")),
    "decision_record_stays": Guard(_("The record of a decision never changes.")),
    "decision_record_is_whole": Guard(_("The record does not hold what was decided.")),
    "record_of_an_adopted_decision": Guard(_("A record is made with the adoption, by who adopts.")),
    "outcome_needs_decision": Guard(_("The outcome does not follow from the adopted decision.")),
    "publicity_needs_a_decision": Guard(_("Both ministries must have adopted the list first.")),
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
        _("The ministries have decided: an application is not withdrawn any more.")
    ),
    "entry_leaves_by_objection": Guard(_("A unit leaves the list only because of an objection that was upheld.")),
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
# Events without a right: anybody objects, and each look at evidence is written down.
LOOKS: Final = {
    "reviews.lodge": _("Lodged an objection"),
    "reviews.view_evidence": _("Looked at evidence of an objection"),
}
_REVIEW: Final = _("Review and selection")
MENU: Final = (
    Entry(_("My reviews"), "reviews:mine", _REVIEW, ("reviews.read_assigned",)),
    Entry(_("Screening"), "reviews:screening", _REVIEW, ("reviews.view_screening",)),
    Entry(_("Reviewers and progress"), "reviews:reviewing", _REVIEW, ("reviews.view_reviewing",)),
    Entry(_("Selection"), "reviews:selection", _REVIEW, ("reviews.view_selection",)),
    Entry(_("Objections"), "reviews:objections", _REVIEW, ("reviews.view_objections",)),
    Entry(_("Defence and feedback"), "reviews:own_hearings", _REVIEW, ("reviews.view_own_hearing",)),
)
