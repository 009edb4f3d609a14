"""Samples, results, evaluations, leads, saved queries, the index of the search: attacked with raw SQL."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests import databases

pytestmark = pytest.mark.guard
DIGEST = "a" * 64
TABLES = (
    "audit_sample",
    "audit_sampleresult",
    "audit_sampleevaluation",
    "audit_savedquery",
    "audit_analysisresult",
    "audit_lead",
)
SAMPLE = (
    "insert into audit_sample (organisation, by, by_name, at, name, method, source, query, query_name, as_of, seed,"
    " confidence, materiality, expected, plan, population_count, population_total, population_sha256, interval, size,"
    " items, items_sha256) values (%(organisation)s, %(by)s, 'A', now(), %(name)s, 'monetary', 'payments', '{}', '',"
    " now(), 's', 95, 1000, 0, '{}', 9, 900, %(digest)s, 300, %(size)s, %(items)s, %(digest)s) returning id"
)
RESULT = (
    "insert into audit_sampleresult (organisation, by, by_name, at, sample_id, place, found, audited, note)"
    " values (%(organisation)s, %(by)s, 'A', now(), %(sample)s, %(place)s, %(found)s, %(audited)s, %(note)s)"
)
EVALUATION = (
    "insert into audit_sampleevaluation (organisation, by, by_name, at, sample_id, figures, results_sha256)"
    " values (%(organisation)s, %(by)s, 'A', now(), %(sample)s, '{}', %(digest)s)"
)
QUERY = (
    "insert into audit_savedquery (organisation, by, by_name, at, name, source, tree)"
    " values (%(organisation)s, %(by)s, 'A', now(), %(name)s, 'payments', '{}')"
)
FOUND = (
    "insert into audit_analysisresult (organisation, by, by_name, at, analysis, values, facts, lines, found)"
    " values (%(organisation)s, %(by)s, 'A', now(), 'benford', '{}', '[]', '[]', 0)"
).replace("analysis, values,", 'analysis, "values",')
LEAD = (
    "insert into audit_lead (organisation, by, by_name, at, analysis, key, title, url, facts, state, why,"
    " decided_by_name, finding_type, finding_id) values (%(organisation)s, %(by)s, 'A', now(), 'benford', %(key)s, 'T',"
    " '', '[]', %(state)s, '', '', '', '')"
)
ITEMS = json.dumps([{"key": "1", "amount": "100.00"}, {"key": "2", "amount": "200.00"}])


class Auditor:
    """A person on a connection of its own, past the application."""

    def __init__(self, connection, user, code):
        self.connection, self.user = connection, user
        with psycopg.connect(databases.owner_dsn()) as owner:
            found = owner.execute("select id from accounts_organisation where code = %s", [code]).fetchone()
        self.organisation = found[0]

    def run(self, sql, **values):
        self.connection.execute("select enter_scope(%s)", [self.user])
        given = {"organisation": self.organisation, "by": self.user, "digest": DIGEST, "name": "n"} | values
        return self.connection.execute(sql, given)

    def refused(self, guard, sql, **values):
        """The statement is refused under this name (or kind) and leaves nothing."""
        with pytest.raises(psycopg.Error) as caught, self.connection.transaction():
            self.run(sql, **values)
        assert (caught.value.diag.constraint_name or type(caught.value).__name__) == guard

    def count(self, table):
        return self.run(f"select count(*) from {table}").fetchone()[0]


@pytest.fixture
def people(fresh_db):
    """An auditor of the nation, a colleague, one of another province; and a drafter."""
    from portal.accounts.cast import ensure_user

    made = {}
    for name, role, code in [
        ("auditor", "auditor", "SJ"),
        ("colleague", "auditor", "SJ"),
        ("bureau", "auditor", "SJ360000"),
        ("drafter", "drafter", "ZF350200"),
    ]:
        made[name] = (ensure_user(f"{name}@{code.lower()}.test", name, code, role).pk, code)
    with psycopg.connect(databases.web_dsn(), autocommit=False) as connection:
        yield {name: Auditor(connection, *who) for name, who in made.items()}
        connection.rollback()


@pytest.fixture
def sample(people):
    """Two items of 100 and 200 yuan."""
    return people["auditor"].run(SAMPLE, size=2, items=ITEMS).fetchone()[0]


@pytest.fixture
def filled(people, sample):
    """A row in each table."""
    auditor = people["auditor"]
    for place, amount in ((1, "100.00"), (2, "200.00")):
        auditor.run(RESULT, sample=sample, place=place, found="right", audited=amount, note="")
    auditor.run(EVALUATION, sample=sample)
    auditor.run(QUERY)
    auditor.run(FOUND)
    auditor.run(LEAD, key="k", state="open")
    return sample


def test_only_the_own_organisation_sees_what_auditors_make(people, filled):
    for table in TABLES:
        assert people["colleague"].count(table) > 0, table
        assert people["bureau"].count(table) == 0, table
        assert people["drafter"].count(table) == 0, table
    connection = people["auditor"].connection
    connection.execute("select leave_scope()")
    for table in TABLES:
        assert connection.execute(f"select count(*) from {table}").fetchone()[0] == 0, table


@pytest.mark.parametrize("statement", ["SAMPLE", "QUERY", "FOUND", "LEAD"])
def test_nobody_writes_for_another_organisation_or_person(people, statement):
    sql = globals()[statement]
    values = {"size": 2, "items": ITEMS, "key": "k", "state": "open"}
    bureau, auditor, drafter = people["bureau"], people["auditor"], people["drafter"]
    bureau.refused("InsufficientPrivilege", sql, organisation=auditor.organisation, **values)
    auditor.refused("InsufficientPrivilege", sql, by=people["colleague"].user, **values)
    drafter.refused("InsufficientPrivilege", sql, **values)


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("audit_sample", "sample_never_changes"),
        ("audit_sampleresult", "sample_result_stays"),
        ("audit_sampleevaluation", "sample_evaluation_stays"),
        ("audit_analysisresult", "analysis_result_stays"),
    ],
)
def test_what_was_drawn_and_found_never_changes(people, filled, table, name):
    for how in (f"update {table} set by_name = 'B'", f"delete from {table}"):
        people["auditor"].refused("InsufficientPrivilege", how)
    people["auditor"].connection.commit()
    with psycopg.connect(databases.owner_dsn()) as owner:
        for how in (f"update {table} set by_name = 'B'", f"delete from {table}", f"truncate {table} cascade"):
            with pytest.raises(psycopg.Error) as caught, owner.transaction():
                owner.execute(how)
            assert caught.value.diag.constraint_name in {name, "sample_result_stays", "sample_evaluation_stays"}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"size": 3}, "sample_size_is_that_of_its_items"),
        ({"size": 0, "items": "[]"}, "sample_size_is_that_of_its_items"),
        ({"name": ""}, "sample_is_named"),
        ({"digest": "x"}, "sample_digests_are_whole"),
    ],
)
def test_a_sample_is_what_it_says(people, values, name):
    people["auditor"].refused(name, SAMPLE, **({"size": 2, "items": ITEMS} | values))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"place": 3}, "sample_result_of_an_item"),
        ({"place": 0}, "sample_result_of_an_item"),
        ({"audited": "99.99"}, "sample_result_fits_its_amount"),
        ({"found": "unproven", "note": "n"}, "sample_result_fits_its_amount"),
        ({"found": "wrong", "audited": "1"}, "sample_result_says_why"),
    ],
)
def test_a_result_is_of_an_item_and_fits_its_amount(people, sample, values, name):
    right = {"sample": sample, "place": 1, "found": "right", "audited": "100.00", "note": ""}
    people["auditor"].refused(name, RESULT, **(right | values))


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (" 's', 95,", " 's', 49,", "sample_confidence_is_a_share"),
        (" 's', 95,", " 's', 100,", "sample_confidence_is_a_share"),
        (" 95, 1000,", " 95, 0,", "sample_of_money_has_its_measure"),
        (" 's', 95,", " '', 95,", "sample_is_named"),
    ],
)
def test_a_sample_has_its_measures(people, before, after, name):
    assert before in SAMPLE
    people["auditor"].refused(name, SAMPLE.replace(before, after), size=2, items=ITEMS)


def test_an_evaluation_names_its_results_and_a_query_its_name(people, filled):
    people["auditor"].refused("evaluation_names_its_results", EVALUATION, sample=filled, digest="a")
    people["auditor"].refused("saved_query_is_named", QUERY, name="")


def test_results_are_kept_by_the_organisation_of_the_sample_alone(people, sample):
    right = {"sample": sample, "place": 1, "found": "right", "audited": "100.00", "note": ""}
    people["bureau"].refused("sample_result_of_its_organisation", RESULT, **right)
    people["bureau"].refused("sample_result_of_its_organisation", EVALUATION, sample=sample)
    people["colleague"].run(RESULT, **right)


def test_no_evaluation_before_every_item_has_a_result(people, sample):
    auditor = people["auditor"]
    auditor.refused("sample_evaluated_when_tested", EVALUATION, sample=sample)
    auditor.run(RESULT, sample=sample, place=1, found="right", audited="100.00", note="")
    auditor.run(RESULT, sample=sample, place=1, found="wrong", audited="1.00", note="again")
    auditor.refused("sample_evaluated_when_tested", EVALUATION, sample=sample)
    auditor.run(RESULT, sample=sample, place=2, found="unproven", audited="0", note="lost")
    auditor.run(EVALUATION, sample=sample)


def test_a_lead_keeps_what_it_is_about_and_goes_its_way(people, filled):
    auditor = people["auditor"]
    auditor.refused("lead_state", LEAD, key="other", state="taken_up")
    auditor.refused("lead_once", LEAD, key="k", state="open")
    for column, value in (
        ("title", "'other'"),
        ("amount", "5"),
        ("key", "'z'"),
        ("facts", "'[1]'"),
        ("by_name", "'x'"),
    ):
        auditor.refused("lead_is_fixed", f"update audit_lead set {column} = {value}")
    decided = "decided_by = %(by)s, decided_by_name = 'A', decided_at = now()"
    auditor.refused("lead_dismissed_with_reason", f"update audit_lead set state = 'dismissed', {decided}")
    auditor.refused("lead_decided_by_someone", "update audit_lead set state = 'dismissed', why = 'x'")
    auditor.refused("lead_taken_up_by_its_finding", f"update audit_lead set state = 'taken_up', {decided}")
    auditor.refused("lead_taken_up_by_its_finding", "update audit_lead set finding_id = '7'")
    auditor.run(f"update audit_lead set state = 'dismissed', why = 'nothing', {decided}")
    auditor.refused("InsufficientPrivilege", "delete from audit_lead")


def test_a_saved_query_is_changed_and_removed_by_its_organisation_alone(people, filled):
    auditor, bureau = people["auditor"], people["bureau"]
    auditor.refused("saved_query_once", QUERY)
    assert bureau.run("update audit_savedquery set name = 'mine'").rowcount == 0
    assert bureau.run("delete from audit_savedquery").rowcount == 0
    auditor.refused(
        "InsufficientPrivilege", "update audit_savedquery set organisation = %(other)s", other=bureau.organisation
    )
    assert auditor.run("delete from audit_savedquery").rowcount == 1


TEXT = (
    "insert into core_searchtext (kind, source, object_id, part, application, batch, province, unit, submitted, title,"
    " body) values ('comment', 'applications.comment', %s, 0, 1, 1, %s, '350200', %s, '标题', '工业互联网平台 digital')"
)


@pytest.fixture
def texts(people):
    """Three texts: submitted in Fujian and Jiangxi, and a draft in Jiangxi."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        for place, (province, submitted) in enumerate([("350000", True), ("360000", True), ("360000", False)]):
            owner.execute(TEXT, [place, province, submitted])


