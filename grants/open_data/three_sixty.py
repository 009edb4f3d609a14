"""Awards and supported projects as grants of the 360Giving Data Standard, version 1.4.

Source: https://standard.threesixtygiving.org/ (schema 1.4.3). Two steps of the same money are two packages: the
Ministry of Finance grants to pilot units (awards), a pilot unit supports projects of enterprises (projects). Names of
organisations are Chinese with English in brackets, as everyone finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.conf import settings

Row = Mapping[str, Any]
VERSION: Final = "1.4"
MARK: Final = "[Invented demonstration data] "
MINISTRY: Final = "中华人民共和国财政部 (Ministry of Finance of the People's Republic of China)"
PROGRAMME: Final = "新型技术改造城市试点 (new-type technological transformation city pilot)"
WITHHELD: Final = "Natural person's business (name withheld)"
TITLE: Final = 139  # the standard asks for less than 140 characters


def _marked(text: str) -> str:
    return MARK + text if settings.DEMONSTRATION else text


def _identifier(of: str) -> str:
    return f"{settings.OPEN_DATA_PREFIX}-{of}"


def _unit(row: Row) -> dict[str, Any]:
    return {
        "id": _identifier(f"unit-{row['unit_code']}"),
        "name": f"{row['unit_zh']} ({row['unit_en']})",
        "addressRegion": row["province_zh"],
        "addressCountry": "China",
        "location": [{"name": row["unit_zh"], "countryCode": "CN"}],
    }


def _common(row: Row, key: str, on: date, moment: str) -> dict[str, Any]:
    return {
        "id": _identifier(key),
        "currency": "CNY",
        "awardDate": on.isoformat(),
        "beneficiaryLocation": [
            {"name": row["unit_zh"], "countryCode": "CN", "geoCode": row["unit_code"], "geoCodeType": "GB/T 2260"}
        ],
        "grantProgramme": [
            {
                "code": f"batch-{row['batch']}",
                "title": f"{PROGRAMME}, batch {row['batch']}",
            }
        ],
        "dateModified": moment,
        "dataSource": f"{settings.BASE_URL.rstrip('/')}/open-data/",
    }


def _award(row: Row, moment: str) -> dict[str, Any]:
    title = f"{row['unit_zh']} ({row['unit_en']}): reward of the city pilot, batch {row['batch']}"
    return {
        **_common(row, f"award-{row['award_id']}", row["awarded_on"], moment),
        "title": _marked(title)[:TITLE],
        "description": _marked(
            f"Reward of a pilot unit on the final list of batch {row['batch']}, by document {row['document_no']}."
        ),
        "amountAwarded": float(row["awarded_yuan"]),
        "amountDisbursed": float(row["passed_on_yuan"]),
        "fundingOrganization": [{"id": _identifier("MOF"), "name": MINISTRY}],
        "recipientOrganization": [_unit(row)],
        "fromOpenCall": "Yes",
    }


def _project(row: Row, moment: str) -> dict[str, Any]:
    found = {
        **_common(row, f"project-{row['project_id']}", row["supported_on"], moment),
        "title": _marked(str(row["name"]))[:TITLE],
        "description": _marked(
            f"Support of a project of the approved plan of {row['unit_zh']} ({row['unit_en']}), batch {row['batch']};"
            f" total investment {row['investment_yuan']} yuan."
        ),
        "amountAwarded": float(row["support_yuan"]),
        "amountDisbursed": float(row["paid_yuan"]),
        "fundingOrganization": [_unit(row)],
        "relatedActivity": [_identifier(f"award-{row['award_id']}")],
    }
    if row["withheld"]:
        return found | {"recipientIndividual": {"id": _identifier(f"person-{row['project_id']}"), "name": WITHHELD}}
    return found | {"recipientOrganization": [_enterprise(row)]}


def _enterprise(row: Row) -> dict[str, Any]:
    code = row["enterprise_code"]
    key = f"enterprise-{code}" if code else f"enterprise-of-{row['project_id']}"
    return {"id": _identifier(key), "name": row["enterprise"], "addressCountry": "China"}


GRANT: Final[Mapping[str, Callable[[Row, str], dict[str, Any]]]] = {"awards": _award, "projects": _project}


def head(name: str, title: Mapping[str, str], text: Mapping[str, str], moment: str) -> dict[str, Any]:
    """What a package says of itself; its grants follow."""
    base = settings.BASE_URL.rstrip("/")
    return {
        "version": VERSION,
        "title": _marked(f"{title['zh']} ({title['en']})"),
        "description": _marked(f"{text['zh']} {text['en']}"),
        "issued": moment,
        "modified": moment,
        "identifier": _identifier(f"package-{name}"),
        "publisher": {"identifier": _identifier("MOF"), "name": MINISTRY, "website": f"{base}/"},
        "license": settings.OPEN_DATA_LICENCE,
        "downloadURL": f"{base}/open-data/{name}.360giving.json",
        "accessURL": f"{base}/open-data/{name}/",
    }
