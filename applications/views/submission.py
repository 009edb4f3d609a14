"""Sign-off, submission, receipt, snapshots, withdrawal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import canonical, checks, journey, presentation, queries, receipt, times
from applications.domain import pairs
from applications.domain import submission as domain
from applications.enums import ApplicationState as S
from applications.forms import ReasonForm, SignForm
from applications.journey import address
from applications.models import Application, Snapshot
from applications.views.beside import unsaid
from applications.views.common import ask, find, find_whole, trail
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.templatetags import portal_ui
from portal.core.web import as_file, errors_into, page, require, see_other, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def request_sign_off(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask for the signature; the findings stand beside the question."""
    found = find_whole(request, pk)
    require(request.actor, "applications.request_sign_off", found)
    findings = checks.run(found)
    back = address(found, "detail")
    title = _("Ask for the signature")
    frozen = [] if found.state == S.CORRECTION else [_("From now on nobody changes the dossier.")]
    return ask(
        request,
        act=lambda _form: domain.request_sign_off(by=request.actor, application=found),
        done=_("The signature is asked for: signatories of your government find it on their desk."),
        to=back,
        title=title,
        text=_("A signatory reads the dossier and signs it, or sends it back."),
        consequences=[*frozen, *unsaid(request, found), *[str(row.text) for row in findings]],
        submit=title,
        cancel=back,
        trail=[*trail(found), (title, "")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sign_off(request: PortalRequest, pk: int) -> HttpResponse:
    """What will be signed, whole, with its digest; the signature submits it."""
    found = find_whole(request, pk)
    asked = journey.open_request(found)  # stays open where a correction was not sent in its time
    if asked is None and found.state in (S.WITH_PROVINCE, S.SCREENING) and (made := journey.current_snapshot(found)):
        return see_other(address(found, "receipt", made.number))  # the second click of two, or another tab
    require(request.actor, "applications.submit", found)
    if asked is None:
        messages.error(request, _("Nobody has asked for a signature."))
        return see_other(address(found, "detail"))
    content = canonical.content(found)
    digest = canonical.digest(canonical.text(content))
    form = SignForm(request.POST or None, initial={"sha256": digest})
    pair = pairs.pair_of(found)
    is_last = pair is None or pairs.other_has_signed(request.actor, pair, asked)
    if form.is_valid():
        with errors_into(form):
            if not is_last:
                pairs.co_sign(by=request.actor, application=found, sha256=form.cleaned_data["sha256"])
                messages.success(
                    request, _("Signed for your district. With the other one's signature it is submitted.")
                )
                return see_other(address(found, "detail"))
            made = domain.submit(by=request.actor, application=found, sha256=form.cleaned_data["sha256"])
            messages.success(request, _("The application is submitted. This is its receipt."))
            return see_other(address(found, "receipt", made.number))
    title = _("Read and sign")
    context = {
        "application": found,
        "asked": asked,
        "digest": digest,
        "is_same": digest == asked.content_sha256,
        "findings": checks.run(found),
        "sections": presentation.on_page(content),
        "due": times.due(found),
        "pair": pair,
        "signed": pairs.signed_districts(asked) if pair else [],
        "is_last": is_last,
        "may_send_back": bool(may(request.actor, "applications.send_back", found)),
        "title": title,
        "trail": [*trail(found), (title, "")],
    }
    return page(request, "applications/sign_off.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def send_back(request: PortalRequest, pk: int) -> HttpResponse:
    """Send the dossier back to its drafters."""
    found = find(request, pk)
    require(request.actor, "applications.send_back", found)
    back = address(found, "detail")
    title = _("Send it back to be changed")
    return ask(
        request,
        form=ReasonForm(request.POST or None),
        act=lambda form: domain.send_back(by=request.actor, application=found, why=form.cleaned_data["why"]),
        done=_("The dossier is with its drafters again."),
        to=back,
        title=title,
        text=_("The drafters read your reason, change the dossier and ask for the signature again."),
        submit=_("Send it back"),
        cancel=back,
        trail=[*trail(found), (title, "")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def recall(request: PortalRequest, pk: int) -> HttpResponse:
    """Take the submission back before the deadline."""
    found = find(request, pk)
    require(request.actor, "applications.recall", found)
    back = address(found, "detail")
    title = _("Take the submission back to change it")
    until = times.due(found)
    return ask(
        request,
        form=ReasonForm(request.POST or None),
        act=lambda form: domain.recall(by=request.actor, application=found, why=form.cleaned_data["why"]),
        done=_("The dossier is with its drafters again. It counts only once it is signed and submitted anew."),
        to=back,
        title=title,
        text=_("Until it is signed and submitted again, the unit has no valid submission. The old one stays kept."),
        submit=_("Take it back"),
        cancel=back,
        danger=True,
        facts=[(_("Application"), found), (_("Submit again by"), portal_ui.moment(until))],
        trail=[*trail(found), (title, "")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Withdraw the application."""
    found = find(request, pk)
    require(request.actor, "applications.withdraw", found)
    back = address(found, "detail")
    title = _("Withdraw the application")
    return ask(
        request,
        form=ReasonForm(request.POST or None),
        act=lambda form: domain.withdraw(by=request.actor, application=found, why=form.cleaned_data["why"]),
        done=_("The application is withdrawn."),
        to=back,
        title=title,
        text=_what_follows(found),
        submit=title,
        cancel=back,
        danger=True,
        facts=[(_("Application"), found), (_("State"), found.get_state_display())],
        trail=[*trail(found), (title, "")],
    )


def _what_follows(found: Application) -> str:
    if found.state == S.PUBLICITY:
        return _(
            "This cannot be undone. The unit leaves the published list at once; a reserve unit may take its place, as"
            " one ministry proposes and the other confirms. The application stays readable."
        )
    if found.state == S.RESERVE:
        return _("This cannot be undone. The unit moves up no more. The application stays readable.")
    return _("This cannot be undone. The application stays readable; before the deadline the unit may begin anew.")


def _snapshot(request: PortalRequest, pk: int, number: int) -> Snapshot:
    require(request.actor, "applications.view")
    return get_object_or_404(queries.snapshots(request.actor), application=pk, number=number)


def _trail(application: Application, title: str) -> list[tuple[str, str]]:
    return [*trail(application), (title, "")]


@require_safe
@signed_in
def snapshot(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """A submission as it was signed, read from its own text alone."""
    found = _snapshot(request, pk, number)
    title = _("Submission %(number)s") % {"number": number}
    context = {
        "snapshot": found,
        "application": found.application,
        "dossier_html": presentation.signed_html(found),
        "title": title,
        "trail": _trail(found.application, title),
    }
    return page(request, "applications/snapshot.html", context)


@require_safe
@signed_in
def content(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """The signed text itself, byte for byte, so that anyone can work its digest out."""
    found = _snapshot(request, pk, number)
    answer = HttpResponse(found.content.encode("utf-8"), content_type="application/json; charset=utf-8")
    return as_file(answer, f"{found.receipt_no}.json")


@require_safe
@signed_in
def receipt_page(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """The receipt: number, time, digest, who signed, how to verify."""
    found = _snapshot(request, pk, number)
    title = _("Receipt %(number)s") % {"number": found.receipt_no}
    context = {"snapshot": found, "application": found.application, "title": title}
    context["trail"] = _trail(found.application, title)
    return page(request, "applications/receipt.html", context)


@require_safe
@signed_in
def receipt_pdf(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """The receipt as PDF, in Chinese."""
    found = _snapshot(request, pk, number)
    return as_file(HttpResponse(receipt.pdf(found), content_type="application/pdf"), f"{found.receipt_no}.pdf")
