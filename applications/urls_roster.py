"""Routes on the roster, on files with rows, and on the parts of a project; included by applications.urls."""

from __future__ import annotations

from django.urls import path

from applications.views import imports, project_parts, roster, rows

urlpatterns = [
    path("<int:pk>/industries/search/", rows.search_industry, name="search_industry"),
    path("<int:pk>/enterprises/", roster.enterprises, name="enterprises"),
    path("<int:pk>/enterprises/add/", roster.enterprise, name="add_enterprise"),
    path("<int:pk>/enterprises/empty/", roster.empty, name="empty_roster"),
    path("<int:pk>/enterprises/<int:row>/", roster.enterprise, name="enterprise"),
    path("<int:pk>/enterprises/<int:row>/remove/", roster.remove_enterprise, name="remove_enterprise"),
    path("<int:pk>/submissions/<int:number>/enterprises/", roster.submitted, name="submitted_roster"),
    path("<int:pk>/projects/investment.svg", rows.investment_picture, name="investment_picture"),
    path("<int:pk>/projects/<int:row>/<slug:part>/", project_parts.part, name="project_part"),
    path("<int:pk>/lists/<slug:sheet>/file/", imports.export, name="export_list"),
    path("<int:pk>/lists/<slug:sheet>/import/", imports.bring, name="bring_import"),
    path("<int:pk>/imports/<int:row>/", imports.imported, name="import"),
    path("<int:pk>/imports/<int:row>/check/", imports.judge, name="judge_import"),
    path("<int:pk>/imports/<int:row>/drop/", imports.drop, name="drop_import"),
]