def test_the_index_of_the_search_is_read_by_auditors_in_their_scope(people, texts):
    find = "select count(*) from core_searchtext where tokens @@ search_query('互联网 digi')"
    counts = {name: who.run(find).fetchone()[0] for name, who in people.items()}
    assert counts == {"auditor": 3, "colleague": 3, "bureau": 1, "drafter": 0}


def test_nobody_but_the_clockwork_fills_the_index(people, texts):
    auditor = people["auditor"]
    for sql in (
        "insert into core_searchtext (kind) values ('x')",
        "update core_searchtext set body = ''",
        "delete from core_searchtext",
        "select search_refresh(array[1]::bigint[])",
        "select search_applications(0, 5)",
        "select * from search_files_unread(5)",
        "select * from search_texts_of(array[1]::bigint[])",
        "insert into core_filetext (sha256, pieces, problem, at) values (repeat('a', 64), '[]', '', now())",
    ):
        auditor.refused("InsufficientPrivilege", sql)
    assert auditor.count("core_filetext") == 0


def test_a_text_stands_in_the_index_once_and_a_file_names_its_content(people, texts):
    with psycopg.connect(databases.owner_dsn()) as owner:
        for name, sql in (
            ("search_text_once", (TEXT, [0, "350000", True])),
            (
                "file_text_has_digest",
                ("insert into core_filetext (sha256, pieces, problem, at) values ('x', '[]', '', now())", []),
            ),
        ):
            with pytest.raises(psycopg.Error) as caught, owner.transaction():
                owner.execute(*sql)
            assert caught.value.diag.constraint_name == name


def test_the_search_finds_what_the_policy_shows(people, texts):
    """The function looks past the policy, within the caller's scope by the same words."""
    find = "select count(*) from search_found('互联网 digi', '{互联网}', '', null, '', 1001)"
    counts = {name: who.run(find).fetchone()[0] for name, who in people.items()}
    assert counts == {"auditor": 3, "colleague": 3, "bureau": 1, "drafter": 0}
    connection = people["auditor"].connection
    connection.execute("select leave_scope()")
    assert connection.execute(find).fetchone()[0] == 0
