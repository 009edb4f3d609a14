"""Reads on kept results of checks, and on matches across applications."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from applications.models import Application, CheckRun, Match
from applications.queries.dossiers import applications
from portal.core.scope import Actor
from portal.programme.models import Batch


def results(application: Application) -> QuerySet[CheckRun]:
    """Results of the checks kept with the submissions, the newest first."""
    return (
        CheckRun.objects.filter(application=application)
        .select_related("snapshot", "person")
        .defer("snapshot__content")
        .order_by("-pk")
    )


def matches(actor: Actor) -> QuerySet[Match]:
    """Matches between applications the actor may know of, the most alike first."""
    seen = applications(actor).values("pk")
    return (
        Match.objects.filter(application__in=seen, other__in=seen)
        .select_related("batch", "application__unit", "other__unit", "other__batch", "judged_by")
        .order_by("-score", "pk")
    )


@dataclass(frozen=True)
class Hit:
    """An enterprise of a roster that is like the one asked for."""

    application: int
    code: str
    name: str
    score: Decimal
    unit: str = ""


def lookup(batch: Batch, *, name: str, code: str, least: Decimal) -> list[Hit]:
    """Enterprises in the rosters of a batch with this code or a name like this one, the most alike first; 50 at most.

    Runs as an officer: the database refuses others, and leaves out applications of a conflict.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from enterprise_lookup(%s, %s, %s, %s)", [batch.pk, name, code, float(least)])
        rows = cursor.fetchall()
    units = {
        row.pk: str(row.unit) for row in Application.objects.select_related("unit").filter(pk__in={r[0] for r in rows})
    }
    return [Hit(one, found, named, score, units.get(one, "")) for one, found, named, score in rows]
