"""Reads the reference files and brings the tables up to them; safe to repeat."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from portal.programme.defaults import DEFAULT
from portal.programme.enums import BatchState, UnitKind
from portal.programme.models import Batch, CentralSOE, Industry, KnownPilot, PilotUnit, Province, RuleSet

DATA: Final = Path(__file__).resolve().parent / "data"
XPCC: Final = "XPCC"
LIANGJIANG: Final = "CQ-LJ"  # the district's code is not sourced: an internal key
BATCHES: Final = {
    1: (
        2024,
        "2024年新型技术改造城市试点（第一批）",
        "New-type technological transformation city pilot 2024, first batch",
    ),
    2: (
        2025,
        "2025年新型技术改造城市试点（第二批）",
        "New-type technological transformation city pilot 2025, second batch",
    ),
}


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of one file, as text."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


# Of what changes in the portal (a name, an end, who follows) the files say nothing once somebody recorded it there.
_RECORDED: Final = ("former_names", "document_no", "changed_at")


def _upsert(using: str, objects: list[Any], key: str) -> int:
    """Insert or bring up to date by the key; gives the number of rows."""
    model = type(objects[0])
    kept = (key, "id", *_RECORDED)
    fields = [field.name for field in model._meta.concrete_fields if field.name not in kept]
    model._default_manager.using(using).bulk_create(
        objects, update_conflicts=True, unique_fields=[key], update_fields=fields, batch_size=500
    )
    return len(objects)


def provinces() -> list[Province]:
    """31 provinces and XPCC."""
    found = [
        Province(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            short_zh=row["short_name_zh"],
            kind=row["kind"],
            region=row["economic_region"],
        )
        for row in rows("regions.csv")
    ]
    corps = "Xinjiang Production and Construction Corps"
    return [
        *found,
        Province(code=XPCC, name_zh="新疆生产建设兵团", name_en=corps, short_zh="兵团", kind="xpcc", region="west"),
    ]


def units() -> list[PilotUnit]:
    """Prefecture-level divisions, districts of the municipalities, XPCC, and pairs of districts that applied."""
    found = [
        PilotUnit(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            province_id=row["province_code"],
            kind=UnitKind.CITY if row["kind"] == "prefecture_level_city" else UnitKind.PREFECTURE,
            is_separately_planned=row["is_separately_planned"] == "1",
            is_provincial_capital=row["is_provincial_capital"] == "1",
        )
        for row in rows("cities.csv")
        if row["is_municipality"] == "0"
    ]
    names = {}
    for row in rows("municipal_districts.csv"):
        code = row["code"] or LIANGJIANG
        names[code] = (row["name_zh"], row["name_en"])
        ended = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        found.append(
            PilotUnit(
                code=code,
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                province_id=row["province_code"],
                kind=UnitKind.DISTRICT,
                valid_to=ended,
                successor_id=LIANGJIANG if ended else None,
                districts=[code],
                note=row["note"],
            )
        )
    corps = next(row for row in provinces() if row.code == XPCC)
    found.append(
        PilotUnit(code=XPCC, name_zh=corps.name_zh, name_en=corps.name_en, province_id=XPCC, kind=UnitKind.XPCC)
    )
    for row in rows("pilot_cities.csv"):
        codes = row["unit_codes"].split(";")
        if len(codes) == 2:
            zh, en = zip(*(names[code] for code in codes), strict=True)
            found.append(
                PilotUnit(
                    code="+".join(codes),
                    name_zh="、".join(zh),
                    name_en=" and ".join(en),
                    province_id=row["province_code"] or codes[0][:2] + "0000",
                    kind=UnitKind.JOINT_DISTRICTS,
                    districts=codes,
                )
            )
    return sorted(found, key=lambda unit: unit.successor_id is not None)


def industries() -> list[Industry]:
    """Section C, its 31 divisions and 179 groups; codes carry the section letter."""
    return [
        Industry(
            code=row["code"] if row["level"] == "section" else "C" + row["code"],
            level=row["level"],
            parent_id=None if row["level"] == "section" else ("C" + row["parent_code"]).replace("CC", "C"),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
        )
        for row in rows("industries.csv")
    ]


def _units(using: str) -> int:
    """Bring the units up to the files, but for those whose change was recorded in the portal; gives their number."""
    recorded = PilotUnit.objects.using(using).filter(changed_at__isnull=False)
    changed = set(recorded.values_list("code", flat=True))
    return _upsert(using, [unit for unit in units() if unit.code not in changed], "code") + len(changed)


def _soes(using: str, listed: list[tuple[CentralSOE, str]]) -> int:
    """Bring the enterprises up to the directory; gives how many it lists.

    An enterprise is known by its names, now and before, never by its number: when one leaves the directory all that
    follow are numbered anew. A new one gets the next code; one that is not listed any more loses its number alone.
    """
    rows = CentralSOE.objects.using(using).all()
    known: dict[str, CentralSOE] = {}
    for row in rows:
        known |= {former["zh"]: row for former in row.former_names}
    known |= {row.name_zh: row for row in rows}  # a name that another had before is whose it is now
    codes = {row.code for row in known.values()}
    rows.update(list_no=None)  # or two would hold a number in passing
    for line, other in listed:
        found = known.get(line.name_zh) or known.get(other)
        if found is None:
            line.code = next_code(codes)
            codes.add(line.code)
            line.save(using=using)
            continue
        found.list_no, found.as_of, found.short_zh = line.list_no, line.as_of, line.short_zh
        if found.changed_at is None:
            found.name_zh, found.name_en = line.name_zh, line.name_en
        found.save(using=using)
    return len(listed)


def next_code(taken: Iterable[str]) -> str:
    """The code of an enterprise that is new: the next that was never given."""
    return f"YQ{max((int(code[2:]) for code in taken), default=0) + 1:03}"


def soes() -> list[tuple[CentralSOE, str]]:
    """99 central SOEs in the order of SASAC's directory, each with the other name the file gives, or none."""
    return [
        (
            CentralSOE(
                list_no=int(row["list_no"]),
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                short_zh=row["short_name_zh"],
                as_of=date.fromisoformat(row["as_of"]),
            ),
            row["name_zh_alt"],
        )
        for row in rows("central_soes.csv")
    ]


