"""Reads on use, returns and matching money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Sum

from applications.models import FundingLine
from grants.enums import CheckState, GivenBack, Matching, Place
from grants.ledger import locks
from grants.models import Award, GrantProject, Issue, MatchingFunds, ReturnPaper, SpendingReport
from grants.queries import within
from grants.queries.awards import total
from portal.core.joins import with_names
from portal.core.money import ZERO
from portal.core.scope import Scope

_PEOPLE: Final = ("maker", "checker", "organisation")


def spending(scope: Scope) -> QuerySet[SpendingReport]:
    """Spending reports, the newest first."""
    rows = with_names(within(SpendingReport.objects.all(), scope), "award__batch", "unit", "province", *_PEOPLE)
    return rows.select_related("grant_project__end", "document", "entry").order_by("-pk")


def returns(scope: Scope) -> QuerySet[ReturnPaper]:
    """Returns, the newest first."""
    rows = with_names(
        within(ReturnPaper.objects.all(), scope), "award__batch", "unit", "province", "received_by", *_PEOPLE
    )
    return rows.select_related("issue", "document", "entry").order_by("-pk")


def matching(scope: Scope) -> QuerySet[MatchingFunds]:
    """Matching money that arrived, the newest first."""
    rows = with_names(within(MatchingFunds.objects.all(), scope), "award__batch", "unit", "province", *_PEOPLE)
    return rows.select_related("grant_project", "document").order_by("-pk")


@dataclass(frozen=True)
class Lies:
    """What lies with a project (yuan): paid and not used yet, used; `left`: what may still be reported as used."""

    unused: Decimal
    used: Decimal
    left: Decimal


def lies(project: GrantProject) -> Lies:
    """What lies with a project now. Two queries, one where its accounts are loaded."""
    held = {account.place: account.balance for account in project.accounts.all()}
    left = locks.left("spending", project.pk)
    return Lies(held.get(Place.PROJECT, ZERO), held.get(Place.USED, ZERO), left)


@dataclass(frozen=True)
class Source:
    """A place from which money may be given back: its account, the issue where it is one's money, what is left."""

    place: GivenBack
    issue: Issue | None
    left: Decimal


def sources(scope: Scope, award: Award, *, province: bool) -> list[Source]:
    """From where money of an award may be given back: by the province (what came back, each issue) or by the unit."""
    if not province:
        places = (GivenBack.SURPLUS, GivenBack.CARRY_OVER, GivenBack.UNIT)
        return [Source(one, None, locks.left("return", award.pk, one.value, None)) for one in places]
    issues = within(Issue.objects.filter(award=award, state=CheckState.CONFIRMED), scope).order_by("pk")
    found = [Source(GivenBack.PROVINCE, None, locks.left("return", award.pk, "province", None))]
    return found + [
        Source(GivenBack.PROVINCE, one, locks.left("return", award.pk, "province", one.pk)) for one in issues
    ]


def matching_awards(scope: Scope) -> QuerySet[Any]:
    """Confirmed awards with the money beside the reward: `planned` by the dossier, `arrived` and confirmed (yuan)."""
    plan = FundingLine.objects.filter(application=OuterRef("application"), source__in=Matching.values).order_by()
    came = MatchingFunds.objects.filter(award=OuterRef("pk"), state=CheckState.CONFIRMED).order_by()
    return (
        with_names(within(Award.objects.filter(state=CheckState.CONFIRMED), scope), "unit", "province")
        .annotate(
            planned=total(plan.values("application").annotate(sum=Sum("amount")).values("sum")),
            arrived=total(came.values("award").annotate(sum=Sum("amount")).values("sum")),
        )
        .order_by("province_id", "unit_id", "pk")
    )


@dataclass(frozen=True)
class Compared:
    """One year and source: what the plan says and what arrived (yuan); no share where nothing is planned."""

    year: int
    source: Matching
    planned: Decimal
    arrived: Decimal

    @property
    def source_words(self) -> str:
        """The source in words."""
        return str(self.source.label)

    @property
    def share(self) -> Decimal | None:
        """Arrived of planned, in per cent."""
        return share_of(self.arrived, self.planned)


def share_of(arrived: Decimal, planned: Decimal) -> Decimal | None:
    """The part that arrived, in per cent; None where nothing was planned."""
    return (100 * arrived / planned).quantize(Decimal("0.1"), ROUND_HALF_UP) if planned else None


def compared(scope: Scope, award: Award) -> list[Compared]:
    """The plan of an award's unit against what arrived, by year and source. Two queries."""
    plan = FundingLine.objects.filter(application=award.application_id, source__in=Matching.values)
    planned = {
        (row["year"], row["source"]): row["sum"]
        for row in plan.order_by().values("year", "source").annotate(sum=Sum("amount"))
    }
    came = within(MatchingFunds.objects.filter(award=award, state=CheckState.CONFIRMED), scope)
    arrived = {
        (row["year"], row["source"]): row["sum"]
        for row in came.order_by().values("year", "source").annotate(sum=Sum("amount"))
    }
    order = list(Matching.values)
    keys = sorted(planned.keys() | arrived.keys(), key=lambda key: (key[0], order.index(key[1])))
    return [
        Compared(year, Matching(source), planned.get((year, source), ZERO), arrived.get((year, source), ZERO))
        for year, source in keys
    ]
