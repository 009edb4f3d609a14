"""The life of a grant by commands: awarded, issued, received, passed on, paid; what each act refuses and says."""

from __future__ import annotations

from decimal import Decimal

from tests import factories_grants as make


def balances(award):
    from grants.models import Account

    return {
        (row.place, row.project_id): row.balance for row in Account.objects.filter(award_id=award.pk).order_by("pk")
    }


def test_a_yuan_goes_from_the_ministry_to_the_project(who, world):
    from grants.ledger.verifier import differences
    from grants.models import Entry, GrantProject

    award = make.funded_unit(who, application=world.application, award="200000000.00", held="60000000.00")
    with make.acting(who["mof"]):
        project = GrantProject.objects.filter(award=award).first()
    make.paid(who, project=project, amount="12345678.90", number="V1")
    with make.acting(who["auditor"]):  # who sees the events of all
        assert differences() == []
    with make.acting(who["mof"]):
        assert balances(award) == {
            ("source", None): Decimal("-200000000.00"),
            ("central", None): Decimal("140000000.00"),
            ("province", None): Decimal("0.00"),
            ("unit", None): Decimal("47654321.10"),
            ("project", project.pk): Decimal("12345678.90"),
        }
        kinds = list(Entry.objects.filter(award=award).order_by("number").values_list("kind", "number"))
        assert kinds == [("award", 1), ("issue", 2), ("pass_on", 3), ("payment", 4)]
        award.refresh_from_db()
        award.batch.refresh_from_db()
        assert award.batch.state == "running"
