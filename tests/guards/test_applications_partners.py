"""Joint applicants past the application: two people commit, drafts are invisible, both districts sign."""

from __future__ import annotations

import pytest

from applications.domain import part_sheets as sheets
from applications.domain import partners
from applications.models import Application, Partner
from tests import factories_applications as make
from tests.guards.applications_sql import refused, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
CHAOYANG, HAIDIAN, FENGTAI = "110105", "110108", "110106"


@pytest.fixture
def asked():
    """Xiamen invites YQ001 into a project and YQ002; YQ001's part is written and waits for its second person."""
    return make.part_asked("YQ002")


COMMIT = """update applications_partner set state = 'committed', contribution = '提供工艺与装备', amount_committed = 30000000,
            answered_by_id = scope_user(), answered_at = now()"""
LETTER = """insert into applications_attachment (application_id, organisation_id, kind, title, file_name, content_type,
            size, sha256, storage_key, uploaded_by_id, uploaded_at)
            select p.application_id, p.organisation_id, 'commitment_letter', 't', 'a.pdf', 'application/pdf', 1,
                   repeat('a', 64), 'k', scope_user(), now() from applications_partner p"""
COMMIT_WITH = f"""{COMMIT}, letter_id = (select f.id from applications_attachment f
                   where f.application_id = applications_partner.application_id and f.kind = 'commitment_letter')"""
CONFIRM = "update applications_part set state = 'confirmed', confirmed_by_id = scope_user(), confirmed_at = now()"


class TestTwoPeople:
    """What is committed is what one wrote and another confirmed."""

    def test_nobody_commits_what_no_second_person_confirmed(self, asked):
        with make.acting("soe_officer", "YQ001", 2):
            assert refused(COMMIT) == "partner_commits_by_two"

    def test_who_asked_does_not_confirm(self, asked):
        with make.acting("soe_officer", "YQ001"):
            assert refused(CONFIRM) == "part_confirmed_by_another"

    def test_nobody_confirms_in_the_name_of_another(self, asked):
        other = make.person("soe_officer", "YQ001", 2).pk
        with make.acting("soe_officer", "YQ001"):
            sql = "update applications_part set state = 'confirmed', confirmed_by_id = %s, confirmed_at = now()"
            assert refused(sql, other) == "part_is_what_was_asked"

    def test_nobody_becomes_the_second_by_putting_another_in_the_place_of_who_asked(self, asked):
        other = make.person("soe_officer", "YQ001", 2).pk
        with make.acting("soe_officer", "YQ001"):
            assert refused(f"{CONFIRM}, asked_by_id = %s", other) == "part_is_what_was_asked"

    def test_another_amount_than_confirmed_is_not_committed(self, asked):
        with make.acting("soe_officer", "YQ001", 2):
            assert run(CONFIRM) == 1
            assert refused(COMMIT.replace("30000000", "1")) == "partner_commits_by_two"
            assert run(LETTER) == 1
            assert run(COMMIT_WITH) == 1

    def test_nobody_commits_without_a_letter(self, asked):
        with make.acting("soe_officer", "YQ001", 2):
            assert run(CONFIRM) == 1
            assert refused(COMMIT) == "partner_commits_with_letter"
            assert run(LETTER) == 1
            assert run(COMMIT_WITH) == 1
            assert refused("update applications_partner set letter_id = null") == "partner_commits_with_letter"

    @pytest.mark.parametrize("change", ["amount = 1", "contribution = 'x'", 'amounts = \'{"1": "1"}\''])
    def test_what_was_asked_is_not_changed(self, asked, change):
        with make.acting("soe_officer", "YQ001", 2):
            assert refused(f"update applications_part set {change}") == "part_is_what_was_asked"

    def test_a_part_is_not_born_confirmed(self, asked):
        with make.acting("soe_officer", "YQ002"):
            sql = """insert into applications_part (partner_id, organisation_id, state, contribution, amount, amounts,
                     version, written_by_id, written_at, returned_why, asked_by_id, asked_at)
                     select id, organisation_id, 'confirmed', 'x', 0, '{}', 0, scope_user(), now(), '', scope_user(),
                     now() from applications_partner"""
            assert refused(sql) == "part_state"


