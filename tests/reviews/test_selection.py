"""Pages of selection: frozen sets, the form with all rules, reasons, robustness, proof, scenarios beside each other."""

from __future__ import annotations

import io
import json
import re
import zipfile
from decimal import Decimal

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from applications.domain import submission
from applications.models import Application
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.tasks import cancel
from reviews import todo
from reviews.balance import by_region
from reviews.domain import deciding, interests, selecting
from reviews.forms.selecting import Choices, SelectionForm
from reviews.models import CandidateSet, Scenario, ScenarioComment, ScenarioStudy
from reviews.moved import _conflict
from reviews.presenting.board import Cell, Grid, _amount, _money_change
from reviews.presenting.board_file import workbook
from reviews.presenting.china import PLACES, china_map
from reviews.presenting.rules import conflict_lines, differences
from reviews.queries.scenarios import Names
from reviews.told import rule_told
from tests import factories_reviews as make
from tests.factories_applications import acting, person

UNITS = {"350200": "300000000.00", "330200": "200000000.00", "420100": "100000000.00"}
GIVEN = {"350200": "80.00", "330200": "90.00", "420100": "85.50"}
FORM = {"name": "", "total_min": "2", "total_max": "2", "budget": "780000", "province_max": "1", "reason": ""}


@pytest.fixture
def batch(db):
    return make.locked_batch(UNITS, given=GIVEN, places=2, number=51)


@pytest.fixture
def see(client_as):
    def browser(code="MIIT", role="officer", number=1, language="en"):
        return client_as(person(role, code, number), language)

    return browser


def text(answer):
    return answer.content.decode()


def latest(batch):
    with acting("officer", "MIIT"):
        return Scenario.objects.filter(batch=batch).order_by("-number").first()


