"""Routes on batches and reference data."""

from django.urls import path, re_path

from portal.programme import views

app_name = "programme"
urlpatterns = [
    path("batches/", views.batches, name="batches"),
    path("batches/new/", views.draft, name="new_batch"),
    path("batches/<int:pk>/", views.batch, name="batch"),
    path("batches/<int:pk>/draft/", views.draft, name="draft"),
    re_path(r"^batches/(?P<pk>\d+)/(?P<act>open|countersign|close)/$", views.act, name="act"),
    path("reference/units/", views.units, name="units"),
    path("reference/industries/", views.industries, name="industries"),
    path("reference/soes/", views.soes, name="soes"),
]
