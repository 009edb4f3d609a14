"""Central SOEs in dossiers, in bulk: invited, committed with their letters, declined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import F, OuterRef, Subquery

from applications.enums import ApplicationState as S
from applications.enums import AttachmentKind
from applications.models import Application, Attachment, Partner
from portal.accounts.models import Organisation
from portal.core.files import Kept
from portal.demonstration.invent import MARK, InventedDossier
from portal.programme.models import Batch

STEP: Final = 400
ASKS: Final = f"{MARK}共建数字化转型标杆，联合开展设备更新。"
GIVES: Final = f"{MARK}投入专项资金并开放工业互联网平台。"
DECLINES: Final = f"{MARK}本年度投资计划已安排完毕。"


def invite(
    rows: dict[str, Application], invented: dict[str, InventedDossier], drafters: dict[str, int], at: datetime
) -> None:
    """Invite the central SOEs of each dossier. rows, invented, drafters: by unit."""
    codes = {f"YQ{number:03}" for what in invented.values() for number in what.soes}
    bodies = {body.code: body for body in Organisation.objects.filter(code__in=codes)}
    Partner.objects.bulk_create(
        (
            Partner(
                application=rows[unit],
                organisation=bodies[f"YQ{number:03}"],
                task=ASKS,
                invited_by_id=drafters[unit],
                invited_at=at,
            )
            for unit, what in invented.items()
            for number in what.soes
            if f"YQ{number:03}" in bodies
        ),
        batch_size=STEP,
    )


def commit(batch: Batch, officers: dict[int, int], letter: Kept, at: datetime, *, but: Iterable[int] = ()) -> None:
    """Let the invited enterprises commit, each with its letter. officers: organisation → person; letter: what all of
    them bring; `but`: applications whose partners wait.
    """
    waiting = Partner.objects.filter(batch=batch, state="invited", organisation__in=officers)
    waiting = waiting.exclude(application__in=list(but))
    Attachment.objects.bulk_create(
        (
            Attachment(
                **vars(letter),
                application_id=row.application_id,
                organisation_id=row.organisation_id,
                kind=AttachmentKind.COMMITMENT_LETTER,
                title=f"{MARK}{row.organisation.name_zh}联合申报承诺函",
                uploaded_by_id=officers[row.organisation_id],
                uploaded_at=at,
            )
            for row in waiting.select_related("organisation")
        ),
        batch_size=STEP,
    )
    brought = Attachment.objects.filter(
        kind=AttachmentKind.COMMITMENT_LETTER,
        application=OuterRef("application"),
        organisation=OuterRef("organisation"),
    )
    for organisation, person in officers.items():
        waiting.filter(organisation=organisation).update(
            state="committed",
            contribution=GIVES,
            amount_committed=Decimal(20_000_000) + F("application_id") % 7 * Decimal(5_000_000),
            letter=Subquery(brought.values("pk")[:1]),
            answered_by=person,
            answered_at=at,
        )


def decline(rows: Sequence[Application], officers: dict[int, int], at: datetime, *, but: Iterable[str]) -> None:
    """Of the enterprises that still wait with a draft every ninth declines: the dossier goes on without them. `but`:
    units whose enterprises wait.
    """
    waiting = Partner.objects.filter(application__in=rows, state="invited", application__state=S.DRAFT)
    for organisation, person in list(officers.items())[::9]:
        waiting.filter(organisation=organisation).exclude(application__unit__in=but).update(
            state="declined", declined_why=DECLINES, answered_by=person, answered_at=at
        )
