"""Pages of bank statements: bringing, open lines, deciding, orders; what is refused beside the field, what they cost."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import bank_files as files
from tests import factories_bank as bank
from tests import factories_grants as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(who, world):
    award = make.funded_unit(who, application=world.application, award="100000000.00", held="40000000.00")
    return make.project(who, award)


def text(answer):
    return answer.content.decode()


def line_of(user, words):
    from grants.models import BankLine

    with make.acting(user):
        return BankLine.objects.get(text=words)


def done(user, run_address):
    """Do the run that a page asked for, as the worker would; gives its row."""
    from portal.core.models import Run
    from portal.core.tasks import execute

    run = run_address.rstrip("/").rsplit("/", 1)[-1]
    execute(run, user.pk)
    with make.acting(user):
        return Run.objects.get(pk=run)


def test_a_statement_is_brought_and_its_page_shows_what_became_of_it(client_as, who, project):
    payment = make.paid(who, project=project, amount="60.00", number="支付1")
    maker = client_as(who["unit_maker"])
    content = files.statement([(bank.day(), "-60.00", "", "支付1"), (bank.day(), "-3.00", "", "fee")], opening="100.00")
    for again in (False, True):
        answer = maker.post("/grants/bank/new/", {"file": SimpleUploadedFile("a.csv", content)})
        assert answer.status_code == 303
        run = done(who["unit_maker"], answer["Location"])
        assert run.state == "done", run.error
        page = text(maker.get(run.result["redirect"]))
        assert ("imported already on" in page) is again
    page = text(maker.get(f"/grants/bank/statements/{line_of(who['unit_maker'], 'fee').statement_id}/"))
    for fact in ("97.00 yuan", "37.00 yuan", "agree", "1 line belongs to no paper"):
        assert (fact in page) is (fact != "97.00 yuan")
    page = text(client_as(who["auditor"]).get(f"/grants/payments/{payment.pk}/"))
    assert f"/grants/bank/lines/{line_of(who['auditor'], '支付1').pk}/" in page


def test_errors_of_a_file_stand_with_row_and_column(client_as, who, project):
    maker = client_as(who["unit_maker"])
    content = files.statement([("2026-99-01", "-60.00", "", "支付1")])
    answer = maker.post("/grants/bank/new/", {"file": SimpleUploadedFile("a.csv", content)})
    page = text(maker.get(done(who["unit_maker"], answer["Location"]).result["redirect"]))
    assert "Nothing was imported" in page
    assert "Write a day up to today" in page


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 x"])
def test_what_is_no_statement_is_refused_beside_the_field(client_as, who, project, content):
    from grants.models import BankFile

    answer = client_as(who["unit_maker"]).post("/grants/bank/new/", {"file": SimpleUploadedFile("a.csv", content)})
    assert answer.status_code == 422
    with make.acting(who["unit_maker"]):
        assert BankFile.objects.count() == 0


def test_a_line_is_decided_in_its_page(client_as, who, project):
    paid = make.paid(who, project=project, amount="60.00", number="支付1")
    make.paid(who, project=project, amount="70.00", number="支付2")
    bank.statement(who["unit_maker"], ("-60.00", "", "one"), ("-3.00", "", "fee"), ("-30.00", "", "part"))
    maker = client_as(who["unit_maker"])
    one, fee, part = (f"/grants/bank/lines/{line_of(who['unit_maker'], name).pk}/" for name in ("one", "fee", "part"))
    page = text(maker.get(one))
    assert "only the amount fits" in page
    assert f'value="payment-{paid.pk}"' in page
    assert maker.post(one, {"act": "match"}).status_code == 422
    assert maker.post(one, {"act": "match", "number": "nothing"}).status_code == 422
    assert maker.post(one, {"act": "match", "paper": f"payment-{paid.pk}"}).status_code == 303
    assert "支付1" in text(maker.get(one))
    answer = maker.post(fee, {"act": "aside"})
    assert answer.status_code == 422
    assert "Say why the line is set aside." in text(answer)
    assert maker.post(fee, {"act": "aside", "why": "bank fee"}).status_code == 303
    answer = maker.post(part, {"act": "match", "number": "支付1", "why": "kept"})
    assert answer.status_code == 422
    assert "kept" in text(answer)
    assert maker.post(part, {"act": "match", "number": " 支付2 "}).status_code == 303
    assert maker.post(one, {"why": ""}).status_code == 422
    assert maker.post(one, {"why": "wrong"}).status_code == 303
    page = text(client_as(who["auditor"]).get(one))
    assert "a decision was undone" in page
    assert "Match to this paper" not in page
    assert client_as(who["auditor"]).post(one, {"act": "aside", "why": "x"}).status_code == 403
    queue = text(client_as(who["auditor"]).get("/grants/bank/queue/"))
    assert one in queue
    assert fee not in queue
    looks_on = "each line is judged by the finance department whose account it moved"
    assert looks_on in queue
    for person in ("mof_maker", "miit"):  # the ministry enters money too, and none of these accounts is its own
        seen = text(client_as(who[person]).get("/grants/bank/queue/"))
        assert looks_on in seen
        assert "Your next step" not in seen
    seen = text(maker.get("/grants/bank/queue/"))
    assert "Your next step" in seen
    assert looks_on not in seen


def test_orders_are_written_taken_and_withdrawn(client_as, who, project):
    make.paid(who, project=project, amount="60.00", number="支付1")
    maker = client_as(who["unit_maker"])
    assert "支付1" in text(maker.get("/grants/bank/orders/new/"))
    assert maker.post("/grants/bank/orders/new/", {}).status_code == 422
    with make.acting(who["unit_maker"]):
        from grants.models import Payment

        pk = Payment.objects.get().pk
    answer = maker.post("/grants/bank/orders/new/", {"papers": [pk]})
    run = done(who["unit_maker"], answer["Location"])
    assert run.state == "done", run.error
    address = run.result["redirect"]
    auditor = client_as(who["auditor"])
    assert "60.00" in text(auditor.get(address))
    assert "支付1".encode() in auditor.get(f"{address}file/").getvalue()
    assert "No confirmed paper waits" in text(maker.get("/grants/bank/orders/new/"))
    assert maker.post(f"{address}withdraw/", {"why": ""}).status_code == 422
    assert maker.post(f"{address}withdraw/", {"why": "lost"}).status_code == 303
    assert "lost" in text(auditor.get(address))
    with make.acting(who["auditor"]):
        from portal.audit.models import Event

        acts = set(Event.objects.values_list("act", flat=True))
    assert {"grants.write_orders", "grants.withdraw_orders", "grants.view_file"} <= acts


def test_whoever_enters_money_in_two_departments_says_for_which_one(client_as, cast, who, project):
    """The bank's pages worked for the first of two posts: statement, orders and matching are of a department now."""
    from grants.domain import bank as domain
    from grants.models import BankStatement
    from grants.todo import lines
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import Organisation
    from portal.core.errors import DomainError
    from tests import databases

    both = cast("finance_maker", "CZ360100", 7)
    databases.committed(lambda: ensure_user(both.email, both.name, "CZ350200", "finance_maker"))
    make.paid(who, project=project, amount="60.00", number="支付1")
    with make.acting(both):
        first, second = (Organisation.objects.get(code=one) for one in ("CZ360100", "CZ350200"))
    client = client_as(both)
    assert first.name_en in (page := text(client.get("/grants/bank/new/")))
    assert second.name_en in page
    content = files.statement([(bank.day(), "-60.00", "", "支付1"), (bank.day(), "-3.00", "", "fee")], opening="100.00")

    def brought(**more):
        return client.post("/grants/bank/new/", {"file": SimpleUploadedFile("a.csv", content), **more})

    assert brought().status_code == 422
    assert "支付1" not in text(client.get("/grants/bank/orders/new/"))
    assert "支付1" in text(client.get(f"/grants/bank/orders/new/?organisation={second.pk}"))
    assert client.get("/grants/bank/orders/new/?organisation=1").status_code == 403
    assert done(both, brought(organisation=second.pk)["Location"]).state == "done"
    with make.acting(both) as by:
        assert BankStatement.objects.get().organisation == second
        (line,) = [one.label for one in lines(by) if one.url == "/grants/bank/queue/"]
        assert "1 open bank line" in line
        with pytest.raises(DomainError, match="several departments"):
            domain.start_matching(by=by)
    page = text(client.get("/grants/bank/queue/"))
    assert f"/grants/bank/queue/match/?organisation={first.pk}" not in page
    address = f"/grants/bank/queue/match/?organisation={second.pk}"
    assert address in page
    assert done(both, client.post(address)["Location"]).state == "done"


