"""From the drafter's request to the immutable submission: two people, one digest, before the deadline."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import canonical, checks
from applications.domain import letters
from applications.domain.pairs import refuse_alone
from applications.domain.results import keep_results
from applications.enums import ApplicationState, Severity, Stage
from applications.models import Application, SignOff, Snapshot
from applications.queries import open_sign_off, whole
from applications.states import APPLICATION
from applications.times import due, has_passed
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, WrongState
from portal.core.scope import Actor


def refuse_late(application: Application) -> None:
    """Raise DomainError after the last second of the deadline (the database asks its own clock once more)."""
    if has_passed(due(application)):
        raise DomainError(
            "submission_after_deadline", _("The deadline has passed. The dossier stays as it is; nothing is lost.")
        )


def refuse_faulty(dossier: Application) -> None:
    """Raise DomainError when a check blocks the submission."""
    blocking = [finding for finding in checks.run(dossier) if finding.severity == Severity.BLOCKS]
    if blocking:
        text = ngettext(
            "%(count)s check stands against it: %(first)s",
            "%(count)s checks stand against it, first: %(first)s",
            len(blocking),
        )
        raise DomainError("checks", text % {"count": len(blocking), "first": blocking[0].text})


def request_sign_off(*, by: Actor, application: Application) -> SignOff:
    """Ask a second person of the unit to sign; the dossier is frozen from here (in correction it is not).

    Raises NotAllowed, WrongState; DomainError when a check blocks or the deadline has passed.
    Side effects: in correction an older request that nobody signed is closed; a notice to the signatories.
    """
    with command(by, "applications.request_sign_off", application) as act:
        refuse_late(application)
        dossier = whole(application)
        refuse_faulty(dossier)
        before = open_sign_off(application)
        if before is not None:
            before.sent_back_by_id, before.sent_back_at = by.id, clock.now()
            before.sent_back_why = _("The dossier was asked to be signed anew.")
            before.save()
        sign_off = SignOff.objects.create(
            application=application,
            content_sha256=canonical.digest(canonical.text(canonical.content(dossier))),
            requested_by_id=by.id,
            requested_at=clock.now(),
        )
        if application.state != ApplicationState.CORRECTION:
            act.to(application, APPLICATION)
            application.save(update_fields=["state"])
        letters.sign_off_asked(by=by, application=application)
        act.record(application)
        return sign_off


def send_back(*, by: Actor, application: Application, why: str) -> Application:
    """Send the dossier back to its drafters, who are told, instead of signing.

    Raises NotAllowed; WrongState, in a correction where no signature is asked for too; DomainError without a reason.
    """
    with command(by, "applications.send_back", application) as act:
        if not why.strip():
            raise DomainError("reason", _("Say what is to be changed first."), "why")
        sign_off = open_sign_off(application)
        if sign_off is not None:
            sign_off.sent_back_by_id, sign_off.sent_back_at, sign_off.sent_back_why = by.id, clock.now(), why
            sign_off.save()
        elif application.state == ApplicationState.CORRECTION:  # it has no state of its own while a signature is asked
            raise WrongState("wrong_state", _("Nobody has asked for a signature, or it is signed already."))
        if application.state != ApplicationState.CORRECTION:
            act.to(application, APPLICATION)
            application.save(update_fields=["state"])
        letters.sent_back(by=by, application=application, why=why)
        return act.record(application, why)


def submit(*, by: Actor, application: Application, sha256: str) -> Snapshot:
    """Sign and submit: what the signatory saw under the digest `sha256` becomes an immutable snapshot.

    Raises NotAllowed; WrongState when it is submitted already; DomainError when the dossier is no longer what was
    asked to be signed, a check blocks, or the deadline has passed (to the second, inclusive).
    Side effects in order: sign-off signed, snapshot kept with the findings of the checks, number and times set, state
    with the province (or back in screening after a correction), a notice to whoever decides next, audit event.
    """
    with command(by, "applications.submit", application) as act:
        correcting = application.state == ApplicationState.CORRECTION
        sign_off = open_sign_off(application)
        if sign_off is None:
            raise WrongState("wrong_state", _("Nobody has asked for a signature, or it is signed already."))
        refuse_late(application)
        dossier = whole(application)
        refuse_faulty(dossier)
        written = canonical.text(canonical.content(dossier))
        digest = canonical.digest(written)
        if not digest == sign_off.content_sha256 == sha256:
            raise DomainError(
                "snapshot_is_what_was_signed",
                _("The dossier was changed after it was shown to you. The drafter must ask for sign-off anew."),
            )
        refuse_alone(by, application, sign_off)
        sign_off.signed_by_id, sign_off.signed_at = by.id, clock.now()
        sign_off.save(update_fields=["signed_by", "signed_at"])
        application.number = application.number or _number(application)
        snapshot = _keep(by, application, sign_off, written, digest)
        application.submitted_at = snapshot.submitted_at
        application.first_submitted_at = application.first_submitted_at or snapshot.submitted_at
        act.to(application, APPLICATION, "resubmit" if correcting else "submit")
        application.save(update_fields=["number", "submitted_at", "first_submitted_at", "state"])
        keep_results(by=by, dossier=dossier, snapshot=snapshot, stage=Stage.SUBMISSION)
        (letters.corrected if correcting else letters.submitted)(by=by, application=application)
        act.record(application)
        return snapshot


def _number(application: Application) -> str:
    """2026-3-350200; a unit that withdrew and applies again gets 2026-3-350200-2."""
    batch = application.batch
    stem = f"{batch.year}-{batch.number}-{application.unit_id}"
    before = Application.objects.filter(batch=batch, unit=application.unit_id).exclude(number="").count()
    return f"{stem}-{before + 1}" if before else stem


def _keep(by: Actor, application: Application, sign_off: SignOff, written: str, digest: str) -> Snapshot:
    number = application.snapshots.count() + 1
    snapshot = Snapshot.objects.create(
        application=application,
        number=number,
        content=written,
        sha256=digest,
        receipt_no=f"{application.number}-{number:02}",
        submitted_at=clock.now().replace(microsecond=0),
        submitted_by_id=by.id,
        sign_off=sign_off,
    )
    snapshot.refresh_from_db(fields=["submitted_at"])  # the database's clock decides
    return snapshot


def recall(*, by: Actor, application: Application, why: str) -> Application:
    """Take a submission back from the province before the deadline, to change it and submit it again.

    The submission stays kept; what departments decided on it counts nothing for the next one.
    Raises NotAllowed, WrongState; DomainError without a reason or after the deadline, when nothing could be submitted.
    Side effect: a notice to the province, the unit's people and the joint applicants.
    """
    with command(by, "applications.recall", application) as act:
        if not why.strip():
            raise DomainError("reason", _("Say why the submission is taken back."), "why")
        if has_passed(due(application)):
            raise DomainError(
                "recall_before_deadline", _("After the deadline nothing could be submitted again, so this one stays.")
            )
        act.to(application, APPLICATION)
        application.save(update_fields=["state"])
        letters.recalled(by=by, application=application, why=why)
        return act.record(application, why)


def withdraw(*, by: Actor, application: Application, why: str) -> Application:
    """Withdraw the application before the decision; it stays readable, the unit may begin anew.

    Raises NotAllowed, WrongState; DomainError without a reason.
    Side effect: a notice to the joint applicants; when it was submitted, to the province and the ministries that have
    it.
    """
    with command(by, "applications.withdraw", application) as act:
        if not why.strip():
            raise DomainError("application_withdrawn_with_reason", _("Say why the application is withdrawn."), "why")
        before = application.state
        act.to(application, APPLICATION)
        application.withdrawn_why = why
        application.save(update_fields=["state", "withdrawn_why"])
        letters.application_withdrawn(by=by, application=application, before=before)
        return act.record(application, why)
