"""Reports on applications: from the batch as a whole to one dossier, with recommendation, checks, SOEs and changes."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.reports import balance, changes, eligibility, recommendation, together
from applications.reports.dossier import dossier, dossier_name, page
from applications.reports.dossiers import dossiers
from applications.reports.forms import BatchForm, DossierForm
from applications.reports.forms_batch import PlaceForm
from applications.reports.overview import listing, overview
from portal.reports.catalogue import PDF, TABLES, ZIP, Report
from portal.reports.forms import ReportForm
from portal.reports.tabled import tabled

_GROUP: Final = _("Applications and recommendation")
_APPLICATIONS: Final = _("applications of the batch as the portal keeps them")
REPORTS: Final = (
    Report(
        name="applications.overview",
        title=_("Overview of a batch"),
        description=_("Applications by state, region and province with the amounts asked, with charts; and each one."),
        act="applications.view",
        formats=TABLES,
        form=BatchForm,
        build=overview,
        source=_APPLICATIONS,
        group=_GROUP,
        csv="applications",
    ),
    Report(
        name="applications.list",
        title=_("List of applications"),
        description=_("One row for each application of a batch: place, state, amounts, projects, dates."),
        act="applications.view",
        formats=TABLES,
        form=BatchForm,
        build=listing,
        source=_APPLICATIONS,
        group=_GROUP,
    ),
    Report(
        name="applications.dossier",
        title=_("Dossier as a document"),
        description=_(
            "One dossier as it was submitted last (or as it stands, before the first submission), in Chinese, with the "
            "investment by industry as a chart."
        ),
        act="applications.view",
        formats=(PDF, *TABLES[:2]),
        form=DossierForm,
        build=dossier,
        file_name=dossier_name,
        source=_("the submission, as it was signed"),
        group=_GROUP,
        page=page,
    ),
    Report(
        name="applications.dossiers",
        title=_("Dossiers of a batch as documents"),
        description=_("Each submitted dossier of a batch as a PDF, in one ZIP with the digests of its files."),
        act="applications.view",
        formats=(ZIP,),
        form=BatchForm,
        build=dossiers,
        source=_("the submissions, as they were signed"),
        group=_GROUP,
        heavy=True,
        keep_days=7,
    ),
    Report(
        name="applications.eligibility",
        title=_("Results of the checks"),
        description=_("What the checks of eligibility found on the submissions of a batch, and each finding."),
        act="applications.view",
        formats=TABLES,
        form=BatchForm,
        build=tabled(eligibility.read),
        source=_("results of the checks kept with the submissions"),
        group=_GROUP,
    ),
    Report(
        name="applications.recommendation",
        title=_("Recommendation by province"),
        description=_("Recommended, returned and not recommended by province, with the quota; and each decision."),
        act="applications.view",
        formats=TABLES,
        form=BatchForm,
        build=tabled(recommendation.read),
        source=_("decisions of the provincial departments"),
        group=_GROUP,
        csv="decisions",
    ),
    Report(
        name="applications.soe",
        title=_("Participation of central SOEs"),
        description=_("Invitations, commitments and money by central SOE, and each part of a joint application."),
        act="applications.view",
        formats=TABLES,
        form=PlaceForm,
        build=tabled(together.read),
        source=_("joint applicants of the dossiers"),
        group=_GROUP,
        csv="parts",
    ),
    Report(
        name="applications.balance",
        title=_("Regional balance over all batches"),
        description=_("Applications, recommended and selected by batch and region, and by province, with a chart."),
        act="applications.view",
        formats=TABLES,
        form=ReportForm,
        build=tabled(balance.read),
        source=_("applications of all batches as the portal keeps them"),
        group=_GROUP,
    ),
    Report(
        name="applications.changes",
        title=_("Register of changes of plans"),
        description=_("Every request to change an approved plan: what, by how much, how it was decided."),
        act="applications.view",
        formats=TABLES,
        form=PlaceForm,
        build=tabled(changes.read),
        source=_("requests to change approved plans"),
        group=_GROUP,
    ),
)
