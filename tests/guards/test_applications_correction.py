"""A correction reopens the sections it names and no other; attacked with raw SQL as the unit's drafter."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from applications.domain import submission
from applications.models import Application
from portal.core import clock
from portal.core.errors import WrongState
from tests import factories_reviews as make
from tests.factories_applications import acting
from tests.guards.applications_sql import refused, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
# A change of nothing in each table of the dossier, by section; those without rows in this dossier are inserted below.
ROWS = {
    "industries": ("focusindustry", "why = why"),
    "projects": ("project", "name = name"),
    "targets": ("target", "formula = formula"),
    "partners": ("partner", "task = task"),
    "attachments": ("attachment", "removed_at = now(), removed_by_id = scope_user() where kind <> 'commitment_letter'"),
    "funding": ("fundingline", "amount = amount"),
    "plan": ("planchapter", "html = html"),
    "foundation": ("foundationyear", "output = output"),
    "safety": ("risk", "measure = measure"),
}
BASICS = "update applications_application set title = title || 'x'"
RATES = "update applications_application set digital_target = 99"
TOUCH = "update applications_application set touched = touched || jsonb_build_object(%s::text, '{}'::jsonb)"


def corrected(*sections: str, due: datetime | None = None) -> Application:
    """Xiamen's dossier in a correction of these sections (and what follows from them)."""
    batch = make.screening_batch({"350200": "300000000.00"}, soes={"350200": ("YQ001",)})
    due = due or clock.end_of_day(clock.today() + timedelta(days=3))
    make.say(batch, "350200", "MIIT", "correction", reason="请补正", due=due, sections=sections)
    return make.application(batch, "350200")


@pytest.mark.parametrize("section", [*ROWS])
def test_rows_change_in_a_section_that_was_reopened_and_in_no_other(section):
    table, change = ROWS[section]
    row = corrected(section)
    with acting("drafter", "ZF350200"):
        if value(f"select count(*) from applications_{table}"):
            assert run(f"update applications_{table} set {change}") > 0
        for other, (elsewhere, same) in ROWS.items():
            if other not in row.reopened and value(f"select count(*) from applications_{elsewhere}"):
                assert refused(f"update applications_{elsewhere} set {same}") == "dossier_is_frozen", other
        if "basics" not in row.reopened:
            assert refused(BASICS) == "application_is_frozen"


def test_columns_of_the_application_belong_to_their_sections():
    corrected("safety")
    with acting("drafter", "ZF350200"):
        for sql in (BASICS, RATES):
            assert refused(sql) == "application_is_frozen"
        assert refused(TOUCH, "plan") == "application_is_frozen"
        assert run(TOUCH, "safety") == 1
        assert refused("update applications_application set reopened = '{plan}'") == "application_is_frozen"
        late = "update applications_application set correction_until = now() + interval '1 year'"
        assert refused(late) == "application_is_frozen"


def test_what_follows_from_a_section_is_reopened_with_it():
    row = corrected("industries")
    assert row.reopened == ["basics", "industries", "enterprises", "projects", "targets", "funding"]
    with acting("drafter", "ZF350200"):
        assert run(BASICS) == 1
        assert run(RATES) == 1
        assert refused("update applications_planchapter set html = html") == "dossier_is_frozen"


def test_the_roster_belongs_to_the_enterprises():
    corrected("plan")
    with acting("drafter", "ZF350200"):
        if value("select count(*) from applications_enterprise"):
            assert refused("update applications_enterprise set name = name") == "roster_is_frozen"


def test_the_ruling_is_read_by_the_unit_its_province_and_the_offices():
    corrected("plan")
    count = "select count(*) from applications_ruling"
    for role, code in [("drafter", "ZF350200"), ("signatory", "ZF350200"), ("provincial_officer", "GX350000"),
                       ("officer", "MOF"), ("auditor", "SJ350000")]:  # fmt: skip
        with acting(role, code):
            assert value(count) == 1, (role, code)
    for role, code in [("drafter", "ZF350100"), ("provincial_officer", "GX330000"), ("soe_officer", "YQ001"),
                       ("reviewer", "ZJ")]:  # fmt: skip
        with acting(role, code):
            assert value(count) == 0, (role, code)


def test_a_correction_does_not_go_back_unsent_in_its_time():
    back = "update applications_application set state = 'screening' where state = 'correction'"
    corrected("plan")
    with acting("signatory", "ZF350200"):  # without a new submission
        assert refused(back) == "application_step_by_role"
    with acting("officer", "MIIT"):
        assert refused(back) == "correction_still_runs"


def test_what_was_not_sent_goes_back_after_its_last_second_and_does_not_pass():
    back = "update applications_application set state = 'screening' where state = 'correction'"
    due = clock.now() - timedelta(seconds=1)
    with clock.at(clock.now() - timedelta(days=1)):
        corrected("plan", due=due)
    with acting("signatory", "ZF350200"):
        assert refused(back) == "application_step_by_role"
    with acting("officer", "MIIT"):
        assert refused(back.replace("set ", "set submitted_at = now(), ")) == "submission_needs_snapshot"
        assert run(back) == 1
        assert refused("update applications_application set state = 'in_review'") == "pass_after_its_correction"


def test_nothing_is_sent_back_where_no_signature_is_asked_for():
    """The drafters would read that their dossier is back, which nobody had been given."""
    row = corrected("plan")
    with acting("signatory", "ZF350200") as by, pytest.raises(WrongState):
        submission.send_back(by=by, application=Application.objects.get(pk=row.pk), why="x")
    with acting("drafter", "ZF350200") as by:
        submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
    with acting("signatory", "ZF350200") as by:
        submission.send_back(by=by, application=Application.objects.get(pk=row.pk), why="x")
        assert Application.objects.get(pk=row.pk).state == "correction"
