"""Who may do what with applications."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from applications import times
from applications.enums import ApplicationState as S
from applications.guard_texts import GUARDS
from applications.states import APPLICATION, CHANGE, PARTNER
from portal.accounts.enums import MIIT, MOF, Role
from portal.core.menu import Entry
from portal.core.rules import LOOKING, permit, says
from portal.core.scope import Actor
from portal.programme import archived

__all__ = ["GUARDS", "LOOKS", "MAY", "MENU"]


@says(_("Only a drafter of the unit's own government changes its dossier."))
def is_drafter(actor: Actor, application: Any) -> bool:
    """The actor drafts for the government whose application this is."""
    return actor.post(Role.DRAFTER, organisation=application.organisation_id) is not None


@says(_("Only a signatory of the unit's own government signs for it."))
def is_signatory(actor: Actor, application: Any) -> bool:
    """The actor signs for the government whose application this is."""
    return actor.post(Role.SIGNATORY, organisation=application.organisation_id) is not None


@says(_("Only people of the unit's own government do this."))
def is_of_unit(actor: Actor, application: Any) -> bool:
    """The actor drafts or signs for the government whose application this is."""
    return actor.post(Role.DRAFTER, Role.SIGNATORY, organisation=application.organisation_id) is not None


@says(_("Comments belong to the people of the unit's own government; auditors read them."))
def is_of_team(actor: Actor, application: Any) -> bool:
    """The actor works on the dossier, or audits."""
    return Role.AUDITOR in actor.roles or bool(is_of_unit(actor, application))


@says(_("Only people of the unit's own government do this."))
def is_of_its_unit(actor: Actor, comment: Any) -> bool:
    """The actor works on the dossier that was commented."""
    return bool(is_of_unit(actor, comment.application))


@says(_("A correction changes the sections it names, by hand."))
def is_no_correction(actor: Actor, application: Any) -> bool:
    """The dossier is not in a correction."""
    return bool(application.state != S.CORRECTION)


@says(_("The dossier cannot be changed in this state."))
def is_open(actor: Actor, application: Any) -> bool:
    """The dossier may be changed."""
    return bool(application.is_open)


@says(_("Only a drafter of the unit's own government changes its dossier."))
def drafts_for(actor: Actor, row: Any) -> bool:
    """The actor drafts for the government to whose dossier this file or row belongs."""
    return actor.post(Role.DRAFTER, organisation=row.application.organisation_id) is not None


@says(_("The dossier cannot be changed in this state."))
def belongs_to_open(actor: Actor, row: Any) -> bool:
    """The dossier to which this file or row belongs may be changed."""
    return bool(row.application.is_open)


@says(_("No signature is asked for in this state."))
def is_to_be_signed(actor: Actor, application: Any) -> bool:
    """The application waits for a signature, or is in correction."""
    return application.state in (S.AWAITING_SIGN_OFF, S.CORRECTION)


@says(_("The decision has been made: nothing can be withdrawn any more."))
def is_withdrawable(actor: Actor, application: Any) -> bool:
    """The application may still be withdrawn."""
    return APPLICATION.can(application.state, "withdraw")


@says(_("What was submitted is withdrawn by a signatory."))
def may_withdraw(actor: Actor, application: Any) -> bool:
    """A draft is withdrawn by anyone of the unit, a submitted application by a signatory."""
    role = (Role.DRAFTER, Role.SIGNATORY) if application.first_submitted_at is None else (Role.SIGNATORY,)
    return actor.post(*role, organisation=application.organisation_id) is not None


@says(_("Only the industry and the finance department of the unit's own province decide."))
def is_of_province(actor: Actor, application: Any) -> bool:
    """The actor is an officer of the application's province."""
    return actor.post(Role.PROVINCIAL_OFFICER, province=application.province_id) is not None


@says(_("The application is not with the province."))
def is_with_province(actor: Actor, application: Any) -> bool:
    """The province decides now."""
    return bool(application.state == S.WITH_PROVINCE)


