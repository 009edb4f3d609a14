"""What the change of a place or an enterprise touches, in numbers, for the page that asks before it."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext_lazy as _

from portal.programme.changes import Changed, Count
from portal.programme.models import PilotUnit


def touched(row: Changed) -> list[Count]:
    """What its line has in batches that are not archived, and the conflicts of the running reviews."""
    is_unit = isinstance(row, PilotUnit)
    with connection.cursor() as cursor:
        cursor.execute(
            "select applications, commitments, awards, conflicts, reviews from reference_touches(%s, %s)",
            [row.pk, None] if is_unit else [None, row.pk],
        )
        applications, commitments, awards, conflicts, reviews = cursor.fetchone() or [0] * 5
    return [
        Count(_("Applications in its line, of batches that are not archived"), applications),
        Count(_("Awards of these"), awards) if is_unit else Count(_("Commitments to these"), commitments),
        Count(_("Conflicts of interest that reviewers get"), conflicts, is_made=True),
        Count(_("Reviews that end at once"), reviews, is_made=True),
    ]
