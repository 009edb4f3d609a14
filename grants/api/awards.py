"""Awards, changes of their amount, their targets, and the projects they support."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.accepting import OnProject as Accepting
from grants.api.assessing import OnAward as Assessing
from grants.api.base import (
    CHECKED,
    FILES,
    PLACE,
    CheckedViewSet,
    MoneyAsked,
    MoneyViewSet,
    OfAwardAsked,
    PaperIn,
    form,
    named,
    number,
    read_paper,
    scoped,
    state_of_award,
    words,
    yuan,
)
from grants.api.base import computed as net
from grants.api.issues import OnAward as Issuing
from grants.api.paying import OnProject as Paying
from grants.api.performance import OnAward as Reporting
from grants.api.recovering import OnAward as Recovering
from grants.api.using import OnAward as Using
from grants.api.using import OnProject as Spending
from grants.domain import award_changes as changes
from grants.domain import awards as domain
from grants.models import Award, AwardChange, AwardTarget, GrantProject
from grants.queries import awards, within
from grants.queries.changes import award_changes
from portal.core.api import Nothing
from portal.core.joins import with_names
from portal.core.scope import Scope


class BatchAsked(MoneyAsked):
    """Also a batch by its number."""

    award = None  # type: ignore[assignment]  # a declared field that is left out
    batch = serializers.IntegerField(source="batch__number", required=False, min_value=1, max_value=32767)


class AwardIn(PaperIn):
    """The reward of a unit of a final list, named by its application."""

    application = number()
    amount = yuan()


class AwardChangeIn(PaperIn):
    """Another amount for an award, and why. attaches_targets: of an award without them, those of the plan."""

    amount = yuan()
    reason = words()
    attaches_targets = serializers.BooleanField(default=False)


class AwardSerializer(serializers.ModelSerializer):
    """The reward of one unit, and how far its money came."""

    batch = serializers.IntegerField(source="batch.number", read_only=True)
    issued, passed, paid = net(), net(), net()

    class Meta:
        model = Award
        fields = (*CHECKED, "batch", "application", "amount", "assessment_passed_on", "issued", "passed", "paid")


class AwardChangeSerializer(serializers.ModelSerializer):
    """Another amount for an award: entered by MOF, agreed by MIIT, confirmed by MOF."""

    class Meta:
        model = AwardChange
        fields = (*CHECKED, "award", "amount", "before", "reason", "attaches_targets", "agreed_at")


class AwardTargetSerializer(serializers.ModelSerializer):
    """An indicator of the plan as it stood when the award was confirmed. years: value by year."""

    award_state = state_of_award()

    class Meta:
        model = AwardTarget
        fields = (*PLACE, "award", "award_state", "code", "name", "formula", "measure", "baseline", "goal", "years")


class GrantProjectSerializer(serializers.ModelSerializer):
    """A supported project, and what is left of its support. Nothing more is paid where the award was reversed."""

    award_state = state_of_award()
    paid, waiting, left = net(), net(), net()
    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = GrantProject
        fields = (
            *PLACE,
            "award",
            "award_state",
            "name",
            "enterprise_name",
            "total_investment",
            "approved_support",
            "paid",
            "waiting",
            "left",
            "ended_at",
        )


class AwardChangeViewSet(CheckedViewSet):
    """Changes of awards."""

    query = scoped(award_changes)
    serializer_class = AwardChangeSerializer
    noun = "award_change"
    confirms = staticmethod(changes.confirm_award_change)
    refuses = staticmethod(changes.refuse_award_change)

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, pk: str) -> Response:
        """Agree for MIIT; MOF confirms it afterwards."""
        row = self.object_for("grants.agree_award_change")
        return self.answer(changes.agree_award_change(by=self.actor, award_change=row))


def _targets(scope: Scope) -> QuerySet[AwardTarget]:
    return with_names(within(AwardTarget.objects.all(), scope), "award")


class AwardTargetViewSet(MoneyViewSet):
    """Performance targets that are attached to awards."""

    query = scoped(_targets)
    asks = OfAwardAsked
    serializer_class = AwardTargetSerializer


class AwardViewSet(Issuing, Using, Recovering, Reporting, Assessing, CheckedViewSet):
    """Awards, and what is entered about one."""

    query = scoped(awards.awards)
    asks = BatchAsked
    serializer_class = AwardSerializer
    noun = "award"
    confirms = staticmethod(domain.confirm_award)
    refuses = staticmethod(domain.refuse_award)

    @extend_schema(request=form(AwardIn), responses={201: AwardSerializer})
    @action(detail=False, methods=["post"], parser_classes=FILES)
    def enter(self, request: Request) -> Response:
        """Enter the award of a unit of a final list with its sealed file, for MOF."""
        self.allowed("grants.enter_award")
        paper, given = read_paper(AwardIn, request, needed=True)
        application = named(awards.to_award(self.actor.scope), given["application"], "application")
        what = domain.AwardInput(given["amount"], paper)
        return self.answer(domain.enter_award(by=self.actor, application=application, what=what), 201)

    @extend_schema(request=form(AwardChangeIn), responses={201: AwardChangeSerializer})
    @action(detail=True, methods=["post"], parser_classes=FILES)
    def change(self, request: Request, pk: str) -> Response:
        """Enter another amount for a confirmed award, or the targets it lacks, with the sealed file, for MOF."""
        row = self.object_for("grants.enter_award_change")
        paper, given = read_paper(AwardChangeIn, request, needed=True)
        what = changes.AwardChangeInput(**given, paper=paper)
        return self.made(AwardChangeViewSet, changes.enter_award_change(by=self.actor, award=row, what=what))


class GrantProjectViewSet(Paying, Spending, Accepting, MoneyViewSet):
    """Supported projects, and what is entered about one."""

    query = scoped(awards.projects)
    asks = OfAwardAsked
    serializer_class = GrantProjectSerializer
