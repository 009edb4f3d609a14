"""The end of a batch: what it still lacks, and the acts of both ministries; each act asks on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation_ending as words
from grants.domain import ending as domain
from grants.enums_ending import StepKind, StepState
from grants.forms.ending import ReasonForm, RemarkForm
from grants.models import ArchiveStep
from grants.queries import ending as queries
from portal.core.errors import Text
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.programme.enums import BatchState
from portal.programme.models import Batch


@require_safe
@signed_in
def ending(request: PortalRequest, number: int) -> HttpResponse:
    """What a batch lacks to be assessed and archived, who has asked, and the reader's next step."""
    require(request.actor, "grants.see_ending")
    batch = one_of(queries.batches, request.actor, number=number)
    steps = list(queries.steps(request.actor.scope).filter(batch=batch))
    asked = next((row for row in steps if row.state == StepState.ASKED), None)
    undecided = list(queries.undecided(batch)) if batch.state == BatchState.RUNNING else []
    archived = batch.state == BatchState.ARCHIVED
    matters = [] if archived else queries.matters(batch)
    awards = queries.awards_of(key for row in matters for key in row.awards) if matters else {}
    standing = queries.standing(batch)
    context = {
        "batch": batch,
        "title": words.title(batch),
        "standing": standing,
        "decided": standing - len(undecided),
        "undecided": [(row, words.lacking(row)) for row in undecided],
        "unawarded": queries.unawarded(batch) if batch.state == BatchState.RUNNING else 0,
        "listed": any(row.number for row in matters if row.what == "listed"),
        "tasks": words.checklist(request.actor, batch, matters, awards),
        "open": sum(1 for row in matters if row.number),
        "events": words.events(steps),
        "asked": asked,
        "acts": _acts(request, batch, asked),
    }
    return page(request, "grants/ending.html", context)


def _acts(request: PortalRequest, batch: Batch, asked: ArchiveStep | None) -> dict[str, bool]:
    actor = request.actor
    return {
        "assess": bool(may(actor, "grants.assess_batch", batch)),
        "archive": asked is None and bool(may(actor, "grants.ask_archive", batch)),
        "reopen": asked is None and bool(may(actor, "grants.ask_reopen", batch)),
        "sign": asked is not None and bool(may(actor, "grants.sign_archive", asked)),
        "refuse": asked is not None and bool(may(actor, "grants.refuse_archive", asked)),
    }


@dataclass(frozen=True)
class _Asking:
    """An act as the page that asks before it has it."""

    may: str
    title: Text
    text: Text
    submit: Text
    done: Text
    consequences: tuple[Text, ...]
    run: Callable[..., Any]
    form: type[Form] = RemarkForm
    reason: bool = False
    danger: bool = False


_BATCH: Final = {
    "assess": _Asking(
        "grants.assess_batch",
        gettext_lazy("End the running of the batch"),
        gettext_lazy("You say for MIIT that every award that stands has its final result."),
        gettext_lazy("End the running"),
        gettext_lazy("The batch is assessed."),
        (
            gettext_lazy("No unit of the list is awarded any more, and no reserve unit moves up."),
            gettext_lazy("Money still moves: second tranches, payments, use, returns and recoveries go on."),
            gettext_lazy("Everyone reads that the batch is assessed."),
        ),
        domain.assess,
    ),
    "archive": _Asking(
        "grants.ask_archive",
        gettext_lazy("Ask for the archiving of the batch"),
        gettext_lazy("You ask for MIIT; an officer of MOF countersigns."),
        gettext_lazy("Ask for the archiving"),
        gettext_lazy("MOF was told; its countersignature archives the batch."),
        (
            gettext_lazy("Once countersigned, nothing of the batch changes any more: no entry, no payment, no plan."),
            gettext_lazy("Everything stays readable, and auditors may still raise findings."),
            gettext_lazy("Both ministries can open it again with a reason."),
        ),
        domain.ask_archive,
        reason=True,
    ),
    "reopen": _Asking(
        "grants.ask_reopen",
        gettext_lazy("Ask to open the batch again"),
        gettext_lazy("You ask for MIIT; an officer of MOF countersigns. The batch is assessed again then."),
        gettext_lazy("Ask for the reopening"),
        gettext_lazy("MOF was told; its countersignature opens the batch again."),
        (
            gettext_lazy("Money can be demanded back, returned and recovered; nobody is awarded anew."),
            gettext_lazy("The batch is archived again once nothing is open."),
        ),
        domain.ask_reopen,
        form=ReasonForm,
        reason=True,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def act(request: PortalRequest, number: str, act: str) -> HttpResponse:
    """Ask before an act on the batch, and do it."""
    require(request.actor, "grants.see_ending")
    batch = one_of(queries.batches, request.actor, number=int(number))
    asking = _BATCH[act]
    require(request.actor, asking.may, batch)
    return _asks(request, asking, batch, batch=batch)


_SIGN: Final = {
    StepKind.ARCHIVE: _Asking(
        "grants.sign_archive",
        gettext_lazy("Countersign the archiving"),
        gettext_lazy("You countersign for MOF: the batch is archived at once."),
        gettext_lazy("Countersign for MOF"),
        gettext_lazy("The batch is archived."),
        _BATCH["archive"].consequences,
        domain.sign_archive,
    ),
    StepKind.REOPEN: _Asking(
        "grants.sign_archive",
        gettext_lazy("Countersign the reopening"),
        gettext_lazy("You countersign for MOF: the batch is open again at once."),
        gettext_lazy("Countersign for MOF"),
        gettext_lazy("The batch is open again."),
        _BATCH["reopen"].consequences,
        domain.sign_archive,
    ),
}
_REFUSE: Final = _Asking(
    "grants.refuse_archive",
    gettext_lazy("Turn the request down"),
    gettext_lazy("The batch stays as it is. Whoever asked reads your reason."),
    gettext_lazy("Turn down"),
    gettext_lazy("Turned down. Whoever asked was told."),
    (),
    domain.refuse_archive,
    form=ReasonForm,
    reason=True,
    danger=True,
)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decide(request: PortalRequest, pk: str, act: str) -> HttpResponse:
    """Countersign a request, or turn it down."""
    require(request.actor, "grants.see_ending")
    step = one_of(queries.steps, request.actor, pk=int(pk))
    asking = _SIGN[StepKind(step.kind)] if act == "sign" else _REFUSE
    require(request.actor, asking.may, step)
    return _asks(request, asking, step.batch, step=step)


def _asks(request: PortalRequest, asking: _Asking, about: Batch, **of: Any) -> HttpResponse:
    form = (asking.form if asking.reason else Form)(request.POST if request.method == "POST" else None)
    here = reverse("grants:ending", args=[about.number])
    if form.is_valid():
        with errors_into(form):
            asking.run(by=request.actor, **of, **form.cleaned_data)
            messages.success(request, str(asking.done))
            return see_other("grants:ending", about.number)
    step = of.get("step")
    facts: list[tuple[Text, Any]] = [(_("Batch"), about)]
    if step is not None:
        facts += [(_("Asked by"), step.asked_by), (_("Reason"), step.why)]
    return confirm_page(
        request,
        title=asking.title,
        text=asking.text,
        submit=asking.submit,
        cancel=here,
        form=form,
        facts=facts,
        consequences=asking.consequences,
        danger=asking.danger,
        trail=[
            (_("Batches"), reverse("programme:batches")),
            (about.title, reverse("programme:batch", args=[about.pk])),
            (_("Assessment and archiving"), here),
        ],
    )
