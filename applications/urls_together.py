"""Routes of working together on a dossier."""

from __future__ import annotations

from django.urls import path

from applications.views import comments, compare, copying, printing, together

urlpatterns = [
    path("<int:pk>/keep/", together.keep, name="keep"),
    path("<int:pk>/discard/<path:place>/", together.discard, name="discard"),
    path("<int:pk>/comments/", comments.comments, name="comments"),
    path("<int:pk>/comments/write/", comments.comment, name="comment"),
    path("<int:pk>/comments/<int:row>/resolve/", comments.resolve, name="resolve_comment"),
    path("<int:pk>/compare/", compare.compare, name="compare"),
    path("<int:pk>/copy/", copying.copy, name="copy"),
    path("<int:pk>/print/", printing.printed, name="print"),
    path("<int:pk>/submissions/<int:number>/print/", printing.printed, name="print_submission"),
]
