"""A dossier's way from the first line to the recommendation, by commands alone."""

from __future__ import annotations

import pytest

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
