"""What of the money waits for whom: every kind of line of a desk as one part of one query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, CharField, Count, DateField, Exists, F, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from grants.enums import (
    COUNTED,
    AcceptanceState,
    CheckState,
    EvaluationKind,
    EvaluationState,
    GivenBack,
    Ground,
    PanelState,
    Place,
    Result,
)
from grants.enums_ending import StepKind
from grants.models import (
    Acceptance,
    Account,
    Assessment,
    Evaluation,
    Panel,
    PanelMember,
    PanelScore,
    Recovery,
    Rectification,
    ReturnPaper,
)
from grants.queries import awards, bank, books, changes, ending, moves, recoveries, together, within
from grants.queries import requests as paying
from grants.queries.awards import money
from portal.accounts.enums import MIIT, MOF, Kind, Role
from portal.core.prepared import Prepared
from portal.core.scope import Actor, Scope
from portal.programme.enums import BatchState

MOST: Final = 20
_TEXT: Final = CharField()
# The columns of every part, and what stands in those a part does not fill.
_EMPTY: Final[dict[str, Any]] = {
    "told_unit_zh": Value("", output_field=_TEXT),
    "told_unit_en": Value("", output_field=_TEXT),
    "told_other": RawSQL("null::bigint", []),
    "told_due": RawSQL("null::date", [], output_field=DateField()),
    "told_amount": RawSQL("null::numeric(18,2)", [], output_field=money()),
    "told_words": Value("", output_field=_TEXT),
}
_COLUMNS: Final = ("told", "told_number", *_EMPTY)


@dataclass(frozen=True)
class Waits:
    """Something that waits: its kind, the number its page needs (or how many), the unit, and what the kind adds.

    other: a project, or the days in which money is passed on; amount: yuan; words: a document or project.
    """

    kind: str
    number: int
    unit_zh: str
    unit_en: str
    other: int | None
    due_on: date | None
    amount: Decimal | None
    words: str


def waiting(actor: Actor, *, on: date) -> list[Waits]:
    """All that waits for the actor besides checks and reports, at most twenty of each kind. One query, or none."""
    return [Waits(*row) for row in _WAITING(on, by=actor)]


def _lines(on: date, *, by: Actor) -> QuerySet[Any] | None:
    parts = [*_moves(by, on), *_back(by, on), *_assessing(by, on), *_ending(by)]
    return together(parts)


_WAITING: Final = Prepared(_lines, perhaps=(0,))


def _part(rows: QuerySet[Any], kind: Any, *, pk: str = "pk", **named: Any) -> QuerySet[Any]:
    """The first rows as lines. kind: a text or an expression; named: what fills other, due, amount and words."""
    told = kind if hasattr(kind, "resolve_expression") else Value(kind, output_field=_TEXT)
    filled = {"unit_zh": F("unit__name_zh"), "unit_en": F("unit__name_en")} | named
    columns = _EMPTY | {f"told_{name}": value for name, value in filled.items()}
    found: QuerySet[Any] = rows.annotate(told=told, told_number=F(pk), **columns).values_list(*_COLUMNS)[:MOST]
    return found


def _counted(rows: QuerySet[Any], kind: str, *, due: str = "") -> QuerySet[Any]:
    """How many there are as one line; no line for none. due: the column of their days; the line has the first."""
    grouped: QuerySet[Any] = rows.order_by().annotate(told=Value(kind, output_field=_TEXT)).values("told")
    first = {"told_due": Min(due)} if due else {}
    found: QuerySet[Any] = grouped.annotate(told_number=Count("pk"), **(_EMPTY | first)).values_list(*_COLUMNS)
    return found


def _moves(actor: Actor, on: date) -> Iterator[QuerySet[Any]]:
    scope = actor.scope
    if actor.post(Role.FINANCE_MAKER, kind=Kind.PROVINCIAL_FINANCE) is not None:
        kind = Case(When(received_on=None, then=Value("receive")), default=Value("pass_on"), output_field=_TEXT)
        yield _part(moves.waiting(scope, on=on), kind, due=F("due_on"), other=F("award__batch__rule_set__pass_on_days"))
    if actor.post(Role.FINANCE_MAKER, Role.FINANCE_CHECKER, kind=Kind.UNIT_FINANCE) is not None:
        yield _part(changes.unconfirmed(scope), "arrival", words=F("document_no"))
    watches = scope.nation and actor.roles & {Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.OFFICER}
    if watches or Role.AUDITOR in actor.roles or actor.post(Role.FINANCE_CHECKER, kind=Kind.PROVINCIAL_FINANCE):
        yield _counted(moves.waiting(scope, on=on).filter(due_on__lt=on), "late", due="due_on")
    if actor.post(Role.FINANCE_MAKER, code=MOF) is not None:
        yield _counted(awards.to_award(scope), "unawarded")
        nobody: dict[str, Any] = {name: Value("", output_field=_TEXT) for name in ("unit_zh", "unit_en")}
        yield _part(books.to_close(on), "close_year", pk="next", **nobody)
    if actor.post(Role.FINANCE_MAKER, kind=Kind.UNIT_FINANCE) is not None:
        yield _counted(_alive(paying.open_requests(scope)), "request")
    makes = [post.organisation for post in actor.posts if post.role == Role.FINANCE_MAKER]
    if makes:
        yield _counted(bank.queue(scope, organisations=makes), "bank")
    if paying.judges(actor):
        yield _counted(paying.to_judge(actor), "hold")


def _back(actor: Actor, on: date) -> Iterator[QuerySet[Any]]:
    """Demands, surplus, receipts and ended projects."""
    scope, demands = actor.scope, recoveries.open_demands(actor.scope)
    asked: dict[str, Any] = {"due": F("due_on"), "amount": F("left")}
    if actor.post(Role.FINANCE_MAKER, kind=Kind.UNIT_FINANCE) is not None:
        yield _part(demands, "demand", **asked)
        yield _hand_on(scope, Place.SURPLUS)
    of_province = actor.post(Role.FINANCE_MAKER, kind=Kind.PROVINCIAL_FINANCE) is not None
    if of_province:
        yield _receipts(scope, of_province=False)
        yield _hand_on(scope, Place.PROVINCE)
    of_mof = actor.post(Role.FINANCE_MAKER, code=MOF) is not None
    if of_mof:
        yield _receipts(scope, of_province=True)
    if of_province or of_mof:
        yield _part(demands.filter(due_on__lt=on), "overdue", **asked)
        yield _ended(scope)


def _hand_on(scope: Scope, place: Place) -> QuerySet[Any]:
    """Accounts with money that has to go up: a unit's surplus, or what came back to the province."""
    rows = within(Account.objects.filter(place=place, balance__gt=0), scope).order_by("pk")
    # Less the returns that wait for their checker: the maker has done what is to be done.
    left = RawSQL('money_return_left("grants_account"."award_id", %s, null)', [place.value], output_field=money())
    return _part(rows.annotate(left=left).filter(left__gt=0), "hand_on", pk="award_id", amount=F("left"))


