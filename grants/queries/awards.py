"""Reads on awards, their projects and files, and who of the final list still has none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.db.models import DecimalField, F, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from applications.enums import ApplicationState
from applications.models import Application
from grants.enums import COUNTED, CheckState, Place
from grants.models import Account, Assessment, Award, Document, Entry, GrantProject, Line, Payment
from grants.queries import within
from grants.queries.ahead import COLUMNS
from portal.core.at_once import Together
from portal.core.joins import with_names
from portal.core.money import ZERO
from portal.core.prepared import Prepared
from portal.core.scope import Actor, Scope
from portal.programme.enums import BatchState
from portal.programme.models import Batch

_PEOPLE = ("maker", "checker", "organisation")


def money() -> DecimalField[Decimal, Decimal]:
    """The type of a computed amount."""
    return DecimalField(max_digits=18, decimal_places=2)


def zero() -> Value:
    """No yuan."""
    return Value(ZERO, output_field=money())


def total(rows: QuerySet[Any]) -> Coalesce:
    """The sum of `amount` of the outer row's own rows in `rows`, which name it first in `values`."""
    return Coalesce(Subquery(rows, output_field=money()), zero(), output_field=money())


def _held(*places: Place) -> Coalesce:
    rows = Account.objects.filter(award=OuterRef("pk"), place__in=places, project=None).order_by()
    return total(rows.values("award").annotate(sum=Sum("balance")).values("sum"))


def _balances(scope: Scope) -> QuerySet[Any]:
    return (
        with_names(within(Award.objects.all(), scope), "unit", "province", *_PEOPLE)
        .select_related("batch__rule_set", "document")
        .annotate(
            booked=-_held(Place.SOURCE),
            central=_held(Place.CENTRAL, Place.RECOVERED),
            at_province=_held(Place.PROVINCE),
            at_unit=_held(Place.UNIT, Place.CARRY_OVER, Place.SURPLUS),
        )
        .order_by("province_id", "unit_id", "pk")
    )


def awards(scope: Scope) -> QuerySet[Any]:
    """Awards by place, with `issued`, `passed`, `paid` and what lies with each: `central`, `at_province`, `at_unit`.

    Amounts in yuan; they follow from balances, so they cost the same at any number of entries. All are net: what was
    recovered lies at the centre again, carry-over and surplus lie with the unit, a reversed award has moved nothing.
    """
    rows: QuerySet[Any] = (
        _balances(scope)
        .annotate(issued=F("booked") - F("central"))
        .annotate(passed=F("issued") - F("at_province"))
        .annotate(paid=F("passed") - F("at_unit"))
    )
    return rows


_PARTS: Final[dict[str, Any]] = {"surplus": _held(Place.SURPLUS), "carried": _held(Place.CARRY_OVER), **COLUMNS}
_ONE: Final = Prepared(lambda pk, *, by: _balances(by.scope).annotate(**_PARTS).filter(pk=pk))


def award_of(actor: Actor, pk: int) -> Any:
    """One award as `awards` has it, with what of `at_unit` is `surplus` and `carried` over, or None; what its next
    steps hang on besides is read with it (`queries.ahead`).

    The sums are made here: in SQL each repeats the balances below it.
    """
    row = _ONE.one(pk, by=actor)
    if row is not None:
        row.issued = row.booked - row.central
        row.passed = row.issued - row.at_province
        row.paid = row.passed - row.at_unit
    return row


def to_award(scope: Scope) -> QuerySet[Application]:
    """Applications of a final list that have no award (or only refused ones), by administrative division."""
    taken = Award.objects.filter(state__in=COUNTED).values("application_id")
    return (
        within(Application.objects.all(), scope)
        .filter(state=ApplicationState.SELECTED, batch__state__in=[BatchState.FINAL, BatchState.RUNNING])
        .exclude(pk__in=taken)
        .select_related("unit", "province", "batch__rule_set")
        .order_by("province_id", "unit_id")
    )


def projects(scope: Scope) -> QuerySet[Any]:
    """Supported projects by place, with `paid` (confirmed), `waiting` (entered) and `left` of the support (yuan)."""
    rows = Payment.objects.filter(grant_project=OuterRef("pk")).order_by().values("grant_project")
    paid = rows.filter(state=CheckState.CONFIRMED).annotate(sum=Sum("amount")).values("sum")
    waiting = rows.filter(state=CheckState.ENTERED).annotate(sum=Sum("amount")).values("sum")
    return (
        with_names(within(GrantProject.objects.all(), scope), "unit", "province", "award__batch")
        .select_related("end", "version", "acceptance")
        .defer("version__content")
        .annotate(paid=total(paid), waiting=total(waiting))
        .annotate(left=F("approved_support") - F("paid") - F("waiting"))
        .order_by("province_id", "unit_id", "pk")
    )


def assessments(scope: Scope) -> QuerySet[Assessment]:
    """Results of final assessments, the newest first."""
    rows = with_names(within(Assessment.objects.all(), scope), "award__batch", "unit", "province", *_PEOPLE)
    return rows.select_related("document")


def documents(scope: Scope) -> QuerySet[Document]:
    """Files that belong to money in the scope."""
    return within(Document.objects.all(), scope)


def lines(scope: Scope, *, award: Award) -> QuerySet[Line]:
    """The lines of an award's entries, the newest entry first, each with entry and account."""
    return (
        within(Line.objects.all(), scope)
        .filter(entry__award=award)
        .select_related("entry__maker", "entry__checker", "entry__reversed_by", "account__project")
        .order_by("-entry__year", "-entry__number", "pk")
    )


def entry_of(payment: Payment) -> Entry | None:
    """The booking of a payment with its lines, or None while it is not booked."""
    found = _ENTRY.one(payment.pk)
    if found is not None:
        _LINES(found)
    return found


_ENTRY: Final = Prepared(lambda payment: Entry.objects.filter(payment=payment).order_by("pk")[:1])
_LINES: Final = Together(lambda: (Prefetch("lines", Line.objects.select_related("account")),))


def batch_with_rules(award: Award) -> Batch:
    """The batch of an award with its rule set, in one query."""
    return Batch.objects.select_related("rule_set").get(pk=award.batch_id)


def held(award_id: int, *places: Place) -> Decimal:
    """What lies at these places of an award now (yuan); nothing before the award is booked."""
    rows = Account.objects.filter(award_id=award_id, place__in=places, project=None)
    return sum(rows.values_list("balance", flat=True), ZERO)
