"""Who writes which section by when, and who changed what."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.domain import duty as domain
from applications.forms.duty import DutyForm
from applications.journey import TITLES, address
from applications.queries import sections as queries
from applications.queries.together import colleagues
from applications.told import change
from applications.views.common import find, seen, trail
from applications.views.read_forms import read_form_page
from portal.audit.queries import page_of
from portal.core.middleware import PortalRequest
from portal.core.web import page, require, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def duty(request: PortalRequest, pk: int, section: str) -> HttpResponse:
    """Give a section its owner and due date."""
    found = find(request, pk)
    require(request.actor, "applications.assign_section", found)
    if section not in TITLES:
        raise Http404
    kept = queries.duties_of(found).get(section)
    now = {"owner": kept.owner_id, "due_on": kept.due_on} if kept is not None else {"owner": None, "due_on": None}
    version = domain.version_of(kept)
    form = DutyForm(request.POST or None, people=colleagues(found), initial=now | {"version": version})
    back = address(found, "detail")

    def act() -> str:
        domain.assign(by=request.actor, application=found, section=section, what=form.to_input(), version=seen(form))
        return back

    title = _("Owner and due date: %(section)s") % {"section": TITLES[section]}
    context = {"title": title, "cancel": back, "trail": [*trail(found), (title, "")], "submit": _("Save")}
    return read_form_page(request, form, act=act, now=now, context=context)


@require_safe
@signed_in
def edits(request: PortalRequest, pk: int) -> HttpResponse:
    """What was changed in the dossier, by whom and when, from the trail; `section` narrows it."""
    found = find(request, pk)
    require(request.actor, "applications.read_edits", found)
    section = request.GET.get("section", "")
    section = section if section in TITLES else ""
    rows = queries.edits_of(request.actor, found, section)
    part = page_of(rows, before=_cursor(request, "before"), after=_cursor(request, "after"))
    title = _("Who changed what")
    context = {
        "application": found,
        "title": title,
        "trail": [*trail(found), (title, "")],
        "section": section,
        "section_title": TITLES.get(section, ""),
        "sections": list(TITLES.items()),
        "changes": [change(row) for row in part.rows],
        "part": part,
        "query": f"section={section}&" if section else "",
    }
    return page(request, "applications/edits.html", context)


def _cursor(request: PortalRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None
