"""Pages that belong to no app: health, and pages of requests that cannot be answered."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import structlog
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from portal.core import broker, menu, units
from portal.core.errors import TOO_LARGE
from portal.core.web import see_other

log = structlog.get_logger(__name__)
# A browser is sent to nothing longer.
MOST_OF_AN_ADDRESS: Final = 2000


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return "ok"


def _broker() -> str:
    with broker.connection() as asked:
        asked.ensure_connection(max_retries=1, timeout=broker.SECONDS)
    return "ok"


def _files() -> str:
    """The store answers and takes what is written: no disk or bucket is full, gone, or can only be read."""
    store: Any = default_storage
    if try_out := getattr(store, "try_out", None):
        try_out()
    elif location := getattr(store, "location", ""):
        store.exists("health")
        Path(location).mkdir(parents=True, exist_ok=True)
        _write_in(location)
    _write_in(tempfile.gettempdir())  # uploads and downloads of lists lie there on their way
    return "ok"


def _write_in(folder: str) -> None:
    with tempfile.TemporaryFile(dir=folder) as trial:
        trial.write(b"x" * 4096)
        trial.flush()


def state_of(name: str, probe: Callable[[], str]) -> str:
    """What a part answers; `failed` where it does not."""
    try:
        return probe()
    except Exception as error:  # each store has exceptions of its own
        log.warning("part_not_ready", part=name, kind=type(error).__name__)
        return "failed"


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Database, queue and files answer: 200, else 503; which one failed is named, not why."""
    probes = {"database": _database, "queue": _broker, "files": _files}
    parts = {name: state_of(name, probe) for name, probe in probes.items()}
    well = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ready" if well else "not ready", **parts}, status=200 if well else 503)


def _back(request: HttpRequest) -> str:
    """The page of the portal a small form came from; the first page where it names none."""
    back = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if here and back.startswith("/") and len(back) <= MOST_OF_AN_ADDRESS else "/"


@require_POST
def menu_group(request: HttpRequest) -> HttpResponse:
    """Keep a group of the menu open or closed in this browser, and go back; for browsers without script."""
    answer = see_other(_back(request))
    for choice, is_open in (("open", True), ("close", False)):
        key = request.POST.get(choice, "")
        if menu.is_known(key):
            kept = menu.keep(request.COOKIES.get(menu.COOKIE, ""), key, is_open=is_open)
            # The script of the page keeps it as well, so it may read it.
            answer.set_cookie(menu.COOKIE, kept, max_age=units.YEAR, secure=request.is_secure(), samesite="Lax")
    return answer


@require_POST
def money_unit(request: HttpRequest) -> HttpResponse:
    """Keep the unit in which this browser shows money, and go back to the page."""
    answer = see_other(_back(request))
    chosen = request.POST.get("unit", "")
    if chosen in units.CHOICES:
        answer.set_cookie(
            units.COOKIE, chosen, max_age=units.YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token, usually after a new sign-in in another tab."""
    return render(request, "403_too_old.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read: 413 when it is too large or brings too many fields or files, else 400."""
    if isinstance(exception, TOO_LARGE):
        context = {"is_many": not isinstance(exception, RequestDataTooBig)}
        return render(request, "413.html", context, status=413)
    return render(request, "400.html", status=400)
