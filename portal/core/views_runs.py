"""Pages on long work: what I asked for, how far it is, cancel it, start it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from portal.core import clock, signs, tasks
from portal.core.errors import DomainError, NotAllowed
from portal.core.middleware import PortalRequest
from portal.core.models import Run, RunState
from portal.core.ones import one_of
from portal.core.scope import Actor
from portal.core.tables import Choice, Column, Table
from portal.core.templatetags.portal_ui import duration, moment
from portal.core.web import page, see_other, signed_in


def mine(actor: Actor) -> QuerySet[Run]:
    """The runs this person asked for, newest first."""
    return Run.objects.filter(asker=actor.id).order_by("-queued_at", "pk")


def failure(actor: Actor, pk: UUID | None) -> str:
    """Why a run this person asked for ended without a result; empty while it goes on, and where it ended well."""
    found = mine(actor).filter(pk=pk, state__in=[RunState.FAILED, RunState.CANCELLED]).first() if pk else None
    return "" if found is None else found.error or _("The work was cancelled before it had a result.")


def present(found: Run) -> dict[str, Any]:
    """What the page and its fragment show of one run."""
    kind = tasks.kind_of(found)
    ended_badly = found.state in (RunState.FAILED, RunState.CANCELLED)
    return {
        "run": found,
        "words": tasks.words(found),
        "percent": found.percent if found.all_steps else None,
        "waits_long": (waits_long := found.state == RunState.QUEUED and found.queued_at < _ago(20)),
        "out_of_reach": waits_long and signs.worker_is_silent(),
        "interrupted": found.state == RunState.RUNNING
        and found.heartbeat_at is not None
        and found.heartbeat_at < _ago(settings.RUN_STALE_SECONDS),
        "note": _("%(done)s of %(all)s steps") % {"done": found.done_steps, "all": found.all_steps}
        if found.all_steps
        else "",
        "result_url": _inside(found.result.get("url", "")),
        "result_label": found.result.get("label", "") or _("Show the result"),
        "facts": [
            (_("Asked"), moment(found.queued_at)),
            *([(_("Usually takes"), lasting)] if (lasting := _lasting(kind, found)) else []),
            (pgettext("run", "Ended"), moment(found.ended_at)),
            (_("Number"), found.pk),
        ],
        "may_again": ended_badly and kind is not None and kind.again is not None,
        "back": _inside(found.back) if found.state != RunState.DONE else "",
    }


def _ago(seconds: int) -> datetime:
    return clock.now() - timedelta(seconds=seconds)


def _lasting(kind: tasks.Kind | None, found: Run) -> str:
    """How long such work took before, for who waits."""
    known = kind.lasts(found) if kind is not None and kind.lasts is not None and found.is_open else None
    return "" if known is None else duration(known)


def _inside(address: Any) -> str:
    """The address when it leads to a page of this portal, else nothing."""
    address = str(address or "")
    inside = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if inside else ""


COLUMNS: Final = [
    Column(
        "work",
        gettext_lazy("Work"),
        value=tasks.words,
        header=True,
        link=lambda row: reverse("runs:run", args=[row.pk]),
    ),
    Column("queued_at", gettext_lazy("Asked"), kind="moment", sort="queued_at"),
    Column("state", gettext_lazy("State"), kind="state", sort="state"),
    Column(
        "percent", gettext_lazy("Progress"), kind="percent", value=lambda row: row.percent if row.all_steps else None
    ),
    Column("ended_at", pgettext_lazy("run", "Ended"), kind="moment", sort="ended_at"),
]


@require_safe
@signed_in
def runs(request: PortalRequest) -> HttpResponseBase:
    """The long work I asked for, newest first."""
    table = Table(
        request,
        mine(request.actor),
        name="runs",
        columns=COLUMNS,
        filters=[Choice("state", gettext_lazy("State"), RunState.choices)],
        label=gettext_lazy("Long work"),
        empty=gettext_lazy("You have not asked for any long work yet."),
    )
    return table.file() if table.wants_file else page(request, "runs/list.html", {"table": table})


@require_safe
@signed_in
def run(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One run with its progress; it goes on when the page is left. A result that names a page leads there.

    While the work is open the page asks for itself each second and takes the part that changes; without script the
    whole page comes again every three seconds.
    """
    found = one_of(mine, request.actor, pk=pk)
    if found.state == RunState.DONE and (there := _inside(found.result.get("redirect"))):
        return HttpResponseClientRedirect(there) if request.headers.get("HX-Request") else see_other(there)
    answer = page(request, "runs/run.html", present(found))
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@signed_in
def cancel(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Cancel a run of mine; what it began is thrown away."""
    found = tasks.cancel(by=request.actor, run=one_of(mine, request.actor, pk=pk))
    if found.state == RunState.CANCELLED:
        messages.success(request, _("The work is cancelled; nothing of it was kept."))
    else:
        messages.info(request, _("The work had ended before it could be cancelled."))
    return see_other("runs:run", pk)


@require_POST
@signed_in
def again(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Start the same work once more, with the rights of today."""
    found = one_of(mine, request.actor, pk=pk)
    kind = tasks.kind_of(found)
    if kind is None or kind.again is None or found.state not in (RunState.FAILED, RunState.CANCELLED):
        messages.error(request, _("This work cannot be started again from here."))
        return see_other("runs:run", pk)
    try:
        started = kind.again(request.actor, found)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except DomainError as error:
        messages.error(request, str(error))
        return see_other("runs:run", pk)
    return see_other(reverse("runs:run", args=[started.pk]))