SHEET = """insert into applications_partsheet (partner_id, person_id, organisation_id, page, typing, seen_at)
           select %s, %s, o.id, 'b2', false, now() from accounts_organisation o where o.code = %s"""


class TestInvisible:
    """A partner sees no foreign row, and nobody its draft."""

    TABLES = ("applications_part", "applications_partletter", "applications_partsheet")

    @pytest.mark.parametrize(
        ("role", "code"),
        [
            ("drafter", "ZF350200"),
            ("signatory", "ZF350200"),
            ("soe_officer", "YQ002"),
            ("officer", "MIIT"),
            ("auditor", "SJ"),
            ("provincial_officer", "GX350000"),
        ],
    )
    def test_a_draft_is_its_organisations_alone(self, asked, role, code):
        with make.acting("soe_officer", "YQ001") as by:
            sheets.arrive(by=by, partner=Partner.objects.get(), page="a1", typing=True, data={"amount": ["1"]})
        with make.acting("soe_officer", "YQ001", 2):
            assert [value(f"select count(*) from {table}") for table in self.TABLES] == [1, 1, 1]
        with make.acting(role, code):
            assert [value(f"select count(*) from {table}") for table in self.TABLES] == [0, 0, 0]
            assert run("update applications_part set contribution = 'x'") == 0
            assert run("update applications_partsheet set data = '{}'") == 0
            assert run("delete from applications_partsheet") == 0

    def test_what_is_typed_is_kept_in_the_own_name_and_no_larger_than_a_form(self, asked):
        with make.acting("soe_officer", "YQ001") as by:
            partner, me = Partner.objects.get(), by.id
            sheets.arrive(by=by, partner=partner, page="a1", typing=True, data={"amount": ["1"]})
            big = "update applications_partsheet set data = to_jsonb(repeat('x', 200001))"
            assert refused(big) == "unsaved_is_small"
        with make.acting("soe_officer", "YQ001", 2):
            assert run("update applications_partsheet set data = '{}'") == 0
            assert run("delete from applications_partsheet") == 0
            assert refused(SHEET, partner.pk, me, "YQ001") == "policy"
        with make.acting("soe_officer", "YQ002") as by:
            assert refused(SHEET, partner.pk, by.id, "YQ002") == "policy"
            assert refused(SHEET, partner.pk, by.id, "YQ001") == "policy"

    def test_what_was_typed_goes_with_its_invitation(self, asked):
        with make.acting("soe_officer", "YQ001") as by:
            sheets.arrive(by=by, partner=Partner.objects.get(), page="a1", typing=True, data={"amount": ["1"]})
        with make.acting("drafter", "ZF350200") as by:
            partners.withdraw_partner(by=by, partner=Partner.objects.get(organisation__code="YQ001"), why="x")
        with make.acting("soe_officer", "YQ001"):
            assert value("select count(*) from applications_partsheet") == 0

    def test_a_partner_sees_no_foreign_row(self, asked):
        make.confirmed(asked, "YQ001")
        with make.acting("soe_officer", "YQ002"):
            assert value("select count(*) from applications_partner") == 1
            assert value("select count(*) from applications_partnerproject") == 1
            assert value("select count(*) from applications_attachment") == 0
            assert value("select count(*) from applications_application") == 0
            assert value("select count(*) from applications_project") == 0
        with make.acting("soe_officer", "YQ003"):
            assert value("select count(*) from applications_jointsummary") == 0

    def test_what_is_shared_is_asked_for_the_own_part_alone(self, asked):
        with make.acting("soe_officer", "YQ001"):
            foreign = Partner.objects.get().pk
            assert "整车智能工厂" in str(value("select partner_shared(%s)", foreign))
        with make.acting("soe_officer", "YQ002"):
            assert value("select partner_shared(%s)", foreign) is None

    def test_nobody_writes_a_part_where_it_is_not_invited(self, asked):
        with make.acting("soe_officer", "YQ001"):
            part = Partner.objects.get().pk
        sql = """insert into applications_part (partner_id, organisation_id, state, contribution, amount, amounts, version,
                 written_by_id, written_at, returned_why)
                 select %s, o.id, 'draft', '', 0, '{}', 0, scope_user(), now(), '' from accounts_organisation o
                 where o.code = %s"""
        with make.acting("soe_officer", "YQ003"):
            assert refused(sql, part, "YQ003") == "policy"
            assert refused(sql, part, "YQ001") == "policy"


