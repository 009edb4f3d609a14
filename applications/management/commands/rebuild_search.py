"""Read the texts of all attachments and bring the whole index of the search up to date; safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from applications.search import filling
from portal.core.owner import sees_all


class Command(BaseCommand):
    help = "Fill the index of the full-text search from all dossiers; --empty begins with an empty index."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--empty", action="store_true", help="empty the index and read all files again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["empty"]:
            with connections[sees_all()].cursor() as cursor:
                cursor.execute("truncate core_searchtext, core_filetext")
        files = filling.read_files()
        dossiers, changed = filling.refresh_all()
        self.stdout.write(f"{files} files read, {dossiers} dossiers looked at, {changed} rows of the index changed.")
