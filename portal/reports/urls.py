"""Routes on reports."""

from django.urls import path

from portal.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("files/<uuid:pk>/", views.file, name="file"),
    path("files/<uuid:pk>/download/", views.download, name="download"),
    path("<str:name>/", views.order, name="order"),
]
