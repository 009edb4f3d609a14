"""Routes on one's own API tokens."""

from django.urls import path

from portal.accounts import views_tokens as views

app_name = "tokens"
urlpatterns = [
    path("", views.tokens, name="list"),
    path("new/", views.make, name="make"),
    path("<int:pk>/revoke/", views.revoke, name="revoke"),
]
