"""Versions of approved plans and requests to change them; attacked with raw SQL. Each test commits in a clone."""

from __future__ import annotations

import json

import psycopg
import pytest
from django.urls import reverse

from applications import canonical, queries, todo
from applications.domain import plans as domain
from applications.models import Application, ChangeRequest, PlanVersion
from applications.plans import FIELDS, changed, terminated
from portal.core.errors import DomainError, Stale
from portal.programme.models import Industry
from tests import factories_applications as make
from tests.guards.applications_sql import as_owner, as_person, name_of, sha256

pytestmark = [pytest.mark.guard, pytest.mark.usefixtures("fresh_db")]
AMOUNT = "100000000.00"
UNIT = "350100"
VERSION = """
    insert into applications_planversion (application_id, number, content, sha256, document_no, approved_by_id, at)
    select a.id, %s, s.content, s.sha256, 'x', scope_user(), now()
      from applications_application a join applications_snapshot s on s.application_id = a.id
"""
CHANGE = """
    insert into applications_changerequest (application_id, number, kind, state, base_id, subject, proposed,
        proposed_sha256, grounds, support_before, support_after, total_before, total_after, asked_by_id, asked_at,
        decision_why, document_no)
    select v.application_id, 1, %s, 'asked', v.id, 'x', %s, %s, 'x', 0, 0, 0, 0, scope_user(), now(), '', ''
      from applications_planversion v order by v.number desc limit 1
"""


def refused(role: str, code: str, sql: str, *values: object) -> str:
    """The name of what refuses the statement to that person; nothing of it stays."""
    with as_person(make.person(role, code).pk) as web:
        with pytest.raises(psycopg.Error) as error:
            web.execute(sql, list(values))
        web.rollback()
    return name_of(error.value)


def content() -> dict:
    with make.acting("officer", "MIIT"):
        return json.loads(PlanVersion.objects.order_by("number").last().content)


def added(row: Application, name: str) -> ChangeRequest:
    """The drafter asks for one more project like the first one, without support."""
    first = content()["projects"][0]
    values = {key: first[key] for key in FIELDS} | {"name": name, "support_asked": "0.00"}
    what = domain.ProjectChange(values, Industry.objects.get(pk=first["industry"]["code"]))
    with make.acting("drafter", f"ZF{UNIT}") as by:
        return domain.add_project(by=by, application=row, what=what, grounds="x")


def ask(kind: str, proposal: dict) -> str:
    text = canonical.text(proposal)
    return refused("drafter", f"ZF{UNIT}", CHANGE, kind, text, sha256(text))


class TestVersions:
    """The first is the submission, the next follow from approved changes, none changes."""

    def test_only_a_selected_unit_has_a_plan_and_only_miit_approves(self):
        make.recommended(unit=UNIT, amount=AMOUNT)
        assert refused("officer", "MIIT", VERSION, 1) == "plan_of_selected_unit"

    def test_the_first_is_the_submission(self):
        make.selected(unit=UNIT, amount=AMOUNT)
        assert refused("officer", "MIIT", VERSION, 2) == "plan_version_in_turn"
        other = VERSION.replace("s.content, s.sha256", "'{}', encode(sha256('{}'), 'hex')")
        assert refused("officer", "MIIT", other, 1) == "plan_version_in_turn"
        for role, code in [("officer", "MOF"), ("drafter", f"ZF{UNIT}"), ("provincial_officer", "GX350000")]:
            assert refused(role, code, VERSION, 1) == "policy"

    def test_none_changes_and_none_comes_without_a_change(self):
        make.planned(unit=UNIT, amount=AMOUNT)
        assert refused("officer", "MIIT", VERSION, 2) == "plan_version_in_turn"
        assert refused("officer", "MIIT", "update applications_planversion set document_no = 'y'") == "policy"
        assert refused("officer", "MIIT", "delete from applications_planversion") == "policy"
        with pytest.raises(psycopg.Error) as error:
            as_owner("update applications_planversion set document_no = 'y'")
        assert name_of(error.value) == "plan_version_stays"


