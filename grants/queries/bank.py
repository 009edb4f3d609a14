"""Reads on bank files: statements, lines and what became of them, papers without a line, sets of orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from grants.bank.matching import AFTER, BEFORE, Paper
from grants.enums import CheckState
from grants.enums_bank import TAKEN_BACK, Decided, Direction, LineState
from grants.models import (
    BankDecision,
    BankFile,
    BankLine,
    BankOrder,
    BankOrderItem,
    BankStatement,
    Issue,
    PassOn,
    Payment,
)
from grants.queries import within
from grants.queries.awards import total
from portal.accounts.enums import MOF, Kind
from portal.accounts.models import Organisation
from portal.core.joins import with_names
from portal.core.money import ZERO
from portal.core.scope import Scope

# The names of the foreign keys of a paper, and of the paper's kind, in decisions and orders.
PAPERS: Final[dict[str, type[Issue | PassOn | Payment]]] = {
    "issue": Issue,
    "pass_on": PassOn,
    "payment": Payment,
}
_BODY: Final = ("organisation",)
CANDIDATES: Final = 50


def kind_of(paper: Issue | PassOn | Payment) -> str:
    """The name of a paper's kind in decisions and orders."""
    return next(name for name, model in PAPERS.items() if isinstance(paper, model))


def files(scope: Scope) -> QuerySet[BankFile]:
    """Files from banks, the newest first."""
    return with_names(within(BankFile.objects.all(), scope), *_BODY).order_by("-pk")


def statements(scope: Scope) -> QuerySet[Any]:
    """Statements, the newest first, with `matched` and `open_lines`: how many of its own lines are so."""
    counted = BankLine.objects.filter(statement=OuterRef("pk")).order_by().values("statement")

    def count(*states: str) -> Coalesce:
        rows = counted.filter(state__in=states).annotate(count=Count("pk")).values("count")
        return Coalesce(Subquery(rows), 0)

    rows = with_names(within(BankStatement.objects.all(), scope), *_BODY, "imported_by").select_related("file")
    return rows.annotate(
        matched=count(LineState.MATCHED), open_lines=count(LineState.OPEN), own=count(*LineState.values)
    ).order_by("-ends", "-pk")


def known(organisation: int, identities: Iterable[str]) -> dict[str, BankStatement]:
    """Statements of a body that are imported already, by their identity."""
    rows = BankStatement.objects.filter(organisation=organisation, identity__in=list(identities))
    return {row.identity: row for row in rows.select_related("imported_by")}


def lines(scope: Scope) -> QuerySet[Any]:
    """Lines, the newest day first."""
    rows = with_names(within(BankLine.objects.all(), scope), *_BODY).select_related("statement")
    return rows.order_by("-day", "-pk")


def of_papers_taken_back() -> QuerySet[BankDecision, int]:
    """Lines that are matched to a paper which was taken back afterwards: the money moved, and nothing stands for it."""
    reversed_ = CheckState.REVERSED
    gone = Q(issue__state=reversed_) | Q(pass_on__state=reversed_) | Q(payment__state=reversed_)
    return BankDecision.objects.filter(gone, ended_at=None).order_by().values_list("line", flat=True)


def queue(scope: Scope, *, organisations: Sequence[int] | None = None) -> QuerySet[Any]:
    """Lines that a person has to look at, the oldest first: open ones, and matched ones whose paper was taken back.

    Adds `shown_why`: why it is looked at. organisations: those of these finance bodies alone.
    """
    rows = lines(scope).filter(Q(state=LineState.OPEN) | Q(pk__in=of_papers_taken_back()))
    if organisations is not None:
        rows = rows.filter(organisation__in=organisations)
    why = Case(When(state=LineState.OPEN, then=F("why")), default=Value(TAKEN_BACK), output_field=CharField())
    found: QuerySet[Any] = rows.annotate(shown_why=why).order_by("day", "pk")
    return found


def decisions(scope: Scope, *, line: BankLine) -> QuerySet[BankDecision]:
    """What was decided on a line, the newest first."""
    rows = within(BankDecision.objects.filter(line=line), scope)
    return rows.select_related("by", "ended_by", "issue", "pass_on", "payment").order_by("-pk")


