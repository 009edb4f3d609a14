"""Pages of payment requests, invoices, refusals and holds: what each person does, reads and is refused there."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories_grants as make
from tests.grants.conftest import people_of
from tests.grants.test_pages import asking, form, project_of, text
from tests.worlds import further

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def funded(who, world):
    return further(_funded, world.application)


def _funded(application):
    return make.funded_unit(people_of("350200"), application=application, award="200000000.00", held="40000000.00")


@pytest.fixture
def project(who, funded):
    return project_of(who, funded)


def invoice(**changes):
    values = {
        "number": make.invoice_number(),
        "dated": make.today().isoformat(),
        "seller": "Machine works",
        "seller_code": make.credit_code(77),
        "amount": "5.00",
    }
    return {"part": "invoice"} | {f"invoice-{name}": value for name, value in (values | changes).items()}


def answers(*said):
    return {"part": "uses"} | {f"uses-use_{place}": one for place, one in enumerate(said)}


HEADS = ["发票代码", "发票号码", "开票日期", "销售方名称", "销售方信用代码", "价税合计（元）", "合同编号"]


def workbook(rows):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        for line, row in enumerate([HEADS, *rows]):
            for place, cell in enumerate(row):
                (page.write_string if isinstance(cell, str) else page.write)(line, place, cell)
    return SimpleUploadedFile("invoices.xlsx", file.getvalue(), content_type=XLSX)


def test_drafter_prepares_and_the_bureau_pays(client_as, cast, who, project):
    drafter, maker = client_as(cast("drafter", "ZF350200")), client_as(who["unit_maker"])
    begun = drafter.post(f"/grants/projects/{project.pk}/pay/", asking(amount="2.00"))
    assert begun.status_code == 303
    url = begun["Location"]
    assert "Answer for each banned use" in text(drafter.get(url))
    assert "yes" in text(drafter.get(url))
    refused = drafter.post(url, answers("no", "yes", "no", "no"))
    assert refused.status_code == 422
    assert "must not go to a banned use" in text(refused)
    assert drafter.post(url, answers("no", "no", "no")).status_code == 422
    assert drafter.post(url, answers("no", "no", "no", "no")).status_code == 303
    assert "Add the invoices" in text(drafter.get(url))
    assert drafter.post(url, invoice()).status_code == 303
    page = text(drafter.get(url))
    assert "Invoices have to show at least" in page
    assert "10.00" in page  # 2 yuan are 20 % of 10
    assert "The invoices show less than they have to" in page
    assert drafter.post(url, {"part": "evidence", "evidence-file": make.pdf()}).status_code == 303
    assert "The finance bureau enters the payment" in text(drafter.get(url))
    assert drafter.get(f"{url}enter/").status_code == 403
    assert "Complete 1 payment request" in text(maker.get("/desk/"))
    done = maker.post(f"{url}enter/", form(file=make.pdf()))
    assert done.status_code == 303
    checker = client_as(who["unit_checker"])
    page = text(checker.get(done["Location"]))
    for fact in ("Lathes stand", "Machine works", make.credit_code(9_000_001), "staff benefits", "evidence"):
        assert fact in page, fact
    assert checker.post(done["Location"], {"act": "confirm"}).status_code == 303
    assert drafter.post(url, invoice()).status_code == 403


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"method": "loan_interest"}, "Another method needs a change of the plan"),
        ({"payee_code": make.credit_code(5)}, "Only an enterprise of the project is paid"),
        ({"payee_code": make.credit_code(9_000_001)[:-1] + "X"}, "payee_code_error"),
        ({"reached_on": "2999-01-01"}, "lies in the future"),
    ],
)
def test_what_the_plan_does_not_say_is_refused_beside_the_field(client_as, who, project, change, words):
    answer = client_as(who["unit_maker"]).post(f"/grants/projects/{project.pk}/pay/", asking(**change))
    assert answer.status_code == 422
    assert words in text(answer)
    assert "Lathes" in text(answer)


def test_an_invoice_that_counts_elsewhere_is_named_with_province_and_day(client_as, who, others, world, project):
    award = make.funded_unit(others, application=world.other, award="1000000.00", held="1000.00")
    with make.acting(others["mof"]):
        other = award.projects.get()
    number = make.invoice_number()
    request = make.asked(others, project=other, amount="1.00", invoices=[make.invoice_input(number=number)])
    from grants.domain import payments

    with make.acting(others["unit_maker"]) as by:
        payments.enter_payment(by=by, request=request, paper=make.paper("T1", file=make.pdf()))
    mine = make.asked(who, project=project, amount="1.00", invoices=[make.invoice_input(number=number)])
    maker = client_as(who["unit_maker"])
    page = text(maker.get(f"/grants/requests/{mine.pk}/"))
    assert "Counts already for a payment in Jiangxi" in page
    answer = maker.post(f"/grants/requests/{mine.pk}/enter/", form(file=make.pdf()))
    assert answer.status_code == 422
    assert "counts already for another payment" in text(answer)
    assert f"/grants/requests/{request.pk}/" not in text(maker.get(f"/grants/invoices/?q={number}"))
    assert f"/grants/requests/{request.pk}/" in text(client_as(who["mof"]).get(f"/grants/invoices/?q={number}"))


def test_invoices_come_from_a_workbook_all_or_none(client_as, who, project):
    request = make.asked(who, project=project, amount="1.00")
    url = f"/grants/requests/{request.pk}/"
    maker = client_as(who["unit_maker"])
    good = ["", make.invoice_number(), make.today(), "机床厂", make.credit_code(77), 12.5, "HT-2"]
    bad = ["", "123", make.today(), "机床厂", make.credit_code(77)[:-1] + "0", "abc", ""]
    answer = maker.post(url, {"part": "sheet", "sheet-file": workbook([good, bad])})
    assert answer.status_code == 422
    for words in ("B3", "E3", "F3", "An electronic invoice has 20 digits"):
        assert words in text(answer), words
    with make.acting(who["unit_maker"]):
        assert request.invoices.count() == 1
    assert maker.post(url, {"part": "sheet", "sheet-file": workbook([good])}).status_code == 303
    with make.acting(who["unit_maker"]):
        assert request.invoices.get(number=good[1]).amount == Decimal("12.50")
    # The number of a paper invoice is one beside its code alone.
    paper = [[code, "00000001", *good[2:]] for code in ("1100201130", "3100201130")]
    answer = maker.post(url, {"part": "sheet", "sheet-file": workbook([*paper, paper[0]])})
    assert answer.status_code == 422
    assert "The same as in row 2" in text(answer)
    assert maker.post(url, {"part": "sheet", "sheet-file": workbook(paper)}).status_code == 303
    later = ["", make.invoice_number(), make.today() + timedelta(days=1), *good[3:]]
    answer = maker.post(url, {"part": "sheet", "sheet-file": workbook([good, paper[1], later])})
    assert answer.status_code == 422
    for words in ("B2", "B3", "C4", "stands in the request already", "lies in the future"):
        assert words in text(answer), words
    template = maker.get("/grants/invoices/template/")
    assert template["Content-Type"] == XLSX


def test_a_refusal_keeps_its_ground_and_is_mended_without_typing_again(client_as, who, project):
    payment = make.entered_payment(who, project=project, amount="3.00", number="V1")
    checker, maker = client_as(who["unit_checker"]), client_as(who["unit_maker"])
    url = f"/grants/payments/{payment.pk}/"
    said = {"act": "refuse", "ground": "milestone", "why": "The photographs show another hall."}
    assert checker.post(url, said).status_code == 303
    assert "milestone not reached or not proven" in text(maker.get(url))
    assert url in text(maker.get("/grants/payments/?ground=milestone"))
    assert url not in text(maker.get("/grants/payments/?ground=invoice"))
    mended = maker.post(f"{url}mend/")
    assert mended.status_code == 303
    page = text(maker.get(mended["Location"]))
    for kept in ("evidence.pdf", "Machine works", "equipment", "3.00"):
        assert kept in page, kept
    assert "Answer for each banned use" in page
    assert maker.post(mended["Location"], answers("no", "no", "no", "no")).status_code == 303
    done = maker.post(f"{mended['Location']}enter/", form(document_no="V2", file=make.pdf()))
    assert done.status_code == 303
    assert maker.post(f"{done['Location']}mend/").status_code == 422


def test_other_national_money_stops_and_both_ministries_decide(client_as, who, cast, project):
    payment = make.entered_payment(who, project=project, amount="3.00", number="V1")
    bureau, url = client_as(who["unit_checker"]), f"/grants/projects/{project.pk}/"
    found = {"level": "national", "source": "A ministry", "fund": "F 1", "amount": "10", "note": "A letter."}
    assert bureau.post(f"{url}hold/", found).status_code == 422
    raised = bureau.post(f"{url}hold/", found | {"file": make.pdf()})
    assert raised.status_code == 303
    for page in (url, f"/grants/payments/{payment.pk}/"):
        assert "Other national money" in text(bureau.get(page))
    tampered = bureau.post(f"/grants/payments/{payment.pk}/", {"act": "confirm"})
    assert tampered.status_code in {403, 422}
    assert "its payments are stopped" in text(tampered)
    assert "Prepare a payment" not in text(client_as(who["unit_maker"]).get(url))
    assert bureau.post(raised["Location"], {"word": "release", "why": "x"}).status_code == 403
    for person, state in (("miit", "to be decided"), ("mof", "released")):
        officer = client_as(who[person])
        assert "Decide on other national money of 1 project" in text(officer.get("/desk/"))
        assert officer.post(raised["Location"], {"word": "release", "why": ""}).status_code == 422
        said = officer.post(raised["Location"], {"word": "release", "why": "Another project."})
        assert said.status_code == 303
        assert state in text(officer.get(raised["Location"]))
    assert bureau.post(f"/grants/payments/{payment.pk}/", {"act": "confirm"}).status_code == 303


PAGES = [
    ("unit_maker", "/grants/requests/", 8),
    ("unit_maker", "/grants/requests/{request}/", 13),
    ("unit_maker", "/grants/invoices/", 8),
    ("mof", "/grants/holds/", 8),
    ("mof", "/grants/holds/{hold}/", 8),
]


@pytest.mark.parametrize("many", [0, 12])
@pytest.mark.parametrize(("person", "path", "most"), PAGES, ids=[path for _, path, _ in PAGES])
def test_pages_cost_the_same_at_any_size(client_as, who, funded, budget, person, path, most, many):
    first, second = project_of(who, funded), project_of(who, funded, 1)
    hold = make.held_project(who, project=second, by="miit")
    request = make.asked(who, project=first, amount="1.00", invoices=[make.invoice_input() for _ in range(1 + many)])
    for _ in range(many):
        make.asked(who, project=first, amount="1.00")
    client = client_as(who[person])
    url = path.format(request=request.pk, hold=hold.pk)
    client.get(url)
    with budget(most):
        assert client.get(url).status_code == 200


def test_others_find_nothing(client_as, who, others, project):
    request = make.asked(who, project=project, amount="1.00")
    with make.acting(who["unit_maker"]):
        file = request.evidence.get().pk
    hold = make.held_project(who, project=project)
    client = client_as(others["unit_maker"])
    for url in (f"requests/{request.pk}/", f"requests/{request.pk}/enter/", f"evidence/{file}/", f"holds/{hold.pk}/"):
        assert client.get(f"/grants/{url}").status_code == 404, url
    looked = client_as(who["auditor"])
    assert looked.get(f"/grants/requests/{request.pk}/").status_code == 200
    answer = looked.get(f"/grants/evidence/{file}/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_what_a_colleague_changed_meanwhile_is_not_overwritten_or_paid_unseen(client_as, who, project):
    """Two tabs: the one lowers the amount; the other neither puts the old one back nor pays what it did not read."""
    from grants.models import Payment, PaymentRequest

    row = make.asked(who, project=project, amount="1000.00")
    maker, change, enter = client_as(who["unit_maker"]), f"/grants/requests/{row.pk}/change/", "enter/"
    url = f"/grants/requests/{row.pk}/"

    def mark(address):
        return re.search(r'name="read" value="(\w{16})"', text(maker.get(address)))[1]

    first, second, paying = mark(change), mark(change), mark(url + enter)
    with make.acting(who["unit_maker"]):
        row.refresh_from_db()
        same = {"milestone": row.milestone, "payee_code": row.payee_code}
    assert maker.post(change, asking(amount="10.00", read=first, **same)).status_code == 303
    late = maker.post(change, asking(amount="999.00", read=second, **same))
    assert late.status_code == 422
    assert "changed this request meanwhile" in text(late)
    unseen = maker.post(url + enter, form(file=make.pdf(), read=paying))
    assert unseen.status_code == 422
    assert "changed this request meanwhile" in text(unseen)
    with make.acting(who["unit_maker"]):
        assert PaymentRequest.objects.get(pk=row.pk).amount == Decimal("10.00")
        assert not Payment.objects.filter(request=row).exists()
    again = re.search(r'name="read" value="(\w{16})"', text(unseen))[1]
    assert "10.00" in text(unseen)
    assert maker.post(url + enter, form(file=make.pdf(), read=again)).status_code == 303
