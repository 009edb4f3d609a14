"""Sums that limits ask for are told to who sees the award; a step by nobody is nobody's. Thirty-fifth migration.

What a guard counts may hang on nothing that a session sets, so guards ask functions of their own (`counted_…`), which
the web may not call; what the web calls asks for the scope first.
"""

from __future__ import annotations

from typing import Final

_SQL: Final = "set search_path = public, pg_temp as $$"
# Function, its arguments, what it gives, and by which award the caller is asked for.
_SUMS: Final = (
    ("award_free", "p_award bigint", "numeric", "p_award", "volatile"),
    ("second_tranche_limit", "p_award bigint", "numeric", "p_award", "stable"),
    ("money_return_left", "p_award bigint, p_source text, p_issue bigint", "numeric", "p_award", "stable"),
    ("money_recovery_left", "p_award bigint, p_project bigint", "numeric", "p_award", "stable"),
    ("money_issue_left", "p_issue bigint", "numeric",
     "(select i.award_id from grants_issue i where i.id = p_issue)", "stable"),
    ("money_spending_left", "p_project bigint", "numeric",
     "(select p.award_id from grants_grantproject p where p.id = p_project)", "stable"),
    ("money_demand_left", "p_recovery bigint", "numeric",
     "(select r.award_id from grants_recovery r where r.id = p_recovery)", "stable"),
    ("project_plan", "p_project bigint", "jsonb",
     "(select p.award_id from grants_grantproject p where p.id = p_project)", "stable"),
)  # fmt: skip
_YEAR: Final = ("year_unspent", "p_year int")
_SEEN: Final = f"""
-- Whether the caller sees the award, as the policy of its rows says. The owner loads and migrates.
create function award_seen(p_award bigint) returns boolean language sql stable security definer {_SQL}
    select session_user = 'portal_owner' or scope_nation() or exists (
        select 1 from grants_award a where a.id = p_award and (
            a.province_id::text = any(scope_provinces()::text[]) or a.unit_id::text = any(money_units())))
$$;
revoke all on function award_seen(bigint) from public;
"""


def _types(arguments: str) -> str:
    return ", ".join(one.split()[1] for one in arguments.split(", "))


def _renamed(old: str, new: str, but: str = "") -> str:
    """SQL: whatever asks the function by its old name asks by the new one; functions named in `but` do not."""
    return f"""
do $do$
declare
    v_one oid;
begin
    for v_one in select p.oid from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
                    and p.prosrc ~ '\\m{old}\\(' and p.proname <> '{but}' order by p.proname loop
        execute regexp_replace(pg_get_functiondef(v_one), '\\m{old}\\(', '{new}(', 'g');
    end loop;
end $do$;
"""


def _closed(name: str, arguments: str) -> str:
    """The function as it stood becomes the guards' own."""
    return f"""
alter function {name}({_types(arguments)}) rename to counted_{name};
revoke all on function counted_{name}({_types(arguments)}) from public, portal_web, portal_reader;
{_renamed(name, f"counted_{name}")}"""


def _asked(name: str, arguments: str, gives: str, award: str, kind: str) -> str:
    """What the web calls from now on."""
    passed = ", ".join(one.split()[0] for one in arguments.split(", "))
    return f"""{_closed(name, arguments)}create function {name}({arguments}) returns {gives}
language sql {kind} security definer {_SQL}
    select case when award_seen({award}) then counted_{name}({passed}) end
$$;
revoke all on function {name}({_types(arguments)}) from public;
grant execute on function {name}({_types(arguments)}) to portal_web, portal_reader;
"""


def _open_again(name: str, arguments: str) -> str:
    types = _types(arguments)
    return f"""
drop function {name}({types});
alter function counted_{name}({types}) rename to {name};
{_renamed(f"counted_{name}", name)}grant execute on function {name}({types}) to portal_web, portal_reader;
"""


def _patched(function: str, *pairs: tuple[str, str]) -> str:
    """SQL: in the function as it stands each first part gives way to the second, and has to be there."""
    steps = "".join(
        f"""
    if position($x${old}$x$ in v_text) = 0 then
        raise exception 'function % lacks what is to be replaced', '{function}';
    end if;
    v_text := replace(v_text, $x${old}$x$, $x${new}$x$);"""
        for old, new in pairs
    )
    return f"""
do $do$
declare
    v_text text := pg_get_functiondef('{function}'::regprocedure);
begin{steps}
    execute v_text;
end $do$;
"""


