"""The demonstration: every state, its troubles, the same each time, and the books in balance."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError, call_command

from applications.enums import ApplicationState
from portal.demonstration import auditing
from portal.demonstration.batches import rules_of
from portal.demonstration.build import FIRST, units_for
from portal.demonstration.invent import dossier
from portal.demonstration.rounds import BASE, LARGEST, rounds
from portal.demonstration.stage import as_owner
from portal.programme.models import Batch
from tests import databases

# What must come out the same: codes, amounts, scores and choices; no identifiers and no times.
PICTURE = """
    select b.number, a.unit_id, a.state, a.amount_asked, a.title,
           (select score from reviews_panelresult r where r.application_id = a.id),
           (select sum(p.amount) from grants_payment p join grants_award w on w.id = p.award_id
             where w.application_id = a.id)
      from applications_application a join programme_batch b on b.id = a.batch_id order by 1, 2
"""


def _rows(sql: str) -> list[tuple]:
    with psycopg.connect(databases.owner_dsn()) as owner:
        return owner.execute(sql).fetchall()


def _picture() -> str:
    return hashlib.sha256(json.dumps(_rows(PICTURE), default=str).encode()).hexdigest()


def test_every_state_is_shown(built):
    states = Counter(state for (state,) in _rows("select state from applications_application"))
    # Proposed is passed through at the publication, in one transaction with what follows.
    assert set(states) >= set(ApplicationState.values) - {ApplicationState.PROPOSED}
    open_one = _rows(
        "select count(*) from applications_application a join programme_batch b on b.id = a.batch_id"
        " where b.state = 'open'"
    )
    assert open_one[0][0] >= 40
    assert sum(states.values()) == BASE


def test_troubles_are_there(built):
    assert _rows("select count(*) from grants_passon p join grants_issue i on i.id = p.issue_id"
                 " where p.passed_on > i.received_on + 30")[0][0] == 1  # fmt: skip
    assert _rows("select count(*) from grants_issue i where i.received_on < current_date - 30"
                 " and not exists (select 1 from grants_passon p where p.issue_id = i.id)")[0][0] == 1  # fmt: skip
    assert _rows("select count(*) from grants_payment where state = 'refused'")[0][0] == 1
    assert _rows("select count(*) from grants_payment where state = 'entered'")[0][0] == 1
    assert {state for (state,) in _rows("select state from reviews_objection")} == {"lodged", "dismissed", "upheld"}


def test_books_and_trail_are_whole(built, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    call_command("verify_ledger", verbosity=0)
    call_command("verify_audit", verbosity=0)


def test_the_search_finds_at_once(built):
    kinds = dict(_rows("select kind, count(*) from core_searchtext group by kind"))
    assert kinds["dossier"] > 0, kinds
    assert kinds["file"] > 0, kinds
    assert _rows("select count(*) from core_filetext where problem = ''")[0][0] > 0


def test_people_and_figures_say_that_they_are_invented(built):
    names = [name for (name,) in _rows("select name from accounts_user where is_demonstration")]
    assert all(name.startswith("演示") for name in names)
    assert all(title.startswith("（演示）") for (title,) in _rows("select title from applications_application"))


def test_a_second_build_changes_nothing(built, capsys):
    before = _picture()
    call_command("demo")
    assert "already" in capsys.readouterr().out
    assert _picture() == before


def test_a_second_round_that_was_paid_brings_no_second_audit(built):
    """A large demonstration has several: the audit of the first took up what an audit of the second would."""
    [(batch,)] = _rows("select batches[1] from audit_engagement")
    office = _rows("select m.user_id from accounts_membership m join accounts_organisation o on o.id = m.organisation_id"
                   " where o.code = 'SJ' and m.role = 'auditor' order by m.id")  # fmt: skip
    before = _rows("select count(*) from audit_finding"), _rows("select count(*) from audit_lead")
    on = SimpleNamespace(people={(auditing.OFFICE, "auditor"): [person for (person,) in office]})
    with as_owner():
        auditing.show(SimpleNamespace(batch=Batch.objects.get(number=batch)), on)
    assert (_rows("select count(*) from audit_finding"), _rows("select count(*) from audit_lead")) == before


def test_another_build_gives_the_same(built, django_db_blocker):
    first = _picture()
    with databases.fresh_clone():
        call_command("demo", verbosity=0)
        assert _picture() == first


def test_never_in_production(settings, db):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("demo", verbosity=0)


@pytest.mark.parametrize("wanted", [0, BASE, BASE + 5, 333, 3330])
def test_rounds_add_up(wanted):
    plan = rounds(wanted)
    assert sum(one.applications for one in plan) == max(wanted, BASE)
    assert [one.number for one in plan] == list(range(3, 3 + len(plan)))
    assert all(one.applications <= LARGEST for one in plan)
    assert plan[0].stage == "archived"
    assert [one.stage for one in plan][-7:] == [
        "running",
        "publicity",
        "decided",
        "defence",
        "reviewing",
        "screening",
        "open",
    ]


def test_the_budget_of_a_round_says_what_it_is_worked_out_from(fresh_db):  # the owner commits
    for one in rounds():
        with as_owner():
            rules = rules_of(one)
        said = re.search(r"(\d+) × 3 亿元$", rules.details["sources"]["budget"])
        assert int(said[1]) * 300_000_000 == rules.budget, one.number


def test_a_dossier_keeps_the_rules():
    from decimal import Decimal

    cap = Decimal(300_000_000)
    for code in ("350200", "110101", "650100", "XPCC"):
        one = dossier(code, "某市", 3, 2026, cap)
        assert one == dossier(code, "某市", 3, 2026, cap)
        assert one.amount <= cap
        assert all(project.support <= project.total / 5 for project in one.projects)
        assert any(project.is_landmark and project.total > 500_000_000 for project in one.projects)
        assert all(project.support == 0 for project in one.projects if project.other_national_money)


@pytest.mark.parametrize("applications", [0, 333, 3_330])
def test_no_district_is_in_two_applications_of_a_round(db, applications):
    """The database would refuse it (it did, at 3,330): each round of each size has units enough without."""
    for one in rounds(applications):
        units = units_for(one)
        assert len(units) == one.applications == len({unit.code for unit in units})
        assert {unit.code for unit in units} >= set(FIRST.get(one.stage, []))
        apply_for = Counter(code for unit in units if "district" in unit.kind for code in unit.districts)
        assert set(apply_for.values()) <= {1}, one.number
