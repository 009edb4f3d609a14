"""Invite the first security administrator of a new portal; everyone else is invited by that person."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.forms import ValidationError
from django.urls import reverse

from portal.accounts.enums import Role
from portal.accounts.invitations import DAYS, digest
from portal.accounts.models import Invitation, Membership, Organisation, User
from portal.core import clock, clockwork
from portal.core.commands import event_writer
from portal.core.owner import sees_all
from portal.core.scope import Actor
from portal.notifications import letters


class Command(BaseCommand):
    """On the owner's connection, in the name of the clockwork; only while there is no security administrator."""

    help = "Print the link with which the first security administrator of a new portal sets a password."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        email, using = options["email"].strip().lower(), sees_all()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError("Give an e-mail address and a name.") from error
        if not options["name"].strip():
            raise CommandError("Give an e-mail address and a name.")
        if Membership.objects.using(using).filter(role=Role.SECURITY_ADMIN, ended_at=None).exists():
            raise CommandError("There is a security administrator already: that person invites the others.")
        me = User.objects.using(using).filter(email=clockwork.ADDRESS).first()
        if me is None:
            raise CommandError("Load the reference data first: manage.py load_reference.")
        token = secrets.token_urlsafe(32)
        with transaction.atomic(), transaction.atomic(using=using):
            invitation = Invitation.objects.using(using).create(
                email=email,
                name=options["name"].strip()[:80],
                organisation=Organisation.objects.using(using).get(code="YW"),
                role=Role.SECURITY_ADMIN,
                token_sha256=digest(token),
                invited_by=me,
                expires_at=clock.now() + timedelta(days=DAYS),
            )
            event_writer()(
                by=Actor(id=me.pk, name=me.name),
                act="accounts.invite",
                obj=invitation,
                before={},
                after={"email": email, "role": Role.SECURITY_ADMIN},
                why="first security administrator",
                outcome="done",
            )
        self.stdout.write(letters.address(reverse("accounts:take", args=[token])))
