"""What programs read first: the catalogue of all data sets (DCAT as JSON-LD), and the schema of each JSON file."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from grants.models import OpenFile
from grants.open_data.sets import FORMATS, SETS, Column, DataSet, both
from portal.core import clock

CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TITLE: Final = _("Open data of the city pilot programme")
_MINISTRIES: Final = _("Ministry of Finance · Ministry of Industry and Information Technology")
_TYPES: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "yuan": {"type": "number", "multipleOf": 0.01},
    "day": {"type": "string", "format": "date"},
    "flag": {"type": "boolean"},
}
# Columns that may be empty.
_EMPTY: Final = frozenset({"enterprise", "enterprise_code", "mode", "method", "industry", "ended_on"})


def _said(text: Any) -> list[dict[str, str]]:
    return [{"@language": code, "@value": words} for code, words in both(text).items()]


def _address(part: str = "") -> str:
    return f"{settings.BASE_URL.rstrip('/')}/open-data/{part}"


def catalogue(found: dict[str, list[OpenFile]]) -> dict[str, Any]:
    """The catalogue of what is written. found: of `editions.latest`."""
    return {
        "@context": CONTEXT,
        "@id": _address("catalogue.jsonld"),
        "@type": "dcat:Catalog",
        "dct:title": _said(_TITLE),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _said(_MINISTRIES)},
        "dct:license": {"@id": settings.OPEN_DATA_LICENCE},
        "dct:language": ["zh", "en"],
        "foaf:homepage": {"@id": _address()},
        "dcat:dataset": [_data_set(SETS[name], files) for name, files in found.items()],
    }


def _data_set(one: DataSet, files: list[OpenFile]) -> dict[str, Any]:
    return {
        "@id": _address(f"{one.name}/"),
        "@type": "dcat:Dataset",
        "dct:identifier": one.name,
        "dct:title": _said(one.title),
        "dct:description": _said(one.text),
        "dct:license": {"@id": settings.OPEN_DATA_LICENCE},
        "dct:issued": _moment(files[0]),
        "dcat:version": str(files[0].edition),
        "dct:type": "invented" if settings.DEMONSTRATION else "published",
        "dct:conformsTo": {"@id": _address(f"{one.name}.schema.json")},
        "dcat:distribution": [_distribution(one, file) for file in files],
    }


def _distribution(one: DataSet, file: OpenFile) -> dict[str, Any]:
    ending, content_type, label = FORMATS[file.format]
    return {
        "@type": "dcat:Distribution",
        "dct:title": label,
        "dcat:downloadURL": {"@id": _address(f"{one.name}.{ending}")},
        "dcat:mediaType": content_type.split(";")[0],
        "dcat:byteSize": file.size,
        "spdx:checksum": {"spdx:algorithm": "sha256", "spdx:checksumValue": file.sha256},
    }


def _moment(file: OpenFile) -> dict[str, str]:
    at = file.made_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")
    return {"@type": "xsd:dateTime", "@value": at}


def schema(one: DataSet) -> dict[str, Any]:
    """The JSON schema of a data set's JSON file, with titles and descriptions in English."""
    names = [column.name for column in one.columns]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _address(f"{one.name}.schema.json"),
        "title": both(one.title)["en"],
        "description": both(one.text)["en"],
        "type": "object",
        "required": ["data_set", "title", "as_of", "licence", "invented", "columns", "rows"],
        "properties": {
            "data_set": {"const": one.name},
            "as_of": {"type": "string", "format": "date-time"},
            "licence": {"type": "string", "format": "uri"},
            "invented": {"type": "boolean"},
            "columns": {"type": "array", "minItems": len(names), "maxItems": len(names)},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": names,
                    "additionalProperties": False,
                    "properties": {column.name: _property(column) for column in one.columns},
                },
            },
        },
    }


def _property(column: Column) -> dict[str, Any]:
    found = dict(_TYPES[column.kind])
    if column.name in _EMPTY:
        found["type"] = [found["type"], "null"]
    found["title"] = both(column.title)["en"]
    if column.text:
        found["description"] = both(column.text)["en"]
    return found
