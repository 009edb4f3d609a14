"""All rows of a dossier in one query are the same rows as each kind in its own."""

from __future__ import annotations

import pytest
from django.db.models import prefetch_related_objects

from applications.models import Application
from applications.queries.dossiers import children
from portal.core import at_once
from portal.core.scope import acting_as
from tests import factories_applications as make


def _seen(holder, lookups):
    """Everything the lookups loaded: fields, joined objects, annotations."""
    found = {}
    for lookup in lookups:
        name = lookup if isinstance(lookup, str) else lookup.prefetch_to
        relation = Application._meta.get_field(name)
        rows = [getattr(holder, name, None)] if relation.one_to_one else list(getattr(holder, name).all())
        found[name] = [_plain(row) for row in rows]
    return found


def _plain(row):
    if row is None:
        return None
    values = {key: value for key, value in vars(row).items() if not key.startswith("_")}
    joined = {key: _plain(one) for key, one in row._state.fields_cache.items() if not isinstance(one, Application)}
    brought = {
        key: [
            {name: value for name, value in vars(one).items() if not name.startswith("_")}
            for one in getattr(row, key).all()
        ]
        for key in row.__dict__.get("_prefetched_objects_cache", {})
    }
    return type(row), values, joined, brought


@pytest.fixture(autouse=True)
def drafter(db):
    """A drafter of Xiamen reads."""
    user = make.person("drafter", "ZF350200")
    with acting_as(user.pk):
        yield


def _whole(holder):
    at_once.load(holder, *children())


_KEPT = at_once.Together(children)  # as the pages have it: put together once, asked for each object
WAYS = pytest.mark.parametrize("load", [_whole, _KEPT])


@WAYS
def test_the_same_rows_in_one_query(budget, load):
    made = make.submitted(unit="350200", amount="100000000.00", soes=("YQ001", "YQ002"))
    one, other = Application.objects.get(pk=made.pk), Application.objects.get(pk=made.pk)
    prefetch_related_objects([one], *children())
    with budget(2):  # one, and one for the rows of rows (of projects, of indicators)
        load(other)
    with budget(0):
        assert _seen(other, children()) == _seen(one, children())
        assert len(other.projects.all()) > 0
        assert all(row.application is other for row in other.projects.all())
    assert set(other.projects.order_by("-pk")) == set(one.projects.all())
    assert other.targets.all()[0].years.filter(year__gt=0).count() == one.targets.all()[0].years.count()


@WAYS
def test_an_object_without_rows(budget, load):
    made = make.begun(unit="350200")
    one, other = Application.objects.get(pk=made.pk), Application.objects.get(pk=made.pk)
    prefetch_related_objects([one], *children())
    with budget(1):
        load(other)
    with budget(0):
        assert _seen(other, children()) == _seen(one, children())


def test_nothing_is_asked_for(budget):
    made = Application.objects.get(pk=make.begun(unit="350200").pk)
    with budget(0):
        at_once.load(made)
