"""Routes of the trail."""

from django.urls import path

from portal.audit import views, views_evidence

app_name = "audit"
urlpatterns = [
    path("", views.trail, name="trail"),
    path("verify/", views.check, name="verify"),
    path("verify/<uuid:pk>/", views.verification, name="verification"),
    path("seals/", views_evidence.seals, name="seals"),
    path("seals/<int:pk>/", views_evidence.seal, name="seal"),
    path("seals/verifier/", views_evidence.verifier, name="verifier"),
    path("evidence/", views_evidence.bundles, name="bundles"),
    path("evidence/<uuid:pk>/", views_evidence.bundle, name="bundle"),
    path("evidence/<uuid:pk>/download/", views_evidence.download, name="download_bundle"),
    path("<int:pk>/", views.event, name="event"),
]
