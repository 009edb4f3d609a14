"""A dossier's content in which every field holds something that stands nowhere else, as it would be signed."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

_TURN: Final = count(1)


def words() -> str:
    """A text that stands nowhere else."""
    return f"独有之词{next(_TURN):03}完"


def yuan() -> str:
    """An amount that stands nowhere else: 5,001.23 ten thousand yuan and more."""
    return f"{50_010_000 + next(_TURN) * 10_000}.00"


def rate() -> str:
    """A rate that stands nowhere else."""
    return f"{10 + next(_TURN) * 0.07:.2f}"


def number() -> int:
    """A count that stands nowhere else."""
    return 7_000 + next(_TURN)


def day(year: int = 2026) -> str:
    """A day that stands nowhere else."""
    at = next(_TURN)
    return f"{year}-{1 + at % 12:02}-{1 + at % 28:02}"


def digest() -> str:
    """A digest that stands nowhere else."""
    return f"{next(_TURN):064x}"


def named(code: str) -> dict[str, str]:
    """Something of the reference data."""
    return {"code": code, "name_zh": words(), "name_en": f"Name {code}"}


INDUSTRY: Final = named("C36")


def _project(pk: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": pk,
        "industry": INDUSTRY,
        "name": words(),
        "mode": "line",
        "enterprise_name": words(),
        "total_investment": yuan(),
        "equipment_investment": yuan(),
        "support_asked": yuan(),
        "method": "loan_interest",
        "other_national_money": False,
        "other_money_note": "",
        "starts_on": day(2025),
        "ends_on": day(2027),
        "is_landmark": True,
        "transformation_investment": yuan(),
        "site": words(),
        "safety_record": words(),
        "enterprises": [{"credit_code": "91350200MA00000033", "name": words()}],
        "money": [{"level": "provincial", "fund": words(), "amount": yuan()}],
        "approvals": [{"kind": "filing", "state": "granted", "number": words(), "day": day()}],
        "milestones": [{"day": day(), "what": words()}],
        **changes,
    }


def _partner(code: str, **changes: Any) -> dict[str, Any]:
    return {
        "organisation": named(code),
        "projects": [{"id": 1, "name": words(), "amount": yuan()}],
        "kind": "soe",
        "role": "co_applicant",
        "state": "committed",
        "task": words(),
        "contribution": words(),
        "amount_committed": yuan(),
        "declined_why": "",
        "letter": digest(),
        **changes,
    }


def _html(text: str) -> str:
    return f"<p>{text}</p>"


CONTENT: Final[dict[str, Any]] = {
    "format": "dossier/2",
    "batch": {"number": 3, "year": 2026},
    "unit": named("350200"),
    "province": named("350000"),
    "basics": {
        "title": words(),
        "summary": words(),
        "lead_department": words(),
        "leader_name": words(),
        "leader_post": words(),
        "contact_name": words(),
        "contact_phone": words(),
        "contact_email": "only.here@demo.invalid",
        "amount_asked": yuan(),
    },
    "foundation": {
        "industry_base": words(),
        "digital_base": words(),
        "years": [
            {"year": year, "output": yuan(), "growth": rate(), "investment": yuan(), "enterprises": number()}
            for year in (2023, 2024, 2025)
        ],
    },
    "industries": [
        INDUSTRY
        | {"share_of_output": rate()}
        | {name: words() for name in ("why", "concentration", "strategy", "local_base")}
    ],
    "enterprises": {
        "count": number(),
        "revenue": yuan(),
        **{name: number() for name in ("chain_leaders", "leading", "champions", "little_giants")},
        "digital_now": 1001,
        "digital_then": 2002,
        "tools_now": 3003,
        "tools_then": 4004,
        "process": 100,
        "process_now": "1234.00",
        "process_then": "5678.00",
        "energy": 500,
        "energy_benchmark": 123,
        "years": {"2026": 300, "2027": 400},
        "industries": [
            {
                "code": "C36",
                "count": number(),
                "revenue": yuan(),
                "largest": yuan(),
                "leaders": number(),
                "digital_now": 777,
                "digital_then": 888,
            }
        ],
        "sha256": digest(),
    },
    "projects": [
        _project(1),
        _project(2, other_national_money=True, other_money_note=words(), method="", is_landmark=False),
    ],
    "clusters": [
        {
            "industry": INDUSTRY,
            "id": 1,
            "name": words(),
            "kind": "park",
            "standing": "municipal",
            "enterprises": number(),
            "output": yuan(),
            "role": words(),
        }
    ],
    "partners": [
        _partner("YQ001"),
        _partner(
            "YQ002", state="declined", contribution="", declined_why=words(), amount_committed="0.00", letter=None
        ),
    ],
    "targets": {
        "digital_base": rate(),
        "digital_target": rate(),
        "indicators": [
            {
                "key": f"own:{at}",
                "code": "own",
                "name": words(),
                "formula": words(),
                "unit": words(),
                "baseline": rate(),
                "goal": rate(),
                "years": {"2026": rate(), "2027": rate()},
            }
            for at in (1, 2)
        ],
    },
    "funding": {
        "funding_secured": words(),
        "lines": [
            {"key": f"{project}-2026-{source}", "project": project, "year": 2026, "source": source, "amount": yuan()}
            for project, source in ((1, "central"), (1, "own"), (2, "loan"), (None, "local"))
        ],
    },
    "plan": {
        "chapters": [{"code": code, "html": _html(words())} for code in ("overall",)],
        "figures": [
            {
                "id": 1,
                "file_name": "图.png",
                "content_type": "image/png",
                "size": 2048,
                "width": 10,
                "height": 10,
                "sha256": digest(),
            }
        ],
    },
    "safety": {
        "work_safety": words(),
        "environment": words(),
        "data_security": words(),
        "risks": [
            {
                "id": 1,
                "kind": "delivery",
                "title": words(),
                "likelihood": 2,
                "gravity": 3,
                "measure": words(),
                "responsible": words(),
            }
        ],
    },
    "attachments": [
        {
            "id": 1,
            "kind": "plan_pdf",
            "title": words(),
            "file_name": "盖章实施方案.pdf",
            "content_type": "application/pdf",
            "size": 345_678,
            "sha256": digest(),
        }
    ],
}
