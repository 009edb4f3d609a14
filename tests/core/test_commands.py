"""One way through for every act: what a refusal leaves, what the trail keeps, what the database's no becomes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from portal.audit.models import Event
from portal.core import clock, commands, errors, rules
from portal.core.commands import command
from portal.core.errors import DomainError, Guard, NotAllowed, Stale, WrongState
from portal.core.models import RUN, Run
from portal.core.rules import permit
from portal.core.scope import acting_as
from portal.programme.models import RuleSet
from tests import databases


@pytest.fixture
def by(cast, actor, monkeypatch):
    monkeypatch.setitem(rules.ACTS, "tests.touch", permit("Touch", "officer"))
    monkeypatch.setitem(rules.ACTS, "tests.audit", permit("Audit", "auditor"))
    with actor(cast("officer", "MIIT")) as officer:
        yield officer


@pytest.fixture
def run(by):
    return Run.objects.create(task="t", key="k", asker=by.id, queued_at=clock.now())


def _events(by, act="tests.touch"):
    return list(Event.objects.filter(actor=by.id, act=act).order_by("pk").values("outcome", "before", "after", "why"))


def test_a_done_act_keeps_what_changed_and_why(by, run):
    with command(by, "tests.touch", run) as act:
        run.task = "other"
        run.save()
        act.record(run, "because")
    assert _events(by) == [{"outcome": "done", "before": {"task": "t"}, "after": {"task": "other"}, "why": "because"}]


def test_a_new_row_is_kept_whole(by):
    with command(by, "tests.touch") as act:
        act.record(Run.objects.create(task="new", key="n", asker=by.id, queued_at=clock.now()))
    (event,) = _events(by)
    assert event["before"] == {}
    assert event["after"]["task"] == "new"


def test_a_refusal_leaves_nothing_but_itself(by, run):
    def refuse():
        with command(by, "tests.touch", run):
            Run.objects.filter(pk=run.pk).update(task="written before the refusal")
            raise DomainError("no", "It cannot be.")

    with pytest.raises(DomainError):
        refuse()
    run.refresh_from_db()
    assert run.task == "t"
    assert _events(by) == [{"outcome": "refused", "before": {}, "after": {}, "why": "It cannot be."}]


def test_a_missing_right_is_refused_before_anything_happens(by, run):
    with pytest.raises(NotAllowed), command(by, "tests.audit", run):
        pytest.fail("the body must not run")
    assert [event["outcome"] for event in _events(by, "tests.audit")] == ["refused"]


def test_a_wrong_state_is_a_refusal(by, run):
    with pytest.raises(WrongState), command(by, "tests.touch", run) as act:
        act.to(run, RUN, "finish")
    assert run.state == "queued"
    assert [event["outcome"] for event in _events(by)] == ["refused"]


def test_a_broken_constraint_becomes_its_sentence(by, run):
    with pytest.raises(DomainError) as refused, command(by, "tests.touch", run):
        Run.objects.filter(pk=run.pk).update(all_steps=1, done_steps=2)
    assert refused.value.code == "run_steps_within"
    with override("en"):
        assert str(refused.value) == "More steps are done than there are."
    run.refresh_from_db()
    assert run.done_steps == 0


def test_a_policy_becomes_not_allowed(by, cast):
    other = cast("officer", "MOF")
    with pytest.raises(NotAllowed) as refused, command(by, "tests.touch"):
        Run.objects.create(task="t", key="x", asker=other.pk, queued_at=clock.now())
    assert refused.value.code == "outside_scope"


def test_a_fault_of_the_program_is_no_refusal(by, run):
    def fail():
        with transaction.atomic(), command(by, "tests.touch", run):
            Run.objects.filter(pk=run.pk).update(task="written")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    run.refresh_from_db()
    assert run.task == "t"
    assert _events(by) == []


def test_the_body_sees_what_is_true_now(by, run):
    stale = Run.objects.get(pk=run.pk)
    Run.objects.filter(pk=run.pk).update(task="meanwhile")
    with command(by, "tests.touch", stale):
        assert stale.task == "meanwhile"


def test_a_row_that_is_gone_is_said_in_words(by, run):
    gone = Run(pk=run.pk, task="t", key="k", asker=by.id, queued_at=clock.now())
    gone.pk = "00000000-0000-0000-0000-000000000000"
    with pytest.raises(DomainError) as refused, command(by, "tests.touch", gone):
        pytest.fail("the body must not run")
    assert refused.value.code == "gone"


def test_deferred_constraints_are_checked_before_the_act_ends(by, monkeypatch):
    """A ledger out of balance must be an error beside the form, not at commit; afterwards it is deferred again."""
    database = connection.settings_dict["NAME"]
    databases.admin().execute(f"grant temporary on database {database} to portal_web")  # for this table alone
    with connection.cursor() as cursor:
        cursor.execute("create temp table pairs (n int constraint pairs_once unique deferrable initially deferred)")
    databases.admin().execute(f"revoke temporary on database {database} from portal_web")
    monkeypatch.setitem(commands.CHECK_EARLY, "tests", ("pairs_once",))
    monkeypatch.setitem(errors.GUARDS, "pairs_once", Guard("Each number once.", "n"))

    def write(*numbers):
        with connection.cursor() as cursor:
            for number in numbers:
                cursor.execute("insert into pairs values (%s)", [number])

    with pytest.raises(DomainError) as refused, command(by, "tests.touch"):
        write(1, 1)
    assert (str(refused.value), refused.value.field) == ("Each number once.", "n")
    with command(by, "tests.touch"):
        write(2)
    write(3, 3)  # deferred again, outside a command
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set constraints pairs_once immediate")
    with connection.cursor() as cursor:
        cursor.execute("delete from pairs")


def test_a_key_without_words_of_its_own_says_that_somebody_was_quicker(by):
    """Two who draft rules of the same version at once: the second reads a sentence, no error page."""
    row = RuleSet.objects.get(version="2026.1")
    row.pk, row.frozen_at = None, None
    with override("en"), pytest.raises(Stale, match=r"\.$") as refused, command(by, "tests.touch"):
        row.save(force_insert=True)
    assert refused.value.code == "there_already"


def test_without_a_writer_nothing_happens(by, run, monkeypatch):
    monkeypatch.setattr(commands, "_writer", None)
    with pytest.raises(RuntimeError, match="trail"), command(by, "tests.touch", run):
        pytest.fail("the body must not run")


def test_long_texts_are_cut_and_secrets_of_nobody_are_kept(by, cast):
    assert len(commands.picture(Run(task="x", error="y" * 900))["error"]) == 500


def test_letters_and_tasks_start_only_once_the_act_is_kept(fresh_db):
    from portal.accounts.cast import ensure_user

    officer, done = ensure_user("a@b.test", "A", "MIIT", "officer"), []

    def refuse():
        with acting_as(officer.pk):
            commands.on_commit(lambda: done.append("refused"))
            raise DomainError("no", "no")

    with pytest.raises(DomainError):
        refuse()
    with acting_as(officer.pk):
        commands.on_commit(lambda: done.append("kept"))
        assert done == []
    assert done == ["kept"]
