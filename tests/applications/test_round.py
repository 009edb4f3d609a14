"""A dossier's way from the first line to the recommendation, by commands alone."""

from __future__ import annotations

import pytest

from portal.notifications.models import Notice
from tests import factories_applications as make


@pytest.mark.django_db
def test_a_dossier_is_recommended(db):
    row = make.recommended(unit="350200", amount="100000000.00", soes=("YQ001",))
    assert row.state == "recommended"
    assert row.number == f"{row.batch.year}-9-350200"
    with make.acting("signatory", "ZF350200"):
        snapshot = row.snapshots.get()
        assert snapshot.receipt_no == f"{row.number}-01"
        assert snapshot.sign_off.signed_by_id != snapshot.sign_off.requested_by_id
        assert row.recommendations.count() == 2


def told(role: str, code: str) -> list[str]:
    """Letters of the person, the first one first."""
    with make.acting(role, code) as by:
        return list(Notice.objects.filter(person=by.id).order_by("at").values_list("text_en", flat=True))


@pytest.mark.django_db
def test_whoever_acts_next_and_whoever_waits_gets_a_letter(db):
    """The days to mend a returned dossier run at once: the unit must not find out by chance."""
    for role, code in (
        ("signatory", "ZF350200"),
        ("provincial_officer", "GX350000"),
        ("provincial_officer", "CZ350000"),
    ):
        assert told(role, code) == []  # the people are there
    row = make.submitted(unit="350200", amount="100000000.00")
    assert "asks for a signature" in told("signatory", "ZF350200")[-1]
    for code in ("GX350000", "CZ350000"):
        (said,) = told("provincial_officer", code)
        assert "Xiamen has submitted its application: both departments of the province decide by " in said
        assert said.endswith("23:59 (Beijing time).")
    make.decide(row, make.Side.INDUSTRY, make.Verdict.RETURN, "请补充")
    until = make.fresh(row).mend_until.astimezone(make.clock.SHANGHAI)
    for role in ("drafter", "signatory"):
        assert (
            f"of Xiamen: mend and submit it again by {until.day} {until:%B %Y}, {until:%H:%M} (Beijing time)."
            in told(role, "ZF350200")[-1]
        )
