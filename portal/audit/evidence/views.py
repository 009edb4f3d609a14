"""Pages on seals of the trail and on evidence to take away."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit import keys
from portal.audit import seals as sealing
from portal.audit.evidence.build import VERIFIER
from portal.audit.evidence.forms import EvidenceForm
from portal.audit.evidence.models import EvidenceBundle, TrailSeal
from portal.audit.evidence.orders import ask_evidence
from portal.core import clock
from portal.core.looks import looked, serve_told
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.scope import Actor
from portal.core.tables import Column, Table, link_to
from portal.core.templatetags.portal_ui import moment
from portal.core.web import as_file, errors_into, page, require, require_extent, see_other, signed_in

SEALS: Final = [
    Column("at", gettext_lazy("Sealed"), kind="moment", header=True, link=link_to("audit:seal"), sort="at"),
    Column("seq", gettext_lazy("Links"), kind="number", sort="seq"),
    Column("digest", gettext_lazy("Last digest"), kind="code", value=lambda row: row.digest[:16], on="page"),
    Column("digest_whole", gettext_lazy("Last digest"), value="digest", on="file"),
    Column("root", gettext_lazy("Digest over all links"), kind="code", value=lambda row: row.root[:16], on="page"),
    Column("root_whole", gettext_lazy("Digest over all links"), value="root", on="file"),
    Column("stamped_at", gettext_lazy("Time stamp (RFC 3161)"), kind="moment"),
]
BUNDLES: Final = [
    Column(
        "uploaded_at",
        gettext_lazy("Made"),
        kind="moment",
        header=True,
        link=lambda row: reverse("audit:bundle", args=[row.pk]),
    ),
    Column("words", gettext_lazy("Of what"), value=lambda row: " · ".join(value for _label, value in row.words)),
    Column("entries", gettext_lazy("Entries"), kind="number", sort="entries"),
    Column("documents", gettext_lazy("Files"), kind="number", sort="documents"),
    Column("size", gettext_lazy("Size"), value=lambda row: filesizeformat(row.size), sort="size"),
    Column("kept_until", gettext_lazy("Kept until"), kind="moment", sort="kept_until"),
    Column("sha256", gettext_lazy("Digest (SHA-256)"), kind="code", value=lambda row: row.sha256[:16], on="page"),
    Column("sha256_whole", gettext_lazy("Digest (SHA-256)"), value="sha256", on="file"),
]


def _next_sealing() -> datetime:
    """When beat seals next (portal.celery): ten minutes past midnight in Beijing."""
    now = clock.now().astimezone(clock.SHANGHAI)
    tonight = now.replace(hour=0, minute=10, second=0, microsecond=0)
    return tonight if now < tonight else tonight + timedelta(days=1)


@require_safe
@signed_in
def seals(request: PortalRequest) -> HttpResponseBase:
    """All seals, the newest first; the public key; how to check one."""
    require(request.actor, "audit.see_seals")
    table = Table(
        request,
        TrailSeal.objects.all(),
        name="seals",
        columns=SEALS,
        label=gettext_lazy("Seals of the trail"),
        empty=gettext_lazy("There is no seal yet."),
    )
    if table.wants_file:
        return table.file()
    newest = TrailSeal.objects.first()
    context = {
        "newest": newest,
        "first": _next_sealing(),
        "table": table,
        "key": keys.public(),
        "pem": keys.public_pem(),
        "stamps": bool(settings.TIME_STAMP_URL),
    }
    return page(request, "audit/seals.html", context)


@require_safe
@signed_in
def seal(request: PortalRequest, pk: int) -> HttpResponse:
    """One seal as the file to keep elsewhere; that it was taken stands in the trail."""
    require(request.actor, "audit.see_seals")
    row = get_object_or_404(TrailSeal, pk=pk)
    looked(request.actor, row, "audit.look_at_seal", seq=row.seq)
    answer = HttpResponse(json.dumps(sealing.content(row), indent=1), content_type="application/json")
    return as_file(answer, f"seal-{row.at.astimezone(clock.SHANGHAI):%Y-%m-%dT%H%M%S}.json")


@require_safe
@signed_in
def verifier(request: PortalRequest) -> HttpResponse:
    """The program that checks bundles and seals, as each bundle ships it."""
    require(request.actor, "audit.see_seals")
    return as_file(HttpResponse(VERIFIER.read_bytes(), content_type="text/plain; charset=utf-8"), "verify_bundle.py")


def mine(actor: Actor) -> QuerySet[EvidenceBundle]:
    """The bundles this person asked for, the newest first."""
    return EvidenceBundle.objects.filter(uploaded_by_id=actor.id).order_by("-uploaded_at", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bundles(request: PortalRequest) -> HttpResponseBase:
    """Choose of what evidence is wanted, and the bundles I have."""
    require(request.actor, "audit.order_bundle")
    chosen = {name: request.GET[name] for name in EvidenceForm.base_fields if name in request.GET}
    form = EvidenceForm(request.POST if request.method == "POST" else None, actor=request.actor, initial=chosen)
    if request.method == "POST" and form.is_valid():
        with errors_into(form):
            return see_other("runs:run", ask_evidence(by=request.actor, selection=form.to_selection()).pk)
    table = Table(
        request,
        mine(request.actor),
        name="evidence",
        columns=BUNDLES,
        label=gettext_lazy("My evidence bundles"),
        empty=gettext_lazy("You have taken no evidence yet. Choose above of what."),
        size=20,
    )
    if table.wants_file:
        return table.file()
    return page(request, "audit/bundles.html", {"table": table}, form=form)


@require_safe
@signed_in
def bundle(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One bundle of mine: of what, as of when, its digests, and how to check it."""
    require(request.actor, "audit.order_bundle")
    found = one_of(mine, request.actor, pk=pk)
    facts = [
        *((label, value) for label, value in found.words),
        (_("As of"), moment(found.as_of)),
        (_("Entries"), found.entries),
        (_("Files"), found.documents),
        (_("Files that are not whole"), found.problems),
        (_("Events of the trail"), found.events),
        (_("Links of the trail"), found.head_seq),
        (_("Last digest"), found.head_digest),
        (_("Digest over all links"), found.root),
        (_("File"), found.file_name),
        (_("Size"), filesizeformat(found.size)),
        (_("Digest of the file (SHA-256)"), found.sha256),
        (_("Digest of the manifest (SHA-256)"), found.manifest_sha256),
        (_("Public key"), keys.public()),
        (_("Kept until"), moment(found.kept_until)),
    ]
    address = reverse("audit:download_bundle", args=[pk])
    return page(request, "audit/bundle.html", {"bundle": found, "facts": facts, "address": address})


@require_safe
@signed_in
def download(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    """The content of one bundle of mine; that it was taken stands in the trail."""
    require(request.actor, "audit.order_bundle")
    found = get_object_or_404(mine(request.actor).select_related("run"), pk=pk, removed_at=None)
    require_extent(request.actor, found.run.result.get("extent", {}))
    return serve_told(found, request=request, act="audit.look_at_bundle")
