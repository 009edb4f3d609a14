"""Reports on money, projects, performance and assessment."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.reports.forms_batch import OneBatchForm, PlaceForm
from grants.reports import ageing, assessing, awards, passing, performance, statement, yearly
from grants.reports.entries import journal
from grants.reports.flow import flow
from grants.reports.forms import MoneyForm, YearForm
from portal.reports.catalogue import CSV, PDF, TABLES, XLSX, Report
from portal.reports.tabled import tabled

_GROUP: Final = _("Money, projects and performance")
_BOOKS: Final = _("the books of the portal")
REPORTS: Final = (
    Report(
        name="grants.flow",
        title=_("Where the money is"),
        description=_(
            "Grants of a batch: awarded, issued, passed on and paid, by province and award, and each payment."
        ),
        act="grants.view",
        formats=TABLES,
        form=OneBatchForm,
        build=flow,
        source=_("confirmed awards and payments; balances of the books"),
        group=_GROUP,
    ),
    Report(
        name="grants.awards",
        title=_("List of awards"),
        description=_("Confirmed awards with document, amount and how far their money came."),
        act="grants.view",
        formats=TABLES,
        form=PlaceForm,
        build=tabled(awards.read),
        source=_BOOKS,
        group=_GROUP,
    ),
    Report(
        name="grants.statement",
        title=_("Disbursement statement"),
        description=_("Awarded, issued, passed on, paid and used: in all, by province, by unit and by project."),
        act="grants.view",
        formats=TABLES,
        form=MoneyForm,
        build=tabled(statement.read),
        source=_("sums of the books"),
        group=_GROUP,
        csv="units",
    ),
    Report(
        name="grants.passing",
        title=_("Timeliness of pass-ons"),
        description=_("How long issued money lay with the provinces, held against the day it was due."),
        act="grants.view",
        formats=TABLES,
        form=PlaceForm,
        build=tabled(passing.read),
        source=_BOOKS,
        group=_GROUP,
        csv="issues",
    ),
    Report(
        name="grants.ageing",
        title=_("Ageing, carry-over and surplus"),
        description=_("How long money has lain with provinces and units; what was carried over, what is surplus."),
        act="grants.view",
        formats=TABLES,
        form=PlaceForm,
        build=tabled(ageing.read),
        source=_BOOKS,
        group=_GROUP,
    ),
    Report(
        name="grants.projects",
        title=_("Register of projects"),
        description=_("Supported projects with investment, support, payments and acceptance."),
        act="grants.view",
        formats=TABLES,
        form=PlaceForm,
        build=tabled(awards.register),
        source=_BOOKS,
        group=_GROUP,
    ),
    Report(
        name="grants.performance",
        title=_("Performance by indicator, unit and region"),
        description=_("Indicators as verified last, with targets and lights, by region and by unit."),
        act="grants.view",
        formats=TABLES,
        form=PlaceForm,
        build=tabled(performance.read),
        source=_("verified quarterly reports"),
        group=_GROUP,
        csv="units",
    ),
    Report(
        name="grants.assessment",
        title=_("Assessments and acceptances"),
        description=_("Results of final assessments, self-evaluations, panels, and acceptances of projects."),
        act="grants.view",
        formats=TABLES,
        form=PlaceForm,
        build=tabled(assessing.read),
        source=_("assessments"),
        group=_GROUP,
    ),
    Report(
        name="grants.journal",
        title=_("Journal of the books"),
        description=_("Every line of every entry up to now, with the digest that chains the books."),
        act="grants.view",
        formats=(CSV, XLSX),
        form=MoneyForm,
        build=journal,
        source=_("lines of the books"),
        group=_GROUP,
        heavy=True,
        keep_days=14,
    ),
    Report(
        name="grants.yearly",
        title=_("Yearly report for publication"),
        description=_("What was granted, where it went and what it achieved, with charts and a map of the provinces."),
        act="grants.oversee",
        formats=(PDF, XLSX, CSV),
        form=YearForm,
        build=tabled(yearly.read),
        source=_BOOKS,
        group=_GROUP,
        csv="provinces",
        keep_days=365,
    ),
)
