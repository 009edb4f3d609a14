"""Routes of evaluations, panels, rectifications and acceptances."""

from django.urls import path

from grants.views import acceptances, assessing, panels

urlpatterns = [
    path("assessing/", assessing.every, name="assessing_all"),
    path("awards/<int:award_id>/assessing/", assessing.overview, name="assessing"),
    path("awards/<int:pk>/evaluations/new/", assessing.start, name="start_evaluation"),
    path("evaluations/<int:pk>/", assessing.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/fill/", assessing.fill, name="fill_evaluation"),
    path("evaluations/<int:pk>/sign/", assessing.sign, name="sign_evaluation"),
    path("evaluations/<int:pk>/verify/", assessing.verify, name="verify_evaluation"),
    path("awards/<int:pk>/panels/new/", panels.start, name="open_panel"),
    path("panels/<int:pk>/", panels.panel, name="panel"),
    path("panels/<int:pk>/score/", panels.score, name="score_panel"),
    path("panels/<int:pk>/close/", panels.close, name="close_panel"),
    path("assessments/<int:pk>/mended/", panels.enter_rectification, name="enter_rectification"),
    path("rectifications/<int:pk>/", panels.rectification, name="rectification"),
    path("projects/<int:pk>/acceptance/", acceptances.start, name="start_acceptance"),
    path("equipment/template/", acceptances.equipment_template, name="equipment_template"),
    path("acceptances/<int:pk>/", acceptances.acceptance, name="acceptance"),
    path("acceptances/<int:pk>/fill/", acceptances.fill, name="fill_acceptance"),
    path("acceptances/<int:pk>/send/", acceptances.send, name="send_acceptance"),
    path("proofs/<int:pk>/", acceptances.evidence, name="proof"),
]
