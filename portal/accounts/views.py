"""Pages on people, for security administrators; and taking an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import queries, trail
from portal.accounts.domain import people as domain
from portal.accounts.domain import rights, second_factor
from portal.accounts.forms import HandOverForm, InviteForm, ReasonForm, TakeForm
from portal.accounts.models import Membership, User
from portal.accounts.proving import prove
from portal.accounts.tables import people_table
from portal.core.looks import looked
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in


@require_safe
@signed_in
def people(request: PortalRequest) -> HttpResponseBase:
    """People with their roles; open invitations."""
    require(request.actor, "accounts.view_people")
    table = people_table(request)
    if table.wants_file:
        return table.file()
    context = {
        "table": table,
        "invitations": queries.invitations()[:50],
        "may_invite": bool(may(request.actor, "accounts.invite")),
    }
    return page(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invite(request: PortalRequest) -> HttpResponse:
    """Invite a person to a role; the same page finds the organisation, with what was typed kept."""
    require(request.actor, "accounts.invite")
    if {"find", "pick"} & request.POST.keys():
        return page(request, "accounts/invite.html", form=InviteForm.looking(request.POST))
    form = InviteForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            done = domain.invite(by=request.actor, what=form.to_input())
            messages.success(request, _("An invitation goes to %(email)s.") % {"email": done.email})
            return see_other("accounts:people")
    return page(request, "accounts/invite.html", form=form)


@require_safe
@signed_in
def person(request: PortalRequest, pk: int) -> HttpResponse:
    """One person: roles held and ended, and what can be done."""
    require(request.actor, "accounts.view_people")
    found = get_object_or_404(User, pk=pk)
    posts = Membership.objects.filter(user=found).select_related("organisation", "granted_by").order_by("-pk")
    acts = ("deactivate", "hand_over", "reset_second_factor")
    allowed = {act: bool(may(request.actor, f"accounts.{act}", found)) and found.is_active for act in acts}
    factors = queries.factors(found)
    allowed["reset_second_factor"] &= bool(factors)
    looked(request.actor, found, "accounts.view_person")
    context = {"person": found, "posts": posts, "allowed": allowed, "factors": factors}
    return page(request, "accounts/person.html", context)


def _act(
    request: PortalRequest,
    act: str,
    obj: Any,
    form: Any,
    title: str,
    run: Any,
    back: int | None,
    *,
    submit: str,
    said: Sequence[str],
) -> HttpResponse:
    """Ask before an act on the rights of another: what it does (said), a reason, and the act as its button."""
    require(request.actor, f"accounts.{act}", obj)
    after = reverse("accounts:person", args=[back]) if back else reverse("accounts:people")
    if form.is_valid():
        with errors_into(form):
            run(form.cleaned_data)
            messages.success(request, _("Done. It stands in the audit trail."))
            return see_other(after)
    return confirm_page(
        request,
        title=title,
        text=_("This takes effect at once and stands in the audit trail with your reason."),
        consequences=said,
        danger=True,
        form=form,
        submit=submit,
        cancel=after,
        trail=[(_("People and roles"), reverse("accounts:people"))],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation that was not taken yet."""
    require(request.actor, "accounts.withdraw_invitation")
    row = get_object_or_404(queries.invitations(), pk=pk)
    form = ReasonForm(request.POST or None)
    title = _("Withdraw the invitation of %(email)s") % {"email": row.email}

    def run(data: dict[str, Any]) -> None:
        domain.withdraw(by=request.actor, invitation=row, why=data["why"])

    said = [_("The link of the letter opens nothing any more. Whoever is still wanted is invited anew.")]
    submit = _("Withdraw the invitation")
    return _act(request, "withdraw_invitation", row, form, title, run, None, submit=submit, said=said)