class TestRequests:
    """One thing at a time, against the current version, within share and amount."""

    @pytest.fixture(autouse=True)
    def _planned(self, fresh_db):
        self.row = make.planned(unit=UNIT, amount=AMOUNT)

    def test_a_request_touches_one_project_and_nothing_else(self):
        old = content()
        first, second = (row["id"] for row in old["projects"])
        assert ask("change", {**old, "basics": {**old["basics"], "title": "x"}}) == "change_touches_one_thing"
        both = changed(changed(old, first, {"name": "a"}), second, {"name": "b"})
        assert ask("change", both) == "change_touches_one_thing"
        assert ask("change", terminated(old, first)) == "change_touches_one_thing"
        assert ask("terminate", terminated(terminated(old, first), second)) == "change_touches_one_thing"
        assert ask("change", old) == "change_touches_one_thing"
        assert ask("unit", {**old, "unit": {**old["unit"], "code": "350200"}}) == "change_to_successor"

    def test_support_stays_within_its_share_and_the_amount(self):
        old = content()
        first = old["projects"][0]["id"]
        assert ask("change", changed(old, first, {"support_asked": "120000000.01"})) == "change_support_within_share"
        assert ask("change", changed(old, first, {"support_asked": "90000000.00"})) == "change_support_within_amount"
        other = changed(old, first, {"other_national_money": True})
        assert ask("change", other) == "change_support_within_share"

    def test_the_digest_is_that_of_the_content(self):
        text = canonical.text(changed(content(), content()["projects"][0]["id"], {"name": "a"}))
        found = refused("drafter", f"ZF{UNIT}", CHANGE, "change", text, sha256("x"))
        assert found == "change_digest_is_true"

    def test_only_the_unit_asks(self):
        text = canonical.text(terminated(content(), content()["projects"][0]["id"]))
        for role, code in [("officer", "MIIT"), ("provincial_officer", "GX350000"), ("signatory", f"ZF{UNIT}")]:
            assert refused(role, code, CHANGE, "terminate", text, sha256(text)) == "policy"

    def test_sums_are_the_databases_own(self):
        change = make.asked(self.row, support="50000000.00")
        assert (str(change.support_before), str(change.support_after)) == ("100000000.00", "90000000.00")

    def test_one_at_a_time(self):
        make.asked(self.row)
        with pytest.raises(DomainError) as error:
            make.asked(self.row, support="40000000.00")
        assert error.value.code == "change_one_open"

    def test_an_added_project_takes_no_number_of_one_that_was_ended(self):
        """Support and payments are kept by number: under that of an ended project nothing would be supported."""
        old = content()
        line = {**old["projects"][0], "id": -1, "name": "Line A", "support_asked": "0.00"}
        with_line = {**old, "projects": [*old["projects"], line]}
        self._decided(added(self.row, "Line A"))
        assert content()["projects"] == [*old["projects"], {**content()["projects"][-1], "id": -1}]
        assert ask("change", changed(content(), -1, {"id": -5})) == "change_touches_one_thing"
        with make.acting("drafter", f"ZF{UNIT}") as by:
            ended = domain.terminate_project(by=by, application=self.row, project=-1, grounds="x")
        self._decided(ended)
        for again in (-1, "-1", 7, None, old["projects"][0]["id"]):
            with_line["projects"][-1]["id"] = again
            assert ask("add", with_line) == "change_number_is_new", again
        self._decided(added(self.row, "Line B"))
        assert {row["id"]: row["name"] for row in content()["projects"] if row["id"] < 0} == {-2: "Line B"}

    def _decided(self, change: ChangeRequest) -> None:
        """Signed by the unit and approved by MIIT; none of these moves money."""
        make.sign_change(change, unit=UNIT)
        with make.acting("officer", "MIIT") as by:
            what = domain.DecisionInput(approve=True, why="x", document_no="x")
            domain.decide_change(by=by, change=queries.changes(by).get(pk=change.pk), what=what)


