"""The project's `migrate`: what stands one behind the other is done together, in the same order, and ends the same."""

from __future__ import annotations

import psycopg
import pytest
from django.core.management import CommandError
from django.db import OperationalError, connections, models, transaction
from django.db.migrations.operations import AddField, AddIndex, AlterField, CreateModel
from django.db.migrations.state import ProjectState

from portal.core import migrating
from portal.core.management.commands.migrate import Row, rows
from tests import databases

PLAN = [
    CreateModel("Place", [("id", models.BigAutoField(primary_key=True))]),
    CreateModel("Visit", [("id", models.BigAutoField(primary_key=True))]),
    AddField("visit", "place", models.ForeignKey("lab.Place", models.CASCADE)),
    AddField("visit", "again", models.ForeignKey("lab.Place", models.CASCADE, related_name="+")),
    AddIndex("visit", models.Index(fields=["place"], name="visit_place")),
    AlterField("visit", "again", models.ForeignKey("lab.Place", models.PROTECT, related_name="+")),
    AlterField("visit", "again", models.ForeignKey("lab.Place", models.CASCADE, null=True, related_name="+")),
    AddField("place", "name", models.CharField(max_length=9)),
]


def test_neighbours_of_one_kind_are_one_row_in_their_order():
    found = rows(PLAN)
    assert [type(one).__name__ for one in found] == ["Row", "Row", "AddIndex", "AlterField", "AlterField", "AddField"]
    flat = [one for step in found for one in (step.operations if isinstance(step, Row) else [step])]
    assert flat == PLAN


def drawn(state: ProjectState) -> dict[str, dict[str, str]]:
    """The models as they are drawn: names of fields, each with the model it points to."""
    return {
        model.__name__: {
            field.name: field.related_model.__name__ if field.related_model else "" for field in model._meta.fields
        }
        for model in state.apps.get_models()
    }


def test_models_are_drawn_anew_behind_each_row():
    one_by_one, together = ProjectState(), ProjectState()
    for operation in PLAN:
        operation.state_forwards("lab", one_by_one)
    assert drawn(together) == {}  # from here on models are drawn
    for step in rows(PLAN):
        step.state_forwards("lab", together)
        anew = together.clone()
        anew.__dict__.pop("apps", None)
        assert drawn(together) == drawn(anew)
    assert together == one_by_one
    assert drawn(together)["Visit"] == {"id": "", "place": "Place", "again": "Place"}


@pytest.mark.django_db(databases=["default", "owner"])
def test_two_that_are_started_at_once_come_one_after_the_other():
    said = []
    with psycopg.connect(databases.owner_dsn()) as first:
        first.execute("select pg_advisory_lock(%s)", [migrating._ONE_AT_A_TIME])

        def say(text):
            said.append(text)
            first.execute("select pg_advisory_unlock(%s)", [migrating._ONE_AT_A_TIME])  # the first comes to its end

        with migrating.alone(connections["owner"], say):
            row = first.execute("select pg_try_advisory_lock(%s)", [migrating._ONE_AT_A_TIME]).fetchone()
            assert row == (False,)
        assert first.execute("select pg_try_advisory_lock(%s)", [migrating._ONE_AT_A_TIME]).fetchone() == (True,)
    assert said == ["Another `migrate` is at work on this database; this one waits for its end."]


@pytest.fixture
def at_work(monkeypatch):
    """A session that reads a table which is to be changed; it ends at the second pause. Pauses are counted."""
    monkeypatch.setattr(migrating, "LOCK_SECONDS", 0.1)
    pauses = []
    with psycopg.connect(databases.owner_dsn()) as dump:
        dump.execute("lock table core_run in access share mode")

        def pause(seconds):
            pauses.append(seconds)
            if len(pauses) == 2:
                dump.rollback()

        monkeypatch.setattr(migrating.time, "sleep", pause)
        yield pauses


def _change():
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("lock table core_run in access exclusive mode")


@pytest.mark.django_db(databases=["default", "owner"])
def test_nobody_stands_behind_a_migration_that_waits_for_a_dump(at_work):
    said = []
    migrating.patiently(connections["owner"], said.append, _change)
    assert len(at_work) == 2
    assert [text.rsplit(" s, ", 1)[1] for text in said] == ["11 times more.", "10 times more."]


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_table_that_is_never_free_is_said_with_what_to_do(at_work, monkeypatch):
    monkeypatch.setattr(migrating, "TRIES", 2)
    with pytest.raises(CommandError, match="end it or wait for it, then run `migrate` again"):
        migrating.patiently(connections["owner"], print, _change)


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_migration_that_a_deadlock_broke_off_begins_again(monkeypatch):
    """It changes two tables which the portal writes the other way round; the server ends one of both sooner than a wait."""
    monkeypatch.setattr(migrating, "PAUSE_SECONDS", 0)
    begun = []

    def change():
        begun.append(1)
        if len(begun) == 1:
            raise OperationalError("deadlock detected") from psycopg.errors.DeadlockDetected()

    migrating.patiently(connections["owner"], print, change)
    assert len(begun) == 2
