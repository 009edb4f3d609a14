"""A bundle of evidence that was changed, in whatever way: its own verifier says where."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile

import pytest

from portal.audit import seals
from portal.audit.evidence.package import Package
from tests.audit.bundles import award, bundle, verifier

pytestmark = pytest.mark.usefixtures("store", "waits")
__all__ = ["award", "bundle", "verifier"]


def places(file):
    """Where the content of each file of the ZIP begins and how long it is."""
    with zipfile.ZipFile(file) as package:
        return {
            info.filename: (info.header_offset + 30 + len(info.filename), info.file_size) for info in package.infolist()
        }


def test_any_byte_of_any_kind_of_file(bundle, verifier, capsys):
    whole = bundle.read_bytes()
    chance = random.Random(20240016)
    spots = [begin + shift for begin, size in places(bundle).values() if size for shift in {0, size // 2, size - 1}]
    spots += [0, 5, 14, 29, len(whole) - 1, len(whole) - 22, *(chance.randrange(len(whole)) for _ in range(60))]
    other = bundle.with_name("other.zip")
    missed = []
    for spot in spots:
        changed = bytearray(whole)
        changed[spot] ^= 1 << chance.randrange(8)
        other.write_bytes(changed)
        if verifier.main([str(other)]) != 1:
            missed.append(spot)
    assert missed == []
    for shorter in (whole[:-1], whole[: len(whole) // 2], whole + b"\0", b""):
        other.write_bytes(shorter)
        assert verifier.main([str(other)]) == 1
    other.write_bytes(whole)
    assert verifier.main([str(other)]) == 0
    capsys.readouterr()


def structures(whole, file):
    """Every byte of the ZIP's own structures: headers before each content, the directory, and its end."""
    with zipfile.ZipFile(file) as package:
        infos, directory = package.infolist(), package.start_dir
    local = [spot for one in infos for spot in range(one.header_offset, one.header_offset + 30 + len(one.filename))]
    return [*local, *range(directory, len(whole))]


def test_every_byte_of_the_structures_and_a_sample_of_every_file(bundle, verifier, capsys):
    whole, chance = bundle.read_bytes(), random.Random(1088)
    spots = structures(whole, bundle)
    for begin, size in places(bundle).values():
        spots += [begin + chance.randrange(size) for _ in range(4) if size]
    assert len(spots) > 1000
    other, missed = bundle.with_name("other.zip"), []
    with other.open("w+b") as file:
        file.write(whole)
        for spot in spots:
            for at, byte in ((spot, whole[spot] ^ (1 << chance.randrange(8))), (spot, whole[spot])):
                file.seek(at)
                file.write(bytes([byte]))
                file.flush()
                if byte != whole[spot] and verifier.main([str(other)]) != 1:
                    missed.append(spot)
    assert missed == []
    assert verifier.main([str(other)]) == 0
    capsys.readouterr()


def repacked(file, change):
    """The ZIP written anew by a careful forger: same form, other files."""
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    made = io.BytesIO()
    with Package(made) as package:
        for name, data in parts.items():
            package.add(name, data)
    other = file.with_name("forged.zip")
    other.write_bytes(made.getvalue())
    return other


def without(parts):
    parts.pop(next(name for name in parts if name.startswith("documents/")))


def added(parts):
    parts["documents/" + "0" * 64 + ".pdf"] = b"%PDF-1.7"


def swapped(parts):
    one, two = [name for name in parts if name.startswith("documents/")][:2]
    parts[one], parts[two] = parts[two], parts[one]


def listed_anew(parts):
    """The forger mends the manifest as well, but has no key."""
    without(parts)
    manifest = json.loads(parts["manifest.json"])
    manifest["files"] = [item for item in manifest["files"] if item["path"] in parts]
    parts["manifest.json"] = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without, "is gone"), (added, "does not belong"), (swapped, "was changed"), (listed_anew, "not signed"),
        (lambda parts: parts.pop("manifest.sig"), "manifest.sig is missing"),
        (lambda parts: parts.pop("trail/proof.jsonl"), "is gone"),
    ],
    ids=["removed", "added", "swapped", "listed anew", "unsigned", "unproven"],
)  # fmt: skip
def test_forgeries(bundle, verifier, capsys, change, words):
    assert verifier.main([str(repacked(bundle, change))]) == 1
    assert words in capsys.readouterr().out


def resigned(parts, name, change):
    """Whoever holds even the key cannot make an entry or an event that the trail does not hold."""
    from portal.audit import keys

    rows = [json.loads(line) for line in parts[name].splitlines()]
    change(rows)
    parts[name] = b"".join(seals.canonical(row) + b"\n" for row in rows)
    manifest = json.loads(parts["manifest.json"])
    item = next(one for one in manifest["files"] if one["path"] == name)
    item["size"], item["sha256"] = len(parts[name]), hashlib.sha256(parts[name]).hexdigest()
    parts["manifest.json"] = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1).encode()
    parts["manifest.sig"] = keys.sign(parts["manifest.json"]).encode()


def other_text(rows):
    rows[1]["text"] = rows[1]["text"].replace("2026", "2025", 1)


def other_digest(rows):
    other_text(rows)
    rows[1]["digest"] = hashlib.sha256((rows[1]["before"] + rows[1]["text"]).encode()).hexdigest()


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("entries/entries.jsonl", other_text, "was changed"),
        ("entries/entries.jsonl", other_digest, "is not the one in the trail"),
        ("trail/events.jsonl", other_text, "was changed"),
        ("trail/events.jsonl", other_digest, "do not stand in the trail"),
        ("trail/events.jsonl", lambda rows: rows.reverse(), "at the wrong place"),
        ("trail/proof.jsonl", lambda rows: rows.pop(), "a node of the proof is missing"),
    ],
)
def test_entries_and_events_follow_from_the_trail(bundle, verifier, capsys, name, change, words):
    forged = repacked(bundle, lambda parts: resigned(parts, name, change))
    assert verifier.main([str(forged)]) == 1
    assert words in capsys.readouterr().out
