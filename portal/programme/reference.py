"""Reads the reference files and brings the tables up to them; safe to repeat."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db import transaction

from portal.programme.defaults import DEFAULT
from portal.programme.directory import bring_up, soes
from portal.programme.enums import BatchState, UnitKind
from portal.programme.files import rows
from portal.programme.models import Batch, Industry, KnownPilot, PilotUnit, Province, RuleSet

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


# Of what changes in the portal (a name, an end, who follows) the files say nothing once somebody recorded it there.
_RECORDED: Final = ("former_names", "document_no", "changed_at")


def _upsert(using: str, objects: list[Any], key: str) -> int:
    """Insert by the key what is new, and bring up to date what differs; gives the number of rows.

    What stands as the files say is not touched: it is loaded with each start, while people are at work. What differs is
    read again under its lock, so that a change somebody records at this moment stays.
    """
    model = type(objects[0])
    kept = (key, "id", *_RECORDED)
    fields = [field.attname for field in model._meta.concrete_fields if field.name not in kept]
    table = model._default_manager.using(using)
    there = {getattr(row, key): row for row in table}
    new = [one for one in objects if getattr(one, key) not in there]
    table.bulk_create(new, batch_size=500, ignore_conflicts=True)  # another start may be loading too
    differing = {getattr(one, key): one for one in objects if _differs(there.get(getattr(one, key)), one, fields)}
    locked = table.filter(**{f"{key}__in": list(differing)}).select_for_update(no_key=True).order_by(key)
    for row in locked:
        _write(row, differing[getattr(row, key)], fields)
    return len(objects)


def _differs(row: Any, line: Any, fields: list[str]) -> bool:
    """The row is there, was not recorded in the portal, and is not what the line says."""
    if row is None or getattr(row, "changed_at", None) is not None:
        return False
    return any(getattr(row, name) != getattr(line, name) for name in fields)


def _write(row: Any, line: Any, fields: list[str]) -> None:
    """Bring a locked row to what the line says."""
    if _differs(row, line, fields):
        for name in fields:
            setattr(row, name, getattr(line, name))
        row.save(update_fields=fields)


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


def names_of_pair(districts: list[str], using: str) -> tuple[str, str]:
    """What two districts that apply as one are called: by both, in the order of their codes."""
    found = PilotUnit.objects.using(using).filter(code__in=districts)
    names = {code: (zh, en) for code, zh, en in found.values_list("code", "name_zh", "name_en")}
    zh, en = zip(*(names[code] for code in districts), strict=True)
    return "、".join(zh), " and ".join(en)


def _units(using: str) -> int:
    """Bring the units up to the files, but for those whose change was recorded in the portal; gives their number.

    Pairs that two districts made by applying together stand in no file: they are called as their districts are.
    """
    listed = units()
    count = _upsert(using, listed, "code")
    made = PilotUnit.objects.using(using).filter(kind=UnitKind.JOINT_DISTRICTS, changed_at=None)
    for pair in made.exclude(code__in=[unit.code for unit in listed]).order_by("code"):
        zh, en = names_of_pair(pair.districts, using)
        if (pair.name_zh, pair.name_en) != (zh, en):
            made.filter(pk=pair.pk).update(name_zh=zh, name_en=en)
    return count


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
            "central SOEs": bring_up(using, soes()),
        }
        RuleSet.objects.using(using).get_or_create(version=DEFAULT["version"], defaults=DEFAULT)
        counts["known pilot units"] = _history(using)
    return counts
