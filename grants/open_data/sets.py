"""The data sets: what each holds, column by column, in the order in which its function in the database gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import Mode, SupportMethod
from portal.core.errors import Text
from portal.programme.enums import Region

# Formats by their name in the database: the ending of the address, the type on the wire, what people call it.
FORMATS: Final = {
    "csv": ("csv", "text/csv; charset=utf-8", "CSV"),
    "json": ("json", "application/json; charset=utf-8", "JSON"),
    "360giving": ("360giving.json", "application/json; charset=utf-8", "360Giving"),
}
ENDINGS: Final = {ending: name for name, (ending, _type, _words) in FORMATS.items()}
YUAN: Final = _("yuan")


@dataclass(frozen=True)
class Column:
    """One column: its name in the files, its kind (text, whole, yuan, day, flag), title, what else there is to know.

    source: where the value comes from. choices: what the words of a coded column mean.
    """

    name: str
    kind: str
    title: Text
    source: Text
    text: Text = ""
    unit: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True)
class DataSet:
    """A data set: name in addresses, the function that gives its rows, title, description, columns, formats."""

    name: str
    function: str
    title: Text
    text: Text
    columns: tuple[Column, ...]
    formats: tuple[str, ...] = ("csv", "json")


_LIST: Final = _("final list")
_REFERENCE: Final = _("reference data of the portal")
_AWARD: Final = _("award confirmed by the Ministry of Finance")
_PLAN: Final = _("approved implementation plan")
_LEDGER: Final = _("ledger")


def _choices(choices: Any) -> tuple[tuple[str, Text], ...]:
    return tuple((str(value), label) for value, label in choices)


PLACE: Final = (
    Column("batch", "whole", _("Number of the batch"), _LIST),
    Column("province_code", "text", _("Code of the province"), _REFERENCE, _("GB/T 2260; XPCC is a key of our own.")),
    Column("province_zh", "text", _("Province, in Chinese"), _REFERENCE),
    Column("province_en", "text", _("Province, in English"), _REFERENCE),
    Column("region", "text", _("Economic region"), _REFERENCE, choices=_choices(Region.choices)),
    Column(
        "unit_code",
        "text",
        _("Code of the pilot unit"),
        _REFERENCE,
        _("GB/T 2260; of two districts that are one unit both codes, joined by a plus sign."),
    ),
    Column("unit_zh", "text", _("Pilot unit, in Chinese"), _LIST),
    Column("unit_en", "text", _("Pilot unit, in English"), _LIST),
)
INVENTED: Final = Column(
    "invented",
    "flag",
    _("Invented"),
    _("kind of this portal"),
    _("true on a portal that shows the demonstration: the row is invented and says nothing about a real place."),
)


def _yuan(name: str, title: Text, source: Text = _LEDGER, text: Text = "") -> Column:
    return Column(name, "yuan", title, source, text, YUAN)


AWARD_ID: Final = Column(
    "award_id", "text", _("Award"), _AWARD, _("Number of the batch and code of the unit; the same in all data sets.")
)
PROJECT_ID: Final = Column("project_id", "text", _("Project"), _PLAN, _("The same in all data sets."))

SETS: Final = {
    one.name: one
    for one in (
        DataSet(
            "final-lists",
            "open_lists",
            _("Final lists of pilot units"),
            _(
                "The pilot units on the final lists of all batches, by administrative division; the order is no"
                " ranking. Units under publicity or examination are not in it."
            ),
            (
                Column("year", "whole", _("Year of the batch"), _LIST),
                Column("batch_zh", "text", _("Title of the batch, in Chinese"), _LIST),
                Column("batch_en", "text", _("Title of the batch, in English"), _LIST),
                Column("list_number", "whole", _("Number of the list"), _LIST, _("1 is the first list of the batch.")),
                Column("document_no", "text", _("Number of the document"), _LIST),
                Column("issued_on", "day", _("Issued on"), _LIST),
                *PLACE,
                INVENTED,
            ),
        ),
        DataSet(
            "awards",
            "open_awards",
            _("Awards by pilot unit"),
            _(
                "What each pilot unit on a final list was awarded, and how far the money came: issued to the province,"
                " passed on to the unit, paid to projects, recovered. Corrected and reversed bookings are taken off."
            ),
            (
                AWARD_ID,
                Column("document_no", "text", _("Number of the document"), _AWARD),
                Column("awarded_on", "day", _("Awarded on"), _AWARD),
                *PLACE,
                Column("projects", "whole", _("Supported projects"), _PLAN),
                _yuan("awarded_yuan", _("Awarded"), _LEDGER, _("As it stands after changes of the award.")),
                _yuan("issued_yuan", _("Issued to the province")),
                _yuan("passed_on_yuan", _("Passed on to the unit")),
                _yuan("paid_yuan", _("Paid to projects")),
                _yuan("recovered_yuan", pgettext_lazy("flow", "Recovered")),
                INVENTED,
            ),
            ("csv", "json", "360giving"),
        ),
        DataSet(
            "projects",
            "open_projects",
            _("Supported projects"),
            _(
                "The projects of the approved plans with the support approved for them and what was paid to them in"
                " all. The name of an enterprise is left out where it is a natural person's business."
            ),
            (
                PROJECT_ID,
                AWARD_ID,
                *PLACE,
                Column("name", "text", _("Name of the project"), _PLAN),
                Column("enterprise", "text", _("Leading enterprise"), _PLAN, _("Empty where it is withheld.")),
                Column("enterprise_code", "text", _("Unified social credit code"), _PLAN, _("Empty where not known.")),
                Column(
                    "withheld",
                    "flag",
                    _("Name withheld"),
                    _PLAN,
                    _("true where the enterprise is a natural person's business."),
                ),
                Column(
                    "mode",
                    "text",
                    _("Mode"),
                    _PLAN,
                    _("Empty for projects that a change added."),
                    choices=_choices(Mode.choices),
                ),
                Column("method", "text", _("Method of support"), _PLAN, choices=_choices(SupportMethod.choices)),
                Column("industry", "text", _("Industry"), _PLAN, _("GB/T 4754-2017; empty for added projects.")),
                _yuan("investment_yuan", _("Total investment"), _PLAN),
                _yuan("support_yuan", _("Approved support"), _PLAN),
                Column("supported_on", "day", _("Supported since"), _PLAN),
                Column("ended_on", "day", _("Left the plan on"), _PLAN, _("Empty while the project is in the plan.")),
                _yuan("paid_yuan", _("Paid in all")),
                INVENTED,
            ),
            ("csv", "json", "360giving"),
        ),
        DataSet(
            "payments",
            "open_payments",
            _("Payments to projects by year"),
            _(
                "What was paid to each supported project in each calendar year. Single payments, accounts and vouchers"
                " are not published; a payment that was reversed is taken off in the year of the reversal."
            ),
            (
                PROJECT_ID,
                AWARD_ID,
                *PLACE,
                Column("year", "whole", _("Calendar year"), _LEDGER),
                _yuan("paid_yuan", _("Paid in the year")),
                INVENTED,
            ),
        ),
    )
}
LANGUAGES: Final = ("zh-hans", "en")


def both(text: Text) -> dict[str, str]:
    """A text in both languages, whichever the reader's is."""
    found = {}
    for code in LANGUAGES:
        with translation.override(code):
            found["zh" if code != "en" else "en"] = str(text)
    return found
