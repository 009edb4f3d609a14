"""What stands on a final list, for worlds of money that were made past the lists: entries by the owner of the rows."""

from __future__ import annotations

from typing import Any

from stdnum.cn import uscc

from tests.bench.world import past_guards


def published(*applications: int, document: str = "工信部规函〔2026〕1号") -> None:
    """These applications stand on the final list of their batch."""
    with past_guards() as owner:
        made = owner.execute(
            "insert into reviews_finallist (batch_id, number, document_no, issued_at, issued_by_id)"
            " select batch_id, 1, %s || '-' || batch_id, now(), 1 from applications_application where id = %s returning id",
            [document, applications[0]],
        ).fetchone()[0]
        owner.execute(_ENTRIES + " where a.id = any(%s)", [made, list(applications)])


def all_published() -> None:
    """Every application of the newest batch that has an award stands on its final list."""
    with past_guards() as owner:
        made = owner.execute(
            "insert into reviews_finallist (batch_id, number, document_no, issued_at, issued_by_id)"
            " select max(batch_id), 1, '工信部规函〔2026〕1号', now(), 1 from grants_award returning id"
        ).fetchone()[0]
        owner.execute(_ENTRIES + " where exists (select from grants_award g where g.application_id = a.id)", [made])


_ENTRIES = """insert into reviews_publicentry (batch_id, application_id, unit_id, province_id, name_zh, name_en, state,
    publicity_from, publicity_to, published_at, changed_at, final_list_id, dropped_why)
    select a.batch_id, a.id, a.unit_id, a.province_id, u.name_zh, u.name_en, 'final', current_date - 40,
           current_date - 20, now(), now(), %s, '' from applications_application a
      join programme_pilotunit u on u.code = a.unit_id"""


def credit_codes(kind: str) -> None:
    """Give all enterprises codes that begin so: "91" enterprises, "92" businesses of natural persons."""
    with past_guards() as owner:
        for pk, code in owner.execute("select id, credit_code from applications_enterprise").fetchall():
            number = kind + code[2:17]
            new = number + uscc.calc_check_digit(number)
            owner.execute("update applications_enterprise set credit_code = %s where id = %s", [new, pk])


def as_owner(statement: str, *values: Any) -> None:
    """A statement past all guards: what no command does."""
    with past_guards() as owner:
        owner.execute(statement, values)
