"""What a joint applicant is committed to is what it was asked for; who is not of a pair parts none. With raw SQL."""

from __future__ import annotations

import pytest

from applications.domain import partners
from applications.models import Application, Part, Partner
from tests import factories_applications as make
from tests.guards.applications_sql import refused, run, value
from tests.guards.test_applications_partners import COMMIT, COMMIT_WITH, CONFIRM, LETTER

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
CHAOYANG, HAIDIAN, FENGTAI = "110105", "110108", "110106"
ASKED = "partner_commits_to_what_was_asked"


@pytest.fixture
def asked():
    """Xiamen invites YQ001 into a project; YQ001's part is written and waits for its second person."""
    return make.part_asked()


OTHERS = [
    "update applications_partner set task = '为全部项目提供担保'",
    "update applications_partner set role = 'chain_leader'",
    "delete from applications_partnerproject",
    """insert into applications_partnerproject (application_id, partner_id, organisation_id, project_id, amount)
       select r.application_id, r.id, r.organisation_id, max(p.id), 0 from applications_partner r
         join applications_project p on p.application_id = r.application_id group by r.id""",
    "update applications_project set name = name || '二期'",
]


class TestCommitment:
    """From the question to the word, and after it."""

    @pytest.mark.parametrize("change", OTHERS)
    def test_nobody_commits_to_what_was_not_asked(self, asked, change):
        with make.acting("drafter", "ZF350200"):
            assert run(change) > 0
        with make.acting("soe_officer", "YQ001", 2):
            assert run(CONFIRM) == 1
            assert refused(COMMIT) == ASKED

    def test_what_was_asked_and_asked_for_again_is_committed(self, asked):
        with make.acting("drafter", "ZF350200"):
            assert run(OTHERS[0]) == 1
            assert run("update applications_partner set task = '参与'") == 1
        with make.acting("soe_officer", "YQ001", 2):
            assert run(CONFIRM) == 1
            assert run(LETTER) == 1
            assert run(COMMIT_WITH) == 1

    def test_the_digest_of_the_question_is_the_databases(self, asked):
        with make.acting("soe_officer", "YQ001", 2):
            before = value("select asked_for from applications_part")
            assert before == value("select partner_asked(partner_id) from applications_part")
            assert refused(f"{CONFIRM}, asked_for = repeat('0', 64)") == "part_is_what_was_asked"
            assert refused("update applications_part set asked_for = repeat('0', 64)") == "part_is_what_was_asked"
            run("update applications_part set state = 'draft', asked_by_id = null, asked_at = null")
            assert value("select asked_for from applications_part") == ""
            again = "update applications_part set state = 'asked', asked_by_id = scope_user(), asked_at = now()"
            assert run(f"{again}, asked_for = repeat('0', 64)") == 1
            assert value("select asked_for from applications_part") == before

    @pytest.mark.parametrize("change", OTHERS[:4])
    def test_what_it_is_committed_to_does_not_change(self, asked, change):
        make.confirmed(asked, "YQ001")
        with make.acting("drafter", "ZF350200"):
            assert refused(change) == ASKED

    @pytest.mark.parametrize("change", ["contribution = 'x'", "amount_committed = 1", "answered_at = now()"])
    def test_one_person_alone_changes_nothing_of_the_word(self, asked, change):
        make.confirmed(asked, "YQ001")
        with make.acting("soe_officer", "YQ001"):
            assert refused(f"update applications_partner set {change}") == "partner_commits_by_two"
            assert refused("update applications_partnerproject set amount = 5") == "partner_commits_by_two"

    def test_the_question_is_put_anew_by_the_units_drafters_alone(self, asked):
        part = _part("YQ001")
        with make.acting("drafter", "ZF350200"):
            assert value("select partner_asks_anew(%s, 'x')", part) is False  # nothing else is asked
            run(OTHERS[0])
        for role, code in [("signatory", "ZF350200"), ("drafter", "ZF350100"), ("soe_officer", "YQ002")]:
            with make.acting(role, code):
                run("select set_config('portal.roles', '{drafter}', true)")
                assert value("select partner_asks_anew(%s, 'x')", part) is False
                if code != "ZF350200":
                    assert value("select partner_asked(%s)", part) is None
        with make.acting("drafter", "ZF350200"):
            assert value("select partner_asks_anew(%s, 'x')", part) is True
        with make.acting("soe_officer", "YQ001"):
            assert (Part.objects.get().state, Part.objects.get().returned_why) == ("draft", "x")


def _part(code: str, role: str = "soe_officer") -> int:
    with make.acting(role, code):
        return Partner.objects.get(organisation__code=code).pk


PART = "select districts_part(%s, %s)"


class TestParting:
    """A pair ends with its second district, which then stands in no dossier as committed."""

    @pytest.fixture
    def joined(self):
        """Chaoyang and Haidian apply as one; Fengtai had declined before."""
        row = make.drafted(unit=CHAOYANG, amount=AMOUNT)
        for code in (FENGTAI, HAIDIAN):
            with make.acting("drafter", f"ZF{CHAOYANG}") as by:
                body = make.Organisation.objects.get(code=f"ZF{code}")
                now = Application.objects.get(pk=row.pk)
                partners.invite_partner(by=by, application=now, what=partners.InviteInput(body, "两区联合申报"))
            if code == FENGTAI:
                with make.acting("drafter", f"ZF{code}") as by:
                    make.parts.decline(by=by, partner=Partner.objects.get(), why="不参加")
        make.written(row, f"ZF{HAIDIAN}", role="drafter", amount="0.00")
        make.confirmed(row, f"ZF{HAIDIAN}", role="signatory", number=1)
        return row

    def test_another_district_ends_no_pair(self, joined):
        bodies = {code: make.organisation(f"ZF{code}").pk for code in (CHAOYANG, HAIDIAN, FENGTAI)}
        for code in (CHAOYANG, FENGTAI):
            with make.acting("drafter", f"ZF{CHAOYANG}"):
                assert value(PART, joined.pk, bodies[code]) is False
        with make.acting("drafter", f"ZF{FENGTAI}"):
            run("select set_config('portal.orgs', %s, true)", f"{{{bodies[CHAOYANG]},{bodies[HAIDIAN]}}}")
            assert value(PART, joined.pk, bodies[HAIDIAN]) is False
        with make.acting("drafter", f"ZF{HAIDIAN}"):
            assert value("select count(*) from applications_application") == 1

    def test_what_the_second_gave_ends_with_the_pair(self, joined):
        with make.acting("drafter", f"ZF{CHAOYANG}"):
            assert value(PART, joined.pk, make.Organisation.objects.get(code=f"ZF{HAIDIAN}").pk) is True
            left = Partner.objects.get(organisation__code=f"ZF{HAIDIAN}")
            assert (left.state, left.contribution, left.letter_id, left.unit_id) == ("invited", "", None, CHAOYANG)
            letters = (
                "select count(*) from applications_attachment where kind = 'commitment_letter' and removed_at is null"
            )
            assert value(letters) == 0
            assert value("select unit_id from applications_application") == CHAOYANG
        with make.acting("drafter", f"ZF{HAIDIAN}"):
            assert Part.objects.get().state == "draft"
            assert value("select count(*) from applications_application") == 0
