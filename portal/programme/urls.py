"""Routes on batches and reference data."""

from django.urls import path, re_path

from portal.programme import views, views_reference, views_rules

app_name = "programme"
urlpatterns = [
    path("batches/", views.batches, name="batches"),
    path("batches/new/", views.draft, name="new_batch"),
    path("batches/<int:pk>/", views.batch, name="batch"),
    path("batches/<int:pk>/draft/", views.draft, name="draft"),
    re_path(r"^batches/(?P<pk>\d+)/(?P<act>open|countersign|close)/$", views.act, name="act"),
    path("rules/", views_rules.rule_sets, name="rule_sets"),
    path("rules/new/", views_rules.draft, name="new_rule_set"),
    path("rules/<int:pk>/", views_rules.rule_set, name="rule_set"),
    path("rules/<int:pk>/draft/", views_rules.draft, name="draft_rule_set"),
    path("reference/units/", views.units, name="units"),
    path("reference/units/new/", views_reference.new_unit, name="new_unit"),
    path("reference/units/<str:code>/change/", views_reference.change_unit, name="change_unit"),
    path("reference/industries/", views.industries, name="industries"),
    path("reference/soes/", views.soes, name="soes"),
    path("reference/soes/new/", views_reference.new_soe, name="new_soe"),
    path("reference/soes/<str:code>/change/", views_reference.change_soe, name="change_soe"),
]
