"""Routes on applications."""

from __future__ import annotations

from django.urls import include, path

from applications import urls_roster
from applications.views import dossier, lists, rows, submission

app_name = "applications"
urlpatterns = [
    path("", lists.applications, name="list"),
    path("new/", lists.new, name="new"),
    path("", include("applications.urls_province")),
    path("", include("applications.urls_files")),
    path("", include("applications.urls_plans")),
    path("", include("applications.urls_matching")),
    path("", include("applications.urls_partners")),
    path("", include("applications.urls_together")),
    path("<int:pk>/", dossier.detail, name="detail"),
    path("<int:pk>/whole/", dossier.preview, name="preview"),
    path("<int:pk>/basics/", dossier.basics, name="basics"),
    path("", include("applications.urls_sections")),
    path("<int:pk>/industries/", rows.industries, name="industries"),
    path("<int:pk>/industries/add/", rows.industry, name="add_industry"),
    path("<int:pk>/industries/<int:row>/", rows.industry, name="industry"),
    path("<int:pk>/industries/<int:row>/remove/", rows.remove_industry, name="remove_industry"),
    path("<int:pk>/projects/", rows.projects, name="projects"),
    path("<int:pk>/projects/add/", rows.project, name="add_project"),
    path("<int:pk>/projects/<int:row>/", rows.project, name="project"),
    path("<int:pk>/projects/<int:row>/remove/", rows.remove_project, name="remove_project"),
    path("<int:pk>/sign-off/", submission.sign_off, name="sign_off"),
    path("<int:pk>/sign-off/request/", submission.request_sign_off, name="request_sign_off"),
    path("<int:pk>/sign-off/send-back/", submission.send_back, name="send_back"),
    path("<int:pk>/withdraw/", submission.withdraw, name="withdraw"),
    path("<int:pk>/submissions/<int:number>/", submission.snapshot, name="snapshot"),
    path("<int:pk>/submissions/<int:number>/content.json", submission.content, name="content"),
    path("<int:pk>/submissions/<int:number>/receipt/", submission.receipt_page, name="receipt"),
    path("<int:pk>/submissions/<int:number>/receipt.pdf", submission.receipt_pdf, name="receipt_pdf"),
    *urls_roster.urlpatterns,
]
