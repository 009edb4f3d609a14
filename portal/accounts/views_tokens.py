"""Pages on one's own API tokens."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import queries
from portal.accounts.domain import tokens as domain
from portal.accounts.forms import TokenForm
from portal.accounts.standing import while_it_stands
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in


@require_safe
@signed_in
def tokens(request: PortalRequest) -> HttpResponse:
    """One's own tokens, the newest first."""
    context = {
        "rows": queries.tokens(request.actor),
        "now": clock.now(),
        "may_make": bool(may(request.actor, "accounts.make_token")),
        "lacks_factor": settings.TWO_FACTOR_REQUIRED and not is_mfa_enabled(request.user),
    }
    return page(request, "accounts/tokens.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@while_it_stands
@reauthentication_required
def make(request: PortalRequest) -> HttpResponse:
    """Make a token; the answer shows the secret, this once."""
    require(request.actor, "accounts.make_token")
    if settings.TWO_FACTOR_REQUIRED and not is_mfa_enabled(request.user):
        return see_other("mfa_index")
    form = TokenForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            row, secret = domain.make(by=request.actor, what=form.to_input())
            # Whoever got in once would come back with it, also after the password was changed.
            get_adapter(request).send_notification_mail("accounts/token_made", request.user)
            return page(request, "accounts/token_made.html", {"token": row, "secret": secret})
    return page(request, "accounts/make_token.html", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def revoke(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask, then revoke one token."""
    row = one_of(queries.tokens, request.actor, pk=pk)
    require(request.actor, "accounts.revoke_token", row)
    if request.method == "POST":
        domain.revoke(by=request.actor, token=row)
        return see_other("tokens:list")
    title = _("Revoke the token “%(name)s”") % {"name": row.name}
    return page(request, "accounts/revoke_token.html", {"token": row, "title": title})
