"""Routes of the performance."""

from django.urls import path

from grants.views import performance, progress, quarter_reports

urlpatterns = [
    path("performance/", performance.board, name="performance"),
    path("performance/<int:pk>/", performance.unit, name="unit_performance"),
    path("performance/<int:pk>/peers/", performance.peers, name="performance_peers"),
    path("performance/<int:pk>/<int:year>/<int:quarter>/", quarter_reports.begin, name="begin_report"),
    path("performance/trend/<int:pk>.svg", performance.trend, name="performance_trend"),
    path("reports/", quarter_reports.reports, name="quarter_reports"),
    path("reports/open/", quarter_reports.open_reports, name="open_reports"),
    path("reports/<int:pk>/", quarter_reports.report, name="quarter_report"),
    path("reports/<int:pk>/edit/", quarter_reports.write, name="write_report"),
    path("reports/<int:pk>/sign/", quarter_reports.sign, name="sign_report"),
    path("reports/<int:pk>/enterprises/", progress.bring, name="bring_progress"),
    path("reports/<int:pk>/enterprises/file/", progress.export, name="export_progress"),
    path("reports/files/<int:pk>/", progress.imported, name="progress_file"),
    path("reports/evidence/<int:pk>/", quarter_reports.evidence, name="report_evidence"),
]
