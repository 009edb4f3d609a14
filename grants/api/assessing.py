"""Self-evaluations, panels, final assessments and rectifications.

Members' points and remarks are those of the page: one's own while the panel works, all of them for the ministries, and
for the unit and its province once the result stands.
"""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.assessing_shapes import (
    AssessmentIn,
    AssessmentsAsked,
    AssessmentSerializer,
    CommentIn,
    EvaluationIn,
    EvaluationsAsked,
    EvaluationSerializer,
    FillIn,
    PanelIn,
    PanelsAsked,
    PanelScoresIn,
    PanelSerializer,
    RectificationIn,
    RectificationSerializer,
    WholeEvaluationSerializer,
    WholePanelSerializer,
)
from grants.api.base import (
    BOTH,
    CheckedViewSet,
    MoneyViewSet,
    forms,
    named,
    of_actor,
    read_paper,
    scoped,
)
from grants.domain import assessing, panels, rectifying
from grants.domain import awards as domain
from grants.enums import EvaluationKind, Result
from grants.queries import assessing as queries
from grants.queries import awards
from portal.core.api import Nothing, read


class EvaluationViewSet(MoneyViewSet):
    """Self-evaluations of units."""

    query = of_actor(queries.evaluations)
    act = "grants.see_assessing"
    asks = EvaluationsAsked
    serializer_class = EvaluationSerializer
    whole = WholeEvaluationSerializer

    @extend_schema(request=FillIn)
    @action(detail=True, methods=["post"])
    def fill(self, request: Request, pk: str) -> Response:
        """Keep the points of indicators with their reasons."""
        row, given = self.object_for("grants.fill_evaluation"), read(FillIn, request)
        rows = [assessing.PointsInput(**one) for one in given["scores"]]
        return self.answer(
            assessing.fill_evaluation(by=self.actor, evaluation=row, rows=rows, summary=given["summary"])
        )

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """Sign it for the unit; nothing changes any more."""
        row = self.object_for("grants.sign_evaluation")
        return self.answer(assessing.sign_evaluation(by=self.actor, evaluation=row))

    @extend_schema(request=CommentIn)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        """Say for the industry department of the province what it found."""
        row, given = self.object_for("grants.verify_evaluation"), read(CommentIn, request)
        return self.answer(assessing.verify_evaluation(by=self.actor, evaluation=row, comment=given["comment"]))


class PanelViewSet(MoneyViewSet):
    """Panels."""

    query = of_actor(queries.panels)
    act = "grants.see_assessing"
    asks = PanelsAsked
    serializer_class = PanelSerializer
    whole = WholePanelSerializer

    @extend_schema(request=PanelScoresIn)
    @action(detail=True, methods=["post"])
    def score(self, request: Request, pk: str) -> Response:
        """Keep a member's own points; they may change until the panel is closed."""
        row, given = self.object_for("grants.score_panel"), read(PanelScoresIn, request)
        groups = {one["code"]: panels.GroupInput(one["points"], one["remark"]) for one in given["groups"]}
        found = {named(row.sample.all(), one["sampled"], "found").pk: one["text"] for one in given["found"]}
        panels.score_panel(by=self.actor, panel=row, groups=groups, found=found)
        return self.answer(row)

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close the panel for MIIT: the mean of its members and its band are fixed."""
        row = self.object_for("grants.close_panel")
        return self.answer(panels.close_panel(by=self.actor, panel=row))


class RectificationViewSet(CheckedViewSet):
    """What was mended after assessments."""

    query = of_actor(queries.rectifications)
    asks = AssessmentsAsked
    serializer_class = RectificationSerializer
    noun = "rectification"
    confirms = staticmethod(rectifying.confirm_rectification)
    refuses = staticmethod(rectifying.refuse_rectification)


class AssessmentViewSet(CheckedViewSet):
    """Results of final assessments."""

    query = scoped(awards.assessments)
    asks = AssessmentsAsked
    serializer_class = AssessmentSerializer
    noun = "assessment"
    confirms = staticmethod(domain.confirm_assessment)
    refuses = staticmethod(domain.refuse_assessment)

    @extend_schema(request=forms(RectificationIn), responses={201: RectificationSerializer})
    @action(detail=True, methods=["post"], parser_classes=BOTH)
    def mend(self, request: Request, pk: str) -> Response:
        """Record for MIIT that what the assessment asked for was mended."""
        row = self.object_for("grants.enter_rectification")
        paper, given = read_paper(RectificationIn, request)
        what = rectifying.RectificationInput(**given, paper=paper)
        done = rectifying.enter_rectification(by=self.actor, assessment=row, what=what)
        return self.made(RectificationViewSet, done)


class OnAward(MoneyViewSet):
    """How an award is evaluated and judged."""

    @extend_schema(request=EvaluationIn, responses={201: WholeEvaluationSerializer})
    @action(detail=True, methods=["post"], url_path="start-evaluation")
    def start_evaluation(self, request: Request, pk: str) -> Response:
        """Begin a self-evaluation of the unit."""
        row, given = self.object_for("grants.start_evaluation"), read(EvaluationIn, request)
        kind = EvaluationKind(given["kind"])
        done = assessing.start_evaluation(by=self.actor, award=row, kind=kind, year=given["year"])
        return self.made(EvaluationViewSet, done)

    @extend_schema(request=PanelIn, responses={201: WholePanelSerializer})
    @action(detail=True, methods=["post"], url_path="open-panel")
    def open_panel(self, request: Request, pk: str) -> Response:
        """Open a panel for MIIT: its members are named, and the projects it looks at are drawn."""
        row, given = self.object_for("grants.open_panel"), read(PanelIn, request)
        what = panels.PanelInput(**given | {"kind": EvaluationKind(given["kind"])})
        return self.made(PanelViewSet, panels.open_panel(by=self.actor, award=row, what=what))

    @extend_schema(request=forms(AssessmentIn), responses={201: AssessmentSerializer})
    @action(detail=True, methods=["post"], parser_classes=BOTH)
    def assess(self, request: Request, pk: str) -> Response:
        """Record the result of a final assessment for MIIT; MOF confirms it."""
        row = self.object_for("grants.enter_assessment")
        paper, given = read_paper(AssessmentIn, request)
        what = domain.AssessmentInput(**given | {"result": Result(given["result"])}, paper=paper)
        return self.made(AssessmentViewSet, domain.enter_assessment(by=self.actor, award=row, what=what))
