"""Each eligibility check on a dossier that lacks just this; and the canonical text."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import canonical, checks, queries
from applications.sections.base import plain
from tests import factories_applications as make
from tests import factories_roster as rosters
from tests.guards.applications_sql import run

AMOUNT = "100000000.00"
# A change of a dossier that has no finding, and the one finding it leads to.
FLAWS = [
    ("update applications_application set summary = ''", "basics_are_complete", True),
    ("update applications_application set amount_asked = 0", "amount_is_named", True),
    ("update applications_application set digital_target = 79.99", "digital_target_is_reached", True),
    ("update applications_application set digital_base = null", "digital_target_is_reached", True),
    ("delete from applications_focusindustry", "has_focus_industries", True),
    ("delete from applications_focusindustry where industry_id = 'C39'", "focus_industries_are_few", False),
    ("update applications_focusindustry set share_of_output = 60", "shares_fit_together", True),
    ("update applications_project set is_landmark = false", "has_landmark_project", True),
    ("update applications_focusindustry set strategy = ''", "focus_industries_are_justified", True),
    ("update applications_enterprise set is_leading = false", "leading_enterprises_are_named", False),
    ("update applications_enterprise set digital_state = 'not_begun'", "digital_target_fits_the_roster", False),
    ("delete from applications_enterprise", "digital_target_fits_the_roster", False),
    ("update applications_enterprise set industry_id = 'C13'", "enterprises_are_of_the_focus", True),
    ("update applications_application set amount_asked = 1000", "support_fits_the_amount", False),
    ("delete from applications_target where code = 'energy'", "indicators_are_ambitious", False),
    ("update applications_target set goal = 90 where code = 'digital_tools'", "indicators_are_ambitious", False),
    ("delete from applications_foundationyear where growth = 3", "foundation_is_told", True),
    ("update applications_foundationyear set growth = 20", "growth_fits_output", False),
    ("delete from applications_targetyear", "targets_have_years", False),
    ("update applications_targetyear set value = 1", "targets_lead_to_goals", False),
    ("update applications_fundingline set amount = amount - 1 where source = 'own'", "funding_adds_up", True),
    ("update applications_fundingline set amount = amount - 1 where source = 'central'", "funding_adds_up", True),
    ("update applications_fundingline set year = year + 5", "funding_fits_projects_years", False),
    ("delete from applications_planchapter", "plan_has_text", True),
    ("delete from applications_planchapter where code = 'tasks'", "plan_is_whole", False),
    ("delete from applications_risk", "risks_are_named", True),
    ("delete from applications_statement where code = 'environment'", "risks_are_named", True),
    ("update applications_project set mode = 'area'", "areas_name_their_park", False),
    ("update applications_application set leader_name = ''", "contacts_are_whole", False),
    (
        "update applications_attachment set removed_at = now(), removed_by_id = scope_user()",
        "plan_is_sealed",
        True,
    ),
    (
        """with unpaid as (delete from applications_fundingline where source = 'central')
           update applications_project set other_national_money = true, support_asked = 0""",
        "other_national_money_is_said",
        False,
    ),
    ("update applications_project set ends_on = '2031-12-31'", "projects_fit_the_period", False),
    (
        "update applications_project set name = '办公楼改造' where industry_id = 'C39'",
        "banned_uses_are_not_named",
        False,
    ),
    (
        "update applications_project set industry_id = 'C13' where industry_id = 'C39'",
        "projects_are_of_focus_industries",
        False,
    ),
    (
        (
            "insert into core_filescan (sha256, state, finding, scanner, at)"
            " select sha256, 'quarantined', 'EICAR', 'ClamAV', now() from applications_attachment"
        ),
        "files_are_fit",
        True,
    ),
    (
        (
            "insert into applications_sealcheck (attachment_id, state, provider, seals, person_id, at)"
            " select id, 'changed', 'pyHanko', '[]', scope_user(), now() from applications_attachment"
        ),
        "seals_hold",
        True,
    ),
]
# Checks whose flaw needs a test of its own.
ELSEWHERE = {
    "unit_is_valid",
    "line_applies_once",
    "unit_was_no_pilot",
    "partners_have_answered",
    "support_is_within_share",
    "projects_are_not_supported_twice",
    "letters_are_there",
    "unit_is_of_a_kind_that_applies",
}


def found(row):
    return {finding.code: finding for finding in checks.run(queries.whole(row))}


@pytest.mark.django_db
def test_every_check_finds_its_flaw_and_says_where_to_mend_it():
    """One dossier, flawed and mended again by turns; checks send no query of their own."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200"):
        rosters.fill(row, 2, is_leading=True, digital_state="transformed", digital_year=None)
        before = set(found(row))
        for change, code, blocks in FLAWS:
            with transaction.atomic():
                run(change)
                dossier = queries.whole(row)
                with CaptureQueriesContext(connection) as sent:
                    findings = {finding.code: finding for finding in checks.run(dossier)}
                assert code in findings, change
                assert findings[code].blocks == blocks, change
                assert findings[code].text, change
                assert findings[code].route.startswith("applications:"), change
                assert len(sent) == 0, change
                transaction.set_rollback(True)
        assert before <= {"unit_was_no_pilot"}
        assert {code for _, code, _ in FLAWS} | ELSEWHERE == set(checks.CHECKS)


