"""Unsaved text is one's own, presence and comments are the team's; attacked with raw SQL as portal_web."""

from __future__ import annotations

import pytest

from applications.domain import comments, unsaved
from applications.models import Application, Comment
from applications.places import Spot
from tests import factories_applications as make
from tests.guards.applications_sql import refused, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
FOREIGN = [
    ("drafter", "ZF350100"),
    ("provincial_officer", "GX350000"),
    ("officer", "MIIT"),
    ("soe_officer", "YQ001"),
    ("reviewer", "ZJ"),
]


@pytest.fixture
def row():
    found = make.submitted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    make.decide(found, make.Side.INDUSTRY, make.Verdict.RETURN, "补充")
    with make.acting("drafter", "ZF350200") as by:
        mine = Application.objects.get(pk=found.pk)
        comments.comment(by=by, application=mine, what=comments.CommentInput("basics", "内部意见", "Basics"))
        unsaved.keep(by=by, application=mine, spot=Spot("basics", "a"), data={"summary": ["草稿"]})
        unsaved.arrive(by=by, application=mine, spot=Spot("basics", "a"), typing=True)
    return mine


@pytest.mark.parametrize(("role", "code"), FOREIGN)
@pytest.mark.parametrize("table", ["unsaved", "presence", "comment"])
def test_nobody_else_reads_it(row, role, code, table):
    with make.acting(role, code):
        assert value(f"select count(*) from applications_{table}") == 0


def test_comments_are_read_by_the_team_and_by_auditors(row):
    for role, code in [("drafter", "ZF350200"), ("signatory", "ZF350200"), ("auditor", "SJ"), ("auditor", "SJ350000")]:
        with make.acting(role, code):
            assert value("select text from applications_comment") == "内部意见"
    with make.acting("auditor", "SJ360000"):
        assert value("select count(*) from applications_comment") == 0


def test_unsaved_text_is_for_its_person_alone(row):
    with make.acting("drafter", "ZF350200", 2):
        assert value("select count(*) from applications_unsaved") == 0
        assert run("update applications_unsaved set data = '{}'") == 0
        assert run("delete from applications_unsaved") == 0
        assert value("select count(*) from applications_presence") == 1
        assert run("delete from applications_presence") == 0
    with make.acting("drafter", "ZF350200"):
        assert value("select data->'summary'->>0 from applications_unsaved") == "草稿"


UNSAVED = """insert into applications_unsaved (application_id, person_id, place, data, page, kept_at)
             values (%s, %s, 'targets', '{}', 'a', now())"""
PRESENCE = """insert into applications_presence (application_id, person_id, place, page, typing, seen_at)
              values (%s, %s, 'targets', 'a', false, now())"""
COMMENT = """insert into applications_comment (application_id, section, text, mentions, author_id, at)
             values (%s, 'basics', %s, '{}', %s, now())"""


def test_nobody_writes_in_anothers_name_or_elsewhere(row):
    colleague = make.person("drafter", "ZF350200", 2)
    with make.acting("drafter", "ZF350200") as by:
        for sql in (UNSAVED, PRESENCE):
            assert refused(sql, row.pk, colleague.pk) == "policy"
        assert refused(COMMENT, row.pk, "x", colleague.pk) == "policy"
        assert refused("update applications_presence set person_id = %s", colleague.pk) == "policy"
        assert run(UNSAVED, row.pk, by.id) == 1
    for role, code in FOREIGN:
        with make.acting(role, code) as by:
            for sql in (UNSAVED, PRESENCE):
                assert refused(sql, row.pk, by.id) == "policy"
            assert refused(COMMENT, row.pk, "x", by.id) == "policy"


def test_a_comment_is_never_changed_or_removed(row):
    with make.acting("drafter", "ZF350200") as by:
        for change in (
            "text = 'x'",
            "author_id = author_id + 1",
            "at = now()",
            "section = 'targets'",
            "mentions = '{1}'",
        ):
            assert refused(f"update applications_comment set {change}") in {"comment_stays", "policy"}
        assert refused("update applications_comment set text = 'x'") == "comment_stays"
        assert refused("delete from applications_comment") == "policy"
        colleague = make.person("signatory", "ZF350200").pk
        done = "update applications_comment set resolved_at = now(), resolved_by_id = %s"
        assert refused(done, colleague) == "comment_stays"
        assert run(done, by.id) == 1
        assert run("update applications_comment set resolved_at = null, resolved_by_id = null") == 1
        assert refused("update applications_comment set resolved_at = now()") == "comment_resolved_as_a_whole"
        assert refused(COMMENT, row.pk, "", by.id) == "comment_says_something"


def test_an_answer_belongs_to_a_thread_of_its_section(row):
    sql = """insert into applications_comment (application_id, section, text, mentions, author_id, at, thread_id)
             values (%s, %s, 'x', '{}', %s, now(), %s)"""
    with make.acting("drafter", "ZF350200") as by:
        thread = Comment.objects.get()
        assert refused(sql, row.pk, "targets", by.id, thread.pk) == "comment_in_its_thread"
        assert run(sql, row.pk, "basics", by.id, thread.pk) == 1
        answer = Comment.objects.latest("pk").pk
        assert refused(sql, row.pk, "basics", by.id, answer) == "comment_in_its_thread"
        assert refused("update applications_comment set resolved_at = now(), resolved_by_id = scope_user() where id = %s",
                       answer) == "comment_resolved_as_a_whole"  # fmt: skip


def test_unsaved_text_is_no_larger_than_a_form(row):
    with make.acting("drafter", "ZF350200"):
        big = "update applications_unsaved set data = to_jsonb(repeat('x', 2000001))"
        assert refused(big) == "unsaved_is_small"
