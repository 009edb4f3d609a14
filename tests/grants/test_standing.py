"""How the programme stands: each figure is that of the list it leads to, and only who sees the nation sees the page."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from grants.standing_page import whole_shares
from tests import factories_grants as make

PAGE = "/grants/standing/"


@pytest.fixture
def award(who, world):
    """Xiamen was awarded, holds 1,000 yuan and paid 250 of them."""
    found = make.funded_unit(who, application=world.application, award="200000000.00", held="1000.00")
    make.paid(who, project=make.project(who, found), amount="250.00", number="V1")
    return found


@pytest.fixture
def officer(who, client_as):
    return client_as(who["mof"])


def shown(client, query=""):
    answer = client.get(f"{PAGE}?format=csv{query}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return {(row[0], row[1]): (row[2], row[3]) for row in list(csv.reader(io.StringIO(text)))[1:]}


def test_figures_are_those_of_the_books(award, officer):
    found = shown(officer)
    wanted = {
        "Awarded": "200000000.00",
        "Issued": "1000.00",
        "Passed on to units": "1000.00",
        "Paid to projects": "250.00",
        "Recovered": "0.00",
    }
    for name, amount in wanted.items():
        assert found["Money", name] == ("", amount), name
    assert found["Applications by state", "selected"] == ("2", "")
    east, central = "East: selected", "Central: selected"
    title = "Regional balance of the selected"
    assert [found[title, name] for name in (east, central)] == [("1", ""), ("1", "")]
    assert found[title, "East: awarded"] == ("", "200000000.00")


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ([1, 1, 1, 0], [34, 33, 33, 0]),
        ([9, 8, 7, 2], [34, 31, 27, 8]),
        ([0, 0, 0, 0], [0, 0, 0, 0]),
        ([2, 0], [100, 0]),
    ],
)
def test_the_shares_of_the_regions_are_a_hundred_together(counts, shares):
    assert whole_shares(counts) == shares


def test_every_figure_leads_to_a_list_that_is_there(award, officer):
    page = officer.get(PAGE).content.decode()
    main = page.split("<main", 1)[1]
    links = {unescape(link) for link in re.findall(r'href="(/[^"#]*)"', main)}
    assert len(links) > 15
    for link in links:
        assert officer.get(link).status_code == 200, link


def test_every_link_keeps_the_batch(award, officer):
    """The way from a batch's figure leads to that batch's rows: each list asks for it, each board is of one batch."""
    main = officer.get(f"{PAGE}?batch=90").content.decode().split("<main", 1)[1]
    content = main.split('class="filters"', 1)[1]
    links = {unescape(link) for link in re.findall(r'href="(/[^"#]*)"', content)} - {PAGE}
    kept = [link for link in links if "batch=90" in link]
    assert len(kept) > 12
    # The reviewers of the pool belong to no batch; the way back to all figures leaves it on purpose.
    assert links - set(kept) == {"/reviewing/"}
    for link in kept:
        answer = officer.get(link)
        assert answer.status_code == 200, link
        assert officer.get(link.replace("batch=90", "batch=91")).status_code == 200, link


def test_the_list_behind_a_count_has_that_many_rows(award, officer):
    page = officer.get("/applications/?state=selected&batch=90").content.decode()
    assert "2 rows" in page
    assert shown(officer, "&batch=90")["Applications by state", "selected"] == ("2", "")


def test_a_batch_and_a_year_narrow_it(award, officer):
    other = shown(officer, "&batch=1")
    assert not [key for key in other if key[0] in ("Money", "Applications by state")]
    before = shown(officer, "&year=2020")
    assert not [key for key in before if key[0] == "Money"]
    assert before["Applications by state", "selected"] == ("2", "")


@pytest.mark.parametrize("query", ["batch=x", "batch=99999", "year=-1", "year=%00", "sort=nonsense", "format=exe"])
def test_what_makes_no_sense_is_left_aside_or_refused(award, officer, query):
    assert officer.get(f"{PAGE}?{query}").status_code in (200, 400)


@pytest.mark.parametrize("name", ["miit", "mof", "auditor"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_who_sees_the_nation_sees_it(award, who, client_as, name, language):
    assert client_as(who[name], language).get(PAGE).status_code == 200


@pytest.mark.parametrize("name", ["mof_maker", "province_maker", "unit_checker"])
def test_others_do_not(award, who, client_as, name):
    assert client_as(who[name]).get(PAGE).status_code == 403


def test_nothing_yet_is_said_in_words(who, officer):
    page = officer.get(PAGE).content.decode()
    for words in ("Nothing was awarded yet.", "No report was verified yet.", "No finding is open."):
        assert words in page
