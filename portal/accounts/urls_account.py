"""Routes of sign-in, password, second factor and sessions: allauth's, without what the portal does not offer."""

from allauth.account import views as password
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path

from portal.accounts import views_second_factor as views
from portal.accounts.standing import while_it_stands


def closed(request: HttpRequest, **_: object) -> HttpResponse:
    """An address is the account's own and changes only by a new invitation."""
    raise Http404


# In the place of allauth's own, which stand further down under the same names.
OURS = [
    # A changed password begins the session anew, also one that was ended while its request was read.
    path("password/change/", while_it_stands(password.password_change), name="account_change_password"),
    path("password/set/", while_it_stands(password.password_set), name="account_set_password"),
    path("2fa/authenticate/", views.Authenticate.as_view(), name="mfa_authenticate"),
    path("2fa/totp/activate/", views.Activate.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", views.Deactivate.as_view(), name="mfa_deactivate_totp"),
    path("2fa/webauthn/add/", views.AddKey.as_view(), name="mfa_add_webauthn"),
    path("2fa/webauthn/reauthenticate/", views.ConfirmByKey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", views.RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("2fa/recovery-codes/", views.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", views.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", views.DownloadCodes.as_view(), name="mfa_download_recovery_codes"),
    path("sessions/", views.Sessions.as_view(), name="usersessions_list"),
]

urlpatterns = [
    re_path(r"^(?P<what>email|confirm-email|login/code)/", closed, name="account_closed"),
    *OURS,
    path("", include("allauth.urls")),
]
