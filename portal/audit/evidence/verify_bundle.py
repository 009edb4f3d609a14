"""Check evidence of the pilot portal without the portal: python3 -I verify_bundle.py BUNDLE [--key KEY] [--seal FILE]

BUNDLE is the ZIP as it was taken away, or the folder it was unpacked into, or a seal of the trail (.json). KEY is the
portal's public key as its page of seals shows it (64 hexadecimal digits); FILE is a seal that was kept outside.
Needs Python 3.9 or later and nothing else. Prints what was found; ends with 0 when all is whole, with 1 when not.

What is shown: each byte of the ZIP is as the portal wrote it; the manifest is signed by the key; each file is the one
the manifest names, and there is no other; each event of the trail has the digest that follows from its text and the
link before it, and that link is under the root over all links of the trail which the manifest states; each entry has
the digest that follows from its text and the entry before it, and its own event in the trail names that digest. Without
KEY the key inside is used: then compare the key that is printed with the one the portal publishes.
"""

import base64
import hashlib
import json
import pathlib
import struct
import sys
import zipfile
import zlib
from typing import Any

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
CHUNK = 1 << 20


class Broken(ValueError):
    """Something is not as it was."""


def need(condition: object, why: str) -> None:
    """Stop unless the condition holds."""
    if not condition:
        raise Broken(why)


def point(data: bytes) -> tuple:
    """A point of the curve from its 32 bytes (RFC 8032, 5.1.3)."""
    number = int.from_bytes(data, "little")
    y, odd = number & ((1 << 255) - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    need(y < P and (x * x - square) % P == 0 and (x or not odd), "no point of the curve")
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P


def plus(one: tuple, two: tuple) -> tuple:
    """The sum of two points."""
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, one: tuple) -> tuple:
    """A multiple of a point."""
    total: tuple = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = plus(total, one)
        one, number = plus(one, one), number >> 1
    return total


BASE = point(bytes.fromhex("58" + "66" * 31))


