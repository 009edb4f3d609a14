"""Experts drawn by lot: the same by hand, by the portal and by the database; pool before seed; two ministries."""

from __future__ import annotations

import hashlib

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import DomainError
from reviews import queries
from reviews.domain import drawing, proposing
from reviews.drawing import draw
from reviews.models import ExpertDraw, ReviewerProfile
from tests import databases
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person
from tests.guards.reviews_world import forbidden, make_both, refused
from tests.selection.strategies import examples

pytestmark = pytest.mark.guard
UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
FIX = """insert into reviews_expertdraw (batch_id, size, pool, fixed_by_id, fixed_at, seed, source, drawn)
         values (%s, %s, %s::jsonb, %s, now(), '', '', '[]')"""
DRAW = """update reviews_expertdraw set seed = %s, source = 'x', drawn = %s::jsonb, drawn_by_id = %s, drawn_at = now()
          where batch_id = %s"""


def officer(code, number=1) -> int:
    return person("officer", code, number).pk


@pytest.fixture
def batch(fresh_db):
    """Two applications in review; the rules want two of four experts."""
    details = {**make.DEFAULT["details"], "draw_experts": 2}
    passed = make.passed_batch(UNITS, places=1, reviewers_per_application=3, details=details)
    make.panel()
    for number, province in ((2, "370000"), (3, "420000"), (4, "440000")):
        make.reviewer("expert", province=province, number=number)
    return passed


def pool() -> list[int]:
    with acting("officer", "MIIT"):
        rows = ReviewerProfile.objects.filter(group="expert").order_by("user_id")
        return list(rows.values_list("user_id", flat=True))


@examples(60)
@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=30, unique=True), st.text("abc:期 1", min_size=1), st.data()
)
def test_the_lot_is_what_anyone_counts(members, seed, data):
    size = data.draw(st.integers(1, len(members)))
    keys = {hashlib.sha256(f"{seed}:{member}".encode()).hexdigest(): member for member in members}
    assert draw(members, seed, size) == [keys[key] for key in sorted(keys)][:size]
    assert draw(list(reversed(members)), seed, size) == draw(members, seed, size)


@pytest.mark.parametrize(("members", "seed", "size"), [([1], "", 1), ([1], "s", 2), ([1], "s", 0), ([], "s", 1)])
def test_no_lot_without_seed_or_pool(members, seed, size):
    with pytest.raises(ValueError, match="seed and a pool"):
        draw(members, seed, size)


def test_the_pool_is_whole_and_fixed_before_the_seed(batch):
    everybody = pool()
    with as_person(officer("MIIT")) as web:
        refused(web, "draw_from_the_whole_pool", FIX, batch.pk, 2, str(everybody[:-1]), officer("MIIT"))
        refused(web, "draw_from_the_whole_pool", FIX, batch.pk, 2, str([*everybody, 1]), officer("MIIT"))
        refused(web, "draw_by_the_rules", FIX, batch.pk, 3, str(everybody), officer("MIIT"))
        early = FIX.replace("'', '', '[]'", "'s', 'x', '[]'")
        refused(web, "draw_is_as_drawn", early, batch.pk, 2, str(everybody), officer("MIIT"))
        forbidden(web, FIX, batch.pk, 2, str(everybody), officer("MIIT", 2))
    with as_person(officer("MOF")) as web:
        forbidden(web, FIX, batch.pk, 2, str(everybody), officer("MOF"))


