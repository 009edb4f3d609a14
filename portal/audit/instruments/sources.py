"""What auditors look through: sources registered by the apps, each with the fields a query may ask for.

    register(Source(
        name="payments", label=_("Payments"), rows=payments, title=lambda row: row.payee,
        url=lambda row: reverse("oversight:payment", args=[row.pk]), amount="amount",
        fields=(Field("amount", _("Amount"), "yuan"), Field("province", _("Province"), "choice", …), …),
    ))

`rows(actor, as_of)` gives what stood at that moment in the actor's scope: scope first, the policy is the net. A field
is a path of the database declared here by name: nothing a person types is ever part of a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import QuerySet

from portal.core.errors import Text
from portal.core.scope import Actor

Kind = Literal["text", "code", "choice", "number", "yuan", "date", "moment", "yes"]
Pairs = Iterable[tuple[Any, Any]]


@dataclass(frozen=True)
class Field:
    """One field: name (in queries and addresses), label, kind, path in the database (the name when missing).

    choices: for kind "choice", pairs of value and words, or a function that is asked once a page. shown: whether it is
    a column of the results; value: what the column reads of a row, the path with dots when missing; look: how the
    column shows it, where that is not its kind; leads: a row's address that the value leads to.
    """

    name: str
    label: Text
    kind: Kind = "text"
    path: str = ""
    choices: Pairs | Callable[[], Pairs] = ()
    shown: bool = True
    value: str | Callable[[Any], Any] = ""
    look: str = ""
    leads: Callable[[Any], str] | None = None

    @property
    def column(self) -> str:
        """The path in the database."""
        return self.path or self.name

    def pairs(self) -> list[tuple[str, str]]:
        """The choices, values as text."""
        given = self.choices() if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in given]


@dataclass(frozen=True)
class Source:
    """One source. amount: the field that is drawn by money (empty: none); strata: fields whose values make strata."""

    name: str
    label: Text
    rows: Callable[[Actor, datetime | None], QuerySet[Any]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    fields: tuple[Field, ...]
    amount: str = ""
    strata: tuple[str, ...] = ()
    hint: Text = ""

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((one for one in self.fields if one.name == name), None)


SOURCES: Final[dict[str, Source]] = {}


def register(*sources: Source) -> None:
    """Add an app's sources. Raises ValueError when a name is taken, or a source names a field it has not."""
    for source in sources:
        if source.name in SOURCES:
            raise ValueError(f"Two sources are named {source.name}.")
        wanted = (source.amount, *source.strata)
        if lost := [name for name in wanted if name and source.field(name) is None]:
            raise ValueError(f"{source.name} has no field {lost}.")
        SOURCES[source.name] = source


def has_amounts(name: str) -> bool:
    """Whether things of this source have an amount. One that is not registered any more is taken to have had some."""
    return name not in SOURCES or bool(SOURCES[name].amount)


def with_money() -> list[Source]:
    """The sources a sample can be drawn from by money."""
    return [source for source in SOURCES.values() if source.amount]
