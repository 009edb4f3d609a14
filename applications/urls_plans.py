"""Routes on approved plans and their changes."""

from __future__ import annotations

from django.urls import path

from applications.views import changes, history, plans

urlpatterns = [
    path("changes/", changes.listing, name="changes"),
    path("changes/<int:row>/", changes.change, name="change"),
    path("changes/<int:row>/sign/", changes.sign, name="sign_change"),
    path("changes/<int:row>/agree/", changes.agree, name="agree_change"),
    path("changes/<int:row>/decide/", changes.decide, name="decide_change"),
    path("changes/<int:row>/withdraw/", changes.withdraw, name="withdraw_change"),
    path("units/<str:unit>/", history.unit, name="unit_history"),
    path("<int:pk>/approved/", plans.plan, name="plan_approved"),
    path("<int:pk>/approved/approve/", plans.approve, name="approve_plan"),
    path("<int:pk>/approved/<int:number>/", plans.version, name="plan_version"),
    path("<int:pk>/approved/add/", plans.add, name="add_to_plan"),
    path("<int:pk>/approved/unit/", plans.follow, name="follow_unit"),
    path("<int:pk>/approved/projects/<str:project>/", plans.alter, name="change_in_plan"),
    path("<int:pk>/approved/projects/<str:project>/end/", plans.terminate, name="end_in_plan"),
]
