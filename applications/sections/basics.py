"""The unit, its contacts, title and summary, and the amount it asks for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application
from applications.sections.base import Content, SectionKind, fields
from applications.sections.words import DASH, name_of, wan
from portal.core.shapes import Facts


def _content(dossier: Application) -> Content:
    names = ("title", "summary", "lead_department", "leader_name", "leader_post", "contact_name", "contact_phone")
    return {"basics": fields(dossier, *names, "contact_email", "amount_asked")}


def _blocks(content: Content) -> list[Any]:
    basics = content["basics"]
    facts: Facts = {
        "kind": "facts",
        "rows": [
            (_("Pilot unit"), name_of(content["unit"])),
            (_("Province"), name_of(content["province"])),
            (_("Title"), basics["title"]),
            (_("Amount asked (ten thousand yuan)"), wan(basics["amount_asked"])),
            (_("Leading department"), basics["lead_department"] or DASH),
            (_("Responsible leader"), _person(basics["leader_name"], basics["leader_post"])),
            (_("Contact person"), basics["contact_name"] or DASH),
            (_("Telephone"), basics["contact_phone"] or DASH),
            (_("E-mail"), basics["contact_email"] or DASH),
        ],
    }
    summary = {"kind": "text", "caption": _("Summary"), "text": basics["summary"]}
    return [facts, summary] if basics["summary"] else [facts]


def _person(name: str, post: str) -> str:
    if not name:
        return DASH
    return _("%(name)s, %(post)s") % {"name": name, "post": post} if post else name


SECTION = SectionKind(
    "basics",
    gettext_lazy("Unit and contacts"),
    "applications:basics",
    _content,
    _blocks,
    models={"basics": Application},
    ties=("funding",),
)
