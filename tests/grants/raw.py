"""Raw SQL on the tables of money, past the commands: statements, refusals by name, races of connections."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests import databases

CHECKED = "province_id, unit_id, document_no, document_date, state, organisation_id, maker_id, made_at, refused_why"
VALUES = "'350000', '350200', %(no)s, (now() at time zone 'Asia/Shanghai')::date - 1, 'entered', %(organisation)s, %(maker)s, now(), ''"
# A line of a document, whose file is that of the document; or an issue that lacks its own.
LINE = f"insert into grants_issue (award_id, tranche, amount, {CHECKED}) values (%(award)s, %(tranche)s, %(amount)s, {VALUES})"


def with_file(statement):
    """The same about an award with a sealed file: that of the award stands in for one of its own."""
    file = "(select document_id from grants_award where id = %(award)s)"
    return statement.replace("(award_id,", "(document_id, award_id,").replace("values (", f"values ({file}, ")


ISSUE = with_file(LINE)
# An award's number has its form, whatever the test calls it: R1 is 财建〔2026〕1号.
NUMBER = "'财建〔2026〕' || regexp_replace(%(no)s, '[^0-9]', '', 'g') || '号'"
AWARD = (
    f"insert into grants_award (application_id, batch_id, amount, {CHECKED})"
    f" values (%(application)s, 1, %(amount)s, {VALUES.replace('%(no)s', NUMBER)})"
)
PASS_ON = (
    f"insert into grants_passon (issue_id, award_id, amount, passed_on, note, {CHECKED})"
    f" values (%(issue)s, 0, %(amount)s, (now() at time zone 'Asia/Shanghai')::date, 'in parts', {VALUES})"
)
PAYMENT = (
    f"insert into grants_payment (grant_project_id, award_id, amount, payee, purpose, document_id, request_id, {CHECKED})"
    " values (%(project)s, 0, %(amount)s, (select payee from grants_paymentrequest where id = %(request)s), 'p',"
    f" %(document)s, %(request)s, {VALUES})"
)
REVERSAL = (
    f"insert into grants_reversal (entry_id, award_id, amount, reason, {CHECKED})"
    f" values (%(entry)s, 0, 0, 'wrong', {VALUES})"
)
YEAR_CLOSE = (
    "insert into grants_yearclose (year, entries, digest, carried_over, surplus, document_no, document_date, state,"
    " organisation_id, maker_id, made_at, refused_why) values (%(year)s, 7, 'x', 7, 7, %(no)s, '2020-01-01', 'entered',"
    " %(organisation)s, %(maker)s, now(), '')"
)
CONFIRM = "update {table} set state = 'confirmed', checker_id = %(checker)s, checked_at = now() where id = %(id)s"


def organisation(code):
    from portal.accounts.models import Organisation

    return Organisation.objects.get(code=code).pk


def run(sql, **values):
    """Send it on Django's connection, which is portal_web's, in the scope entered; gives the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.rowcount


def guard_of(error):
    """The name under which the database refused, or the kind of its refusal."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return cause.diag.constraint_name or type(cause).__name__


@contextmanager
def refused(name):
    """The block is refused by the database under this name (or kind), and nothing of it stays."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
    assert guard_of(caught.value) == name


def race(statements):
    """Send each (person's number, sql, values) on a connection of its own at once; counts of how each ended."""
    gate = threading.Barrier(len(statements), timeout=60)
    ended = []

    def one(person, sql, values):
        with psycopg.connect(databases.web_dsn()) as own:
            own.execute("select enter_scope(%s)", [person])
            gate.wait()
            try:
                own.execute(sql, values)
                own.commit()
            except psycopg.Error as error:
                ended.append(guard_of(error))
            else:
                ended.append("done")

    threads = [threading.Thread(target=one, args=statement) for statement in statements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ended)


def together(acts):
    """Do each (user, act) by the commands at once, each in a thread and connection of its own; how each ended.

    "done", or the sentence its person reads; what is no sentence of the portal comes as the name of the error.
    """
    from portal.core.errors import DomainError
    from portal.core.scope import acting_as

    gate, ended = threading.Barrier(len(acts), timeout=60), []

    def one(user, act):
        try:
            with acting_as(user.pk) as by:
                gate.wait()
                act(by)
            ended.append("done")
        except DomainError as error:
            ended.append(str(error))
        except Exception as error:
            ended.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ended)
