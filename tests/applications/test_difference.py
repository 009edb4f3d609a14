"""The difference of two contents: it turns the old into the new and back, whatever they are, and says what changed."""

from __future__ import annotations

import copy
import json

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from applications import canonical
from applications.comparing import compare
from applications.difference import applied, between, places, undone
from applications.roster.changes import changes
from tests import factories_applications as make
from tests.applications.browser import AMOUNT

ROWS = {"projects": "id", "partners": "organisation.code", "targets.indicators": "code", "": "id"}
LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=4)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
)
PROJECT = st.fixed_dictionaries({"id": st.integers(1, 6), "name": st.text(max_size=3), "more": JSON})
PARTNER = st.fixed_dictionaries({"organisation": st.fixed_dictionaries({"code": st.sampled_from("ABCD")}), "x": LEAVES})
INDICATOR = st.fixed_dictionaries({"code": st.sampled_from(["a", "b", 1, True, None]), "goal": LEAVES})
CONTENT = st.fixed_dictionaries(
    {
        "projects": st.lists(PROJECT, max_size=5),
        "partners": st.lists(PARTNER, max_size=4),
        "targets": st.fixed_dictionaries({"indicators": st.lists(INDICATOR, max_size=3), "rate": LEAVES}),
        "basics": JSON,
    },
    optional={"foundation": JSON, "funding": JSON},
)


def text(value):
    return json.dumps(value, sort_keys=True)


@settings(max_examples=150, deadline=None)
@given(CONTENT, CONTENT)
def test_applied_to_the_old_it_gives_the_new_and_back(old, new):
    kept = copy.deepcopy((old, new))
    found = between(old, new, ROWS)
    assert text(applied(old, found)) == text(new)
    assert text(undone(new, found)) == text(old)
    assert (found is None) == (text(old) == text(new))
    assert bool(list(places(found))) == (found is not None)
    assert (old, new) == kept


@settings(max_examples=80, deadline=None)
@given(JSON, JSON)
def test_of_any_two_values(old, new):
    found = between(old, new, ROWS)
    assert text(applied(old, found)) == text(new)
    assert text(undone(new, found)) == text(old)


@settings(max_examples=80, deadline=None)
@given(CONTENT)
def test_canonical_text_is_stable(content):
    """Written and read again, in any order of keys, the content is the same text."""
    written = canonical.text(content)
    assert canonical.text(json.loads(written)) == written
    assert canonical.text(dict(reversed(list(content.items())))) == written


def test_rows_are_named_and_not_counted():
    old = {"projects": [{"id": 1, "name": "甲"}, {"id": 2, "name": "乙"}, {"id": 3, "name": "丙"}]}
    new = {"projects": [{"id": 1, "name": "甲"}, {"id": 3, "name": "丁"}, {"id": 4, "name": "戊"}]}
    assert list(places(between(old, new, ROWS))) == ["projects[4]", "projects[2]", "projects[3].name"]


def test_another_old_is_refused():
    found = between({"a": 1, "projects": []}, {"a": 2, "projects": [{"id": 1}]}, ROWS)
    with pytest.raises(ValueError, match="another content"):
        applied({"a": 3, "projects": []}, found)
    with pytest.raises(ValueError, match="another content"):
        applied({"a": 1, "projects": [{"id": 9}]}, found)


@pytest.fixture
def twice(db):
    """Returned by the province, mended and submitted again."""
    row = make.submitted(unit="350200", amount=AMOUNT)
    make.decide(row, make.Side.INDUSTRY, make.Verdict.RETURN, "补充")
    with make.acting("drafter", "ZF350200") as by:
        mine = make.Application.objects.get(pk=row.pk)
        what = make.dossier.BasicsInput(
            "新标题", "以汽车、电子和装备为重点。", "联系人（演示）", "0592", mine.amount_asked
        )
        make.dossier.edit_basics(by=by, application=mine, what=what, version=mine.version)
        first, second = mine.projects.order_by("pk")
        change = make.project_input(total_investment=make.Decimal("700000000.00"))
        make.projects.change_project(by=by, project=first, what=change, version=first.version)
        make.projects.remove_project(by=by, project=second)
        add = make.project_input(name="新材料产业链改造", mode="line", is_landmark=False)
        make.projects.add_project(by=by, application=mine, what=add)
        make.fund_all(by, mine)
        make.submission.request_sign_off(by=by, application=make.Application.objects.get(pk=row.pk))
    make.sign(row)
    return make.fresh(row)