def is_signed(data: bytes, signature: str, key: str) -> bool:
    """Whether the holder of the key signed the bytes (Ed25519, RFC 8032)."""
    try:
        sign, public = bytes.fromhex(signature), bytes.fromhex(key)
        need(len(sign) == 64 and len(public) == 32, "length")
        scalar = int.from_bytes(sign[32:], "little")
        hashed = int.from_bytes(hashlib.sha512(sign[:32] + public + data).digest(), "little") % ORDER
        left, right = times(scalar, BASE), plus(point(sign[:32]), times(hashed, point(public)))
    except ValueError:
        return False
    same = (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0
    return scalar < ORDER and same


def sha256(text: str) -> str:
    """Digest of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON with sorted names and no spaces, as it is signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


class Folder:
    """The unpacked files."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.found = {}
        for file in sorted(path.rglob("*")):
            if file.is_symlink() or not file.is_dir():
                total = hashlib.sha256()
                with file.open("rb") as content:
                    for part in iter(lambda: content.read(CHUNK), b""):
                        total.update(part)
                self.found[file.relative_to(path).as_posix()] = (file.stat().st_size, total.hexdigest())

    def open(self, name: str) -> Any:
        """One file to read."""
        return (self.path / name).open("rb")


class Package:
    """The ZIP, of which every byte follows from the names and contents of its files."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.found: dict = {}
        directory, at = b"", 0
        with path.open("rb") as file:
            while True:
                head = file.read(30)
                if head[:4] != b"PK\x03\x04":
                    break
                need(len(head) == 30, "the ZIP ends too early")
                crc, size, _same, length = struct.unpack("<IIIH", head[14:28])
                name = file.read(length)
                facts = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, crc, size, size, length, 0)
                need(head == b"PK\x03\x04" + facts, f"the ZIP was changed before the file {name!r}")
                need(name.decode("ascii", "replace") not in self.found, f"the file {name!r} stands twice")
                self.found[name.decode("ascii", "replace")] = self._content(file, name, size, crc)
                directory += b"PK\x01\x02\x14\x03" + facts + struct.pack("<HHHII", 0, 0, 0, 0o644 << 16, at) + name
                at += 30 + length + size
            count = len(self.found)
            end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), at, 0)
            need(head + file.read() == directory + b"PK\x05\x06" + end, "the directory of the ZIP was changed")

    @staticmethod
    def _content(file: Any, name: bytes, size: int, crc: int) -> tuple:
        total, seen, left = hashlib.sha256(), 0, size
        while left:
            part = file.read(min(left, CHUNK))
            need(part, "the ZIP ends too early")
            total.update(part)
            seen, left = zlib.crc32(part, seen), left - len(part)
        need(seen == crc, f"the content of {name!r} was changed")
        return size, total.hexdigest()

    def open(self, name: str) -> Any:
        """One file to read."""
        return zipfile.ZipFile(self.path).open(name)


def lines(bundle: Any, name: str) -> Any:
    """The values of a file with one in each line."""
    with bundle.open(name) as file:
        for line in file:
            yield json.loads(line)


def check_seal(seal: Any, key: str) -> Any:
    """A seal of the trail is signed by the key (by its own, where none is given); gives what it states."""
    need(seal.get("format") == "audit-seal/2", "this is no seal of the trail")
    body = {name: value for name, value in seal.items() if name not in ("signature", "time_stamp")}
    need(is_signed(canonical(body), seal.get("signature", ""), key or body["key"]), "the seal is not signed by the key")
    base64.b64decode(seal.get("time_stamp", ""), validate=True)
    return body


def check_seals(bundle: Any, key: str) -> list:
    """Each seal names the one before it, and the last one is signed by the key."""
    seals = list(lines(bundle, "trail/seals.jsonl"))
    before = ""
    for seal in seals:
        body = {name: value for name, value in seal.items() if name not in ("signature", "time_stamp")}
        need(body["before"] == before, f"the seal of {body['at']} does not follow the one before it")
        before = hashlib.sha256(canonical(body)).hexdigest()
    return [*seals[:-1], check_seal(seals[-1], key)] if seals else []


def check_files(bundle: Any, manifest: Any) -> None:
    """Every file of the manifest is there as it was, and no other."""
    named = {item["path"]: (item["size"], item["sha256"]) for item in manifest["files"]}
    need(len(named) == len(manifest["files"]), "the manifest names a file twice")
    found = {name: facts for name, facts in bundle.found.items() if name not in ("manifest.json", "manifest.sig")}
    for name, facts in named.items():
        need(name in found, f"the file {name} is gone")
        need(found[name] == facts, f"the file {name} was changed")
    for name in found:
        need(name in named, f"the file {name} does not belong to the bundle")


def climb(leaves: "dict[int, bytes]", nodes: "dict[tuple, bytes]", size: int) -> bytes:
    """The root over all links, from the leaves that are known and the nodes beside their way."""
    known, height = leaves, 0
    while size > 1:
        above = {}
        for place in known:
            left, right = place & ~1, place | 1
            if right >= size:
                above[place >> 1] = known[place]
                continue
            pair = [known.get(one) or nodes.get((height, one), b"") for one in (left, right)]
            need(all(pair), "a node of the proof is missing")
            above[place >> 1] = hashlib.sha256(b"\x01" + b"".join(pair)).digest()
        known, size, height = above, (size + 1) // 2, height + 1
    return known[0]


def check_trail(bundle: Any, manifest: Any, seals: list) -> dict:
    """Events follow from the links before them, and all their links are under the root; gives digests of entries."""
    head, leaves, booked, last = manifest["head"], {}, {}, 0
    for event in lines(bundle, "trail/events.jsonl"):
        seq = event["seq"]
        need(last < seq <= head["seq"], f"event {event['event']} stands at the wrong place")
        need(sha256(event["before"] + event["text"]) == event["digest"], f"event {event['event']} was changed")
        facts = json.loads(event["text"])
        need(facts[0] == event["event"], f"event {event['event']} has another text")
        if facts[7] == "grants.book" and facts[9] == "grants.entry":
            booked[event["event"]] = facts[15].get("digest")
        leaves[seq - 1] = hashlib.sha256(b"\x00" + bytes.fromhex(event["digest"])).digest()
        last = seq
    ends = [(head, "the head"), *((seal, "the seal") for seal in seals)]
    for end, name in ends:
        if end["seq"]:
            need(end["seq"] <= head["seq"], f"{name} is younger than the bundle")
            own = hashlib.sha256(b"\x00" + bytes.fromhex(end["digest"])).digest()
            need(leaves.get(end["seq"] - 1, own) == own, f"{name} states another link {end['seq']}")
            leaves[end["seq"] - 1] = own
    nodes = {(height, place): bytes.fromhex(value) for height, place, value in lines(bundle, "trail/proof.jsonl")}
    if head["seq"]:
        need(climb(leaves, nodes, head["seq"]).hex() == head["root"], "the links do not stand in the trail")
    return booked


def check_entries(bundle: Any, booked: dict) -> int:
    """Each entry follows from the entry before it, and its event in the trail names its digest."""
    count = 0
    for entry in lines(bundle, "entries/entries.jsonl"):
        need(sha256(entry["before"] + entry["text"]) == entry["digest"], f"entry {entry['number']} was changed")
        need(booked.get(entry["event"]) == entry["digest"], f"entry {entry['number']} is not the one in the trail")
        count += 1
    return count


def verify(path: str, key: str = "", seal: str = "") -> list:
    """All checks. Raises Broken; gives what was found, in sentences."""
    place = pathlib.Path(path)
    if place.suffix == ".json" and place.is_file():
        body = check_seal(json.loads(place.read_bytes()), key)
        return [f"seal of {body['at']}: {body['seq']} links, last {body['digest']}", f"signed by {key or body['key']}"]
    bundle: Any = Folder(place) if place.is_dir() else Package(place)
    for name in ("manifest.json", "manifest.sig"):
        need(name in bundle.found, f"{name} is missing")
    with bundle.open("manifest.json") as file:
        text = file.read()
    with bundle.open("manifest.sig") as file:
        signature = file.read().decode("ascii", "replace")
    manifest = json.loads(text)
    used = key or str(manifest["key"])
    need(len(signature) == 128 and is_signed(text, signature, used), "the manifest is not signed by the key")
    need(manifest["format"] == "evidence-bundle/1", "this is no evidence bundle")
    check_files(bundle, manifest)
    seals = check_seals(bundle, used)
    if seal:
        kept = json.loads(pathlib.Path(seal).read_bytes())
        # A seal of a former key is as good as the bundle's own seals by that key, for which the manifest's key stands.
        former = kept.get("key") in {one["key"] for one in seals}
        own = check_seal(kept, kept["key"] if former else key)
        same = [one for one in seals if all(one.get(name) == value for name, value in own.items())]
        need(same, "the seal that was kept outside does not stand among those of the bundle")
    count = check_entries(bundle, check_trail(bundle, manifest, seals))
    said = [f"{len(bundle.found)} files, {count} entries, {manifest['counts']['events']} events of the trail"]
    said += [
        f"note: {item['sha256']} ({item['why']}) was not whole when the bundle was made" for item in manifest["missing"]
    ]
    return [*said, f"trail of {manifest['head']['seq']} links, last {manifest['head']['digest']}", f"signed by {used}"]


def main(arguments: list) -> int:
    """Check, and say what was found."""
    options = {"--key": "", "--seal": ""}
    names = []
    rest = iter(arguments)
    for word in rest:
        if word in options:
            options[word] = next(rest, "")
        else:
            names.append(word)
    if len(names) != 1:
        print(__doc__)
        return 2
    try:
        said = verify(names[0], options["--key"].strip().lower(), options["--seal"])
    except Broken as error:
        print(f"BROKEN: {error}")
        return 1
    except Exception as error:  # whatever cannot be read was changed
        print(f"BROKEN: it cannot be read: {error!r}")
        return 1
    print("\n".join(said))
    print("WHOLE")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
