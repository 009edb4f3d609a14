"""What only a later step writes is not there from the beginning, and moments are those of the database.

Thirty-fifth migration. Guards of UPDATE alone let an INSERT bring what they guard: an award was born assessed, an issue
received. And a moment that a statement names for itself dates what was done: late is in time, next year's is this
year's. Both bind everyone but the owner, who loads demonstrations in bulk; what a trigger writes further has its
moment from the row it follows.
"""

from __future__ import annotations

from typing import Final

# Of each table that the web writes: the columns that hold a moment. With states: also when it goes on to one of them,
# so that a second signature does not keep the moment of the first.
_PAPER: Final = ("made_at", "checked_at")
_FILE: Final = ("uploaded_at",)
MOMENTS: Final[dict[str, tuple[str, ...]]] = {
    "acceptance": ("made_at", "decided_at draft,confirmed"),
    "archivestep": ("asked_at", "decided_at"),
    "arrival": ("confirmed_at",),
    "assessment": _PAPER,
    "award": _PAPER,
    "awardchange": (*_PAPER, "agreed_at"),
    "bankdecision": ("at", "ended_at"),
    "bankfile": _FILE,
    "bankorder": (*_FILE, "withdrawn_at"),
    "bankstatement": ("imported_at",),
    "document": _FILE,
    "evaluation": ("created_at", "signed_at", "verified_at"),
    "evidence": _FILE,
    "evidencefile": _FILE,
    "fundinghold": ("raised_at", "miit_at", "mof_at"),
    "issue": (*_PAPER, "received_at"),
    "issuefile": _FILE,
    "issuepaper": _PAPER,
    "matchingfunds": _PAPER,
    "openfile": ("made_at",),
    "panel": ("opened_at", "closed_at"),
    "passon": _PAPER,
    "payment": _PAPER,
    "paymentrequest": ("prepared_at",),
    "progressfile": (*_FILE, "ended_at"),
    "quarterreport": ("written_at", "signed_at submitted", "verified_at verified,returned"),
    "recovery": _PAPER,
    "recoverypayment": _PAPER,
    "recoverywithdrawal": _PAPER,
    "rectification": _PAPER,
    "reportevidence": _FILE,
    "requestinvoice": ("added_at",),
    "returnpaper": (*_PAPER, "received_at"),
    "reversal": _PAPER,
    "spendingreport": _PAPER,
    "yearclose": _PAPER,
}
# What a row is not born with, and the guard that says so. What a check ties to a state that no row is born in (who
# checked a paper, and when) needs no more.
BORN: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "acceptance": ("step_after_its_beginning", ("decided_by_id", "decided_at")),
    "award": ("award_passed_by_assessment", ("assessment_passed_on",)),
    "evaluation": ("step_after_its_beginning", ("verified_by_id", "verified_at")),
    "issue": ("issue_received_once", ("received_on", "received_by_id", "received_at")),
    "progressfile": ("step_after_its_beginning", ("ended_at",)),
    "returnpaper": ("return_received_once", ("received_on", "received_by_id", "received_at")),
}
# Days that are told when they have come, and the guard that says so; a document's own day besides.
DAYS: Final[dict[str, tuple[str, str]]] = {
    "acceptance": ("accepted_on", "acceptance_by_today"),
    "assessment": ("assessed_on", "assessment_by_today"),
    "matchingfunds": ("arrived_on", "matching_by_today"),
    "passon": ("passed_on", "pass_on_by_today"),
    "rectification": ("mended_on", "rectification_by_today"),
    "spendingreport": ("period_to", "spending_by_today"),
}
DATED: Final = (
    "assessment", "award", "awardchange", "issue", "issuepaper", "matchingfunds", "passon", "payment", "recovery",
    "recoverypayment", "recoverywithdrawal", "rectification", "returnpaper", "reversal", "spendingreport", "yearclose",
)  # fmt: skip
_DOCUMENT: Final = ("document_date", "paper_dated_by_today")
_COLUMNS: Final = sorted({one.split()[0] for columns in MOMENTS.values() for one in columns})
_CASES: Final = "".join(
    f"""
            when '{name}' then
                if new.{name} is distinct from old.{name} and new.{name} is not null or v_moved then
                    new.{name} := moment_now();
                end if;"""
    for name in _COLUMNS
)
_FUNCTIONS: Final = f"""
-- The moment that guards go by. One place, so that tests can let it follow a clock that stands elsewhere.
create function moment_now() returns timestamptz language sql volatile set search_path = public, pg_temp as $$
    select clock_timestamp()
$$;
-- Each argument is a column; behind it, where there are such, the states that ask for a moment of their own.
create function moments_are_now() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    v_one text; v_moved boolean;
begin
    foreach v_one in array tg_argv loop
        v_moved := false;
        if v_one like '% %' and tg_op = 'UPDATE' then
            v_moved := new.state <> old.state and new.state = any(string_to_array(split_part(v_one, ' ', 2), ','));
        end if;
        case split_part(v_one, ' ', 1){_CASES}
        end case;
    end loop;
    return new;
end $$;
-- The condition stands with the trigger; here is its name for people.
create function refused_as() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    raise exception 'refused: %', tg_argv[0] using errcode = 'check_violation', constraint = tg_argv[0];
end $$;
revoke all on function moment_now(), moments_are_now(), refused_as() from public;
grant execute on function moment_now() to portal_web, portal_reader;
"""
_WEB: Final = "session_user <> 'portal_owner'"


def _now(table: str) -> str:
    columns = ", ".join(f"'{one}'" for one in MOMENTS[table])
    return f"""create trigger grants_0_now before insert or update on grants_{table} for each row
    when ({_WEB} and pg_trigger_depth() = 0) execute function moments_are_now({columns});
"""


def _born(table: str) -> str:
    name, columns = BORN[table]
    brought = " or ".join(f"new.{column} is not null" for column in columns)
    return f"""create trigger grants_0_born before insert on grants_{table} for each row
    when ({_WEB} and ({brought})) execute function refused_as('{name}');
"""


def _day(table: str, trigger: str, column: str, name: str) -> str:
    return f"""create trigger {trigger} before insert or update of {column} on grants_{table} for each row
    when ({_WEB} and new.{column} > (moment_now() at time zone 'Asia/Shanghai')::date)
    execute function refused_as('{name}');
"""


_TRIGGERS: Final = (
    [("grants_0_now", table, _now(table)) for table in MOMENTS]
    + [("grants_0_born", table, _born(table)) for table in BORN]
    + [("grants_0_day", table, _day(table, "grants_0_day", *DAYS[table])) for table in DAYS]
    + [("grants_0_dated", table, _day(table, "grants_0_dated", *_DOCUMENT)) for table in DATED]
)  # fmt: skip
MOMENTS_SQL: Final = _FUNCTIONS + "".join(sql for _trigger, _table, sql in _TRIGGERS)
MOMENTS_REVERSE: Final = (
    "".join(f"drop trigger {trigger} on grants_{table};\n" for trigger, table, _sql in _TRIGGERS)
    + "drop function refused_as(), moments_are_now(), moment_now();\n"
)
