"""Invented people on real bodies. Their addresses end in .invalid and reach nobody; their names say what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal.accounts.models import Membership, Organisation, User
from portal.programme.models import PilotUnit

PASSWORD: Final = "demonstration-2026"  # noqa: S105 - of the demonstration alone, printed on purpose
Holders = dict[tuple[str, str], list[int]]
# The first of each role and kind of body. Role, body, name in the address.
CAST: Final = [
    ("officer", "MIIT", "miit"),
    ("officer", "MOF", "mof"),
    ("reviewer", "MIIT", "reviewer.miit"),
    ("reviewer", "MOF", "reviewer.mof"),
    ("finance_maker", "MOF", "maker.mof"),
    ("finance_checker", "MOF", "checker.mof"),
    ("provincial_officer", "GX350000", "industry.fujian"),
    ("provincial_officer", "CZ350000", "finance.fujian"),
    ("finance_maker", "CZ350000", "maker.fujian"),
    ("finance_checker", "CZ350000", "checker.fujian"),
    ("drafter", "ZF350600", "drafter.zhangzhou"),
    ("drafter", "ZF350600", "drafter2.zhangzhou"),
    ("signatory", "ZF350600", "signatory.zhangzhou"),
    ("finance_maker", "CZ350200", "maker.xiamen"),
    ("finance_checker", "CZ350200", "checker.xiamen"),
    ("soe_officer", "YQ001", "soe"),
    ("reviewer", "ZJ", "expert"),
    ("auditor", "SJ", "auditor"),
    ("auditor", "SJ350000", "auditor.fujian"),
    ("system_admin", "YW", "system"),
    ("security_admin", "YW", "security"),
    ("audit_admin", "YW", "trail"),
]
# Whose sign-ins are printed besides, and after whom: the city whose dossier waits for its signatory, an enterprise's
# second person, the team of the audit. They come where all of their kind come, not first: scores are drawn by the order
# in which reviewers came.
BESIDE: Final = {
    "signatory.zhangzhou": ("drafter.zf350800", "signatory.zf350800"),
    "soe": ("soe_officer2.yq001",),
    "auditor": ("auditor2.national", "auditor3.national"),
}
TITLES: Final = {
    "officer": "项目管理",
    "reviewer": "评审",
    "finance_maker": "经办",
    "finance_checker": "复核",
    "provincial_officer": "经办",
    "drafter": "起草",
    "signatory": "签批",
    "soe_officer": "经办",
    "auditor": "审计",
    "system_admin": "系统管理",
    "security_admin": "安全管理",
    "audit_admin": "审计管理",
}
MANY: Final = {"reviewer", "officer", "soe_officer"}
REVIEWERS: Final = {"MIIT": 12, "MOF": 12, "ZJ": 24}


@dataclass(frozen=True)
class Wanted:
    """Someone to be there: a role in a body, the address, the name."""

    role: str
    code: str
    email: str
    name: str


@lru_cache
def _hash() -> str:
    """One hash for all demonstration accounts: they share one printed password."""
    return make_password(PASSWORD)


def address(short: str) -> str:
    """The address of a demonstration account."""
    return f"{short}@demo.invalid".lower()


def printed() -> list[str]:
    """The addresses that are printed, in that order: the cast, and of the others whoever has a step to try."""
    return [address(one) for _role, _code, short in CAST for one in (short, *BESIDE.get(short, ()))]


def cast() -> list[Wanted]:
    """The people who come first, of each role."""
    return [
        Wanted(role, code, address(short), f"演示·{TITLES[role]}{'二' if '2.' in short else ''}")
        for role, code, short in CAST
    ]


def provincial() -> list[Wanted]:
    """Officers, makers and checkers of every province, and an auditor of every supervision bureau."""
    kinds = {
        "provincial_industry": ("provincial_officer",),
        "provincial_finance": ("provincial_officer", "finance_maker", "finance_checker"),
        "audit_office": ("auditor",),
    }
    bodies = Organisation.objects.filter(kind__in=kinds).order_by("code")
    return [_at(role, body) for body in bodies for role in kinds[body.kind]]


def local(units: Iterable[PilotUnit]) -> list[Wanted]:
    """A drafter, a signatory, a maker and a checker of each unit."""
    kinds = {
        "unit_government": ("drafter", "signatory"),
        "unit_finance": ("finance_maker", "finance_checker"),
    }
    codes = [unit.code for unit in units]
    bodies = Organisation.objects.filter(kind__in=kinds, unit__in=codes).order_by("code")
    return [_at(role, body) for body in bodies for role in kinds[body.kind]]


def enterprises() -> list[Wanted]:
    """An officer of every central SOE."""
    return [_at("soe_officer", body) for body in Organisation.objects.filter(kind="central_soe")]


def reviewers() -> list[Wanted]:
    """Reviewers of both ministries and of the expert pool."""
    return [
        Wanted("reviewer", code, address(f"reviewer{number:02}.{code}"), f"演示·评审{number:02}")
        for code, count in REVIEWERS.items()
        for number in range(2, count + 1)
    ]


def officers() -> list[Wanted]:
    """A second officer of each ministry: what one proposes, another signs."""
    return [Wanted("officer", code, address(f"officer2.{code}"), "演示·项目管理二") for code in ("MIIT", "MOF")]


def auditors() -> list[Wanted]:
    """A second and a third auditor of the national office: who raises a finding does not close it."""
    return [
        Wanted("auditor", "SJ", address(f"auditor{number}.national"), f"演示·{TITLES['auditor']}{turn}")
        for number, turn in ((2, "二"), (3, "三"))
    ]


def seconds() -> list[Wanted]:
    """A second officer of every central SOE: what one writes, another confirms."""
    bodies = Organisation.objects.filter(kind="central_soe").order_by("code")
    return [Wanted("soe_officer", body.code, address(f"soe_officer2.{body.code}"), "演示·经办二") for body in bodies]


def _at(role: str, body: Organisation) -> Wanted:
    return Wanted(role, body.code, address(f"{role}.{body.code}"), f"演示·{TITLES[role]}")


def ensure(wanted: list[Wanted]) -> None:
    """Make who is missing: accounts, addresses, memberships. A role that somebody of the body holds is not given
    a second time, but to reviewers and to officers of ministries and enterprises, of whom there are several.
    """
    held = set(
        Membership.objects.filter(ended_at=None, user__is_demonstration=True).values_list(
            "organisation__code", "role", "user__email"
        )
    )
    taken = {(code, role) for code, role, _ in held}
    missing = [
        one
        for one in wanted
        if (one.code, one.role, one.email) not in held and (one.role in MANY or (one.code, one.role) not in taken)
    ]
    addresses = {one.email for one in missing}
    known = set(User.objects.filter(email__in=addresses).values_list("email", flat=True))
    User.objects.bulk_create(
        [
            User(email=one.email, name=one.name[:80], is_demonstration=True, password=_hash())
            for one in {one.email: one for one in missing if one.email not in known}.values()
        ],
        batch_size=500,
    )
    users = {user.email: user for user in User.objects.filter(email__in=addresses)}
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=email, verified=True, primary=True) for email, user in users.items()],
        ignore_conflicts=True,
        batch_size=500,
    )
    bodies = {body.code: body for body in Organisation.objects.filter(code__in={one.code for one in missing})}
    Membership.objects.bulk_create(
        [Membership(user=users[one.email], organisation=bodies[one.code], role=one.role) for one in missing],
        batch_size=500,
    )


def holders() -> Holders:
    """Ids of the demonstration's people by body and role, in the order they came."""
    found: Holders = {}
    rows = Membership.objects.filter(ended_at=None, user__is_demonstration=True).order_by("pk")
    for code, role, user in rows.values_list("organisation__code", "role", "user_id"):
        found.setdefault((code, role), []).append(user)
    return found
