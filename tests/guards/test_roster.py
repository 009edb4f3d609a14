"""The roster: one enterprise once, by a true code, in an open dossier; figures and digest are the database's own."""

from __future__ import annotations

import hashlib
import json
import time

import pytest

from applications.models import Enterprise, Roster, RosterText
from tests import factories_applications as make
from tests import factories_roster as rosters
from tests.guards.applications_sql import refused, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
INSERT = """
    insert into applications_enterprise (application_id, credit_code, name, industry_id, revenue, is_chain_leader,
        is_leading, is_champion, is_little_giant, digital_state, has_rd_tools, energy_level, version)
    values (%s, %s, '示例', 'C36', %s, false, false, false, false, 'not_begun', false, '', 1)
"""


@pytest.fixture
def dossier():
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200"):
        rosters.fill(row, 3)
    return row


def test_an_enterprise_stands_once_in_a_roster(dossier):
    with make.acting("drafter", "ZF350200"):
        assert refused(INSERT, dossier.pk, rosters.credit_code(1), 1) == "enterprise_once_per_roster"
        change = "update applications_enterprise set credit_code = %s where credit_code = %s"
        assert refused(change, rosters.credit_code(1), rosters.credit_code(2)) == "enterprise_once_per_roster"
        assert run(INSERT, dossier.pk, rosters.credit_code(9), 1) == 1


@pytest.mark.parametrize("place", range(18))
def test_a_code_with_one_wrong_digit_is_refused(dossier, place):
    code = rosters.credit_code(77)
    wrong = code[:place] + ("1" if code[place] != "1" else "2") + code[place + 1 :]
    with make.acting("drafter", "ZF350200"):
        assert refused(INSERT, dossier.pk, wrong, 1) == "enterprise_code_is_valid"


@pytest.mark.parametrize("code", ["", "91350200MA000000", "9135020０MA0000001X", "91350200ma0000001x", "O" * 18])
def test_what_is_no_code_is_refused(dossier, code):
    with make.acting("drafter", "ZF350200"):
        assert refused(INSERT, dossier.pk, code, 1) == "enterprise_code_is_valid"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("name = ''", "enterprise_has_name"),
        ("revenue = -0.01", "enterprise_revenue_not_below_zero"),
        ("digital_state = 'x'", "enterprise_states_are_known"),
        ("energy_level = 'x'", "enterprise_states_are_known"),
        ("digital_year = 1999", "enterprise_years_are_sane"),
        ("rd_tools_year = 2041", "enterprise_years_are_sane"),
        ("process_rate = 100.01", "enterprise_rates_between_0_and_100"),
        ("process_goal = -1", "enterprise_rates_between_0_and_100"),
    ],
)
def test_values_make_sense(dossier, change, name):
    with make.acting("drafter", "ZF350200"):
        assert refused(f"update applications_enterprise set {change}") == name


def test_nothing_changes_after_the_request_for_a_signature(dossier):
    with make.acting("drafter", "ZF350200"):
        run("update applications_application set state = 'awaiting_sign_off', version = version + 1")
        assert refused(INSERT, dossier.pk, rosters.credit_code(9), 1) == "roster_is_frozen"
        assert refused("update applications_enterprise set name = name || 'x'") == "roster_is_frozen"
        assert refused("delete from applications_enterprise") == "roster_is_frozen"
        assert refused("truncate applications_enterprise") == "policy"
        assert value("select count(*) from applications_enterprise") == 3


def test_an_enterprise_moves_to_no_other_dossier(dossier):
    other = make.begun(unit="350500")
    with make.acting("drafter", "ZF350200"):
        change = "update applications_enterprise set application_id = %s where credit_code = %s"
        assert refused(change, other.pk, rosters.credit_code(1)) in {"policy", "roster_is_frozen"}


