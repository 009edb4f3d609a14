"""The deadline, to the second, by the database's own clock; attacked with raw SQL. Each test commits in a clone."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, transaction

from applications import canonical, queries
from applications.domain import dossier, submission
from applications.models import Application
from portal.core import clock
from portal.core.errors import DomainError
from portal.programme.models import PilotUnit
from tests import factories_applications as make
from tests import factories_reviews as reviews
from tests.guards.applications_sql import as_owner, as_person, name_of, past_guards, sha256
from tests.guards.test_applications_frozen import SIGN, SNAPSHOT

pytestmark = pytest.mark.guard
AMOUNT = "100000000.00"


def pass_deadline(seconds: int = 1) -> None:
    """The deadline of the open batch passed so many seconds ago (negative: it lies ahead)."""
    as_owner(
        """update programme_batch set opens_at = opens_at - interval '100 days',
           deadline = date_trunc('second', clock_timestamp()) - make_interval(secs => %s) where state = 'open'""",
        seconds,
    )


STEP = """
    update applications_application a set state = 'with_province', number = 'N-1', submitted_at = s.submitted_at,
           first_submitted_at = s.submitted_at from applications_snapshot s where s.application_id = a.id
"""


def keep_snapshot(web: psycopg.Connection, row: Application, number: int = 1) -> None:
    """Sign and keep the dossier as it stands, past the commands."""
    with make.acting("signatory", "ZF350200"):
        sign_off = queries.open_sign_off(row)
        content = canonical.text(canonical.content(queries.whole(row)))
    web.execute(SIGN + " where id = %s", [sign_off.pk])
    web.execute(SNAPSHOT, [row.pk, number, content, sha256(content), sign_off.pk])


def signatory() -> psycopg.Connection:
    return as_person(make.person("signatory", "ZF350200").pk)


def test_nothing_is_submitted_after_the_deadline(fresh_db):
    row = make.awaiting(unit="350200", amount=AMOUNT)
    pass_deadline()
    with pytest.raises(psycopg.Error) as error, signatory() as web:
        keep_snapshot(web, row)
    assert name_of(error.value) == "snapshot_after_deadline"
    row = make.fresh(row)
    assert (row.state, row.number) == ("awaiting_sign_off", "")


def test_before_the_deadline_it_passes(fresh_db):
    row = make.awaiting(unit="350200", amount=AMOUNT)
    pass_deadline(-60)
    with signatory() as web:
        keep_snapshot(web, row)
        web.execute(STEP)
    assert make.fresh(row).state == "with_province"


def test_a_closed_batch_takes_nothing(fresh_db):
    row = make.awaiting(unit="350200", amount=AMOUNT)
    as_owner("update programme_batch set state = 'closed' where state = 'open'")
    with pytest.raises(psycopg.Error) as error, signatory() as web:
        keep_snapshot(web, row)
    assert name_of(error.value) == "snapshot_after_deadline"


def test_a_snapshot_of_before_does_not_carry_a_late_submission(fresh_db):
    """The snapshot is kept in time; the state is changed after the deadline."""
    row = make.awaiting(unit="350200", amount=AMOUNT)
    with signatory() as web:
        keep_snapshot(web, row)
    pass_deadline()
    with pytest.raises(psycopg.Error) as error, signatory() as web:
        web.execute(STEP)
    assert name_of(error.value) == "submission_after_deadline"


def test_the_moment_of_submission_is_the_databases(fresh_db):
    """A forged moment is not kept: the database writes its own."""
    row = make.submitted(unit="350200", amount=AMOUNT, batch=make.open_batch())  # made now, no copy
    assert abs((row.submitted_at - clock.now()).total_seconds()) < 120
    assert row.submitted_at.microsecond == 0


def test_no_application_begins_after_the_deadline(fresh_db):
    batch = make.open_batch()
    pass_deadline()
    batch.refresh_from_db()
    what = dossier.CreateInput(batch=batch, unit=PilotUnit.objects.get(pk="350200"), title="x")
    with make.acting("drafter", "ZF350200") as by, pytest.raises(DomainError) as error:
        dossier.create(by=by, what=what)
    assert error.value.code == "application_in_open_batch"


def test_no_application_begins_before_the_day_the_batch_names(fresh_db):
    batch = make.open_batch()
    as_owner("update programme_batch set opens_at = clock_timestamp() + interval '1 day' where state = 'open'")
    batch.refresh_from_db()
    unit = PilotUnit.objects.get(pk="350200")
    with make.acting("drafter", "ZF350200") as by, pytest.raises(DomainError) as error:
        dossier.create(by=by, what=dossier.CreateInput(batch=batch, unit=unit, title="x"))
    assert error.value.code == "application_in_open_batch"
    assert f"{batch.opens_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" in str(error.value)
    with make.acting("drafter", "ZF350200") as by:
        of = {"batch": batch, "unit": unit, "province_id": unit.province_id}
        of |= {"organisation_id": by.post("drafter", unit=unit.pk).organisation, "created_by_id": by.id}
        with pytest.raises(IntegrityError) as raw, transaction.atomic():
            Application.objects.create(title="x", **of)
        assert name_of(raw.value.__cause__) == "application_in_open_batch"
        with pytest.raises(IntegrityError) as raw, transaction.atomic():  # the day it says of itself is not asked
            Application.objects.create(title="x", created_at=clock.now() + timedelta(days=2), **of)
    assert name_of(raw.value.__cause__) == "application_in_open_batch"


@pytest.mark.django_db
class TestClock:
    """The command's own clock, at the last second and after it."""

    def _submit(self, row, moment):
        with make.acting("signatory", "ZF350200") as by, clock.at(moment):
            fresh = Application.objects.get(pk=row.pk)
            asked = queries.open_sign_off(fresh)
            return submission.submit(by=by, application=fresh, sha256=asked.content_sha256)

    def test_the_last_second_counts(self):
        row = make.awaiting(unit="350200", amount=AMOUNT)
        last = row.batch.deadline + timedelta(milliseconds=999)
        assert self._submit(row, last).number == 1

    def test_the_next_one_does_not_and_nothing_is_lost(self):
        row = make.awaiting(unit="350200", amount=AMOUNT)
        with pytest.raises(DomainError) as error:
            self._submit(row, row.batch.deadline + timedelta(seconds=1))
        assert error.value.code == "submission_after_deadline"
        row = make.fresh(row)
        assert row.state == "awaiting_sign_off"
        with make.acting("signatory", "ZF350200"):
            assert row.snapshots.count() == 0
            assert queries.open_sign_off(row) is not None
            assert row.projects.count() == 2


def test_a_correction_has_its_own_deadline(fresh_db):
    """In correction the batch is closed; the day of the correction counts."""
    batch = reviews.screening_batch({"350200": AMOUNT})
    due = clock.now() + timedelta(days=3)
    reviews.say(batch, "350200", "MIIT", "correction", reason="补正", due=due)
    row = reviews.application(batch, "350200")
    assert row.state == "correction"
    with make.acting("drafter", "ZF350200") as by:
        submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
    past_guards("update applications_application set correction_until = now() - interval '1 day'")
    with pytest.raises(DomainError) as error:
        make.sign(row)
    assert error.value.code == "submission_after_deadline"
    with pytest.raises(psycopg.Error) as raw, signatory() as web:
        keep_snapshot(web, row, 2)
    assert name_of(raw.value) == "snapshot_after_deadline"
    past_guards("update applications_application set correction_until = now() + interval '1 day'")
    make.sign(row)
    assert make.fresh(row).state == "screening"
    with make.acting("signatory", "ZF350200"):
        assert row.snapshots.count() == 2
