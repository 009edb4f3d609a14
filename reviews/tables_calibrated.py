"""Lists of calibrated scores."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.errors import Text
from portal.core.middleware import PortalRequest
from portal.core.punctuation import enumerated
from portal.core.tables import Column, Table
from reviews.calibrating import Calibrated


def _column(key: str, label: Text, *, signed: bool = False) -> Column:
    """A figure of a line to two places; a sign before it where it is a difference."""
    return Column(key, label, kind="change" if signed else "points", value=lambda row: row[key])


def applications(request: PortalRequest, found: Calibrated) -> Table:
    """Applications, the best first by what counts: means, calibrated score, and what makes them differ."""
    columns = [
        Column(
            "unit",
            gettext_lazy("Pilot unit"),
            value=lambda row: f"{row['application'].province} · {row['application'].unit}",
            header=True,
            link=lambda row: reverse("reviews:panel", args=[row["pk"]]),
        ),
        Column("number", gettext_lazy("Reviews"), kind="number", value=lambda row: row["number"]),
        _column("mean", gettext_lazy("Mean")),
        _column("trimmed", gettext_lazy("Trimmed mean")),
        _column("leniency_part", gettext_lazy("For leniency"), signed=True),
        _column("shrinkage_part", gettext_lazy("For chance"), signed=True),
        _column("calibrated", gettext_lazy("Calibrated")),
        Column("interval", gettext_lazy("90 % interval"), value=_interval),
        Column(
            "places",
            gettext_lazy("Place by the mean → calibrated"),
            value=lambda row: f"{row['place_mean']} → {row['place_calibrated']}",
        ),
    ]
    return Table(request, found.rows, name="calibrated", columns=columns, label=_("Scores of the applications"))


def _interval(row: dict[str, Any]) -> str:
    return "" if row["low"] is None else f"{row['low']:.1f}–{row['high']:.1f}"


def reviewers(request: PortalRequest, found: Calibrated) -> Table:
    """Reviewers with their leniency and spread, and a word where chance does not explain them."""
    columns = [
        Column("person", gettext_lazy("Reviewer"), value=lambda row: str(row["person"]), header=True),
        Column("number", gettext_lazy("Reviews"), kind="number", value=lambda row: row["number"]),
        _column("leniency", gettext_lazy("Leniency (points)"), signed=True),
        _column("error", gettext_lazy("Standard error")),
        _column("spread", gettext_lazy("Spread of the scores")),
        Column("flags", gettext_lazy("To be discussed"), value=lambda row: enumerated(row["flags"])),
    ]
    return Table(request, found.reviewers, name="leniency", columns=columns, label=_("Leniency of the reviewers"))
