"""Routes of the province, and of taking a submission back from it."""

from __future__ import annotations

from django.urls import path

from applications.views import recommendation, submission

urlpatterns = [
    path("letters/", recommendation.letters, name="letters"),
    path("letters/<int:row>/", recommendation.letter_file, name="letter_file"),
    path("<int:pk>/recommend/", recommendation.recommend, name="recommend"),
    path("<int:pk>/letter/", recommendation.letter, name="letter"),
    path("<int:pk>/recall/", submission.recall, name="recall"),
]
