"""The receipt of a submission as PDF. It is an official paper, so it is in Chinese whoever asks."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from applications.models import Snapshot
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.pdf import render
from portal.core.shapes import Receipt, Signature


def _when(moment: datetime) -> str:
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def data(snapshot: Snapshot) -> Receipt:
    """What stands on the receipt; it depends on the submission alone, so the same receipt gives the same bytes."""
    application, sign_off = snapshot.application, snapshot.sign_off
    day = snapshot.submitted_at.astimezone(clock.SHANGHAI).date()
    unit = application.unit.names_on(day)[0]
    organisation = application.unit.body_on(day, application.organisation.name_zh)
    signed: list[Signature] = [
        {
            "name": sign_off.requested_by.name,
            "organisation": organisation,
            "role": str(Role.DRAFTER.label),
            "at": _when(sign_off.requested_at),
        },
        {
            "name": snapshot.submitted_by.name,
            "organisation": organisation,
            "role": str(Role.SIGNATORY.label),
            "at": _when(snapshot.submitted_at),
        },
    ]
    return {
        "made_at": snapshot.submitted_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
        "title": _("Receipt of the submission"),
        "site": str(settings.SITE_NAME),
        "batch": application.batch.title_zh,
        "digest": snapshot.sha256,
        "demonstration": settings.DEMONSTRATION,
        "day": clock.in_text(day),
        "opening": _("The submission named below has been received by the portal and is kept unchanged."),
        "number": snapshot.receipt_no,
        "unit": unit,
        "submitted_at": _when(snapshot.submitted_at),
        "signed_by": signed,
        "facts": [
            (_("Number of the application"), application.number),
            (_("Submission"), _("no. %(number)s") % {"number": snapshot.number}),
            (_("Province"), application.province.name_zh),
        ],
        "verify": _(
            "To verify: download the signed text from the page of this receipt and work out its SHA-256 digest "
            "(for instance with sha256sum). It must be the digest above."
        ),
    }


def pdf(snapshot: Snapshot) -> bytes:
    """The receipt. `snapshot` comes from `queries.snapshots`."""
    with translation.override("zh-hans"):
        return render("receipt", dict(data(snapshot)))
