"""What pages of the money share: entering a paper, looking at one, and closing it as its checker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from grants.forms import RefuseForm
from grants.models.checked import Signed
from grants.presentation import Facts, history
from portal.core import as_of
from portal.core.errors import Stale, Text
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other

Trail = list[tuple[Text, str]]


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its word, the end of its acts' names, its page, and the commands that close it."""

    label: Text
    name: str
    route: str
    confirm: Callable[..., Signed]
    refuse: Callable[..., Signed]
    argument: str
    booked: Any
    # Whether its confirmation books money in the ledger.
    books: bool = True


def enter_page(
    request: PortalRequest,
    *,
    form: Form,
    act: Callable[[Any], Signed],
    route: str,
    title: Text,
    trail: Trail,
    facts: Facts,
    cancel: str,
    consequences: Sequence[Text] = (),
    wait: Text = "",
) -> HttpResponse:
    """A maker's form: what it is about, the fields, and afterwards the page of what was entered.

    consequences: what follows once it is confirmed, where that is more than the amounts say. wait: why it cannot be
    entered yet; the page says so in place of the form.
    """
    if form.is_valid():
        with errors_into(form):
            row = act(form)
            messages.success(request, _("Entered. Another person of your department checks it now."))
            return see_other(route, row.pk)
    context = {"title": title, "trail": trail, "facts": facts, "cancel": cancel, "files": True}
    said = {"consequences": consequences, "wait": "" if form.is_bound else wait}
    return page(request, "grants/enter.html", context | said, form=form)


def paper_page(
    request: PortalRequest,
    kind: Kind,
    row: Signed,
    *,
    template: str = "grants/paper.html",
    trail: Trail,
    facts: Facts,
    acts: list[dict[str, Any]] | None = None,
    refusing: type[RefuseForm] = RefuseForm,
    **more: Any,
) -> HttpResponse:
    """A paper with all its facts; for its checker with the choice to confirm or to refuse, which this handles too.

    What may be refused and not confirmed any more says why.
    """
    refuse = f"grants.refuse_{kind.name}"
    if request.method == "POST":
        require(request.actor, refuse, row)
    checks = row.is_waiting and bool(may(request.actor, refuse, row))
    confirms = may(request.actor, f"grants.confirm_{kind.name}", row)
    asks = checks or request.method == "POST"
    form = refusing(request.POST or None, only=not confirms.ok) if asks else None
    if form is not None and request.method == "POST":
        done = _closed(request, kind, row, form)
        if done is not None:
            return done
    context = {
        "kind": kind,
        "row": row,
        "trail": trail,
        "facts": facts,
        "events": history(row),
        "checks": checks,
        "confirms": confirms,
        "acts": acts or [],
        "is_maker": as_of.moment() is None and row.is_waiting and row.maker_id == request.actor.id,
        **more,
    }
    return page(request, template, context, form=form)


def _closed(request: PortalRequest, kind: Kind, row: Signed, form: RefuseForm) -> HttpResponse | None:
    """The answer after the checker decided, or None when the page has to be shown again with what is wrong."""
    if not form.is_valid():
        return None
    acts: dict[str, Callable[[], Signed]] = {
        "confirm": lambda: kind.confirm(by=request.actor, **{kind.argument: row}),
        "refuse": lambda: kind.refuse(by=request.actor, **{kind.argument: row}, **form.refusal()),
    }
    asked = request.POST.get("act", "")
    if asked not in acts:
        form.add_error(None, _("Choose whether to confirm or to refuse."))
        return None
    with errors_into(form):
        try:
            acts[asked]()
        except Stale as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, kind.booked if asked == "confirm" else _("Refused. The maker sees your reason."))
        return see_other(kind.route, row.pk)
    return None


def button(request: PortalRequest, act: str, row: Any, label: Text, url: str, *, kind: str = "primary") -> list[Any]:
    """A button for an act the reader may do, as a list to add to others; empty when not."""
    return [{"label": label, "url": url, "kind": kind}] if may(request.actor, act, row) else []


def crumb(label: Text, route: str, *args: Any) -> tuple[Text, str]:
    """One step of the breadcrumbs."""
    return label, reverse(route, args=args)
