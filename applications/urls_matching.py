"""Routes on kept results of checks and on matches across applications."""

from __future__ import annotations

from django.urls import path

from applications.views import matching

urlpatterns = [
    path("<int:pk>/checks/", matching.results, name="results"),
    path("matches/", matching.matches, name="matches"),
    path("matches/lookup/", matching.lookup, name="lookup"),
    path("matches/start/<int:number>/", matching.start, name="start_matching"),
    path("matches/<int:row>/", matching.match, name="match"),
]
