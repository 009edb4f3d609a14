"""Acts of screening: take a batch's recommended applications up, and say what each ministry decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain.results import keep_results
from applications.enums import ApplicationState, Stage
from applications.models import Application, Snapshot
from applications.queries import whole
from applications.states import APPLICATION
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients
from portal.programme.models import Batch
from reviews.enums import Ministry, ScreeningDecision
from reviews.models import Screening


@dataclass(frozen=True)
class ScreeningInput:
    """What a ministry says: for a rejection rule and reason, for a correction reason and deadline."""

    decision: str
    rule: str = ""
    reason: str = ""
    due: datetime | None = None


def take_up(*, by: Actor, batch: Batch) -> int:
    """Take up all recommended applications of a closed batch for screening; gives their number.

    Raises NotAllowed (only MIIT, only a closed batch); DomainError when none waits.
    """
    with command(by, "reviews.take_up", batch) as act:
        waiting = Application.objects.filter(batch=batch, state=ApplicationState.RECOMMENDED)
        taken = waiting.update(state=APPLICATION.target(ApplicationState.RECOMMENDED, "take_up"))
        if not taken:
            raise DomainError("nothing_waits", _("No recommended application waits in this batch."))
        act.record(batch, why=_("%(count)s applications") % {"count": taken})
        return taken


def screen(*, by: Actor, application: Application, what: ScreeningInput) -> Screening:
    """Record one ministry's decision on the current submission and take the step that follows from both.

    Pass: MIIT alone, unless MOF wants to reject. Correction: MIIT, with a deadline in the future. Reject: takes effect
    when the other ministry, by another person, rejects too.
    Raises NotAllowed; WrongState outside screening; DomainError for what is missing.
    Side effects: the application moves on; correction_until is set; the unit gets a letter.
    """
    with command(by, "reviews.screen", application) as act:
        ministry = _ministry(by)
        if application.state != ApplicationState.SCREENING:
            APPLICATION.target(application.state, "pass")
        _check(what, ministry)
        row = Screening.objects.create(
            application=application,
            snapshot=Snapshot.objects.filter(application=application).order_by("-number")[0],
            ministry=ministry,
            decision=what.decision,
            rule=what.rule,
            reason=what.reason,
            due=what.due if what.decision == ScreeningDecision.CORRECTION else None,
            person_id=by.id,
        )
        keep_results(by=by, dossier=whole(application), snapshot=row.snapshot, stage=Stage.SCREENING)
        if step := _step(row):
            act.to(application, APPLICATION, step)
            if step == "ask_correction":
                application.correction_until = what.due
            application.save(update_fields=["state", "correction_until"])
            _tell(by, application)
        return act.record(row, why=what.reason)


def _tell(by: Actor, application: Application) -> None:
    text = {
        ApplicationState.CORRECTION: gettext_lazy(
            "The ministries ask for a correction of the application of %(unit)s."
        ),
        ApplicationState.REJECTED: gettext_lazy("The ministries rejected the application of %(unit)s in screening."),
        ApplicationState.IN_REVIEW: gettext_lazy("The application of %(unit)s has passed screening and is in review."),
    }[ApplicationState(application.state)]
    people = recipients(Role.DRAFTER, Role.SIGNATORY, unit=application.unit_id)
    notify(people, text, by=by, url=reverse("applications:detail", args=[application.pk]), unit=application.unit)


def _ministry(by: Actor) -> str:
    return next(post.code for post in by.posts if post.role == Role.OFFICER and post.code in Ministry)


def _check(what: ScreeningInput, ministry: str) -> None:
    if what.decision != ScreeningDecision.PASS and not what.reason:
        raise DomainError("reason", _("Say why, so that the unit knows."), "reason")
    if what.decision == ScreeningDecision.REJECT and not what.rule:
        raise DomainError("rule", _("Name the rule the rejection rests on."), "rule")
    if what.decision == ScreeningDecision.CORRECTION:
        if ministry != Ministry.MIIT:
            raise DomainError("ministry", _("MIIT asks for corrections; tell your colleagues there."), "decision")
        if what.due is None or what.due <= clock.now():
            raise DomainError("due", _("Give a deadline in the future."), "due")


def _step(row: Screening) -> str | None:
    """The act that follows from what both ministries say last about this submission."""
    other = (
        Screening.objects.filter(application=row.application_id, snapshot=row.snapshot_id)
        .exclude(ministry=row.ministry)
        .order_by("-pk")
        .first()
    )
    others = other.decision if other else None
    if row.decision == ScreeningDecision.CORRECTION:
        return "ask_correction"
    if row.decision == ScreeningDecision.REJECT:
        if other is None or others != ScreeningDecision.REJECT:
            return None
        if other.person_id == row.person_id:
            raise DomainError("reject_needs_both", _("A rejection needs both ministries, by two people."))
        return "reject"
    # MIIT passes; MOF's own pass takes a rejection back and lets a standing pass of MIIT take effect.
    passed = row.ministry == Ministry.MIIT or others == ScreeningDecision.PASS
    return "pass" if passed and others != ScreeningDecision.REJECT else None
