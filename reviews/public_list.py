"""The published list as paper and as data: by administrative division, without scores, ranks or people.

The same list gives the same bytes: the moment of a paper is that of the last change which everyone can see.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.pdf import render
from portal.core.shapes import PublicList
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import EntryState
from reviews.models import FinalList, PublicEntry

ORDER = "排名不分先后"


def _rows(entries: Sequence[PublicEntry], batch: Batch) -> list[list[str]]:
    """Province, name, and what else is to be said of a unit; a province stands once, before its first unit."""
    found: list[list[str]] = []
    before = ""
    for row in entries:
        province = str(row.province)
        found.append([province if province != before else "", row.name, _note(row, batch)])
        before = province
    return found


def _note(row: PublicEntry, batch: Batch) -> str:
    if row.state == EntryState.SUSPENDED:
        return str(row.get_state_display())
    if row.state == EntryState.FINAL:
        return str(row.final_list or "")
    if row.publicity_to != batch.publicity_to:
        return _("publicity until %(day)s") % {"day": clock.in_text(row.publicity_to)}
    return ""


def _data(batch: Batch, title: str, made_at: datetime, entries: Sequence[PublicEntry], opening: str = "") -> PublicList:
    return {
        "made_at": made_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
        "language": "en" if get_language() == "en" else "zh",
        "title": title,
        "site": str(settings.SITE_NAME),
        "batch": batch.title,
        "demonstration": settings.DEMONSTRATION,
        "issuers": [_("Ministry of Finance"), _("Ministry of Industry and Information Technology")],
        "day": clock.in_text(made_at.astimezone(clock.SHANGHAI).date()),
        "order": _("By administrative division; the order is no ranking."),
        "heads": [_("Province"), _("Pilot unit"), _("Remark")],
        "rows": _rows(entries, batch),
        "opening": opening,
        "closing": [],
    }


def data(batch: Batch, entries: Sequence[PublicEntry]) -> PublicList:
    """What stands in the list as it is public now."""
    made_at = max((row.changed_at for row in entries), default=clock.now())
    if batch.state != BatchState.PUBLICITY or not (batch.publicity_from and batch.publicity_to):
        return _data(batch, _("Pilot units of the batch"), made_at, entries)
    period = {"first": clock.in_text(batch.publicity_from), "last": clock.in_text(batch.publicity_to)}
    address = f"{settings.BASE_URL.rstrip('/')}{reverse('reviews:lodge', args=[batch.number])}"
    opening = _(
        "The units below are proposed as pilot units and are published for objections from %(first)s to %(last)s."
    )
    made = _data(batch, _("List of proposed pilot units for publicity"), made_at, entries, opening % period)
    made["closing"] = [
        _(
            "Whoever objects does so in writing, with real name, a way to be reached, and grounds that can be checked,"
            " within this period. Objections without a real name are not examined."
        ),
        _("Objections are lodged at %(address)s; no account is needed.") % {"address": address},
    ]
    return made


def final_data(batch: Batch, found: FinalList) -> PublicList:
    """What stands in a final list. `found` comes from `queries.final_lists`."""
    title = _("Supplementary list of pilot units") if found.is_supplement else _("List of pilot units")
    opening = _("%(document)s. The units below are pilot units.") % {"document": found.document_no}
    rows = list(found.entries.all())
    made = _data(batch, title, found.issued_at, rows, opening)
    made["rows"] = [[province, name, ""] for province, name, _remark in made["rows"]]
    return made


def pdf(batch: Batch, entries: Sequence[PublicEntry]) -> bytes:
    """The list as it is public now, in the reader's language."""
    return render("list", dict(data(batch, entries)))


def final_pdf(batch: Batch, found: FinalList) -> bytes:
    """A final list, in the reader's language."""
    return render("list", dict(final_data(batch, found)))


def file_name(batch: Batch, found: FinalList | None = None) -> str:
    """A name for the file that says what it is."""
    kind = _("Final list") if found else _("List under publicity")
    number = f"-{found.number}" if found else ""
    return f"{batch.year}-{batch.number}-{kind}{number}.pdf"


def as_json(batch: Batch, entries: Sequence[PublicEntry]) -> dict[str, Any]:
    """The list for programs."""
    return {
        "batch": batch.number,
        "title": {"zh": batch.title_zh, "en": batch.title_en},
        "note": {"zh": ORDER, "en": "By administrative division; the order is no ranking."},
        "publicity": {"from": batch.publicity_from, "to": batch.publicity_to},
        "units": [
            {
                "province": row.province_id,
                "unit": row.unit_id,
                "name": {"zh": row.name_zh, "en": row.name_en},
                "state": row.state,
                "publicity": {"from": row.publicity_from, "to": row.publicity_to},
                "document": row.final_list.document_no if row.final_list else None,
            }
            for row in entries
        ],
    }
