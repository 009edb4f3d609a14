"""Every report as a workbook, of all that the demonstration holds: figures, years and days are values.

Lists and templates are looked at where `test_links` comes by them.
"""

from __future__ import annotations

import pytest
from django.utils import translation

from applications.models import Application
from portal.accounts.models import User
from portal.core import clock
from portal.core.rules import may
from portal.core.scope import acting_as
from portal.programme.models import Batch
from portal.reports.catalogue import CATALOGUE
from reviews.models import Decision, Scenario
from tests.cells import odd_texts
from tests.reports import every

pytestmark = pytest.mark.usefixtures("built")


@pytest.mark.parametrize("who", ["miit", "auditor"])
def test_every_report_holds_values(who, tmp_path):
    person, made, found = User.objects.using("owner").get(email=f"{who}@demo.invalid"), set(), []
    with acting_as(person.pk) as by, translation.override("en"):
        given = {
            "batch": getattr(Batch.objects.filter(state="running").first(), "pk", 0),
            "application": str(getattr(Application.objects.filter(state="selected", unit="350200").first(), "pk", "")),
            "scenarios": list(Scenario.objects.filter(batch__state="deciding").values_list("pk", flat=True)),
            "decision": getattr(Decision.objects.filter(record__isnull=False).first(), "pk", 0),
        }
        for name in every.names():
            report = CATALOGUE[name]
            if not may(by, report.act) or "xlsx" not in report.format_names:
                continue
            values = {key: value for key, value in given.items() if key in report.form.base_fields}
            if name == "reviews.publicity":
                values["batch"] = Batch.objects.get(state="publicity").pk
            content = every.content(by, name, "xlsx", values, tmp_path, clock.now())
            found += [(name, *one) for one in odd_texts(content)]
            made.add(name)
    assert len(made) > 20, made
    assert not found
