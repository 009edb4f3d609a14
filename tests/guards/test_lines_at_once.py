"""Who records what follows what and who says what interests there are, at one moment: neither misses the other."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from applications.models import Application
from portal.core import clock
from tests import factories_reviews as reviewing
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person
from tests.guards.test_lines import AMOUNT, DECLARE, FOLLOWED

pytestmark = pytest.mark.guard


class TestAtOnce:
    """One records what follows what, another what interests there are: neither is committed when the other begins."""

    @pytest.fixture
    def held(self, fresh_db):
        """Xiamen's dossier is assigned to the reviewer of MIIT, its enterprise is the first of the directory."""
        batch = reviewing.reviewing_batch(
            {"350200": AMOUNT}, reviewers=reviewing.panel()[:2], soes={"350200": ("YQ001",)}
        )
        return next(row for row in reviewing.assignments(batch) if row.reviewer.email == "reviewer.1@miit.test")

    def apart(self, row, recorded, declared):
        """The recording is not committed when the declaration comes; gives what the reviewer sees in the end."""
        with ExitStack() as stack:
            admin = stack.enter_context(as_person(person("system_admin", "YW").pk))
            web = stack.enter_context(as_person(row.reviewer_id))
            admin.execute(recorded)
            declaring = threading.Thread(target=lambda: (web.execute(declared, [row.batch_id]), web.commit()))
            declaring.start()
            declaring.join(1)
            admin.commit()
            declaring.join(20)
            assert not declaring.is_alive()
        with reviewing.as_reviewer(row):
            return Application.objects.count()

    UNITS = "update programme_pilotunit set successor_id = '350200', valid_to = current_date where code = '350600'"
    SOES = """update programme_centralsoe s set successor_id = n.id, valid_to = current_date
                from programme_centralsoe n where s.code = 'YQ002' and n.code = 'YQ001'"""

    def test_an_interest_for_the_batch(self, held):
        as_row = "with d as (insert into reviews_batchdeclaration (batch_id, reviewer_id, has_interest, declared_at)"
        with as_person(held.reviewer_id) as web:
            sql = f"{as_row} values (%s, scope_user(), true, now()) returning id) select id from d"
            declaration = web.execute(sql, [held.batch_id]).fetchone()[0]
        interest = f"""insert into reviews_batchinterest (declaration_id, batch_id, reviewer_id, kind, unit_id,
                       credit_code, reason) values ({declaration}, %s, scope_user(), 'advice', '350600', '', 'x')"""
        assert self.apart(held, self.UNITS, interest) == 0

    def test_an_employer_in_the_profile(self, held):
        entry = """update reviews_reviewerprofile set employer_soe_id = (
                   select id from programme_centralsoe where code = 'YQ002') where %s > 0 and user_id = scope_user()"""
        assert self.apart(held, self.SOES, entry) == 0

    def test_a_former_employer(self, held):
        entry = """insert into reviews_formeremployer (profile_id, name, soe_id, credit_code, until)
                   select p.id, 'x', s.id, '', current_date from reviews_reviewerprofile p, programme_centralsoe s
                    where s.code = 'YQ002' and p.user_id = scope_user() and %s > 0"""
        assert self.apart(held, self.SOES, entry) == 0


def test_an_officer_declares_while_the_line_is_recorded(fresh_db):
    """Without a profile to take turns at."""
    batch = reviewing.reviewing_batch({"350200": AMOUNT, "360100": AMOUNT}, reviewers=reviewing.panel(), places=2)
    officer, first = person("officer", "MIIT", 2).pk, reviewing.application(batch, "350200").pk
    with as_person(person("system_admin", "YW").pk) as admin, as_person(officer) as web:
        admin.execute(FOLLOWED, ["360100", clock.today(), "350200"])
        declaring = threading.Thread(target=lambda: (web.execute(DECLARE, [first]), web.commit()))
        declaring.start()
        declaring.join(1)
        admin.commit()
        declaring.join(20)
    with acting("officer", "MIIT", 2):
        assert not Application.objects.filter(batch=batch).exists()
