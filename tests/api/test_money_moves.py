"""Awards, issues, pass-ons and the books over the API: each act by its person, refused to others, done once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories_grants as make


def paper(number, **more):
    return {"document_no": number, "document_date": make.today().isoformat()} | more


@pytest.fixture
def award(world, who):
    return make.awarded(who, application=world.application, amount="100000000.00")


@pytest.fixture
def issue(who, award):
    return make.issued(who, award=award, amount="40000000.00", received_on=make.today())


def test_an_award_from_its_entry_to_its_projects(world, who, done, api):
    what = paper("财建〔2026〕31号", application=world.application, amount="100000000.00")
    done(who["mof_checker"], "awards/enter", what, status=403)
    done(who["miit"], "awards/enter", what, status=403)
    done(who["mof_maker"], "awards/enter", what, status=415, code="unsupported_media_type")
    much = done(who["mof_maker"], "awards/enter", what | {"amount": "300000000.01"}, status=422, sealed=True)
    assert (much["code"], much["errors"][0]["pointer"]) == ("award_within_cap", "#/amount")
    done(who["mof_maker"], "awards/enter", what | {"document_no": "no form"}, status=422, sealed=True)
    entered = done(who["mof_maker"], "awards/enter", what, status=201, sealed=True)
    assert (entered["state"], entered["amount"], entered["issued"]) == ("entered", "100000000.00", "0.00")
    again = done(who["mof_maker"], "awards/enter", what, status=422, sealed=True)
    assert again["errors"][0]["pointer"] == "#/application"
    address = f"awards/{entered['id']}"
    done(who["mof_maker"], f"{address}/confirm", status=403)
    assert done(who["mof_checker"], f"{address}/confirm")["state"] == "confirmed"
    done(who["mof_checker"], f"{address}/confirm", status=409, code="checked_already")
    projects = api(who["unit_maker"]).get(f"/api/v1/supported-projects/?award={entered['id']}").json()["results"]
    assert len(projects) == 2
    entries = api(who["auditor"]).get(f"/api/v1/entries/?award={entered['id']}").json()["results"]
    assert [row["kind"] for row in entries] == ["award"]


def test_a_refusal_keeps_its_reason(world, who, done):
    what = paper("财建〔2026〕32号", application=world.application, amount="100000000.00")
    pk = done(who["mof_maker"], "awards/enter", what, status=201, sealed=True)["id"]
    missing = done(who["mof_checker"], f"awards/{pk}/refuse", {}, status=422)
    assert missing["errors"][0]["pointer"] == "#/why"
    body = done(who["mof_checker"], f"awards/{pk}/refuse", {"why": "the number is another"})
    assert (body["state"], body["refused_why"]) == ("refused", "the number is another")


def test_an_award_is_changed_by_three_persons(who, award, done):
    what = paper("C31", amount="90000000.00", reason="two projects ended")
    done(who["miit"], f"awards/{award.pk}/change", what, status=403)
    address = f"awards/{award.pk}/change"
    done(who["mof_maker"], address, what, status=415, code="unsupported_media_type")
    same = done(who["mof_maker"], address, what | {"amount": "100000000.00"}, status=422, sealed=True)
    assert same["code"] == "award_change_changes"
    change = f"award-changes/{done(who['mof_maker'], address, what, status=201, sealed=True)['id']}"
    done(who["mof_checker"], f"{change}/confirm", status=403)
    assert done(who["miit"], f"{change}/agree")["agreed_at"]
    done(who["mof_maker"], f"{change}/confirm", status=403)
    assert done(who["mof_checker"], f"{change}/confirm")["before"] == "100000000.00"
    done(who["mof_checker"], f"{change}/confirm", status=409)


def test_an_issue_goes_its_way_to_the_unit(who, others, award, done, api):
    what = paper("财建〔2026〕33号", tranche=1, amount="40000000.00")
    done(who["province_maker"], f"awards/{award.pk}/issue", what, status=403)
    address, much = f"awards/{award.pk}/issue", what | {"amount": "50000000.01"}
    done(who["mof_maker"], address, what, status=415, code="unsupported_media_type")
    done(who["mof_maker"], address, much, status=422, code="not_enough", sealed=True)
    early = done(who["mof_maker"], address, what | {"tranche": 2}, status=422, sealed=True)
    assert early["code"] == "second_tranche_after_assessment"
    issue = done(who["mof_maker"], address, what, status=201, sealed=True)
    address = f"issues/{issue['id']}"
    assert done(who["mof_checker"], f"{address}/confirm")["held"] == "40000000.00"
    day = {"received_on": make.today().isoformat()}
    done(who["unit_maker"], f"{address}/receive", day, status=403)
    done(others["province_maker"], f"{address}/receive", day, status=404)
    future = {"received_on": (make.today() + timedelta(days=1)).isoformat()}
    done(who["province_maker"], f"{address}/receive", future, status=422, code="received_on")
    assert done(who["province_maker"], f"{address}/receive", day)["received_on"] == day["received_on"]
    done(who["province_maker"], f"{address}/receive", day, status=403)
    on = paper("闽财〔2026〕34号", amount="10.00", passed_on=day["received_on"], note="in parts")
    row = done(who["province_maker"], f"{address}/pass-on", on, status=201)
    arrived = {"arrived_on": day["received_on"]}
    done(who["unit_maker"], f"pass-ons/{row['id']}/arrive", arrived, status=403)
    done(who["province_checker"], f"pass-ons/{row['id']}/confirm")
    done(who["province_maker"], f"pass-ons/{row['id']}/arrive", arrived, status=403)
    body = done(who["unit_maker"], f"pass-ons/{row['id']}/arrive", arrived)
    assert (body["arrived_on"], bool(body["arrival_confirmed_at"])) == (arrived["arrived_on"], True)
    done(who["unit_maker"], f"pass-ons/{row['id']}/arrive", arrived, status=403)


def test_the_sealed_file_comes_with_a_form(who, issue, api, act_with_file):
    from grants.models import PassOn

    day = make.today().isoformat()
    what = paper("闽财〔2026〕35号", amount="10.00", passed_on=day, note="in parts")
    client, address = api(who["province_maker"], can_write=True), f"/api/v1/issues/{issue.pk}/pass-on/"
    text = make.pdf("a.pdf")
    text.file.seek(0)
    text.file.write(b"no picture and no PDF")
    wrong = act_with_file(client, address, what, text)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/file")
    answer = act_with_file(client, address, what)
    assert answer.status_code == 201, answer.content
    with make.acting(who["province_maker"]):
        assert PassOn.objects.get(pk=answer.json()["id"]).document.file_name == "voucher.pdf"


def test_a_document_of_many_units_is_confirmed_as_a_whole(world, who, others, award, done, api):
    second = make.awarded(others, application=world.other, amount="80000000.00", number="财建〔2026〕41号")
    lines = [{"award": award.pk, "amount": "20.00"}, {"award": second.pk, "amount": "30.00"}]
    what = paper("财建〔2026〕42号", batch=90, tranche=1, total="50.00", lines=lines)
    done(who["province_maker"], "issue-papers/enter", what, status=403)
    wrong = done(who["mof_maker"], "issue-papers/enter", what | {"total": "50.01"}, status=422, sealed=True)
    assert wrong["code"] == "issue_paper_adds_up"
    done(who["mof_maker"], "issue-papers/enter", what, status=415, code="unsupported_media_type")
    much = [lines[0], lines[1] | {"amount": "50000000.00"}]
    more = what | {"lines": much, "total": "50000020.00"}
    refused = done(who["mof_maker"], "issue-papers/enter", more, status=422, sealed=True)
    assert refused["errors"][0]["pointer"] == "#/lines/1/amount"
    unknown = done(who["mof_maker"], "issue-papers/enter", what | {"batch": 4711}, status=422, sealed=True)
    assert unknown["errors"][0]["pointer"] == "#/batch"
    row = done(who["mof_maker"], "issue-papers/enter", what, status=201, sealed=True)
    line = api(who["mof_maker"]).get(f"/api/v1/issues/?paper={row['id']}").json()["results"][0]
    done(who["mof_checker"], f"issues/{line['id']}/confirm", status=403)
    done(who["mof_maker"], f"issue-papers/{row['id']}/confirm", status=403)
    assert done(who["mof_checker"], f"issue-papers/{row['id']}/confirm")["units"] == 2
    states = api(who["auditor"]).get(f"/api/v1/issues/?paper={row['id']}").json()["results"]
    assert {one["state"] for one in states} == {"confirmed"}


def test_an_entry_is_taken_back_by_the_department_that_made_it(who, issue, done, api):
    pass_on = make.passed_on(who, issue=issue, amount="5.00")
    row = next(
        one
        for one in api(who["auditor"]).get("/api/v1/entries/?kind=pass_on").json()["results"]
        if one["pass_on"] == pass_on.pk
    )
    what = paper("冲销〔2026〕41号", reason="entered twice")
    for name in ("mof_maker", "unit_maker", "province_checker", "miit"):
        done(who[name], f"entries/{row['id']}/reverse", what, status=403)
    reversal = done(who["province_maker"], f"entries/{row['id']}/reverse", what, status=201)
    assert (reversal["amount"], reversal["booked"]) == ("5.00", None)
    done(who["province_maker"], f"reversals/{reversal['id']}/confirm", status=403)
    booked = done(who["province_checker"], f"reversals/{reversal['id']}/confirm")["booked"]
    entry = api(who["auditor"]).get(f"/api/v1/entries/{row['id']}/").json()
    assert entry["reversed_by"] == booked
    assert api(who["auditor"]).get(f"/api/v1/pass-ons/{pass_on.pk}/").json()["state"] == "reversed"
    done(who["province_maker"], f"entries/{row['id']}/reverse", what, status=403)


def test_a_year_is_closed_by_the_ministry(world, who, done):
    from datetime import datetime

    from portal.core import clock

    year = make.today().year - 1
    with clock.at(datetime(year, 12, 1, tzinfo=clock.SHANGHAI)):
        make.awarded(who, application=world.application, amount="1000.00")
    what = paper("财办库〔2026〕41号", year=year)
    done(who["province_maker"], "year-closes/enter", what, status=403)
    done(who["mof_maker"], "year-closes/enter", what | {"year": 2000}, status=422)
    row = done(who["mof_maker"], "year-closes/enter", what, status=201)
    done(who["mof_maker"], f"year-closes/{row['id']}/confirm", status=403)
    body = done(who["mof_checker"], f"year-closes/{row['id']}/confirm")
    assert (body["state"], body["year"], body["entries"]) == ("confirmed", year, 1)
