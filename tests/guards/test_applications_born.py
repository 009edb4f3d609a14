"""Rows born with what only a later step writes, and signatures set beside their step.

Nobody forges a setting here: each statement is sent in the scope that `enter_scope` gives its person.
"""

from __future__ import annotations

import pytest

from applications.domain import submission
from tests import factories_applications as make
from tests.guards.applications_sql import as_owner, as_person, refused, run
from tests.guards.attack_sql import ended, seen
from tests.guards.test_applications_deadline import STEP, keep_snapshot, pass_deadline, signatory
from tests.guards.test_applications_partners import COMMIT, CONFIRM, asked
from tests.guards.test_applications_scope import insert

pytestmark = pytest.mark.guard
__all__ = ["asked"]
AMOUNT = "100000000.00"
UNIT = "350100"
# What an application may not be born with, and how one would be.
BORN = {
    "number": "'N-1'",
    "submitted_at": "now()",
    "first_submitted_at": "'2020-01-01'",
    "mend_until": "'2099-12-31'",
    "correction_until": "'2099-12-31'",
    "reopened": "'{plan}'",
    "successor_unit_id": "'350100'",
    "withdrawn_why": "'x'",
}


def born(**said: str) -> str:
    """The insert of an application of Xiamen, which names these columns with these values."""
    head, tail = insert("scope_user()").split("select", 1)
    select, rest = tail.split("from accounts_organisation", 1)
    columns = [one.strip() for one in head[head.index("(") + 1 : head.rindex(")")].split(",")]
    values = dict(zip(columns, (one.strip() for one in select.split(",")), strict=True)) | said
    return (
        f"insert into applications_application ({', '.join(values)}) select {', '.join(values.values())}"
        f" from accounts_organisation{rest}"
    )


def begin(sql: str, batch: int) -> str:
    with as_person(make.person("drafter", "ZF350200").pk) as web:
        return ended(web, sql, batch)


class TestDossier:
    """A dossier is born as an empty draft."""

    @pytest.mark.parametrize("column", BORN)
    def test_it_is_not_born_with_what_a_step_writes(self, fresh_db, column):
        batch = make.open_batch().pk
        said = {column: BORN[column]}
        if column in {"number", "submitted_at", "first_submitted_at"}:  # one alone is no submission to any constraint
            said |= {name: BORN[name] for name in ("number", "submitted_at", "first_submitted_at")}
        assert begin(born(**said), batch) == "application_is_frozen"
        assert begin(born(), batch) == "done 1"

    def test_no_time_to_mend_is_brought_along(self, fresh_db):
        """With a day of its own a dossier would be submitted after the deadline."""
        batch = make.open_batch()
        if begin(born(mend_until="'2099-12-31'"), batch.pk) == "application_is_frozen":
            return
        with make.acting("drafter", "ZF350200") as by:
            row = make.Application.objects.get()
            make.write(by, row, amount=AMOUNT)
            submission.request_sign_off(by=by, application=row)
        pass_deadline()
        with signatory() as web:
            keep_snapshot(web, row)
            web.execute(STEP)
        pytest.fail(str(seen("select state, submitted_at, mend_until from applications_application")))

    def test_the_unit_that_follows_does_not_pay_for_it(self, fresh_db):
        batch = make.open_batch().pk
        assert begin(born(successor_unit_id="'350100'"), batch) == "application_is_frozen"
        assert not seen("select money_unit_follows('350200')")[0]

    def test_the_owner_keeps_history(self, fresh_db):
        batch = make.open_batch().pk
        person = make.person("drafter", "ZF350200").pk
        as_owner(born(mend_until="'2099-12-31'", created_by_id=str(person)), batch)
        assert seen("select count(*) from applications_application") == (1,)


