"""Routes on people."""

from django.urls import path

from portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("<int:pk>/hand-over/", views.hand_over, name="hand_over"),
    path("<int:pk>/second-factor/", views.reset_second_factor, name="reset_second_factor"),
    path("roles/<int:pk>/end/", views.end_membership, name="end_membership"),
    path("invitation/<str:token>/", views.take, name="take"),
]
