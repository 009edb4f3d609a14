"""A batch under review of any size: one application goes through the commands, the rest are copies of its rows.

Copies are made in the present test database past triggers and policies, in a few statements. Each application has five
reviewers from other provinces; four of five assignments are declared, half of these reviewed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import psycopg

from portal.programme.models import Batch
from reviews.models import Assignment

UNIT: Final = "350200"
EACH: Final = 5
# Copied units and people are known by these beginnings.
UNITS: Final = "90"  # no division of the country begins so
PEOPLE: Final = "bench."
PROVINCES: Final = "(select array_agg(code order by code) from programme_province)"
# What is counted over all applications of a batch; only the first has a dossier to read.
CHILDREN: Final = ("applications_project", "applications_foundationyear")
Owner = psycopg.Connection[Any]


@dataclass(frozen=True)
class World:
    """The batch, the application that commands made, and the assignment of it whose review is a draft."""

    batch: Batch
    application: int
    draft: Assignment


def built(applications: int, reviewers: int) -> World:
    """A batch under review with so many applications and reviewers, in the present test database."""
    from tests import factories_reviews as make

    batch = make.reviewing_batch({UNIT: "100000000.00"})
    draft, other = make.assignments(batch)
    make.scored(other, "80")
    make.declared(draft)
    with make.as_reviewer(draft) as by:
        make.scoring.keep_draft(by=by, assignment=draft, what=make.scores(batch, "75"))
    with past_guards() as owner:
        copy_people(owner, source=draft.reviewer_id, number=reviewers - len(make.REVIEWERS))
        _copy_applications(owner, draft.application_id, applications - 1)
        _assign(owner, batch.pk, draft, other.pk)
    _count()
    return World(make.fresh(batch), draft.application_id, draft)


def past_guards() -> Owner:
    """A connection to the present test database on which neither triggers nor policies stand in the way."""
    from django.db import connection

    from tests import databases

    owner = psycopg.connect(databases.dsn("postgres", connection.settings_dict["NAME"]))
    owner.execute("set session_replication_role = replica")
    return owner


def _count() -> None:
    """Let the planner count, as it does by itself after a while."""
    with past_guards() as owner:
        owner.commit()
        owner.autocommit = True
        owner.execute("vacuum analyze")


def copy(owner: Owner, table: str, source: str, beside: str, **changes: str) -> None:
    """Copy rows `t` of a table, one for each row of `beside`. source: which; changes: column = expression."""
    found = owner.execute(
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = %s and is_generated = 'NEVER'"
        " and is_identity = 'NO'",
        [table],
    ).fetchall()
    names = [name for (name,) in found]
    if unknown := changes.keys() - set(names):
        raise RuntimeError(f"{table} has no {', '.join(unknown)}.")
    values = ", ".join(changes.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    owner.execute(f"insert into {table} ({columns}) select {values} from {table} t cross join {beside} where {source}")


def copy_people(owner: Owner, *, source: int, number: int, profiles: bool = True) -> None:
    """So many experts with accounts, posts and profiles like those of the person `source`."""
    series = f"generate_series(1, {number}) n"
    mark = f"starts_with(u.email, '{PEOPLE}')"
    name, email = "'示例专家' || n", f"'{PEOPLE}' || n || '@zj.test'"
    copy(owner, "accounts_user", f"t.id = {source}", series, email=email, name=name)
    post = "(select id from accounts_organisation where code = 'ZJ')"
    copy(
        owner,
        "accounts_membership",
        f"t.user_id = {source} and {mark}",
        "accounts_user u",
        user_id="u.id",
        organisation_id=post,
    )
    if profiles:
        copy(
            owner,
            "reviews_reviewerprofile",
            f"t.user_id = {source} and {mark}",
            "accounts_user u",
            user_id="u.id",
            group="'expert'",
            home_province_id=f"({PROVINCES})[1 + u.id % 31]",
        )


def _copy_applications(owner: Owner, source: int, number: int) -> None:
    copy(
        owner,
        "programme_pilotunit",
        f"t.code = '{UNIT}'",
        f"generate_series(1, {number}) n",
        code=f"'{UNITS}' || lpad(n::text, 4, '0')",
        name_zh="'示例' || n || '市'",
        name_en="'Example ' || n",
        province_id=f"({PROVINCES})[1 + n % 31]",
    )
    copy(
        owner,
        "applications_application",
        f"t.id = {source} and starts_with(u.code, '{UNITS}')",
        "programme_pilotunit u",
        unit_id="u.code",
        province_id="u.province_id",
        number="u.code",
    )
    for table in CHILDREN:
        copy(
            owner,
            table,
            f"t.application_id = {source} and starts_with(a.number, '{UNITS}')",
            "applications_application a",
            application_id="a.id",
        )


def _assign(owner: Owner, batch: int, draft: Assignment, other: int) -> None:
    """Conflicts as the portal notes them, then assignments in turn, declarations, reviews and their scores."""
    owner.execute(
        "insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)"
        " select distinct on (application_id, reviewer_id, code) application_id, reviewer_id, code, reason, true, now()"
        " from reviews_derived_conflicts(%s) on conflict do nothing",
        [batch],
    )
    owner.execute(f"create temporary table chosen as {CHOSEN.format(batch=batch)}")
    copy(
        owner,
        "reviews_assignment",
        f"t.id = {draft.pk}",
        "chosen c",
        application_id="c.application_id",
        reviewer_id="c.reviewer_id",
        state="case when c.turn % 5 = 0 then 'assigned' else 'declared' end",
    )
    made = f"reviews_assignment s join chosen c using (application_id, reviewer_id) where s.batch_id = {batch}"
    own = f"t.application_id = {draft.application_id} and t.reviewer_id = {draft.reviewer_id}"
    pair = {"application_id": "s.application_id", "reviewer_id": "s.reviewer_id"}
    declared = f"(select s.* from {made} and c.turn % 5 > 0) s"
    copy(owner, "reviews_interest", own, declared, **pair)
    reviewed = f"(select s.* from {made} and c.turn % 5 in (1, 2)) s"
    total = "60 + (s.id % 397) / 10.0"
    copy(owner, "reviews_review", f"t.assignment_id = {other}", reviewed, assignment_id="s.id", total=total, **pair)
    reviews = f"(select id from reviews_review where state = 'submitted' and assignment_id <> {other}) r"
    source = f"t.review_id = (select id from reviews_review where assignment_id = {other})"
    copy(owner, "reviews_reviewscore", source, reviews, review_id="r.id")


# Five for each application, of other provinces, in turn, so that loads are even. turn: counts all of them through.
CHOSEN: Final = f"""
with reader as (
    select user_id, home_province_id, row_number() over (order by user_id) - 1 as place, count(*) over () as readers
      from reviews_reviewerprofile
), told as (
    select id, province_id, row_number() over (order by id) - 1 as place from applications_application
     where batch_id = {{batch}} and starts_with(number, '{UNITS}')
)
select a.id as application_id, r.user_id as reviewer_id, row_number() over (order by a.id, r.user_id) as turn
  from told a cross join lateral (
       select user_id from reader where home_province_id <> a.province_id
        order by (place + readers * 100000 - {EACH} * a.place) % readers limit {EACH}) r
"""
