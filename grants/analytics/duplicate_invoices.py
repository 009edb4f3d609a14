"""The same invoice, or one that looks the same, in several payment requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grants.analytics.common import request_url
from grants.models import PaymentRequest, RequestInvoice
from grants.queries import within
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line
from portal.core.punctuation import listed

_COLUMNS: Final = (
    Column("number", _("Invoice number"), "code"),
    Column("how", _("How it is the same")),
    Column("seller", _("Seller")),
    Column("amount", _("Amount"), "yuan"),
    Column("requests", _("Payment requests"), "number"),
    Column("units", _("Pilot units")),
    Column("years", _("Years")),
)
_ASKED: Final = (
    "pk",
    "code",
    "number",
    "dated",
    "seller",
    "seller_code",
    "amount",
    "request_id",
    "unit__name_zh",
    "counted",
)


def find(asked: Asked) -> Iterator[Line]:
    """Group by number, and by seller, day and amount. A request that mends another one counts with it."""
    by_number: dict[Any, list[Any]] = defaultdict(list)
    alike: dict[Any, list[Any]] = defaultdict(list)
    rows = within(RequestInvoice.objects.all(), asked.by.scope).order_by("pk").values(*_ASKED)
    count = 0
    for row in rows.iterator(2_000):
        count += 1
        by_number[row["code"] + row["number"]].append(row)  # however they are parted
        alike[row["seller_code"], row["dated"], row["amount"]].append(row)
    asked.tell(gettext("Invoices looked at"), f"{count:,}")
    mends = dict(
        within(PaymentRequest.objects.exclude(copy_of=None), asked.by.scope).order_by().values_list("pk", "copy_of")
    )
    told: set[int] = set()
    for group in by_number.values():
        if _several(group, mends):
            told.update(row["pk"] for row in group)
            yield _line("number:{code}:{number}".format(**group[0]), gettext("same number"), group)
    for (seller, day, amount), group in alike.items():
        if _several(group, mends) and not all(row["pk"] in told for row in group):
            yield _line(f"alike:{seller}:{day}:{amount}", gettext("same seller, day and amount"), group)


def _several(group: list[Any], mends: Mapping[int, int | None]) -> bool:
    """Whether they stand in several requests that do not mend one another. mends: by a request the one it mends."""
    return len({_first(row["request_id"], mends) for row in group}) > 1


def _first(request: int, mends: Mapping[int, int | None]) -> int:
    """The request with which a chain of mended ones began."""
    while (before := mends.get(request)) is not None:
        request = before
    return request


def _line(key: str, how: str, group: list[Any]) -> Line:
    first = group[0]
    requests = {row["request_id"] for row in group}
    return Line(
        key=key,
        title=f"{first['seller']} {first['number']}",
        url=request_url(first["request_id"]),
        amount=first["amount"],
        cells={
            "number": first["number"],
            "how": how,
            "seller": first["seller"],
            "amount": first["amount"],
            "requests": len(requests),
            "units": listed((row["unit__name_zh"] for row in group), 4),
            "years": listed((row["dated"].year for row in group), 4),
        },
    )


ANALYSIS: Final = Analysis(
    name="duplicate_invoices",
    title=_("Invoices used more than once"),
    rule=_(
        "One invoice number in several payment requests, or invoices of one seller with the same day and amount, across"
        " projects, pilot units and years. A request that mends a refused one is not taken for another."
    ),
    source=_("Measures for the Control of Invoices (发票管理办法): an invoice proves one expense once."),
    caution=_(
        "A seller may write several invoices of one amount on one day, for instance for equal machines. An invoice that"
        " counts for a payment cannot count again: the database refuses it, so most lines are attempts."
    ),
    columns=_COLUMNS,
    find=find,
)
