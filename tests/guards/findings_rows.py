"""Rows of audit findings as raw SQL writes them, and the team that works on them."""

from __future__ import annotations

import pytest

from tests import factories_audit as audit

ANSWER = (
    "insert into audit_answer (finding_id, kind, version, stance, text, organisation_id, proofs, by_id, at)"
    " values (%(finding)s, %(kind)s, 0, %(stance)s, 'x', %(body)s, 0, %(by)s, now())"
)


EVIDENCE = (
    "insert into audit_evidence (finding_id, kind, label, object_type, object_id, snapshot, file_name, content_type,"
    " size, sha256, storage_key, is_shared, by_id, at) values (%(finding)s, %(kind)s, 'x', %(type)s, %(id)s,"
    " %(snapshot)s, '', '', 0, %(sha)s, '', false, %(by)s, now())"
)


VERSION = (
    "insert into audit_findingversion (finding_id, number, title, text, grade, law_code, law, article, advice, reason,"
    " by_id, at) values (%(finding)s, 0, 't', 't', 'minor', '', 'l', '', 'a', %(reason)s, %(by)s, now())"
)


FINDING = (
    "insert into audit_finding (engagement_id, number, state, object_type, object_id, object_label, in_province,"
    " in_unit, matter, body_id, raised_by_id, raised_at, closed_why) values (%(engagement)s, 0, 'draft', %(type)s,"
    " %(id)s, 'x', %(province)s, %(unit)s, '', %(body)s, %(by)s, now(), '')"
)


CLOSE = (
    "update audit_finding set state = %(to)s, closed_by_id = %(by)s, closed_at = now(), closed_why = 'x'"
    " where id = %(id)s"
)


FOLLOW_UP = (
    "insert into audit_followup (finding_id, outcome, text, by_id, at)"
    " values (%(finding)s, 'mended', 'x', %(by)s, now())"
)


@pytest.fixture
def people(award, cast):
    return audit.team(cast)


@pytest.fixture
def held(people):
    return audit.engagement(people, "second", "third")


def cast_of(role, code, number=1):
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import User

    made = ensure_user(f"{role}.{number}@{code.lower()}.test", f"{role} {code} {number}", code, role)
    return User.objects.get(pk=made.pk)
