"""Search for the same in two applications of a batch, and judge what was found. For officers of the ministries."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _

from applications.enums import Judgement, MatchKind
from applications.models import Match
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import start_run
from portal.programme.models import Batch

# Names are alike from here on: two names of eight signs that differ in two of them.
LEAST = Decimal("0.55")
_FIND = """
    insert into applications_match (batch_id, kind, application_id, other_id, name, other_name, code, other_code, score,
                                    found_at, judgement, judged_why)
    select %s, m.kind, m.application_id, m.other_id, left(m.name, 200), left(m.other_name, 200), m.code, m.other_code,
           max(m.score), now(), 'open', ''
      from batch_matches(%s, %s, %s) m
     group by m.kind, m.application_id, m.other_id, left(m.name, 200), left(m.other_name, 200), m.code, m.other_code
     order by max(m.score) desc limit 20000
    on conflict (kind, application_id, other_id, name, other_name) do nothing
"""


def start_matching(*, by: Actor, batch: Batch, back: str = "") -> Run:
    """Start the run that compares all applications of a batch. Raises NotAllowed, DomainError when one is under way."""
    with command(by, "applications.start_matching", batch, lock=False):
        key = f"applications.match:{batch.pk}"
        return start_run(by=by, task="applications.match", params={"batch": batch.pk}, key=key, back=back)


def match(*, by: Actor, batch: Batch, kind: MatchKind) -> int:
    """Find matches of one kind anew; those judged stay. Gives how many were found new. Safe to repeat.

    Raises NotAllowed.
    """
    with command(by, "applications.match", batch, lock=False) as act:
        Match.objects.filter(batch=batch, kind=kind, judgement=Judgement.OPEN).delete()
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [batch.pk, batch.pk, kind.value, float(LEAST)])
            found = int(cursor.rowcount)
        act.record(batch, _("%(kind)s: %(count)s found") % {"kind": kind.label, "count": found})
        return found


def judge(*, by: Actor, match: Match, judgement: Judgement, why: str) -> Match:
    """Say whether both are the same. Raises NotAllowed; DomainError without a reason."""
    with command(by, "applications.judge_match", match) as act:
        if not why.strip():
            raise DomainError("match_judged_in_words", _("A judgement says why."), "why")
        match.judgement, match.judged_why = judgement, why
        match.judged_by_id, match.judged_at = by.id, clock.now()
        match.save(update_fields=["judgement", "judged_why", "judged_by", "judged_at"])
        return act.record(match, why)
