"""Use, returns, matching money and recovery over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories_grants as make
from tests import factories_use as use


def paper(number, **more):
    return {"document_no": number, "document_date": make.today().isoformat()} | more


@pytest.fixture
def award(world, who):
    return make.funded_unit(who, application=world.application, award="100000000.00", held="40000000.00")


@pytest.fixture
def project(who, award):
    row = make.project(who, award)
    make.paid(who, project=row, amount="1000.00", number="V0")
    return row


def test_spending_is_entered_with_its_evidence_and_confirmed(who, others, project, done, api, act, act_with_file):
    day = make.today()
    what = paper(
        "S1",
        amount="600.00",
        enterprise=project.enterprise_name,
        used_for="equipment",
        purpose="machine tools",
        period_from=(day - timedelta(days=9)).isoformat(),
        period_to=day.isoformat(),
    )
    address, client = f"/api/v1/supported-projects/{project.pk}/spend/", api(who["unit_maker"], can_write=True)
    assert act(client, address, what).status_code == 415
    for stranger, status in ((who["unit_checker"], 403), (who["miit"], 403), (others["unit_maker"], 404)):
        assert act(api(stranger, can_write=True), address, what).status_code == status
    assert act_with_file(api(who["unit_checker"], can_write=True), address, what).status_code == 403
    much = act_with_file(client, address, what | {"amount": "1000.01"})
    assert (much.status_code, much.json()["code"]) == (422, "not_enough")
    row = act_with_file(client, address, what)
    assert row.status_code == 201, row.content
    spending = f"spending-reports/{row.json()['id']}"
    done(who["unit_maker"], f"{spending}/confirm", status=403)
    assert done(who["unit_checker"], f"{spending}/confirm")["state"] == "confirmed"
    done(who["unit_checker"], f"{spending}/refuse", {"why": "late"}, status=409)
    accounts = api(who["auditor"]).get(f"/api/v1/accounts/?project={project.pk}").json()["results"]
    assert {row["place"]: row["balance"] for row in accounts} == {"project": "400.00", "used": "600.00"}


def test_money_goes_back_level_by_level(who, others, award, done):
    what = paper("R1", source="unit", amount="50.00", reason="not needed")
    address = f"awards/{award.pk}/give-back"
    done(who["mof_maker"], address, what, status=403)
    done(others["unit_maker"], address, what, status=404)
    done(who["unit_maker"], address, what | {"source": "province"}, status=403)
    done(who["unit_maker"], address, what | {"amount": "40000000.01"}, status=422, code="not_enough")
    done(who["unit_maker"], address, what | {"source": "central"}, status=422, code="invalid")
    row = done(who["unit_maker"], address, what, status=201)
    back = f"returns/{row['id']}"
    done(who["province_checker"], f"{back}/confirm", status=403)
    done(who["unit_checker"], f"{back}/confirm")
    day = {"received_on": make.today().isoformat()}
    done(who["mof_maker"], f"{back}/receive", day, status=403)
    assert done(who["province_maker"], f"{back}/receive", day)["received_on"] == day["received_on"]
    done(who["province_maker"], f"{back}/receive", day, status=403)
    up = paper("R2", source="province", amount="50.00", reason="came back")
    unknown = done(who["province_maker"], address, up | {"issue": 4711}, status=422)
    assert unknown["errors"][0]["pointer"] == "#/issue"
    higher = done(who["province_maker"], address, up, status=201)
    assert done(who["province_checker"], f"returns/{higher['id']}/confirm")["source"] == "province"


def test_matching_money_is_recorded_and_never_booked(who, award, project, done, api):
    day = make.today().isoformat()
    what = paper("M1", year=2026, source="local", amount="9.00", arrived_on=day, project=project.pk)
    before = len(api(who["auditor"]).get("/api/v1/entries/").json()["results"])
    done(who["province_maker"], f"awards/{award.pk}/matching", what, status=403)
    done(who["unit_maker"], f"awards/{award.pk}/matching", what | {"project": 4711}, status=422)
    row = done(who["unit_maker"], f"awards/{award.pk}/matching", what, status=201)
    assert row["grant_project"] == project.pk
    done(who["unit_checker"], f"matching-funds/{row['id']}/confirm")
    assert len(api(who["auditor"]).get("/api/v1/entries/").json()["results"]) == before


def test_a_demand_is_collected_in_parts(who, others, award, project, done, api):
    what = paper(
        "D1",
        ground="violation",
        violation="diverted",
        amount="90.00",
        due_on=(make.today() + timedelta(days=30)).isoformat(),
        reason="money went to an office building",
        project=project.pk,
    )
    address = f"awards/{award.pk}/demand"
    done(who["unit_maker"], address, what, status=403)
    done(others["province_maker"], address, what, status=404)
    none = done(who["mof_maker"], address, what | {"violation": ""}, status=422)
    assert none["errors"][0]["pointer"] == "#/violation"
    row = done(who["province_maker"], address, what, status=201)
    assert (row["level"], row["standing"]) == ("provincial_finance", "entered")
    demand = f"recoveries/{row['id']}"
    part = paper("C1", amount="40.00", project=project.pk)
    done(who["unit_maker"], f"{demand}/collect", part, status=403)
    done(who["mof_checker"], f"{demand}/confirm", status=403)
    assert done(who["province_checker"], f"{demand}/confirm")["standing"] == "unpaid"
    other = done(who["unit_maker"], f"{demand}/collect", part | {"project": None}, status=422)
    assert other["errors"][0]["pointer"] == "#/project"
    collected = done(who["unit_maker"], f"{demand}/collect", part, status=201)
    done(who["unit_maker"], f"recovery-payments/{collected['id']}/confirm", status=403)
    done(who["unit_checker"], f"recovery-payments/{collected['id']}/confirm")
    told = api(who["auditor"]).get(f"/api/v1/{demand}/").json()
    assert (told["paid"], told["left"], told["standing"]) == ("40.00", "50.00", "partly")
    assert [one["id"] for one in api(who["auditor"]).get("/api/v1/recoveries/?standing=partly").json()["results"]] == [
        row["id"]
    ]
    done(who["mof_maker"], f"{demand}/withdraw", paper("W1", reason="set aside"), status=403)
    ended = done(who["province_maker"], f"{demand}/withdraw", paper("W1", reason="set aside"), status=201)
    assert ended["amount"] == "50.00"
    done(who["province_checker"], f"recovery-withdrawals/{ended['id']}/confirm")
    assert api(who["auditor"]).get(f"/api/v1/{demand}/").json()["state"] == "withdrawn"
    done(who["unit_maker"], f"{demand}/collect", part | {"document_no": "C2"}, status=403)


def test_papers_of_use_are_refused_with_a_reason(who, award, project, done):
    demand = use.demanded(who, award=award, amount="9.00", number="D9")
    rows = {
        "spending-reports": use.entered_spending(who, project=project, amount="1.00"),
        "returns": use.entered_return(who, award=award, amount="1.00", source="unit"),
        "matching-funds": use.entered_matching(who, award=award, amount="1.00"),
        "recovery-payments": use.entered_collected(who, recovery=demand, amount="1.00"),
    }
    for name, row in rows.items():
        done(who["unit_checker"], f"{name}/{row.pk}/refuse", {"why": ""}, status=422)
        assert done(who["unit_checker"], f"{name}/{row.pk}/refuse", {"why": "wrong"})["refused_why"] == "wrong", name
    withdrawal = use.entered_withdrawal(who, recovery=demand)
    done(who["mof_checker"], f"recovery-withdrawals/{withdrawal.pk}/refuse", {"why": "it stands"})
    waiting = use.entered_recovery(who, award=award, amount="2.00", number="D10")
    assert done(who["mof_checker"], f"recoveries/{waiting.pk}/refuse", {"why": "unfounded"})["state"] == "refused"
