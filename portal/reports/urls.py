"""Routes on reports."""

from django.urls import path

from portal.reports.views import asking, files

app_name = "reports"
urlpatterns = [
    path("", asking.catalogue, name="catalogue"),
    path("files/<uuid:pk>/", files.file, name="file"),
    path("files/<uuid:pk>/download/", files.download, name="download"),
    path("files/<uuid:pk>/again/", files.again, name="again"),
    path("files/<uuid:pk>/share/", files.share, name="share"),
    path("shares/<uuid:pk>/", files.shared, name="shared"),
    path("shares/<uuid:pk>/withdraw/", files.withdraw, name="withdraw"),
    path("schedules/<int:pk>/", asking.planned, name="planned"),
    path("schedules/<int:pk>/<str:act>/", asking.move, name="move"),
    path("<str:name>/", asking.order, name="order"),
    path("<str:name>/page/", asking.shown, name="page"),
    path("<str:name>/schedule/", asking.plan, name="plan"),
]
