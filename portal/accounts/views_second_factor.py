"""Pages of the second factor: allauth's, which here offer only what the person has and say what went wrong."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from portal.accounts import trail
from portal.accounts.adapter import GIVEN
from portal.accounts.domain.rights import end_other_sessions
from portal.accounts.models import User
from portal.accounts.second_factor import key_address
from portal.accounts.standing import while_it_stands
from portal.core.errors import DomainError, database_refusals
from portal.core.web import see_other

Kind = Authenticator.Type


def _ways(person: Any) -> dict[str, Any]:
    """What a person can show: an app, keys, recovery codes."""
    held = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    return {"has_app": Kind.TOTP in held, "has_codes": Kind.RECOVERY_CODES in held, "has_keys": Kind.WEBAUTHN in held}


def _is_last(person: Any) -> bool:
    """Whether a person has one factor and no other."""
    return bool(Authenticator.objects.filter(user=person).exclude(type=Kind.RECOVERY_CODES).count() == 1)


def _unkept(answer: HttpResponseBase) -> HttpResponseBase:
    """A page with a secret, which no browser keeps: neither on its disk nor to be paged back to after the sign-out."""
    add_never_cache_headers(answer)
    return answer


class _AsksKey:
    """A page on which a key answers: it knows where keys work."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's, and the address."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # of the view beside
        return context | {"key_address": key_address(self.request)}


@method_decorator(
    login_stage_required(stage=base.AuthenticateStage.key, redirect_urlname="account_login"), name="dispatch"
)
class Authenticate(_AsksKey, base.AuthenticateView):
    """At the sign-in: a code, or a key."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A password that was changed meanwhile, or an account that was closed, ends what was begun with it."""
        person = request._login_stage.login.user  # type: ignore[attr-defined]  # the decorator's
        given = str(request.session.get(GIVEN, ""))
        if not person.is_active or not constant_time_compare(given, person.get_session_auth_hash()):
            request.session.flush()
            messages.warning(request, _("Your password or your account was changed meanwhile. Please sign in again."))
            return redirect("account_login")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which ways there are."""
        return super().get_context_data(**kwargs) | _ways(self.stage.login.user)


class ConfirmByKey(_AsksKey, webauthn.ReauthenticateWebAuthnView):
    """Show by a key that it is still oneself."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """What was wrong is said here, where it can be tried again."""
        answer: HttpResponse = self.render_to_response(self.get_context_data() | {"form": form})
        return answer


@method_decorator(while_it_stands, name="dispatch")
class Activate(totp.ActivateTOTPView):
    """Set up an app."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever has an app already (a second click, another tab) is led to what they have, not to taking it away."""
        if is_mfa_enabled(request.user, [Kind.TOTP]):
            return redirect("mfa_index")
        try:
            with transaction.atomic():
                return _unkept(super().dispatch(request, *args, **kwargs))
        except IntegrityError:
            if not is_mfa_enabled(request.user, [Kind.TOTP]):
                raise
            return redirect("mfa_index")


@method_decorator(while_it_stands, name="dispatch")
class Deactivate(totp.DeactivateTOTPView):
    """Take an app away."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether another factor stays."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"is_last": _is_last(self.request.user)}


@method_decorator(while_it_stands, name="dispatch")
class AddKey(_AsksKey, webauthn.AddWebAuthnView):
    """Add a key."""

    def form_valid(self, form: Any) -> HttpResponse:
        """The database lets a key in once: of an answer sent twice the second leads to the key that stands there,
        and whom somebody else came before is told so.
        """
        try:
            with database_refusals(), transaction.atomic():
                answer: HttpResponse = super().form_valid(form)
        except DomainError as refused:
            known = Authenticator.objects.filter(user=self.request.user, type=Kind.WEBAUTHN)
            if known.filter(data__credential__rawId=form.cleaned_data["credential"]["rawId"]).exists():
                return redirect("mfa_list_webauthn")
            form.add_error(None, refused.message)
            return cast("HttpResponse", self.form_invalid(form))
        return answer


@method_decorator(while_it_stands, name="dispatch")
class RemoveKey(webauthn.RemoveWebAuthnView):
    """Take a key away."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether another factor stays."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"is_last": _is_last(self.request.user)}


@method_decorator(while_it_stands, name="dispatch")
class NewCodes(recovery.GenerateRecoveryCodesView):
    """Make new recovery codes."""


class Codes(recovery.ViewRecoveryCodesView):
    """The recovery codes that are left."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Each look at them stands in the trail."""
        answer = super().get(request, *args, **kwargs)
        trail.write("accounts.view_recovery_codes", cast("User", request.user), request)
        return cast("HttpResponse", _unkept(answer))


class DownloadCodes(recovery.DownloadRecoveryCodesView):
    """The recovery codes as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Each taking of them stands in the trail."""
        answer = super().get(request, *args, **kwargs)
        trail.write("accounts.view_recovery_codes", cast("User", request.user), request, why="download")
        return cast("HttpResponse", _unkept(answer))


class Sessions(usersessions.ListUserSessionsView):
    """One's own sessions."""

    def form_valid(self, form: Any) -> HttpResponse:
        """End all others."""
        person, but = cast("User", self.request.user), str(self.request.session.session_key)
        end_other_sessions(by=trail.person_at(person, self.request), person=person, but=but)
        messages.success(self.request, _("All other sessions have ended."))
        return see_other("usersessions_list")
