"""What the demonstration submitted could have been submitted: no check stands against it, and each was kept."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import checks
from applications.models import Application
from applications.queries.dossiers import with_rows
from portal.demonstration.stage import as_owner
from tests.demonstration.test_shown import _one, _rows

pytestmark = pytest.mark.usefixtures("built")
SUBMITTED = Application.objects.filter(first_submitted_at__isnull=False).select_related("batch__rule_set", "unit")


def test_no_check_stands_against_what_was_submitted():
    with as_owner(), CaptureQueriesContext(connection) as sent:
        found = {row: [one.text for one in checks.run(row) if one.blocks] for row in with_rows(SUBMITTED)}
    assert len(found) > 100
    assert not {row.pk: texts for row, texts in found.items() if texts}
    assert len(sent) < 40


def test_each_submission_keeps_what_the_checks_found():
    runs = _rows("select r.application_id, r.snapshot_id, r.blocking, r.asked, r.person_id = s.submitted_by_id, r.at = s.submitted_at"
                 " from applications_checkrun r join applications_snapshot s on s.id = r.snapshot_id where r.stage = 'submission'")  # fmt: skip
    assert len(runs) == _one("select count(*) from applications_snapshot") > 100
    assert {row[2:5] for row in runs} == {(0, len(checks.CHECKS), True)}


def test_who_committed_brought_a_letter_that_can_be_read(opens):
    bare = "select count(*) from applications_partner where state = 'committed' and letter_id is null"
    assert _one(bare) == 0
    [(application, letter)] = _rows(
        "select p.application_id, p.letter_id from applications_partner p join applications_application a"
        " on a.id = p.application_id where p.state = 'committed' and a.state = 'screening' order by p.id limit 1"
    )
    assert "不得提交" not in opens("miit", f"/applications/{application}/checks/")
    assert "承诺函" in opens("miit", f"/applications/files/{letter}/view/")
