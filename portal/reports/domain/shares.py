"""Sharing a file with another person, who takes it once their own making of the report has the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.tasks import start_run
from portal.core.telling import tell
from portal.reports import queries
from portal.reports.making import known
from portal.reports.models import ReportFile, ReportShare

TASK: Final = queries.COMPARE


@dataclass(frozen=True)
class ShareInput:
    """With whom: the e-mail address of the account."""

    email: str


def share(*, by: Actor, file: ReportFile, what: ShareInput) -> ReportShare:
    """Offer a file of one's own to a person and write to them. Raises DomainError when nobody has this address."""
    with command(by, "reports.share", file, lock=False) as act:
        person = get_user_model().objects.filter(email__iexact=what.email.strip(), is_active=True).first()
        if person is None:
            raise DomainError("share_nobody", _("No account has this address. Check the address."), "email")
        if person.pk == by.id:
            raise DomainError("share_oneself", _("Share with somebody else: this is yours already."), "email")
        if not file.is_there:
            raise DomainError("share_gone", _("The content of this file is not there any more: make it again."))
        if not file.rows_sha256:
            raise DomainError("share_no_rows", _("This report has no rows to compare, so it cannot be shared."))
        if ReportShare.objects.filter(file=file, person=person.pk, withdrawn_at=None).exists():
            raise DomainError("share_twice", _("It is shared with this person already."), "email")
        row = ReportShare.objects.create(
            file=file,
            person_id=person.pk,
            shared_by_id=by.id,
            shared_at=clock.now(),
            report=file.report,
            title=file.title,
            format=file.format,
            language=file.language,
            params=file.params,
            as_of=file.as_of or file.uploaded_at,
            rows_sha256=file.rows_sha256,
        )
        text = gettext_lazy("%(person)s shares the report “%(report)s” with you.")
        url = reverse("reports:shared", args=[row.pk])
        tell([person.pk], text, by=by, url=url, person=by.name, report=file.title)
        return act.record(row)


def withdraw(*, by: Actor, share: ReportShare) -> ReportShare:
    """Take an offer back: from now on the other cannot open it here any more."""
    with command(by, "reports.withdraw_share", share) as act:
        if share.withdrawn_at is None:
            share.withdrawn_at = clock.now()
            share.save(update_fields=["withdrawn_at"])
        return act.record(share)


def compare(*, by: Actor, share: ReportShare) -> Run:
    """Have the worker make the shared report in one's own scope, to see whether it is the same."""
    with command(by, "reports.open_shared", share) as act:
        report = known(share.report, share.format)
        may(by, report.act).or_refuse()
        if share.withdrawn_at is not None:
            raise DomainError("share_withdrawn", _("It is not shared any more. You can make the report yourself."))
        params = {"share": str(share.pk), "report": share.report}
        run = start_run(by=by, task=TASK, params=params, back=reverse("reports:shared", args=[share.pk]))
        return act.record(run, why=report.name)


def compare_again(by: Actor, run: Run) -> Run:
    """Compare once more after a failed or cancelled run. Raises DomainError when the offer was taken back meanwhile."""
    return compare(by=by, share=offered(by, run.params["share"]))


def offered(by: Actor, key: str) -> ReportShare:
    """What is shared with this person under this key. Raises DomainError when it is not any more."""
    found = queries.shares(by).filter(pk=key).first()
    if found is None:
        raise DomainError("share_withdrawn", _("It is not shared any more. You can make the report yourself."))
    return found


def tried(*, by: Actor, share: ReportShare, rows_sha256: str) -> ReportShare:
    """Note what one's own making gave; the same rows open the file."""
    with command(by, "reports.open_shared", share) as act:
        if share.withdrawn_at is None and share.matched_at is None:
            share.tried_at, share.tried_sha256 = clock.now(), rows_sha256
            share.matched_at = share.tried_at if rows_sha256 == share.rows_sha256 else None
            share.save(update_fields=["tried_at", "tried_sha256", "matched_at"])
        return act.record(share)
