"""One act on both sides, and what is compared afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from tests import factories_grants as make
from tests.grants.model.books import WRONG
from tests.grants.model.books_back import AllBooks
from tests.grants.model.done import Model
from tests.grants.model.papers import NOW, REVERSIBLE, THEN, UNBOOKED, Paper, at

# Acts about an award that stands.
STANDING: Final = {"change", "pay", "hold", "assess", "spend", "match", "give_back", "demand"}
# Acts that MIIT may do.
OF_MIIT: Final = {"agree", "hold", "judge", "assess", "mend"}


def chosen(model: Model, name: str) -> list[Paper] | None:
    """The papers of which an act takes one, None where it takes none."""
    every = {
        "receive": lambda: model.of("issue"),
        "pass_on": lambda: model.of("issue"),
        "arrive": lambda: model.of("pass_on"),
        "collect": lambda: model.of("demand"),
        "withdraw": lambda: model.of("demand"),
        "agree": lambda: model.of("change"),
        "mend": lambda: model.of("assess", state="confirmed", how="rectify"),
        "check": lambda: list(model.waiting()) or [one for one in model.papers if one.document is None],
        "reverse": lambda: [one for one in model.papers if one.state == "confirmed" and one.kind in REVERSIBLE],
    }
    return every[name]() if name in every else None


def resolved(model: Model, name: str, what: list[Any]) -> list[Any] | None:
    """What the act is about, its place among what there is become a paper; None when there is nothing to do it on."""
    papers = chosen(model, name)
    if papers is not None:
        return [papers[what[0] % len(papers)], *what[1:]] if papers else None
    if name in STANDING and model.award(what[0]) is None:
        return None
    if name == "issue" and not model.of("award", what[0]):
        return None
    if name == "judge" and what[0] not in model.holds:
        return None
    if name == "issue_paper":
        amounts = [amount if model.of("award", unit) else Decimal(0) for unit, amount in enumerate(what[1:])]
        return [what[0], *amounts] if any(amounts) else None
    return what


def play(model: Model, books: AllBooks, act: tuple[Any, ...]) -> None:
    """One act on both sides; they agree on whether it is done."""
    from portal.core.errors import DomainError

    name, *what = act
    if name == "next_year":
        model.year = NOW
        return
    if name == "wrong":
        intrude(model, books, *what)
        return
    found = resolved(model, name, what)
    if found is None:
        return
    allowed = model.allows(name, *found)
    try:
        row = getattr(books, name)(model, *found)
    except DomainError as error:
        assert not allowed, (act, str(error))  # noqa: PT017 - both outcomes may be right; the model says which
        return
    assert allowed, act
    model.does(name, found, row)


def called(model: Model, act: tuple[Any, ...]) -> str:
    """The name of an act, with the kind of paper that is checked or taken back."""
    name, *what = act
    if name not in {"check", "reverse"}:
        return str(name)
    found = resolved(model, name, what)
    return f"{name} {found[0].kind} {what[-1]}" if found else "next_year"


def intrude(model: Model, books: AllBooks, person: str, act: tuple[Any, ...]) -> None:
    """The act by somebody who has no part in it: refused, or its object is not to be seen."""
    from portal.core.errors import DomainError

    name, *what = act
    found = resolved(model, name, what)
    if found is None or (person == "miit" and (name in OF_MIIT or (name == "check" and found[0].kind == "change"))):
        return
    books.instead = person
    try:
        with transaction.atomic():
            getattr(books, name)(model, *found)
    except (DomainError, ObjectDoesNotExist):
        return
    finally:
        books.instead = ""
    raise AssertionError((person, act))


def compare(model: Model, who: dict[str, Any]) -> None:
    """Accounts, award by award; numbers of entries, year by year; and the verifier finds nothing."""
    from grants.ledger.verifier import differences
    from grants.models import Account, RequestInvoice

    with make.acting(who["mof"]):
        for unit in (0, 1):
            if (award := model.award(unit)) is None:
                continue
            award.row.refresh_from_db()
            assert award.row.amount == award.amount
            rows = Account.objects.filter(award_id=award.row.pk, project=None)
            balances = {row.place: row.balance for row in rows}
            assert balances.pop("source") == -award.amount
            assert balances.pop("carry_over", 0) == model.carry[unit]
            assert balances.pop("unit", 0) == model.of_the_unit(unit)
            assert model.carry[unit] + model.of_the_unit(unit) == model.held(unit, "unit")
            lies = model.lies[unit]
            for place in ("surplus", "recovered"):
                assert balances.pop(place, 0) == lies[place]
            of_projects = Account.objects.filter(award_id=award.row.pk, project__isnull=False)
            for place in ("project", "used"):
                assert sum(row.balance for row in of_projects if row.place == place) == lies[place]
            assert balances == {place: model.held(unit, place) for place in ("central", "province")}
            assert award.row.assessment_passed_on is not None if unit in model.passed else True
        counted = RequestInvoice.objects.filter(counted=True).count()
        assert counted == len(model.of("pay"))
        numbered(model)
    with make.acting(who["auditor"]):  # who sees the events of all
        assert differences() == []


def numbered(model: Model) -> None:
    """Every booked paper has its entry, and the numbers of a year have no gap."""
    from grants.models import Entry

    done = [one for one in model.papers if one.state in {"confirmed", "reversed"} and one.kind not in UNBOOKED]
    for year in (THEN, NOW):
        booked = sum(1 for one in done if one.year == year)
        numbers = list(Entry.objects.filter(year=year).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert booked <= len(numbers) <= booked + (2 if model.closed and year == NOW else 0)


def lived(world: Any, people: list[dict[str, Any]], acts: list[tuple[Any, ...]], *, watched: bool = False) -> Model:
    """Play the acts and compare; gives the model.

    watched: before each kind of act is done for the first time, everybody tries it who has no part in it.
    """
    model, books = Model(), AllBooks(world, people)
    seen: set[str] = {"next_year", "close", "wrong"}
    for act in acts:
        with at(model):
            if watched and (kind := called(model, act)) not in seen:
                seen.add(kind)
                for person in WRONG:
                    intrude(model, books, person, act)
            play(model, books, act)
    compare(model, people[0])
    return model
