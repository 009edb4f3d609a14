"""Steps of the defence, each by the people who take it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.accounts.enums import Role
from portal.core import clock
from portal.core.files import PDF, keep
from portal.programme.models import Batch
from reviews import queries
from reviews.domain import defending, hearing, panel
from reviews.models import Defence, Hearing, HearingFile, PanelRecord
from tests import factories_reviews as make
from tests.factories_applications import acting
from tests.factories_reviews import DEFAULT
from tests.uploads import pdf, upload
from tests.worlds import remembered

UNITS = {"350200": "300000000.00", "350100": "300000000.00", "330200": "200000000.00"}
GIVEN = {"350200": "90.00", "350100": "80.00", "330200": "70.00"}
SEED = "2027-03-01 18:25:07 04 11 19 (invented)"


def details(places: int, **more: Any) -> dict[str, Any]:
    """Rules that invite so many to the defence."""
    return {**DEFAULT["details"], "defence_best": places, **more}


@remembered(make.fresh)
def ready_batch(*, places: int = 3, number: int = make.NUMBER) -> Batch:
    """All reviews of three applications are in; the rules invite the best `places`."""
    return make.reviewed_batch(UNITS, given=GIVEN, places=1, number=number, details=details(places))


def invited(batch: Batch) -> Defence:
    """MIIT fixes who is heard."""
    with acting(Role.OFFICER, "MIIT") as by:
        return defending.invite(by=by, batch=make.fresh(batch))


def session(batch: Batch, *, seats: int = 3, hours: int = 1, **what: Any) -> Any:
    """A session that begins in so many hours."""
    given = defending.SessionInput(clock.now() + timedelta(hours=hours), 20, seats, room="第一会议室（演示）", **what)
    with acting(Role.OFFICER, "MIIT") as by:
        return defending.plan_session(by=by, batch=make.fresh(batch), what=given)


def drawn(batch: Batch, seed: str = SEED) -> Defence:
    """MOF draws the agenda."""
    with acting(Role.OFFICER, "MOF") as by:
        row = queries.defence_of(by, batch)
        assert row is not None
        return defending.draw(by=by, defence=row, seed=seed, source="抽签公告（演示）")


@remembered(make.fresh)
def agreed_batch(*, places: int = 3, number: int = make.NUMBER) -> Batch:
    """As `ready_batch`, with invitations, one session in an hour, and the agenda."""
    batch = ready_batch(places=places, number=number)
    invited(batch)
    session(batch)
    drawn(batch)
    return make.fresh(batch)


def hearing_of(batch: Batch, unit: str = "350200", code: str = "MIIT") -> Hearing:
    """The hearing of a unit as an officer reads it."""
    with acting(Role.OFFICER, code) as by:
        return queries.hearings(by).get(session__batch=batch, application__unit=unit)


def confirmed(batch: Batch, unit: str = "350200") -> Hearing:
    """The unit says who comes."""
    with acting(Role.SIGNATORY, f"ZF{unit}") as by:
        row = queries.own_hearings(by).get(application__unit=unit)
        return hearing.confirm(by=by, hearing=row, delegation="张三，副市长（演示）")


def material(batch: Batch, unit: str = "350200") -> HearingFile:
    """The unit brings its slides."""
    with acting(Role.DRAFTER, f"ZF{unit}") as by:
        row = queries.own_hearings(by).get(application__unit=unit)
        file = keep(upload(pdf(), "slides.pdf"), kinds=(PDF,))
        return hearing.bring(by=by, hearing=row, title="汇报材料（演示）", file=file)


def held(batch: Batch, unit: str = "350200", *, away: tuple[int, ...] = ()) -> Hearing:
    """The unit is heard two hours from now. away: keys of reviewers who were not there."""
    with clock.at(clock.now() + timedelta(hours=2)), acting(Role.OFFICER, "MIIT") as by:
        row = queries.hearings(by).get(session__batch=batch, application__unit=unit)
        people = [line["person"].pk for line in queries.attendance(row) if not line["is_recused"]]
        what = hearing.MinutesInput("会议记录（演示）", {one: one not in away for one in people})
        return hearing.hold(by=by, hearing=row, what=what)


def recorded(batch: Batch, unit: str = "350200", *, code: str = "MIIT", comment: str = "") -> PanelRecord:
    """An officer writes the panel's statement, and a comment."""
    with acting(Role.OFFICER, code) as by:
        row = make.application(batch, unit)
        before = queries.panel_record(row)
        what = panel.RecordInput(before.version if before else 0, "专家组意见（演示）", comment)
        return panel.keep_record(by=by, application=row, what=what)


def approved(batch: Batch, unit: str, *, code: str = "MOF") -> PanelRecord:
    """Another officer approves the comment."""
    with acting(Role.OFFICER, code) as by:
        row = queries.panel_records(by).get(application__batch=batch, application__unit=unit)
        return panel.approve_comment(by=by, record=row, version=row.version)
