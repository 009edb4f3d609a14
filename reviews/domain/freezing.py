"""The act that freezes the candidates: from here on every computed list answers for the same scores and rules."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import Batch
from reviews import queries
from reviews.domain.apart import refuse_conflicted
from reviews.models import CandidateSet
from reviews.selection.canonical import canonical, sha256_of


def freeze(*, by: Actor, batch: Batch) -> CandidateSet:
    """Freeze candidates, locked scores and rules as they stand; a set is numbered and never changes.

    Raises NotAllowed (also with an interest in the batch), DomainError when nothing has changed since the last set.
    """
    with command(by, "reviews.freeze", batch) as act:
        refuse_conflicted(by, batch)
        body = queries.candidates_now(batch)
        digest = sha256_of(body)
        before = queries.candidate_sets(by).filter(batch=batch).first()
        if before is not None and before.sha256 == digest:
            raise DomainError("frozen", _("These candidates are frozen already: nothing has changed since."))
        row = CandidateSet.objects.create(
            batch=batch,
            number=before.number + 1 if before else 1,
            body=canonical(body).decode(),
            sha256=digest,
            size=len(body["candidates"]),
            created_by_id=by.id,
        )
        # The trail names the batch and the digest: the set holds every score, which not all its readers may see.
        act.record(batch, why=f"{row}: {digest}")
        return row
