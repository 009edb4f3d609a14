"""Asking for evidence, and for a recomputation of the trail."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.audit.evidence.sources import Selection
from portal.audit.verify import head
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import start_run

EVIDENCE: Final = "audit.evidence"
VERIFY: Final = "audit.verify"


def ask_evidence(*, by: Actor, selection: Selection) -> Run:
    """Ask for the evidence of a selection as it stands now; the worker builds it.

    Raises NotAllowed; DomainError when nothing narrows the selection.
    """
    with command(by, "audit.order_bundle") as act:
        if selection == Selection():
            raise DomainError("evidence_of_what", _("Choose an award, a batch, a province or a period."))
        end, plain = head(), selection.plain()
        params = {"selection": plain, "head": [end.seq, end.digest], "as_of": clock.now().isoformat()}
        mark = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:32]
        key = f"{EVIDENCE}:{by.id}:{mark}"
        run = start_run(by=by, task=EVIDENCE, params=params, key=key, back=reverse("audit:bundles"))
        return act.record(run)


def ask_evidence_again(by: Actor, run: Run) -> Run:
    """Ask once more for the same, as it stands now."""
    return ask_evidence(by=by, selection=Selection.of(run.params["selection"]))


def ask_verification(*, by: Actor) -> Run:
    """Have the whole chain recomputed; the worker does it. Raises NotAllowed."""
    with command(by, "audit.verify_trail") as act:
        return act.record(start_run(by=by, task=VERIFY, back=reverse("audit:trail")))


def ask_verification_again(by: Actor, run: Run) -> Run:
    """Once more."""
    return ask_verification(by=by)
