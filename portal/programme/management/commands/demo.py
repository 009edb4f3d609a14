"""Build the demonstration: invented people on real bodies, and an open batch; safe to repeat."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.accounts.cast import ensure_user
from portal.accounts.management.commands.signins import PASSWORD
from portal.core import clock
from portal.core.scope import acting_as
from portal.programme.domain import batch as domain
from portal.programme.models import Batch, RuleSet

# Role, code of the organisation, short name in the address. People are invented; their names say so.
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
    ("drafter", "ZF350200", "drafter.xiamen"),
    ("signatory", "ZF350200", "signatory.xiamen"),
    ("finance_maker", "CZ350200", "maker.xiamen"),
    ("finance_checker", "CZ350200", "checker.xiamen"),
    ("soe_officer", "YQ001", "soe"),
    ("reviewer", "ZJ", "expert"),
    ("auditor", "SJ", "auditor"),
    ("auditor", "SJ350000", "auditor.fujian"),
    ("system_admin", "YW", "system"),
    ("security_admin", "YW", "security"),
    ("audit_admin", "YW", "trail"),
    ("clockwork", "YW", "clockwork"),
]
CALL_ZH: Final = (
    "（演示）请符合条件的城市人民政府会同有关中央企业编制实施方案，经省级工业和信息化、财政部门联合推荐后申报。"
)
CALL_EN: Final = (
    "(Demonstration) City governments, with central state-owned enterprises where they wish, draft an implementation "
    "plan and apply through their provincial industry and finance departments."
)


def address(short: str) -> str:
    """The address of a demonstration account; .invalid never reaches anybody."""
    return f"{short}@demo.invalid"


class Command(BaseCommand):
    help = "Build the demonstration (never in production)."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A real portal gets no demonstration: PORTAL_ENV is production.")
        people = {
            short: ensure_user(address(short), f"演示·{short}", code, role, password=PASSWORD)
            for role, code, short in CAST
        }
        if not Batch.objects.filter(number=3).exists():
            self._open_batch(people["miit"].pk, people["mof"].pk)
        if options["verbosity"]:
            self.stdout.write(f"{len(people)} people, batch 3 open")

    def _open_batch(self, miit: int, mof: int) -> None:
        today = clock.today()
        with transaction.atomic():
            with acting_as(miit) as by:
                row = domain.draft(
                    by=by,
                    what=domain.BatchInput(
                        number=3,
                        year=today.year,
                        title_zh=f"{today.year}年新型技术改造城市试点（第三批，演示）",
                        title_en=f"New-type technological transformation city pilot {today.year}, third batch (demo)",
                        call_zh=CALL_ZH,
                        call_en=CALL_EN,
                        rule_set=RuleSet.objects.order_by("-version")[0],
                        opens_at=datetime.combine(today, time.min, clock.SHANGHAI),
                        deadline=clock.end_of_day(today + timedelta(days=30)),
                    ),
                )
                domain.open_batch(by=by, batch=row)
            with acting_as(mof) as by:
                domain.countersign(by=by, batch=row)
