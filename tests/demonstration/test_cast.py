"""The sign-ins that are printed: both languages, and whoever has a step of the round finds it on the desk."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from portal.demonstration.people import printed
from tests.demonstration.test_shown import OPEN, _one, _rows

pytestmark = pytest.mark.usefixtures("built")
# Whoever is printed, and what of the desk leads to the step.
STEPS = {
    "miit": "/screening/9/",
    "mof": "/screening/9/",
    "reviewer.miit": "/reviews/?step=score",
    "reviewer.mof": "/reviews/?step=score",
    "maker.mof": "/grants/issue-papers/new/",
    "checker.mof": "/grants/waiting/",
    "industry.fujian": "/applications/{with_province}/recommend/",
    "finance.fujian": "/applications/{with_province}/recommend/",
    "maker.fujian": "/receipt/",
    "drafter.zhangzhou": "/applications/{draft}/",
    "drafter2.zhangzhou": "/applications/{draft}/",
    "signatory.zhangzhou": "/hearings/",
    "signatory.zf350800": "/applications/{awaiting_sign_off}/sign-off/",
    "maker.xiamen": "/grants/requests/",
    "checker.xiamen": "/grants/to-check/",
    "soe": "/applications/parts/{invited}/",
    "soe_officer2.yq001": "/applications/parts/{asked}/",
    "expert": "/reviews/batches/8/interests/",
    "auditor": "/audit/findings/",
}
KEYS = {
    "draft": f"select a.id from applications_application a {OPEN} where a.unit_id = '350600'",
    "with_province": f"select a.id from applications_application a {OPEN} where a.unit_id = '350700'",
    "awaiting_sign_off": f"select a.id from applications_application a {OPEN} where a.unit_id = '350800'",
    "invited": "select p.id from applications_partner p join accounts_organisation o on o.id = p.organisation_id"
    f" join applications_application a on a.id = p.application_id {OPEN}"
    " where o.code = 'YQ001' and p.state = 'invited' and not exists"
    " (select 1 from applications_part t where t.partner_id = p.id)",
    "asked": "select p.id from applications_partner p join accounts_organisation o on o.id = p.organisation_id"
    " join applications_part t on t.partner_id = p.id and t.state = 'asked' where o.code = 'YQ001'",
}
# Whose turn comes by what others do first, and who keeps watch.
WATCH = {
    "drafter.zf350800",
    "checker.fujian",
    "auditor2.national",
    "auditor3.national",
    "auditor.fujian",
    "system",
    "security",
    "trail",
}


@pytest.fixture
def keys():
    return {name: _one(sql) for name, sql in KEYS.items()}


def test_each_of_the_round_finds_the_step_on_the_desk(opens, keys):
    assert {one.partition("@")[0] for one in printed()} == set(STEPS) | WATCH
    missing = {who: step for who, step in STEPS.items() if step.format(**keys) not in opens(who, "/desk/")}
    assert not missing


def test_a_dossier_waits_for_both_departments_of_the_province(opens, keys):
    assert _rows("select 1 from applications_recommendation where application_id = %s", keys["with_province"]) == []
    for who in ("industry.fujian", "finance.fujian"):
        opens(who, f"/applications/{keys['with_province']}/recommend/")


def test_sign_ins_are_printed_in_both_languages_with_the_second_person(built):
    said = StringIO()
    call_command("signins", stdout=said)
    lines = said.getvalue().splitlines()[2:]
    assert [line.split()[0] for line in lines] == printed()
    assert any("soe_officer2.yq001@demo.invalid" in line for line in lines)
    assert sum("signatory" in line and "签批人" in line for line in lines) == 2
