"""A prepared query gives what the query itself gives, for every value; one that depends on more is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Count, Exists, F, OuterRef, Value
from django.utils import translation

from portal.accounts.models import Organisation
from portal.core import as_of, clock
from portal.core.prepared import MOST, Prepared, Unprepared
from portal.core.scope import acting_as
from portal.programme.models import Batch, PilotUnit, Province
from tests.people import person

pytestmark = pytest.mark.django_db

UNITS = PilotUnit.objects.select_related("province").order_by("code")


def plain(rows):
    return [
        {name: value for name, value in vars(row).items() if not name.startswith("_")} | {"province": row.province}
        for row in rows
    ]


def test_rows_are_those_of_the_query_itself_whatever_the_value(budget):
    units = Prepared(lambda province: UNITS.filter(province=province))
    for province in ("350000", "420000", "350000", "000000"):
        with budget(1):
            found = units(province)
        assert plain(found) == plain(UNITS.filter(province=province))
    assert len(units("350000")) > 5
    with budget(1):
        assert units("350000")[0].province.name_en  # joined, not asked for again


def test_values_and_annotations_and_unions():
    def build(code, day):
        named = UNITS.filter(code=code).annotate(told=Value("unit"), on=Value(day)).values_list("told", "code", "on")
        return named.union(
            Province.objects.annotate(told=Value("province"), on=Value(day)).values_list("told", "code", "on"), all=True
        )

    found = Prepared(build)
    for code, day in (("350200", clock.today()), ("420100", clock.today() - timedelta(days=9))):
        assert sorted(found(code, day)) == sorted(build(code, day))


def test_more_rows_brought_along():
    rows = Prepared(lambda code: Province.objects.filter(code=code).prefetch_related("units"))
    for code in ("350000", "420000"):
        assert {unit.province_id for unit in rows.one(code).units.all()} == {code}


def test_what_may_be_none():
    rows = Prepared(lambda code: PilotUnit.objects.none() if code else None)
    assert rows("350200") == []
    assert rows.one("350200") is None
    assert Prepared(lambda: None)() == []


class TestActors:
    """All of one post share a statement; each sees their own."""

    def build(self, by):
        post = by.post("drafter", "provincial_officer")
        rows = Organisation.objects.filter(pk__in=by.scope.organisations).annotate(me=Value(by.id))
        return rows.filter(province=post.province).exclude(pk=0).order_by("pk").values_list("me", "pk", "code")

    def test_by_place(self, budget):
        rows = Prepared(lambda *, by: self.build(by))
        for role, code in (("drafter", "ZF350200"), ("drafter", "ZF350500"), ("drafter", "ZF420100")):
            user = person(role, code)
            with acting_as(user.pk) as by:
                assert rows(by=by) == list(self.build(by)) != []
        assert len(rows._kept) == 1
        with acting_as(person("provincial_officer", "GX350000").pk) as by:
            assert rows(by=by) == list(self.build(by))
        assert len(rows._kept) == 2

    def test_names_of_ministries_decide(self):
        def build(*, by):
            rows = Province.objects.order_by("code").values_list("code", flat=True)
            return rows[:1] if by.post("officer", code="MOF") else rows[:2]

        rows = Prepared(build)
        for code, count in (("MOF", 1), ("MIIT", 2), ("MOF", 1)):
            with acting_as(person("officer", code).pk) as by:
                assert len(rows(by=by)) == count


def test_each_language_and_shape_has_its_own():
    def build(code, *, long):
        name = F(f"name_{'en' if translation.get_language() == 'en' else 'zh'}")
        rows = UNITS.filter(code=code).annotate(told=name)
        return rows.values_list("told", "code") if long else rows.values_list("told")

    rows = Prepared(build)
    with translation.override("en"):
        assert rows("350200", long=True) == [("Xiamen", "350200")]
        assert rows("350200", long=False) == [("Xiamen",)]
    with translation.override("zh-hans"):
        assert rows("350200", long=False) == [("厦门市",)]


def test_no_more_are_kept_than_so_many():
    rows = Prepared(lambda code, *, shape: UNITS.filter(code=code)[: shape + 1])
    for shape in range(MOST + 5):
        assert len(rows("350200", shape=shape)) == 1
    assert len(rows._kept) == MOST


class TestRefused:
    """What would be kept wrongly is refused the first time."""

    def refused(self, build, *values):
        with pytest.raises(Unprepared):
            Prepared(build)(*values)

    def test_reading_the_clock(self):
        self.refused(lambda: Province.objects.annotate(on=Value(clock.today())))

    def test_counting_with_a_value(self):
        self.refused(lambda day: Province.objects.annotate(on=Value(day - timedelta(days=1))), clock.today())

    def test_a_value_that_decides_how_much_is_asked(self):
        self.refused(lambda most: Province.objects.all()[:most], 3)
        self.refused(lambda code: Province.objects.all() if code == "350000" else PilotUnit.objects.all(), "350000")

    def test_asking_the_database(self):
        self.refused(lambda code: PilotUnit.objects.filter(province=Province.objects.get(code=code)), "350000")

    def test_a_value_within_another(self):
        self.refused(lambda code: Province.objects.filter(name_en__contains=code), "Fu")

    def test_where_people_are_at_work_it_is_asked_as_ever(self, settings, caplog):
        settings.REFUSE_UNPREPARED = False
        rows = Prepared(lambda most: Province.objects.order_by("code").values_list("code", flat=True)[:most])
        assert [len(rows(most)) for most in (3, 1, 2)] == [3, 1, 2]
        assert [record.msg["event"] for record in caplog.records] == ["query_unprepared"]

    def test_a_stand_in_nobody_understands(self, settings, caplog):
        def build(code):
            return Province.objects.filter(name_en={"350000": "Fujian", "420000": "Hubei"}[code])

        with pytest.raises(LookupError):
            Prepared(build)("350000")
        settings.REFUSE_UNPREPARED = False
        rows = Prepared(build)
        assert [rows.one(code).pk for code in ("350000", "420000", "350000")] == ["350000", "420000", "350000"]
        assert [record.msg["event"] for record in caplog.records] == ["query_unprepared"]

    def test_kinds_of_values(self):
        with pytest.raises(TypeError, match="float"):
            Prepared(lambda size: Province.objects.filter(pk=size))(1.5)
        with pytest.raises(TypeError, match="bool"):
            Prepared(lambda size: Province.objects.filter(pk=size))(True)


def test_the_past_has_a_statement_of_its_own():
    """A key of a table groups its columns; a view of the past has no key."""
    rows = Prepared(lambda code: Batch.objects.filter(number=code).annotate(of=Count("applications")).order_by("pk"))
    with acting_as(person("officer", "MIIT").pk):
        for moment in (None, clock.now() - timedelta(days=1), None):
            with as_of.at(moment):
                assert rows(3) == []
    assert len(rows._kept) == 2


def test_numbers_too_large_for_any_row():
    rows = Prepared(lambda pk: Organisation.objects.filter(pk=pk))
    assert rows(2**31 - 1) == rows(2**31) == rows(2**63) == rows(10**30) == rows(-(10**30)) == []
    with acting_as(person("officer", "MIIT").pk):
        one = Organisation.objects.order_by("-pk")[0]
        assert rows(one.pk) == [one]


def test_a_narrow_column():
    numbers = Prepared(lambda number: Batch.objects.filter(number=number).values_list("number", flat=True))
    others = Prepared(lambda number: Batch.objects.exclude(number=number).values_list("number", flat=True))
    with acting_as(person("officer", "MIIT").pk):
        known = list(Batch.objects.values_list("number", flat=True))
        assert known
        assert [numbers(number) for number in known] == [[number] for number in known]
        for number in (2**15 - 1, 2**15, 2**31, 2**63, -(2**15) - 1):
            assert numbers(number) == []
            assert sorted(others(number)) == sorted(known)


def test_what_the_mapper_takes_for_empty_is_asked_anew():
    rows = Prepared(lambda number: Batch.objects.filter(number=number * 10_000))
    assert rows(7) == rows(10**9) == []
    with pytest.raises(Unprepared):
        Prepared(lambda number: Batch.objects.filter(number=number + 1))(7)


def test_a_subquery_with_the_value_inside():
    def build(code):
        has = PilotUnit.objects.filter(province=OuterRef("pk"), code=code)
        return Province.objects.filter(Exists(has)).values_list("code", flat=True)

    rows = Prepared(build)
    assert rows("350200") == ["350000"]
    assert rows("420100") == ["420000"]
