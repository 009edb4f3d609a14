"""In which department of a province a person decides on an application."""

from __future__ import annotations

from typing import Final

from applications.enums import Side
from applications.models import Application
from portal.accounts.enums import Kind, Role
from portal.core.scope import Actor, Post

KIND_OF_SIDE: Final = {Side.INDUSTRY: Kind.PROVINCIAL_INDUSTRY, Side.FINANCE: Kind.PROVINCIAL_FINANCE}


def post_of(actor: Actor, application: Application, side: Side) -> Post | None:
    """The actor's post in the department of this side in the application's province, or None."""
    return actor.post(Role.PROVINCIAL_OFFICER, kind=KIND_OF_SIDE[side], province=application.province_id)


def sides_of(actor: Actor, application: Application) -> list[Side]:
    """The departments for which the actor may decide here."""
    return [side for side in Side if post_of(actor, application, side)]
