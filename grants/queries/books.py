"""Reads on the books: entries, accounts, statements by pages, years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import DateField, Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from grants.enums import CheckState, EntryKind
from grants.models import Account, Award, AwardChange, Counter, Entry, Line, Reversal, YearClose
from grants.queries import within
from portal.core import clock
from portal.core.joins import with_names
from portal.core.scope import Scope

PAGE: Final = 50


def entries(scope: Scope) -> QuerySet[Entry]:
    """Entries with all their page shows: papers, people, the entry they take back or that took them back."""
    rows = with_names(within(Entry.objects.all(), scope), "award__batch", "unit", "province", "maker", "checker")
    rows = rows.select_related(
        "award__document", "issue__document", "issue__paper__document", "pass_on__document", "payment__document"
    )
    return rows.select_related(
        "payment__grant_project",
        "reversal__document",
        "year_close",
        "reverses",
        "reversed_by__reversal",
        "spending__document",
        "return_paper__document",
        "recovery_payment__document",
    )


def lines_of(scope: Scope, *, entry: Entry) -> QuerySet[Line]:
    """The lines of one entry as they were written."""
    return within(Line.objects.filter(entry=entry), scope).select_related("account__project").order_by("pk")


def waiting_reversal(scope: Scope, *, entry: Entry) -> Reversal | None:
    """The reversal of an entry that waits for its checker."""
    return within(Reversal.objects.filter(entry=entry, state=CheckState.ENTERED), scope).first()


def reversals(scope: Scope) -> QuerySet[Reversal]:
    """Reversals, the newest first."""
    rows = with_names(
        within(Reversal.objects.all(), scope), "award__batch", "unit", "province", "maker", "checker", "organisation"
    )
    return rows.select_related("entry__return_paper", "document", "booked").order_by("-pk")


def accounts(scope: Scope) -> QuerySet[Account]:
    """Accounts with their award and project."""
    return with_names(within(Account.objects.all(), scope), "award__batch", "unit", "province").select_related(
        "project"
    )


def accounts_of(scope: Scope, *, award: Award) -> QuerySet[Account]:
    """The accounts of one award, in the order in which money passes them."""
    return within(Account.objects.filter(award=award), scope).select_related("project").order_by("pk")


@dataclass(frozen=True)
class Statement:
    """One page of an account's lines, the newest first; `older` and `newer` are the cursors of its neighbours."""

    rows: list[Line]
    older: int | None
    newer: int | None


def statement(scope: Scope, *, account: Account, before: int | None = None, after: int | None = None) -> Statement:
    """A page by cursor: one query that costs the same at any length, each line with its running balance."""
    rows = within(Line.objects.filter(account=account), scope).select_related("entry__reversed_by")
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        shown = found[:PAGE][::-1]
        return Statement(shown, shown[-1].pk if shown else None, shown[0].pk if len(found) > PAGE else None)
    found = list((rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    older = shown[-1].pk if len(found) > PAGE else None
    return Statement(shown, older, shown[0].pk if before is not None and shown else None)


def year_closes() -> QuerySet[YearClose]:
    """Closings of years; the policy shows them to those who see the nation."""
    return with_names(YearClose.objects.all(), "maker", "checker", "organisation").order_by("-year", "-pk")


def change_of(scope: Scope, *, entry: Entry) -> AwardChange | None:
    """The change of an award an entry booked."""
    if entry.kind != EntryKind.CHANGE:
        return None
    rows = within(AwardChange.objects.filter(award=entry.award_id, document_no=entry.document_no), scope)
    return rows.filter(checked_at=entry.booked_at).select_related("document").first()


@dataclass(frozen=True)
class Year:
    """One year of the books: how many entries, open or closed, what was carried over; where a click leads."""

    year: int
    entries: int
    state: str
    words: str
    carried_over: Decimal | None
    surplus: Decimal | None
    closed_at: datetime | None
    document_no: str
    digest: str
    url: str


def years() -> list[Year]:
    """The years of the books, the newest first: from the first with an entry on, also those without. Two queries."""
    closes = {row.year: row for row in YearClose.objects.exclude(state=CheckState.REFUSED)}
    booked = {row.year: row for row in Counter.objects.filter(last__gt=0)}
    if not booked:
        return []
    closed = [row.year for row in closes.values() if row.state == CheckState.CONFIRMED]
    newest = max(*booked, clock.today().year - 1)
    return [
        _year(year, booked.get(year), closes.get(year), passed=year < max(closed, default=0))
        for year in range(newest, min(booked) - 1, -1)
    ]


def to_close(on: date) -> QuerySet[Any]:
    """The year to be closed next (`next`), once its last day lies before `on` and nobody has entered its closing."""
    closes = YearClose.objects.order_by()
    closed = closes.filter(state=CheckState.CONFIRMED).order_by("-year").values(follows=F("year") + 1)[:1]
    first = Counter.objects.filter(last__gt=0).order_by("year").values("year")[:1]
    rows: QuerySet[Any] = Counter.objects.filter(year=Subquery(first)).annotate(
        next=Coalesce(Subquery(closed), F("year"), output_field=IntegerField())
    )
    last_day = Func(F("next"), 12, 31, function="make_date", output_field=DateField())
    entered = closes.filter(state=CheckState.ENTERED, year=OuterRef("next"))
    over: QuerySet[Any] = rows.annotate(last_day=last_day).filter(last_day__lt=on)
    return over.exclude(Exists(entered))


def _year(year: int, row: Counter | None, close: YearClose | None, *, passed: bool) -> Year:
    """One year. passed: a later one is closed, so this one, if it is not, is not closed any more."""
    closed = close is not None and close.state == CheckState.CONFIRMED
    state = ("none" if passed else "open") if close is None else "done" if closed else "waiting"
    words = {
        "open": _("open"),
        "waiting": _("closing to be checked"),
        "done": _("closed"),
        "none": _("nothing was booked"),
    }[state]
    url = reverse("grants:year_close", args=[close.pk]) if close else reverse("grants:close_year", args=[year])
    return Year(
        year,
        row.last if row else 0,
        state,
        words,
        close.carried_over if close and closed else None,
        close.surplus if close and closed else None,
        close.checked_at if close and closed else None,
        close.document_no if close else "",
        row.digest if row else "",
        url,
    )


@dataclass(frozen=True)
class Unspent:
    """What a closing would carry over and what would become surplus (yuan), of how many accounts."""

    carried_over: Decimal
    surplus: Decimal
    accounts: int


def is_as_booked(moment: datetime | None) -> bool:
    """Whether nothing was booked since the moment (None: now), so that the books of now are those of then."""
    if moment is None:
        return True
    with connection.cursor() as cursor:  # the table itself: by its bare name it looks as it stood
        cursor.execute("select not exists (select 1 from public.grants_entry where booked_at > %s)", [moment])
        return bool(cursor.fetchone()[0])


def unspent(year: int) -> Unspent:
    """What closing the year now would book; asked of the function the closing itself uses."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(amount) filter (where place = 'unit'), 0),"
            " coalesce(sum(amount) filter (where place <> 'unit'), 0), count(*) filter (where amount > 0)"
            " from year_unspent(%s)",
            [year],
        )
        return Unspent(*cursor.fetchone())
