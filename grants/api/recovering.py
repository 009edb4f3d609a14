"""Demands for money back, payments on them, and their withdrawal."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.base import (
    BOTH,
    CHECKED,
    CheckedViewSet,
    MoneyAsked,
    MoneyViewSet,
    OfAwardAsked,
    PaperIn,
    computed,
    forms,
    named,
    number,
    perhaps,
    read_paper,
    scoped,
    words,
    yuan,
)
from grants.domain import recoveries as domain
from grants.enums import Ground, RecoveryState, Standing
from grants.models import Recovery, RecoveryPayment, RecoveryWithdrawal
from grants.queries import awards
from grants.queries import recoveries as queries
from portal.core import clock
from portal.core.scope import Scope


class RecoveriesAsked(OfAwardAsked):
    """Also a state, or how a demand stands today."""

    state = serializers.ChoiceField(required=False, choices=RecoveryState.choices)
    standing = serializers.ChoiceField(required=False, choices=Standing.choices)


class OfRecoveryAsked(MoneyAsked):
    """Also a demand."""

    recovery = number(required=False)


class DemandIn(PaperIn):
    """A demand. project: whose money; none for the unit's whole money. violation: a code of the batch's rules."""

    ground = serializers.ChoiceField(choices=Ground.choices)
    amount = yuan()
    due_on = serializers.DateField()
    reason = words(2000)
    project = number(allow_null=True, default=None)
    violation = perhaps(40)
    reference = perhaps(200)


class CollectedIn(PaperIn):
    """A part of a demand. project: from which; none for the unit's own money."""

    amount = yuan()
    project = number(allow_null=True, default=None)


class WithdrawalIn(PaperIn):
    """Why a demand is withdrawn."""

    reason = words()


class RecoverySerializer(serializers.ModelSerializer):
    """A demand for money back, and how far it is paid."""

    paid, waiting, left = computed(), computed(), computed()
    standing = serializers.ChoiceField(choices=Standing.choices, read_only=True)

    class Meta:
        model = Recovery
        fields = (
            *CHECKED,
            "award",
            "grant_project",
            "level",
            "ground",
            "violation",
            "reference",
            "reason",
            "amount",
            "due_on",
            "fine_from",
            "fine_to",
            "paid",
            "waiting",
            "left",
            "standing",
        )


class RecoveryPaymentSerializer(serializers.ModelSerializer):
    """A part of a demand that was collected."""

    class Meta:
        model = RecoveryPayment
        fields = (*CHECKED, "award", "recovery", "grant_project", "amount")


class WithdrawalSerializer(serializers.ModelSerializer):
    """The end of a demand that is not paid in full."""

    class Meta:
        model = RecoveryWithdrawal
        fields = (*CHECKED, "award", "recovery", "level", "amount", "reason")


class RecoveryPaymentViewSet(CheckedViewSet):
    """Payments on demands."""

    query = scoped(queries.payments)
    asks = OfRecoveryAsked
    serializer_class = RecoveryPaymentSerializer
    noun = "recovery_payment"
    confirms = staticmethod(domain.confirm_recovery_payment)
    refuses = staticmethod(domain.refuse_recovery_payment)


class WithdrawalViewSet(CheckedViewSet):
    """Withdrawals of demands."""

    query = scoped(queries.withdrawals)
    asks = OfRecoveryAsked
    serializer_class = WithdrawalSerializer
    noun = "withdrawal"
    confirms = staticmethod(domain.confirm_withdrawal)
    refuses = staticmethod(domain.refuse_withdrawal)


def _demands(scope: Scope) -> QuerySet[Any]:
    return queries.recoveries(scope, on=clock.today())


class RecoveryViewSet(CheckedViewSet):
    """Demands for money back."""

    query = scoped(_demands)
    asks = RecoveriesAsked
    serializer_class = RecoverySerializer
    noun = "recovery"
    confirms = staticmethod(domain.confirm_recovery)
    refuses = staticmethod(domain.refuse_recovery)

    @extend_schema(request=forms(CollectedIn), responses={201: RecoveryPaymentSerializer})
    @action(detail=True, methods=["post"], parser_classes=BOTH)
    def collect(self, request: Request, pk: str) -> Response:
        """Enter for the unit's bureau that a part of the demand was collected."""
        row = self.object_for("grants.enter_recovery_payment")
        paper, given = read_paper(CollectedIn, request)
        if given["project"] is not None:
            projects = awards.projects(self.actor.scope).filter(award=row.award_id)
            given["project"] = named(projects, given["project"], "project")
        what = domain.CollectedInput(**given, paper=paper)
        return self.made(RecoveryPaymentViewSet, domain.enter_recovery_payment(by=self.actor, recovery=row, what=what))

    @extend_schema(request=forms(WithdrawalIn), responses={201: WithdrawalSerializer})
    @action(detail=True, methods=["post"], parser_classes=BOTH)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Enter that the demand is withdrawn, for the department that made it."""
        row = self.object_for("grants.enter_withdrawal")
        paper, given = read_paper(WithdrawalIn, request)
        what = domain.WithdrawalInput(**given, paper=paper)
        return self.made(WithdrawalViewSet, domain.enter_withdrawal(by=self.actor, recovery=row, what=what))


class OnAward(MoneyViewSet):
    """What is demanded back of an award."""

    @extend_schema(request=forms(DemandIn), responses={201: RecoverySerializer})
    @action(detail=True, methods=["post"], parser_classes=BOTH)
    def demand(self, request: Request, pk: str) -> Response:
        """Enter a demand for money back, for MOF or the finance department of the province."""
        row = self.object_for("grants.enter_recovery")
        paper, given = read_paper(DemandIn, request)
        given["ground"] = Ground(given["ground"])
        if given["project"] is not None:
            given["project"] = named(awards.projects(self.actor.scope).filter(award=row), given["project"], "project")
        what = domain.DemandInput(**given, paper=paper)
        return self.made(RecoveryViewSet, domain.demand(by=self.actor, award=row, what=what))