def rows_of(answer):
    """The rows of an XLSX answer, sheet by sheet."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_desk_of_both_ministries_says_that_a_list_is_to_be_made(batch):
    def asked():
        url, found = f"/selection/{batch.number}/", []
        for code in ("MIIT", "MOF"):
            with acting("officer", code) as by:
                found.append(url in [one.url for one in todo.screening(by)])
        return found

    assert asked() == [True, True]
    decision = make.proposed(make.computed(batch))
    assert asked() == [False, False]
    with acting("officer", "MIIT", 2) as by:
        deciding.withdraw(by=by, decision=make.Decision.objects.get(pk=decision.pk), why="重新测算（演示）")
    assert asked() == [True, True]


class TestFreezing:
    def test_what_is_frozen_is_seen_before(self, batch, see):
        miit, here = see(), f"/selection/{batch.number}/freeze/"
        page = text(miit.get(here))
        assert "3 candidates will be frozen" in page
        assert "Xiamen" in page
        assert "2025 年 9 / 6 / 9 / 2" in page or "工信厅联规函" in page  # the sources of the rules
        assert miit.post(here, {"confirm": "yes"}).status_code == 303
        with acting("officer", "MIIT"):
            frozen = CandidateSet.objects.get(batch=batch)
        again = text(miit.get(here))
        assert "Nothing has changed" in again
        assert 'id="freeze"' not in again
        assert frozen.sha256 in text(miit.get(f"/selection/{batch.number}/"))

    def test_a_set_says_what_changed_and_goes_into_a_file(self, batch, see):
        first = make.frozen(batch)
        with acting("signatory", "ZF420100") as by:
            row = Application.objects.select_related("batch__rule_set", "organisation").get(batch=batch)
            submission.withdraw(by=by, application=row, why="Merged")
        miit = see()
        assert "Wuhan left" in text(miit.get(f"/selection/{batch.number}/freeze/"))
        miit.post(f"/selection/{batch.number}/freeze/", {"confirm": "yes"})
        with acting("officer", "MIIT"):
            second = CandidateSet.objects.get(batch=batch, number=2)
        auditor = see("SJ", "auditor")
        page = text(auditor.get(f"/selection/candidates/{second.pk}/"))
        assert "Against Candidate set 1" in page
        assert "Wuhan left" in page
        assert "Against" not in text(auditor.get(f"/selection/candidates/{first.pk}/"))
        sheet = next(iter(rows_of(auditor.get(f"/selection/candidates/{first.pk}/?format=xlsx")).values()))
        assert [row[2] for row in sheet[1:]] == ["330200", "350200", "420100"]
        assert sheet[1][3] == 90.0

    def test_who_withdrew_is_in_no_list_that_is_computed_proposed_or_signed(self, batch, see):
        """Ningbo and Wuhan were chosen; the one that withdraws is found at once, and not by the last signature."""
        scenario = make.computed(batch)
        decision = make.proposed(scenario)
        with acting("signatory", "ZF420100") as by:
            row = Application.objects.select_related("batch__rule_set", "organisation").get(batch=batch)
            submission.withdraw(by=by, application=row, why="Merged")
        for act in (
            lambda: make.signed(decision, "MIIT"),
            lambda: make.proposed(scenario),
            lambda: make.computed(batch),
        ):
            with pytest.raises(DomainError) as refusal:
                act()
            assert refusal.value.code in ("candidate_left", "not_frozen")
        with acting("officer", "MIIT") as by:
            deciding.withdraw(by=by, decision=make.Decision.objects.get(pk=decision.pk), why="变化（演示）")
        page = text(see().get(f"/selection/{batch.number}/"))
        assert "A candidate has withdrawn since: freeze the candidates anew" in page
        see().post(f"/selection/{batch.number}/freeze/", {"confirm": "yes"})
        assert "A candidate has withdrawn since" not in text(see().get(f"/selection/{batch.number}/"))


class TestAsking:
    @pytest.fixture
    def here(self, batch):
        make.frozen(batch)
        return f"/selection/{batch.number}/new/"

    def test_without_a_set_the_page_leads_to_freezing(self, batch, see):
        page = text(see().get(f"/selection/{batch.number}/new/"))
        assert f"/selection/{batch.number}/freeze/" in page
        assert '<form method="post" class="form' not in page

    def test_the_rule_set_needs_no_reason_and_is_computed_once(self, batch, here, see):
        miit = see()
        assert miit.post(here, FORM | {"name": "By the rules"}).status_code == 303
        made = latest(batch)
        assert (made.changes, made.name) == ({}, "By the rules")
        make.run_now(_run(made))
        again = miit.post(here, FORM)
        assert again.status_code == 422
        assert f"/selection/scenario/{made.pk}/" in text(again)
        assert "By the rules asks the same" in text(again)
        assert latest(batch) == made

    def test_every_rule_can_be_changed_and_only_what_differs_is_kept(self, batch, here, see):
        form = FORM | {
            "name": "West", "total_min": "1", "budget": "", "province_max": "2", "east_min": "1", "west_max": "0",
            "limit_rows": "3", "limit_0_of": "sector:C36", "limit_0_side": "min", "limit_0_number": "1",
            "limit_2_of": "sector:C36", "limit_2_side": "max", "limit_2_number": "2",
            "hand_rows": "2", "hand_0_side": "include", "hand_0_unit": "350200 Xiamen", "hand_0_reason": "Pilot zone",
            "hand_1_side": "exclude", "hand_1_unit": "420100", "hand_1_reason": "Merged",
        }  # fmt: skip
        miit = see()
        refused = miit.post(here, form)
        assert refused.status_code == 422
        assert "Say why the rules differ" in text(refused)
        assert 'value="Pilot zone"' in text(refused)
        assert latest(batch) is None
        assert miit.post(here, form | {"reason": "Balance"}).status_code == 303
        assert latest(batch).changes == {
            "total": {"min": 1, "max": 2}, "budget": None, "province_max": 2,
            "regions": {"east": {"min": 1}, "west": {"max": 0}},
            "sector_min": {"C36": 1}, "sector_max": {"C36": 2},
            "include": [{"id": "350200", "reason": "Pilot zone"}],
            "exclude": [{"id": "420100", "reason": "Merged"}],
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"total_min": "3"}, "This is below the least number."),
            ({"total_max": "many"}, "Enter a whole number."),
            ({"limit_0_number": "1"}, "Choose the industry or enterprise."),
            ({"limit_0_of": "sector:C36"}, "Say how many units."),
            ({"limit_0_of": "sector:X99", "limit_0_number": "1"}, "Select a valid choice"),
            ({"hand_0_unit": "Atlantis", "hand_0_reason": "x"}, "No candidate is called so"),
            ({"hand_0_unit": "350200"}, "Say why: the price of it"),
            (
                {"hand_0_unit": "350200", "hand_0_reason": "a", "hand_1_unit": "Xiamen", "hand_1_reason": "b"},
                "This unit stands here twice.",
            ),
        ],
    )
    def test_bad_input_is_said_beside_its_field_and_nothing_is_lost(self, batch, here, see, typed, said):
        answer = see().post(here, FORM | {"name": "Kept name", "limit_rows": "2", "hand_rows": "2"} | typed)
        assert answer.status_code == 422
        assert said in text(answer)
        assert 'value="Kept name"' in text(answer)
        for name, value in typed.items():
            if not name.endswith("_of"):
                assert f'value="{value}"' in text(answer), name
        assert latest(batch) is None

    def test_more_rows_keep_what_was_typed_unchecked(self, batch, here, see):
        typed = {"more": "yes", "hand_rows": "2", "limit_rows": "2", "hand_1_unit": "Nowhere", "total_max": "x"}
        answer = see().post(here, FORM | typed)
        page = text(answer)
        assert answer.status_code == 200
        assert 'name="hand_3_unit"' in page
        assert 'name="hand_4_unit"' not in page
        assert 'value="Nowhere"' in page
        assert 'value="x"' in page
        assert "Please check" not in page
        assert latest(batch) is None

    def test_it_begins_with_another_selection(self, batch, here, see):
        made = make.computed(batch, total=1, exclude=[{"id": "330200", "reason": "Out of the race"}])
        page = text(see("MOF").get(f"{here}?from={made.pk}"))
        assert 'value="Out of the race"' in page
        assert 'value="330200 Ningbo"' in page
        other = make.computed(make.locked_batch(UNITS, given=GIVEN, places=2, number=52))
        for bad in (other.pk, 987654):
            assert see().get(f"{here}?from={bad}").status_code == 404
        assert see().get(f"{here}?from=x").status_code == 200

    @translation.override("en")
    def test_an_enterprise_has_no_lower_bound_and_bounds_fit(self):
        choices = Choices({"350200": "Xiamen"}, [("x", [("soe:YQ001", "SOE"), ("sector:C36", "Cars")])])
        data = FORM | {"limit_rows": "2", "limit_0_of": "soe:YQ001", "limit_0_side": "min", "limit_0_number": "1"}
        form = SelectionForm(data, rules={"total": 2}, choices=choices)
        assert form.errors["limit_0_side"] == ["For an enterprise there is an upper bound only."]
        row = {"limit_0_of": "sector:C36", "limit_1_of": "sector:C36", "limit_0_number": "3", "limit_1_number": "2"}
        sides = {"limit_0_side": "min", "limit_1_side": "max"}
        form = SelectionForm(FORM | {"limit_rows": "2"} | row | sides, rules={"total": 2}, choices=choices)
        assert form.non_field_errors() == ["The bounds of C36 exclude one another."]
        twice = SelectionForm(
            FORM | {"limit_rows": "2"} | row | {"limit_0_side": "max", "limit_1_side": "max"},
            rules={"total": 2},
            choices=choices,
        )
        assert twice.errors["limit_1_of"] == ["This bound stands here twice."]


def _run(made):
    with acting("officer", "MIIT"):
        return Run.objects.get(pk=made.run)


class TestOneSelection:
    def test_reasons_prices_and_robustness_in_words(self, batch, see):
        made = make.computed(batch)
        mof = see("MOF")
        page = text(mof.get(f"/selection/scenario/{made.pk}/"))
        assert "175.500000" in page
        assert "1 candidate is not chosen" in page
        assert page.count("map__name") == len(PLACES) == 34
        reasons = text(mof.get(f"/selection/scenario/{made.pk}/reasons/"))
        assert (
            "Would be chosen from a score of 85.500000" in reasons
            or "Would be chosen from a score of 85.500001" in (reasons)
        )
        assert "It would displace: Wuhan." in reasons
        assert "binding: without it the total score is higher by 80.000000" in reasons
        only = text(mof.get(f"/selection/scenario/{made.pk}/reasons/?chosen=no"))
        assert "Xiamen" in only
        assert "Ningbo</" not in only.split('id="list-reasons"')[1]
        assert "Xiamen" not in text(mof.get(f"/selection/scenario/{made.pk}/reasons/?q=wuh")).split("list-reasons")[1]
        firm = text(mof.get(f"/selection/scenario/{made.pk}/firmness/"))
        assert "of 1000 draws" in firm
        assert "Pilot units" in firm or "left out alone" in firm

    def test_a_conflict_says_the_least_change(self, batch, see):
        broken = make.computed(batch, total=2, regions={"west": {"min": 1}})
        page = text(see().get(f"/selection/scenario/{broken.pk}/"))
        assert "West, at least 1: with 0 the rest is possible; there are too few candidates" in page
        assert f"/selection/{batch.number}/new/?from={broken.pk}" in page
        assert see().get(f"/selection/scenario/{broken.pk}/reasons/").status_code == 200
        zh = text(see(language="zh-hans").get(f"/selection/scenario/{broken.pk}/"))
        assert "候选单位不足" in zh

    def test_it_is_verified_on_the_spot_and_taken_away(self, batch, see):
        made = make.computed(batch)
        auditor, here = see("SJ", "auditor"), f"/selection/scenario/{made.pk}/proof/"
        page = text(auditor.get(here))
        assert "Verified just now" in page
        assert made.instance_sha256 in page
        question = json.loads(auditor.get(f"{here}?file=question").content)
        answer = json.loads(auditor.get(f"{here}?file=answer").content)
        space = {"__name__": "verify_decision"}
        exec(auditor.get(f"{here}?file=program").content.decode(), space)
        space["verify"](question, answer)
        answer["chosen"] = answer["chosen"][:1]
        with pytest.raises(space["Rejected"]):
            space["verify"](question, answer)

    def test_names_and_comments_stay(self, batch, see):
        made = make.computed(batch)
        here = f"/selection/scenario/{made.pk}/"
        miit, mof = see(), see("MOF")
        assert miit.post(f"{here}name/", {"name": "Balanced"}).status_code == 303
        empty = miit.post(f"{here}comment/", {"text": ""})
        assert empty.status_code == 422
        assert 'id="comment_text_error"' in text(empty)
        assert mof.post(f"{here}comment/", {"text": "Costs little.\nGood."}).status_code == 303
        page = text(miit.get(here))
        assert "<h1>Balanced" in page.replace("\n", "") or "Balanced ·" in page
        assert "Costs little." in page
        assert "officer MOF 1" in page
        long = miit.post(f"{here}name/", {"name": "x" * 81})
        assert long.status_code == 422
        assert "x" * 81 in text(long)
        with acting("officer", "MIIT"):
            assert Scenario.objects.get(pk=made.pk).name == "Balanced"
            assert ScenarioComment.objects.count() == 1
        auditor = see("SJ", "auditor")
        assert "Keep the comment" not in text(auditor.get(here))
        assert auditor.post(f"{here}comment/", {"text": "x"}).status_code == 403
        assert auditor.post(f"{here}name/", {"name": "x"}).status_code == 403

    def test_a_study_that_ended_early_is_started_again(self, batch, see):
        make.frozen(batch)
        with acting("officer", "MIIT") as by:
            made = selecting.select(by=by, batch=make.fresh(batch), what=selecting.SelectionInput())
        make.run_now(_run(made))
        with acting("officer", "MIIT") as by:
            waiting = Run.objects.get(task="reviews.study", params={"scenario": made.pk})
            cancel(by=by, run=waiting)
        miit, here = see(), f"/selection/scenario/{made.pk}/"
        page = text(miit.get(here))
        assert "not all worked out" in page
        assert "Propose this selection" not in page
        assert miit.post(f"{here}study/").status_code == 303
        with acting("officer", "MIIT"):
            again = Run.objects.get(task="reviews.study", params={"scenario": made.pk}, state="queued")
        assert "The work begins in a moment" in text(miit.get(here))
        assert make.run_now(again).state == "done"
        assert "not all worked out" not in text(miit.get(here))
        assert miit.post(f"{here}study/")["Location"].endswith("/reasons/")
        with acting("officer", "MIIT"):
            assert ScenarioStudy.objects.filter(scenario=made).count() == 2
            assert not Run.objects.filter(task="reviews.study", state="queued").exists()


class TestSideBySide:
    @pytest.fixture
    def three(self, batch):
        base = make.computed(batch)
        less = make.computed(batch, total=1)
        hand = make.computed(batch, include=[{"id": "350200", "reason": "Pilot zone"}])
        return base, less, hand

    def url(self, batch, *rows, more=""):
        return f"/selection/{batch.number}/compare/?" + "&".join(f"with={row.pk}" for row in rows) + more

    def test_who_comes_who_goes_and_what_it_costs(self, batch, see, three):
        base, less, hand = three
        with acting("officer", "MOF") as by:
            selecting.rename(by=by, scenario=base, name="Rule set")
            selecting.comment(by=by, scenario=hand, text="Five and a half points.")
        book = rows_of(see("MOF").get(self.url(batch, base, less, hand, more="&format=xlsx")))
        figures = {row[0]: row[1:] for row in book["Key figures"]}
        assert figures["Key figure"][0] == "Rule set"
        assert figures["Total score"] == [175.5, 90.0, 170.0]
        assert figures["Against the first"] == [0.0, -85.5, -5.5]
        assert figures["Amount (ten thousand yuan)"] == [30000.0, 20000.0, 50000.0]
        assert figures["Changed rules"][2] == "Put on the list by hand: Xiamen: Pilot zone (new)"
        assert "exactly 1 units instead of exactly 2 units" in figures["Changed rules"][1]
        assert "Five and a half points." in figures["Comments"][2]
        moves = {row[0]: row[1:] for row in book["Who comes, who goes against the"]}
        assert moves["Comes"] == ["–", "–", "Xiamen"]
        assert moves["Goes"] == ["–", "Wuhan", "Wuhan"]
        units = {row[0]: row[1:] for row in book["Units on the lists"]}
        assert [name.split(" · ")[1] for name in list(units)[1:]] == ["Ningbo", "Xiamen", "Wuhan"]
        assert units["Hubei · Wuhan"] == ["chosen", "–", "–"]
        prices = {row[0]: row[1:] for row in book["Price of each rule"]}
        assert prices["Put on the list by hand: Xiamen"] == ["does not apply", "does not apply", 5.5]
        page = text(see().get(self.url(batch, base, less, hand)))
        assert page.count('role="img"') == 3
        assert "+" not in figures["State"][0]

    def test_only_of_one_batch_and_at_most_four(self, batch, see, three):
        base, less, hand = three
        other = make.computed(make.locked_batch(UNITS, given=GIVEN, places=2, number=52))
        miit = see()
        assert miit.get(self.url(batch, base, other)).status_code == 404
        assert miit.get(f"/selection/{batch.number}/compare/?with=x").status_code == 400
        many = [make.computed(batch, total=1, province_max=number) for number in (2, 3)]
        answer = miit.get(self.url(batch, base, less, hand, *many))
        assert answer.status_code == 400
        assert "At most 4" in text(answer)
        page = miit.get(f"/selection/{batch.number}/compare/")
        assert page.status_code == 200
        assert "Choose the selections" in text(page)

    def test_the_list_offers_them(self, batch, see, three):
        page = text(see().get(f"/selection/{batch.number}/"))
        assert page.count('name="with"') == 3
        assert 'id="compare"' in page


def test_an_officer_with_an_interest_sees_nothing(batch, see):
    made = make.computed(batch)
    frozen = make.frozen(batch)
    with acting("officer", "MIIT", 5) as by:
        what = interests.InterestInput(True, "other", "x")
        interests.declare_own(by=by, application=make.application(batch, "350200"), what=what)
    client = see(number=5)
    for url, status in [
        (f"/selection/{batch.number}/", 403),
        (f"/selection/{batch.number}/freeze/", 403),
        (f"/selection/{batch.number}/new/", 403),
        (f"/selection/{batch.number}/compare/?with={made.pk}", 403),
        (f"/selection/candidates/{frozen.pk}/", 404),
        *((f"/selection/scenario/{made.pk}/{part}", 404) for part in ("", "reasons/", "firmness/", "proof/")),
    ]:
        assert client.get(url).status_code == status, url
    for part in ("name/", "comment/", "study/"):
        assert client.post(f"/selection/scenario/{made.pk}/{part}", {"name": "x", "text": "x"}).status_code == 404


def test_the_map_has_every_division_once_and_the_corps_in_xinjiang():
    assert len({(column, row) for _letters, column, row in PLACES.values()}) == len(PLACES) == 34
    assert {"710000", "810000", "820000"} <= PLACES.keys()
    candidates = [{"id": "XPCC", "province": "XPCC"}, {"id": "650100", "province": "650000"}]
    found = china_map(candidates, ["XPCC"], Names({}, {}, {}, {}))
    tile = next(tile for tile in found.tiles if tile.candidates)
    assert (tile.chosen, tile.candidates, tile.numbers) == (1, 2, "1/2")
    assert [(row.name, row.candidates, row.chosen) for row in found.rows] == [("650000", 1, 0), ("XPCC", 1, 1)]


def test_a_limit_of_money_is_shown_as_it_holds():
    """Rounded, a change of half a ten thousand read "780,000 instead of 780,000", and the advice did not help."""
    names = Names({}, {}, {}, {})
    with translation.override("en"):
        assert differences({"budget": 7_800_000_000}, {"budget": 7_799_995_000}, names) == [
            "Budget (ten thousand yuan): 779,999.5 instead of 780,000"
        ]
        rule = {"kind": "budget", "of": None, "limit": 15_000, "change_to": 1_260_604_001, "enough": True}
        assert conflict_lines([rule], names) == [
            "Budget (ten thousand yuan) 1.5: with 126,060.4001 the rest is possible"
        ]


def test_amounts_beside_each_other_are_in_one_unit_and_add_up():
    """Parts of ten thousand yuan were rounded away; a replacement offered a budget in yuan beside one in 万元."""
    names = Names({}, {}, {}, {})
    with translation.override("en"):
        rule = {"kind": "budget", "of": "", "limit": 7_800_004_999, "change_to": 7_850_005_001}
        assert _conflict(rule, names) == ("Budget (ten thousand yuan) 780,000.4999", "possible with 785,000.5001")
        assert "780,000.4999" in rule_told(rule)
        shown = [_amount(one).text for one in (12_345_000, 12_345_000, 24_690_000)]
        assert shown == ["1,234.5", "1,234.5", "2,469"]  # 1,234 + 1,234 = 2,469 it was
        assert [_money_change(Decimal(one), Decimal(24_690_000)).text for one in (24_694_999, 24_690_000, 1)] == [
            "+0.4999", "0", "-2,468.9999",
        ]  # fmt: skip


def test_figures_of_the_board_file_look_like_what_they_are():
    """30000 was shown as 30,000. with a point and nothing behind it."""
    grid = Grid("Figures", "Figure", [("Units", [Cell("5", 5)]), ("Amount", [Cell("1,234.5", Decimal("1234.5"))])])
    with zipfile.ZipFile(io.BytesIO(workbook([grid], ["A"]))) as book:
        looks, sheet = (book.read(f"xl/{name}.xml").decode() for name in ("styles", "worksheets/sheet1"))
    own = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', looks))
    used = re.findall(r'<xf numFmtId="(\d+)"', looks.split("<cellXfs")[1].split("</cellXfs>")[0])
    cells = re.findall(r'<c r="B[23]" s="(\d+)"', sheet)
    shown = [own.get(used[int(cell)], used[int(cell)]) for cell in cells]
    assert shown == ["#,##0", "#,##0.0#####"]


def test_at_least_none_bounds_nothing():
    """A region of which nobody has to be chosen, and nobody is, does not stand at its bound."""
    question = {
        "candidates": [{"id": "1", "region": region, "amount": "1.00"} for region in ("east", "west", "northeast")],
        "regions": {"east": {"min": 0, "max": 0}, "northeast": {"min": 0, "max": 2}, "west": {"min": 1, "max": 3}},
    }
    rows = {row.region: row.at_bound for row in by_region(question, [])}
    assert (rows["east"], rows["northeast"], rows["west"]) == (True, False, False)
