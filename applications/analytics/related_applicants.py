"""Dossiers and projects of different places that share people or addresses."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.analytics.common import dossier_url, dossiers
from applications.models import Enterprise, Project
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line
from portal.core.punctuation import listed, said_of

# Signs 9 to 17 of a unified social credit code are the code of the body itself (GB 32100-2015).
_BODY: Final = slice(8, 17)
_CLEAN: Final = re.compile(r"[\s,.;，。；、()（）-]+")
_LEAST_ADDRESS: Final = 8


def find(asked: Asked) -> Iterator[Line]:
    """Contacts shared by units; sites shared by different enterprises; code parts shared under other codes."""
    people: dict[tuple[str, str], list[Any]] = defaultdict(list)
    columns = ("pk", "unit_id", "unit__name_zh", "contact_name", "contact_phone", "contact_email")
    for row in dossiers(asked).order_by("pk").values(*columns):
        people["phone", re.sub(r"\D", "", row["contact_phone"])].append(row)
        people["email", row["contact_email"].lower()].append(row)
    labels = {"phone": gettext("same telephone"), "email": gettext("same e-mail")}
    for (kind, value), group in sorted(people.items()):
        if value and len({row["unit_id"] for row in group}) > 1:
            yield _line(f"{kind}:{value}", labels[kind], value, [(row["contact_name"], row) for row in group])
    sites: dict[str, list[Any]] = defaultdict(list)
    rows = Project.objects.filter(application__in=dossiers(asked).values("pk")).exclude(site="").order_by("pk")
    for row in rows.values("application_id", "application__unit__name_zh", "enterprise_name", "site").iterator(2_000):
        sites[_CLEAN.sub("", unicodedata.normalize("NFKC", row["site"]))].append(row)
    for site, group in sorted(sites.items()):
        if len(site) >= _LEAST_ADDRESS and len({row["enterprise_name"] for row in group}) > 1:
            yield _line(f"site:{site}", gettext("same address"), site, [(row["enterprise_name"], row) for row in group])
    yield from _bodies(asked)


def _bodies(asked: Asked) -> Iterator[Line]:
    bodies: dict[str, dict[str, Any]] = defaultdict(dict)
    rows = Enterprise.objects.filter(application__in=dossiers(asked).values("pk")).order_by("pk")
    columns = ("credit_code", "name", "application_id", "application__unit__name_zh")
    for row in rows.values(*columns).iterator(2_000):
        bodies[row["credit_code"][_BODY]].setdefault(row["credit_code"], row)
    for body, group in sorted(bodies.items()):
        if len(body) == 9 and len(group) > 1:
            pairs = [(f"{row['name']} {code}", row) for code, row in group.items()]
            yield _line(f"body:{body}", gettext("same code of the body under different codes"), body, pairs)


def _line(key: str, how: str, value: str, group: list[tuple[str, Any]]) -> Line:
    first = group[0][1]
    return Line(
        key=key,
        title=said_of(how, value),
        url=dossier_url(first.get("application_id") or first["pk"]),
        cells={
            "value": value,
            "how": how,
            "who": listed((name for name, _row in group), 4),
            "units": listed(
                (row.get("application__unit__name_zh") or row.get("unit__name_zh") for _name, row in group), 4
            ),
            "times": len(group),
        },
    )


ANALYSIS: Final = Analysis(
    name="related_applicants",
    title=_("Shared people, addresses and codes"),
    rule=_(
        "Contacts with one telephone or e-mail in dossiers of different units; one site of different enterprises; the"
        " code of one body under different credit codes."
    ),
    source=_("GB 32100-2015 (parts of the credit code); ISA 550, Related Parties."),
    caution=_("A park has one address for many works; a district may lend its contact to the neighbour."),
    columns=(
        Column("value", _("What is shared")),
        Column("how", _("How")),
        Column("who", _("Who shares it")),
        Column("units", _("Pilot units")),
        Column("times", _("Times"), "number"),
    ),
    find=find,
)
