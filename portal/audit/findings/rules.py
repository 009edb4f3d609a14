"""Who plans engagements, raises findings, answers them and closes them; what a person reads when a guard refused."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.findings.enums import ANSWERS_FOR_BODY, READS_FOR_BODY, EngagementState, FindingState
from portal.audit.models import Engagement, Member
from portal.audit.rules import AUDITOR
from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import permit, says
from portal.core.scope import Actor


def _engagement(obj: Any) -> int:
    return int(obj.pk if isinstance(obj, Engagement) else obj.engagement_id)


def _in_team(actor: Actor, obj: Any, **more: Any) -> bool:
    if obj is None:
        return True
    return Member.objects.filter(engagement_id=_engagement(obj), person_id=actor.id, ended_at=None, **more).exists()


@says(_("Only the team of this engagement does this."))
def is_of_team(actor: Actor, obj: Any) -> bool:
    """The actor is in the team."""
    return _in_team(actor, obj)


@says(_("Only a lead of the team does this."))
def is_lead(actor: Actor, obj: Any) -> bool:
    """The actor leads the team."""
    return _in_team(actor, obj, is_lead=True)


@says(_("Once it was shown, a second auditor ends it, not who raised it."))
def is_second(actor: Actor, obj: Any) -> bool:
    """The finding was not shown yet, or somebody else raised it."""
    return obj is None or obj.shown_at is None or obj.raised_by_id != actor.id


@says(_("You alone followed this finding up: another auditor closes it."))
def is_not_its_only_follower(actor: Actor, obj: Any) -> bool:
    """Somebody else found it rectified too."""
    return obj is None or obj.follow_ups.filter(outcome="mended").exclude(by_id=actor.id).exists()


@says(_("Only people who sign for the audited body answer."))
def signs_for_body(actor: Actor, obj: Any) -> bool:
    """The actor holds a post that answers, in the audited body."""
    return obj is None or any(
        post.organisation == obj.body_id and post.role in ANSWERS_FOR_BODY for post in actor.posts
    )


@says(_("The engagement is closed."))
def is_not_closed(actor: Actor, obj: Any) -> bool:
    """The engagement still goes on."""
    return obj is None or obj.state != EngagementState.CLOSED


@says(_("The engagement has started: what it is about does not change any more."))
def is_planned(actor: Actor, obj: Any) -> bool:
    """The engagement has not started."""
    return obj is None or obj.state == EngagementState.PLANNED


@says(_("Findings are raised while an engagement is under way or reporting."))
def is_at_work(actor: Actor, obj: Any) -> bool:
    """The engagement takes findings."""
    return obj is None or obj.state in (EngagementState.UNDER_WAY, EngagementState.REPORTING)


@says(_("This finding has ended."))
def is_open(actor: Actor, obj: Any) -> bool:
    """The finding has not ended."""
    return obj is None or obj.state not in (FindingState.CLOSED, FindingState.DROPPED)


@says(_("The finding was shown already: a new version says why the text changes."))
def is_draft(actor: Actor, obj: Any) -> bool:
    """Nobody outside the team reads it yet."""
    return obj is None or obj.state == FindingState.DRAFT


@says(_("The audited body has not seen it yet."))
def was_shown(actor: Actor, obj: Any) -> bool:
    """The audited body reads it."""
    return obj is None or obj.shown_at is not None


MAY: Final = {
    "audit.view_engagements": permit(_("See audit engagements and findings"), AUDITOR),
    "audit.plan": permit(_("Plan an audit engagement"), AUDITOR),
    "audit.change_engagement": permit(_("Change a planned engagement"), AUDITOR, when=is_lead & is_planned),
    "audit.start": permit(_("Start an engagement"), AUDITOR, when=is_lead),
    "audit.begin_reporting": permit(_("Begin the reporting of an engagement"), AUDITOR, when=is_lead),
    "audit.close_engagement": permit(_("Close an engagement"), AUDITOR, when=is_lead),
    "audit.add_member": permit(_("Add a person to an audit team"), AUDITOR, when=is_lead & is_not_closed),
    "audit.end_member": permit(_("End a person's place in an audit team"), AUDITOR, when=is_lead),
    "audit.raise_finding": permit(_("Raise a finding"), AUDITOR, when=is_of_team & is_at_work),
    "audit.rewrite": permit(_("Mend a draft finding"), AUDITOR, when=is_of_team & is_draft),
    "audit.reword": permit(_("Write a new version of a shown finding"), AUDITOR, when=is_of_team & was_shown & is_open),
    "audit.take_evidence": permit(_("Take evidence for a finding"), AUDITOR, when=is_of_team & is_open),
    "audit.show": permit(_("Show a finding to the audited body"), AUDITOR, when=is_of_team),
    "audit.order": permit(_("Ask for the rectification of a finding"), AUDITOR, when=is_of_team),
    "audit.follow_up": permit(_("Follow a rectification up"), AUDITOR, when=is_of_team),
    "audit.hand_over": permit(_("Hand a finding over to a body that acts on it"), AUDITOR, when=is_of_team & was_shown),
    "audit.close": permit(_("Close a finding"), AUDITOR, when=is_of_team & is_second & is_not_its_only_follower),
    "audit.drop": permit(_("Drop a finding"), AUDITOR, when=is_of_team & is_second & is_open),
    "audit.take_register": permit(_("Take the register of findings and rectification"), AUDITOR, *READS_FOR_BODY),
    "audit.view_addressed": permit(_("See audit findings addressed to the own body"), *READS_FOR_BODY),
    "audit.reply": permit(_("Reply to a finding"), *ANSWERS_FOR_BODY, when=signs_for_body),
    "audit.report": permit(_("Report on the rectification of a finding"), *ANSWERS_FOR_BODY, when=signs_for_body),
}
LOOKS: Final = {
    "audit.view_file": _("Opened a file of an audit finding"),
    "audit.export": _("Took an export of audit findings"),
}
_OWN = _("Everyone signs in their own name.")
GUARDS: Final = {
    "engagement_state": Guard(_("The engagement does not go this way.")),
    "finding_state": Guard(_("The finding does not go this way: read it again.")),
    "audit_objects_stay": Guard(_("What an audit wrote is never removed, and its papers are never changed.")),
    "audit_signed_by_oneself": Guard(_OWN),
    "engagement_within_office": Guard(
        _("An audit office plans engagements in its own scope: a bureau those of its province."), "province"
    ),
    "engagement_units_of_its_province": Guard(_("These units do not lie in the province."), "units"),
    "engagement_is_fixed": Guard(_("The engagement has started: what it is about does not change any more.")),
    "engagement_closes_without_open_findings": Guard(
        _("Findings are still open. Close or drop each of them, then close the engagement.")
    ),
    "engagement_keeps_a_lead": Guard(_("The last lead stays. Add another lead first.")),
    "audit_member_is_an_auditor": Guard(_("Only auditors of an audit office are in a team."), "person"),
    "audit_member_only_ends": Guard(_("A place in a team is only ended, once.")),
    "finding_of_an_engagement_at_work": Guard(_("Findings are raised while an engagement is under way or reporting.")),
    "finding_within_scope": Guard(_("This object lies outside the scope of the engagement.")),
    "finding_to_a_body_of_the_place": Guard(_("Choose a body of the place the object belongs to."), "body"),
    "finding_about_what_is_there": Guard(_("There is no such object in your scope.")),
    "finding_of_an_open_lead": Guard(_("Somebody has decided on this lead meanwhile: read it again.")),
    "lead_taken_up_by_its_finding": Guard(
        _("A lead is taken up by the finding that begins from it, and by nothing else.")
    ),
    "finding_of_an_item_in_error": Guard(
        _("Only an item of your own sample that is in error or not proven begins a finding.")
    ),
    "finding_is_fixed": Guard(_("What a finding is about, and what was signed on it, does not change.")),
    "finding_shown_with_evidence": Guard(
        _("Before a finding is shown it has a text and at least one piece of evidence.")
    ),
    "finding_waits_for_the_reply": Guard(_("The term for the reply still runs: wait for the reply.")),
    "finding_leaves_time": Guard(_("The last day lies in the future."), "due_on"),
    "finding_not_closed_by_its_follower": Guard(
        _("Who alone followed a finding up does not close it: another auditor does.")
    ),
    "finding_moved_by_its_paper": Guard(
        _("A reply, a report or a follow-up moves the finding; nobody sets it by hand.")
    ),
    "finding_text_stays": Guard(_("The text of a shown finding stays: write a new version and say why.")),
    "answer_of_the_audited_body": Guard(_("Only the audited body answers.")),
    "answer_in_its_turn": Guard(_("No answer of this kind is due now: somebody may have answered already.")),
    "proofs_come_with_their_answer": Guard(_("Files come together with their answer.")),
    "follow_up_of_a_report": Guard(_("Only a rectification that was reported is followed up.")),
    "evidence_is_of_what_is_there": Guard(_("There is no such object in your scope, or it has no file.")),
    "handover_of_a_shown_finding": Guard(
        _("A finding is handed over once it was shown, to another body of its place or to a ministry."), "organisation"
    ),
}
_AUDIT = _("Audit")
# The auditor's workspace in the menu: what is looked into, what it is looked at with, what proves it.
GROUPS: Final = (
    _AUDIT,
    pgettext_lazy("menu", "Audit: look and test"),
    pgettext_lazy("menu", "Audit: trail and evidence"),
)
MENU: Final = (
    Entry(_("Audit engagements"), "auditing:engagements", _AUDIT, ("audit.view_engagements",), place=1),
    Entry(_("Findings register"), "auditing:register", _AUDIT, ("audit.view_engagements",), place=2),
    Entry(_("Audit findings addressed to us"), "auditing:addressed", _AUDIT, ("audit.view_addressed",)),
)
