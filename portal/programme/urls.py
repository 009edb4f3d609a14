"""Routes on batches and reference data."""

from django.urls import path, re_path

from portal.programme import views, views_rules

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
    path("reference/industries/", views.industries, name="industries"),
    path("reference/soes/", views.soes, name="soes"),
]
