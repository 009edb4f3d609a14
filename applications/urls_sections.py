"""Routes of the dossier's own sections, of duties and changes."""

from __future__ import annotations

from django.urls import path

from applications.views import duty, foundation, funding, plan, safety, targets

urlpatterns = [
    path("figures/<int:row>/", plan.figure, name="figure"),
    path("<int:pk>/edits/", duty.edits, name="edits"),
    path("<int:pk>/duty/<slug:section>/", duty.duty, name="duty"),
    path("<int:pk>/foundation/", foundation.foundation, name="foundation"),
    path("<int:pk>/clusters/", foundation.clusters, name="clusters"),
    path("<int:pk>/clusters/add/", foundation.cluster, name="add_cluster"),
    path("<int:pk>/clusters/<int:row>/", foundation.cluster, name="cluster"),
    path("<int:pk>/clusters/<int:row>/remove/", foundation.remove_cluster, name="remove_cluster"),
    path("<int:pk>/targets/", targets.targets, name="targets"),
    path("<int:pk>/targets/add/", targets.indicator, name="add_indicator"),
    path("<int:pk>/targets/<int:row>/", targets.indicator, name="indicator"),
    path("<int:pk>/targets/<int:row>/remove/", targets.remove_indicator, name="remove_indicator"),
    path("<int:pk>/funding/", funding.funding, name="funding"),
    path("<int:pk>/funding/unit/", funding.project, name="funding_unit"),
    path("<int:pk>/funding/secured/", funding.secured, name="funding_secured"),
    path("<int:pk>/funding/<int:row>/", funding.project, name="funding_project"),
    path("<int:pk>/plan/", plan.plan, name="plan"),
    path("<int:pk>/plan/figures/", plan.add_figure, name="add_figure"),
    path("<int:pk>/plan/word/", plan.word, name="word"),
    path("<int:pk>/plan/word/<int:row>/", plan.word_preview, name="word_preview"),
    path("<int:pk>/plan/chapters/<slug:code>/", plan.chapter, name="chapter"),
    path("<int:pk>/safety/", safety.safety, name="safety"),
    path("<int:pk>/safety/record/", safety.record, name="safety_record"),
    path("<int:pk>/safety/risks/add/", safety.risk, name="add_risk"),
    path("<int:pk>/safety/risks/<int:row>/", safety.risk, name="risk"),
    path("<int:pk>/safety/risks/<int:row>/remove/", safety.remove_risk, name="remove_risk"),
]
