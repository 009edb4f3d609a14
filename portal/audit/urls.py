"""Routes of the trail."""

from django.urls import path

from portal.audit import views
from portal.audit.evidence import views as views_bundles

app_name = "audit"
urlpatterns = [
    path("", views.trail, name="trail"),
    path("verify/", views.check, name="verify"),
    path("verify/<uuid:pk>/", views.verification, name="verification"),
    path("seals/", views_bundles.seals, name="seals"),
    path("seals/<int:pk>/", views_bundles.seal, name="seal"),
    path("seals/verifier/", views_bundles.verifier, name="verifier"),
    path("evidence/", views_bundles.bundles, name="bundles"),
    path("evidence/<uuid:pk>/", views_bundles.bundle, name="bundle"),
    path("evidence/<uuid:pk>/download/", views_bundles.download, name="download_bundle"),
    path("<int:pk>/", views.event, name="event"),
]
