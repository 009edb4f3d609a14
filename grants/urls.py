"""Routes of the money."""

from django.urls import path

from grants.views import awards, files, moves, payments

app_name = "grants"
urlpatterns = [
    path("awards/", awards.awards, name="awards"),
    path("awards/new/", awards.to_award, name="to_award"),
    path("awards/new/<int:pk>/", awards.enter_award, name="enter_award"),
    path("awards/<int:pk>/", awards.award, name="award"),
    path("awards/<int:pk>/ledger/", awards.ledger, name="ledger"),
    path("awards/<int:pk>/issue/", moves.enter_issue, name="enter_issue"),
    path("awards/<int:pk>/assessment/", awards.enter_assessment, name="enter_assessment"),
    path("assessments/<int:pk>/", awards.assessment, name="assessment"),
    path("issues/<int:pk>/", moves.issue, name="issue"),
    path("issues/<int:pk>/receipt/", moves.receive, name="receive"),
    path("issues/<int:pk>/pass-on/", moves.enter_pass_on, name="enter_pass_on"),
    path("pass-ons/<int:pk>/", moves.pass_on, name="pass_on"),
    path("waiting/", moves.waiting, name="waiting"),
    path("to-check/", moves.to_check, name="to_check"),
    path("projects/", payments.projects, name="projects"),
    path("projects/<int:pk>/", payments.project, name="project"),
    path("projects/<int:pk>/pay/", payments.enter_payment, name="enter_payment"),
    path("payments/", payments.payments, name="payments"),
    path("payments/<int:pk>/", payments.payment, name="payment"),
    path("documents/<int:pk>/", files.document, name="document"),
]
