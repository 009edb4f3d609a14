"""Acts on holds: other national money that was found at a project stops its payments until both ministries agree."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grants.domain.papers import KINDS
from grants.enums_paying import HoldState, HoldWord
from grants.models import EvidenceFile, FundingHold, GrantProject
from grants.queries import unit_that_follows
from grants.queries.requests import judges
from portal.accounts.enums import MIIT, MOF, Role
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError, Stale, Text
from portal.core.files import keep
from portal.core.scope import Actor, Post
from portal.notifications.inbox import notify, recipients, recipients_of

RAISERS: Final = (Role.OFFICER, Role.PROVINCIAL_OFFICER, Role.FINANCE_MAKER, Role.FINANCE_CHECKER)


@dataclass(frozen=True)
class HoldInput:
    """What was found: whose money of which level and fund, how much in yuan, how it was found, and the evidence."""

    level: str
    source: str
    fund: str
    amount: Decimal
    note: str
    file: UploadedFile | None = None


def raise_hold(*, by: Actor, project: GrantProject, what: HoldInput) -> FundingHold:
    """Stop the payments of a project because of other national money. Both ministries and the bureau hear of it.

    Raises NotAllowed; DomainError without evidence, or when its payments are stopped already.
    """
    with command(by, "grants.raise_hold", project, lock=False) as act:
        if what.file is None:
            raise DomainError("hold_has_evidence", _("Add the evidence."), "file")
        post = _post(by, project)
        place = {"province_id": project.province_id, "unit_id": project.unit_id}
        row = FundingHold(
            grant_project=project,
            award_id=project.award_id,
            level=what.level,
            source=what.source.strip(),
            fund=what.fund.strip(),
            amount=what.amount,
            note=what.note.strip(),
            organisation_id=post.organisation,
            raised_by_id=by.id,
            raised_at=clock.now(),
            **place,
        )
        row.save(force_insert=True)
        stored = keep(what.file, kinds=KINDS)
        EvidenceFile.objects.create(**stored.fields(by=by), hold=row, **place)
        _tell(
            act, row, gettext_lazy("Payments to %(project)s of %(unit)s are stopped: other national money was found.")
        )
        return act.record(row)


def _post(by: Actor, project: GrantProject) -> Post:
    """For whom the actor speaks: of several posts one of the project's own place, the highest first."""
    posts = [post for role in RAISERS for post in by.posts if post.role == role]
    place = (("", project.province_id), ("", project.unit_id))
    return next((post for post in posts if post.province in place[0] and post.unit in place[1]), posts[0])


def _tell(act: Act, row: FundingHold, text: Text) -> None:
    people = set(recipients(Role.OFFICER, code=MIIT)) | set(recipients(Role.OFFICER, code=MOF))
    units = filter(None, (row.unit_id, unit_that_follows(row.unit_id)))
    bureau = recipients_of(Role.FINANCE_MAKER, Role.FINANCE_CHECKER, units=units)
    people = people.union(*bureau.values()) | {row.raised_by_id}
    url = reverse("grants:hold", args=[row.pk])
    notify(sorted(people), text, by=act.by, url=url, project=row.grant_project.name, unit=row.unit)


def judge_hold(*, by: Actor, hold: FundingHold, word: str, why: str) -> FundingHold:
    """Give the word of the actor's ministry on a hold: release or uphold, with the reason.

    Once both ministries say the same it is decided; while they differ each may give another word.
    Raises NotAllowed; Stale when it was decided already; DomainError without a reason or a word.
    """
    with command(by, "grants.judge_hold", hold) as act:
        if hold.state != HoldState.OPEN:
            raise Stale("decided_already", _("This was decided already. Look at its page."))
        if word not in HoldWord.values:
            raise DomainError("hold_word", _("Choose release or uphold."), "word")
        if not why.strip():
            raise DomainError("hold_word_has_reason", _("Say why."), "why")
        mine = judges(by)
        fields = {f"{mine}_word": word, f"{mine}_by_id": by.id, f"{mine}_at": clock.now(), f"{mine}_why": why.strip()}
        for name, value in fields.items():
            setattr(hold, name, value)
        hold.save(update_fields=[name.removesuffix("_id") for name in fields])
        hold.refresh_from_db(fields=["state", "decided_at"])
        if hold.state == HoldState.RELEASED:
            _tell(act, hold, gettext_lazy("Payments to %(project)s of %(unit)s go on: the hold was released."))
        elif hold.state == HoldState.UPHELD:
            _tell(act, hold, gettext_lazy("Nothing more is paid to %(project)s of %(unit)s: the hold was upheld."))
        return act.record(hold, why.strip())