def lines_of_paper(scope: Scope, *, paper: Issue | PassOn | Payment) -> list[BankLine]:
    """The lines that are a paper's, on either side, by day."""
    name = f"decisions__{kind_of(paper)}"
    rows = lines(scope).filter(**{name: paper, "decisions__ended_at": None})
    return list(rows.order_by("day", "pk"))


def own_lines(organisation: int, *, statement: int | None = None) -> QuerySet[BankLine]:
    """The open lines of a body, of one statement or of all."""
    rows = BankLine.objects.filter(organisation=organisation, state=LineState.OPEN)
    return (rows.filter(statement=statement) if statement else rows).order_by("pk")


def _sources(body: Organisation) -> list[tuple[str, str, QuerySet[Any]]]:
    """What moves the accounts of a body: direction, kind of paper, its confirmed papers."""
    if body.code == MOF:
        found: list[tuple[str, str, Any]] = [(Direction.DEBIT, "issue", Issue.objects.filter(organisation=body))]
    elif body.kind == Kind.PROVINCIAL_FINANCE:
        found = [
            (Direction.DEBIT, "pass_on", PassOn.objects.filter(organisation=body)),
            (Direction.CREDIT, "issue", Issue.objects.filter(province=body.province)),
        ]
    else:
        found = [
            (Direction.DEBIT, "payment", Payment.objects.filter(organisation=body)),
            (Direction.CREDIT, "pass_on", PassOn.objects.filter(unit=body.unit)),
        ]
    return [(direction, kind, _left(rows, kind, direction, body)) for direction, kind, rows in found]


def _left(rows: QuerySet[Any], kind: str, direction: str, body: Organisation) -> QuerySet[Any]:
    """Confirmed papers with `left`: what no line of the body accounts for yet (yuan)."""
    taken = (
        BankDecision.objects.filter(
            **{kind: OuterRef("pk")}, ended_at=None, organisation=body, line__direction=direction
        )
        .order_by()
        .values(kind)
        .annotate(sum=Sum("line__amount"))
        .values("sum")
    )
    ordered = with_names(rows.filter(state=CheckState.CONFIRMED), "unit", "province", "organisation")
    found: QuerySet[Any] = ordered.annotate(left=F("amount") - total(taken)).filter(left__gt=0)
    return found


def other_side(kind: str, paper: Any, direction: str) -> str:
    """Who stands on the other side of a paper's movement in the bank's books."""
    if kind == "payment":
        return str(paper.payee)
    if direction == Direction.CREDIT:
        return str(paper.organisation.name_zh)
    return str(paper.unit.name_zh if kind == "pass_on" else paper.province.name_zh)


def to_match(body: Organisation, *, line: BankLine | None = None, number: str = "") -> list[Paper]:
    """The papers of a body with something left, as the matching takes them; a key is (kind, number of the row).

    line: only those that come near it: by amount within the days, by name, or by a number its text holds.
    number: only those with this document number.
    """
    found = []
    for direction, kind, all_rows in _sources(body):
        rows = all_rows
        if line is not None:
            if direction != line.direction:
                continue
            rows = rows.filter(_number(number) if number else _near(line, kind))[:CANDIDATES]
        found += [
            Paper(
                (kind, row.pk),
                direction,
                row.left,
                row.document_no,
                row.document_date,
                other_side(kind, row, direction),
            )
            for row in rows
        ]
    return found


def _number(number: str) -> Q:
    return Q(document_no__iexact=number.strip())


def _near(line: BankLine, kind: str) -> Q:
    days = Q(document_date__range=(line.day - timedelta(days=AFTER), line.day + timedelta(days=BEFORE)))
    near = Q(left=line.amount) & days
    if kind == "payment" and line.name:
        near |= Q(payee=line.name)
    if line.text:
        near |= Q(document_no__in=_words(line.text))
    return near


def _words(text: str) -> list[str]:
    return [word for word in text.replace("，", " ").replace(",", " ").replace("；", " ").split() if len(word) > 1][:30]


