"""Routes of engagements and findings."""

from django.urls import path

from portal.audit.findings import views_addressed as addressed
from portal.audit.findings import views_engagements as engagements
from portal.audit.findings import views_evidence as evidence
from portal.audit.findings import views_findings as findings
from portal.audit.findings import views_following as following
from portal.audit.findings import views_raising as raising

app_name = "auditing"
urlpatterns = [
    path("engagements/", engagements.engagements, name="engagements"),
    path("engagements/new/", engagements.plan, name="plan"),
    path("engagements/<int:pk>/", engagements.engagement, name="engagement"),
    path("engagements/<int:pk>/change/", engagements.change, name="change_engagement"),
    path("engagements/<int:pk>/members/", engagements.add_member, name="add_member"),
    path("engagements/<int:pk>/members/<int:member>/end/", engagements.end_member, name="end_member"),
    path("engagements/<int:pk>/<str:act>/", engagements.move, name="move_engagement"),
    path("engagements/<int:pk>/findings/new/", findings.new, name="new_finding"),
    path("findings/", findings.register, name="register"),
    path("findings/raise/", raising.begin, name="raise"),
    path("findings/<int:pk>/", findings.finding, name="finding"),
    path("findings/<int:pk>/see/", findings.see, name="see"),
    path("findings/<int:pk>/text/", findings.text, name="text"),
    path("findings/<int:pk>/versions/<int:number>/", findings.version, name="version"),
    path("findings/<int:pk>/show/", findings.show, name="show"),
    path("findings/<int:pk>/order/", findings.order, name="order"),
    path("findings/<int:pk>/follow-up/", following.follow_up, name="follow_up"),
    path("findings/<int:pk>/hand-over/", following.hand_over, name="hand_over"),
    path("findings/<int:pk>/close/", following.close, name="close"),
    path("findings/<int:pk>/drop/", following.drop, name="drop"),
    path("findings/<int:pk>/evidence/", evidence.take, name="take_evidence"),
    path("findings/<int:pk>/evidence/bring/", evidence.bring, name="bring_evidence"),
    path("evidence/<int:pk>/", evidence.piece, name="evidence"),
    path("evidence/<int:pk>/file/", evidence.file, name="evidence_file"),
    path("proofs/<int:pk>/", evidence.proof, name="proof"),
    path("addressed/", addressed.addressed, name="addressed"),
    path("addressed/<int:pk>/", addressed.answered, name="answered"),
    path("addressed/<int:pk>/reply/", addressed.reply, name="reply"),
    path("addressed/<int:pk>/report/", addressed.report, name="report"),
]