@says(_("The province's time to decide is over."))
def is_in_provinces_time(actor: Actor, application: Any) -> bool:
    """The days which the rules give the province after the deadline are not over."""
    return not times.has_passed(times.province_due(application.batch))


@says(_("The deadline has passed: nothing could be submitted again."))
def is_before_deadline(actor: Actor, application: Any) -> bool:
    """The application could still be submitted."""
    return not times.has_passed(times.due(application))


@says(_("Only the ministries and the national audit office compare applications."))
def is_national(actor: Actor, obj: Any) -> bool:
    """The actor works for the nation."""
    return actor.scope.nation


@says(_("Only an officer of MIIT approves plans and decides on changes."))
def is_miit(actor: Actor, obj: Any) -> bool:
    """The actor is a programme officer of MIIT."""
    return actor.post(Role.OFFICER, code=MIIT) is not None


@says(_("Only an officer of MOF consents to a change that moves money."))
def is_mof(actor: Actor, obj: Any) -> bool:
    """The actor is a programme officer of MOF."""
    return actor.post(Role.OFFICER, code=MOF) is not None


@says(_("Only a unit of the final list has an approved plan."))
def is_selected(actor: Actor, application: Any) -> bool:
    """The unit was selected."""
    return bool(application.state == S.SELECTED)


def _works_for(actor: Actor, application: Any, role: Role) -> bool:
    own = actor.post(role, organisation=application.organisation_id)
    return (own or actor.post(role, unit=application.successor_unit_id or "-")) is not None


@says(_("Only a drafter of the unit's government, or of the unit that follows it, asks for a change."))
def drafts_plan(actor: Actor, application: Any) -> bool:
    """The actor drafts for the unit, or for the unit that follows it."""
    return _works_for(actor, application, Role.DRAFTER)


@says(_("Only a signatory of the unit's government, or of the unit that follows it, signs."))
def signs_plan(actor: Actor, change: Any) -> bool:
    """The actor signs for the unit, or for the unit that follows it."""
    return _works_for(actor, change.application, Role.SIGNATORY)


@says(_("Only people of the unit take its request back."))
def is_of_plan(actor: Actor, change: Any) -> bool:
    """The actor drafts or signs for the unit, or for the unit that follows it."""
    return any(_works_for(actor, change.application, role) for role in (Role.DRAFTER, Role.SIGNATORY))


@says(_("The request waits for no signature."))
def is_asked(actor: Actor, change: Any) -> bool:
    """The request waits for the unit's signature."""
    return CHANGE.can(change.state, "sign")


@says(_("The request is not with the ministries."))
def is_signed(actor: Actor, change: Any) -> bool:
    """The request is with the ministries."""
    return CHANGE.can(change.state, "approve")


@says(_("The request was decided already."))
def is_undecided(actor: Actor, change: Any) -> bool:
    """The request may still be taken back."""
    return CHANGE.can(change.state, "withdraw")


@says(_("The request moves no support money, or MOF has consented."))
def needs_mof(actor: Actor, change: Any) -> bool:
    """MOF's consent is still missing."""
    return change.support_before != change.support_after and change.mof_by_id is None


_PARTNERS: Final = (Role.SOE_OFFICER, Role.DRAFTER, Role.SIGNATORY)


@says(_("Only the invited organisation itself answers."))
def is_partner(actor: Actor, partner: Any) -> bool:
    """The actor works for the invited organisation."""
    return actor.post(*_PARTNERS, organisation=partner.organisation_id) is not None


@says(_("For a central SOE one of its officers confirms, for a district one of its signatories."))
def may_confirm(actor: Actor, partner: Any) -> bool:
    """The actor holds the role that commits the invited organisation."""
    return actor.post(Role.SOE_OFFICER, Role.SIGNATORY, organisation=partner.organisation_id) is not None


