"""From the national total to a voucher in three clicks, each figure the sum of its lines to the fen."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db.models import Sum

from tests import factories_grants as make


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
