"""Message catalogues in their compiled form; needs no settings, so that tests can do it before Django reads them."""

from __future__ import annotations

from pathlib import Path

import polib


def compile_all(root: Path) -> int:
    """Write each catalogue's compiled form, with what its parts (locale/<language>/parts/*.po) hold beyond it.

    Gives how many there are.
    """
    files = sorted(root.glob("locale/*/LC_MESSAGES/*.po"))
    for file in files:
        catalogue = polib.pofile(str(file))
        known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
        for part in sorted(file.parent.parent.glob("parts/*.po")):
            for entry in polib.pofile(str(part)):
                own = known.get((entry.msgctxt, entry.msgid))
                if own is None:
                    catalogue.append(entry)
                    known[entry.msgctxt, entry.msgid] = entry
                elif own.fuzzy or not own.translated():
                    own.msgstr, own.msgstr_plural, own.flags = entry.msgstr, entry.msgstr_plural, entry.flags
        catalogue.save_as_mofile(str(file.with_suffix(".mo")))
    return len(files)
