"""Write the record of a batch's decision into a folder: the same ZIP as the page gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.owner import sees_all
from reviews import queries
from reviews.enums import DecisionState
from reviews.record import RecordDiffers, record_zip


class Command(BaseCommand):
    help = "Write the record of the adopted decision on a batch as a ZIP, and print its digest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", type=int, help="number of the batch")
        parser.add_argument("--to", type=Path, required=True, help="folder the ZIP is written into")

    def handle(self, *args: Any, **options: Any) -> None:
        using = sees_all()
        rows = queries.recorded(using).exclude(state=DecisionState.WITHDRAWN)
        found = rows.filter(batch__number=options["batch"]).first()
        if found is None:
            raise CommandError(f"Batch {options['batch']} has no adopted decision with a record.")
        if not options["to"].is_dir():
            raise CommandError(f"There is no folder {options['to']}.")
        try:
            made = record_zip(found)
        except RecordDiffers as error:
            raise CommandError(str(error)) from error
        path = options["to"] / f"{found.batch.year}-{found.batch.number}-decision-{found.sha256[:12]}.zip"
        try:
            path.write_bytes(made)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{found.record.sha256}  {path}")
