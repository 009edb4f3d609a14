"""The result of a batch: both ministries sign the same figures; with the second signature all scores are locked."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import MIIT, MOF, Role
from portal.core.commands import Act, command
from portal.core.errors import DomainError, NotAllowed, Stale
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients
from portal.programme.models import Batch
from portal.programme.states import BATCH
from reviews import queries
from reviews.calibrating import answer_of
from reviews.domain.apart import refuse_conflicted
from reviews.domain.results import check_heard, complete_results
from reviews.enums import ReviewState
from reviews.models import CalibrationResult, PanelResult, ResultSignature, Review
from reviews.states import REVIEW


def sign(*, by: Actor, batch: Batch, sha256: str) -> ResultSignature:
    """Sign the results of a batch for one's ministry.

    sha256: the digest of the results that were seen (`queries.result_digest`).
    Raises NotAllowed, also for an officer with an interest in one of the applications; Stale when a score changed
    since; DomainError while an application has too few reviews, a review is open, a hearing is not over or has no
    statement of the panel.
    Side effects: the other ministry gets a letter; when it has signed the same figures, by somebody else, all scores
    are locked, results are fixed and the batch is being decided.
    """
    with command(by, "reviews.sign_result", batch) as act:
        refuse_conflicted(by, batch)
        post = by.post(Role.OFFICER)
        if post is None:
            raise NotAllowed("post", _("Only an officer of a ministry signs."))
        results = complete_results(batch, by)
        check_heard(batch)
        if queries.lacks_calibration(batch):
            raise needs_calibration()
        if queries.result_digest(batch) != sha256:
            raise Stale("result_changed", _("A score changed since you looked. Look at the results again, then sign."))
        other = queries.result_signatures(batch).get(MOF if post.code == MIIT else MIIT)
        made = ResultSignature.objects.create(batch=batch, ministry=post.code, sha256=sha256, by_id=by.id)
        if other is not None and other.sha256 == sha256 and other.by_id != by.id:
            _lock(act, batch, results)
        else:
            _tell(by, batch, MOF if post.code == MIIT else MIIT)
        act.record(batch, why=_("%(ministry)s, digest %(sha256)s") % {"ministry": post.code, "sha256": sha256})
        return made


def needs_calibration() -> DomainError:
    """The refusal while the calibrated scores do not belong to the scores as they stand."""
    text = _("By the rules the calibrated scores count: compute them from the reviews as they stand.")
    return DomainError("result_needs_its_calibration", text)


def calibrate(*, by: Actor, batch: Batch) -> CalibrationResult:
    """Compute the calibrated scores from the reviews as they stand, where the rules let them count.

    Raises NotAllowed, also for an officer with an interest in the batch; DomainError where another mean counts, or a
    review is missing or open. A second of work at 3,330 x 5.
    """
    with command(by, "reviews.calibrate", batch) as act:
        refuse_conflicted(by, batch)
        if queries.counted_by(batch) != "calibrated":
            raise DomainError("calibration_by_the_rules", _("By the rules of this batch another mean counts."))
        complete_results(batch, by)
        question = queries.calibration_asked(batch)
        row = CalibrationResult.objects.create(batch=batch, question=question, answer=answer_of(question), by_id=by.id)
        act.record(batch, why=_("%(count)s scores calibrated") % {"count": len(question)})
        return row


def _tell(by: Actor, batch: Batch, code: str) -> None:
    text = gettext_lazy("%(batch)s: the results wait for your ministry's signature.")
    url = reverse("reviews:lock", args=[batch.number])
    notify(recipients(Role.OFFICER, code=code), text, by=by, url=url, batch=batch)


def _lock(act: Act, batch: Batch, results: list[PanelResult]) -> None:
    """Fix the results, lock the reviews, go on to the decision: nothing of the scores changes any more."""
    PanelResult.objects.bulk_create(results, batch_size=500)
    Review.objects.filter(assignment__batch=batch, state=ReviewState.SUBMITTED).update(
        state=REVIEW.target(ReviewState.SUBMITTED, "lock")
    )
    act.to(batch, BATCH, "start_decision")
    batch.save(update_fields=["state"])
