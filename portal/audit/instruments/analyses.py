"""Ready-made analyses, registered by the apps: one module each.

    ANALYSIS = Analysis(
        name="round_amounts", title=_("Round amounts"), rule=_("…"), source=_("…"), caution=_("…"),
        parameters=(Parameter("share", _("…"), "percent", Decimal(50)),),
        columns=(Column("unit", _("Pilot unit")), Column("amount", _("Amount"), "yuan"), …),
        find=find,
    )

    def find(asked: Asked) -> Iterator[Line]:
        yield Line(key="payment:17", title="…", cells={"unit": "…", "amount": Decimal("…")}, url="…", amount=…)

rule says what is looked for, source where the rule comes from, caution when a line means nothing: an analysis names
lines to look at, it accuses nobody. It reads in the asker's scope, in a worker, one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from portal.core.errors import Text
from portal.core.scope import Actor

Value = str | int | Decimal | date | datetime | bool | None
Kind = Literal["text", "code", "enterprise", "number", "percent", "yuan", "date", "moment"]
Asks = Literal["number", "yuan", "percent", "year"]


@dataclass(frozen=True)
class Parameter:
    """What a person may set: name, label, kind, default, limits, hint."""

    name: str
    label: Text
    kind: Asks
    default: Decimal | None
    least: str = "0"
    most: str = "999999999999"
    hint: Text = ""


@dataclass(frozen=True)
class Column:
    """A column of the lines. Kind "enterprise": a credit code, which leads to the page of its enterprise."""

    key: str
    label: Text
    kind: Kind = "text"


@dataclass(frozen=True)
class Line:
    """One line: its key (the same for the same thing at each run), what it is about, its cells, its address."""

    key: str
    title: str
    cells: dict[str, Value]
    url: str = ""
    amount: Decimal | None = None


@dataclass
class Asked:
    """Who asks, with which values; the analysis tells figures about all lines by `tell`, and how far it is by `step`.

    facts: pairs of label and value, both as text, in the language of the asker.
    """

    by: Actor
    values: dict[str, Decimal | None]
    facts: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, label: Text, value: Any) -> None:
        """A figure about all lines."""
        self.facts.append((str(label), str(value)))

    def number(self, name: str) -> Decimal:
        """The value of a parameter. Raises KeyError where the form let none through."""
        value = self.values[name]
        if value is None:
            raise KeyError(name)
        return value

    def year(self, name: str = "year") -> int | None:
        """The year asked for; None for all."""
        value = self.values.get(name)
        return None if value is None else int(value)


@dataclass(frozen=True)
class Analysis:
    """One ready-made analysis."""

    name: str
    title: Text
    rule: Text
    source: Text
    caution: Text
    columns: tuple[Column, ...]
    find: Callable[[Asked], Iterable[Line]]
    parameters: tuple[Parameter, ...] = ()


ANALYSES: Final[dict[str, Analysis]] = {}


def register(*found: Analysis) -> None:
    """Add an app's analyses. Raises ValueError when a name is taken."""
    for one in found:
        if one.name in ANALYSES:
            raise ValueError(f"Two analyses are named {one.name}.")
        ANALYSES[one.name] = one
