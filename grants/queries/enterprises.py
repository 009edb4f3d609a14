"""One enterprise by its credit code, across units and years: rosters, projects, money, invoices, who stands near it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce

from applications.models import Enterprise, Project, ProjectEnterprise
from applications.queries import applications
from grants.enums import CheckState
from grants.models import Entry, GrantProject, Payment, PaymentRequest, RequestInvoice
from grants.queries import awards, moves, requests, within
from portal.core import clock
from portal.core.joins import with_names
from portal.core.money import ZERO
from portal.core.scope import Actor

# So many rows of each kind stand on the page; the lists they come from show all.
MOST: Final = 50
# A shorter site names no place: "park", "the works".
_LEAST_SITE: Final = 8
# So many of each kind that stand near: invented and real codes alike may be near to hundreds.
MOST_NEAR: Final = 20
# Signs 9 to 17 of a unified social credit code are the code of the body itself (GB 32100-2015); the next body of the
# same office has the same first fourteen.
_BODY: Final = slice(8, 17)
_NEXT: Final = 14
_CLEAN: Final = re.compile(r"[\s,.;，。；、()（）-]+")


@dataclass(frozen=True)
class Near:
    """An enterprise that stands near: how, how often, with how much money (yuan) where money is what ties them."""

    name: str
    code: str
    how: str
    times: int = 1
    amount: Decimal | None = None


@dataclass
class Known:
    """Where the reader's scope knows the enterprise: its rows in rosters, its names, the keys of what is its own."""

    code: str
    rosters: list[Any]
    names: list[str] = field(default_factory=list)
    keys: dict[str, list[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rosters or any(self.keys.values()))

    @property
    def units(self) -> set[str]:
        """The units whose rosters name it."""
        return {row.application.unit_id for row in self.rosters}

    def of(self, kind: str) -> list[int]:
        """The keys of one kind."""
        return self.keys.get(kind, [])


def _dossiers(actor: Actor) -> QuerySet[Any]:
    known = applications(actor).order_by().filter(first_submitted_at__lte=clock.now())
    pks: QuerySet[Any] = known.select_related(None).values("pk")
    return pks


def known(actor: Actor, code: str) -> Known:
    """What the scope knows of the code; empty when nothing. Two queries."""
    joined = ("application__unit", "application__province", "application__batch", "industry")
    rosters = list(
        Enterprise.objects.filter(credit_code=code, application__in=_dossiers(actor))
        .select_related(*joined)
        .order_by("-application__batch__number", "application__unit__code")
    )
    found = Known(code, rosters, list(dict.fromkeys(row.name for row in rosters)))
    keys: dict[str, set[int]] = defaultdict(set)
    parts = _parts(actor, found)
    for kind, name, key in parts[0].union(*parts[1:], all=True):
        keys[kind].add(key)
        if name and name not in found.names:
            found.names.append(name)
    found.keys = {kind: sorted(rows) for kind, rows in keys.items()}
    return found


def _parts(actor: Actor, found: Known) -> list[QuerySet[Any]]:
    """Kind, name it goes by there, key: of requests, payments, projects, invoices in the scope."""
    scope, code = actor.scope, found.code
    dossiers = [row.application_id for row in found.rosters]
    asked = within(PaymentRequest.objects.filter(payee_code=code), scope)
    sold = within(RequestInvoice.objects.filter(seller_code=code), scope)
    led = {"enterprise_name__in": found.names}
    projects = within(GrantProject.objects.filter(award__application__in=dossiers, **led), scope)
    part = ProjectEnterprise.objects.filter(enterprise__in=[row.pk for row in found.rosters])
    # A payment from before requests names its payee in words alone.
    named = within(Payment.objects.filter(request=None, payee__in=found.names), scope)
    return [
        _keys(asked, "request", F("payee")),
        _keys(asked, "project", Value(""), "grant_project_id"),
        _keys(asked.exclude(payment=None), "payment", Value(""), "payment__pk"),
        _keys(named, "payment"),
        _keys(sold, "sold", F("seller")),
        _keys(within(RequestInvoice.objects.filter(request__payee_code=code), scope), "bought"),
        _keys(projects, "project"),
        _keys(within(GrantProject.objects.filter(project__in=part.values("project")), scope), "project"),
        _keys(Project.objects.filter(application__in=dossiers, **led), "planned"),
        _keys(part, "planned", Value(""), "project_id"),
    ]


def _keys(rows: QuerySet[Any], kind: str, name: Any = None, key: str = "pk") -> QuerySet[Any]:
    text = CharField()
    given = {"of_kind": Value(kind, output_field=text), "of_name": name or Value("", output_field=text)}
    rows = rows.order_by().annotate(**given)
    return rows.values_list("of_kind", "of_name", key)


def projects(actor: Actor, found: Known) -> list[Any]:
    """Supported projects it leads, takes part in or is paid for, with what was paid."""
    rows = awards.projects(actor.scope).filter(pk__in=found.of("project"))
    return list(rows.exclude(award__state=CheckState.REVERSED)[:MOST])


def planned(found: Known) -> list[Project]:
    """Projects of the dossiers it leads or takes part in."""
    rows = Project.objects.filter(pk__in=found.of("planned")).order_by("-application__batch__number", "pk")
    return list(rows.select_related("application__unit", "application__batch")[:MOST])


def payments(actor: Actor, found: Known) -> QuerySet[Payment]:
    """Payments to it, the newest first."""
    return moves.payments(actor.scope).filter(pk__in=found.of("payment"))


def paid(actor: Actor, found: Known) -> dict[str, Any]:
    """`sum` (yuan) and `units` of the payments to it that stand confirmed."""
    rows = within(Payment.objects.filter(pk__in=found.of("payment"), state=CheckState.CONFIRMED), actor.scope)
    sums = rows.aggregate(sum=Sum("amount"), units=Count("unit", distinct=True))
    return {"sum": sums["sum"] or ZERO, "units": sums["units"]}


def entries(actor: Actor, found: Known) -> list[Any]:
    """Entries that booked these payments, and those that took one back."""
    mine = found.of("payment")
    rows = within(Entry.objects.filter(Q(payment__in=mine) | Q(reverses__payment__in=mine)), actor.scope)
    rows = with_names(rows, "unit").annotate(amount=Sum("lines__amount", filter=Q(lines__amount__gt=0)))
    return list(rows.order_by("-booked_at", "-pk")[:MOST])


def invoices(actor: Actor, found: Known) -> list[RequestInvoice]:
    """Invoices it wrote, and those on which payments to it rest."""
    keys = {*found.of("sold"), *found.of("bought")}
    return list(requests.invoices(actor.scope).filter(pk__in=keys)[:MOST])


def about(found: Known) -> dict[str, list[str]]:
    """Tables and keys (as text) of what findings on the enterprise may be about."""
    tables = {
        "grants.payment": found.of("payment"),
        "grants.paymentrequest": found.of("request"),
        "grants.grantproject": found.of("project"),
        "grants.requestinvoice": sorted({*found.of("sold"), *found.of("bought")}),
        "applications.enterprise": [row.pk for row in found.rosters],
        "applications.project": found.of("planned"),
    }
    return {table: [str(key) for key in keys] for table, keys in tables.items() if keys}


def near(actor: Actor, found: Known, sites: Sequence[str]) -> list[Near]:
    """Enterprises tied to it by code, invoices, projects or address. One query at any size."""
    parts = [*_by_invoices(actor, found), _by_project(actor, found), _by_site(actor, found, sites)]
    parts += _by_code(actor, found)
    return [Near(*row) for row in parts[0].union(*parts[1:], all=True)]


def _near(rows: QuerySet[Any], how: str, name: str, code: str, *, times: Any, amount: Any = None) -> QuerySet[Any]:
    """The rows by enterprise as the columns of `Near`, those with most ties first."""
    words = {"n_name": F(name), "n_code": Coalesce(F(code), Value("")), "n_how": Value(how, output_field=CharField())}
    sums = {"n_times": times, "n_amount": amount or Cast(Value(None), awards.money())}
    rows = rows.order_by().annotate(**words).values("n_name", "n_code", "n_how").annotate(**sums)
    rows = rows.order_by("-n_amount", "-n_times", "n_code")
    return rows.values_list(*words, *sums)[:MOST_NEAR]


def _by_code(actor: Actor, found: Known) -> list[QuerySet[Any]]:
    first, body = found.code[:_NEXT], found.code[_BODY]
    rows = Enterprise.objects.filter(application__in=_dossiers(actor)).exclude(credit_code=found.code)
    same = rows.filter(pk__in=RawSQL("select enterprises_of_body(%s)", [body]))
    following = rows.filter(credit_code__gte=first, credit_code__lt=first + "Z")
    return [
        _near(same, "body", "name", "credit_code", times=Count("pk")),
        _near(following.exclude(credit_code__contains=body), "next", "name", "credit_code", times=Count("pk")),
    ]


def _by_invoices(actor: Actor, found: Known) -> list[QuerySet[Any]]:
    rows = within(RequestInvoice.objects.all(), actor.scope)
    sellers = rows.filter(pk__in=found.of("bought")).exclude(seller_code=found.code)
    buyers = rows.filter(pk__in=found.of("sold")).exclude(request__payee_code=found.code)
    sums = {"times": Count("pk"), "amount": Sum("amount")}
    return [
        _near(sellers, "seller", "seller", "seller_code", **sums),
        _near(buyers, "buyer", "request__payee", "request__payee_code", **sums),
    ]


def _by_project(actor: Actor, found: Known) -> QuerySet[Any]:
    rows = ProjectEnterprise.objects.filter(project__in=found.of("planned"), application__in=_dossiers(actor))
    rows = rows.exclude(enterprise__credit_code=found.code)
    times = Count("project", distinct=True)
    return _near(rows, "project", "enterprise__name", "enterprise__credit_code", times=times)


def _by_site(actor: Actor, found: Known, sites: Sequence[str]) -> QuerySet[Any]:
    code = Enterprise.objects.filter(application=OuterRef("application"), name=OuterRef("enterprise_name"))
    rows = Project.objects.filter(
        site__in=[site for site in sites if len(_CLEAN.sub("", site)) >= _LEAST_SITE], application__in=_dossiers(actor)
    )
    rows = rows.exclude(pk__in=found.of("planned")).exclude(enterprise_name__in=found.names)
    rows = rows.annotate(its_code=Subquery(code.values("credit_code")[:1]))
    return _near(rows, "site", "enterprise_name", "its_code", times=Count("pk"))
