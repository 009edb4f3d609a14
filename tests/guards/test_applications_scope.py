"""Nobody reads or writes a dossier outside unit, province, partnership and office; attacked with raw SQL."""

from __future__ import annotations

import pytest

from tests import factories_applications as make
from tests import factories_roster as roster
from tests.blanks import blanks
from tests.guards.applications_sql import refused, rows, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
CHILDREN = ["focusindustry", "target", "project", "partner", "attachment", "signoff", "snapshot", "recommendation"]


def count(table: str) -> int:
    return value(f"select count(*) from applications_{table}")


@pytest.fixture
def submitted():
    return make.submitted(unit="350200", amount=AMOUNT, soes=("YQ001",))


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("drafter", "ZF350100"),
        ("signatory", "ZF350100"),
        ("provincial_officer", "GX360000"),
        ("provincial_officer", "CZ360000"),
        ("soe_officer", "YQ001"),
        ("soe_officer", "YQ002"),
        ("reviewer", "ZJ"),
        ("reviewer", "MIIT"),
        ("auditor", "SJ360000"),
        ("system_admin", "YW"),
        ("security_admin", "YW"),
        ("audit_admin", "YW"),
    ],
)
def test_others_see_no_application(submitted, role, code):
    with make.acting(role, code):
        assert count("application") == 0
        for table in CHILDREN:
            own = (role, code) == ("soe_officer", "YQ001") and table in {"partner", "attachment"}
            assert count(table) == (1 if own else 0), table


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("drafter", "ZF350200"),
        ("signatory", "ZF350200"),
        ("finance_maker", "CZ350200"),
        ("provincial_officer", "GX350000"),
        ("provincial_officer", "CZ350000"),
        ("officer", "MIIT"),
        ("officer", "MOF"),
        ("auditor", "SJ"),
        ("auditor", "SJ350000"),
    ],
)
def test_those_concerned_see_it_whole(submitted, role, code):
    with make.acting(role, code):
        assert count("application") == 1
        assert [count(table) for table in CHILDREN] == [2, 4, 2, 1, 2, 1, 1, 0]


@pytest.mark.parametrize(
    ("role", "code", "seen"),
    [
        ("drafter", "ZF350200", 1),
        ("auditor", "SJ", 1),
        ("provincial_officer", "GX350000", 0),
        ("officer", "MIIT", 0),
        ("auditor", "SJ350000", 0),
    ],
)
def test_a_draft_is_the_units_own(role, code, seen):
    make.drafted(unit="350200", amount=AMOUNT)
    with make.acting(role, code):
        assert count("application") == seen
        assert count("project") == 2 * seen


def test_without_scope_no_row(submitted):
    from portal.core.scope import leave

    with make.acting("officer", "MIIT"):
        leave()
        assert [count(table) for table in ["application", *CHILDREN]] == [0] * 9


@pytest.mark.parametrize(
    ("role", "code", "found"),
    [
        ("auditor", "SJ", True),
        ("auditor", "SJ350000", True),
        ("drafter", "ZF350200", True),
        ("auditor", "SJ360000", False),
        ("drafter", "ZF350100", False),
        ("reviewer", "ZJ", False),
        ("soe_officer", "YQ002", False),
    ],
)
def test_the_owners_look_up_of_a_body_stays_in_the_askers_places(role, code, found):
    """It goes around the policies for the sake of an index, and tells nobody what stands in another's roster."""
    dossier = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200"):
        roster.fill(dossier, 2)
        body = value("select substr(credit_code, 9, 9) from applications_enterprise order by id limit 1")
    with make.acting(role, code):
        assert bool(rows(f"select enterprises_of_body('{body}')")) is found


def test_partner_sees_its_own_row_and_letter_alone():
    make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001", "YQ002"))
    with make.acting("soe_officer", "YQ001"):
        assert value("select string_agg(unit_id, ',') from applications_partner") == "350200"
        assert value("select string_agg(file_name, ',') from applications_attachment") == "YQ001.pdf"
        assert value("select partner_dossier_state(application_id) from applications_partner") == "draft"
        others = value("select max(application_id) + 1 from applications_partner")
        assert value("select partner_dossier_state(%s)", others) is None
    with make.acting("soe_officer", "YQ003"):
        known = make_application_id()
        assert value("select partner_dossier_state(%s)", known) is None


def make_application_id() -> int:
    """The number of the only application, which its unit knows."""
    with make.acting("drafter", "ZF350200"):
        return value("select id from applications_application")


COLUMNS = "batch_id, unit_id, province_id, organisation_id, state, title, created_by_id, created_at"


