"""The list of people: who holds which role where; for reviews of rights it is filtered, sorted and taken away."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.accounts import queries
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core.middleware import PortalRequest
from portal.core.punctuation import enumerated
from portal.core.tables import Choice, Column, Search, Table, link_to

_ACTIVE: Final = {"active": True, "deactivated": False}


class _Holds(Choice):
    """People who hold a role now."""

    def condition(self, value: str) -> Q:
        """An open membership with the role."""
        return Q(Exists(Membership.objects.filter(user=OuterRef("pk"), role=value, ended_at=None)))


class _WorksFor(Search):
    """People who hold a role now in a body of this name or code."""

    def condition(self, value: str) -> Q:
        """An open membership in such a body."""
        body = Q(organisation__code__iexact=value)
        body |= Q(organisation__name_zh__icontains=value) | Q(organisation__name_en__icontains=value)
        return Q(Exists(Membership.objects.filter(body, user=OuterRef("pk"), ended_at=None)))


class _IsActive(Choice):
    """People who can sign in, or who cannot any more."""

    def condition(self, value: str) -> Q | None:
        """By the account; a value that is no choice says nothing."""
        return Q(is_active=_ACTIVE[value]) if value in _ACTIVE else None


def people_table(request: PortalRequest) -> Table:
    """People with their roles, by name."""
    columns = [
        Column("name", _("Name"), value=str, link=link_to("accounts:person"), header=True, sort="name"),
        Column("email", _("E-mail address"), value=_address, sort="email", on="page"),
        Column("email", _("E-mail address"), on="file"),
        Column("roles", _("Roles"), value=_on_lines, on="page"),
        Column("roles", _("Roles"), value=lambda person: enumerated(_roles(person)), on="file"),
        Column("state", _("State"), kind="state", value=_state, label_of="state_words", sort="is_active"),
    ]
    filters = [
        Search("name", "email"),
        _WorksFor(key="body", label=_("Organisation")),
        _Holds("role", _("Role"), Role.choices),
        _IsActive("state", _("State"), [("active", _("active")), ("deactivated", _("deactivated"))]),
    ]
    empty = _("Nobody fits. Search for another name or address.")
    return Table(
        request, queries.people(), name="people", columns=columns, filters=filters, label=_("People"), empty=empty
    )


def _roles(person: Any) -> list[str]:
    """Each role with its organisation."""
    return [
        pgettext("role and organisation", "%(role)s, %(organisation)s")
        % {"role": post.get_role_display(), "organisation": post.organisation}
        for post in person.posts
    ]


def _address(person: Any) -> SafeString:
    """It may break before its sign, so that in a narrow column no word of it is cut."""
    name, sign, host = person.email.rpartition("@")
    return format_html("{}<wbr>{}{}", name, sign, host)


def _on_lines(person: Any) -> SafeString | str:
    return format_html_join(SafeString("<br>"), "{}", ((role,) for role in _roles(person))) or "–"


def _state(person: Any) -> str:
    person.state_words = _("active") if person.is_active else _("deactivated")
    return "confirmed" if person.is_active else "withdrawn"
