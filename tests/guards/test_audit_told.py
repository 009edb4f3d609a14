"""What the web tells the trail is of now, in the own name, and its own act; findings that ended take no evidence."""

from __future__ import annotations

import pytest

from tests import factories_audit as audit
from tests import factories_grants as make
from tests.factories_applications import person
from tests.grants.raw import refused, run
from tests.guards.attack_sql import ended, seen, web
from tests.guards.findings_rows import CLOSE, EVIDENCE, held, people

pytestmark = pytest.mark.guard
__all__ = ["held", "people"]
TELL = "select audit_append(%s, %s, %s, null, '', '', %s, 'done', 'grants.entry', '1', '', '', %s, '{}', '{}', '')"
LAST = "select {} from audit_event order by id desc limit 1"


def _told(scope, *, by, act="x.y", at="now", name="x", is_identity=False):
    with web() as bad:
        bad.execute(*scope)
        return ended(bad, TELL, at, by, name, act, is_identity)


def _as(user):
    return "select enter_scope(%s)", [user]


def test_an_event_is_of_the_moment_it_is_told_and_names_its_person(fresh_db):
    me = person("drafter", "ZF350200")
    assert _told(_as(me.pk), by=me.pk, at="2020-01-01", name="somebody else") == "done 1"
    assert seen(LAST.format("at > now() - interval '1 minute', actor, actor_name")) == (True, me.pk, me.name)


def test_nobody_tells_an_event_in_the_name_of_another(fresh_db):
    me, other = person("drafter", "ZF350200").pk, person("officer", "MOF").pk
    nobody = ("select leave_scope()", [])
    for scope, by in ((_as(me), other), (_as(me), None), (nobody, other)):
        for is_identity in (False, True):
            assert _told(scope, by=by, is_identity=is_identity) == "audit_event_is_ones_own"
    assert _told(nobody, by=None) == "done 1"


def test_what_is_about_accounts_follows_from_the_act(fresh_db):
    """They are told before a scope stands, and few read them: no other act hides among them."""
    me, other = person("drafter", "ZF350200").pk, person("officer", "MOF").pk
    assert _told(_as(me), by=me, is_identity=True) == "done 1"
    assert seen(LAST.format("is_identity")) == (False,)
    assert _told(("select leave_scope()", []), by=other, act="accounts.sign_in_failed") == "done 1"
    assert seen(LAST.format("is_identity, actor")) == (True, other)


@pytest.mark.parametrize("act", ["grants.book", "reviews.leave_list", "reviews.end_suspension"])
def test_what_the_database_does_it_tells_itself(fresh_db, act):
    me = person("drafter", "ZF350200").pk
    assert _told(_as(me), by=me, act=act) == "audit_event_is_ones_own"


def test_no_evidence_for_a_finding_that_ended_in_a_second_row(people, held, award):
    """The first row leaves a scope that sees no finding any more."""
    open_one, gone = audit.finding(people, held, award), audit.finding(people, held, award)
    with make.acting(people["second"]):
        run(CLOSE, to="dropped", by=people["second"].pk, id=gone.pk)
    values = {"kind": "upload", "type": "", "id": "", "snapshot": "", "sha": "a" * 64, "by": people["lead"].pk}
    with make.acting(people["lead"]), refused("finding_is_fixed"):
        run(EVIDENCE, finding=gone.pk, **values)
    two = (
        "insert into audit_evidence (finding_id, kind, label, object_type, object_id, snapshot, file_name, content_type,"
        " size, sha256, storage_key, is_shared, by_id, at) select v.f, 'upload', 'x' || case when v.f = %(gone)s"
        " then set_config('portal.roles', '', true) else '' end, '', '', '', 'a.pdf', 'application/pdf', 1, repeat('a', 64), 'files/aa/a',"
        " false, %(by)s, now() from (values (%(open)s), (%(gone)s)) v(f)"
    )
    with make.acting(people["lead"]), refused("finding_is_fixed"):
        run(two, open=open_one.pk, gone=gone.pk, by=people["lead"].pk)
