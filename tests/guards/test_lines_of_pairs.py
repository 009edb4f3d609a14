"""Two districts that apply as one are of the lines of both: one applicant, one interest; raw SQL past commands."""

from __future__ import annotations

import threading

import psycopg
import pytest

from applications import queries
from applications.domain import pairs, partners, submission
from applications.models import Application
from portal.core.errors import DomainError
from portal.programme import reference
from portal.programme.enums import UnitKind
from tests import factories_applications as make
from tests import factories_reviews as reviewing
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_owner, as_person, name_of, refused, rows, run, value
from tests.guards.test_lines import AMOUNT, codes, follow

pytestmark = pytest.mark.guard
CHAOYANG, HAIDIAN, FENGTAI = "110105", "110108", "110106"
PAIR = f"{CHAOYANG}+{HAIDIAN}"
CHANGSHOU, YUBEI, JIANGBEI, LIANGJIANG = "500115", "500112", "500105", "CQ-LJ"
SUBMIT = "update applications_application set state = 'with_province' where id = %s"


def joined(first: str = CHAOYANG, second: str = HAIDIAN) -> Application:
    """The dossier of two districts, nothing asked or signed."""
    row = make.drafted(unit=first, amount=AMOUNT)
    with acting("drafter", f"ZF{first}") as by:
        body = make.Organisation.objects.get(code=f"ZF{second}")
        partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "联合申报"))
    make.written(row, f"ZF{second}", role="drafter", amount="0.00")
    make.confirmed(row, f"ZF{second}", role="signatory", number=1)
    with acting("drafter", f"ZF{first}"):
        return Application.objects.get(pk=row.pk)


def asked(row: Application) -> Application:
    """The signature of both is asked for."""
    with acting("drafter", f"ZF{CHAOYANG}") as by:
        submission.request_sign_off(by=by, application=row)
    return row


def kin(unit: str) -> set[str]:
    return {one for (one,) in rows("select kin from unit_kin() where one = %s", [unit])}


@pytest.mark.django_db
class TestKin:
    def test_a_pair_is_kin_of_the_lines_of_its_districts(self):
        joined()
        follow(HAIDIAN, FENGTAI, days=9)
        assert kin(PAIR) == {PAIR, CHAOYANG, HAIDIAN, FENGTAI}
        assert kin(CHAOYANG) == {CHAOYANG, PAIR}, "who meets in a pair is no kin of the other"
        assert kin(FENGTAI) == kin(HAIDIAN) == {HAIDIAN, FENGTAI, PAIR}
        assert kin(LIANGJIANG) == kin(YUBEI) == {YUBEI, JIANGBEI, LIANGJIANG, f"{CHANGSHOU}+{YUBEI}"}

    def test_two_pairs_with_one_district(self):
        joined()
        as_rows = "insert into programme_pilotunit (code, name_zh, name_en, province_id, kind, districts, note,"
        with acting("system_admin", "YW"):
            run(
                f"{as_rows} is_separately_planned, is_provincial_capital)"
                " values ('110106+110108', 'x', 'x', '110000', 'joint_districts', '{110106,110108}', '', false, false)"
            )
            assert kin(PAIR) == {PAIR, CHAOYANG, HAIDIAN, f"{FENGTAI}+{HAIDIAN}"}
            assert kin(CHAOYANG) == {CHAOYANG, PAIR}

    def test_both_ways_and_each_once(self):
        joined()
        follow(HAIDIAN, CHAOYANG)
        with acting("officer", "MIIT"):
            found = rows("select one, kin from unit_kin()")
        assert len(found) == len(set(found))
        assert {(other, one) for one, other in found} == set(found)


@pytest.mark.django_db
class TestApplying:
    def test_what_follows_a_district_has_applied(self):
        row = asked(joined())
        follow(HAIDIAN, FENGTAI, days=9)
        assert "line_applies_once" not in codes(row, CHAOYANG)
        make.submitted(unit=FENGTAI, amount=AMOUNT)
        assert "line_applies_once" in codes(row, CHAOYANG)
        with acting("signatory", f"ZF{CHAOYANG}"):
            assert refused(SUBMIT, row.pk) == "application_once_per_line"

    def test_a_pair_stands_while_both_its_districts_do(self):
        row = joined()
        assert "unit_is_valid" not in codes(row, CHAOYANG)
        follow(HAIDIAN, FENGTAI, days=-1)
        assert "unit_is_valid" in codes(row, CHAOYANG)

    @pytest.mark.parametrize("unit", [LIANGJIANG, CHANGSHOU])
    def test_who_was_a_pilot_in_a_pair_was_one(self, unit):
        """Changshou and Yubei were, and Liangjiang follows Yubei."""
        assert "unit_was_no_pilot" in codes(make.drafted(unit=unit, amount=AMOUNT))

    def test_the_district_without_a_published_code_applies_once_as_the_others_do(self):
        make.begun(unit=LIANGJIANG)
        row = make.drafted(unit=CHANGSHOU, amount=AMOUNT)
        with acting("drafter", f"ZF{CHANGSHOU}") as by:
            body = make.Organisation.objects.get(code=f"ZF{LIANGJIANG}")
            with pytest.raises(DomainError) as error:
                partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "x"))
        assert error.value.code == "partner_district_fits"
        districts = [unit for unit in reference.units() if unit.kind == UnitKind.DISTRICT]
        assert all(unit.districts == [unit.code] for unit in districts)


@pytest.mark.django_db
def test_an_interest_in_a_district_holds_for_the_pair():
    mine = reviewing.reviewer("MIIT", province="310000")
    row = joined()
    with acting("reviewer", "MIIT"):
        pk = value(
            "insert into reviews_batchdeclaration (batch_id, reviewer_id, has_interest, declared_at)"
            " values (%s, scope_user(), true, now()) returning id",
            row.batch_id,
        )
        assert run(
            "insert into reviews_batchinterest (declaration_id, batch_id, reviewer_id, kind, unit_id, credit_code, reason)"
            " values (%s, %s, scope_user(), 'advice', %s, '', 'x')",
            *(pk, row.batch_id, HAIDIAN),
        )
    with acting("officer", "MIIT"):
        found = rows("select application_id, reviewer_id, code from reviews_conflict_pairs(%s)", [row.batch_id])
    assert (row.pk, mine.user_id, "batch") in found


def test_a_pair_and_what_follows_its_district_take_turns(fresh_db):
    """Both are signed at one moment: a pair has no first of its kin in common with the line of its second district."""
    row = asked(joined())
    other = make.awaiting(unit=FENGTAI, amount=AMOUNT)
    as_owner(
        "update programme_pilotunit set successor_id = %s, valid_to = current_date + 9 where code = %s",
        FENGTAI,
        HAIDIAN,
    )
    with acting("signatory", f"ZF{HAIDIAN}") as by:
        wanted = queries.open_sign_off(row).content_sha256
        pairs.co_sign(by=by, application=Application.objects.get(pk=row.pk), sha256=wanted)
    web, said = as_person(person("signatory", f"ZF{FENGTAI}").pk), []

    def second() -> None:
        try:
            web.execute(SUBMIT, [other.pk])
        except psycopg.Error as error:
            said.append(name_of(error))
        web.close()

    with acting("signatory", f"ZF{CHAOYANG}") as by:
        submission.submit(by=by, application=Application.objects.get(pk=row.pk), sha256=wanted)
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive(), said
    waiting.join(20)
    assert said == ["application_once_per_line"]
