"""From the national total to a voucher in three clicks, each figure the sum of its lines to the fen."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db.models import Sum

from tests import factories_grants as make
from tests import factories_use as use


@pytest.fixture
def country(who, others, world):
    """Money in two provinces: one unit paid 12,345,678.90, the other was awarded only."""
    from grants.models import GrantProject

    award = make.funded_unit(who, application=world.application, award="200000000.01", held="60000000.00")
    with make.acting(who["mof"]):
        project = GrantProject.objects.filter(award=award).order_by("pk").first()
    make.paid(who, project=project, amount="12345678.90", number="V1")
    make.awarded(others, application=world.other, amount="99999999.99", number="财建〔2026〕11号")
    return award


def links(answer, pattern):
    return re.findall(rf'href="({pattern})"', answer.content.decode())


def test_three_clicks_from_the_total_to_the_voucher(client_as, cast, country):
    client = client_as(cast("auditor", "SJ"))
    nation = client.get("/oversight/")
    for figure in ("300,000,000.00", "60,000,000.00", "12,345,678.90"):
        assert figure in nation.content.decode()
    province = client.get(links(nation, "/oversight/provinces/350000/")[0])
    assert "12,345,678.90" in province.content.decode()
    payment = client.get(links(province, r"/oversight/payments/\d+/")[0])
    assert "12,345,678.90" in payment.content.decode()
    voucher = client.get(links(payment, r"/grants/documents/\d+/")[0])
    assert b"".join(voucher.streaming_content).startswith(b"%PDF")


def test_figures_are_the_sums_of_the_lines(who, country):
    from grants.models import Line
    from grants.queries import oversight
    from portal.core.scope import Scope

    with make.acting(who["mof"]) as by:
        rows = {row.province.pk: row.flow for row in oversight.by_province(by.scope)}
        for province, flow in rows.items():
            lines = Line.objects.filter(province=province)
            for kind, figure in [
                ("award", flow.awarded),
                ("issue", flow.issued),
                ("pass_on", flow.passed),
                ("payment", flow.paid),
            ]:
                booked = lines.filter(entry__kind=kind, amount__gt=0).aggregate(sum=Sum("amount"))["sum"]
                assert (booked or Decimal(0)) == figure, (province, kind)
            assert oversight.of_province(by.scope, province=province_row(province)) == flow
        assert rows["350000"].awarded == Decimal("200000000.01")
        assert oversight.by_province(Scope()) == []


def test_each_figure_leads_to_lines_that_add_up_to_it(client_as, cast, who, country):
    """Also when money came back, for what came back is taken off these figures."""
    project = make.project(who, country)
    demand = use.demanded(who, award=country, project=project, amount="500.00")
    use.collected(who, recovery=demand, amount="500.00", project=project)
    client = client_as(cast("auditor", "SJ"))
    # Of the other province something was awarded and nothing moved since.
    for address, in_rows in (("/oversight/", 5), ("/oversight/provinces/350000/", 0)):
        main = client.get(address).content.decode().split("<main")[1]
        # Figures in the rows, then those at the top; what stands in a cell is all that a link there says.
        found = re.findall(r'href="(/grants/flow/entries/net_\w+/[^"]*)">([\d,.]+)</a>', main)
        assert len(found) == in_rows
        found += re.findall(r'href="(/grants/flow/entries/net_\w+/[^"]*)">.*?tile__value">([\d,.]+)<', main)
        assert len(found) == in_rows + 4
        for url, figure in found:
            file = client.get(unescape(url) + ("&" if "?" in url else "?") + "format=csv")
            lines = csv.DictReader(b"".join(file.streaming_content).decode("utf-8-sig").splitlines())
            assert sum(Decimal(line["Amount (yuan)"]) for line in lines) == Decimal(figure.replace(",", "")), url
    assert "12,345,178.90" in main, "the 500 yuan that came back are taken off"


def province_row(code):
    from portal.programme.models import Province

    return Province.objects.get(pk=code)


def test_supervision_bureau_sees_its_province_only(client_as, cast, country):
    client = client_as(cast("auditor", "SJ360000"))
    nation = client.get("/oversight/")
    assert "99,999,999.99" in nation.content.decode()
    assert "200,000,000.01" not in nation.content.decode()
    assert links(nation, r"/oversight/provinces/\d+/") == ["/oversight/provinces/360000/"]
    assert client.get("/oversight/provinces/350000/").status_code == 404
    assert client.get("/oversight/provinces/360000/").status_code == 200
    assert client.get("/oversight/provinces/nowhere/").status_code == 404


def test_every_page_of_the_way_is_read_by_the_reading_role(client_as, cast, country, monkeypatch):
    from django.db import connection

    from grants.views import oversight as views

    roles = []
    real = views.page

    def looking(*args, **kwargs):
        with connection.cursor() as cursor:
            cursor.execute("select current_user")
            roles.append(cursor.fetchone()[0])
        return real(*args, **kwargs)

    monkeypatch.setattr(views, "page", looking)
    client = client_as(cast("auditor", "SJ"))
    province = client.get("/oversight/provinces/350000/")
    client.get(links(province, r"/oversight/payments/\d+/")[0])
    assert roles == ["portal_reader"]


def test_export_is_what_is_shown_and_is_recorded(client_as, cast, country):
    from portal.audit.models import Event

    auditor = cast("auditor", "SJ")
    answer = client_as(auditor).get("/oversight/?format=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 3
    assert "200000000.01" in lines[1]
    with make.acting(auditor):
        assert Event.objects.filter(act="grants.export", actor=auditor.pk).exists()


SELLER = make.credit_code(77)


def test_an_enterprise_with_all_that_is_known_of_it(client_as, cast, who, country, world):
    from grants.models import Payment, PaymentRequest
    from portal.audit.models import Event

    auditor = cast("auditor", "SJ")
    with make.acting(auditor):
        payee = PaymentRequest.objects.latest("pk")
        payment = Payment.objects.get(request=payee)
    client = client_as(auditor)
    page = client.get(f"/oversight/enterprises/{payee.payee_code}/")
    text = page.content.decode()
    for what in (payee.payee, "12,345,678.90", SELLER, "Machine works", f"/oversight/payments/{payment.pk}/"):
        assert what in text, what
    assert f"/grants/entries/{payment.entry.pk}/" in text
    assert f"/grants/projects/{payment.grant_project_id}/" in text
    assert f"/grants/requests/{payee.pk}/" in text
    # Its seller, from there, and the way back.
    assert f"/oversight/enterprises/{SELLER}/" in links(page, r"/oversight/enterprises/[^/]+/")
    seller = client.get(f"/oversight/enterprises/{SELLER}/").content.decode()
    assert f"/oversight/enterprises/{payee.payee_code}/" in seller
    with make.acting(auditor):
        looks = Event.objects.filter(act="grants.view_enterprise", actor=auditor.pk).order_by("pk")
        assert [row.after["credit_code"] for row in looks] == [payee.payee_code, SELLER]


def test_the_way_to_an_enterprise_begins_where_its_code_is_shown(client_as, cast, who, country):
    from grants.models import Payment

    auditor = cast("auditor", "SJ")
    with make.acting(auditor):
        row = Payment.objects.select_related("request").latest("pk")
    client = client_as(auditor)
    page = f"/oversight/enterprises/{row.request.payee_code}/"
    ways = (
        f"/oversight/payments/{row.pk}/",
        f"/grants/payments/{row.pk}/",
        "/grants/payments/",
        "/oversight/provinces/350000/",
        f"/grants/projects/{row.grant_project_id}/",
        f"/grants/requests/{row.request_id}/",
        "/audit/queries/over/payments/",
        "/audit/queries/over/enterprises/",
    )
    for way in ways[:-1]:
        assert page in client.get(way).content.decode(), way
    assert f"/oversight/enterprises/{SELLER}/" in client.get("/grants/invoices/").content.decode()
    assert client.get(ways[-1]).status_code == 200


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        ("auditor", "SJ360000", 404),
        ("auditor", "SJ350000", 200),
        ("soe_officer", "YQ001", 403),
        ("reviewer", "ZJ", 403),
    ],
)
def test_an_enterprise_out_of_scope_is_not_found(client_as, cast, country, role, where, status):
    assert client_as(cast(role, where)).get(f"/oversight/enterprises/{SELLER}/").status_code == status


def test_what_is_no_code_or_unknown_is_not_found(client_as, cast, country):
    client = client_as(cast("auditor", "SJ"))
    for code in (make.credit_code(78), "x" * 18, SELLER[:-1], SELLER.lower(), "' or 1=1 --       "):
        assert client.get(f"/oversight/enterprises/{code}/").status_code == 404, code


@pytest.mark.parametrize("many", [0, 12])
def test_an_enterprise_costs_the_same_at_any_size(client_as, cast, who, country, budget, many):
    from grants.models import PaymentRequest

    project = make.project(who, country)
    for number in range(many):
        make.paid(who, project=project, amount="1.00", number=f"M{number}")
    auditor = cast("auditor", "SJ")
    with make.acting(auditor):
        code = PaymentRequest.objects.latest("pk").payee_code
    client = client_as(auditor)
    url = f"/oversight/enterprises/{code}/"
    client.get(url)
    with budget(20):
        assert client.get(url).status_code == 200


def test_an_enterprise_of_a_past_moment(client_as, cast, who, country):
    from grants.models import PaymentRequest
    from portal.core import clock

    auditor = cast("auditor", "SJ")
    then = clock.now()
    make.paid(who, project=make.project(who, country), amount="777.77", number="LATER")
    with make.acting(auditor):
        code = PaymentRequest.objects.latest("pk").payee_code
    client = client_as(auditor)
    url = f"/oversight/enterprises/{code}/"
    assert "LATER" in client.get(url).content.decode()
    past = client.get(url, {"as_of": then.isoformat()}).content.decode()
    assert "LATER" not in past
    assert "12,345,678.90" in past
    assert f"{url}?as_of=" in past or "You are looking at the state of" in past
