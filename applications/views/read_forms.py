"""Forms that carry what was read, where nothing is kept while a person types: of two windows neither wins unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from applications.forms.conflict import base_of, disputes, settle
from applications.forms.fields import SeenForm
from portal.core.errors import Stale
from portal.core.middleware import PortalRequest
from portal.core.web import errors_into, page, see_other


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
    base, stale, rows = base_of(form, now), False, []
    if form.is_bound:
        settled = settle(form, now)
        if not settled:
            form.add_error(None, _("Say for each field below which text is to stand."))
        elif form.is_valid():
            with errors_into(form):
                try:
                    return see_other(act())
                except Stale:
                    stale = True
                    raise
        if stale or not settled:
            rows = disputes(form, now, request.POST.get("base", "") if stale else "")
        if stale:
            form.see()
        else:
            base = request.POST.get("base", base)
    disputed = [row.field.name for row in rows]
    more = {
        "base": base,
        "conflict": bool(rows),
        "both": stale and bool(rows),
        "disputes": rows,
        "disputed": ",".join(disputed),
        "agreed": [field for field in form.visible_fields() if field.name not in disputed],
    }
    answer = page(request, "applications/read_form.html", context | more, form=form)
    answer.status_code = 409 if stale else answer.status_code
    return answer
