"""The API's part on applications, their projects, and the parts of joint applicants."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from applications import queries
from applications.domain import parts, recommendation, submission
from applications.domain.examination import AnswerInput
from applications.enums import Answer, ApplicationState, Side, Verdict
from applications.models import Application, Partner, Project, Recommendation, Snapshot
from portal.core.api import Nothing, ScopedReadViewSet, read
from portal.core.scope import Actor


class ApplicationsAsked(serializers.Serializer):
    """A batch by its number, a state, a province."""

    batch = serializers.IntegerField(required=False, min_value=1, max_value=32767)
    state = serializers.ChoiceField(required=False, choices=ApplicationState.choices)
    province = serializers.CharField(required=False, max_length=6)


class ApplicationSerializer(serializers.ModelSerializer):
    """One application; amounts are yuan with two places, as text."""

    batch = serializers.IntegerField(source="batch.number", read_only=True)

    class Meta:
        model = Application
        fields = (
            "id",
            "batch",
            "unit",
            "province",
            "state",
            "number",
            "title",
            "summary",
            "amount_asked",
            "digital_base",
            "digital_target",
            "version",
            "created_at",
            "first_submitted_at",
            "submitted_at",
            "correction_until",
        )


class ProjectSerializer(serializers.ModelSerializer):
    """One project of a dossier."""

    class Meta:
        model = Project
        fields = (
            "id",
            "application",
            "name",
            "mode",
            "industry",
            "enterprise_name",
            "total_investment",
            "equipment_investment",
            "support_asked",
            "method",
            "other_national_money",
            "starts_on",
            "ends_on",
            "is_landmark",
        )


class SnapshotSerializer(serializers.ModelSerializer):
    """One submission: what was signed, by its digest."""

    class Meta:
        model = Snapshot
        fields = ("id", "application", "number", "sha256", "receipt_no", "submitted_at")


class RecommendationSerializer(serializers.ModelSerializer):
    """What one department of the province decided."""

    class Meta:
        model = Recommendation
        fields = ("id", "application", "snapshot", "side", "decision", "opinion", "letter_no", "rank", "at")


class PartSerializer(serializers.ModelSerializer):
    """The part of a joint applicant, as itself sees it."""

    batch = serializers.IntegerField(source="batch.number", read_only=True)

    class Meta:
        model = Partner
        fields = (
            "id",
            "batch",
            "unit",
            "province",
            "kind",
            "role",
            "state",
            "task",
            "contribution",
            "amount_committed",
            "answered_at",
        )


class SubmitIn(serializers.Serializer):
    """The digest of what was shown to the signatory."""

    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")


class ReasonIn(serializers.Serializer):
    """Why."""

    why = serializers.CharField(max_length=2000)


class PointIn(serializers.Serializer):
    """The answer to one point of the checklist."""

    code = serializers.SlugField(max_length=40)
    answer = serializers.ChoiceField(choices=Answer.choices)
    comment = serializers.CharField(max_length=2000, allow_blank=True, default="")


class RecommendIn(serializers.Serializer):
    """One department's decision on a submission."""

    snapshot = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    side = serializers.ChoiceField(choices=Side.choices)
    decision = serializers.ChoiceField(choices=Verdict.choices)
    opinion = serializers.CharField(max_length=4000, allow_blank=True, default="")
    letter = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, allow_null=True, default=None, help_text="The joint letter, to recommend."
    )
    rank = serializers.IntegerField(min_value=1, max_value=99, allow_null=True, default=None)
    answers = serializers.ListField(
        child=PointIn(), default=list, max_length=60, help_text="Points of the department's checklist."
    )


class ConfirmIn(serializers.Serializer):
    """The version of the part that the second person has read."""

    version = serializers.IntegerField(min_value=0)


def _applications(
    actor: Actor, *, batch: int | None = None, state: str = "", province: str = ""
) -> QuerySet[Application]:
    wanted = {"batch__number": batch, "state": state, "province": province}
    return queries.applications(actor).filter(**{name: value for name, value in wanted.items() if value})


def _projects(actor: Actor, *, application: int | None = None) -> QuerySet[Project]:
    rows = Project.objects.filter(application__in=queries.applications(actor).values("pk"))
    return rows.filter(application=application) if application else rows