@says(_("The invitation was answered already."))
def is_unanswered(actor: Actor, partner: Any) -> bool:
    """The invitation waits for its answer."""
    return PARTNER.can(partner.state, "commit")


@says(_("There is no answer to take back."))
def is_answered(actor: Actor, partner: Any) -> bool:
    """The invitation was answered."""
    return PARTNER.can(partner.state, "reconsider")


_READERS: Final = (
    Role.DRAFTER,
    Role.SIGNATORY,
    Role.PROVINCIAL_OFFICER,
    Role.OFFICER,
    Role.AUDITOR,
    Role.REVIEWER,
    Role.FINANCE_MAKER,
    Role.FINANCE_CHECKER,
)
_ACTS: Final = {
    "applications.view": permit(_("Read applications in one's scope"), *_READERS),
    "applications.create": permit(_("Begin an application"), Role.DRAFTER),
    "applications.edit": permit(_("Change a dossier"), Role.DRAFTER, when=is_drafter & is_open),
    "applications.copy": permit(
        _("Fill a dossier from an earlier one of the unit"), Role.DRAFTER, when=is_drafter & is_open & is_no_correction
    ),
    "applications.assign_section": permit(
        _("Give a section its owner and due date"), Role.DRAFTER, Role.SIGNATORY, when=is_of_unit & is_open
    ),
    "applications.read_edits": permit(
        _("Read who changed what in a dossier"), Role.DRAFTER, Role.SIGNATORY, when=is_of_unit
    ),
    "applications.comment": permit(
        _("Comment on a section of a dossier"), Role.DRAFTER, Role.SIGNATORY, when=is_of_unit
    ),
    "applications.resolve_comment": permit(
        _("Resolve a thread of comments, or open it again"), Role.DRAFTER, Role.SIGNATORY, when=is_of_its_unit
    ),
    "applications.read_comments": permit(
        _("Read the comments on a dossier"), Role.DRAFTER, Role.SIGNATORY, Role.AUDITOR, when=is_of_team
    ),
    "applications.bring_import": permit(
        _("Bring a file with rows for a list of the dossier"), Role.DRAFTER, when=is_drafter & is_open
    ),
    "applications.judge_import": permit(
        _("Have a file checked against the dossier"), Role.DRAFTER, when=drafts_for & belongs_to_open
    ),
    "applications.drop_import": permit(_("Drop a file that is not taken over"), Role.DRAFTER, when=drafts_for),
    "applications.request_sign_off": permit(_("Ask for the signature"), Role.DRAFTER, when=is_drafter & is_open),
    "applications.send_back": permit(
        _("Send a dossier back instead of signing"), Role.SIGNATORY, Role.DRAFTER, when=is_of_unit & is_to_be_signed
    ),
    "applications.submit": permit(
        _("Sign and submit an application"), Role.SIGNATORY, when=is_signatory & is_to_be_signed
    ),
    "applications.withdraw": permit(
        _("Withdraw an application"), Role.DRAFTER, Role.SIGNATORY, when=is_of_unit & is_withdrawable & may_withdraw
    ),
    "applications.recommend": permit(
        _("Decide for a department of the province"),
        Role.PROVINCIAL_OFFICER,
        when=is_of_province & is_with_province & is_in_provinces_time,
    ),
    "applications.examine": permit(
        _("Answer the checklist of a department of the province"),
        Role.PROVINCIAL_OFFICER,
        when=is_of_province & is_with_province & is_in_provinces_time,
    ),
    "applications.bring_letter": permit(
        _("Keep the joint letter of the province"),
        Role.PROVINCIAL_OFFICER,
        when=is_of_province & is_with_province & is_in_provinces_time,
    ),
    "applications.view_letters": permit(
        _("Read joint letters of provinces"), Role.PROVINCIAL_OFFICER, Role.OFFICER, Role.AUDITOR
    ),
    "applications.recall": permit(
        _("Take a submission back before the deadline"),
        Role.SIGNATORY,
        when=is_signatory & is_with_province & is_before_deadline,
    ),
    "applications.approve_plan": permit(_("Approve a plan"), Role.OFFICER, when=is_miit & is_selected),
    "applications.ask_change": permit(
        _("Ask for a change of an approved plan"), Role.DRAFTER, when=drafts_plan & is_selected
    ),
    "applications.sign_change": permit(_("Sign a change request"), Role.SIGNATORY, when=signs_plan & is_asked),
    "applications.agree_change": permit(
        _("Consent to a change that moves money"), Role.OFFICER, when=is_mof & is_signed & needs_mof
    ),
    "applications.decide_change": permit(_("Decide on a change request"), Role.OFFICER, when=is_miit & is_signed),
    "applications.withdraw_change": permit(
        _("Take a change request back"), Role.DRAFTER, Role.SIGNATORY, when=is_of_plan & is_undecided
    ),
    "applications.view_matches": permit(
        _("See matches across applications"), Role.OFFICER, Role.AUDITOR, when=is_national
    ),
    "applications.start_matching": permit(_("Compare all applications of a batch"), Role.OFFICER, when=is_national),
    "applications.match": permit(_("Keep matches across applications"), Role.OFFICER, when=is_national),
    "applications.judge_match": permit(_("Judge a match"), Role.OFFICER, when=is_national),
    "applications.view_parts": permit(_("See the own parts of joint applications"), *_PARTNERS),
    "applications.list_parts": permit(_("See all joint applications of one's enterprise"), Role.SOE_OFFICER),
    "applications.write_part": permit(
        _("Write the own part of a joint application"), *_PARTNERS, when=is_partner & is_unanswered
    ),
    "applications.ask_part": permit(
        _("Ask a colleague to confirm the own part"), *_PARTNERS, when=is_partner & is_unanswered
    ),
    "applications.send_back_part": permit(
        _("Send the own part back instead of confirming it"), *_PARTNERS, when=is_partner & is_unanswered
    ),
    "applications.confirm_part": permit(
        _("Confirm the own part and commit as joint applicant"),
        Role.SOE_OFFICER,
        Role.SIGNATORY,
        when=is_partner & is_unanswered & may_confirm,
    ),
    "applications.decline": permit(_("Decline a joint application"), *_PARTNERS, when=is_partner & is_unanswered),
    "applications.reconsider": permit(
        _("Take an answer as joint applicant back"), *_PARTNERS, when=is_partner & is_answered
    ),
    "applications.co_sign": permit(
        _("Sign for one of two districts that apply as one"), Role.SIGNATORY, when=is_signatory & is_to_be_signed
    ),
}


