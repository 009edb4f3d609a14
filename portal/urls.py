"""All routes."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from django.views.i18n import set_language

from portal.core import metrics
from portal.core import views as core
from portal.notifications import views as notifications

urlpatterns = [
    path("desk/", notifications.desk, name="dashboard"),
    path("inbox/", notifications.inbox, name="inbox"),
    path("inbox/read/", notifications.read_all, name="inbox_read_all"),
    path("inbox/<uuid:pk>/read/", notifications.read, name="inbox_read"),
    path("account/tokens/", include("portal.accounts.urls_tokens")),
    path("account/", include("portal.accounts.urls_account")),
    path("people/", include("portal.accounts.urls")),
    path("trail/", include("portal.audit.urls")),
    path("audit/", include("portal.audit.findings.urls")),
    path("audit/", include("portal.audit.instruments.urls")),
    path("applications/", include("applications.urls")),
    path("grants/", include("grants.urls")),
    path("open-data/", include("grants.urls_open")),
    path("oversight/", include("grants.urls_oversight")),
    path("reports/", include("portal.reports.urls")),
    path("runs/", include("portal.core.urls_runs")),
    path("api/v1/", include("portal.api.urls")),
    path("language/", set_language, name="set_language"),
    path("menu-group/", core.menu_group, name="menu_group"),
    path("money-unit/", core.money_unit, name="money_unit"),
    path("metrics", metrics.export, name="metrics"),
    path("health/live", core.live, name="live"),
    path("health/ready", core.ready, name="ready"),
    # Without a first part of their own: each of their routes is tried, so all others come before.
    path("", include("portal.programme.urls_public")),
    path("", include("portal.programme.urls")),
    path("", include("reviews.urls")),
]

if not settings.PRODUCTION:
    urlpatterns.append(path("styleguide/", include("portal.core.styleguide")))
handler400 = "portal.api.handlers.bad_request"
handler500 = "portal.api.handlers.server_error"