def _ended(scope: Scope) -> QuerySet[Any]:
    """Money that lies with projects which a change took out of the plan, as far as no demand asks for it."""
    rows = within(Account.objects.filter(place=Place.PROJECT, balance__gt=0, project__end__isnull=False), scope)
    # What lies there less what is outstanding of demands on it, and no more than its award may be asked for.
    left = RawSQL(
        """least("grants_account"."balance" - coalesce((
            select sum(r.amount - coalesce((select sum(p.amount) from grants_recoverypayment p
                                             where p.recovery_id = r.id and p.state = 'confirmed'), 0))
              from grants_recovery r
             where r.grant_project_id = "grants_account"."project_id" and r.state in ('entered', 'confirmed')), 0),
            money_recovery_left("grants_account"."award_id", "grants_account"."project_id"))""",
        [],
        output_field=money(),
    )
    rows = rows.annotate(left=left).filter(left__gt=0).order_by("pk")
    return _part(rows, "ended", pk="award_id", other=F("project_id"), amount=F("left"))


def _receipts(scope: Scope, *, of_province: bool) -> QuerySet[Any]:
    rows = within(ReturnPaper.objects.filter(state=CheckState.CONFIRMED, received_on=None), scope).order_by("pk")
    wanted = rows.filter(source=GivenBack.PROVINCE) if of_province else rows.exclude(source=GivenBack.PROVINCE)
    return _part(wanted, "receipt", amount=F("amount"))


