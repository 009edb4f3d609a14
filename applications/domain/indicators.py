"""Indicators that come from a file."""

from __future__ import annotations

from collections.abc import Sequence

from applications.enums import TargetCode
from applications.models import Application, Target, TargetYear
from applications.sheets.indicators import OWN, YEARS
from applications.sheets.sheet import Row


def store_indicators(application: Application, rows: Sequence[Row]) -> int:
    """Insert indicators or bring them up to date, with their years; gives how many. Inside an act on the dossier.

    Years beyond those of the sheet stay as they are.
    """
    first = application.batch.year
    for row in rows:
        key = str(row["indicator"])
        own = key.startswith(OWN)
        target, _made = Target.objects.update_or_create(
            application=application,
            code=TargetCode.OWN.value if own else key,
            name=key.removeprefix(OWN) if own else "",
            defaults={
                "formula": row["formula"] if own else "",
                "unit": row["unit"],
                "baseline": row["baseline"],
                "goal": row["goal"],
            },
        )
        values = {first + number: row[f"year_{number}"] for number in range(YEARS)}
        target.years.filter(year__in=values).delete()
        TargetYear.objects.bulk_create(
            [
                TargetYear(application=application, target=target, year=year, value=value)
                for year, value in values.items()
                if value is not None
            ]
        )
    return len(rows)
