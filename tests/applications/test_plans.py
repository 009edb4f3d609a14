"""The page of a change: what the plan, the request and the ledger say; and the requests list at any size."""

from __future__ import annotations

import json

import pytest

from applications import queries
from applications.domain import plans as acts
from applications.models import ChangeRequest
from applications.plans import FIELDS
from applications.todo import of_unit
from applications.todo_plans import plans
from tests import factories_applications as make
from tests.guards.applications_sql import past_guards
from tests.guards.test_lines import follow

AMOUNT = "100000000.00"


@pytest.fixture
def change(fresh_db):
    row = make.planned(unit="350100", amount=AMOUNT)
    return make.asked(row)


@pytest.fixture
def plan(fresh_db):
    return make.planned(unit="350100", amount=AMOUNT)


def asked_of(change) -> set[str]:
    """On whose desk the change stands."""
    people = {"signatory": ("signatory", "ZF350100"), "MIIT": ("officer", "MIIT"), "MOF": ("officer", "MOF")}
    people |= {"drafter": ("drafter", "ZF350100"), "elsewhere": ("signatory", "ZF350200")}
    found = set()
    for name, (role, code) in people.items():
        with make.acting(role, code) as by:
            lines = [*plans(by), *of_unit(by)]
        assert {line.url for line in lines} <= {f"/applications/changes/{change.pk}/"}, name
        found |= {name} if lines else set()
    return found


def test_a_plan_waits_for_its_approval(fresh_db):
    row = make.selected(unit="350100", amount=AMOUNT)
    with make.acting("officer", "MIIT") as by:
        assert [line.url for line in plans(by)] == [f"/applications/{row.pk}/approved/"]
    with make.acting("officer", "MOF") as by:
        assert plans(by) == []


def archive(row):
    past_guards(f"update programme_batch set state = 'archived' where id = {row.batch_id}")


def test_no_plan_of_an_archived_batch_waits_for_approval(fresh_db):
    """Nothing of it is approved any more: the line stood for ever, and led to a page that is none."""
    row = make.selected(unit="350100", amount=AMOUNT)
    archive(row)
    with make.acting("officer", "MIIT") as by:
        assert plans(by) == []


def test_a_unit_that_ended_is_asked_who_goes_on_until_its_batch_is_archived(plan):
    follow("350100", "350200", days=-3)
    with make.acting("drafter", "ZF350100") as by:
        assert [line.url for line in of_unit(by)] == [f"/applications/{plan.pk}/approved/"]
    archive(plan)
    with make.acting("drafter", "ZF350100") as by:
        assert of_unit(by) == []


def test_a_change_is_read_signed_consented_and_decided_through_its_pages(change, client_as):
    base = f"/applications/changes/{change.pk}/"
    drafter = client_as(make.person("drafter", "ZF350100"))
    page = drafter.get(base).content.decode()
    assert "10,000" in page
    assert "9,000" in page
    signatory = client_as(make.person("signatory", "ZF350100"))
    assert "waits for your signature" in signatory.get("/inbox/").content.decode()
    assert asked_of(change) == {"signatory"}
    assert signatory.post(f"{base}sign/", {"confirm": "yes"}).status_code == 303
    assert asked_of(change) == {"MOF"}
    miit = client_as(make.person("officer", "MIIT"))
    decision = {"decision": "approve", "why": "同意", "document_no": "工信厅规函〔2026〕2号"}
    refused = miit.post(f"{base}decide/", decision)
    assert refused.status_code == 422
    mof = client_as(make.person("officer", "MOF"))
    assert mof.post(f"{base}agree/", {"confirm": "yes"}).status_code == 303
    assert asked_of(change) == {"MIIT"}
    assert miit.post(f"{base}decide/", decision).status_code == 303
    assert asked_of(change) == set()
    plan = f"/applications/{change.application_id}/approved/"
    for path in (plan, f"{plan}1/", f"{plan}2/", "/applications/changes/", "/applications/units/350100/"):
        assert drafter.get(path).status_code == 200, path
    for odd in ("--5", "-", "9" * 30, "５", "x"):
        assert drafter.get(f"{plan}projects/{odd}/").status_code == 404, odd
    # Offered on the page of the application to those to whom it opens, and to nobody else.
    detail = f"/applications/{change.application_id}/"
    for role, code in [("drafter", "ZF350100"), ("auditor", "SJ"), ("provincial_officer", "GX350000")]:
        reader = client_as(make.person(role, code))
        offered = plan in reader.get(detail).content.decode()
        assert offered is (reader.get(plan).status_code == 200), (role, code)
        assert offered, (role, code)


def test_a_request_from_an_old_page_takes_nothing_back_that_was_approved_since(plan, client_as):
    """Two windows: what the first asked for was approved before the second was sent; both texts are shown."""
    row = plan
    drafter = client_as(make.person("drafter", "ZF350100"))
    with make.acting("drafter", "ZF350100"):
        first = json.loads(queries.current_plan(row).content)["projects"][0]
    url = f"/applications/{row.pk}/approved/projects/{first['id']}/"
    old = drafter.get(url)
    typed = {name: old.context["form"][name].value() for name in FIELDS}
    typed = {name: "" if value is None else value for name, value in typed.items()}
    typed |= {"grounds": "改名（演示）", "name": "新名称", "base": old.context["base"]}
    typed["version"] = old.context["form"]["version"].value()
    change = make.asked(row, support="40000000.00")
    make.sign_change(change, unit="350100")
    with make.acting("officer", "MOF") as by:
        acts.agree_change(by=by, change=queries.changes(by).get(pk=change.pk))
    with make.acting("officer", "MIIT") as by:
        said = acts.DecisionInput(True, "同意（演示）", "工信厅规函〔2026〕2号")
        acts.decide_change(by=by, change=queries.changes(by).get(pk=change.pk), what=said)
    late = drafter.post(url, typed)
    assert late.status_code == 409
    text = late.content.decode()
    assert "新名称" in text
    assert "改名（演示）" in text
    assert {dispute.name: dispute.chosen for dispute in late.context["disputes"]} == {
        "choice-name": "mine",
        "choice-support_asked": "theirs",
    }
    again = typed | {"version": late.context["form"]["version"].value(), "base": late.context["base"]}
    again |= {"settling": late.context["disputed"], "choice-name": "mine", "choice-support_asked": "theirs"}
    assert drafter.post(url, again).status_code == 303
    with make.acting("drafter", "ZF350100"):
        newest = ChangeRequest.objects.get(state="asked")
        asked = next(one for one in json.loads(newest.proposed)["projects"] if one["id"] == first["id"])
    assert (asked["name"], asked["support_asked"]) == ("新名称", "40000000.00")
    end = f"/applications/{row.pk}/approved/projects/{first['id']}/end/"
    refused = drafter.post(end, {"grounds": "终止（演示）", "version": 1})
    assert refused.status_code == 409
    assert "终止（演示）" in refused.content.decode()
    # A new project is asked for against the plan that was read as well: a colleague's may have used up the amount.
    url = f"/applications/{row.pk}/approved/add/"
    new = {name: value for name, value in typed.items() if name not in ("version", "base")}
    new |= {"industry": drafter.get(url).context["form"].fields["industry"].queryset[0].pk, "version": 1}
    refused = drafter.post(url, new)
    assert refused.status_code == 409
    assert "version 2 stands now" in refused.content.decode()
    assert "新名称" in refused.content.decode()
    assert refused.context["form"]["version"].value() == "2"
    refused = drafter.post(url, new | {"version": 2, "ends_on": "9999-12-31"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["ends_on"])
