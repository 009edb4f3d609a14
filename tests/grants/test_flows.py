"""Where the money is: each figure the sum of its lines, held against the way through places, years, methods, ages."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from portal.core import clock
from tests import factories_assessing as assess
from tests import factories_grants as make
from tests import factories_use as use
from tests.grants.conftest import people_of
from tests.worlds import further


@pytest.fixture
def country(who, others, world):
    """Two provinces: a unit that paid 12,345,678.90 and took another payment back; one that was awarded only."""
    return further(_country, world.application, world.other)


def _country(application, other):
    from grants.models import Entry, GrantProject

    who, others = people_of("350200"), people_of("360100")
    award = make.awarded(who, application=application, amount="200000000.00")
    with clock.at(clock.now() - timedelta(days=70)):
        old = make.issued(who, award=award, amount="60000000.00", received_on=make.today())
    with clock.at(clock.now() - timedelta(days=40)):
        make.passed_on(who, issue=old, amount="20000000.00")
    make.passed_on(who, issue=old, amount="15000000.00", number="P2")
    with make.acting(who["mof"]):
        project = GrantProject.objects.filter(award=award).order_by("pk").first()
    make.paid(who, project=project, amount="12345678.90", number="V1")
    make.paid(who, project=project, amount="1000.00", number="V2")
    with make.acting(who["unit_maker"]):
        entry = Entry.objects.get(award=award, document_no="V2")
    make.reversed_by(who, entry=entry, by="unit")
    make.awarded(others, application=other, amount="99999999.99", number="财建〔2026〕2号")
    return award


def text(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def asked(**what):
    from grants.queries.flows import Asked

    return Asked.of(what)


def test_every_figure_is_the_sum_of_the_lines_it_leads_to(who, country):
    from grants.queries import flows

    year = str(make.today().year)
    with make.acting(who["mof"]) as by:
        for what in ({}, {"province": "350000"}, {"year": year}, {"year": "2001"}, {"method": "investment_subsidy"}):
            sums = flows.totals(by.scope, asked(**what))
            for key, figure in flows.ALL.items():
                if what.get("method") and not figure.of_projects:
                    continue
                lines = flows.lines(by.scope, figure, asked(**what)).order_by()
                assert (lines.aggregate(sum=Sum("amount"))["sum"] or 0) == sums[key], (what, key)
        sums = flows.totals(by.scope, asked())
        places = ("central", "province", "unit", "surplus", "project", "used", "recovered")
        assert sum(sums[key] for key in places) == sums["awarded"] == Decimal("299999999.99")
        assert sums["paid"] == sums["project"] == Decimal("12345678.90")


@pytest.mark.parametrize("division", ["region", "province", "unit", "year", "method"])
def test_the_parts_together_are_the_whole(who, country, division):
    from grants.queries import flows

    with make.acting(who["mof"]) as by:
        sums = flows.totals(by.scope, asked())
        found = flows.parts(by.scope, asked(), division)
        together = flows.total(found, division)
        figures = [key for key, one in flows.FIGURES.items() if one.of_projects or division != "method"]
        assert {key: together[key] for key in figures} == {key: sums[key] for key in figures}


def test_nobody_sees_beyond_the_scope(who, others, country):
    from grants.queries import flows, forecast, held
    from portal.core.scope import Scope

    with make.acting(others["province_maker"]) as by:
        assert flows.totals(by.scope, asked())["awarded"] == Decimal("99999999.99")
        assert flows.totals(by.scope, asked(province="350000"))["awarded"] == 0
        assert held.held(by.scope, asked(), on=make.today()) == []
        assert [row.unit for row in forecast.expected(by.scope, asked(), year=make.today().year)] == ["南昌市"]
        assert flows.parts(Scope(), asked(), "unit") == []


def test_every_place_of_the_picture_says_what_its_entries_add_up_to(who, country):
    """Also when money that was paid came back: then what was paid is no longer what lies with projects."""
    from urllib.parse import parse_qsl, urlsplit

    from grants.flow_page import picture
    from grants.queries import flows

    project = make.project(who, country)
    demand = use.demanded(who, award=country, project=project, amount="500.00")
    use.collected(who, recovery=demand, amount="500.00", project=project)
    with make.acting(who["mof"]) as by:
        sums = flows.totals(by.scope, asked())
        found, methods = (flows.parts(by.scope, asked(), one) for one in ("province", "method"))
        drawn = picture(sums, found, asked(), "province", methods)
        nodes = [bar.node for bar in drawn.bars]
        led = [node for node in nodes if "/entries/" in node.url]
        for node in led:
            url = urlsplit(node.url)
            figure = flows.FIGURES[url.path.strip("/").rsplit("/", 1)[1]]
            lines = flows.lines(by.scope, figure, asked(**dict(parse_qsl(url.query)))).order_by()
            assert lines.aggregate(sum=Sum("amount"))["sum"] == node.value, node.label
        assert sums["paid"] != sums["project"] + sums["used"]
        assert len(led) == 6, [node.label for node in led]


def test_what_lies_is_what_came_last(who, country):
    from grants.queries import held

    with make.acting(who["mof"]) as by:
        province, unit = held.held(by.scope, asked(), on=make.today())
    assert (province.holder, province.amount) == ("province", Decimal("25000000.00"))
    assert province.spans == (0, 0, Decimal("25000000.00"), 0, 0)
    # 12,345,678.90 were paid out of the 20 million that came 40 days ago.
    assert unit.spans == (Decimal("15000000.00"), Decimal("7654321.10"), 0, 0, 0)
    assert unit.oldest == make.today() - timedelta(days=40)
    assert province.came_back == unit.came_back == 0
    with make.acting(who["mof"]) as by:
        assert [row.holder for row in held.held(by.scope, asked(unit="350200"), on=make.today(), each=True)] == [
            "province",
            "unit",
        ]


def test_what_is_late(who, country):
    from grants.queries.late import late

    with make.acting(who["mof"]) as by:
        (found,) = late(by.scope, asked(), on=make.today())
        assert (found.kind, found.count, found.amount) == ("pass_on", 1, Decimal("25000000.00"))
        assert [(one.unit, one.amount) for one in found.first] == [("厦门市", Decimal("25000000.00"))]
        assert late(by.scope, asked(province="360000"), on=make.today()) == []


def test_everything_past_its_day_is_listed(client_as, cast, who, others, country):
    """An issue nobody received, one not passed on, reports of a quarter that is over, a demand not paid in time."""
    from grants.models import Award
    from grants.queries.late import late

    with make.acting(who["mof"]):
        other = Award.objects.exclude(pk=country.pk).get()
    with clock.at(clock.now() - timedelta(days=45)):
        make.issued(others, award=other, amount="7000000.00", number="I9")
        due = make.today() + timedelta(days=5)
        use.demanded(who, award=country, project=make.project(who, country), amount="500.00", due_on=due)
    on = make.today() + timedelta(days=150)
    with make.acting(who["mof"]) as by:
        kinds = {one.kind: one for one in late(by.scope, asked(), on=on)}
        assert set(kinds) == {"receipt", "pass_on", "demand", "report"}
        assert (kinds["receipt"].count, kinds["receipt"].amount) == (1, Decimal("7000000.00"))
        assert (kinds["demand"].count, kinds["demand"].amount) == (1, Decimal("500.00"))
        assert kinds["report"].count >= 2
        assert {one.unit for one in kinds["report"].first} == {"厦门市", "南昌市"}
        assert {one.kind for one in late(by.scope, asked(province="360000"), on=on)} == {"receipt", "report"}
        assert {one.kind for one in late(by.scope, asked(batch="91"), on=on)} == set()
    with make.acting(others["province_maker"]) as by:
        assert {one.kind for one in late(by.scope, asked(), on=on)} == {"receipt", "report"}
    page = text(client_as(cast("finance_maker", "MOF")).get("/grants/flow/"))
    for said in ("1 demand was not paid in time", "The receipt of 1 issue is not recorded"):
        assert said in page
    assert f"/grants/issues/{kinds['receipt'].first[0].pk}/" in page
    assert f"/grants/recoveries/{kinds['demand'].first[0].pk}/" in page


def test_what_came_back_has_its_day(who, country):
    """A return lies with the province from its receipt, a recovery as surplus from its booking; spans add up."""
    from grants.domain import returns
    from grants.queries import held

    project = make.project(who, country)
    with clock.at(clock.now() - timedelta(days=36)):
        row = use.given_back(who, award=country, amount="2000000.00", source="unit")
        with make.acting(who["province_maker"]) as by:
            returns.receive_return(by=by, return_paper=row, received_on=make.today())
        demand = use.demanded(who, award=country, project=project, amount="500.00")
        use.collected(who, recovery=demand, amount="500.00", project=project)
    with make.acting(who["mof"]) as by:
        rows = {one.holder: one for one in held.held(by.scope, asked(), on=make.today())}
    province, unit, surplus = rows["province"], rows["unit"], rows["surplus"]
    assert province.spans == (0, Decimal("2000000.00"), Decimal("25000000.00"), 0, 0)
    assert province.came_back == Decimal("2000000.00")
    assert surplus.spans == (0, Decimal("500.00"), 0, 0, 0)
    assert all(sum(one.spans) == one.amount for one in rows.values())
    assert unit.amount == Decimal("35000000.00") - Decimal("12345678.90") - Decimal("2000000.00")
    use.given_back(who, award=country, amount="1500000.00", source="province", number="R2")
    with make.acting(who["mof"]) as by:
        province = held.held(by.scope, asked(), on=make.today())[0]
    assert province.spans == (0, Decimal("500000.00"), Decimal("25000000.00"), 0, 0)


def test_each_figure_of_the_forecast_leads_to_the_awards_behind_it(client_as, cast, country):
    client = client_as(cast("finance_maker", "MOF"))
    page = text(client.get("/grants/flow/"))
    ways = re.findall(r'href="(/grants/flow/coming/\?[^"]*call=(\w+)[^"]*)">([\d,.]+)</a>', page)
    assert {kind for _way, kind, _figure in ways} == {"first", "second", "payments"}
    for way, _kind, figure in ways:
        shown = text(client.get(way.replace("&amp;", "&")))
        foot = shown[shown.index("<tfoot") :]
        assert figure in foot, way
    assert client.get("/grants/flow/coming/?call=nothing&in=2026").status_code == 200
    assert client.get("/grants/flow/coming/?call=first&in=x").status_code == 200


def test_a_changed_award_counts_with_its_change(who, country):
    from grants.domain import award_changes
    from grants.queries import flows

    with make.acting(who["mof_maker"]) as by:
        what = award_changes.AwardChangeInput(
            Decimal("210000000.00"), "more", make.paper("财建〔2026〕30号", file=make.pdf())
        )
        row = award_changes.enter_award_change(by=by, award=country, what=what)
    with make.acting(who["miit"]) as by:
        award_changes.agree_award_change(by=by, award_change=row)
    with make.acting(who["mof_checker"]) as by:
        award_changes.confirm_award_change(by=by, award_change=row)
    with make.acting(who["mof"]) as by:
        sums = flows.totals(by.scope, asked())
        places = ("central", "province", "unit", "surplus", "project", "used", "recovered")
        assert sum(sums[key] for key in places) == sums["awarded"] == Decimal("309999999.99")
        lines = flows.lines(by.scope, flows.FIGURES["awarded"], asked()).order_by()
        assert lines.aggregate(sum=Sum("amount"))["sum"] == sums["awarded"]


def test_what_will_be_called_for(who, country):
    from grants.queries import forecast

    with make.acting(who["mof"]) as by:
        this = make.today().year
        one, two = forecast.expected(by.scope, asked(), year=this)
        assert (one.first, one.second) == (Decimal("40000000.00"), Decimal("100000000.00"))
        assert (one.last_year, one.second_year) == (2027, 2028)
        assert one.support == Decimal("30000000.00") - Decimal("12345678.90")
        calls = {call.year: call for call in forecast.calls(by.scope, asked(), year=this)}
        assert sum(call.payments for call in calls.values()) == one.support + two.support
        assert sum(call.second for call in calls.values()) == one.second + two.second
        assert calls[this].first == one.first + two.first
    make.assessed(who, award=country)
    with make.acting(who["mof"]) as by:
        assert forecast.expected(by.scope, asked(unit="350200"), year=this)[0].second_year == this


@pytest.mark.parametrize(
    ("kind", "more", "second"),
    [
        ("passed", {"second_limit": Decimal("30000000.00")}, "30000000.00"),
        ("passed", {"second_limit": Decimal("0.00")}, "0.00"),
        ("failed", {"for_good": True}, "0.00"),
        ("failed", {}, "100000000.00"),
    ],
)
def test_no_more_of_the_second_tranche_is_called_than_the_assessment_left(who, country, kind, more, second):
    """What was reduced or refused for good is never issued: nobody sets money aside for it."""
    from grants.queries import forecast

    assess.result(who, country, kind, **more)
    with make.acting(who["mof"]) as by:
        this = make.today().year
        one = forecast.expected(by.scope, asked(unit="350200"), year=this)[0]
        called = sum(call.second for call in forecast.calls(by.scope, asked(unit="350200"), year=this))
    assert (one.second, called) == (Decimal(second), Decimal(second))


def test_an_amount_is_spread_to_the_fen():
    from grants.queries.forecast import spread

    assert spread(Decimal("10.00"), 3) == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]
    assert spread(Decimal("0.01"), 1) == [Decimal("0.01")]


def test_the_overview_leads_to_the_voucher_in_three_clicks(client_as, cast, country):
    client = client_as(cast("auditor", "SJ"))
    page = text(client.get("/grants/flow/"))
    for figure in ("299,999,999.99", "12,345,678.90", "25,000,000.00"):
        assert figure in page
    assert "1 issue was not passed on in time" in page
    lines = text(client.get(re.findall(r'href="(/grants/flow/entries/paid/)"', page)[0]))
    assert "takes another entry back" in lines
    assert '<span class="visually-hidden">minus </span><span class="negative">-1,000.00</span>' in lines
    entry = text(client.get(re.findall(r'href="(/grants/entries/\d+/)"', lines)[-1]))
    assert "V1" in entry
    voucher = client.get(re.findall(r'href="(/grants/documents/\d+/)"', entry)[0])
    assert b"".join(voucher.streaming_content).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("role", "code", "inside", "outside"),
    [
        ("finance_maker", "CZ350000", "200,000,000.00", "99,999,999.99"),
        ("finance_maker", "CZ350200", "200,000,000.00", "99,999,999.99"),
        ("auditor", "SJ360000", "99,999,999.99", "200,000,000.00"),
    ],
)
def test_each_level_sees_its_own(client_as, cast, country, role, code, inside, outside):
    page = text(client_as(cast(role, code)).get("/grants/flow/"))
    assert inside in page
    assert outside not in page


def test_a_unit_without_an_award_reads_words_and_no_zeros(client_as, cast, country):
    client = client_as(cast("drafter", "ZF440300"))
    page = text(client.get("/grants/flow/"))
    assert "no money is on its way" in page
    assert 'class="tile__value"' not in page
    assert 'class="tile__value"' in text(client.get("/grants/flow/?by=project"))  # asked for by hand


ADDRESSES = [
    *(f"/grants/flow/?by={by}" for by in ("region", "province", "unit", "year", "method", "nonsense")),
    "/grants/flow/?province=350000",
    "/grants/flow/?unit=350200",
    "/grants/flow/?year=2026&method=investment_subsidy",
    "/grants/flow/?region=east&batch=90&year=x&method=nonsense&sort=-awarded",
    "/grants/flow/?unit=nowhere",
    "/grants/flow/entries/awarded/?province=350000",
    "/grants/flow/entries/project/?method=investment_subsidy&year=2026",
    "/grants/flow/entries/central/?region=central",
    "/grants/flow/lying/?sort=-span0",
    "/grants/flow/coming/?sort=-support",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_answer_whatever_is_asked(client_as, cast, country, address, language):
    assert client_as(cast("finance_maker", "MOF"), language).get(address).status_code == 200


def test_no_such_figure(client_as, cast, country):
    assert client_as(cast("auditor", "SJ")).get("/grants/flow/entries/nothing/").status_code == 404


def test_files_hold_what_is_shown_in_yuan(client_as, cast, country):
    client = client_as(cast("auditor", "SJ"))
    client.cookies["money_unit"] = "wan"
    for address, figure in [
        ("/grants/flow/?format=csv&province=350000", "200000000.00"),
        ("/grants/flow/entries/paid/?format=csv", "-1000.00"),
        ("/grants/flow/lying/?format=csv", "25000000.00"),
        ("/grants/flow/coming/?format=csv", "100000000.00"),
    ]:
        lines = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
        assert figure in lines, address
        assert "(yuan)" in lines
        assert "ten thousand" not in lines


def test_money_is_shown_in_ten_thousand_yuan_where_a_person_chose_so(client_as, cast, country):
    client = client_as(cast("finance_maker", "MOF"))
    answer = client.post("/money-unit/", {"unit": "wan", "next": "/grants/flow/"})
    assert (answer.status_code, answer["Location"]) == (303, "/grants/flow/")
    for address in ("/grants/flow/", "/grants/awards/", f"/grants/awards/{country.pk}/", "/grants/payments/"):
        page = text(client.get(address))
        assert "1,234.56789" in page, address
        assert "12,345,678.90" not in page
        assert "(yuan)" not in page
        assert "Show money in yuan" in page
    client.post("/money-unit/", {"unit": "yuan", "next": "//elsewhere.example/"})
    assert client.cookies["money_unit"].value == "yuan"
    assert "12,345,678.90" in text(client.get("/grants/awards/"))


def test_papers_state_their_amount_in_capitals(client_as, cast, country):
    client = client_as(cast("finance_maker", "MOF"))
    assert "贰亿元整" in text(client.get(f"/grants/awards/{country.pk}/"))
    with make.acting(cast("finance_maker", "MOF")):
        from grants.models import Payment

        payment = Payment.objects.get(document_no="V1")
    assert "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角" in text(client.get(f"/grants/payments/{payment.pk}/"))


def test_the_list_of_all_that_is_late_keeps_to_the_province(client_as, who, country):
    client = client_as(who["auditor"])
    assert "/grants/waiting/?timing=late&amp;province=350000" in text(client.get("/grants/flow/?province=350000"))
    assert '/grants/waiting/?timing=late"' in text(client.get("/grants/flow/"))
    for address in ("/oversight/", "/oversight/provinces/350000/"):
        assert "/grants/flow/" in text(client.get(address)).split("<main")[1]


def test_the_switch_goes_nowhere_else(client_as, cast, db):
    client = client_as(cast("finance_maker", "MOF"))
    answer = client.post("/money-unit/", {"unit": "dollars", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert "money_unit" not in client.cookies


def test_what_is_late_in_a_region_or_a_unit_leads_to_a_list_of_as_many(client_as, who, country):
    """The list forgot both and named what is late in all of the country."""
    client = client_as(who["auditor"])
    for query, late in (("region=east", 1), ("region=central", 0), ("unit=350200", 1), ("unit=360100", 0)):
        page = text(client.get(f"/grants/flow/?{query}"))
        assert (f"/grants/waiting/?timing=late&amp;{query}" in page) == bool(late)
        found = client.get(f"/grants/waiting/?timing=late&{query}&format=csv")
        assert b"".join(found.streaming_content).count(b"\r\n") == 1 + late, query
        assert client.get(f"/grants/recoveries/?standing=overdue&{query}").status_code == 200


def test_names_in_the_picture_fit_beside_their_bars():
    from grants.flow_picture import EM, WIDTH, Node, drawn, fitted

    assert fitted("厦门市", 3 * EM) == "厦门市"
    assert fitted("厦门市工业互联网平台应用项目01", 10 * EM) == "厦门市工业…项目01"
    long = "某市工业互联网平台应用项目" * 3
    nodes = [
        Node("a", 0, "核定", "", Decimal(9)),
        Node("b", 1, long, "", Decimal(9)),
        Node("c", 2, f"{long}07", "", Decimal(9)),
    ]
    bars = drawn(nodes, []).bars
    assert all(bar.text_x + EM * len(bar.name) <= WIDTH for bar in bars)
    assert bars[1].text_x + EM * len(bars[1].name) <= bars[2].x
    assert bars[2].name.endswith("目07")