@require_POST
@signed_in
def end_session(request: PortalRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions in another browser."""
    row = get_object_or_404(UserSession, pk=pk, user=request.user)
    person = cast("User", request.user)
    rights.end_session(by=trail.person_at(person, request), person=person, session=row)
    messages.success(request, _("The session has ended."))
    return see_other("usersessions_list")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def end_membership(request: PortalRequest, pk: int) -> HttpResponse:
    """End one role of another person."""
    require(request.actor, "accounts.view_people")
    row = get_object_or_404(Membership.objects.select_related("organisation", "user"), pk=pk)
    form = ReasonForm(request.POST or None)
    title = _("End the role %(role)s of %(name)s") % {"role": row.get_role_display(), "name": row.user}

    def run(data: dict[str, Any]) -> None:
        domain.end_membership(by=request.actor, membership=row, why=data["why"])

    said = [
        _("The role gives no right any more: what it opened is closed to this person from the next page on."),
        _("Other roles of the person stay, and so does what was done in this one. A role comes back by invitation."),
    ]
    return _act(request, "end_membership", row, form, title, run, row.user_id, submit=_("End the role"), said=said)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def deactivate(request: PortalRequest, pk: int) -> HttpResponse:
    """Deactivate another person."""
    require(request.actor, "accounts.view_people")
    found = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST or None)

    def run(data: dict[str, Any]) -> None:
        domain.deactivate(by=request.actor, person=found, why=data["why"])

    title = _("Deactivate %(name)s") % {"name": found}
    said = [
        _("All roles and all sessions of the person end at once; API tokens and open invitations they wrote are void."),
        _("The person cannot sign in any more. Nothing they did is removed; an open task needs somebody else."),
        _("If somebody follows, hand the roles over to a successor instead."),
    ]
    return _act(request, "deactivate", found, form, title, run, found.pk, submit=_("Deactivate"), said=said)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reset_second_factor(request: PortalRequest, pk: int) -> HttpResponse:
    """Take another person's second factor away, so that they set it up anew."""
    require(request.actor, "accounts.view_people")
    found = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST or None)

    def run(data: dict[str, Any]) -> None:
        second_factor.reset(by=request.actor, person=found, why=data["why"])

    title = _("Take the second factor of %(name)s away") % {"name": found}
    said = _(
        "For somebody who lost telephone, keys and recovery codes. Make sure first that it is they who ask: by a call "
        "or in person, not by a letter. Their sessions end and their API tokens are revoked; they sign in with their "
        "password, set another factor up, and are told by letter."
    )
    submit = _("Take it away")
    return _act(request, "reset_second_factor", found, form, title, run, found.pk, submit=submit, said=[said])


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hand_over(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand all roles of a person to a successor."""
    require(request.actor, "accounts.view_people")
    found = get_object_or_404(User, pk=pk)
    form = HandOverForm(request.POST or None)

    def run(data: dict[str, Any]) -> None:
        domain.hand_over(by=request.actor, person=found, successor=data["successor"], why=data["why"])

    title = _("Hand the roles of %(name)s over to a successor") % {"name": found}
    said = [
        _("The successor gets every role this person holds; this person is deactivated and their sessions end."),
        _("What is open goes on with the successor. What was done stays with the name of who did it."),
    ]
    return _act(request, "hand_over", found, form, title, run, found.pk, submit=_("Hand the roles over"), said=said)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Take an invitation: set a password (or give the present one) and get the role."""
    offer = domain.find_invitation(token)
    if offer is None:
        return page(request, "accounts/invitation_gone.html") if request.method != "POST" else _gone(request)
    if request.user.is_authenticated and request.user.get_username() != offer["email"]:
        # Or the person who takes it would go on in the account of whoever sat here before.
        return render(request, "accounts/take_as_other.html", {"offer": offer}, status=_taking(request))
    form = TakeForm(request.POST or None, known=bool(offer["known"]))
    if form.is_valid():
        with errors_into(form):
            proven, password = None, form.cleaned_data["password"]
            if offer["known"]:  # or whoever holds a link could try passwords without end
                proven = prove(request, email=offer["email"], password=password)
            domain.take(token=token, password=password, proven=proven, by=trail.person_at(None, request))
            if request.user.is_authenticated:
                messages.success(request, _("You have the role now."))
                return see_other("dashboard")
            messages.success(request, _("You have the role now. Please sign in."))
            return see_other("account_login")
    return page(request, "accounts/take.html", {"offer": offer}, form=form)


def _taking(request: HttpRequest) -> int:
    """A page that only says what stands in the way: 409 where the invitation was to be taken."""
    return 409 if request.method == "POST" else 200


def _gone(request: HttpRequest) -> HttpResponse:
    answer = page(request, "accounts/invitation_gone.html")
    answer.status_code = 410
    return answer
