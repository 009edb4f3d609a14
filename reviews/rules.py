"""Who may do what in screening, review, selection and publicity."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import MIIT, MOF, Role
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


@says(_("The batch is not in this phase."))
def is_still_listed(actor: Actor, row: Any) -> bool:
    """The list of the batch of a decision or replacement still takes somebody in: its batch is not assessed yet."""
    return bool(is_listed(actor, row.batch))


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


@says(_("Scores are locked: interests are declared to the ministries by letter now."))
def is_before_lock(actor: Actor, assignment: Any) -> bool:
    """Whoever has an interest can still be recused: nothing of the scores counts yet."""
    return bool(is_before_decision(actor, assignment.batch))


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
    "reviews.declare": permit(_("Declare interests as a reviewer"), Role.REVIEWER, when=is_ones_own & is_before_lock),
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
    "reviews.propose_replacement": permit(
        _("Propose that a reserve unit moves up"), _OFFICER, when=is_published & is_still_listed
    ),
    "reviews.confirm_replacement": permit(
        _("Confirm for the other ministry that a reserve unit moves up"),
        _OFFICER,
        when=is_of_the_other_ministry & is_still_listed,
    ),
    "reviews.withdraw_replacement": permit(_("Take a proposed replacement back"), _OFFICER),
    "reviews.finalise": permit(_("Make the list final"), _OFFICER, when=is_miit & is_listed),
}
# Events without a right: anybody objects, and each look at evidence is written down.
LOOKS: Final = {
    "reviews.view_people": _("Looked at reviewers"),
    "reviews.lodge": _("Lodged an objection"),
    "reviews.leave_list": _("The unit gave up its place on the published list"),
    "reviews.end_suspension": _("The unit waits no longer: it gave up its place"),
    "reviews.view_evidence": _("Looked at evidence of an objection"),
}
_REVIEW: Final = _("Review and selection")
MENU: Final = (
    Entry(_("My reviews"), "reviews:mine", _REVIEW, ("reviews.read_assigned",)),
    Entry(_("Screening"), "reviews:screening", _REVIEW, ("reviews.view_screening",), nation=True),
    Entry(_("Reviewers and progress"), "reviews:reviewing", _REVIEW, ("reviews.view_reviewing",), nation=True),
    Entry(_("Selection"), "reviews:selection", _REVIEW, ("reviews.view_selection",), nation=True),
    Entry(_("Objections"), "reviews:objections", _REVIEW, ("reviews.view_objections",), nation=True),
    Entry(_("Defence and feedback"), "reviews:own_hearings", _REVIEW, ("reviews.view_own_hearing",)),
)
# Whose daily work stands in which groups of the menu.
WORK: Final = ((_REVIEW, (Role.OFFICER, Role.REVIEWER, Role.DRAFTER, Role.SIGNATORY)),)
