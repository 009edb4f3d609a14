"""What belongs to one project: other public money, approvals, milestones; each a page with its rows."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.domain import projects as domain
from applications.forms.conflict import restore
from applications.forms.project_parts import FORMS, formset, in_words, restored
from applications.journey import TITLES, address
from applications.models import Project
from applications.queries import project_part_rows, projects_of
from applications.views.common import find_to_edit, trail
from applications.views.sheet import of_dossier
from portal.core.errors import Stale
from portal.core.middleware import PortalRequest
from portal.core.web import errors_into, see_other, signed_in

PARTS: Final = {
    "money": gettext_lazy("Other public money"),
    "approvals": gettext_lazy("Approvals"),
    "milestones": gettext_lazy("Milestones"),
}
LEADS: Final = {
    "money": gettext_lazy(
        "All public money the project has or has asked for beside this pilot. National money excludes support."
    ),
    "approvals": gettext_lazy("What the project needs before it may be built, and how far each is."),
    "milestones": gettext_lazy("What is reached by which day of the project's period."),
}


class VersionForm(forms.Form):
    """The version of the project that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)


def tabs(project: Project, active: str) -> list[dict[str, Any]]:
    """The project and its parts (components/tabs.html)."""
    found = [{"label": _("Project"), "url": address(project.application, "project", project.pk), "active": not active}]
    for name, label in PARTS.items():
        url = address(project.application, "project_part", project.pk, name)
        found.append({"label": label, "url": url, "active": name == active})
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def part(request: PortalRequest, pk: int, row: int, part: str) -> HttpResponse:
    """The rows of one part; a save writes them all anew."""
    if part not in FORMS:
        raise Http404
    found = find_to_edit(request, pk)
    project = get_object_or_404(projects_of(found), pk=row)
    project.application = found
    names = list(FORMS[part].base_fields)
    standing = [{name: getattr(one, name) for name in names} for one in project_part_rows(project, part)]
    rows = formset(part, project, request.POST or None, standing)
    head = VersionForm(request.POST or None, initial={"version": project.version})
    keeping = of_dossier(request, found)
    kept, status, now = None, 200, None
    if head.is_bound:
        if head.is_valid() and rows.is_valid() and _save(request, project, part, head, rows):
            keeping.close()
            messages.success(request, _("Saved."))
            return see_other(address(found, "project_part", row, part))
        if getattr(head, "is_stale", False):
            status, now = 409, in_words(part, project_part_rows(project, part))
        else:
            status = 422
    else:
        kept = keeping.kept()
        if kept is not None and kept.data is not None:
            rows = restored(part, project, kept.data)
            restore(head, kept.data)
    title = f"{project.name}: {PARTS[part]}"
    context = {
        "application": found,
        "project": project,
        "title": title,
        "lead": LEADS[part],
        "tabs": tabs(project, part),
        "rows": rows,
        "form": head,
        "keeping": keeping,
        "spot": keeping.spot,
        "kept": kept,
        "standing": now,
        "trail": [
            *trail(found, (TITLES["projects"], address(found, "projects"))),
            (project.name, address(found, "project", row)),
            (PARTS[part], ""),
        ],
        "cancel": address(found, "projects"),
    }
    return render(request, "applications/project_part.html", context, status=status)


def _save(request: PortalRequest, project: Project, part: str, head: Any, rows: Any) -> bool:
    """Do the act; on a refusal say it at the top, and carry the newer version after a conflict."""
    version = head.cleaned_data["version"]
    with errors_into(head):
        try:
            domain.set_part(by=request.actor, project=project, part=part, rows=rows.rows(), version=version)
        except Stale:
            head.is_stale = True
            head.data = head.data.copy()
            head.data["version"] = str(project.version)
            raise
    return not head.errors
