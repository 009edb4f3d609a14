"""Reports on applications: the overview of a batch and its list as spreadsheets, one dossier as PDF."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.reports.dossier import dossier, dossier_name
from applications.reports.forms import BatchForm, DossierForm
from applications.reports.overview import listing, overview
from portal.reports.catalogue import CSV, PDF, XLSX, Report

REPORTS: Final = (
    Report(
        name="applications.overview",
        title=_("Overview of a batch"),
        description=_("Applications by state, region and province with the amounts asked, with charts; and each one."),
        act="applications.view",
        formats=(XLSX,),
        form=BatchForm,
        build=overview,
    ),
    Report(
        name="applications.list",
        title=_("List of applications"),
        description=_("One row for each application of a batch: place, state, amounts, projects, dates."),
        act="applications.view",
        formats=(XLSX, CSV),
        form=BatchForm,
        build=listing,
    ),
    Report(
        name="applications.dossier",
        title=_("Dossier as a document"),
        description=_(
            "One dossier as it was submitted last (or as it stands, before the first submission), in Chinese, with the "
            "investment by industry as a chart."
        ),
        act="applications.view",
        formats=(PDF,),
        form=DossierForm,
        build=dossier,
        file_name=dossier_name,
    ),
)