_ANYBODY: Final = "(scope_user() is null or scope_nation() or p.province_id::text = any(scope_provinces()::text[])"
_WITHOUT: Final = f"""
               and {_ANYBODY}
                    or p.unit_id::text = any(money_units()))"""
_BY_YEAR: Final = f"""{_closed(*_YEAR)}create function year_unspent(p_year int)
returns table (account_id bigint, award_id bigint, place text, amount numeric)
language sql stable security definer {_SQL}
    select u.* from counted_year_unspent(p_year) u where award_seen(u.award_id)
$$;
revoke all on function year_unspent(int) from public;
grant execute on function year_unspent(int) to portal_web, portal_reader;
"""
_HELD: Final = "begin\n    perform 1 from grants_account where id in"
_HELD_BY: Final = f"""begin
    if not award_seen((select e.award_id from grants_entry e where e.id = p_entry)) then
        return null;
    end if;{_HELD.removeprefix("begin")}"""
# Where nobody is named, only the owner is nobody in particular.
_ME: Final = "(me is not null or session_user <> 'portal_owner') and"
_SOMEBODY: Final = "(scope_user() is not null or session_user <> 'portal_owner') and"


def _by(column: str, *, apart: str = "is distinct from", me: str = "me") -> tuple[str, str]:
    """The condition that another signs than the one who acts, as it stood and as it is to be."""
    named = _ME if me == "me" else _SOMEBODY
    return f"{me} is not null and {column} {apart} {me}", f"{named} {column} is distinct from {me}"


_SELF: Final = {"apart": "<>"}
_HERE: Final = {"me": "scope_user()"}
_STEPS: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    ("ending_problem(bigint, text, text)",
     (("me is not null and not money_judge(me, 'MIIT')", f"{_ME} not coalesce(money_judge(me, 'MIIT'), false)"),)),
    ("report_is_open(bigint, bigint)",
     (("(p_user is null or report_post(p_user, 'drafter', r.unit_id, r.province_id))",
       ("(p_user is null and session_user = 'portal_owner'"
       " or coalesce(report_post(p_user, 'drafter', r.unit_id, r.province_id), false))")),)),
    ("hold_judged(bigint, text)",
     (("select p_by is not null and (scope_user() is null or p_by = scope_user()) and",
       "select p_by is not null and coalesce(p_by = scope_user(), session_user = 'portal_owner') and"),)),
    ("archive_step_guard()", (_by("new.asked_by_id", **_SELF), _by("new.decided_by_id"))),
    ("arrival_place()", (_by("new.confirmed_by_id", **_HERE),)),
    ("award_change_signature()", (_by("v_signer"),)),
    ("bank_decision_guarded()", (_by("new.ended_by_id"),)),
    ("bank_order_guarded()", (_by("new.withdrawn_by_id"),)),
    ("hold_begins()", (_by("new.raised_by_id", **_SELF, **_HERE),)),
    ("issue_receipt()", (_by("new.received_by_id", **_HERE),)),
    ("return_receipt()", (_by("new.received_by_id", **_HERE),)),
    ("money_signature()", (_by("new.maker_id", **_SELF), _by("new.checker_id"))),
    ("report_begins()", (_by("new.written_by_id", **_SELF, **_HERE),)),
    ("report_steps()", (_by("new.written_by_id", **_SELF), _by("new.signed_by_id"), _by("new.verified_by_id"))),
)  # fmt: skip
SCOPED: Final = (
    _SEEN
    + _patched("project_plan(bigint)", (_WITHOUT, ""))
    + "".join(_asked(*one) for one in _SUMS)
    + _BY_YEAR
    + _patched("reversal_hold(bigint)", (_HELD, _HELD_BY))
    + "revoke all on function money_came_back(bigint) from public, portal_web, portal_reader;\n"
    + "".join(_patched(function, *pairs) for function, pairs in _STEPS)
)
SCOPED_REVERSE: Final = (
    "".join(_patched(function, *((new, old) for old, new in pairs)) for function, pairs in reversed(_STEPS))
    + "grant execute on function money_came_back(bigint) to portal_web;\n"
    + _patched("reversal_hold(bigint)", (_HELD_BY, _HELD))
    + "".join(
        _open_again(name, arguments) for name, arguments in reversed([(one[0], one[1]) for one in _SUMS] + [_YEAR])
    )
    + _patched(
        "project_plan(bigint)",
        ("             where p.id = p_project", f"             where p.id = p_project{_WITHOUT}"),
    )
    + "drop function award_seen(bigint);\n"
)
