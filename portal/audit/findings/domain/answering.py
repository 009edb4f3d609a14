"""Acts of the audited body: its reply to a finding, and its report on the rectification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.findings import outside
from portal.audit.findings.domain.findings import said
from portal.audit.findings.enums import AnswerKind
from portal.audit.findings.states import FINDING
from portal.audit.models import Answer, Finding, Proof
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Text
from portal.core.files import CSV, DOCX, JPEG, PDF, PNG, XLSX, keep
from portal.core.scope import Actor

KINDS = (PDF, DOCX, XLSX, PNG, JPEG, CSV)


@dataclass(frozen=True)
class AnswerInput:
    """What the body says, and the files that prove it. stance: of a reply only."""

    text: str
    stance: str = ""
    files: Sequence[UploadedFile] = ()


def _answer(by: Actor, finding: Finding, kind: AnswerKind, what: AnswerInput, letter: Text) -> Answer:
    with command(by, f"audit.{kind.value}", finding, lock=False) as act:
        finding.refresh_from_db(fields=["state", "current"])
        FINDING.target(finding.state, kind.value)
        if not what.text.strip():
            raise DomainError("answer_says_what", _("Write the answer."), "text")
        row = Answer(
            finding=finding,
            kind=kind,
            stance=what.stance if kind == AnswerKind.REPLY else "",
            text=what.text.strip(),
            organisation_id=finding.body_id,
            proofs=len(what.files),
            by_id=by.id,
            at=clock.now(),
        )
        row.save(force_insert=True)
        for file in what.files:
            kept = keep(file, kinds=KINDS, field="papers")
            Proof.objects.create(answer=row, **kept.fields(by=by))
        finding.refresh_from_db(fields=["state"])
        url = reverse("auditing:finding", args=[finding.pk])
        words = {"number": f"{finding.number:03d}", "matter": finding.matter, "body": finding.body}
        outside.TIES.letter(_team(finding), letter, by, url, words)
        act.after = said(finding, proofs=row.proofs)
        return act.record(row)


def _team(finding: Finding) -> list[int]:
    """Who showed it and who raised it: the audited body does not see the team."""
    return [person for person in {finding.raised_by_id, finding.shown_by_id} if person is not None]


def reply(*, by: Actor, finding: Finding, what: AnswerInput) -> Answer:
    """Reply for the audited body to what was shown. Raises NotAllowed, WrongState, DomainError."""
    if not what.stance:
        raise DomainError("reply_says_what_it_holds", _("Say whether the finding is accepted."), "stance")
    text = gettext_lazy("%(body)s replied to finding %(number)s of “%(matter)s”.")
    return _answer(by, finding, AnswerKind.REPLY, what, text)


def report(*, by: Actor, finding: Finding, what: AnswerInput) -> Answer:
    """Report for the audited body how it was rectified, with at least one file of proof.

    Raises NotAllowed, WrongState, DomainError.
    """
    if not what.files:
        text = _("Add the proof of the rectification: at least one file.")
        raise DomainError("report_has_proof", text, "papers")
    letter = gettext_lazy("%(body)s reported the rectification of finding %(number)s of “%(matter)s”.")
    return _answer(by, finding, AnswerKind.REPORT, what, letter)
