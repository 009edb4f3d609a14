"""The record of an adopted decision: everything anyone needs to check it, without the portal and years later.

Its files are texts the database keeps and guards, so the same record is built again from them at any time: some are
the texts of the selection itself, the others were written down with the adoption (`kept`), before anybody could be
renamed. `signed.txt` is what both ministries signed; it names the other files by their digests.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Final

from reviews.models import Decision, ScenarioStudy
from reviews.record.kept import kept

SUMS: Final = "SHA256SUMS"
# Before any decision of the programme; no clock goes into the file.
_WHEN: Final = (1980, 1, 1, 0, 0, 0)

__all__ = ["SUMS", "RecordDiffers", "archive", "kept", "record_files", "record_zip", "sums", "texts_of"]


class RecordDiffers(Exception):
    """A record built again is not what was kept at the adoption: a mistake of the portal, or somebody's hand."""


def texts_of(decision: Decision) -> dict[str, str]:
    """The texts the selection and the proposal keep themselves, by the name of their file. Three queries."""
    scenario, base = decision.scenario, decision.baseline
    using = decision._state.db or "default"
    studies = ScenarioStudy.objects.using(using).filter(scenario=scenario)
    found = {f"{row.kind}.json": row.body for row in studies}
    if scenario.candidate_set is not None:
        found["candidate-set.json"] = scenario.candidate_set.body
    if base is not None:
        found |= {"baseline-instance.json": base.instance, "baseline-decision.json": base.decision}
    return found | {
        "instance.json": scenario.instance,
        "decision.json": scenario.decision,
        "versions.json": decision.versions,
        "grounds.txt": decision.grounds,
        "signed.txt": decision.paper,
    }


def sums(texts: dict[str, str]) -> str:
    """The digest of each file, as `sha256sum` writes and checks them."""
    return "".join(f"{hashlib.sha256(texts[name].encode()).hexdigest()}  {name}\n" for name in sorted(texts))


def record_files(decision: Decision) -> dict[str, bytes]:
    """All files of the record by name, in the order of their names. `decision` comes from `queries.recorded`.

    Raises RecordDiffers when a file is not what it was at the adoption.
    """
    texts = texts_of(decision) | json.loads(decision.record.body)
    if sums(texts) != decision.record.sums:
        raise RecordDiffers(f"decision {decision.pk}: the files are not those of the adoption")
    texts[SUMS] = decision.record.sums
    return {name: texts[name].encode() for name in sorted(texts)}


def archive(files: dict[str, bytes]) -> bytes:
    """The files as a ZIP: the same bytes each time, so without times, and stored as they are: how well a library
    compresses differs from version to version.
    """
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            made.writestr(entry, files[name])
    return room.getvalue()


def record_zip(decision: Decision) -> bytes:
    """The record as a ZIP. Raises RecordDiffers when it is not the one whose digest was kept at the adoption."""
    made = archive(record_files(decision))
    if hashlib.sha256(made).hexdigest() != decision.record.sha256:
        raise RecordDiffers(f"decision {decision.pk}: the ZIP is not that of the adoption")
    return made
