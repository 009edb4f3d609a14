"""A batch is opened by both ministries, each in person, with rules that stay: past the commands, as portal_web."""

from __future__ import annotations

import pytest

from tests.factories_applications import open_batch, person
from tests.guards.applications_sql import past_guards
from tests.guards.attack_sql import ended, seen, web

pytestmark = pytest.mark.guard
SIGN = "update programme_batch set opened_by_id = %s, opened_at = now() where number = 77"
COUNTERSIGN = "update programme_batch set countersigned_by_id = %s, countersigned_at = now() where number = 77"
OPEN = "update programme_batch set state = 'open' where number = 77"
BOTH = "batch_open_needs_both_ministries"


@pytest.fixture
def drafted(fresh_db):
    """A draft of a batch whose rules no batch has opened with, and the officers of both ministries."""
    batch = open_batch()
    past_guards("update programme_batch set state = 'closed' where state = 'open'")
    miit, mof = person("officer", "MIIT").pk, person("officer", "MOF").pk
    with web() as bad:
        bad.execute("select enter_scope(%s)", [miit])
        rules = _columns(bad, "programme_ruleset", "id", "version", "frozen_at")
        bad.execute(f"insert into programme_ruleset (version, {rules}) select 'new.1', {rules} from programme_ruleset"
                    " where id = %s", [batch.rule_set_id])  # fmt: skip
        signatures = ("opened_by_id", "opened_at", "countersigned_by_id", "countersigned_at")
        terms = _columns(bad, "programme_batch", "id", "number", "state", "rule_set_id", *signatures)
        bad.execute(f"insert into programme_batch (number, state, rule_set_id, {terms}) select 77, 'draft',"
                    f" (select id from programme_ruleset where version = 'new.1'), {terms} from programme_batch where id = %s",
                    [batch.pk])  # fmt: skip
        bad.commit()
    return miit, mof


def _columns(web, table, *but):
    found = web.execute("select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid = %s::regclass"
                        " and attnum > 0 and not attisdropped and attname <> all(%s)", [table, list(but)])  # fmt: skip
    return found.fetchone()[0]


def _as(user, statement, *values):
    with web() as one:
        one.execute("select enter_scope(%s)", [user])
        return ended(one, statement, *values)


def test_nobody_signs_for_another_nor_for_the_other_ministry(drafted):
    miit, mof = drafted
    drafter = person("drafter", "ZF350200").pk
    assert _as(mof, COUNTERSIGN, mof) == BOTH  # MIIT has not signed yet
    assert _as(mof, SIGN, mof) == BOTH
    for name in (drafter, mof):
        assert _as(miit, SIGN, name) == BOTH
    assert _as(miit, SIGN, miit) == "done 1"
    for name in (drafter, miit, mof):
        assert _as(miit, COUNTERSIGN, name) == BOTH
    assert _as(miit, OPEN) == BOTH
    assert _as(mof, COUNTERSIGN, mof) == "done 1"
    assert _as(miit, SIGN, None) == BOTH
    assert _as(mof, OPEN) == "done 1"


def test_a_batch_is_not_born_signed(drafted):
    """Whoever drafts it names two people, and a second statement opens it."""
    miit, _mof = drafted
    born = """insert into programme_batch (number, year, title_zh, title_en, state, rule_set_id, call_zh, call_en,
        opens_at, deadline, final_document_no, opened_by_id, opened_at, countersigned_by_id, countersigned_at, source)
        select 78, 2027, 'x', 'x', 'draft', max(id), 'x', 'x', now(), now() + interval '30 days', '', scope_user(), now(),
        %s, now(), '' from programme_ruleset"""
    assert _as(miit, born, person("drafter", "ZF350200").pk) == BOTH
    assert seen("select count(*) from programme_batch where number = 78") == (0,)


@pytest.mark.parametrize("term", ["deadline = deadline + interval '9 days'", "call_zh = 'x'", "rule_set_id = 1"])
def test_what_was_signed_is_what_is_countersigned(drafted, term):
    miit, mof = drafted
    assert _as(miit, SIGN, miit) == "done 1"
    for one in (miit, mof):
        assert _as(one, f"update programme_batch set {term} where number = 77") == BOTH
    assert _as(mof, COUNTERSIGN.replace("set ", f"set {term}, "), mof) == BOTH


def test_the_rules_are_frozen_however_the_batch_opens(drafted):
    miit, mof = drafted
    change = "update programme_ruleset set grant_cap = 9 * grant_cap, budget = 9 * budget where version = 'new.1'"
    assert _as(miit, change) == "done 1"
    for who, step, values in ((miit, SIGN, [miit]), (mof, COUNTERSIGN, [mof]), (mof, OPEN, [])):
        assert _as(who, step, *values) == "done 1"
    assert _as(miit, change) == "rule_set_is_frozen"
    assert seen("select frozen_at is not null from programme_ruleset where version = 'new.1'") == (True,)
    assert seen("select state from programme_batch where number = 77") == ("open",)