def _over(dossier):
    project = dossier.projects.all()[0]
    project.support_asked = project.total_investment


def _twice(dossier):
    dossier.projects.all()[0].other_national_money = True


def _without_letter(dossier):
    dossier.partners.all()[0].letter_id = None


def _one_district(dossier):
    dossier.unit.code, dossier.unit.districts = "310101+310104", ["310101"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        (_over, "support_is_within_share"),
        (_twice, "projects_are_not_supported_twice"),
        (_without_letter, "letters_are_there"),
        (_one_district, "unit_is_of_a_kind_that_applies"),
    ],
)
def test_what_the_database_refuses_is_found_all_the_same(flaw, code):
    """Rows as no statement can leave them: the check holds by itself."""
    row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    with make.acting("drafter", "ZF350200"):
        dossier = queries.whole(row)
        assert code not in {finding.code for finding in checks.run(dossier)}
        flaw(dossier)
        assert {finding.code: finding.blocks for finding in checks.run(dossier)}.get(code) is True


@pytest.mark.django_db
def test_an_open_invitation_and_an_earlier_pilot_are_found():
    row = make.begun(unit="350100")
    with make.acting("drafter", "ZF350100") as by:
        soe = make.Organisation.objects.get(code="YQ001")
        make.partners.invite_partner(by=by, application=row, what=make.partners.InviteInput(soe, "参与"))
        findings = found(row)
    assert findings["partners_have_answered"].blocks
    assert not findings["unit_was_no_pilot"].blocks


@pytest.mark.django_db
def test_readers_outside_the_unit_read_what_was_submitted_last(client_as):
    row = make.submitted(unit="350200", amount=AMOUNT)
    make.decide(row, make.Side.INDUSTRY, make.Verdict.RETURN, "补充")
    with make.acting("drafter", "ZF350200") as by:
        fresh = make.Application.objects.get(pk=row.pk)
        make.projects.add_project(by=by, application=fresh, what=make.project_input(name="未提交的项目"))
    for role, code in [("provincial_officer", "GX350000"), ("officer", "MIIT")]:
        text = client_as(make.person(role, code)).get(f"/applications/{row.pk}/").content.decode()
        assert "整车智能工厂" in text
        assert "未提交的项目" not in text


# How fast the machine makes examples is not what these tests are about.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@patient
@given(st.dictionaries(st.text(max_size=8), values, max_size=6))
def test_the_canonical_text_is_stable(content):
    """Whatever the order of the keys: the same text; and reading it gives the content back."""
    written = canonical.text(content)
    turned = dict(reversed(list(content.items())))
    assert canonical.text(turned) == written
    assert json.loads(written) == content
    assert canonical.text(json.loads(written)) == written


@patient
@given(st.decimals(min_value=0, max_value=Decimal("9999999999999999.99"), places=2))
def test_amounts_keep_every_fen(amount):
    assert Decimal(plain(amount)) == amount
    assert "E" not in plain(amount)
