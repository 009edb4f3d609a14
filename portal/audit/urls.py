"""Routes of the trail."""

from django.urls import path

from portal.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.trail, name="trail"),
    path("verify/", views.check, name="verify"),
    path("<int:pk>/", views.event, name="event"),
]
