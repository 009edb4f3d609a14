"""What the worker does with the trail: recompute it, and build evidence to take away."""

from __future__ import annotations

import functools
import tempfile
from datetime import datetime
from typing import IO, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit import seals
from portal.audit.evidence.build import Asked, Made, build
from portal.audit.evidence.keeping import kept_until
from portal.audit.evidence.models import EvidenceBundle
from portal.audit.evidence.moment import closed_by_this_key
from portal.audit.evidence.orders import EVIDENCE, VERIFY, ask_evidence_again, ask_verification_again
from portal.audit.evidence.sources import Selection, source
from portal.audit.instruments import tasks as tasks_instruments  # noqa: F401 - tasks are looked for here
from portal.audit.verify import Broken, Head, broken_in, first_unfit, head, ranges, unchained
from portal.core.commands import event_writer
from portal.core.files import ZIP, keep_made
from portal.core.models import Run
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.tasks import Cancelled, Progress, run_task
from portal.core.workplace import workplace


@run_task(VERIFY, label=gettext_lazy("Verify the trail"), again=ask_verification_again)
def verify_trail(run: Run, progress: Progress) -> Any:
    """Recompute the chain range by range and compare it with every seal."""
    with progress.acting() as by:
        may(by, "audit.verify_trail").or_refuse()
        end = head()
    found, words = None, ""
    for after, upto in ranges(end.seq):
        with progress.acting():
            found = broken_in(after, upto, past_policies=True)
        if found:
            break
        progress(upto, of=end.seq)
    if found is None:
        with progress.acting():
            try:
                found = unchained(past_policies=True) or first_unfit(seals.all_ends())
            except ValueError as error:
                words = str(error)
    return functools.partial(_tell, run, end, found, words)


def _tell(run: Run, end: Head, found: Broken | None, words: str, by: Actor) -> dict[str, Any]:
    """What was found, for the page and for the trail itself."""
    whole = found is None and not words
    result: dict[str, Any] = {"whole": whole, "count": end.seq, "digest": end.digest, "words": words}
    if found is not None:
        result |= {"what": found.what, "seq": found.seq, "event": found.event}
    event_writer()(
        by=by,
        act="audit.verify_trail",
        obj=run,
        before={},
        after=dict(result),
        why=words,
        outcome="done",
    )
    address = reverse("audit:verification", args=[run.pk])
    return result | {"url": address, "redirect": address, "label": _("Show the result")}


@run_task(EVIDENCE, label=gettext_lazy("Evidence to take away"), again=ask_evidence_again)
def build_evidence(run: Run, progress: Progress) -> Any:
    """Build one bundle into a file of this attempt's own; it is kept when the run ends well."""
    with progress.acting() as by:
        if not by.id:
            raise Cancelled
        may(by, "audit.order_bundle").or_refuse()
    end, as_of = closed_by_this_key(Head(*run.params["head"]), datetime.fromisoformat(run.params["as_of"]))
    asked = Asked(
        name=by.name,
        source=source(),
        selection=Selection.of(run.params["selection"]),
        head=end,
        as_of=as_of,
        acting=progress.acting,
        step=lambda done, of: progress(done, of=of),
    )
    file = tempfile.TemporaryFile(prefix="evidence-")  # noqa: SIM115 - it is read when the run ends
    try:
        with workplace("evidence") as folder:
            made = build(asked, file, folder)
    except BaseException:
        file.close()
        raise
    return functools.partial(_keep, run, asked, made, file)


def _keep(run: Run, asked: Asked, made: Made, file: IO[bytes], by: Actor) -> dict[str, Any]:
    """Keep content and row, in the transaction that ends the run."""
    with file:
        name = f"evidence-{asked.as_of:%Y%m%d-%H%M%S}.zip"
        kept = keep_made(file, name=name, kind=ZIP, folder="evidence")
    row = EvidenceBundle.objects.create(
        **kept.fields(by=by),
        run_id=run.pk,
        selection=asked.selection.plain(),
        words=made.words,
        as_of=asked.as_of,
        head_seq=asked.head.seq,
        head_digest=asked.head.digest,
        root=made.root,
        manifest_sha256=made.manifest_sha256,
        entries=made.entries,
        documents=made.documents,
        events=made.events,
        problems=len(made.missing),
        kept_until=kept_until(),
    )
    address = reverse("audit:bundle", args=[row.pk])
    label = _("Open the evidence")
    return {"url": address, "redirect": address, "label": label, "sha256": kept.sha256, "extent": by.extent()}
