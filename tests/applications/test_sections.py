"""The registry of sections: whole, in its order, and the one source of content, pages and lists."""

from __future__ import annotations

import pkgutil
import re

import pytest
from django.urls import reverse

from applications import canonical, presentation, queries, sections
from applications.models import Application
from applications.queries.dossiers import with_rows
from applications.sections import ORDER, SECTIONS
from tests import factories_applications as make
from tests.applications.test_checks import AMOUNT

NO_SECTIONS = {"base", "paths", "words"}


def test_each_module_is_a_section_with_its_place():
    modules = {module.name for module in pkgutil.iter_modules(sections.__path__)}
    assert modules - NO_SECTIONS <= set(ORDER)
    assert list(SECTIONS) == [code for code in ORDER if code in modules]
    assert all(code == section.code for code, section in SECTIONS.items())


def test_each_section_has_its_page():
    assert all(reverse(section.route, args=[1]) for section in SECTIONS.values())


@pytest.mark.django_db
def test_content_comes_from_the_loaded_rows_alone(db, budget):
    row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    with make.acting("drafter", "ZF350200"):
        whole = queries.whole(row)
        with budget(0):
            content = canonical.content(whole)
            shown = presentation.sections(content)
    keys = [key for section in SECTIONS.values() for key in section.content(whole)]
    assert len(keys) == len(set(keys)), "two sections write the same key"
    assert set(content) == {"format", "batch", "unit", "province", *keys}
    assert [section["code"] for section in shown] == list(SECTIONS)


@pytest.mark.django_db
def test_rows_are_named_by_a_field_they_have(db):
    row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    with make.acting("drafter", "ZF350200"):
        content = canonical.content(queries.whole(row))
    for section in SECTIONS.values():
        for path, key in section.rows.items():
            names = [_at(line, key) for line in _at(content, path)]
            assert len(names) == len(set(names)), (path, key)


def _at(found, path):
    for part in path.split("."):
        found = found[part]
    return found


@pytest.mark.django_db
def test_both_ways_of_loading_give_the_same_text_to_the_fen(db):
    """What is signed does not depend on whether one dossier was loaded at once or many kind by kind."""
    row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    with make.acting("drafter", "ZF350200"):
        row.projects.filter(is_landmark=True).update(total_investment="9999999999999999.99")
        one = canonical.text(canonical.content(queries.whole(row)))
        rows = Application.objects.select_related("batch__rule_set", "unit", "province")
        many = with_rows(rows.filter(pk=row.pk)).get()
        assert one == canonical.text(canonical.content(many))
        assert '"total_investment":"9999999999999999.99"' in one


def test_growth_is_told_against_the_year_before_alone():
    """With a year left out, the growth of two years stood as that of one."""
    from applications.sections.foundation import nominal_growth

    rows = [{"year": year, "output": output} for year, output in ((2021, "100.00"), (2022, "110.00"), (2024, "165.00"))]
    assert nominal_growth(rows) == ["–", "10.00", "–"]


def test_section_leads_to_section(drafter, row):
    """Lists and forms alike say which section this is and lead to its neighbours; a row's own form does not."""
    for at, code in enumerate(ORDER):
        page = drafter.get(f"/applications/{row.pk}/{code}/").content.decode()
        found = re.findall(r'<a href="([^"]+)" rel="(prev|next)">', page)
        assert f"Section {at + 1} of {len(ORDER)}" in page, code
        assert found == [
            *([(f"/applications/{row.pk}/{ORDER[at - 1]}/", "prev")] if at else []),
            *([(f"/applications/{row.pk}/{ORDER[at + 1]}/", "next")] if at + 1 < len(ORDER) else []),
        ], code
    assert 'rel="next"' not in drafter.get(f"/applications/{row.pk}/industries/add/").content.decode()
