"""Build the demonstration: invented people, dossiers, scores and money on real places; the same each time."""

from __future__ import annotations

from contextlib import nullcontext
from io import StringIO
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from grants.open_data import editions
from portal.accounts.models import Organisation
from portal.demonstration import people
from portal.demonstration.build import build, ground, neighbours, units_for
from portal.demonstration.rounds import Round, rounds
from portal.demonstration.stage import analyze, as_owner
from portal.programme.models import Batch, PilotUnit

# So many rounds show every state; more are for measuring.
ROUNDS: Final = len(rounds())


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
        # The demonstration is there whole or not at all. Data for measuring come round by round, each in a transaction
        # of its own: what one alone must remember made each round slower than the one before.
        is_whole = len(plan) <= ROUNDS
        with as_owner() if is_whole else nullcontext():
            with as_owner():
                # Built by an earlier version it may have fewer rounds: it stays what it was.
                if self._is_there(plan[0] if is_whole else plan[-1]):
                    say("The demonstration is there already.")
                    return
                units = {unit.code: unit for one in plan for unit in [*units_for(one), *neighbours(one)]}
                self._people(list(units.values()))
                analyze("accounts")
                on = ground(people.holders())
            for one in plan:
                with as_owner():
                    if not self._is_there(one):
                        build(one, on, say)
            with as_owner():
                editions.publish()
        # What the search finds is there from the first minute, not from the first quarter of an hour.
        call_command("rebuild_search", stdout=self.stdout if options["verbosity"] else StringIO())

    def _is_there(self, one: Round) -> bool:
        return Batch.objects.filter(number=one.number).exists()

    def _people(self, units: list[PilotUnit]) -> None:
        wanted = people.cast() + people.provincial() + people.local(units) + people.enterprises()
        people.ensure(wanted + people.reviewers() + people.officers() + people.seconds() + people.auditors())