def test_payments_without_a_bank_line_are_listed_by_age(client_as, who, project):
    from datetime import timedelta

    from portal.core import clock

    with clock.at(clock.now() - timedelta(days=0)):
        make.paid(who, project=project, amount="60.00", number="支付1")
    auditor = client_as(who["auditor"])
    with clock.at(clock.now() + timedelta(days=8)):
        assert "支付1" in text(auditor.get("/grants/bank/unseen/"))
        assert "支付1" not in text(auditor.get("/grants/bank/unseen/?days=30"))
        assert auditor.get("/grants/bank/unseen/?days=abc").status_code == 200


def test_pages_cost_the_same_at_one_line_and_at_many(client_as, who, project, budget):
    first = make.paid(who, project=project, amount="60.00", number="支付1")
    auditor, maker = client_as(who["auditor"]), client_as(who["unit_maker"])
    row = bank.statement(who["unit_maker"], ("-60.00", "", "支付1"), ("-3.00", "", "fee"))
    fee = line_of(who["unit_maker"], "fee")

    def costs():
        found = []
        for client, address, most in [
            (auditor, "/grants/bank/", 11),
            (auditor, f"/grants/bank/statements/{row.pk}/", 9),
            (auditor, f"/grants/bank/files/{row.file_id}/", 7),
            (auditor, "/grants/bank/queue/", 10),
            (auditor, "/grants/bank/unseen/", 10),
            (auditor, "/grants/bank/orders/", 9),
            (auditor, f"/grants/payments/{first.pk}/", 17),
            (maker, f"/grants/bank/lines/{fee.pk}/", 12),
            (maker, "/grants/bank/new/", 7),
            (maker, "/grants/bank/orders/new/", 8),
        ]:
            with budget(most) as seen:
                assert client.get(address).status_code == 200
            found.append((address, len(seen.captured_queries)))
        return found

    costs()  # what a process reads once
    small = costs()
    for place in range(2, 8):
        make.paid(who, project=project, amount=f"{place}.00", number=f"支付{place}")
    bank.statement(
        who["unit_maker"], *[(f"-{place}.00", "", f"支付{place}") for place in range(2, 6)], account="3500002"
    )
    bank.statement(
        who["unit_maker"], *[(f"-{place}.50", "", f"open {place}") for place in range(2, 9)], account="3500003"
    )
    assert costs() == small


