"""Acts on one review, assignment, list or decision take turns, so that none goes by what another is just changing.

Each function here is one of an earlier migration with a lock before it reads, or with one more question. A function
that takes a lock looks anew at each question after it (volatile). From the twenty-eighth migration on.
"""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed
from reviews.functions import DECIDING
from reviews.functions_conflicts import CONFLICTS_AT_ONCE
from reviews.functions_leaving import LEAVING
from reviews.functions_proposals import PROPOSALS
from reviews.functions_scoring import REOPENING, SCORING
from reviews.functions_selection import SELECTION

# A score waits for the submission of its review, and the submission for it: otherwise the total is of other scores.
_SCORE: Final = again(SCORING, "reviews_score_problem")
SCORE: Final = changed(
    _SCORE,
    ("returns text language plpgsql stable", "returns text language plpgsql volatile"),
    (
        "begin\n    select r.assignment_id",
        "begin\n    perform 1 from reviews_review where id = p_review for share;\n    select r.assignment_id",
    ),
)
SCORE_REVERSE: Final = _SCORE

# A review is set back by its reopening alone, which keeps what was submitted: no session can call what does it.
_REOPEN: Final = again(REOPENING, "reviews_reopen")
REOPENED: Final = """
create function reviews_reopening_opens() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update reviews_review set state = 'draft', total = null, submitted_at = null where id = new.review_id;
    return null;
end $$;
revoke all on function reviews_reopening_opens() from public;
create trigger reopening_opens after insert on reviews_reviewreopening
    for each row execute function reviews_reopening_opens();
drop function reviews_reopen(bigint);
"""
REOPENED_REVERSE: Final = f"""
{_REOPEN}
revoke all on function reviews_reopen(bigint) from public;
grant execute on function reviews_reopen(bigint) to portal_web, portal_reader;
drop trigger reopening_opens on reviews_reviewreopening; drop function reviews_reopening_opens();
"""

# What was submitted once stays with its reviewer: opened again and given away, an unwelcome score would be gone.
_RELIEF: Final = again(PROPOSALS, "reviews_relief_problem")
RELIEF: Final = changed(
    _RELIEF,
    (
        "r.assignment_id = p_assignment and r.state <> 'draft')",
        """r.assignment_id = p_assignment and (r.state <> 'draft'
                     or exists (select 1 from reviews_reviewreopening o where o.review_id = r.id)))""",
    ),
)
RELIEF_REVERSE: Final = _RELIEF

# A selection changes rules. Candidates, their scores and the seed are those of the frozen set.
_QUESTION: Final = again(SELECTION, "reviews_question_problem")
QUESTION: Final = changed(
    _QUESTION,
    (
        "when not scope_roles() && array['officer'] then",
        """when not scope_roles() && array['officer'] or p_changes - array['total', 'budget', 'regions', 'province_max',
             'sector_min', 'sector_max', 'soe_max', 'include', 'exclude'] <> '{}' then""",
    ),
)
QUESTION_REVERSE: Final = _QUESTION

# A list is issued whole: who is seen on it and told of it are those of the transaction that made it. A row that is seen
# while the transaction that wrote it is in progress is of one's own, also of a savepoint of it, whose number is another
# one. A row says the lower half of that number; the upper half is that of the nearest one.
_STEP: Final = again(LEAVING, "reviews_entry_step_problem")
STEP: Final = """
create function reviews_made_now(p_row xid) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    here bigint := pg_current_xact_id()::text::bigint; made bigint;
begin
    made := ((here >> 32) << 32) | p_row::text::bigint;
    made := case when made - here > 2147483648 then made - 4294967296
                 when here - made > 2147483648 then made + 4294967296 else made end;
    return made > 2 and coalesce(pg_xact_status(made::text::xid8) = 'in progress', false);
end $$;
revoke all on function reviews_made_now(xid) from public;
""" + changed(
    _STEP,
    ("l.id = p_list and l.batch_id = p_batch", "l.id = p_list and l.batch_id = p_batch and reviews_made_now(l.xmin)"),
)
STEP_REVERSE: Final = f"{_STEP}drop function reviews_made_now(xid);"

# Adopting and withdrawing take turns at the application: from an adopted list with a unit that left no step leads back.
_DECISION: Final = again(DECIDING, "reviews_decision_problem")
DECISION: Final = changed(
    _DECISION,
    ("language plpgsql stable", "language plpgsql volatile"),
    (
        "    return case when held.batch_state = 'deciding' then '' else 'decision_in_its_phase' end;",
        """    if held.batch_state <> 'deciding' then
        return 'decision_in_its_phase';
    end if;
    perform 1 from applications_application a
      where a.batch_id = p_batch and a.unit_id = any(p_chosen || p_reserve) order by a.id for share;
    return case when exists (
        select 1 from unnest(p_chosen || p_reserve) named(unit) where not exists (
               select 1 from applications_application a where a.batch_id = p_batch and a.unit_id = named.unit
                  and a.state in ('in_review', 'defence'))) then 'decision_of_who_is_judged' else '' end;""",
    ),
)
DECISION_REVERSE: Final = _DECISION

# Who assigns has the batch, then the reviewer; a recusal, which waits for the batch (`assignment_holds`), takes them in
# the same order, so that the two do not wait for each other.
_RECUSE: Final = again(CONFLICTS_AT_ONCE, "reviews_recuse")
RECUSE: Final = changed(
    _RECUSE,
    (
        "$$ begin\n",
        """$$ begin
    perform reviews_hold_batch(h.batch_id) from (
        select distinct s.batch_id from reviews_assignment s
          join unnest(p_applications, p_reviewers) as held(application, reviewer)
            on s.application_id = held.application and s.reviewer_id = held.reviewer
         where s.state in ('assigned', 'declared') order by s.batch_id) h;
""",
    ),
)
RECUSE_REVERSE: Final = _RECUSE
