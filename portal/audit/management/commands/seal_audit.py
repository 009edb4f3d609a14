"""Write the end of the audit trail's chain to a signed file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit import seals
from portal.core.clockwork import NoClockwork, as_clockwork
from portal.core.commands import event_writer
from portal.core.owner import sees_all


class Command(BaseCommand):
    """On the owner's connection. What a restored database lost is said in the trail, in the name of the clockwork."""

    help = "Seal the end of the audit trail's chain into a signed file under VAR_DIR/seals."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--after-restore",
            metavar="WHY",
            help="put seals aside that a restored, older database does not hold; WHY stands in the trail",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        using, why = sees_all(), options["after_restore"]
        if why is not None and not why.strip():
            raise CommandError("Say why: which backup was restored, and for what reason.")
        try:
            self.stdout.write(f"Sealed: {self.seal(using, (why or '').strip()).name}")
        except seals.Unfit as unfit:
            raise CommandError(
                f"{unfit} Look first at what was lost (docs/operations.md, “Back to a point in time”); "
                "after a restore that was meant: seal_audit --after-restore WHY"
            ) from unfit
        except (ValueError, NoClockwork) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The file of the seal cannot be written, its row is kept: {error}") from error

    def seal(self, using: str, why: str) -> Any:
        """Seal; with a reason, put aside first what does not fit."""
        try:
            return seals.seal(using)
        except seals.Unfit as unfit:
            if not (why and unfit.files):
                raise
            lost = sorted(file.name for file in unfit.files)
            with as_clockwork() as by:
                event_writer()(
                    by=by,
                    act="audit.put_seals_aside",
                    obj=None,
                    before={},
                    after={"seals": lost},
                    why=why[:500],
                    outcome="done",
                )
                seals.put_aside(unfit)
            self.stdout.write(f"Put aside into {seals.LOST}: {', '.join(lost)}")
            return seals.seal(using)
