"""Build the demonstration: invented people, dossiers, scores and money on real places; the same each time."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import Organisation
from portal.demonstration import people
from portal.demonstration.build import build, ground, neighbours, units_for
from portal.demonstration.rounds import rounds
from portal.demonstration.stage import as_owner
from portal.programme.models import Batch, PilotUnit


class Command(BaseCommand):
    help = "Build the demonstration (never in production)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applications", type=int, default=0, help="at least so many applications, for measuring")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A real portal gets no demonstration: PORTAL_ENV is production.")

        def say(text: str) -> None:
            if options["verbosity"]:
                self.stdout.write(text)

        if not Organisation.objects.using("owner").exists():
            raise CommandError("Load the reference data first: python manage.py load_reference")
        plan = rounds(options["applications"])
        with as_owner():
            if Batch.objects.filter(number=plan[-1].number).exists():
                say("The demonstration is there already.")
                return
            units = {unit.code: unit for one in plan for unit in [*units_for(one), *neighbours(one)]}
            self._people(list(units.values()))
            on = ground(people.holders())
            for one in plan:
                build(one, on, say)

    def _people(self, units: list[PilotUnit]) -> None:
        wanted = people.cast() + people.provincial() + people.local(units) + people.enterprises()
        people.ensure(wanted + people.reviewers() + people.officers() + people.seconds())