def paper_of(scope: Scope, kind: str, pk: int) -> Any:
    """A confirmed paper by its kind and number, or None."""
    model = PAPERS.get(kind)
    return None if model is None else within(model._default_manager.filter(pk=pk), scope).first()


def unseen(scope: Scope, *, before: date) -> QuerySet[Payment]:
    """Confirmed payments, confirmed before a day, of which no line of a statement shows the whole: the oldest first.

    Adds `seen`: what lines account for (yuan). So an auditor sees what never left the bank.
    """
    taken = (
        BankDecision.objects.filter(payment=OuterRef("pk"), kind=Decided.MATCH, ended_at=None)
        .order_by()
        .values("payment")
        .annotate(sum=Sum("line__amount"))
        .values("sum")
    )
    ordered = BankOrderItem.objects.filter(payment=OuterRef("pk"), withdrawn=False).values("order__uploaded_at")[:1]
    rows = with_names(within(Payment.objects.all(), scope), "unit", "province").select_related("grant_project")
    return (
        rows.filter(state=CheckState.CONFIRMED, checked_at__lt=before)
        .annotate(seen=total(taken), ordered_at=Subquery(ordered))
        .filter(seen__lt=F("amount"))
        .order_by("checked_at", "pk")
    )


def to_order(organisation: int, kind: str) -> QuerySet[Any]:
    """Confirmed papers of a body that no set of orders holds and no line of a statement shows, the oldest first."""
    papers: QuerySet[Any] = Payment.objects.all() if kind == "payment" else PassOn.objects.all()
    rows = papers.filter(organisation=organisation, state=CheckState.CONFIRMED)
    return (
        with_names(rows, "unit", "province", "organisation")
        .exclude(bank_items__in=BankOrderItem.objects.filter(withdrawn=False))
        .exclude(bank_decisions__in=BankDecision.objects.filter(ended_at=None, line__direction=Direction.DEBIT))
        .order_by("checked_at", "pk")
    )


def accounts_of_payees(organisation: int, names: set[str]) -> dict[str, str]:
    """The bank accounts to which a body's matched lines last went, by the name of the payee."""
    rows = BankLine.objects.filter(
        organisation=organisation, direction=Direction.DEBIT, state=LineState.MATCHED, name__in=names
    ).exclude(counter_account="")
    return dict(rows.order_by("day", "pk").values_list("name", "counter_account"))


def orders(scope: Scope) -> QuerySet[BankOrder]:
    """Sets of payment orders, the newest first."""
    return with_names(within(BankOrder.objects.all(), scope), *_BODY, "withdrawn_by").order_by("-pk")


def items(scope: Scope, *, order: BankOrder) -> QuerySet[Any]:
    """The orders of a set, with the paper and what the bank has paid of it."""
    rows = within(BankOrderItem.objects.filter(order=order), scope)
    paid = BankDecision.objects.filter(ended_at=None, organisation=order.organisation_id).filter(
        Q(payment=OuterRef("payment"), payment__isnull=False) | Q(pass_on=OuterRef("pass_on"), pass_on__isnull=False)
    )
    seen = Subquery(paid.values("line__day")[:1], output_field=DateField())
    return rows.select_related("payment__unit", "pass_on__unit").annotate(paid_on=seen).order_by("pk")


def order_of(scope: Scope, *, paper: PassOn | Payment) -> BankOrder | None:
    """The set of orders a paper stands in."""
    rows = within(BankOrder.objects.all(), scope)
    return rows.filter(**{f"items__{kind_of(paper)}": paper, "items__withdrawn": False}).first()


def shares(scope: Scope) -> dict[str, Any]:
    """How many lines there are and how many are open, matched and set aside, with the sum of the open ones."""
    return within(BankLine.objects.all(), scope).aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(state=LineState.OPEN)),
        taken_back=Count("pk", filter=Q(pk__in=of_papers_taken_back())),
        matched=Count("pk", filter=Q(state=LineState.MATCHED)),
        aside=Count("pk", filter=Q(state=LineState.ASIDE)),
        open_sum=Coalesce(Sum("amount", filter=Q(state=LineState.OPEN)), ZERO),
    )
