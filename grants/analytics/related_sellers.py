"""Sellers that are near to those they sell to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grants.analytics.common import request_url
from grants.models import PaymentRequest, RequestInvoice
from grants.queries import within
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter
from portal.core.punctuation import enumerated, listed

# Signs 9 to 17 of a unified social credit code are the code of the body itself (GB 32100-2015).
_BODY: Final = slice(8, 17)


def find(asked: Asked) -> Iterator[Line]:
    """Per seller: sells to itself, to a body of nearly the same code, is itself paid, or sells to many projects."""
    payees = dict(
        within(PaymentRequest.objects.all(), asked.by.scope).order_by("pk").values_list("payee_code", "payee")
    )
    groups: dict[str, list[Any]] = defaultdict(list)
    rows = within(RequestInvoice.objects.all(), asked.by.scope).order_by("pk")
    for row in rows.values(
        "seller",
        "seller_code",
        "amount",
        "request_id",
        "request__payee",
        "request__payee_code",
        "request__grant_project_id",
        "unit__name_zh",
    ).iterator(2_000):
        groups[row["seller_code"]].append(row)
    most = int(asked.number("projects"))
    for code, group in sorted(groups.items()):
        why = _why(code, group, payees, most)
        if why:
            total = sum((row["amount"] for row in group), Decimal(0))
            yield Line(
                key=f"seller:{code}",
                title=group[0]["seller"],
                url=request_url(group[0]["request_id"]),
                amount=total,
                cells={
                    "seller": group[0]["seller"],
                    "code": code,
                    "why": enumerated(why),
                    "payees": listed((row["request__payee"] for row in group), 4),
                    "units": listed((row["unit__name_zh"] for row in group), 4),
                    "projects": len({row["request__grant_project_id"] for row in group}),
                    "amount": total,
                },
            )


def _near(one: str, other: str) -> bool:
    """Whether two bodies were registered next to each other: the same code but for its last two signs."""
    left, right = one[_BODY], other[_BODY]
    return len(left) == 9 and left != right and left[:6] == right[:6] and one[2:8] == other[2:8]


def _why(code: str, group: list[Any], payees: dict[str, str], most: int) -> list[str]:
    why = []
    if any(row["request__payee_code"] == code for row in group):
        why.append(gettext("sells to itself"))
    elif code in payees:
        why.append(gettext("is paid for a project itself"))
    if any(_near(code, row["request__payee_code"]) for row in group):
        why.append(gettext("registered next to the buyer"))
    if len({row["request__grant_project_id"] for row in group}) >= most:
        why.append(gettext("sells to many projects"))
    return why


ANALYSIS: Final = Analysis(
    name="related_sellers",
    title=_("Sellers near to the buyer"),
    rule=_(
        "Sellers on invoices that are the payee itself, are paid for a project of their own, have a credit code next to"
        " that of the buyer, or sell to many projects."
    ),
    source=_("GB 32100-2015 (parts of the credit code); ISA 550, Related Parties."),
    caution=_("Makers of special machines sell to many; neighbouring codes alone prove nothing, ask for the owners."),
    parameters=(
        Parameter("projects", _("Many: at least so many projects"), "number", Decimal(5), least="2", most="1000"),
    ),
    columns=(
        Column("seller", _("Seller")),
        Column("code", _("Credit code"), "enterprise"),
        Column("why", _("Why it stands here")),
        Column("payees", _("Buyers")),
        Column("units", _("Pilot units")),
        Column("projects", _("Projects"), "number"),
        Column("amount", _("Invoiced"), "yuan"),
    ),
    find=find,
)
