"""Routes of the money."""

from django.urls import path

from grants.urls_assessing import urlpatterns as assessing
from grants.views import awards, books, files, moves, payments, years

app_name = "grants"
urlpatterns = [
    *assessing,
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
    path("accounts/<int:pk>/", books.account, name="account"),
    path("entries/<int:pk>/", books.entry, name="entry"),
    path("entries/<int:pk>/reverse/", books.enter_reversal, name="enter_reversal"),
    path("reversals/<int:pk>/", books.reversal, name="reversal"),
    path("years/", years.years, name="years"),
    path("years/<int:year>/close/", years.close_year, name="close_year"),
    path("year-closes/<int:pk>/", years.year_close, name="year_close"),
    path("documents/<int:pk>/", files.document, name="document"),
]