class TestSignatures:
    """Each signature of a change is its own person's, at its own step, of the moment it is given."""

    SIGN = "update applications_changerequest set state = 'signed', signed_by_id = scope_user(), signed_at = now()"
    AGREE = "update applications_changerequest set mof_by_id = scope_user(), mof_at = now()"
    APPROVE = """update applications_changerequest set state = 'approved', decided_by_id = scope_user(),
        decided_at = now(), decision_why = 'x', document_no = 'x'"""
    REFUSE = APPROVE.replace("approved", "refused").replace(", document_no = 'x'", "")

    @pytest.fixture(autouse=True)
    def _asked(self, fresh_db):
        self.row = make.planned(unit=UNIT, amount=AMOUNT)
        self.change = make.asked(self.row)
        self.mof = make.person("officer", "MOF").pk

    def by(self, role: str, code: str, sql: str, *values: object) -> str:
        with as_person(make.person(role, code).pk) as web:
            return ended(web, sql, *values)

    def test_the_unit_does_not_agree_for_the_ministry_of_finance(self):
        both = f"{self.SIGN}, mof_by_id = %s, mof_at = now()"
        assert self.by("signatory", f"ZF{UNIT}", both, self.mof) == "change_step_by_role"
        assert self.by("signatory", f"ZF{UNIT}", self.SIGN) == "done 1"

    def test_nobody_signs_for_it_or_without_a_name(self):
        nameless = "update applications_changerequest set state = 'signed'"
        assert self.by("signatory", f"ZF{UNIT}", nameless) == "change_step_by_role"
        other = self.SIGN.replace("scope_user()", "%s")
        assert self.by("signatory", f"ZF{UNIT}", other, self.mof) == "change_step_by_role"

    def test_the_ministries_do_not_sign_for_each_other(self):
        make.sign_change(self.change, unit=UNIT)
        miit = make.person("officer", "MIIT").pk
        assert self.by("officer", "MOF", f"{self.AGREE}, decided_by_id = %s", miit) == "change_step_by_role"
        both = f"{self.APPROVE}, mof_by_id = %s, mof_at = now()"
        assert self.by("officer", "MIIT", both, self.mof) == "change_step_by_role"
        assert self.by("officer", "MIIT", self.AGREE) == "change_step_by_role"
        assert self.by("officer", "MOF", self.REFUSE) == "change_step_by_role"

    def test_who_agreed_stays(self):
        make.sign_change(self.change, unit=UNIT)
        assert self.by("officer", "MOF", self.AGREE) == "done 1"
        assert self.by("officer", "MOF", self.AGREE) == "change_step_by_role"
        undone = "update applications_changerequest set mof_by_id = null, mof_at = null"
        assert self.by("officer", "MOF", undone) == "change_step_by_role"

    def test_who_signed_stays(self):
        make.sign_change(self.change, unit=UNIT)
        again = "update applications_changerequest set signed_by_id = %s, signed_at = '2020-01-01'"
        assert self.by("drafter", f"ZF{UNIT}", again, self.mof) == "change_step_by_role"
        later = "update applications_changerequest set signed_at = '2020-01-01'"
        assert self.by("signatory", f"ZF{UNIT}", later) == "change_step_by_role"
        taken = "update applications_changerequest set state = 'withdrawn', decision_why = 'x'"
        assert self.by("drafter", f"ZF{UNIT}", taken) == "change_step_by_role"

    @pytest.mark.parametrize("what", ["signed_by_id, signed_at", "mof_by_id, mof_at", "decided_by_id, decided_at"])
    def test_a_request_is_not_born_signed(self, what):
        assert self.by("drafter", f"ZF{UNIT}", "update applications_changerequest set state = 'withdrawn'") == "done 1"
        sql = f"""insert into applications_changerequest (application_id, number, kind, state, base_id, subject, proposed,
            proposed_sha256, grounds, support_before, support_after, total_before, total_after, asked_by_id, asked_at,
            decision_why, document_no, {what})
            select application_id, 1 + number, kind, 'asked', base_id, subject, proposed, proposed_sha256, grounds, 0, 0,
            0, 0, scope_user(), now(), '', '', %s, now() from applications_changerequest"""
        assert self.by("drafter", f"ZF{UNIT}", sql, self.mof) == "change_step_by_role"

    def test_a_version_is_of_the_day_it_was_approved(self):
        """Which version an evaluation is measured by follows from its day."""
        make.sign_change(self.change, unit=UNIT)
        assert self.by("officer", "MOF", self.AGREE.replace("now()", "'2020-01-01'")) == "done 1"
        past = self.APPROVE.replace("now()", "'2020-01-01'")
        assert self.by("officer", "MIIT", past) == "done 1"
        old = "where at < now() - interval '1 day'"
        assert seen(f"select count(*) from applications_planversion {old}") == (0,)
        old = "where least(asked_at, signed_at, mof_at, decided_at) < now() - interval '1 day'"
        assert seen(f"select count(*) from applications_changerequest {old}") == (0,)


def test_the_first_version_is_of_the_day_it_was_approved(fresh_db):
    make.selected(unit=UNIT, amount=AMOUNT)
    first = """insert into applications_planversion (application_id, number, content, sha256, document_no, approved_by_id, at)
        select a.id, 1, s.content, s.sha256, 'x', scope_user(), '2020-01-01'
          from applications_application a join applications_snapshot s on s.application_id = a.id"""
    with as_person(make.person("officer", "MIIT").pk) as web:
        assert ended(web, first) == "done 1"
    assert seen("select count(*) from applications_planversion where at < now() - interval '1 day'") == (0,)


@pytest.mark.django_db
class TestParts:
    """Who asks is who asks, who confirms another one."""

    ASK = "update applications_part set state = 'asked', asked_by_id = %s, asked_at = now()"

    def test_one_person_does_not_commit_an_enterprise(self, asked):
        other = make.person("soe_officer", "YQ001", 2).pk
        with make.acting("soe_officer", "YQ001") as by:
            run("update applications_part set state = 'draft', asked_by_id = null, asked_at = null")
            assert refused(self.ASK, other) == "part_is_what_was_asked"
            assert run(self.ASK, by.id) == 1
            assert refused(CONFIRM) == "part_confirmed_by_another"
            assert refused(COMMIT) == "partner_commits_by_two"

    def test_nor_by_a_name_that_stands_since_before(self, asked):
        """The question of a colleague is taken back and asked again, in the colleague's name."""
        with make.acting("soe_officer", "YQ001", 2):
            kept = "update applications_part set state = 'draft'"
            again = "update applications_part set state = 'asked'"
            assert run(kept) == 1
            assert refused(again) == "part_is_what_was_asked"

    def test_the_name_is_not_changed_beside_its_step(self, asked):
        other = make.person("soe_officer", "YQ001", 2).pk
        with make.acting("soe_officer", "YQ001"):
            assert refused("update applications_part set asked_by_id = %s", other) == "part_is_what_was_asked"
            assert refused("update applications_part set confirmed_by_id = %s", other) == "part_is_what_was_asked"
        with make.acting("soe_officer", "YQ001", 2):
            assert run(CONFIRM) == 1
        with make.acting("soe_officer", "YQ001"):
            sql = "update applications_part set confirmed_by_id = %s"
            assert refused(sql, make.person("soe_officer", "YQ001", 3).pk) == "part_is_what_was_asked"
