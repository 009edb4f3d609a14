"""Message catalogues: collect, compile, check."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser

from portal.core.catalogues import compile_all

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
NAMED = re.compile(r"%\((\w+)\)[sd]")
IGNORED = ["var/*", ".venv/*", "tests/*", "docs/*", "artefacts/*"]


def faults(po: polib.POFile) -> list[str]:
    """Every message that is fuzzy, untranslated or whose named places differ from the source."""
    found = []
    for entry in po:
        if entry.obsolete:
            found.append(f"no longer used: {entry.msgid[:80]}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {entry.msgid[:80]}")
        elif not entry.translated():
            found.append(f"not translated: {entry.msgid[:80]}")
        else:
            source = {entry.msgid, entry.msgid_plural}
            given = [entry.msgstr, *entry.msgstr_plural.values()]
            wanted = {name for text in source for name in NAMED.findall(text)}
            if any(set(NAMED.findall(text)) - wanted for text in given if text):
                found.append(f"other places than the source: {entry.msgid[:80]}")
    return found


class Command(BaseCommand):
    """Collect, compile or check the messages of the pages."""

    help = "Collect the messages from code and templates, compile the catalogues, or check that they are complete."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--collect", action="store_true", help="bring the catalogue up to the source")
        parser.add_argument("--compile", action="store_true", help="write the compiled catalogues")
        parser.add_argument("--check", action="store_true", help="fail on a missing, fuzzy or unused message")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["collect"] or options["compile"] or options["check"]):
            raise CommandError("Say what to do: --collect, --compile or --check.")
        if options["collect"]:
            self.collect(CATALOGUE)
        if options["compile"]:
            self.stdout.write(f"{compile_all(Path(settings.BASE_DIR))} catalogues compiled.")
        if options["check"]:
            self.check_all()

    def collect(self, catalogue: Path) -> None:
        """Bring the catalogue up to the source with gettext's tools; parts that came separately are merged in."""
        call_command(
            "makemessages", locale=["zh_Hans"], ignore_patterns=IGNORED, no_location=True, no_wrap=True, verbosity=0
        )
        known: dict[tuple[str | None, str], polib.POEntry] = {}
        for part in sorted((Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "parts").glob("*.po")):
            known |= {
                (entry.msgctxt, entry.msgid): entry
                for entry in polib.pofile(str(part))
                if entry.msgstr or entry.msgstr_plural
            }
        po = polib.pofile(str(catalogue), wrapwidth=0)
        for entry in list(po):
            if entry.obsolete:
                po.remove(entry)
                continue
            other = known.get((entry.msgctxt, entry.msgid))
            if other is not None and (entry.fuzzy or not entry.translated()):
                entry.msgstr, entry.msgstr_plural = other.msgstr, other.msgstr_plural
                entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
                if entry.msgid_plural and not any(entry.msgstr_plural.values()):
                    entry.msgstr, entry.msgstr_plural = "", {0: other.msgstr}
        po.metadata["POT-Creation-Date"] = ""
        po.header, po.metadata_is_fuzzy = "Chinese (Simplified) messages of the pilot portal.", False
        po.save(str(catalogue))

    def check_all(self) -> None:
        """Collect into a copy and compare, so that a message missing from the catalogue fails too."""
        kept = Path(tempfile.mkdtemp()) / "django.po"
        shutil.copy(CATALOGUE, kept)
        try:
            call_command(
                "makemessages", locale=["zh_Hans"], ignore_patterns=IGNORED, no_location=True, no_wrap=True, verbosity=0
            )
            found = faults(polib.pofile(str(CATALOGUE)))
        finally:
            shutil.copy(kept, CATALOGUE)
            shutil.rmtree(kept.parent)
        if found:
            raise CommandError("The Chinese catalogue is not complete:\n" + "\n".join(found))
        self.stdout.write("Messages are complete.")