def test_the_database_draws_the_same_and_never_again(batch):
    with acting("officer", "MIIT") as by:
        row = drawing.fix_pool(by=by, batch=batch)
        with pytest.raises(DomainError):
            drawing.fix_pool(by=by, batch=make.fresh(batch))
    right = draw(row.pool, "双色球2026138", 2)
    wrong = [one for one in row.pool if one not in right]
    with as_person(officer("MIIT")) as web:
        assert web.execute(DRAW, ["双色球2026138", str(right), officer("MIIT"), batch.pk]).rowcount == 0
    with as_person(officer("MOF")) as web:
        for drawn in (wrong, right[:1], list(reversed(right)), []):
            refused(web, "draw_is_as_drawn", DRAW, "双色球2026138", str(drawn), officer("MOF"), batch.pk)
        refused(web, "draw_is_as_drawn", DRAW, "双色球2026138", str(right), officer("MOF", 2), batch.pk)
        nowhere = DRAW.replace("source = 'x'", "source = ''")
        refused(web, "draw_whole_or_not_yet", nowhere, "双色球2026138", str(right), officer("MOF"), batch.pk)
        forbidden(web, "delete from reviews_expertdraw")
        web.rollback()
    with acting("officer", "MOF") as by:
        found = ExpertDraw.objects.select_related("batch").get(pk=row.pk)
        with pytest.raises(DomainError):
            drawing.draw(by=by, row=found, seed="双色球2026138", source=" ")
        found = ExpertDraw.objects.select_related("batch").get(pk=row.pk)
        drawing.draw(by=by, row=found, seed="双色球2026138", source="中国福利彩票（演示）")
        assert found.drawn == right
        with pytest.raises(DomainError):
            drawing.draw(by=by, row=found, seed="other", source="x")
    with as_person(officer("MOF")) as web:
        refused(web, "draw_is_as_drawn", DRAW, "other", str(draw(row.pool, "other", 2)), officer("MOF"), batch.pk)
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("select enter_scope(%s)", [officer("MIIT")])
        refused(owner, "draw_is_as_drawn", "delete from reviews_expertdraw")


def test_one_person_with_posts_in_both_ministries_does_not_do_both(batch):
    both = officer("MIIT", 7)
    databases.committed(lambda: make_both(both))
    with as_person(both) as web:
        everybody = pool()
        web.execute(FIX, [batch.pk, 2, str(everybody), both])
        refused(web, "draw_by_two", DRAW, "s", str(draw(everybody, "s", 2)), both, batch.pk)
        web.rollback()


def test_only_drawn_experts_read(batch):
    with acting("officer", "MIIT") as by:
        with pytest.raises(DomainError) as first:
            proposing.propose(by=by, batch=make.fresh(batch))
        assert first.value.code == "draw_first"
        row = drawing.fix_pool(by=by, batch=make.fresh(batch))
    with acting("officer", "MOF") as by:
        found = ExpertDraw.objects.select_related("batch").get(pk=row.pk)
        drawing.draw(by=by, row=found, seed="s", source="x")
    made = make.assigned_on_paper(batch)
    assert made.state == "ready"
    left_out = [one for one in found.pool if one not in found.drawn]
    with acting("officer", "MIIT") as by:
        seated = {seat["reviewer"] for line in made.rows.all() for seat in line.seats}
        assert not seated & set(left_out)
        application = (
            type(make.application(batch, "350200"))
            .objects.select_related("batch__rule_set")
            .get(unit="350200", batch=batch)
        )
        able = {profile.user_id for profile, _load in queries.able_reviewers(by, application)}
        assert not able & set(left_out)
    with as_person(officer("MIIT")) as web:
        assign = """insert into reviews_assignment (batch_id, application_id, reviewer_id, state, affinity,
                    assigned_by_id, assigned_at) values (%s, %s, %s, 'assigned', 0, %s, now())"""
        values = [batch.pk, application.pk]
        refused(web, "assignment_of_a_drawn_expert", assign, *values, left_out[0], officer("MIIT"))
        web.execute(assign, [*values, found.drawn[0], officer("MIIT")])
        gone = web.execute("select max(id) from reviews_assignment").fetchone()[0]
        web.execute("update reviews_assignment set state = 'relieved', relief = 'x' where id = %s", [gone])
        new = web.execute("select reviewer_id from reviews_assignment where replaces_id = %s", [gone]).fetchone()
        assert new[0] not in left_out
        web.rollback()


def test_the_pages_of_the_draw(batch, client_as):
    miit, mof = client_as(person("officer", "MIIT"), "en"), client_as(person("officer", "MOF"), "en")
    here = f"/reviewing/{batch.number}/draw/"
    assert "Fix the pool" in miit.get(here).content.decode()
    assert "Fix the pool" not in mof.get(here).content.decode()
    assert mof.post(here).status_code == 403
    assert miit.post(here).status_code == 303
    assert miit.post(here, {"seed": "s", "source": "x"}).status_code == 403
    assert mof.post(here, {"seed": "", "source": "x"}).status_code == 422
    assert mof.post(here, {"seed": "彩票", "source": "x"}).status_code == 303
    shown = mof.get(here).content.decode()
    assert "Anyone can repeat it" in shown
    assert mof.post(here, {"seed": "again", "source": "x"}).status_code == 303
    with acting("officer", "MIIT"):
        assert ExpertDraw.objects.get().seed == "彩票"
