"""The bodies of the programme, derived from the reference data: one for each province, unit and enterprise."""

from __future__ import annotations

from portal.accounts.enums import MIIT, MOF, Kind
from portal.accounts.models import Organisation
from portal.programme.models import Province


def _national() -> list[Organisation]:
    texts = [
        (MIIT, Kind.MINISTRY, "工业和信息化部", "Ministry of Industry and Information Technology"),
        (MOF, Kind.MINISTRY, "财政部", "Ministry of Finance"),
        ("SJ", Kind.AUDIT_OFFICE, "审计署", "National Audit Office"),
        ("ZJ", Kind.EXPERT_POOL, "评审专家库", "Expert pool"),
        ("YW", Kind.OPERATOR, "平台运维中心", "Operator of the portal"),
    ]
    return [Organisation(code=code, kind=kind, name_zh=zh, name_en=en) for code, kind, zh, en in texts]


def _provincial(province: Province) -> list[Organisation]:
    zh, en, corps = province.name_zh, province.name_en, province.kind == "xpcc"
    parts = [
        ("GX", Kind.PROVINCIAL_INDUSTRY, "工业和信息化局" if corps else "工业和信息化厅（局）", "industry department"),
        ("CZ", Kind.PROVINCIAL_FINANCE, "财政局" if corps else "财政厅（局）", "finance department"),
        ("SJ", Kind.AUDIT_OFFICE, "财政监管局", "MOF supervision bureau"),
    ]
    return [
        Organisation(
            code=f"{mark}{province.code}" if not (corps and mark == "CZ") else "CZP-XPCC",
            kind=kind,
            name_zh=zh + name,
            name_en=f"{en}: {text}",
            province=province.code,
        )
        for mark, kind, name, text in parts
    ]


def ensure_organisations(using: str) -> int:
    """Make or bring up to date the bodies of nation and provinces; gives the number of all organisations.

    Those of units and central SOEs the database makes and renames with their row (`portal.programme.functions`).
    """
    found = _national()
    for province in Province.objects.using(using):
        found += _provincial(province)
    Organisation.objects.using(using).bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["kind", "name_zh", "name_en", "province", "unit"],
        batch_size=500,
    )
    return Organisation.objects.using(using).count()
