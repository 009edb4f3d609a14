"""Every kind of caller: nobody, a person without a role, and each role in a typical organisation.

Objects of the matrix belong to Xiamen (350200) in Fujian (350000) and to the enterprise YQ001; callers named `.other`
hold the same role elsewhere, so that what leaks across provinces, units and enterprises shows up as a wrong answer.
"""

from __future__ import annotations

from typing import Final

CALLERS: Final[dict[str, tuple[str, str] | None]] = {
    "anonymous": None,
    "no_role": None,
    "officer.miit": ("officer", "MIIT"),
    "officer.mof": ("officer", "MOF"),
    "reviewer.miit": ("reviewer", "MIIT"),
    "reviewer.expert": ("reviewer", "ZJ"),
    "maker.mof": ("finance_maker", "MOF"),
    "checker.mof": ("finance_checker", "MOF"),
    "industry": ("provincial_officer", "GX350000"),
    "industry.other": ("provincial_officer", "GX360000"),
    "finance": ("provincial_officer", "CZ350000"),
    "maker.province": ("finance_maker", "CZ350000"),
    "maker.province.other": ("finance_maker", "CZ360000"),
    "checker.province": ("finance_checker", "CZ350000"),
    "drafter": ("drafter", "ZF350200"),
    "drafter.other": ("drafter", "ZF350500"),
    "signatory": ("signatory", "ZF350200"),
    "signatory.other": ("signatory", "ZF350500"),
    "maker.unit": ("finance_maker", "CZ350200"),
    "maker.unit.other": ("finance_maker", "CZ350500"),
    "checker.unit": ("finance_checker", "CZ350200"),
    "soe": ("soe_officer", "YQ001"),
    "soe.other": ("soe_officer", "YQ002"),
    "auditor": ("auditor", "SJ"),
    "auditor.province": ("auditor", "SJ350000"),
    "auditor.other": ("auditor", "SJ360000"),
    "system": ("system_admin", "YW"),
    "security": ("security_admin", "YW"),
    "trail": ("audit_admin", "YW"),
}
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READING: Final = ("GET", "HEAD", "OPTIONS")
