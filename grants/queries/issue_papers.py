"""Reads on documents that issue a tranche to many units: what is open, the documents, their lines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Func, OuterRef, QuerySet, Sum

from grants.enums import COUNTED, CheckState, Tranche
from grants.models import Award, Issue, IssueFile, IssuePaper
from grants.queries import moves, within
from grants.queries.awards import total
from portal.core.joins import with_names
from portal.core.money import ZERO, YuanField, to_fen
from portal.core.scope import Scope
from portal.programme.enums import BatchState
from portal.programme.models import Batch


@dataclass(frozen=True)
class Open:
    """An award with what may still be issued of one of its tranches (yuan)."""

    award: Award
    left: Decimal


@dataclass(frozen=True)
class Tally:
    """A tranche of a batch with how many awards still have something left in it, and how much (yuan)."""

    batch: Batch
    tranche: Tranche
    awards: int
    left: Decimal


def _issued(tranche: Tranche) -> Any:
    rows = Issue.objects.filter(award=OuterRef("pk"), tranche=tranche, state__in=COUNTED).order_by().values("award")
    return total(rows.annotate(sum=Sum("amount")).values("sum"))


# What the final assessment left of the second tranche, where it reduced it.
_REDUCED: Final = Func(F("pk"), function="second_tranche_limit", output_field=YuanField(null=True))


def _awards(scope: Scope) -> QuerySet[Any]:
    """Confirmed awards, without those of archived batches: nothing is issued there any more."""
    rows = Award.objects.filter(state=CheckState.CONFIRMED).exclude(batch__state=BatchState.ARCHIVED)
    return (
        with_names(within(rows, scope), "unit", "province")
        .select_related("batch__rule_set")
        .annotate(issued_1=_issued(Tranche.FIRST), issued_2=_issued(Tranche.SECOND), reduced=_REDUCED)
        .order_by("province_id", "unit_id", "pk")
    )


def _left(award: Any, tranche: Tranche) -> Decimal:
    """As `domain.issues.tranche_left` has it, of an award whose issued sums were read with it."""
    if tranche == Tranche.SECOND and award.assessment_passed_on is None:
        return ZERO
    share = award.batch.rule_set.first_tranche_share if award.batch.rule_set else Decimal(0)
    first = to_fen(award.amount * share)
    if tranche == Tranche.FIRST:
        return Decimal(first - award.issued_1)
    rest = award.amount - first
    return Decimal((rest if award.reduced is None else min(rest, award.reduced)) - award.issued_2)


def open_lines(scope: Scope, *, batch: Batch, tranche: Tranche) -> list[Open]:
    """Awards of the batch that still have something left in the tranche, by place. One query."""
    rows = ((row, _left(row, tranche)) for row in _awards(scope).filter(batch=batch))
    return [Open(row, left) for row, left in rows if left > ZERO]


def tallies(scope: Scope) -> list[Tally]:
    """Tranches of which something is left, the newest batch first. One query."""
    sums: dict[tuple[int, Tranche], list[Any]] = {}
    for row in _awards(scope):
        for tranche in Tranche:
            if (left := _left(row, tranche)) > ZERO:
                held = sums.setdefault((-row.batch.number, tranche), [row.batch, 0, ZERO])
                held[1] += 1
                held[2] += left
    return [Tally(batch, tranche, count, left) for (_number, tranche), (batch, count, left) in sorted(
        sums.items(), key=lambda item: item[0])]  # fmt: skip


def papers(scope: Scope) -> QuerySet[Any]:
    """Documents the reader sees, the newest first, with `units`: how many of its lines the reader sees."""
    rows: QuerySet[Any] = IssuePaper.objects.all()
    if not scope.nation:
        rows = rows.filter(pk__in=within(Issue.objects.exclude(paper=None), scope).values("paper"))
    named = with_names(rows, "batch", "maker", "checker", "organisation").select_related("document")
    found: QuerySet[Any] = named.annotate(units=Count("lines")).order_by("-pk")
    return found


def lines_of(scope: Scope, *, paper: IssuePaper) -> QuerySet[Any]:
    """The lines of a document that the reader sees, by place, as `moves.issues` has them."""
    rows: QuerySet[Any] = moves.issues(scope).filter(paper=paper).order_by("province_id", "unit_id", "pk")
    return rows


def files(scope: Scope) -> QuerySet[IssueFile]:
    """Files of documents the reader sees."""
    return IssueFile.objects.filter(papers__in=papers(scope).values("pk"))
