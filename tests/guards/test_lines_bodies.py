"""Codes of places and enterprises, which are part of the codes of their bodies; raw SQL by the system administrator."""

from __future__ import annotations

import pytest

from tests.factories_applications import acting
from tests.guards.applications_sql import as_owner, refused, run, value

pytestmark = pytest.mark.guard
BODY = """insert into accounts_organisation (code, kind, name_zh, name_en, province, unit, is_active)
          values (%s, %s, '原名', 'Before', %s, %s, true)"""


@pytest.mark.django_db
class TestBodies:
    """A code gives a place or an enterprise bodies of its own, never those of others."""

    NEW = """insert into programme_pilotunit (code, name_zh, name_en, province_id, kind, districts, note,
             is_separately_planned, is_provincial_capital) values (%s, '新', 'New', '350000', %s, %s, '', false, false)"""
    SOE = """insert into programme_centralsoe (code, name_zh, name_en, short_zh, as_of)
             values (%s, '新集团', 'New', '新', now())"""

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("350000", "city"),
            ("P-XPCC", "city"),
            ("３５９９０１", "city"),
            ("35990", "prefecture"),
            ("CQ-LJ", "city"),
            ("XPCC", "district"),
            ("350000", "district"),
            ("350000+350100", "joint_districts"),
            ("350100", "joint_districts"),
            ("350999", "xpcc"),
        ],
    )
    def test_a_place_has_a_code_of_its_kind(self, code, kind):
        with acting("system_admin", "YW"):
            assert refused(self.NEW, code, kind, code.split("+")) == "unit_code_of_its_kind"

    @pytest.mark.parametrize("code", ["MOF", "YQ1", "yq001", "YQ１００", "SJ"])
    def test_an_enterprise_too(self, code):
        with acting("system_admin", "YW"):
            assert refused(self.SOE, code) == "soe_code_of_its_kind"

    def test_a_district_names_itself(self):
        with acting("system_admin", "YW"):
            for code, kind, names in [
                ("359901", "district", []),
                ("359901", "district", ["359902"]),
                ("359901+359902", "joint_districts", ["359902", "359901"]),
            ]:
                assert refused(self.NEW, code, kind, names) == "unit_names_its_districts"
            assert run(self.NEW, "359901", "district", ["359901"]) == 1


def test_bodies_that_are_there_already(fresh_db):
    for code, kind, unit in [("CZ359901", "provincial_finance", ""), ("ZF359902", "unit_government", "350200")]:
        as_owner(BODY, code, kind, "350000", unit)
    as_owner(BODY, "YQ900", "ministry", "", "")
    with acting("system_admin", "YW"):
        assert refused(TestBodies.NEW, "359901", "city", []) == "body_is_anothers"
        assert refused(TestBodies.NEW, "359902", "city", []) == "body_is_anothers"
        assert refused(TestBodies.SOE, "YQ900") == "body_is_anothers"
        assert value("select count(*) from accounts_organisation where name_zh = '原名'") == 3
