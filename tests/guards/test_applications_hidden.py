"""Guards of the dossier that read other rows: whoever has SQL as portal_web chooses settings that hide them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from applications.enums import Side
from portal.core import clock
from tests import factories_applications as make
from tests.guards.applications_sql import as_owner, as_person
from tests.guards.attack_sql import ended, seen, settings, web
from tests.guards.test_applications_correction import corrected
from tests.guards.test_applications_partners import LETTER
from tests.guards.test_applications_province import DECIDE, TO

pytestmark = pytest.mark.guard
AMOUNT = "100000000.00"
HOME = ("drafter", "ZF350200")
SAY = """insert into reviews_screening (application_id, snapshot_id, ministry, decision, reason, sections, person_id, at,
                                        rule, answers, in_bulk)
         select a.id, s.id, 'MIIT', 'pass', '', '{}', scope_user(), now(), '', '{}', false from applications_application a
           join applications_snapshot s on s.application_id = a.id where a.state = 'screening'"""
LINE = """insert into applications_fundingline (application_id, project_id, year, source, amount)
          select l.application_id, l.project_id, l.year + %s, 'central', %s from applications_fundingline l
           where l.source = 'central' and l.project_id is not null order by l.id limit 1"""
LESS = "update applications_project set support_asked = 1 where is_landmark"
ABOVE = """select count(*) from applications_project p where p.support_asked < (
           select sum(l.amount) from applications_fundingline l where l.project_id = p.id and l.source = 'central')"""


def decided_last(unit: str, rank: int | None = None) -> tuple[int, int]:
    """The finance department recommends a unit's application, whose state still stands: who does, and the application."""
    row = make.submitted(unit=unit, amount=AMOUNT)
    make.decide(row, Side.INDUSTRY, rank=rank)
    make.examined(row, Side.FINANCE)
    person = make.person("provincial_officer", "CZ350000").pk
    with as_person(person) as own:
        said = (
            DECIDE
            if rank is None
            else DECIDE.replace("letter_no,", "letter_no, rank,").replace("'', scope", f"'', {rank}, scope")
        )
        assert ended(own, said + " and a.id = %s", "finance", "recommend", "CZ350000", row.pk) == "done 1"
    return person, row.pk


def its_body(pk: int) -> int:
    return seen("select organisation_id from applications_application where id = %s", pk)[0]


def test_the_quota_of_a_province(fresh_db):
    """With the unit's own scope, nothing of the others is seen."""
    for unit in ("350100", "350400"):
        make.recommended(unit=unit, amount=AMOUNT)
    person, row = decided_last("350300")
    with as_person(person) as own:
        assert ended(own, TO + " where id = %s", "recommended", row) == "province_quota"
    with web() as bad:
        settings(bad, roles="{drafter,provincial_officer}", orgs=f"{{{its_body(row)}}}", units="{350300}")
        assert ended(bad, TO + " where id = %s", "recommended", row) != "done 1"
        scope = {"roles": "{drafter,provincial_officer}", "orgs": f"{{{its_body(row)}}}", "units": "{350300}"}
        settings(bad, user=person, **scope)
        assert ended(bad, TO + " where id = %s", "recommended", row) == "province_quota"
    assert seen("select count(*) from applications_application where state = 'recommended'") == (2,)


def test_a_rank_of_a_province(fresh_db):
    """Of who has the rank already, nothing is seen with the unit's own scope."""
    as_owner("update programme_ruleset set province_ranks = true where version = '2026.1'")
    first = make.submitted(unit="350100", amount=AMOUNT)
    for side in Side:
        make.decide(first, side, rank=1)
    person, row = decided_last("350300", rank=1)
    with as_person(person) as own:
        assert ended(own, TO + " where id = %s", "recommended", row) == "province_rank_once"
    with web() as bad:
        settings(bad, user=person, roles="{drafter,provincial_officer}", orgs=f"{{{its_body(row)}}}", units="{350300}")
        assert ended(bad, TO + " where id = %s", "recommended", row) == "province_rank_once"


def test_what_a_province_has_used_is_told_to_no_one(fresh_db):
    row = make.recommended(unit="350100", amount=AMOUNT)
    with as_person(make.person("drafter", "ZF350200").pk) as other:
        sql = "select province_problem(%s, %s, '350100', '350000')"
        assert other.execute(sql, [row.pk, row.batch_id]).fetchone() == (None,)


def test_central_money_above_the_support(fresh_db):
    """The guard runs after the statement: what RETURNING set hides the lines and the project."""
    make.drafted(unit="350200", amount=AMOUNT)
    person = make.person(*HOME).pk
    for returning in ("", " returning set_config('portal.units', '', true)"):
        with as_person(person) as bad:
            assert ended(bad, f"{LINE % (1, 900000000)}{returning}") == "funding_central_within_support"


