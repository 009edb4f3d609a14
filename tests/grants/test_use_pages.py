"""Pages of use, return, matching money and recovery: what each person sees and does, what is refused, what it costs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from portal.core import clock
from tests import factories_grants as make
from tests import factories_use as use


@pytest.fixture
def paid(who, world):
    """A unit that got 100 yuan and paid 60 of them to its first project."""
    award = make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
    award.paid_to = make.project(who, award)
    make.paid(who, project=award.paid_to, amount="60.00", number="V1")
    return award


def text(answer):
    return answer.content.decode()


def paper(**more):
    return {"document_no": "N1", "document_date": make.today().isoformat(), **more}


def test_spending_is_reported_and_confirmed_in_pages(client_as, who, paid):
    maker, checker = client_as(who["unit_maker"]), client_as(who["unit_checker"])
    pk = paid.paid_to.pk
    assert f"/grants/projects/{pk}/spend/" in text(maker.get(f"/grants/projects/{pk}/"))
    url = f"/grants/projects/{pk}/spend/"
    day = make.today().isoformat()
    form = paper(amount="60.01", enterprise="E", used_for="equipment", purpose="lathe", period_from=day, period_to=day)
    answer = maker.post(url, form | {"file": make.pdf()})
    assert answer.status_code == 422
    assert "60.00 yuan are left" in text(answer)
    assert "lathe" in text(answer)
    answer = maker.post(url, form | {"amount": "60", "period_to": "2020-01-01", "file": make.pdf()})
    assert answer.status_code == 422
    assert "The period ends on or after" in text(answer)
    answer = maker.post(url, form | {"amount": "45", "file": make.pdf()})
    assert answer.status_code == 303
    assert "Spending report" in text(checker.get("/grants/to-check/"))
    assert checker.post(answer["Location"], {"act": "confirm"}).status_code == 303
    page = text(maker.get(f"/grants/projects/{pk}/"))
    assert "45.00" in page
    assert "15.00" in page
    listed = text(client_as(who["auditor"]).get("/grants/spending/"))
    assert "45.00" in listed
    assert client_as(who["miit"]).get(url).status_code == 403


def test_money_is_given_back_and_received_in_pages(client_as, who, paid):
    maker, checker = client_as(who["unit_maker"]), client_as(who["unit_checker"])
    province = client_as(who["province_maker"])
    url = f"/grants/awards/{paid.pk}/return/"
    page = text(maker.get(url))
    assert "with the pilot unit: 40.00 yuan" in page
    answer = maker.post(url, paper(source="2", amount="40.01", reason="not needed"))
    assert answer.status_code == 422
    assert "40.00 yuan are left" in text(answer)
    answer = maker.post(url, paper(source="9", amount="1", reason="not needed"))
    assert answer.status_code == 422
    answer = maker.post(url, paper(source="2", amount="30", reason="not needed"))
    assert answer.status_code == 303
    assert checker.post(answer["Location"], {"act": "confirm"}).status_code == 303
    assert "Record the receipt of 30.00 yuan" in text(province.get("/desk/"))
    receipt = f"{answer['Location']}receipt/"
    assert province.post(receipt, {"received_on": "2020-01-01"}).status_code == 422
    assert province.post(receipt, {"received_on": make.today().isoformat()}).status_code == 303
    assert province.post(receipt, {"received_on": make.today().isoformat()}).status_code == 403
    page = text(province.get(url))
    assert "what came back from the pilot unit: 30.00 yuan" in page
    answer = province.post(url, paper(source="0", amount="30", reason="handed on"))
    assert answer.status_code == 303
    assert client_as(who["province_checker"]).post(answer["Location"], {"act": "confirm"}).status_code == 303
    assert "Record the receipt of 30.00 yuan" in text(client_as(who["mof_maker"]).get("/desk/"))
    assert client_as(who["mof_maker"]).get(url).status_code == 403


def test_matching_money_is_compared_with_the_plan(client_as, who, paid):
    maker, checker = client_as(who["unit_maker"]), client_as(who["unit_checker"])
    url = f"/grants/awards/{paid.pk}/matching/new/"
    form = paper(year=make.today().year, source="local", amount="70", arrived_on=make.today().isoformat(), project="")
    assert maker.post(url, form | {"year": "1990"}).status_code == 422
    answer = maker.post(url, form)
    assert answer.status_code == 303
    assert "70.00" in text(maker.get(f"/grants/awards/{paid.pk}/matching/"))
    page = text(checker.get(answer["Location"]))
    assert "Confirm and book" not in page
    assert checker.post(answer["Location"], {"act": "confirm"}).status_code == 303
    province = client_as(who["province_maker"])
    assert "70.00" in text(province.get("/grants/matching/"))
    page = text(province.get(f"/grants/awards/{paid.pk}/matching/"))
    assert "local matching money" in page
    listed = province.get(f"/grants/awards/{paid.pk}/matching/?format=csv")
    assert listed.status_code == 200
    assert len(listed.getvalue().decode().splitlines()) > 1


def test_money_is_demanded_paid_in_parts_and_given_back_in_pages(client_as, who, paid):
    mof, mof_checker = client_as(who["mof_maker"]), client_as(who["mof_checker"])
    unit, unit_checker = client_as(who["unit_maker"]), client_as(who["unit_checker"])
    url = f"/grants/awards/{paid.pk}/recover/"
    due = (make.today() + timedelta(days=30)).isoformat()
    form = paper(ground="violation", violation="", reference="", project="", reason="misuse", amount="50", due_on=due)
    answer = mof.post(url, form)
    assert answer.status_code == 422
    assert "Choose the kind of violation" in text(answer)
    assert "misuse" in text(answer)
    answer = mof.post(url, form | {"violation": "diverted", "project": paid.paid_to.pk, "amount": "60.01"})
    assert answer.status_code == 422
    assert "60.00 yuan are left" in text(answer)
    answer = mof.post(url, form | {"violation": "diverted", "project": paid.paid_to.pk})
    assert answer.status_code == 303
    demand = answer["Location"]
    page = text(mof_checker.get(demand))
    assert "5.00 to 15.00 yuan" in page
    assert "国务院令第427号" in page
    assert mof_checker.post(demand, {"act": "confirm"}).status_code == 303
    assert "Pay back 50.00 yuan" in text(unit.get("/desk/"))
    assert "is demanded back" in text(unit.get("/inbox/"))
    answer = unit.post(f"{demand}pay/", paper(amount="20", project=paid.paid_to.pk))
    assert answer.status_code == 303
    assert unit_checker.post(answer["Location"], {"act": "confirm"}).status_code == 303
    page = text(unit.get(demand))
    assert "partly paid" in page
    assert "Give the collected money back" in page
    assert "20.00 yuan" in text(unit.get("/desk/"))
    with clock.at(clock.now() + timedelta(days=31)):
        page = text(client_as(who["auditor"]).get("/grants/recoveries/?standing=overdue"))
        assert "30.00" in page
        assert "Overdue: 30.00 yuan" in text(mof.get("/desk/"))
    assert "30.00" not in text(client_as(who["auditor"]).get("/grants/recoveries/?standing=overdue"))
    answer = mof.post(f"{demand}withdraw/", paper(reason="set aside"))
    assert answer.status_code == 303
    assert mof_checker.post(answer["Location"], {"act": "confirm"}).status_code == 303
    page = text(unit.get(demand))
    assert "withdrawn" in page
    assert "set aside" in page
    assert unit.get(f"{demand}pay/").status_code == 403
    assert client_as(who["miit"]).get(url).status_code == 403


def test_pages_cost_the_same_at_any_size(client_as, who, paid, budget):
    recovery = use.demanded(who, award=paid, amount="50.00", project=paid.paid_to)
    use.spent(who, project=paid.paid_to, amount="1.00")
    use.matched(who, award=paid, amount="1.00")
    back = use.given_back(who, award=paid, amount="1.00", source="unit")
    client, maker = client_as(who["mof_maker"]), client_as(who["unit_maker"])
    asked = [
        (client, "/grants/spending/"),
        (client, "/grants/returns/"),
        (client, f"/grants/returns/{back.pk}/"),
        (client, "/grants/matching/"),
        (client, f"/grants/awards/{paid.pk}/matching/"),
        (client, "/grants/recoveries/"),
        (client, f"/grants/recoveries/{recovery.pk}/"),
        (maker, f"/grants/recoveries/{recovery.pk}/pay/"),
        (maker, f"/grants/projects/{paid.paid_to.pk}/"),
        (maker, f"/grants/awards/{paid.pk}/return/"),
        (maker, "/desk/"),
        (client, "/desk/"),
        (client, f"/grants/awards/{paid.pk}/"),
    ]

    def costs():
        found = {}
        for person, address in asked:
            person.get(address)
            with budget(18) as queries:
                assert person.get(address).status_code == 200, address
            found[address, person is client] = len(queries.captured_queries)
        return found

    before = costs()
    for number in range(4):
        use.collected(who, recovery=recovery, amount="1.00", project=paid.paid_to, number=f"C{number}")
        use.spent(who, project=paid.paid_to, amount="1.00", number=f"T{number}")
        use.matched(who, award=paid, amount="1.00", number=f"M{number}x")
        use.given_back(who, award=paid, amount="1.00", source="unit", number=f"B{number}")
        use.demanded(who, award=paid, amount="1.00", number=f"E{number}")
    after = costs()
    assert {key: after[key] for key in before} == before


def test_every_paper_of_use_and_return_states_its_amount_in_capitals(client_as, who, paid):
    recovery = use.demanded(who, award=paid, amount="50.00", project=paid.paid_to)
    papers = {
        "recoveries": recovery,
        "recovery-payments": use.collected(who, recovery=recovery, amount="20.00", project=paid.paid_to),
        "withdrawals": use.entered_withdrawal(who, recovery=recovery),
        "spending": use.spent(who, project=paid.paid_to, amount="1.05"),
        "returns": use.given_back(who, award=paid, amount="3.00", source="unit"),
        "matching": use.matched(who, award=paid, amount="4.00"),
    }
    words = ("伍拾元整", "贰拾元整", "叁拾元整", "壹元零伍分", "叁元整", "肆元整")
    client = client_as(who["auditor"])
    for (name, row), word in zip(papers.items(), words, strict=True):
        assert word in text(client.get(f"/grants/{name}/{row.pk}/")), name


def test_a_year_moves_money_to_surplus_that_goes_back(client_as, who, world):
    """Unspent for two years: the closing makes it surplus, and the unit's desk says that it has to go back."""
    year = make.today().year
    with clock.at(datetime(year - 2, 6, 1, tzinfo=clock.SHANGHAI)):
        award = make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
    with clock.at(datetime(year - 1, 2, 1, tzinfo=clock.SHANGHAI)):
        make.year_closed(who, year - 2)
    make.year_closed(who, year - 1, number="Y2")
    assert "Give 100.00 yuan" in text(client_as(who["unit_maker"]).get("/desk/"))
    with transaction.atomic():
        use.entered_return(who, award=award, amount="60.00", source="surplus", number="R0")
        assert "Give 40.00 yuan" in text(client_as(who["unit_maker"]).get("/desk/"))
        transaction.set_rollback(True)
    use.given_back(who, award=award, amount="100.00", source="surplus")
    assert "Give 100.00 yuan" not in text(client_as(who["unit_maker"]).get("/desk/"))
    assert "Give 100.00 yuan" in text(client_as(who["province_maker"]).get("/desk/"))
