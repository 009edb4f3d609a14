"""Pages of the money: what each person sees and does there, what is refused beside the field, what a page costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests import factories_grants as make
from tests.grants.conftest import people_of
from tests.worlds import further


@pytest.fixture
def held(who, world):
    """A unit that holds 40 million of its first tranche, with one payment of 1.5 million made and one to be checked."""
    return further(_held, world.application)


def _held(application):
    who = people_of("350200")
    award = make.funded_unit(who, application=application, award="200000000.00", held="40000000.00")
    make.paid(who, project=project_of(who, award), amount="1500000.00", number="V1")
    award.waiting = make.entered_payment(who, project=project_of(who, award), amount="250.50", number="V2")
    return award


def project_of(who, award, place=0):
    from grants.models import GrantProject

    with make.acting(who["mof"]):
        return GrantProject.objects.filter(award=award).order_by("pk")[place]


def text(answer):
    return answer.content.decode()


def form(**changes):
    return {"document_no": "N1", "document_date": make.today().isoformat(), **changes}


def seen(who, person, query):
    with make.acting(who[person]):
        return query()


def test_award_is_entered_and_confirmed_in_pages(client_as, who, world):
    from grants.models import Award, GrantProject

    maker = client_as(who["mof_maker"])
    assert "Xiamen" in text(maker.get("/grants/awards/new/"))
    url = f"/grants/awards/new/{world.application}/"
    unsealed = maker.post(url, form(amount="200,000,000.00", document_no="财建(2026) 1号"))
    assert unsealed.status_code == 422
    assert "id_file_error" in text(unsealed)
    answer = maker.post(url, form(amount="200,000,000.00", document_no="财建(2026) 1号", file=make.pdf()))
    assert answer.status_code == 303
    page = maker.get(answer["Location"])
    assert "Another person of your department" in text(page)
    assert "Confirm and book" not in text(page)
    checker = client_as(who["mof_checker"])
    listed = text(checker.get("/grants/to-check/"))
    assert "200,000,000.00" in listed
    page = text(checker.get(answer["Location"]))
    for fact in ("200,000,000.00 yuan", "财建〔2026〕1号", "finance_maker MOF 1", "300,000,000.00"):
        assert fact in page
    assert checker.post(answer["Location"], {"act": "confirm"}).status_code == 303
    assert "How far the money came" in text(checker.get(answer["Location"]))
    supports = seen(who, "mof", lambda: [row.approved_support for row in GrantProject.objects.order_by("pk")])
    assert supports == [Decimal("20000000.00"), Decimal("10000000.00")]
    assert seen(who, "mof", lambda: Award.objects.get().state) == "confirmed"


def test_the_list_of_awards_says_what_is_next(client_as, who, others, world):
    maker = client_as(who["mof_maker"])
    assert 'btn-primary" href="/grants/awards/new/"' in text(maker.get("/grants/awards/"))
    for people, application in ((who, world.application), (others, world.other)):
        make.awarded(people, application=application, amount="100000000.00", number=f"财建〔2026〕{application}号")
    page = text(maker.get("/grants/awards/"))
    assert "/grants/awards/new/" not in page
    assert 'btn-primary" href="/grants/issue-papers/new/"' in page
    assert "next-step" not in text(client_as(who["mof"]).get("/grants/awards/"))


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("", "Give the amount"),
        ("abc", "with digits"),
        ("1,50", "with digits"),
        ("12,34,567", "with digits"),
        ("1.005", "whole fen"),
        ("-5", "above zero"),
        ("0.00", "above zero"),
        ("300,000,000.01", "300,000,000.00 yuan"),
    ],
)
def test_wrong_amounts_are_said_beside_the_field(client_as, who, world, amount, says):
    from grants.models import Award

    answer = client_as(who["mof_maker"]).post(f"/grants/awards/new/{world.application}/", form(amount=amount))
    assert answer.status_code == 422
    assert says in text(answer)
    assert 'value="N1"' in text(answer)
    if amount:
        assert f'value="{amount}"' in text(answer)
    assert seen(who, "mof", Award.objects.count) == 0


@pytest.mark.parametrize(
    "amount", ["1234567.8", "1,234,567.80", " 1234567.80 元", "￥１，２３４，５６７．８０", "+1,234,567.8"]
)
def test_amounts_are_understood_as_people_write_them(amount):
    from grants.forms.fields import MoneyField

    assert MoneyField().clean(amount) == Decimal("1234567.80")


def asking(**changes):
    """What a maker types into the form of a request."""
    return {
        "method": "investment_subsidy",
        "milestone": "Lathes stand",
        "reached_on": make.today().isoformat(),
        "payee_code": make.credit_code(9_000_001),
        "purpose": "Lathes",
        "amount": "1.00",
    } | changes


def test_payment_says_what_is_left(client_as, who, held):
    project = project_of(who, held)
    url = f"/grants/projects/{project.pk}/pay/"
    maker = client_as(who["unit_maker"])
    assert "At most 18,499,749.50 yuan." in text(maker.get(url))
    answer = maker.post(url, asking(amount="18,499,749.51"))
    assert answer.status_code == 422
    assert "18,499,749.50 yuan are left" in text(answer)
    assert "Lathes" in text(answer)
    assert maker.post(url, asking(amount="18,499,749.50")).status_code == 303


def test_double_entry_of_a_voucher_is_refused_in_words(client_as, who, held):
    request = make.asked(who, project=project_of(who, held), amount="1.00")
    url = f"/grants/requests/{request.pk}/enter/"
    maker = client_as(who["unit_maker"])
    answer = maker.post(url, form(document_no="V2", file=make.pdf()))
    assert answer.status_code == 422
    assert "entered for this project already" in text(answer)
    # A file does not come back with what was typed: it says so, else the paper would go without it the second time.
    assert "Choose the file again" in text(answer)
    unsealed = maker.post(url, form(document_no="V3"))
    assert unsealed.status_code == 422
    assert "Choose the file again" not in text(unsealed)
    done = maker.post(url, form(document_no="V3", file=make.pdf()))
    assert done.status_code == 303
    assert "File" in text(maker.get(done["Location"]))


def test_refusal_needs_a_reason_and_keeps_it(client_as, who, held):
    url = f"/grants/payments/{held.waiting.pk}/"
    checker = client_as(who["unit_checker"])
    answer = checker.post(url, {"act": "refuse", "ground": "invoice", "why": " "})
    assert answer.status_code == 422
    assert "so that the maker can mend it" in text(answer)
    assert "Choose the ground" in text(checker.post(url, {"act": "refuse", "why": "Wrong invoice"}))
    assert checker.post(url, {"act": "nonsense"}).status_code == 422
    assert checker.post(url, {"act": "refuse", "ground": "invoice", "why": "Wrong invoice"}).status_code == 303
    assert "Wrong invoice" in text(client_as(who["unit_maker"]).get(url))


def test_second_click_books_nothing_more(client_as, who, held):
    from grants.models import Entry

    url = f"/grants/payments/{held.waiting.pk}/"
    checker = client_as(who["unit_checker"])
    assert checker.post(url, {"act": "confirm"}).status_code == 303
    count = seen(who, "mof", Entry.objects.count)
    again = checker.post(url, {"act": "confirm"}, follow=True)
    assert "confirmed or refused already" in text(again)
    assert seen(who, "mof", Entry.objects.count) == count


@pytest.mark.parametrize("person", ["unit_maker", "mof_checker", "province_checker", "miit", "mof"])
def test_others_do_not_confirm_a_payment(client_as, who, held, person):
    url = f"/grants/payments/{held.waiting.pk}/"
    client = client_as(who[person])
    assert "Confirm and book" not in text(client.get(url))
    assert client.post(url, {"act": "confirm"}).status_code == 403
    held.waiting.refresh_from_db()
    assert seen(who, "mof", lambda: type(held.waiting).objects.get(pk=held.waiting.pk).state) == "entered"


def test_province_receives_and_passes_on(client_as, who, world):
    award = make.awarded(who, application=world.application, amount="200000000.00")
    issue = make.issued(who, award=award, amount="60000000.00")
    maker = client_as(who["province_maker"])
    desk = text(maker.get("/desk/"))
    assert "Record the receipt of money for" in desk
    url = f"/grants/issues/{issue.pk}/"
    late = (make.today() + timedelta(days=1)).isoformat()
    assert maker.post(f"{url}receipt/", {"received_on": late}).status_code == 422
    assert maker.post(f"{url}receipt/", {"received_on": make.today().isoformat()}).status_code == 303
    assert "Pass the money on" in text(maker.get(url))
    data = form(amount="60,000,000.01", passed_on=make.today().isoformat())
    assert "60,000,000.00 yuan are left" in text(maker.post(f"{url}pass-on/", data))
    done = maker.post(f"{url}pass-on/", data | {"amount": "60,000,000"})
    assert done.status_code == 303
    checker = client_as(who["province_checker"])
    assert "Check 1 entry" in text(checker.get("/desk/"))
    assert checker.post(done["Location"], {"act": "confirm"}).status_code == 303
    assert "No money waits" in text(maker.get("/grants/waiting/"))


def test_late_money_is_marked_everywhere(client_as, who, world, cast):
    from portal.core import clock

    with clock.at(clock.now() - timedelta(days=40)):
        award = make.awarded(who, application=world.application, amount="200000000.00")
        make.issued(who, award=award, amount="60000000.00", received_on=make.today())
    for person in [who["province_maker"], who["mof_maker"], cast("auditor", "SJ350000"), who["miit"]]:
        page = text(client_as(person).get("/grants/waiting/"))
        assert "due--late" in page
        assert ">late<" in page
    assert "Passed on too late" in text(client_as(cast("auditor", "SJ")).get("/oversight/provinces/350000/"))
    assert "60,000,000.00" not in text(client_as(cast("auditor", "SJ360000")).get("/grants/waiting/"))


def test_second_tranche_is_offered_after_the_assessment(client_as, who, world):
    award = make.awarded(who, application=world.application, amount="200000000.00")
    url = f"/grants/awards/{award.pk}/issue/"
    maker = client_as(who["mof_maker"])
    assert "second tranche" not in text(maker.get(url))
    assert maker.post(url, form(tranche="2", amount="1", file=make.pdf())).status_code == 422
    miit = client_as(who["miit"])
    data = form(result="passed", assessed_on=make.today().isoformat())
    done = miit.post(f"/grants/awards/{award.pk}/assessment/", data)
    assert done.status_code == 303
    assert miit.post(done["Location"], {"act": "confirm"}).status_code == 403
    assert client_as(who["mof"]).post(done["Location"], {"act": "confirm"}).status_code == 303
    assert "second tranche: 100,000,000.00 yuan left" in text(maker.get(url))
    unsealed = maker.post(url, form(tranche="2", amount="100,000,000.00"))
    assert unsealed.status_code == 422
    assert "id_file_error" in text(unsealed)
    assert maker.post(url, form(tranche="2", amount="100,000,000.00", file=make.pdf())).status_code == 303


def test_other_places_find_nothing(client_as, who, others, held, cast):
    from grants.models import Document

    document = seen(who, "mof", lambda: Document.objects.first().pk)
    project = project_of(who, held)
    urls = [
        f"/grants/awards/{held.pk}/",
        f"/grants/awards/{held.pk}/ledger/",
        f"/grants/projects/{project.pk}/",
        f"/grants/payments/{held.waiting.pk}/",
        f"/grants/documents/{document}/",
        f"/oversight/payments/{held.waiting.pk}/",
        "/oversight/provinces/350000/",
    ]
    for person in [others["province_maker"], cast("auditor", "SJ360000")]:
        client = client_as(person)
        for url in urls:
            assert client.get(url).status_code == 404, (person, url)


def test_voucher_is_handed_out_and_the_look_recorded(client_as, who, held, cast):
    from portal.audit.models import Event

    auditor = cast("auditor", "SJ")
    answer = client_as(auditor).get(f"/grants/documents/{held.waiting.document_id}/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    with make.acting(auditor):
        look = Event.objects.filter(act="grants.view_file", actor=auditor.pk).get()
    assert look.unit == "350200"
    assert look.after["sha256"]


def test_ledger_adds_up_to_nothing_and_is_exported(client_as, who, held):
    url = f"/grants/awards/{held.pk}/ledger/"
    client = client_as(who["unit_checker"])
    assert "-1,500,000.00" in text(client.get(url))
    lines = b"".join(client.get(f"{url}?format=csv").streaming_content).decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 9
    assert sum(Decimal(line.split(",")[4]) for line in lines[1:]) == 0


PAGES = [
    ("mof_checker", "/grants/awards/", 8),
    ("mof_checker", "/grants/awards/{award}/", 11),
    ("mof_checker", "/grants/awards/{award}/ledger/", 9),
    ("mof_checker", "/grants/to-check/", 5),
    ("province_maker", "/grants/waiting/", 8),
    ("unit_maker", "/grants/projects/", 8),
    ("unit_maker", "/grants/projects/{project}/", 11),
    ("unit_maker", "/grants/payments/", 7),
    ("unit_checker", "/grants/payments/{payment}/", 11),
    ("mof", "/oversight/", 7),
    ("mof", "/oversight/provinces/350000/", 11),
    ("mof", "/oversight/payments/{payment}/", 6),
    ("unit_checker", "/desk/", 7),
]


@pytest.mark.parametrize("many", [0, 12])
@pytest.mark.parametrize(("person", "path", "most"), PAGES, ids=[f"{path}" for _, path, _ in PAGES])
def test_pages_cost_the_same_at_any_size(client_as, who, held, budget, person, path, most, many):
    project = project_of(who, held)
    for number in range(many):
        (make.paid if number % 2 else make.entered_payment)(who, project=project, amount="1.00", number=f"M{number}")
    url = path.format(award=held.pk, project=project.pk, payment=held.waiting.pk)
    client = client_as(who[person])
    client.get(url)
    with budget(most):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_open_in_both_languages(client_as, who, held, language):
    for person, path, _ in PAGES:
        url = path.format(award=held.pk, project=project_of(who, held).pk, payment=held.waiting.pk)
        assert client_as(who[person], language).get(url).status_code == 200


@pytest.mark.parametrize(("role", "code"), [("soe_officer", "YQ001"), ("reviewer", "ZJ"), ("security_admin", "YW")])
def test_the_rest_of_the_world_sees_no_money(client_as, cast, world, role, code):
    client = client_as(cast(role, code))
    for url in ("/grants/awards/", "/grants/projects/", "/grants/waiting/", "/oversight/"):
        assert client.get(url).status_code == 403


def test_every_paper_that_is_checked_has_its_page_for_letters():
    from django.apps import apps

    from grants.domain.letters import ROUTES
    from grants.models.checked import Signed

    assert {model for model in apps.get_app_config("grants").get_models() if issubclass(model, Signed)} == set(ROUTES)


def test_what_was_refused_or_taken_back_is_struck_and_not_added_up(client_as, who, held):
    from grants.models import Entry

    project = project_of(who, held)
    make.paid(who, project=project, amount="7.00", number="V3")
    with make.acting(who["unit_maker"]):
        entry = Entry.objects.get(award=held, document_no="V3")
    make.reversed_by(who, entry=entry, by="unit")
    page = text(client_as(who["auditor"]).get("/grants/payments/"))
    assert '<span class="visually-hidden">does not count: </span><del class="struck">7.00</del>' in page
    assert "1,500,250.50" in page[page.index("<tfoot") :]
    with_unit = client_as(who["auditor"])
    with_unit.cookies["money_unit"] = "wan"
    page = text(with_unit.get("/grants/payments/"))
    assert '<del class="struck">0.0007</del>' in page
    assert "150.02505" in page[page.index("<tfoot") :]