def _history(using: str) -> int:
    """The two batches before, as archived ones, with the pilot units a source names."""
    known = list(rows("pilot_cities.csv"))
    batches = {}
    for number, (year, zh, en) in BATCHES.items():
        source = "财建〔2024〕16号" if number == 1 else "工信厅联规函〔2025〕108号"
        batches[number], _ = Batch.objects.using(using).get_or_create(
            number=number,
            defaults={"year": year, "title_zh": zh, "title_en": en, "state": BatchState.ARCHIVED, "source": source},
        )
    codes = set(PilotUnit.objects.using(using).values_list("code", flat=True))
    pilots = [
        KnownPilot(
            batch=batches[int(row["batch"])],
            unit_id=code if (code := row["unit_codes"].replace(";", "+")) in codes else None,
            province_id=row["province_code"] or None,
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            is_verified=row["verified"] == "yes",
            source=row["source"],
            note=row["note"],
        )
        for row in known
    ]
    KnownPilot.objects.using(using).bulk_create(
        pilots,
        update_conflicts=True,
        unique_fields=["batch", "name_zh"],
        update_fields=["unit", "province", "name_en", "is_verified", "source", "note"],
    )
    return len(pilots)


def load(using: str) -> dict[str, int]:
    """Bring all reference tables up to the files in one transaction; gives rows by kind."""
    with transaction.atomic(using=using):
        counts = {
            "provinces": _upsert(using, provinces(), "code"),
            "pilot units": _units(using),
            "industries": _upsert(using, industries(), "code"),
            "central SOEs": _soes(using, soes()),
        }
        RuleSet.objects.using(using).get_or_create(version=DEFAULT["version"], defaults=DEFAULT)
        counts["known pilot units"] = _history(using)
    return counts