@pytest.mark.parametrize(
    ("role", "code"),
    [("drafter", "ZF350500"), ("provincial_officer", "GX350000"), ("officer", "MIIT"), ("soe_officer", "YQ001")],
)
def test_a_draft_roster_is_the_units_own(dossier, role, code):
    with make.acting(role, code):
        for table in ("enterprise", "roster", "rostertext"):
            assert value(f"select count(*) from applications_{table}") == 0
        assert refused(INSERT, dossier.pk, rosters.credit_code(9), 1) == "policy"
        assert run("update applications_enterprise set name = 'x'") == 0 if role == "drafter" else True
        assert run("delete from applications_enterprise") == 0


def test_a_signatory_and_a_joint_applicant_write_no_roster(dossier):
    with make.acting("signatory", "ZF350200"):
        assert value("select count(*) from applications_enterprise") == 3
        assert refused(INSERT, dossier.pk, rosters.credit_code(9), 1) == "policy"
        assert run("delete from applications_enterprise") == 0


def test_figures_and_digest_are_the_databases_own(dossier):
    with make.acting("drafter", "ZF350200"):
        for sql in (
            "update applications_roster set sha256 = repeat('0', 64)",
            "delete from applications_roster",
            "insert into applications_roster select * from applications_roster",
            "insert into applications_rostertext (snapshot_id, application_id, text, sha256) values (1, 1, '', '')",
        ):
            assert refused(sql) == "policy"


def test_figures_and_digest_follow_every_change(dossier):
    with make.acting("drafter", "ZF350200"):
        before = Roster.objects.get(application=dossier)
        assert before.figures["count"] == 3
        assert before.figures["digital_now"] == 1
        assert before.figures["years"] == {"2027": 2}
        run("update applications_enterprise set digital_state = 'transformed', is_leading = true")
        after = Roster.objects.get(application=dossier)
        assert (after.figures["digital_now"], after.figures["leading"]) == (3, 3)
        assert after.sha256 != before.sha256
        run("delete from applications_enterprise where credit_code = %s", rosters.credit_code(2))
        assert Roster.objects.get(application=dossier).figures["count"] == 2
        run("delete from applications_enterprise")
        empty = Roster.objects.get(application=dossier)
        assert (empty.figures["count"], empty.sha256) == (0, hashlib.sha256(b"").hexdigest())


def test_the_text_is_canonical_json_line_by_line(dossier):
    with make.acting("drafter", "ZF350200"):
        run("update applications_enterprise set name = %s", '引号"反斜\\换行\n制表\t控制\x01末')
        lines = value("select roster_text(%s)", dossier.pk).splitlines()
        codes = [json.loads(line)[0] for line in lines]
        assert codes == sorted(codes)
        for line in lines:
            assert line == json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":"))
        text = value("select roster_text(%s)", dossier.pk)
        assert Roster.objects.get(application=dossier).sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_submission_without_its_roster_is_refused(dossier):
    """What is signed names the digest of the roster: content that does not is no submission."""
    from tests.guards import test_applications_frozen as frozen

    with make.acting("drafter", "ZF350200"):
        content = '{"enterprises":{"sha256":"' + "0" * 64 + '"}}'
        digest = hashlib.sha256(content.encode()).hexdigest()
        run(
            """insert into applications_signoff (application_id, content_sha256, requested_by_id, requested_at,
               sent_back_why) values (%s, %s, scope_user(), now(), '')""",
            dossier.pk,
            digest,
        )
        run("update applications_application set state = 'awaiting_sign_off'")
    with make.acting("signatory", "ZF350200"):
        run(frozen.SIGN)
        sign_off = value("select max(id) from applications_signoff")
        assert refused(frozen.SNAPSHOT, dossier.pk, 1, content, digest, sign_off) == "snapshot_keeps_its_roster"
        assert RosterText.objects.count() == 0


def test_ten_thousand_rows_are_kept_in_one_statement(dossier):
    """The guards judge statements and not rows: a roster of the largest size goes through in seconds."""
    with make.acting("drafter", "ZF350200"):
        rows = [rosters.row(dossier, number) for number in range(10, 10_010)]
        begun = time.perf_counter()
        Enterprise.objects.bulk_create(rows)
        took = time.perf_counter() - begun
        assert Roster.objects.get(application=dossier).figures["count"] == 10_003
        assert took < 10