class TestProjects:
    """The unit says in which projects, the partner with how much."""

    def test_the_unit_writes_no_amount(self, asked):
        with make.acting("drafter", "ZF350200"):
            assert run("update applications_partnerproject set amount = 5") == 0
            sql = """insert into applications_partnerproject (application_id, partner_id, organisation_id, project_id, amount)
                     select r.application_id, r.id, r.organisation_id, max(p.id), 5 from applications_partner r
                     join applications_project p on p.application_id = r.application_id
                     group by r.id limit 1"""
            assert refused(sql) == "partner_project_fits"

    def test_the_partner_takes_no_other_project(self, asked):
        with make.acting("soe_officer", "YQ001"):
            assert (
                refused("update applications_partnerproject set project_id = project_id + 1") == "partner_project_fits"
            )
            assert run("delete from applications_partnerproject") == 0

    def test_not_after_the_signature_is_asked_for(self):
        make.awaiting(unit="350200", amount=AMOUNT, soes=("YQ001",))
        with make.acting("drafter", "ZF350200"):
            assert refused("insert into applications_jointsummary select id, 'x' from applications_application") == (
                "dossier_is_frozen"
            )


class TestTakingBack:
    """Only the partner itself opens a sign-off again, and only before the submission."""

    REOPEN = "select partner_reopens_sign_off(%s, 'x')"

    def test_not_for_another(self):
        row = make.awaiting(unit="350200", amount=AMOUNT, soes=("YQ001", "YQ002"))
        with make.acting("soe_officer", "YQ001"):
            part = Partner.objects.get().pk
        for role, code in [("soe_officer", "YQ002"), ("drafter", "ZF350100"), ("officer", "MIIT")]:
            with make.acting(role, code):
                assert value(self.REOPEN, part) is False
        assert make.fresh(row).state == "awaiting_sign_off"

    def test_not_after_the_submission(self):
        row = make.submitted(unit="350200", amount=AMOUNT, soes=("YQ001",))
        with make.acting("soe_officer", "YQ001"):
            assert value(self.REOPEN, Partner.objects.get().pk) is False
        assert make.fresh(row).state == "with_province"


@pytest.fixture
def pair():
    """Chaoyang and Haidian apply as one; the signature is asked for."""
    row = make.drafted(unit=CHAOYANG, amount=AMOUNT)
    with make.acting("drafter", f"ZF{CHAOYANG}") as by:
        body = make.Organisation.objects.get(code=f"ZF{HAIDIAN}")
        partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "联合申报"))
    make.written(row, f"ZF{HAIDIAN}", role="drafter", amount="0.00")
    make.confirmed(row, f"ZF{HAIDIAN}", role="signatory", number=1)
    with make.acting("drafter", f"ZF{CHAOYANG}") as by:
        row = Application.objects.get(pk=row.pk)
        make.submission.request_sign_off(by=by, application=row)
    return row


SIGN = "update applications_signoff set signed_by_id = scope_user(), signed_at = now()"
SNAPSHOT = """insert into applications_snapshot (application_id, number, content, sha256, receipt_no, submitted_at,
              submitted_by_id, sign_off_id) select s.application_id, 1, %s, %s, 'x', now(), scope_user(), s.id
              from applications_signoff s"""
