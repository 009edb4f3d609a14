"""Acts on what was to be mended after an assessment: MIIT records that it was, MOF confirms; then the tranche opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from grants.domain import told
from grants.domain.papers import Paper, checking, close, entered, kept, refuse
from grants.enums import DocumentKind
from grants.models import Assessment, Rectification
from grants.states_assessing import RECTIFICATION
from portal.accounts.enums import MIIT, Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


@dataclass(frozen=True)
class RectificationInput:
    """On which day it was mended, what was mended and how it was checked, and the paper."""

    mended_on: date
    note: str
    paper: Paper


def enter_rectification(*, by: Actor, assessment: Assessment, what: RectificationInput) -> Rectification:
    """Record for MIIT that what the assessment asked for was mended in time; MOF confirms it.

    Raises NotAllowed; DomainError for a day in the future, before the assessment or after its deadline, or when the
    assessment is not the newest of its award.
    """
    with command(by, "grants.enter_rectification", assessment, lock=False) as act:
        if what.mended_on > clock.today():
            raise DomainError("mended_on", _("The day lies in the future."), "mended_on")
        row = Rectification(
            award_id=assessment.award_id,
            assessment=assessment,
            province_id=assessment.province_id,
            unit_id=assessment.unit_id,
            mended_on=what.mended_on,
            note=what.note.strip(),
            document=kept(
                by=by,
                paper=what.paper,
                kind=DocumentKind.ASSESSMENT,
                province=assessment.province_id,
                unit=assessment.unit_id,
            ),
            **entered(by=by, role=Role.OFFICER, paper=what.paper, code=MIIT),
        )
        row.save(force_insert=True)
        told.to_confirm(by, row)
        return act.record(row)


def confirm_rectification(*, by: Actor, rectification: Rectification) -> Rectification:
    """Confirm it for MOF: the second tranche opens. Raises NotAllowed, WrongState, DomainError."""
    with checking(by, "grants.confirm_rectification", rectification) as act:
        return close(act, rectification, RECTIFICATION)


def refuse_rectification(*, by: Actor, rectification: Rectification, why: str) -> Rectification:
    """Refuse it with a reason; it may be recorded anew. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=rectification, name="grants.refuse_rectification", machine=RECTIFICATION, why=why)
