"""Routes of the auditor's instruments."""

from django.urls import path

from portal.audit.instruments import views_leads, views_queries, views_samples, views_search

app_name = "instruments"
urlpatterns = [
    path("samples/", views_samples.samples, name="samples"),
    path("samples/new/<slug:source>/", views_samples.draw, name="draw_sample"),
    path("samples/<int:pk>/", views_samples.sample, name="sample"),
    path("samples/<int:pk>/items/<int:place>/", views_samples.item, name="sample_item"),
    path("samples/<int:pk>/evaluate/", views_samples.evaluate, name="evaluate_sample"),
    path("samples/<int:pk>/redraw/", views_samples.redraw, name="redraw_sample"),
    path("analyses/", views_leads.analyses, name="analyses"),
    path("analyses/<slug:name>/", views_leads.analysis, name="analysis"),
    path("analyses/results/<int:pk>/", views_leads.result, name="result"),
    path("analyses/results/<int:pk>/lead/", views_leads.make_lead, name="make_lead"),
    path("leads/", views_leads.leads, name="leads"),
    path("leads/<int:pk>/", views_leads.lead, name="lead"),
    path("leads/<int:pk>/reopen/", views_leads.reopen, name="reopen_lead"),
    path("queries/", views_queries.queries, name="queries"),
    path("queries/over/<slug:source>/", views_queries.query, name="query"),
    path("queries/<int:pk>/remove/", views_queries.remove, name="remove_query"),
    path("search/", views_search.search, name="search"),
]
