"""The workbook of scores: what counts, means and calibrated scores, each review with its criteria, the reviewers.

For readers without an interest in any application of the batch: the figures of each rest on all.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core.punctuation import enumerated
from portal.core.scope import Actor
from portal.reports.catalogue import Bars, Column, Order, Sheet
from portal.reports.tabled import Found, Table, version_of
from reviews.calibrating import COUNTS, Calibrated, calibrated, counting
from reviews.domain.apart import refuse_conflicted
from reviews.presentation import criterion_names
from reviews.queries.scoring import counted_by


def read(by: Actor, order: Order) -> Found:
    """Scores of a batch. Raises NotAllowed for a reader with an interest in it."""
    batch = order.values["batch"]
    refuse_conflicted(by, batch)
    found = calibrated(by, batch)
    notes = [_("What counts: %(what)s.") % {"what": COUNTS[counted_by(batch)]}]
    if found is None:
        return Found([Table(_results_sheet(), [])], rules=version_of(batch), notes=notes)
    notes += [f"{text} {whom}".strip() for text, whom in found.notes]
    reviews = counting(batch).select_related("application__unit", "reviewer").prefetch_related("scores")
    marks = list(reviews.order_by("application__province", "application__unit", "reviewer__name", "pk"))
    return Found(
        [_results(found), _reviews(batch, marks), _reviewers(found), _outliers(found)],
        rules=version_of(batch),
        notes=notes,
    )


def _point(value: Any) -> Decimal | None:
    """A figure of the model to six places."""
    return None if value is None else Decimal(f"{value:.6f}")


def _results_sheet() -> Sheet:
    points = _("points")
    return Sheet(
        "results",
        _("Results"),
        [
            Column(_("Pilot unit"), width=24),
            Column(_("Province"), width=18),
            Column(_("Reviews"), "number", 10, unit=pgettext("unit of a count", "reviews")),
            Column(_("Score that counts"), "number", 14, unit=points),
            Column(_("Mean"), "number", 12, unit=points),
            Column(_("Trimmed mean"), "number", 12, unit=points),
            Column(_("Calibrated score"), "number", 12, unit=points),
            Column(_("Interval from"), "number", 12, unit=points),
            Column(_("Interval to"), "number", 12, unit=points),
            Column(_("Part of leniency"), "number", 12, unit=points),
            Column(_("Part of shrinkage"), "number", 12, unit=points),
            Column(_("Place by the mean"), "number", 10, unit=pgettext("unit of a rank", "place")),
            Column(_("Place by the calibrated score"), "number", 12, unit=pgettext("unit of a rank", "place")),
        ],
        source=_("submitted reviews; the calibration of the portal (reviews.calibration)"),
    )


def _results(found: Calibrated) -> Table:
    rows = [
        [
            line["application"].unit.name,
            line["application"].province.name,
            line["number"],
            _point(line["counts"]),
            _point(line["mean"]),
            _point(line["trimmed"]),
            _point(line["calibrated"]),
            _point(line["low"]),
            _point(line["high"]),
            _point(line["leniency_part"]),
            _point(line["shrinkage_part"]),
            line["place_mean"],
            line["place_calibrated"],
        ]
        for line in found.rows
    ]
    return Table(_results_sheet(), rows)


def _reviews(batch: Any, marks: list[Any]) -> Table:
    names = criterion_names(batch)
    given = {score.criterion for row in marks for score in row.scores.all()}
    codes = [*(code for code in names if code in given), *sorted(given - set(names))]  # as the rule set names them
    sheet = Sheet(
        "reviews",
        _("Reviews"),
        [
            Column(_("Pilot unit"), width=24),
            Column(_("Reviewer"), width=22),
            *(Column(str(names.get(code, code)), "number", 14, unit=_("points")) for code in codes),
            Column(_("Total"), "number", 12, unit=_("points")),
        ],
        source=_("submitted reviews"),
    )
    rows = []
    for row in marks:
        values = {score.criterion: score.value for score in row.scores.all()}
        rows.append([row.application.unit.name, row.reviewer.name, *(values.get(code) for code in codes), row.total])
    return Table(sheet, rows)


def _reviewers(found: Calibrated) -> Table:
    sheet = Sheet(
        "reviewers",
        _("Reviewers"),
        [
            Column(_("Reviewer"), width=24),
            Column(_("Reviews"), "number", 10, unit=pgettext("unit of a count", "reviews")),
            Column(_("Leniency"), "number", 12, unit=_("points")),
            Column(_("Standard error"), "number", 12, unit=_("points")),
            Column(_("Spread"), "number", 12, unit=_("points")),
            Column(_("To be discussed"), width=44),
        ],
        chart=Bars(_("Leniency of the reviewers (points)"), 0, (2,), lying=True, adds=False),
        source=_("the calibration of the portal (reviews.calibration)"),
    )
    rows = [
        [
            row["person"].name,
            row["number"],
            _point(row["leniency"]),
            _point(row["error"]),
            _point(row["spread"]),
            enumerated(str(flag) for flag in row["flags"]),
        ]
        for row in found.reviewers
    ]
    return Table(sheet, rows)


def _outliers(found: Calibrated) -> Table:
    sheet = Sheet(
        "outliers",
        _("Scores to be discussed"),
        [
            Column(_("Pilot unit"), width=24),
            Column(_("Reviewer"), width=22),
            Column(_("Score"), "number", 12, unit=_("points")),
            Column(_("Expected score"), "number", 12, unit=_("points")),
        ],
        source=_("the calibration of the portal (reviews.calibration)"),
    )
    rows = [
        [row["application"].unit.name, row["reviewer"].name, _point(row["score"]), _point(row["expected"])]
        for row in found.outliers
    ]
    return Table(sheet, rows)
