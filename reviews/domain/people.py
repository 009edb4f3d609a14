"""Acts on reviewers: an officer keeps a profile, a reviewer the own one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.enums import Kind, Role
from portal.core.commands import command, event_writer, picture
from portal.core.errors import DomainError, database_refusals
from portal.core.rules import may
from portal.core.scope import Actor
from portal.programme.models import CentralSOE, Province
from reviews.domain.replacing import announce
from reviews.enums import Language, ReviewerGroup
from reviews.models import FormerEmployer, ReviewerProfile

KEEP: Final = "reviews.keep_profile"


@dataclass(frozen=True)
class EmployerInput:
    """An employer of the last three years: name, central SOE or credit code as far as known, the last day there."""

    name: str
    until: date
    soe: CentralSOE | None = None
    credit_code: str = ""


@dataclass(frozen=True)
class OwnProfileInput:
    """What only the reviewer knows. fields: {division or expertise: strength 1 to 3}; former: all of them, anew."""

    home_province: Province
    employer: str
    employer_soe: CentralSOE | None = None
    employer_code: str = ""
    fields: Mapping[str, int] = field(default_factory=dict)
    languages: Sequence[str] = (Language.ZH.value,)
    away_from: date | None = None
    away_to: date | None = None
    former: Sequence[EmployerInput] | None = None


@dataclass(frozen=True)
class ProfileInput(OwnProfileInput):
    """What an officer keeps: the same, and group, loads and availability. former: None leaves them as they are."""

    group: str = ReviewerGroup.EXPERT.value
    min_load: int = 0
    max_load: int = 30
    is_active: bool = True


def keep_profile(
    *, by: Actor, user_id: int, what: ProfileInput, profile: ReviewerProfile | None = None, announces: bool = True
) -> ReviewerProfile:
    """Keep the profile of a person who holds a reviewer's post. announces=False: the caller does, once for many.

    Raises NotAllowed; DomainError (group, loads, fields, days away). Side effects, held by the database: conflicts
    that follow are noted for open batches, assignments they touch recused and given to the next best choice.
    """
    with command(by, KEEP, profile) as act:
        row = _write(profile or ReviewerProfile(user_id=user_id), what)
        if announces:
            announce(by)
        return act.record(row)


def keep_profiles(*, by: Actor, rows: Sequence[tuple[ReviewerProfile, ProfileInput]]) -> None:
    """Keep many profiles at once: new ones, and those that stand and are locked. All of them or none.

    Each is judged and told of as by `keep_profile`, which says the same of one; replacements are announced by the
    caller. The database notes the conflicts of all of them in the same statements. Raises as `keep_profile`.
    """
    with database_refusals(), transaction.atomic():
        before = [picture(row) if row.pk else {} for row, _what in rows]
        for row, what in rows:
            may(by, KEEP, row if row.pk else None).or_refuse()
            fill(row, what)
        standing = [row for row, _what in rows if row.pk]
        anew = [row.pk for row, what in rows if row.pk and what.former is not None]
        ReviewerProfile.objects.bulk_create(row for row, _what in rows if not row.pk)
        if standing:
            ReviewerProfile.objects.bulk_update(
                standing, [one.name for one in fields(ProfileInput) if one.name != "former"]
            )
        if anew:
            FormerEmployer.objects.filter(profile__in=anew).delete()
        FormerEmployer.objects.bulk_create(
            FormerEmployer(profile=row, **vars(one)) for row, what in rows for one in what.former or ()
        )
        for (row, _what), was in zip(rows, before, strict=True):
            event_writer()(by=by, act=KEEP, obj=row, before=was, after=picture(row), why="", outcome="done")


def keep_own_profile(*, by: Actor, what: OwnProfileInput, profile: ReviewerProfile | None = None) -> ReviewerProfile:
    """Keep the own profile; the group follows from the post. Raises and has side effects as `keep_profile`."""
    with command(by, "reviews.keep_own_profile", profile) as act:
        row = profile or ReviewerProfile(user_id=by.id, group=_group(by))
        _write(row, what)
        announce(by)
        return act.record(row)


def _group(by: Actor) -> str:
    post = by.post(Role.REVIEWER)
    return ReviewerGroup.EXPERT.value if post is None or post.kind == Kind.EXPERT_POOL else post.code


def fill(row: ReviewerProfile, what: OwnProfileInput) -> None:
    """Put what is said of a reviewer into the row, not saved yet. Raises DomainError (days away)."""
    if (what.away_from is None) != (what.away_to is None):
        raise DomainError("reviewer_away_in_order", _("Say from which day until which later day."), "away_to")
    values = {name: value for name, value in vars(what).items() if name != "former"}
    for name, value in values.items():
        setattr(row, name, dict(value) if name == "fields" else list(value) if name == "languages" else value)


def _write(row: ReviewerProfile, what: OwnProfileInput) -> ReviewerProfile:
    fill(row, what)
    is_new = row.pk is None
    row.save()
    if what.former is not None:
        if not is_new:
            row.former_employers.all().delete()
        FormerEmployer.objects.bulk_create(FormerEmployer(profile=row, **vars(one)) for one in what.former)
    return row