class TestSteps:
    """Two people of the unit, MOF where money moves, MIIT decides, the database makes the version."""

    APPROVE = """update applications_changerequest set state = 'approved', decided_by_id = scope_user(),
                 decided_at = now(), decision_why = 'x', document_no = 'x'"""
    SIGN = "update applications_changerequest set state = 'signed', signed_by_id = scope_user(), signed_at = now()"

    @pytest.fixture(autouse=True)
    def _asked(self, fresh_db):
        self.row = make.planned(unit=UNIT, amount=AMOUNT)
        self.change = make.asked(self.row)

    def test_each_step_belongs_to_its_own(self):
        for role, code in [("drafter", f"ZF{UNIT}"), ("officer", "MIIT")]:
            assert refused(role, code, self.SIGN) == "change_step_by_role"
        assert refused("officer", "MIIT", self.APPROVE) == "change_state"
        make.sign_change(self.change, unit=UNIT)
        for role, code in [("drafter", f"ZF{UNIT}"), ("signatory", f"ZF{UNIT}"), ("officer", "MOF")]:
            assert refused(role, code, self.APPROVE) == "change_step_by_role"
        mof = "update applications_changerequest set mof_by_id = scope_user(), mof_at = now()"
        assert refused("officer", "MIIT", mof) == "change_step_by_role"

    def test_money_moves_with_mof_alone(self):
        make.sign_change(self.change, unit=UNIT)
        assert refused("officer", "MIIT", self.APPROVE) == "change_of_money_needs_mof"

    def test_what_was_asked_stays(self):
        for column, value in [("proposed", "'{}'"), ("grounds", "'y'"), ("support_after", "1")]:
            sql = f"update applications_changerequest set {column} = {value}"
            assert refused("drafter", f"ZF{UNIT}", sql) == "change_is_kept"
        assert refused("drafter", f"ZF{UNIT}", "delete from applications_changerequest") == "policy"

    def test_approved_it_is_the_next_version(self):
        make.sign_change(self.change, unit=UNIT)
        with make.acting("officer", "MOF") as by:
            domain.agree_change(by=by, change=queries.changes(by).get())
        with make.acting("officer", "MIIT") as by:
            what = domain.DecisionInput(approve=True, why="同意", document_no="工信厅规函〔2026〕2号")
            done = domain.decide_change(by=by, change=queries.changes(by).get(), what=what)
            version = queries.current_plan(self.row)
        assert (version.number, version.change_id, version.content) == (2, done.pk, done.proposed)
        assert (
            refused("officer", "MIIT", "update applications_changerequest set decision_why = 'y'") == "change_is_kept"
        )

    def test_refused_or_withdrawn_the_plan_stands(self):
        make.sign_change(self.change, unit=UNIT)
        with make.acting("officer", "MIIT") as by:
            what = domain.DecisionInput(approve=False, why="依据不足")
            domain.decide_change(by=by, change=queries.changes(by).get(), what=what)
            assert queries.current_plan(self.row).number == 1

    def test_another_unit_and_province_see_nothing(self):
        for role, code in [("drafter", "ZF350200"), ("provincial_officer", "GX360000"), ("soe_officer", "YQ001")]:
            with make.acting(role, code):
                assert not ChangeRequest.objects.exists()
                assert not PlanVersion.objects.exists()


def test_the_unit_that_follows_goes_on():
    """Fuzhou is taken to be followed by Xiamen: once approved, Xiamen reads the dossier and asks for changes."""
    row = make.planned(unit=UNIT, amount=AMOUNT)
    as_owner(
        "update programme_pilotunit set successor_id = '350200', valid_to = current_date - 2 where code = %s", UNIT
    )
    with make.acting("drafter", "ZF350200"):
        assert not Application.objects.exists()
    with make.acting("drafter", f"ZF{UNIT}") as by:
        unit = make.PilotUnit.objects.get(pk="350200")
        asked_for = [line.url for line in todo.of_unit(by)]
        assert asked_for == [reverse("applications:plan_approved", args=[row.pk])]
        with pytest.raises(Stale):
            domain.follow_unit(by=by, application=row, unit=unit, grounds="行政区划调整（演示）", version=0)
        change = domain.follow_unit(by=by, application=row, unit=unit, grounds="行政区划调整（演示）", version=1)
    make.sign_change(change, unit=UNIT)
    with make.acting("officer", "MIIT") as by:
        what = domain.DecisionInput(approve=True, why="同意", document_no="工信厅规函〔2026〕3号")
        domain.decide_change(by=by, change=queries.changes(by).get(), what=what)
    with make.acting("drafter", "ZF350200") as by:
        found = queries.applications(by).get()
        assert found.successor_unit_id == "350200"
        version = queries.current_plan(found)
        assert json.loads(version.content)["unit"]["code"] == "350200"
        history = queries.history_of_unit(by, unit)
    assert [one.pk for one in history.line] == [UNIT, "350200"]
    assert [one.pk for one in history.applications] == [row.pk]
    sql = "update applications_application set successor_unit_id = '350300'"
    assert refused("officer", "MIIT", sql) == "application_is_frozen"