class TestPage:
    """The page of differences: what changed, in words, for those who may read the submissions."""

    def test_fields_and_rows_in_words(self, twice, client_as, budget):
        province = client_as(make.person("provincial_officer", "GX350000"))
        province.get("/desk/")
        with budget(9):
            page = province.get(f"/applications/{twice.pk}/compare/")
        by_code = {section.code: section for section in page.context["sections"]}
        assert set(by_code) == {"basics", "projects", "funding"}
        said = strip_tags(page.content.decode())
        assert "新标题" in said
        projects = by_code["projects"].parts[0]
        assert [row.name for row in projects.added] == ["新材料产业链改造"]
        assert [row.name for row in projects.removed] == ["电子元器件产业链改造"]
        changed = projects.changed[0]
        assert "整车智能工厂" in changed.name
        assert [cell.label for cell in changed.cells] == ["Total investment (ten thousand yuan)"]
        assert "".join(piece.text for piece in changed.cells[0].new) == "70,000"
        assert page.context["count"] == sum(section.count for section in by_code.values())
        assert all(section.unsaid == [] for section in by_code.values())

    def test_backwards_and_with_itself(self, twice, client_as):
        province = client_as(make.person("provincial_officer", "CZ350000"))
        back = province.get(f"/applications/{twice.pk}/compare/?old=2&new=1")
        parts = {section.code: section for section in back.context["sections"]}["projects"].parts[0]
        assert [row.name for row in parts.added] == ["电子元器件产业链改造"]
        same = province.get(f"/applications/{twice.pk}/compare/?old=2&new=2")
        assert "Both texts are the same" in same.content.decode()

    @pytest.mark.parametrize("query", ["?old=3", "?new=now", "?old=x", "?old=1&new=0"])
    def test_what_is_not_there_is_404(self, twice, client_as, query):
        province = client_as(make.person("provincial_officer", "GX350000"))
        assert province.get(f"/applications/{twice.pk}/compare/{query}").status_code == 404

    def test_the_unit_compares_with_what_stands_now(self, drafter):
        row = make.submitted(unit="350200", amount=AMOUNT)
        assert "Both texts are the same" in drafter.get(f"/applications/{row.pk}/compare/").content.decode()
        make.decide(row, make.Side.INDUSTRY, make.Verdict.RETURN, "补充")
        with make.acting("drafter", "ZF350200") as by:
            mine = make.Application.objects.get(pk=row.pk)
            make.projects.remove_project(by=by, project=mine.projects.order_by("pk").last())
        page = drafter.get(f"/applications/{row.pk}/compare/")
        assert [section.code for section in page.context["sections"]] == ["projects", "funding"]

    def test_one_text_alone_says_so(self, drafter, client_as):
        row = make.submitted(unit="350200", amount=AMOUNT)
        province = client_as(make.person("provincial_officer", "GX350000"))
        assert "nothing can be compared yet" in province.get(f"/applications/{row.pk}/compare/").content.decode()

    def test_words_of_every_change_are_said(self, twice):
        """Whatever changes in the content of a section, the page says something of it."""
        with make.acting("drafter", "ZF350200"):
            content = json.loads(twice.snapshots.order_by("number").last().content)
        for place in places(between({}, content, {})):
            new = content | {place: {"changed": 1} if isinstance(content[place], dict) else [{"changed": 1}]}
            assert compare(content, {key: new[key] for key in new if key != place}), place


def test_rosters_are_compared_by_code():
    old = {"1": ["1", "甲", "C36", "1.00", *[False] * 4, "no", None, False, None, None, None, ""]}
    changed = {"1": ["1", "甲", "C36", "2.00", True, *[False] * 3, "no", 2026, False, None, None, None, ""]}
    more = {str(number): [str(number), "乙", *old["1"][2:]] for number in range(2, 1002)}
    with override("en"):
        found = changes(old, changed | more)
    assert (found.added, found.removed, found.changed, len(found.came)) == (1000, 0, 1, 200)
    assert [(figure.old, figure.new) for figure in found.other[0][2]] == [
        ("1.00", "2.00"),
        ("no", "yes"),
        ("–", "2026"),
    ]
    assert not changes(old, dict(old))