def _snapshots(actor: Actor, *, application: int | None = None) -> QuerySet[Snapshot]:
    rows = queries.snapshots(actor).defer("content")
    return rows.filter(application=application) if application else rows


class OfApplicationAsked(serializers.Serializer):
    """One application by its id."""

    application = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ApplicationViewSet(ScopedReadViewSet):
    """Applications in the caller's scope, the newest first."""

    query = staticmethod(_applications)
    act = "applications.view"
    asks = ApplicationsAsked
    serializer_class = ApplicationSerializer

    @extend_schema(request=Nothing, responses={200: ApplicationSerializer})
    @action(detail=True, methods=["post"], url_path="request-sign-off")
    def request_sign_off(self, request: Request, pk: str) -> Response:
        """Ask the signatory to sign the dossier as it stands now."""
        row = self.object_for("applications.request_sign_off")
        submission.request_sign_off(by=self.actor, application=row)
        return Response(ApplicationSerializer(row).data)

    @extend_schema(request=SubmitIn, responses={201: SnapshotSerializer})
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Sign what has this digest, and submit it."""
        row = self.object_for("applications.submit")
        done = submission.submit(by=self.actor, application=row, sha256=read(SubmitIn, request)["sha256"])
        return Response(SnapshotSerializer(done).data, status=201)

    @extend_schema(request=ReasonIn, responses={200: ApplicationSerializer})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Withdraw the application, with the reason."""
        row = self.object_for("applications.withdraw")
        done = submission.withdraw(by=self.actor, application=row, why=read(ReasonIn, request)["why"])
        return Response(ApplicationSerializer(done).data)

    @extend_schema(request=RecommendIn, responses={201: RecommendationSerializer})
    @action(detail=True, methods=["post"])
    def recommend(self, request: Request, pk: str) -> Response:
        """Decide for one department of the province on the present submission."""
        row = self.object_for("applications.recommend")
        given = read(RecommendIn, request)
        seen = get_object_or_404(queries.snapshots(self.actor), pk=given["snapshot"], application=row)
        letters = queries.letters_for(row)
        what = recommendation.RecommendInput(
            seen,
            Side(given["side"]),
            Verdict(given["decision"]),
            str(given["opinion"]),
            letter=get_object_or_404(letters, pk=given["letter"]) if given["letter"] else None,
            rank=given["rank"],
            answers={one["code"]: AnswerInput(Answer(one["answer"]), one["comment"]) for one in given["answers"]},
        )
        done = recommendation.recommend(by=self.actor, application=row, what=what)
        return Response(RecommendationSerializer(done).data, status=201)


class ProjectViewSet(ScopedReadViewSet):
    """Projects of applications in the caller's scope."""

    query = staticmethod(_projects)
    act = "applications.view"
    asks = OfApplicationAsked
    serializer_class = ProjectSerializer


class SnapshotViewSet(ScopedReadViewSet):
    """Submissions of applications in the caller's scope."""

    query = staticmethod(_snapshots)
    act = "applications.view"
    asks = OfApplicationAsked
    serializer_class = SnapshotSerializer


class PartViewSet(ScopedReadViewSet):
    """The caller's own parts of joint applications; nothing else of the dossier."""

    query = staticmethod(queries.partnerships)
    act = "applications.view_parts"
    serializer_class = PartSerializer

    @extend_schema(request=Nothing, responses={200: PartSerializer})
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str) -> Response:
        """Ask a colleague to confirm the own part, which is written in the page."""
        row = self.object_for("applications.ask_part")
        parts.ask(by=self.actor, partner=row)
        return Response(PartSerializer(row).data)

    @extend_schema(request=ConfirmIn, responses={200: PartSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm what a colleague wrote, as a second person: the organisation is committed."""
        row, given = self.object_for("applications.confirm_part"), read(ConfirmIn, request)
        return Response(PartSerializer(parts.confirm(by=self.actor, partner=row, version=given["version"])).data)

    @extend_schema(request=ReasonIn, responses={200: PartSerializer})
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Decline, with the reason."""
        row, given = self.object_for("applications.decline"), read(ReasonIn, request)
        return Response(PartSerializer(parts.decline(by=self.actor, partner=row, why=given["why"])).data)
