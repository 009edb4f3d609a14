"""Reads of the expert pool as a sheet: who may stand in it, what stands, files that were brought."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet

from applications.sheets.sheet import Row
from portal.accounts.enums import Role
from portal.core.scope import Actor
from portal.programme import queries as programme
from portal.programme.enums import Level
from portal.programme.models import Industry
from reviews.enums import Language
from reviews.models import PoolImport, ReviewerProfile
from reviews.pool.columns import in_order
from reviews.pool.known import Known, PoolPerson
from reviews.queries.assigning import profiles


def divisions() -> QuerySet[Industry]:
    """Divisions of manufacturing in GB/T 4754 by code: the fields a reviewer may know."""
    return programme.industries().filter(level=Level.DIVISION, pk__startswith="C")


def pool_known(actor: Actor) -> Known:
    """Who holds a reviewer's post, and the lists that cells name; without people for all but officers."""
    kept = dict(profiles(actor).order_by().values_list("user_id", "group"))
    with connection.cursor() as cursor:
        cursor.execute("select id, email, name, reviewer_groups from reviews_people_by_email()")
        rows = cursor.fetchall()
    people = [
        PoolPerson(key, email, name, tuple(groups), kept[key] if kept.get(key) in groups else groups[0])
        for key, email, name, groups in rows
    ]
    return Known(
        {person.email: person for person in people},
        list(programme.provinces()),
        list(divisions()),
        list(programme.soes()),
    )


def pool_rows(actor: Actor, known: Known) -> list[Row]:
    """Profiles of those who hold a reviewer's post, as the sheet has them: export, import and its preview share it."""
    emails = {person.id: email for email, person in known.people.items()}
    rows = profiles(actor).filter(user_id__in=emails).prefetch_related("former_employers__soe")
    return [_row(row, known.people[emails[row.user_id]]) for row in rows]


def _row(profile: ReviewerProfile, person: PoolPerson) -> Row:
    former = [
        (one.name, one.credit_code, one.until, one.soe.code if one.soe else None)
        for one in profile.former_employers.all()
    ]
    return {
        "email": person.email,
        "name": person.name,
        "group": profile.group,
        "home_province": profile.home_province_id,
        "employer": profile.employer,
        "employer_code": profile.employer_code,
        "employer_soe": profile.employer_soe.code if profile.employer_soe else None,
        "fields": dict(sorted(profile.fields.items())),
        "languages": tuple(code for code in Language.values if code in profile.languages),
        "away_from": profile.away_from,
        "away_to": profile.away_to,
        "min_load": profile.min_load,
        "max_load": profile.max_load,
        "is_active": profile.is_active,
        "former": in_order(former),
    }


def pool_lists(known: Known) -> Sequence[tuple[tuple[str, str, str], list[tuple[str, str, str]]]]:
    """Provinces and central SOEs for the template's sheet of lists, under their headings."""
    return (
        (("省份代码", "省份", "Province"), [(row.pk, row.short_zh, row.name_en) for row in known.provinces]),
        (("中央企业代码", "中央企业", "Central SOE"), [(row.code, row.name_zh, row.name_en) for row in known.soes]),
    )


def pool_imports(actor: Actor) -> QuerySet[PoolImport]:
    """Files that officers of both ministries brought, the latest first; for officers."""
    rows = PoolImport.objects.order_by("-pk")
    return rows if actor.scope.nation and Role.OFFICER in actor.roles else rows.none()