def insert(who: str) -> str:
    """An application of Xiamen begun by that person."""
    more, empty = blanks(rows, "applications_application", COLUMNS)
    return f"""
        insert into applications_application ({COLUMNS}{more})
        select %s, '350200', '350000', o.id, 'draft', 't', {who}, now(){empty}
          from accounts_organisation o where o.code = 'ZF350200'
    """


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("drafter", "ZF350100"),
        ("signatory", "ZF350200"),
        ("officer", "MIIT"),
        ("provincial_officer", "GX350000"),
        ("finance_maker", "CZ350200"),
    ],
)
def test_only_the_units_drafters_begin_an_application(role, code):
    batch = make.open_batch()
    with make.acting(role, code):
        assert refused(insert("scope_user()"), batch.pk) == "policy"


def test_nobody_begins_in_anothers_name():
    batch = make.open_batch()
    other = make.person("drafter", "ZF350200", 2)
    with make.acting("drafter", "ZF350200"):
        assert refused(insert(str(other.pk)), batch.pk) == "policy"


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("drafter", "ZF350100"),
        ("provincial_officer", "GX360000"),
        ("soe_officer", "YQ001"),
        ("auditor", "SJ"),
        ("finance_maker", "CZ350200"),
        ("reviewer", "MIIT"),
    ],
)
def test_others_change_no_row(submitted, role, code):
    with make.acting(role, code):
        assert run("update applications_application set title = 'x'") == 0
        assert run("update applications_project set name = 'x'") == 0
        assert run("delete from applications_focusindustry") == 0


def test_another_unit_adds_nothing(submitted):
    with make.acting("drafter", "ZF350100"):
        sql = (
            "insert into applications_target (application_id, code, baseline, goal, unit) values (%s, 'x', 0, 0, '%%')"
        )
        assert refused(sql, submitted.pk) in {"policy", "dossier_is_frozen"}


def test_another_unit_adds_nothing_to_an_open_dossier():
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350100"):
        sql = (
            "insert into applications_target (application_id, code, baseline, goal, unit) values (%s, 'x', 0, 0, '%%')"
        )
        assert refused(sql, row.pk) == "policy"


@pytest.mark.parametrize(
    ("role", "code", "state"),
    [
        ("drafter", "ZF350200", "recommended"),
        ("signatory", "ZF350200", "recommended"),
        ("provincial_officer", "GX350000", "withdrawn"),
        ("officer", "MIIT", "returned"),
    ],
)
def test_each_step_belongs_to_its_side(submitted, role, code, state):
    with make.acting(role, code):
        sql = "update applications_application set state = %s, withdrawn_why = 'x'"
        assert refused(sql, state) == "application_step_by_role"


def test_a_step_that_is_not_in_the_table_is_refused(submitted):
    with make.acting("officer", "MIIT"):
        assert refused("update applications_application set state = 'selected'") == "application_state"


class TestPartner:
    """Each side writes its own part."""

    @pytest.fixture
    def invited(self):
        from applications.domain import partners
        from portal.accounts.models import Organisation

        row = make.begun(unit="350200")
        with make.acting("drafter", "ZF350200") as by:
            soe = Organisation.objects.get(code="YQ001")
            return partners.invite_partner(by=by, application=row, what=partners.InviteInput(soe, "参与"))

    def test_the_unit_does_not_commit_for_the_partner(self, invited):
        with make.acting("drafter", "ZF350200"):
            sql = """update applications_partner set state = 'committed', contribution = 'x',
                     answered_by_id = scope_user(), answered_at = now()"""
            assert refused(sql) == "partner_commits_by_two"
            assert refused("update applications_partner set contribution = 'x'") == "partner_writes_its_part"

    def test_the_partner_does_not_say_what_is_asked(self, invited):
        with make.acting("soe_officer", "YQ001"):
            assert refused("update applications_partner set task = 'x'") == "partner_writes_its_part"

    def test_another_enterprise_answers_nothing(self, invited):
        with make.acting("soe_officer", "YQ002"):
            assert run("update applications_partner set state = 'declined'") == 0

    def test_a_letter_of_another_is_not_taken(self, invited):
        with make.acting("drafter", "ZF350200") as by:
            from applications.domain import files

            what = files.AttachmentInput("other", "x", make.kept())
            own = files.add_attachment(by=by, application=invited.application, what=what)
        with make.acting("soe_officer", "YQ001"):
            sql = "update applications_partner set letter_id = %s"
            assert refused(sql, own.pk) == "partner_letter_is_its_own"

    def test_an_enterprise_brings_files_only_as_letters_where_it_is_invited(self, invited):
        sql = """insert into applications_attachment (application_id, organisation_id, kind, title, file_name,
                 content_type, size, sha256, storage_key, uploaded_by_id, uploaded_at)
                 select %s, o.id, %s, 't', 'a.pdf', 'application/pdf', 1, repeat('a', 64), 'k', scope_user(), now()
                 from accounts_organisation o where o.code = %s"""
        with make.acting("soe_officer", "YQ001"):
            assert refused(sql, invited.application_id, "plan_pdf", "YQ001") == "policy"
            assert run(sql, invited.application_id, "commitment_letter", "YQ001") == 1
        with make.acting("soe_officer", "YQ002"):
            assert refused(sql, invited.application_id, "commitment_letter", "YQ002") == "policy"
