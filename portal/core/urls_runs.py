"""Routes on long work."""

from django.urls import path

from portal.core import views_runs as views

app_name = "runs"
urlpatterns = [
    path("", views.runs, name="list"),
    path("<uuid:pk>/", views.run, name="run"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/again/", views.again, name="again"),
]
