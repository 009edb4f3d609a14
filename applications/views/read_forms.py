"""Forms that carry what was read, where nothing is kept while a person types: of two windows neither wins unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from applications.forms.conflict import base_of
from applications.forms.fields import SeenForm
from applications.views.two_windows import Outcome, send
from portal.core.middleware import PortalRequest
from portal.core.web import page, see_other


def read_form_page(
    request: PortalRequest,
    form: SeenForm,
    *,
    act: Callable[[], str],
    now: dict[str, Any],
    context: dict[str, Any],
) -> HttpResponse:
    """The page of a form; sent, the act is done and the person goes on to the address it gives.

    now: what stands, by field; the form's initial `version` is that of it. When the act says Stale, nothing was done:
    the page comes back (409) with both texts, field by field, and with what stands now as what was read.
    """
    base, sent = base_of(form, now), Outcome()
    if form.is_bound:
        read = request.POST.get("base", "")
        sent = send(form, act=act, now=lambda: now, base=read)
        if sent.done:
            return see_other(sent.result)
        if sent.stale:
            form.see()
        else:
            base = read or base
    answer = page(request, "applications/read_form.html", context | {"base": base} | sent.shown(form), form=form)
    answer.status_code = 409 if sent.stale else answer.status_code
    return answer
