"""Routes of the auditor's way from the total to the voucher."""

from django.urls import path

from grants.views import enterprises, oversight

app_name = "oversight"
urlpatterns = [
    path("", oversight.nation, name="nation"),
    path("provinces/<str:code>/", oversight.province, name="province"),
    path("payments/<int:pk>/", oversight.payment, name="payment"),
    path("enterprises/<str:code>/", enterprises.enterprise, name="enterprise"),
]