CO_SIGN = """insert into applications_cosignature (application_id, sign_off_id, organisation_id, content_sha256, person_id, at)
             select s.application_id, s.id, o.id, s.content_sha256, scope_user(), now()
             from applications_signoff s, accounts_organisation o where o.code = %s"""


PART = "select districts_part(%s, %s)"


class TestDistricts:
    """Two districts are one applicant, and both sign."""

    def content(self, row: Application) -> tuple[str, str]:
        from applications import canonical, queries

        text = canonical.text(canonical.content(queries.whole(row)))
        return text, canonical.digest(text)

    def test_no_submission_with_one_signature(self, pair):
        with make.acting("signatory", f"ZF{CHAOYANG}"):
            written = self.content(pair)
            assert run(SIGN) == 1
            assert refused(SNAPSHOT, *written) == "snapshot_needs_both_districts"

    def test_nobody_signs_for_the_other_district(self, pair):
        with make.acting("signatory", f"ZF{CHAOYANG}"):
            assert refused(CO_SIGN, f"ZF{HAIDIAN}") == "co_signature_by_its_district"
            assert run(CO_SIGN, f"ZF{CHAOYANG}") == 1
            written = self.content(pair)
            assert run(SIGN) == 1
            assert refused(SNAPSHOT, *written) == "snapshot_needs_both_districts"
        with make.acting("drafter", f"ZF{HAIDIAN}"):
            assert refused(CO_SIGN, f"ZF{HAIDIAN}") == "co_signature_by_its_district"

    def test_both_signatures_submit(self, pair):
        with make.acting("signatory", f"ZF{HAIDIAN}"):
            assert run(CO_SIGN, f"ZF{HAIDIAN}") == 1
            assert refused("delete from applications_cosignature") == "policy"
        with make.acting("signatory", f"ZF{CHAOYANG}"):
            written = self.content(pair)
            assert run(SIGN) == 1
            assert run(SNAPSHOT, *written) == 1

    def test_nobody_joins_or_parts_districts_by_hand(self, pair):
        with make.acting("drafter", f"ZF{CHAOYANG}"):
            assert refused("update applications_districtpair set ended_at = now()") == "policy"
            assert refused("insert into accounts_sharing (body_id, member_id, since) values (1, 2, now())") == "policy"
            assert refused("select district_body('110106', '110107')") == "policy"
            second = make.Organisation.objects.get(code=f"ZF{HAIDIAN}").pk
            assert value(PART, pair.pk, second) is False  # the signature is asked for

    def test_what_an_application_is_about_changes_by_a_pair_alone(self):
        make.begun(unit=CHAOYANG)
        with make.acting("drafter", f"ZF{CHAOYANG}"):
            sql = "update applications_application set unit_id = %s"
            assert refused(sql, f"{HAIDIAN}") == "application_is_frozen"

    def test_a_stranger_joins_nothing(self):
        row = make.drafted(unit=CHAOYANG, amount=AMOUNT)
        with make.acting("drafter", f"ZF{CHAOYANG}") as by:
            body = make.Organisation.objects.get(code=f"ZF{HAIDIAN}")
            partner = partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "x"))
            assert refused("select districts_join(%s)", partner.pk) == "districts_join"
        for role, code in [("signatory", f"ZF{HAIDIAN}"), ("signatory", f"ZF{FENGTAI}"), ("soe_officer", "YQ001")]:
            with make.acting(role, code):  # Haidian itself has not committed yet
                assert refused("select districts_join(%s)", partner.pk) == "districts_join"

    def test_a_third_district_sees_nothing(self, pair):
        with make.acting("drafter", f"ZF{FENGTAI}"):
            assert value("select count(*) from applications_application") == 0
            assert value("select count(*) from applications_districtpair") == 0
        with make.acting("drafter", f"ZF{HAIDIAN}"):
            assert value("select count(*) from applications_application") == 1
