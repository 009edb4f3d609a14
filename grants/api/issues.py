"""Issues of tranches, alone or as lines of a document of many units; pass-ons and their arrival."""

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
    SIGNED,
    CheckedViewSet,
    MoneyAsked,
    MoneyViewSet,
    PaperIn,
    computed,
    form,
    forms,
    named,
    number,
    perhaps,
    read_paper,
    scoped,
    yuan,
)
from grants.domain import arrivals
from grants.domain import issue_papers as paper_acts
from grants.domain import issues as domain
from grants.enums import CheckState, Tranche
from grants.models import Issue, IssuePaper, PassOn
from grants.queries import issue_papers, moves
from portal.core.api import read
from portal.core.errors import DomainError
from portal.programme import queries as programme


class IssuesAsked(MoneyAsked):
    """Also the document of many units an issue is a line of."""

    paper = number(required=False)


class PassOnsAsked(MoneyAsked):
    """Also the issue they are of."""

    issue = number(required=False)


class PapersAsked(serializers.Serializer):
    """A batch by its number, a state of checking."""

    batch = serializers.IntegerField(source="batch__number", required=False, min_value=1, max_value=32767)
    state = serializers.ChoiceField(required=False, choices=CheckState.choices)


class IssueIn(PaperIn):
    """A tranche on its way to the province."""

    tranche = serializers.ChoiceField(choices=Tranche.choices)
    amount = yuan()


class IssueLineIn(serializers.Serializer):
    """What one award gets."""

    award = number()
    amount = yuan()


class IssuePaperIn(PaperIn):
    """A document that issues a tranche of a batch (by its number) to many units; total as the document states it."""

    batch = serializers.IntegerField(min_value=1, max_value=32767)
    tranche = serializers.ChoiceField(choices=Tranche.choices)
    total = yuan()
    lines = serializers.ListField(child=IssueLineIn(), max_length=1000)


class ReceiptIn(serializers.Serializer):
    """The day on which the money reached the treasury."""

    received_on = serializers.DateField()


class PassOnIn(PaperIn):
    """Money on its way from the province to the unit. note: why late, or why only a part."""

    amount = yuan()
    passed_on = serializers.DateField()
    note = perhaps()


class ArrivalIn(serializers.Serializer):
    """The day on which the money reached the unit."""

    arrived_on = serializers.DateField()


class IssueSerializer(serializers.ModelSerializer):
    """One tranche on its way to a province. paper: the document of many units it is a line of."""

    passed, held = computed(), computed()
    due_on = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = Issue
        fields = (*CHECKED, "award", "paper", "tranche", "amount", "received_on", "passed", "held", "due_on")


class IssuePaperSerializer(serializers.ModelSerializer):
    """A document that issues to many units. units: how many of its lines the caller sees, in `issues/?paper=`."""

    batch = serializers.IntegerField(source="batch.number", read_only=True)
    units = serializers.IntegerField(read_only=True)

    class Meta:
        model = IssuePaper
        fields = ("id", *SIGNED, "batch", "tranche", "total", "units")


class PassOnSerializer(serializers.ModelSerializer):
    """Money passed on from the province to the unit; when it was due, and when the unit says it came."""

    due_on = serializers.DateField(read_only=True, allow_null=True)
    arrived_on = serializers.DateField(source="arrival.arrived_on", read_only=True, allow_null=True, default=None)
    arrival_confirmed_at = serializers.DateTimeField(
        source="arrival.confirmed_at", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = PassOn
        fields = (
            *CHECKED,
            "award",
            "issue",
            "amount",
            "passed_on",
            "note",
            "due_on",
            "arrived_on",
            "arrival_confirmed_at",
        )


class PassOnViewSet(CheckedViewSet):
    """Pass-ons from provinces to units."""

    query = scoped(moves.pass_ons)
    asks = PassOnsAsked
    serializer_class = PassOnSerializer
    noun = "pass_on"
    confirms = staticmethod(domain.confirm_pass_on)
    refuses = staticmethod(domain.refuse_pass_on)

    @extend_schema(request=ArrivalIn)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Request, pk: str) -> Response:
        """Confirm for the unit the day on which the money came."""
        row, given = self.object_for("grants.confirm_arrival"), read(ArrivalIn, request)
        arrivals.confirm_arrival(by=self.actor, pass_on=row, arrived_on=given["arrived_on"])
        return self.answer(row)


class IssueViewSet(CheckedViewSet):
    """Issues of tranches to provinces."""

    query = scoped(moves.issues)
    asks = IssuesAsked
    serializer_class = IssueSerializer
    noun = "issue"
    confirms = staticmethod(domain.confirm_issue)
    refuses = staticmethod(domain.refuse_issue)

    @extend_schema(request=ReceiptIn)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """Record for the province when the money arrived; the days to pass it on count from there."""
        row, given = self.object_for("grants.receive"), read(ReceiptIn, request)
        return self.answer(domain.receive(by=self.actor, issue=row, received_on=given["received_on"]))

    @extend_schema(request=forms(PassOnIn), responses={201: PassOnSerializer})
    @action(detail=True, methods=["post"], url_path="pass-on", parser_classes=BOTH)
    def pass_on(self, request: Request, pk: str) -> Response:
        """Enter for the province that money of this issue is passed on to the unit."""
        row = self.object_for("grants.enter_pass_on")
        paper, given = read_paper(PassOnIn, request)
        what = domain.PassOnInput(**given, paper=paper)
        return self.made(PassOnViewSet, domain.enter_pass_on(by=self.actor, issue=row, what=what))


class IssuePaperViewSet(CheckedViewSet):
    """Documents that issue a tranche to many units; confirmed and refused as a whole."""

    query = scoped(issue_papers.papers)
    asks = PapersAsked
    serializer_class = IssuePaperSerializer
    noun = "issue_paper"
    confirms = staticmethod(paper_acts.confirm_issue_paper)
    refuses = staticmethod(paper_acts.refuse_issue_paper)

    @extend_schema(request=form(IssuePaperIn), responses={201: IssuePaperSerializer})
    @action(detail=False, methods=["post"], parser_classes=FILES)
    def enter(self, request: Request) -> Response:
        """Enter a document with its lines and sealed file, for MOF: `lines[0]award`, `lines[0]amount` and so on."""
        self.allowed("grants.enter_issue_paper")
        paper, given = read_paper(IssuePaperIn, request, needed=True)
        batch = named(programme.batches(self.actor.scope), given["batch"], "batch", by="number")
        lines = [paper_acts.LineInput(**line) for line in given["lines"]]
        what = paper_acts.IssuePaperInput(Tranche(given["tranche"]), lines, given["total"], paper)
        try:
            row = paper_acts.enter_issue_paper(by=self.actor, batch=batch, what=what)
        except paper_acts.LineRefused as error:
            place = next(place for place, line in enumerate(lines) if error.field == f"amount_{line.award}")
            raise DomainError(error.code, error.message, f"lines/{place}/amount") from error
        return self.answer(row, 201)


class OnAward(MoneyViewSet):
    """What is issued of an award."""

    @extend_schema(request=form(IssueIn), responses={201: IssueSerializer})
    @action(detail=True, methods=["post"], parser_classes=FILES)
    def issue(self, request: Request, pk: str) -> Response:
        """Enter the issue of a tranche to the award's province with its sealed file, for MOF."""
        row = self.object_for("grants.enter_issue")
        paper, given = read_paper(IssueIn, request, needed=True)
        what = domain.IssueInput(Tranche(given["tranche"]), given["amount"], paper)
        return self.made(IssueViewSet, domain.enter_issue(by=self.actor, award=row, what=what))
