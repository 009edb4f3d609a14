"""Reports on reviews, selection and publicity."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.reports.forms_batch import OneBatchForm
from portal.reports.catalogue import PDF, TABLES, ZIP, Report
from portal.reports.tabled import tabled
from reviews.reports import progress, scores, selection
from reviews.reports.forms import DecisionForm, SelectionsForm

_GROUP: Final = _("Reviews, selection and publicity")
REPORTS: Final = (
    Report(
        name="reviews.progress",
        title=_("Progress of the reviews"),
        description=_("Reviews submitted and to come, by application and by reviewer."),
        act="reviews.view_reviewing",
        formats=TABLES,
        form=OneBatchForm,
        build=tabled(progress.read),
        source=_("assignments and reviews of the batch"),
        group=_GROUP,
    ),
    Report(
        name="reviews.scores",
        title=_("Workbook of scores with calibration"),
        description=_(
            "Means, calibrated scores and what counts by application, each review with its criteria, the leniency of "
            "the reviewers. For readers without an interest in the batch."
        ),
        act="reviews.view_reviewing",
        formats=TABLES,
        form=OneBatchForm,
        build=tabled(scores.read),
        source=_("submitted reviews"),
        group=_GROUP,
    ),
    Report(
        name="reviews.comparison",
        title=_("Comparison of selections"),
        description=_("Up to four computed selections side by side: who comes, who goes, regions, industries, prices."),
        act="reviews.view_selection",
        formats=TABLES,
        form=SelectionsForm,
        build=tabled(selection.compared),
        source=_("computed selections with their proofs"),
        group=_GROUP,
        page=selection.compare_page,
    ),
    Report(
        name="reviews.decision",
        title=_("Record of the decision"),
        description=_(
            "The decision for the file, in Chinese: list, rules, reasons for each candidate, signatures. As a ZIP: the "
            "whole record, which anyone checks without the portal."
        ),
        act="reviews.take_record",
        formats=(PDF, ZIP, *TABLES[:2]),
        form=DecisionForm,
        build=selection.decision,
        source=_("the record kept at the adoption"),
        group=_GROUP,
        heavy=True,
        page=selection.decision_page,
    ),
    Report(
        name="reviews.publicity",
        title=_("Notice of publicity"),
        description=_("The list under publicity or the final list of a batch, as it is published."),
        act="reports.ask",
        formats=(PDF, *TABLES[:2]),
        form=OneBatchForm,
        build=selection.notice,
        source=_("the published list"),
        group=_GROUP,
    ),
)
