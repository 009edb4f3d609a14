"""Routes on screening, review, selection and objections; the public ones stand under the call of a batch."""

from __future__ import annotations

from django.urls import path

from reviews.views import desk, interests, objections, people, public, reviewing, screening, selection

app_name = "reviews"
urlpatterns = [
    path("screening/", screening.batches, name="screening"),
    path("screening/<int:number>/", screening.queue, name="queue"),
    path("screening/<int:number>/pass/", screening.pass_clean, name="pass_clean"),
    path("screening/<int:number>/passed/<uuid:run>/", screening.passed, name="passed"),
    path("screening/<int:number>/take-up/", screening.take_up, name="take_up"),
    path("screening/application/<int:pk>/", screening.decide, name="screen"),
    path("screening/application/<int:pk>/interest/", screening.interest, name="own_interest"),
    path("reviewing/", reviewing.batches, name="reviewing"),
    path("reviewing/reviewers/", people.reviewers, name="reviewers"),
    path("reviewing/reviewers/new/", people.profile, name="new_reviewer"),
    path("reviewing/reviewers/<int:pk>/", people.profile, name="reviewer"),
    path("reviewing/conflicts/<int:pk>/override/", interests.waive, name="waive"),
    path("reviewing/conflicts/<int:pk>/confirm/", interests.confirm_waiver, name="confirm_waiver"),
    path("reviewing/application/<int:pk>/", reviewing.panel, name="panel"),
    path("reviewing/<int:number>/", reviewing.board, name="board"),
    path("reviewing/<int:number>/loads/", reviewing.loads, name="loads"),
    path("reviewing/<int:number>/assign/", reviewing.assign, name="assign"),
    path("reviewing/<int:number>/lock/", reviewing.lock, name="lock"),
    path("reviews/", desk.mine, name="mine"),
    path("reviews/profile/", people.own_profile, name="own_profile"),
    path("reviews/batches/<int:number>/interests/", interests.declare_batch, name="declare_batch"),
    path("reviews/<int:pk>/", desk.review, name="review"),
    path("reviews/<int:pk>/interest/", desk.interest, name="interest"),
    path("reviews/<int:pk>/submit/", desk.submit, name="submit"),
    path("selection/", selection.batches, name="selection"),
    path("selection/scenario/<int:pk>/", selection.scenario, name="scenario"),
    path("selection/scenario/<int:pk>/propose/", selection.propose, name="propose"),
    path("selection/decision/<int:pk>/", selection.decision, name="decision"),
    path("selection/decision/<int:pk>/sign/", selection.sign, name="sign"),
    path("selection/decision/<int:pk>/withdraw/", selection.withdraw, name="withdraw"),
    path("selection/decision/<int:pk>/publish/", selection.publish, name="publish"),
    path("selection/<int:number>/", selection.scenarios, name="scenarios"),
    path("selection/<int:number>/new/", selection.select, name="select"),
    path("selection/<int:number>/replace/", selection.replace, name="replace"),
    path("selection/<int:number>/finalise/", selection.finalise, name="finalise"),
    path("objections/", objections.objections, name="objections"),
    path("objections/<uuid:pk>/", objections.objection, name="objection"),
    path("calls/<int:number>/list/", public.published, name="list"),
    path("calls/<int:number>/objections/new/", public.lodge, name="lodge"),
    path("calls/<int:number>/objections/lodged/", public.lodged, name="lodged"),
    path("calls/<int:number>/objections/status/", public.status, name="status"),
]
