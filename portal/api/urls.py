"""Routes of `/api/v1/`: what the apps declare, assembled."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from applications import api as applications
from grants.api.routes import ROUTES as MONEY
from portal.accounts import api as accounts
from portal.api import views
from portal.audit import api as audit
from portal.core import api as core
from portal.programme import api as programme
from reviews import api as reviews

app_name = "api"
router = SimpleRouter()
router.register("batches", programme.BatchViewSet, "batch")
router.register("provinces", programme.ProvinceViewSet, "province")
router.register("units", programme.UnitViewSet, "unit")
router.register("industries", programme.IndustryViewSet, "industry")
router.register("central-soes", programme.SoeViewSet, "soe")
router.register("events", audit.EventViewSet, "event")
router.register("applications", applications.ApplicationViewSet, "application")
router.register("projects", applications.ProjectViewSet, "project")
router.register("submissions", applications.SnapshotViewSet, "submission")
router.register("parts", applications.PartViewSet, "part")
router.register("assignments", reviews.AssignmentViewSet, "assignment")
router.register("reviews", reviews.ReviewViewSet, "review")
for prefix, (view, name) in MONEY.items():
    router.register(prefix, view, name)
router.register("runs", core.RunViewSet, "run")

urlpatterns = [
    path("me/", accounts.MeView.as_view(), name="me"),
    path("schema/", views.SchemaView.as_view(), name="schema"),
    path("errors/<slug:code>/", views.ErrorView.as_view(), name="error"),
    *router.urls,
    re_path(r"^(?P<path>[\s\S]*)\Z", views.Unknown.as_view(), name="unknown"),
]
