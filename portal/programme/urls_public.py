"""Routes for everyone."""

from django.urls import path

from portal.programme import views_public

app_name = "public"
urlpatterns = [
    path("", views_public.home, name="home"),
    path("calls/<int:number>/", views_public.batch, name="batch"),
]