def _ends(act: str) -> bool:
    """Whether the act ends with the archiving of its batch. Who works on a dossier may still talk about it, and what
    stands in two applications is compared across batches.
    """
    return not act.startswith((*LOOKING, "list", "start")) and not act.endswith(("comment", "match"))


MAY: Final = archived.kept(_ACTS, writes=_ends)
# Kinds of event that are no acts of the table: what a look at something leaves in the trail.
LOOKS: Final = {"applications.view_file": _("Looked at a file of a dossier")}
_GROUP: Final = _("Applications")
MENU: Final = (
    Entry(_("Applications"), "applications:list", _GROUP, ("applications.view",)),
    Entry(_("Same in two applications"), "applications:matches", _GROUP, ("applications.view_matches",), nation=True),
    Entry(_("Changes of plans"), "applications:changes", _GROUP, ("applications.view",)),
    Entry(_("Joint letters"), "applications:letters", _GROUP, ("applications.view_letters",)),
    Entry(_("Joint applications"), "applications:parts", _GROUP, ("applications.list_parts",)),
)
# Whose daily work stands in which groups of the menu.
WORK: Final = ((_GROUP, (Role.OFFICER, Role.PROVINCIAL_OFFICER, Role.DRAFTER, Role.SIGNATORY, Role.SOE_OFFICER)),)
