"""All routes."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from portal.core import views as core
from portal.notifications import views as notifications

urlpatterns = [
    path("", include("portal.programme.urls_public")),
    path("desk/", notifications.desk, name="dashboard"),
    path("account/", include("allauth.urls")),
    path("people/", include("portal.accounts.urls")),
    path("", include("portal.programme.urls")),
    path("language/", set_language, name="set_language"),
    path("health/live", core.live, name="live"),
    path("health/ready", core.ready, name="ready"),
]