@pytest.mark.parametrize("second", [LINE % (2, 45000000), LESS], ids=["another line", "less support"])
def test_two_at_once_put_central_money_above_the_support(fresh_db, second):
    """Neither sees what the other does: the second waits for the first."""
    make.drafted(unit="350200", amount=AMOUNT)
    person = make.person(*HOME).pk
    lower = "update applications_fundingline set amount = 1 where source = 'central' and project_id is not null"
    with as_person(person) as own:
        assert ended(own, lower) == "done 2"

    def after() -> str:
        with as_person(person) as own:
            return ended(own, second)

    with as_person(person) as first, ThreadPoolExecutor(1) as pool:
        first.execute(LINE % (1, 45000000))
        later = pool.submit(after)
        time.sleep(1)
        first.commit()
        assert later.result(timeout=30) == "funding_central_within_support"
    assert seen(ABOVE) == (0,)


def test_the_support_does_not_fall_below_the_central_money(fresh_db):
    make.drafted(unit="350200", amount=AMOUNT)
    for returning in ("", " returning set_config('portal.units', '', true)"):
        with as_person(make.person(*HOME).pk) as own:
            assert ended(own, f"{LESS}{returning}") == "funding_central_within_support"


def test_support_and_other_national_money(fresh_db):
    """What the second row of a statement sets hides the project of the first one's policy."""
    row = make.drafted(unit="350200", amount=AMOUNT)
    project = seen("select id from applications_project where application_id = %s and support_asked > 0", row.pk)[0]
    put = """insert into applications_projectmoney (application_id, project_id, level, fund, amount)
             select %s, %s, v.level, 'fund ' || v.n || case when v.n = 2 then set_config('portal.roles', '', true)
                    else '' end, 1 from (values (1, 'local'), (2, 'national')) v(n, level)"""
    for sql in (put.replace("set_config('portal.roles', '', true)", "''"), put):
        with as_person(make.person(*HOME).pk) as bad:
            assert ended(bad, sql, row.pk, project) == "project_not_supported_twice"
    assert seen("select count(*) from applications_projectmoney") == (0,)


def test_a_correction_that_was_never_sent_does_not_pass(fresh_db):
    """With the unit's government and no unit, the ruling is not seen."""
    due = clock.now() - timedelta(seconds=1)
    with clock.at(clock.now() - timedelta(days=1)):
        corrected("plan", due=due)
    me = make.person("officer", "MIIT").pk
    step = "update applications_application set state = 'in_review'"
    for sql, how in (
        ("update applications_application set state = 'screening' where state = 'correction'", "done 1"),
        (SAY, "done 1"),
        (step, "pass_after_its_correction"),
    ):
        with as_person(me) as own:
            assert ended(own, sql) == how
    (its,) = seen("select organisation_id from applications_application where state = 'screening'")
    with web() as bad:
        settings(bad, roles="{drafter,officer}", orgs=f"{{{its}}}", user=me)
        assert ended(bad, step) == "pass_after_its_correction"


def test_nobody_withdraws_nothing(fresh_db):
    """A step leaves an event, which names who made it."""
    row = make.submitted(unit="350200", amount=AMOUNT)
    out = "update applications_application set state = 'withdrawn', withdrawn_why = 'x' where id = %s"
    with web() as bad:
        settings(bad, roles="{drafter}", orgs=f"{{{its_body(row.pk)}}}", units="{350200}")
        assert ended(bad, out, row.pk) == "application_step_by_role"
    with as_person(make.person(*HOME).pk) as own:
        assert ended(own, out, row.pk) == "done 1"


def test_an_enterprise_commits_no_more_often_than_it_may(fresh_db):
    """The number of its commitments is told to the enterprise alone; the guard counts them for everybody."""
    as_owner("update programme_ruleset set soe_max = 1 where version = '2026.1'")
    make.drafted(unit="350100", amount=AMOUNT, soes=("YQ001",))
    row = make.begun(unit="360100")
    with make.acting("drafter", "ZF360100") as by:
        body = make.Organisation.objects.get(code="YQ001")
        make.partners.invite_partner(by=by, application=row, what=make.partners.InviteInput(body, task="参与"))
    make.written(row, "YQ001")
    second = make.person("soe_officer", "YQ001", 2).pk
    confirm = "update applications_part set state = 'confirmed', confirmed_by_id = scope_user(), confirmed_at = now()"
    commit = """update applications_partner set state = 'committed', contribution = '提供工艺与装备',
        amount_committed = 30000000, answered_by_id = scope_user(), answered_at = now(), letter_id = (
            select f.id from applications_attachment f
             where f.application_id = applications_partner.application_id and f.kind = 'commitment_letter')
        where state = 'invited'"""
    with as_person(second) as own:
        assert ended(own, f"{confirm} where state = 'asked'") == "done 1"
        own.execute("select enter_scope(%s)", [second])
        assert ended(own, f"{LETTER} where p.state = 'invited'") == "done 1"
        own.execute("select enter_scope(%s)", [second])
        assert ended(own, commit) == "partner_within_limit"
    # What the statement sets for its row stands when its triggers ask.
    hidden = commit.replace("'提供工艺与装备'", "'提供工艺与装备' || left(set_config('portal.orgs', '{}', true), 0)")
    with as_person(second) as bad:
        assert ended(bad, hidden) != "done 1"
    assert seen("select count(*) from applications_partner where state = 'committed'") == (1,)
    with as_person(make.person(*HOME).pk) as other:
        sql = "select commitments_of((select id from accounts_organisation where code = 'YQ001'), %s, null)"
        assert other.execute(sql, [row.batch_id]).fetchone() == (0,)
