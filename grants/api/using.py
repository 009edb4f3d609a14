"""Use of what was paid, money given back to the level above, and money beside the reward."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.base import (
    BOTH,
    CHECKED,
    FILES,
    CheckedViewSet,
    MoneyAsked,
    MoneyViewSet,
    PaperIn,
    form,
    forms,
    named,
    number,
    read_paper,
    scoped,
    words,
    yuan,
)
from grants.api.issues import ReceiptIn
from grants.domain import matching, returns, spending
from grants.enums import CheckState, GivenBack, Matching, Spent
from grants.models import Issue, MatchingFunds, ReturnPaper, SpendingReport
from grants.queries import awards, use, within
from portal.core.api import read
from portal.core.rules import may


class OfProjectAsked(MoneyAsked):
    """Also a supported project."""

    project = number(source="grant_project", required=False)


class SpendingIn(PaperIn):
    """What was used of the money paid to a project."""

    amount = yuan()
    enterprise = words(160)
    used_for = serializers.ChoiceField(choices=Spent.choices)
    purpose = words()
    period_from = serializers.DateField()
    period_to = serializers.DateField()


class ReturnIn(PaperIn):
    """Money that goes back. issue: of the province's own returns, the issue whose money it does not pass on."""

    source = serializers.ChoiceField(choices=GivenBack.choices)  # type: ignore[assignment]  # a field
    amount = yuan()
    reason = words()
    issue = number(allow_null=True, default=None)


class MatchingIn(PaperIn):
    """Money beside the reward that arrived. project: for which supported project; none for the unit as a whole."""

    year = serializers.IntegerField(min_value=2000, max_value=2100)
    source = serializers.ChoiceField(choices=Matching.choices)  # type: ignore[assignment]  # a field
    amount = yuan()
    arrived_on = serializers.DateField()
    project = number(allow_null=True, default=None)


class SpendingSerializer(serializers.ModelSerializer):
    """What an enterprise used of the money paid to its project."""

    class Meta:
        model = SpendingReport
        fields = (
            *CHECKED,
            "award",
            "grant_project",
            "amount",
            "enterprise",
            "used_for",
            "purpose",
            "period_from",
            "period_to",
        )


class ReturnSerializer(serializers.ModelSerializer):
    """Money given back to the level above, and when it arrived there."""

    class Meta:
        model = ReturnPaper
        fields = (*CHECKED, "award", "issue", "source", "amount", "reason", "received_on")


class MatchingSerializer(serializers.ModelSerializer):
    """Money beside the reward that arrived. It is not in the ledger."""

    class Meta:
        model = MatchingFunds
        fields = (*CHECKED, "award", "grant_project", "year", "source", "amount", "arrived_on")


class SpendingViewSet(CheckedViewSet):
    """Spending reports."""

    query = scoped(use.spending)
    asks = OfProjectAsked
    serializer_class = SpendingSerializer
    noun = "spending"
    confirms = staticmethod(spending.confirm_spending)
    refuses = staticmethod(spending.refuse_spending)


class ReturnViewSet(CheckedViewSet):
    """Money given back to the level above."""

    query = scoped(use.returns)
    serializer_class = ReturnSerializer
    noun, row = "return", "return_paper"
    confirms = staticmethod(returns.confirm_return)
    refuses = staticmethod(returns.refuse_return)

    @extend_schema(request=ReceiptIn)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """Record for the level above when the money arrived."""
        row, given = self.object_for("grants.receive_return"), read(ReceiptIn, request)
        return self.answer(returns.receive_return(by=self.actor, return_paper=row, received_on=given["received_on"]))


class MatchingViewSet(CheckedViewSet):
    """Money beside the reward."""

    query = scoped(use.matching)
    asks = OfProjectAsked
    serializer_class = MatchingSerializer
    noun = "matching"
    confirms = staticmethod(matching.confirm_matching)
    refuses = staticmethod(matching.refuse_matching)


class OnAward(MoneyViewSet):
    """What goes back of an award, and what comes beside it."""

    @extend_schema(request=forms(ReturnIn), responses={201: ReturnSerializer})
    @action(detail=True, methods=["post"], url_path="give-back", parser_classes=BOTH)
    def give_back(self, request: Request, pk: str) -> Response:
        """Enter that money goes back to the level above, for the level at which it lies."""
        row = self.get_object()
        if not may(self.actor, "grants.enter_return_province", row):
            may(self.actor, "grants.enter_return_unit", row).or_refuse()
        paper, given = read_paper(ReturnIn, request)
        given["source"] = GivenBack(given["source"])
        if given["issue"] is not None:
            issues = within(Issue.objects.filter(award=row, state=CheckState.CONFIRMED), self.actor.scope)
            given["issue"] = named(issues, given["issue"], "issue")
        what = returns.ReturnInput(**given, paper=paper)
        return self.made(ReturnViewSet, returns.enter_return(by=self.actor, award=row, what=what))

    @extend_schema(request=forms(MatchingIn), responses={201: MatchingSerializer})
    @action(detail=True, methods=["post"], parser_classes=BOTH)
    def matching(self, request: Request, pk: str) -> Response:
        """Enter matching money that arrived, for the unit's finance bureau."""
        row = self.object_for("grants.enter_matching")
        paper, given = read_paper(MatchingIn, request)
        given["source"] = Matching(given["source"])
        if given["project"] is not None:
            given["project"] = named(awards.projects(self.actor.scope).filter(award=row), given["project"], "project")
        what = matching.MatchingInput(**given, paper=paper)
        return self.made(MatchingViewSet, matching.enter_matching(by=self.actor, award=row, what=what))


class OnProject(MoneyViewSet):
    """What a supported project used."""

    @extend_schema(request=form(SpendingIn), responses={201: SpendingSerializer})
    @action(detail=True, methods=["post"], parser_classes=FILES)
    def spend(self, request: Request, pk: str) -> Response:
        """Enter what was used of the money paid to the project, with its evidence, for the unit's finance bureau."""
        row = self.object_for("grants.enter_spending")
        paper, given = read_paper(SpendingIn, request, needed=True)
        what = spending.SpendingInput(**given | {"used_for": Spent(given["used_for"])}, paper=paper)
        return self.made(SpendingViewSet, spending.enter_spending(by=self.actor, project=row, what=what))
