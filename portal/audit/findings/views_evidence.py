"""Pages on evidence: look for what is frozen, bring a file, look at a piece; every look stands in the trail."""

from __future__ import annotations

import json
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit.findings import objects, presentation, queries
from portal.audit.findings.domain import evidence as domain
from portal.audit.findings.enums import EvidenceKind
from portal.audit.findings.forms import BringForm, ObjectForm
from portal.audit.findings.views_common import act_page, addressed_trail, finding_trail, found_finding
from portal.audit.models import Evidence, Finding
from portal.core.looks import looked, serve_told
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.templatetags.portal_ui import moment
from portal.core.web import as_file, errors_into, page, require, see_other, signed_in

_READ: Final = require_http_methods(["GET", "HEAD", "POST"])


@_READ
@signed_in
def take(request: PortalRequest, pk: int) -> HttpResponse:
    """Look for a record or a file of the portal and freeze it as it is now."""
    found = found_finding(request, pk)
    require(request.actor, "audit.take_evidence", found)
    if request.method == "POST":
        return _taken(request, found)
    form = ObjectForm(request.GET if request.GET.get("kind") else None)
    things = []
    if form.is_bound and form.is_valid():
        things = objects.search(request.actor, form.cleaned_data["kind"], form.cleaned_data["q"])
    context = {
        "title": _("Take evidence"),
        "lead_text": _(
            "The database freezes the record or file as it is now, with its digest. Nobody changes the copy."
        ),
        "trail": finding_trail(found),
        "own": objects.thing(request.actor, found.object_type, found.object_id),
        "things": things,
        "asked": form.is_bound and not form.errors,
        "bring": reverse("auditing:bring_evidence", args=[pk]),
        "cancel": reverse("auditing:finding", args=[pk]),
    }
    return page(request, "auditing/take.html", context, form=form)


def _taken(request: PortalRequest, found: Finding) -> HttpResponse:
    about = objects.thing(request.actor, request.POST.get("type", ""), request.POST.get("id", ""))
    if about is None:
        raise Http404
    form = ObjectForm({})
    with errors_into(form):
        domain.take(
            by=request.actor,
            finding=found,
            about=about,
            is_file=objects.KINDS[about.type].is_file,
            is_shared=bool(request.POST.get("is_shared")),
        )
        return see_other("auditing:finding", found.pk)
    context = {
        "title": _("Take evidence"),
        "trail": finding_trail(found),
        "things": [about],
        "cancel": reverse("auditing:finding", args=[found.pk]),
    }
    return page(request, "auditing/take.html", context, form=form)


@_READ
@signed_in
def bring(request: PortalRequest, pk: int) -> HttpResponse:
    """Bring a file as evidence."""
    found = found_finding(request, pk)
    require(request.actor, "audit.take_evidence", found)
    return act_page(
        request,
        BringForm(request.POST or None, request.FILES or None),
        lambda form: domain.bring(by=request.actor, finding=found, **form.cleaned_data),
        title=_("Bring a file"),
        lead=_("For instance a photograph, a record of a talk, a paper of a bank. It is kept with its digest."),
        submit=_("Keep it as evidence"),
        trail=finding_trail(found),
        to=reverse("auditing:finding", args=[pk]),
        done=_("Kept as evidence."),
    )


def _reach(request: PortalRequest) -> Any:
    """The findings whose papers the reader may open."""
    if may(request.actor, "audit.view_engagements"):
        return queries.findings(request.actor)
    require(request.actor, "audit.view_addressed")
    return queries.addressed(request.actor)


def _piece(request: PortalRequest, pk: int) -> Evidence:
    return get_object_or_404(queries.evidence_of(_reach(request).values("pk"), pk))


@require_safe
@signed_in
def piece(request: PortalRequest, pk: int) -> HttpResponse:
    """One piece of evidence: what it is, its digest, and a record field by field as it was."""
    row = _piece(request, pk)
    is_auditor = bool(may(request.actor, "audit.view_engagements"))
    fields = list(json.loads(row.snapshot).items()) if row.kind == EvidenceKind.ROW else []
    context = {
        "row": row,
        "trail": finding_trail(row.finding) if is_auditor else addressed_trail(row.finding),
        "facts": [
            (_("What it is"), row.label),
            (_("Kind"), row.get_kind_display()),
            (_("Kind of object"), objects.label(row.object_type) if row.object_type else ""),
            (_("Object"), row.object_id),
            (_("File name"), row.file_name),
            (_("Taken"), moment(row.at)),
            (_("Taken by"), row.by if is_auditor else row.finding.office),
            (_("Digest (SHA-256)"), row.sha256),
            (_("Shown to the audited body"), _("yes") if row.is_shared else _("no")),
        ],
        "fields": presentation.record(row.object_type, fields),
        "holds": domain.holds(row),
    }
    looked(request.actor, row, "audit.view_file", label=row.label, sha256=row.sha256)
    return page(request, "auditing/evidence.html", context)


@require_safe
@signed_in
def file(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The frozen copy itself: a record as JSON, byte for byte what its digest is over, or the file."""
    row = _piece(request, pk)
    if row.kind == EvidenceKind.ROW:
        name = f"evidence-{row.pk}.json"
        answer = as_file(HttpResponse(row.snapshot, content_type="application/json"), name)
        looked(request.actor, row, "audit.view_file", file_name=name, sha256=row.sha256)
        return answer
    return serve_told(row, request=request, act="audit.view_file")


@require_safe
@signed_in
def proof(request: PortalRequest, pk: int) -> HttpResponseBase:
    """A file of an answer."""
    row = get_object_or_404(queries.proof_of(_reach(request).values("pk"), pk))
    return serve_told(row, request=request, act="audit.view_file")