def test_a_line_whose_paper_was_taken_back_is_looked_at_again(client_as, who, project):
    """It is marked in the queue and on its page, its department has it on the desk, and undoing it opens it."""
    from grants.models import Entry
    from grants.todo import lines

    make.paid(who, project=project, amount="60.00", number="支付1")
    bank.statement(who["unit_maker"], ("-60.00", "", "支付1"))
    line = f"/grants/bank/lines/{line_of(who['unit_maker'], '支付1').pk}/"
    auditor, maker = client_as(who["auditor"]), client_as(who["unit_maker"])

    def desk(role):
        with make.acting(who[role]) as by:
            return [one.label for one in lines(by) if one.url == "/grants/bank/queue/"]

    assert line not in text(auditor.get("/grants/bank/queue/"))
    assert desk("unit_maker") == []
    with make.acting(who["unit_maker"]):
        entry = Entry.objects.get(document_no="支付1")
    make.reversed_by(who, entry=entry, by="unit")
    for address in ("/grants/bank/queue/", "/grants/bank/queue/?why=taken_back"):
        page = text(auditor.get(address))
        assert line in page
        assert ">its paper was taken back</span>" in page
    assert line not in text(auditor.get("/grants/bank/queue/?why=no_paper"))
    assert "Matched, but the paper was taken back" in text(auditor.get("/grants/bank/"))
    assert desk("unit_maker") == ["Decide on 1 open bank line"]
    assert desk("province_maker") == desk("unit_checker") == []
    page = text(maker.get(line))
    assert "The paper this line was matched to was taken back." in page
    assert "<details open>" in page
    assert maker.post(line, {"why": "the payment was taken back"}).status_code == 303
    assert ">its paper was taken back</span>" not in text(auditor.get("/grants/bank/queue/"))
    assert line in text(auditor.get("/grants/bank/queue/?why=undone"))
