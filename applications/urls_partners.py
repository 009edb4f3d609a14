"""Routes of joint applicants: the unit's section, and the partner's own parts."""

from __future__ import annotations

from django.urls import path

from applications.views import part_writing, partners, parts

urlpatterns = [
    path("parts/", parts.parts, name="parts"),
    path("parts/<int:pk>/", parts.part, name="part"),
    path("parts/<int:pk>/write/", part_writing.write, name="write_part"),
    path("parts/<int:pk>/write/keep/", part_writing.keep, name="keep_part"),
    path("parts/<int:pk>/write/discard/", part_writing.discard, name="discard_part"),
    path("parts/<int:pk>/letter/", parts.letter, name="part_letter"),
    path("parts/<int:pk>/ask/", parts.ask, name="ask_part"),
    path("parts/<int:pk>/confirm/", parts.confirm, name="confirm_part"),
    path("parts/<int:pk>/send-back/", parts.send_back, name="send_back_part"),
    path("parts/<int:pk>/decline/", parts.decline, name="decline"),
    path("parts/<int:pk>/reconsider/", parts.reconsider, name="reconsider"),
    path("<int:pk>/partners/", partners.partners, name="partners"),
    path("<int:pk>/partners/summary/", partners.shared, name="shared_summary"),
    path("<int:pk>/partners/invite/", partners.invite, name="invite"),
    path("<int:pk>/partners/<int:row>/", partners.task, name="task"),
    path("<int:pk>/partners/<int:row>/withdraw/", partners.withdraw, name="withdraw_partner"),
]
