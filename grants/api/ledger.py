"""The books: accounts, entries with their lines, statements, reversals, closings of years."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.base import (
    BOTH,
    CHECKED,
    PLACE,
    SIGNED,
    CheckedViewSet,
    MoneyAsked,
    MoneyViewSet,
    OfAwardAsked,
    PaperIn,
    forms,
    named,
    number,
    read_paper,
    scoped,
    words,
)
from grants.domain import reversals, years
from grants.domain.papers import Paper
from grants.enums import CheckState, EntryKind, Place
from grants.models import Account, Counter, Entry, Line, Reversal, YearClose
from grants.queries import books, within
from portal.core.api import read
from portal.core.joins import bare
from portal.core.scope import Scope


class AccountsAsked(OfAwardAsked):
    """Also a place, a supported project."""

    place = serializers.ChoiceField(required=False, choices=Place.choices)
    project = number(required=False)


class EntriesAsked(OfAwardAsked):
    """Also a year, a kind, a document number."""

    year = serializers.IntegerField(required=False, min_value=2000, max_value=2100)
    kind = serializers.ChoiceField(required=False, choices=EntryKind.choices)
    document_no = serializers.CharField(required=False, max_length=60)


class LinesAsked(serializers.Serializer):
    """An account: its statement."""

    account = number(required=False)
    entry = number(required=False)


class ReversalsAsked(MoneyAsked):
    """Also the entry that is taken back."""

    entry = number(required=False)


class YearClosesAsked(serializers.Serializer):
    """A year, a state of checking."""

    year = serializers.IntegerField(required=False, min_value=2000, max_value=2100)
    state = serializers.ChoiceField(required=False, choices=CheckState.choices)


class ReversalIn(PaperIn):
    """Why an entry is taken back."""

    reason = words()


class YearCloseIn(PaperIn):
    """The paper that orders the closing of a year; it has no file."""

    year = serializers.IntegerField(min_value=2000, max_value=2100)


class AccountSerializer(serializers.ModelSerializer):
    """Where money of an award lies, and how much. payments: of a project's account, how many stand in it."""

    class Meta:
        model = Account
        fields = (*PLACE, "award", "place", "project", "balance", "payments")


class LineSerializer(serializers.ModelSerializer):
    """One side of an entry. after: what the account held after it."""

    place = serializers.ChoiceField(source="account.place", choices=Place.choices, read_only=True)
    project = serializers.IntegerField(source="account.project_id", read_only=True, allow_null=True)

    class Meta:
        model = Line
        fields = ("id", "entry", "account", "place", "project", "amount", "after")


class EntrySerializer(serializers.ModelSerializer):
    """One booking with the paper it rests on, its lines and its digest. reversed_by: the entry that took it back."""

    reversed_by = serializers.IntegerField(source="reversed_by.pk", read_only=True, allow_null=True, default=None)
    lines = LineSerializer(many=True, read_only=True)

    class Meta:
        model = Entry
        fields = (
            *PLACE,
            "award",
            "year",
            "number",
            "kind",
            "document_no",
            "booked_at",
            "issue",
            "pass_on",
            "payment",
            "spending",
            "return_paper",
            "recovery_payment",
            "reversal",
            "reverses",
            "reversed_by",
            "digest",
            "lines",
        )


class ReversalSerializer(serializers.ModelSerializer):
    """A correction. booked: the entry with the opposite amounts."""

    booked = serializers.IntegerField(source="booked.pk", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Reversal
        fields = (*CHECKED, "award", "entry", "amount", "reason", "booked")


class YearCloseSerializer(serializers.ModelSerializer):
    """The closing of a year: how many entries it found, what was carried over and what became surplus."""

    class Meta:
        model = YearClose
        fields = ("id", *SIGNED, "year", "entries", "digest", "carried_over", "surplus")


class AccountViewSet(MoneyViewSet):
    """Accounts with their balances."""

    query = scoped(books.accounts)
    asks = AccountsAsked
    serializer_class = AccountSerializer


def _lines(scope: Scope) -> QuerySet[Line]:
    return within(Line.objects.all(), scope).select_related("account")


class LineViewSet(MoneyViewSet):
    """Lines of entries, the newest first: of one account they are its statement."""

    query = scoped(_lines)
    asks = LinesAsked
    serializer_class = LineSerializer


def _entries(scope: Scope) -> QuerySet[Any]:
    rows = bare(books.entries(scope)).select_related("reversed_by")
    return rows.prefetch_related(Prefetch("lines", _lines(scope).order_by("pk")))


class EntryViewSet(MoneyViewSet):
    """Entries of the ledger."""

    query = scoped(_entries)
    asks = EntriesAsked
    serializer_class = EntrySerializer

    @extend_schema(request=forms(ReversalIn), responses={201: ReversalSerializer})
    @action(detail=True, methods=["post"], parser_classes=BOTH)
    def reverse(self, request: Request, pk: str) -> Response:
        """Enter that the entry is taken back, for the department that made it."""
        row = self.object_for("grants.enter_reversal")
        paper, given = read_paper(ReversalIn, request)
        what = reversals.ReversalInput(**given, paper=paper)
        return self.made(ReversalViewSet, reversals.enter_reversal(by=self.actor, entry=row, what=what))


class ReversalViewSet(CheckedViewSet):
    """Reversals of entries."""

    query = scoped(books.reversals)
    asks = ReversalsAsked
    serializer_class = ReversalSerializer
    noun = "reversal"
    confirms = staticmethod(reversals.confirm_reversal)
    refuses = staticmethod(reversals.refuse_reversal)


def _closes(scope: Scope) -> QuerySet[YearClose]:
    return books.year_closes()


class YearCloseViewSet(CheckedViewSet):
    """Closings of years, with what was carried over; for those who see the nation."""

    query = scoped(_closes)
    act = "grants.see_years"
    asks = YearClosesAsked
    serializer_class = YearCloseSerializer
    noun = "year_close"
    confirms = staticmethod(years.confirm_year_close)
    refuses = staticmethod(years.refuse_year_close)

    @extend_schema(request=YearCloseIn, responses={201: YearCloseSerializer})
    @action(detail=False, methods=["post"])
    def enter(self, request: Request) -> Response:
        """Enter the closing of a year, for MOF."""
        self.allowed("grants.enter_year_close")
        given = read(YearCloseIn, request)
        year = named(Counter.objects.all(), given["year"], "year").year
        paper = Paper(given["document_no"], given["document_date"])
        return self.answer(years.enter_year_close(by=self.actor, year=year, paper=paper), 201)