def _assessing(actor: Actor, on: date) -> Iterator[QuerySet[Any]]:
    """Evaluations and acceptances at the province, panels, rectifications, and what follows from a failed result."""
    provinces = [
        post.province
        for post in actor.posts
        if post.role == Role.PROVINCIAL_OFFICER and post.kind == Kind.PROVINCIAL_INDUSTRY
    ]
    if provinces:
        signed = Evaluation.objects.filter(province__in=provinces, state=EvaluationState.SIGNED)
        sent = Acceptance.objects.filter(province__in=provinces, state=AcceptanceState.SENT)
        yield _part(signed.order_by("pk"), "verify")
        yield _part(sent.order_by("pk"), "accept", words=F("project_name"))
    if actor.post(Role.REVIEWER, Role.OFFICER) is not None:
        mine = PanelScore.objects.filter(panel=OuterRef("pk"), person_id=actor.id)
        open_ = Panel.objects.filter(state=PanelState.OPEN, members__person_id=actor.id).exclude(Exists(mine))
        yield _part(open_.order_by("due_on", "pk"), "score", due=F("due_on"))
    if actor.post(Role.OFFICER, code=MIIT) is not None:
        yield _part(_alive(_to_mend()), "mend", due=F("rectify_by"))
        kind = Case(When(is_scored=True, then=Value("scored")), default=Value("unscored"), output_field=_TEXT)
        yield _part(_to_close(on), kind, due=F("due_on"))
        yield _part(_alive(_to_judge()).order_by("pk"), "judge", pk="award_id")
        yield _part(_alive(_to_open()).order_by("pk"), "empanel", pk="award_id")
    if actor.post(Role.OFFICER, code=MOF) is not None:
        rows = Rectification.objects.filter(state=CheckState.ENTERED).exclude(maker_id=actor.id)
        yield _part(rows.order_by("pk"), "mended")
    if actor.post(Role.FINANCE_MAKER, code=MOF) is not None:
        asked = Recovery.objects.filter(award=OuterRef("award"), ground=Ground.FAILED, state__in=COUNTED)
        failed = Assessment.objects.filter(state=CheckState.CONFIRMED, for_good=True).exclude(Exists(asked))
        # Where the unit got nothing, or gave back all, nothing can be demanded.
        left = RawSQL('money_recovery_left("grants_assessment"."award_id", null)', [], output_field=money())
        yield _part(_alive(failed).annotate(left=left).filter(left__gt=0).order_by("pk"), "failed", pk="award_id")


def _alive(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those whose batch is not archived: what was never done is not done any more, and the page would refuse it."""
    return rows.exclude(award__batch__state=BatchState.ARCHIVED)


def _ending(actor: Actor) -> Iterator[QuerySet[Any]]:
    """Batches to be assessed or archived, and what MOF countersigns; the number is that of the batch."""
    nowhere: dict[str, Any] = {name: Value("", output_field=_TEXT) for name in ("unit_zh", "unit_en")}
    if actor.post(Role.OFFICER, code=MIIT) is not None:
        yield _part(ending.to_assess(), "assess", pk="number", **nowhere)
        yield _part(ending.to_archive(), "archive", pk="number", **nowhere)
    if actor.post(Role.OFFICER, code=MOF) is not None:
        kind = Case(
            When(kind=StepKind.ARCHIVE, then=Value("archiving")), default=Value("reopening"), output_field=_TEXT
        )
        yield _part(ending.to_countersign(actor), kind, pk="batch__number", **nowhere)


def _to_close(on: date) -> QuerySet[Any]:
    """Panels at work on which every member has scored (`is_scored`), or whose day is over."""
    scores = PanelScore.objects.filter(panel=OuterRef("panel"), person=OuterRef("person"))
    idle = PanelMember.objects.filter(panel=OuterRef("pk")).exclude(Exists(scores))
    rows = Panel.objects.filter(state=PanelState.OPEN).annotate(is_scored=~Exists(idle))
    return rows.filter(Q(is_scored=True) | Q(due_on__lt=on)).order_by("due_on", "pk")


def _to_open() -> QuerySet[Evaluation]:
    """Self-evaluations of the mid-term and of the end which the province has verified and no panel looked at; those of
    the end as long as no final result is there or waits, for none is opened then.
    """
    panels = Panel.objects.filter(award=OuterRef("award"), kind=OuterRef("kind"))
    given = Assessment.objects.filter(award=OuterRef("award"))
    given = given.filter(Q(state=CheckState.ENTERED) | Q(state=CheckState.CONFIRMED, for_good=True))
    rows = Evaluation.objects.filter(state=EvaluationState.VERIFIED).exclude(kind=EvaluationKind.SELF)
    over = Q(award__assessment_passed_on__isnull=False) | Exists(given)
    return rows.exclude(Exists(panels)).exclude(over, kind=EvaluationKind.FINAL)


def _to_judge() -> QuerySet[Panel]:
    """Final panels that are closed, the last of their award, on whose total no result rests yet."""
    given = Assessment.objects.filter(panel=OuterRef("pk")).exclude(state=CheckState.REFUSED)
    later = Panel.objects.filter(award=OuterRef("award"), kind=EvaluationKind.FINAL, pk__gt=OuterRef("pk"))
    rows = Panel.objects.filter(state=PanelState.CLOSED, kind=EvaluationKind.FINAL)
    return rows.exclude(Exists(given)).exclude(Exists(later))


def _to_mend() -> QuerySet[Assessment]:
    """Rectifications that were asked for and not yet recorded."""
    later = Assessment.objects.filter(award=OuterRef("award"), pk__gt=OuterRef("pk")).exclude(state=CheckState.REFUSED)
    said = Rectification.objects.filter(assessment=OuterRef("pk")).exclude(state=CheckState.REFUSED)
    rows = Assessment.objects.filter(state=CheckState.CONFIRMED, result=Result.RECTIFY, rectify_by__isnull=False)
    return rows.exclude(Exists(later)).exclude(Exists(said)).order_by("rectify_by", "pk")
