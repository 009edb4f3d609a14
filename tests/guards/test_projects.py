"""Parts of projects: held to their dossier and its roster, national money and support exclude each other."""

from __future__ import annotations

import pytest

from applications.models import Enterprise, Project
from tests import factories_applications as make
from tests import factories_roster as rosters
from tests.guards.applications_sql import refused, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
MONEY = """insert into applications_projectmoney (application_id, project_id, level, fund, amount)
           values (%s, %s, %s, %s, %s)"""
APPROVAL = """insert into applications_projectapproval (application_id, project_id, kind, state, number, day)
              values (%s, %s, %s, %s, %s, null)"""
STONE = "insert into applications_projectmilestone (application_id, project_id, day, what) values (%s, %s, now(), %s)"
PART = "insert into applications_projectenterprise (application_id, project_id, enterprise_id) values (%s, %s, %s)"


@pytest.fixture
def dossier():
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200"):
        rosters.fill(row, 2)
    return row


def ids(row):
    project = Project.objects.filter(application=row).order_by("pk").first()
    enterprise = Enterprise.objects.filter(application=row).first()
    return project.pk, enterprise.pk if enterprise else None


def test_national_money_and_support_exclude_each_other(dossier):
    with make.acting("drafter", "ZF350200"):
        project, _enterprise = ids(dossier)
        assert refused(MONEY, dossier.pk, project, "national", "专项", 1) == "project_not_supported_twice"
        run("delete from applications_fundingline where project_id = %s and source = 'central'", project)
        run("update applications_project set support_asked = 0 where id = %s", project)
        assert run(MONEY, dossier.pk, project, "national", "专项", 1) == 1
        sql = "update applications_project set support_asked = 1, method = 'loan_interest' where id = %s"
        assert refused(sql, project) == "project_not_supported_twice"


def test_values_of_parts_make_sense(dossier):
    with make.acting("drafter", "ZF350200"):
        project, _enterprise = ids(dossier)
        assert refused(MONEY, dossier.pk, project, "provincial", "x", 0) == "project_money_above_zero"
        assert refused(MONEY, dossier.pk, project, "provincial", "", 1) == "project_money_above_zero"
        assert refused(MONEY, dossier.pk, project, "x", "x", 1) == "project_money_above_zero"
        granted = "project_approval_granted_with_number"
        assert refused(APPROVAL, dossier.pk, project, "filing", "granted", "1") == granted
        assert refused(APPROVAL, dossier.pk, project, "x", "applied", "") == "project_approval_is_known"
        assert refused(STONE, dossier.pk, project, "") == "project_milestone_says_what"
        sql = "update applications_project set transformation_investment = total_investment + 1"
        assert refused(sql) == "project_amounts_fit"


def test_parts_belong_to_their_own_dossier_and_roster(dossier):
    other = make.drafted(unit="350500", amount=AMOUNT)
    with make.acting("drafter", "ZF350500"):
        rosters.fill(other, 1)
        foreign, stranger = ids(other)
    with make.acting("drafter", "ZF350200"):
        project, enterprise = ids(dossier)
        assert refused(MONEY, dossier.pk, foreign, "local", "x", 1) == "project_part_fits"
        assert refused(MONEY, other.pk, foreign, "local", "x", 1) in {"policy", "project_part_fits"}
        assert refused(PART, dossier.pk, project, stranger) == "project_enterprise_of_roster"
        assert run(PART, dossier.pk, project, enterprise) == 1
        assert refused(PART, dossier.pk, project, enterprise) == "project_enterprise_once"
        run("set constraints all immediate")
        key = refused("delete from applications_enterprise where id = %s", enterprise)  # it takes part
        assert "enterprise_id" in key
        assert value("select count(*) from applications_enterprise") == 2


@pytest.mark.parametrize("table", ["projectmoney", "projectapproval", "projectmilestone", "projectenterprise"])
def test_parts_are_frozen_and_private_like_their_dossier(dossier, table):
    with make.acting("drafter", "ZF350200"):
        project, enterprise = ids(dossier)
        run(MONEY, dossier.pk, project, "local", "x", 1)
        run(APPROVAL, dossier.pk, project, "filing", "applied", "")
        run(STONE, dossier.pk, project, "x")
        run(PART, dossier.pk, project, enterprise)
    for role, code in [("drafter", "ZF350500"), ("officer", "MIIT"), ("soe_officer", "YQ001")]:
        with make.acting(role, code):
            assert value(f"select count(*) from applications_{table}") == 0
            assert run(f"delete from applications_{table}") == 0
    with make.acting("drafter", "ZF350200"):
        run("update applications_application set state = 'awaiting_sign_off'")
        assert refused(f"delete from applications_{table}") == "dossier_is_frozen"
        assert refused(f"update applications_{table} set id = id") == "dossier_is_frozen"


def test_a_file_is_the_drafters_own_and_never_changes(dossier):
    sql = """insert into applications_importfile (application_id, sheet, state, report, seen, file_name, content_type,
             size, sha256, storage_key, uploaded_by_id, uploaded_at)
             values (%s, 'enterprises', %s, '{}', '', 'x.csv', 'text/csv', 1, repeat('0', 64), 'k', scope_user(), now())"""
    with make.acting("drafter", "ZF350200"):
        assert refused(sql, dossier.pk, "judged") == "import_state"
        assert run(sql, dossier.pk, "brought") == 1
        assert refused("update applications_importfile set sha256 = repeat('1', 64)") == "import_file_is_kept"
        assert refused("update applications_importfile set state = 'taken', ended_at = now()") == "import_state"
        assert refused("update applications_importfile set ended_at = now()") == "import_ends_with_a_time"
        assert run("update applications_importfile set state = 'dropped', ended_at = now()") == 1
        assert refused("update applications_importfile set file_name = 'y'") == "import_file_is_kept"
        assert refused("delete from applications_importfile") == "policy"
    for role, code in [("drafter", "ZF350500"), ("officer", "MIIT"), ("provincial_officer", "GX350000")]:
        with make.acting(role, code):
            assert value("select count(*) from applications_importfile") == 0
            assert refused(sql, dossier.pk, "brought") == "policy"
