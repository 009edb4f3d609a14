"""What belongs to one project: other public money, approvals, milestones; each a page with its rows."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.domain import projects as domain
from applications.forms.conflict import restore
from applications.forms.fields import VersionedForm
from applications.forms.project_parts import FORMS, formset, in_words, restored
from applications.journey import TITLES, address
from applications.models import Project
from applications.queries import project_part_rows, projects_of
from applications.views.common import find_row, find_to_edit, gone_words, trail
from applications.views.sheet import of_dossier
from portal.core.errors import Stale
from portal.core.middleware import PortalRequest
from portal.core.punctuation import said_of
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


class VersionForm(VersionedForm):
    """The version of the project that was read. refused: why it does not stand any more, once that was found."""

    refused = ""


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
    project: Project | None = find_row(request, found, projects_of(found), row)
    if project is not None:
        project.application = found
    rows = formset(part, project, request.POST or None, _standing(part, project))
    head = VersionForm(request.POST or None, initial={"version": project.version if project else 0})
    keeping = of_dossier(request, found)
    kept, status, now, gone = None, 200, None, project is None
    if head.is_bound and project is not None:
        if head.is_valid() and rows.is_valid() and _save(request, project, part, head, rows):
            keeping.close()
            messages.success(request, _("Saved."))
            return see_other(address(found, "project_part", row, part))
        status, gone = (409 if head.refused else 422), head.refused == "gone"
        if head.refused == "changed_meanwhile":
            now = in_words(part, project_part_rows(project, part))
    elif not head.is_bound:
        kept = keeping.kept()
        if kept is not None and kept.data is not None:
            rows = restored(part, project, kept.data)
            restore(head, kept.data)
    name = project.name if project is not None else _("Taken out meanwhile")
    title = said_of(name, PARTS[part])
    context = {
        "application": found,
        "project": project,
        "title": title,
        "lead": LEADS[part],
        "tabs": tabs(project, part) if project is not None else [],
        "gone": gone_words() if gone else "",
        "rows": rows,
        "form": head,
        "keeping": keeping,
        "spot": keeping.spot,
        "kept": kept,
        "standing": now,
        "trail": [
            *trail(found, (TITLES["projects"], address(found, "projects"))),
            (name, address(found, "project", row) if project is not None else ""),
            (PARTS[part], ""),
        ],
        "cancel": address(found, "projects"),
    }
    return render(request, "applications/project_part.html", context, status=409 if gone else status)


def _standing(part: str, project: Project | None) -> list[dict[str, Any]]:
    """The rows of the part as they stand, by the names of their form's fields."""
    names = list(FORMS[part].base_fields)
    rows = project_part_rows(project, part) if project is not None else []
    return [{name: getattr(one, name) for name in names} for one in rows]


def _save(request: PortalRequest, project: Project, part: str, head: VersionForm, rows: Any) -> bool:
    """Do the act; on a refusal say it at the top, and carry the newer version after a conflict."""
    version = head.cleaned_data["version"]
    with errors_into(head):
        try:
            domain.set_part(by=request.actor, project=project, part=part, rows=rows.rows(), version=version)
        except Stale as error:
            head.refused = error.code
            head.carry(project.version)
            raise
    return not head.errors
