"""What a finding may begin from, attacked with raw SQL: an open lead, an item in error, each of the own office."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from tests import factories_audit as audit
from tests import factories_grants as make
from tests.grants.raw import race, refused, run
from tests.guards.findings_rows import cast_of
from tests.guards.test_grants_races import live

pytestmark = pytest.mark.guard
__all__ = ["live"]
FINDING = (
    "insert into audit_finding (engagement_id, number, state, object_type, object_id, object_label, in_province,"
    " in_unit, matter, body_id, raised_by_id, raised_at, closed_why, lead_id, sample_id, place) values (%(engagement)s,"
    " 0, 'draft', 'grants.payment', %(id)s, 'x', '350000', '350200', '', %(body)s, %(by)s, now(), '', %(lead)s,"
    " %(sample)s, %(place)s)"
)


@pytest.fixture
def payment(who, world):
    award = make.funded_unit(who, application=world.application, award="100000000.00", held="40000000.00")
    return make.paid(who, project=make.project(who, award), amount="1250.00", number="V1")


@pytest.fixture
def people(payment, cast):
    return audit.team(cast)


@pytest.fixture
def held(people):
    return audit.engagement(people, "second", "third")


def values(people, held, payment, by="lead", **changes):
    given = {"engagement": held.pk, "id": str(payment.pk), "body": audit.body("CZ350200"), "by": people[by].pk}
    return given | {"lead": None, "sample": None, "place": None} | changes


def test_a_finding_takes_its_lead_up_and_once(people, held, payment):
    lead = audit.lead(people, payment)
    with make.acting(people["lead"]):
        assert run(FINDING, **values(people, held, payment, lead=lead.pk)) == 1
        lead.refresh_from_db()
        assert (lead.state, lead.finding_type, lead.decided_by) == ("taken_up", "audit.finding", people["lead"].pk)
        with refused("finding_of_an_open_lead"):
            run(FINDING, **values(people, held, payment, lead=lead.pk))
        with refused("finding_is_fixed"):
            run("update audit_finding set lead_id = null")


def test_a_dismissed_lead_begins_no_finding(people, held, payment):
    from portal.audit.instruments.domain import leads

    lead = audit.lead(people, payment)
    with make.acting(people["lead"]) as by:
        leads.dismiss_lead(by=by, lead=lead, why="nothing")
        with refused("finding_of_an_open_lead"):
            run(FINDING, **values(people, held, payment, lead=lead.pk))


def test_a_lead_and_a_sample_of_another_office_begin_no_finding(people, payment):
    lead = audit.lead(people, payment, by="bureau")
    sample = audit.sample(people, by="bureau")
    audit.result(people, sample, 1, "unproven", by="bureau")
    held = audit.engagement(people)
    with make.acting(people["lead"]):
        with refused("finding_of_an_open_lead"):
            run(FINDING, **values(people, held, payment, lead=lead.pk))
        with refused("finding_of_an_item_in_error"):
            run(FINDING, **values(people, held, payment, sample=sample.pk, place=1))


def test_only_an_item_in_error_begins_a_finding(people, held, payment):
    sample = audit.sample(people)
    wanted = values(people, held, payment, sample=sample.pk, place=1)
    with make.acting(people["lead"]), refused("finding_of_an_item_in_error"):
        run(FINDING, **wanted)  # no result yet
    audit.result(people, sample, 1, "wrong", Decimal("1000.00"))
    with make.acting(people["lead"]):
        for changes in ({"place": 2}, {"place": 0}, {"id": "999999"}):
            guard = "finding_about_what_is_there" if "id" in changes else "finding_of_an_item_in_error"
            with refused(guard):
                run(FINDING, **wanted | changes)
        with refused("finding_from_one_place"):
            run(FINDING, **wanted | {"place": None, "sample": None} | {"place": 1})
        assert run(FINDING, **wanted) == 1
    audit.result(people, sample, 1, "right")
    with make.acting(people["lead"]), refused("finding_of_an_item_in_error"):
        run(FINDING, **wanted)


def test_an_item_names_its_own_object(people, held, payment, who):
    """Another payment than the item's is no object of a finding that names the item."""
    sample = audit.sample(people)
    audit.result(people, sample, 1, "unproven")
    with make.acting(people["lead"]):
        from grants.models import GrantProject

        project = GrantProject.objects.get(pk=payment.grant_project_id)
    other = make.paid(who, project=project, amount="80.00", number="V2")
    with make.acting(people["lead"]), refused("finding_of_an_item_in_error"):
        run(FINDING, **values(people, held, other, sample=sample.pk, place=1))


def test_two_findings_at_once_of_one_lead(live):
    """The second waits for the lead's row and is refused."""
    people = audit.team(cast_of)
    who, applications = live
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="40000000.00")
    payment = make.paid(who, project=make.project(who, award), amount="1250.00", number="V1")
    held, other = audit.engagement(people, "second"), audit.engagement(people, "second", title="Other")
    lead = audit.lead(people, payment)
    both = [
        (people[name].pk, FINDING, values(people, one, payment, by=name, lead=lead.pk))
        for name, one in (("lead", held), ("second", other))
    ]
    assert race(both) == Counter({"done": 1, "finding_of_an_open_lead": 1})
