"""Until when a dossier may be submitted and a province may decide; the database works the same out by its own clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from applications.enums import ApplicationState as S
from applications.models import Application
from portal.core import clock
from portal.programme.enums import BatchState
from portal.programme.models import Batch


def due(application: Application) -> datetime | None:
    """Until when a submission of this application is possible, to the second and inclusive; None when it is not.

    A correction has its own deadline; a dossier the province returned may be mended for as long as the rules say,
    also after the batch's deadline.
    """
    if application.state == S.CORRECTION:
        return application.correction_until
    batch, mend_until = application.batch, application.mend_until
    if batch.state == BatchState.OPEN and batch.deadline is not None:
        return max(batch.deadline, mend_until or batch.deadline)
    return mend_until if batch.state == BatchState.CLOSED else None


def own_day(application: Application, day: date | None) -> date | None:
    """The day set for a section, as long as it counts: once a dossier came back, one that is over was of the round
    before.
    """
    if day is None or (application.state != S.DRAFT and day < clock.today()):
        return None
    return day


def section_due(application: Application, day: date | None) -> datetime | None:
    """Until when a section is to be written: the end of the day set for it, else the time of the whole dossier."""
    own, last = own_day(application, day), due(application)
    return last if own is None or last is None else min(clock.end_of_day(own), last)


def lapsed(application: Application) -> bool:
    """Whether a correction was asked for and the unit let its deadline pass."""
    return application.state == S.CORRECTION and has_passed(application.correction_until)


def province_due(batch: Batch) -> datetime | None:
    """Until when the province decides: so many days after the deadline as the rules say; None when it is over."""
    if batch.state not in (BatchState.OPEN, BatchState.CLOSED) or batch.deadline is None or batch.rule_set is None:
        return None
    last = batch.deadline.astimezone(clock.SHANGHAI).date() + timedelta(days=batch.rule_set.province_days)
    return clock.end_of_day(last)


def has_passed(moment: datetime | None) -> bool:
    """Whether the last second of a deadline is over; a deadline that does not exist has passed."""
    return moment is None or clock.is_over(moment)
