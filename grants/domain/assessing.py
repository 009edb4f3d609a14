"""Acts on a unit's evaluation of itself: begin, fill in, sign, verify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from grants.domain import told
from grants.domain.papers import KINDS
from grants.enums import EvaluationKind, EvidenceKind
from grants.models import Award, Evaluation, EvaluationScore, Evidence
from grants.states_assessing import EVALUATION
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.files import XLSX, keep
from portal.core.scope import Actor


@dataclass(frozen=True)
class PointsInput:
    """Points for one indicator, why, and a file that proves it where there is one."""

    code: str
    points: Decimal
    reason: str
    file: UploadedFile | None = None


def start_evaluation(*, by: Actor, award: Award, kind: EvaluationKind, year: int) -> Evaluation:
    """Begin the self-evaluation of a year, of the mid-term or of the end. It is measured as of the year's last day.

    Raises NotAllowed; DomainError when the rules ask for none, the year lies ahead or is still running (that of a year
    looks back on all of it), or there is one already.
    """
    with command(by, "grants.start_evaluation", award, lock=False) as act:
        today = clock.today()
        if year > today.year:
            raise DomainError("year", _("The year lies in the future."), "year")
        if year == today.year and kind == EvaluationKind.SELF:
            raise DomainError(
                "year", _("This year is not over: it is evaluated as a whole, after its last day."), "year"
            )
        row = Evaluation(
            award=award,
            province_id=award.province_id,
            unit_id=award.unit_id,
            kind=kind,
            year=year,
            as_of=min(today, date(year, 12, 31)),
            created_by_id=by.id,
            created_at=clock.now(),
        )
        row.save(force_insert=True)
        row.refresh_from_db()
        return act.record(row)


def fill_evaluation(*, by: Actor, evaluation: Evaluation, rows: Sequence[PointsInput], summary: str) -> Evaluation:
    """Keep the points of indicators with their reasons and files; indicators not named stay as they are.

    Raises NotAllowed; DomainError for more points than an indicator has, or a file that is refused.
    """
    with command(by, "grants.fill_evaluation", evaluation) as act:
        evaluation.summary = summary.strip()
        evaluation.save(update_fields=["summary"])
        for row in rows:
            EvaluationScore.objects.update_or_create(
                evaluation=evaluation, code=row.code, defaults={"points": row.points, "reason": row.reason.strip()}
            )
            if row.file is not None:
                stored = keep(row.file, kinds=(*KINDS, XLSX), field=f"file_{row.code}")
                Evidence.objects.create(
                    **stored.fields(by=by),
                    evaluation=evaluation,
                    award_id=evaluation.award_id,
                    province_id=evaluation.province_id,
                    unit_id=evaluation.unit_id,
                    kind=EvidenceKind.EVIDENCE,
                    code=row.code,
                )
        return act.record(evaluation)


def sign_evaluation(*, by: Actor, evaluation: Evaluation) -> Evaluation:
    """Sign it for the unit: total, band and the plan's version are fixed, and nothing changes any more.

    Raises NotAllowed, WrongState; DomainError when an indicator has no points.
    """
    with command(by, "grants.sign_evaluation", evaluation) as act:
        act.to(evaluation, EVALUATION, "sign")
        evaluation.signed_by_id, evaluation.signed_at = by.id, clock.now()
        evaluation.save(update_fields=["state", "signed_by", "signed_at"])
        evaluation.refresh_from_db()
        told.signed(by, evaluation)
        return act.record(evaluation)


def verify_evaluation(*, by: Actor, evaluation: Evaluation, comment: str) -> Evaluation:
    """Say for the industry department of the province what it found. Raises NotAllowed, WrongState, DomainError."""
    with command(by, "grants.verify_evaluation", evaluation) as act:
        if not comment.strip():
            raise DomainError("comment", _("Say what the province found."), "comment")
        act.to(evaluation, EVALUATION, "verify")
        evaluation.verified_by_id, evaluation.verified_at = by.id, clock.now()
        evaluation.comment = comment.strip()
        evaluation.save(update_fields=["state", "verified_by", "verified_at", "comment"])
        return act.record(evaluation, comment.strip())
