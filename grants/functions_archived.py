"""Triggers by which nothing of an archived batch changes: no paper, no entry, no plan, no dossier, no list.

Whoever writes about a batch shares its row until the end of the transaction, so its archiving waits for it and sees it.
The crowd of dossiers before a deadline does not queue: an application's own row shares only an assessed batch.
"""

from __future__ import annotations

from typing import Final

from applications.functions import SECTIONS
from grants.ledger.functions import HEAD, refuse
from portal.core.functions_again import again, changed

# Papers about an award that one person enters and another checks.
PAPERS: Final = (
    "awardchange",
    "issue",
    "passon",
    "payment",
    "assessment",
    "rectification",
    "reversal",
    "spendingreport",
    "returnpaper",
    "matchingfunds",
    "recovery",
    "recoverypayment",
    "recoverywithdrawal",
)
# All that is written about an award; children of these are written with them, or only while they are drafts.
OF_AWARDS: Final = (
    *PAPERS,
    "entry",
    "grantproject",
    "paymentrequest",
    "fundinghold",
    "quarterreport",
    "evaluation",
    "panel",
    "acceptance",
)
_ARCHIVED: Final = refuse("batch_is_archived", "the batch is archived: nothing of it changes any more")


def _of(what: str, whose: str) -> str:
    """The trigger function of rows that tell of something in a batch. whose: how the row leads to its batch `b`, which
    it holds.
    """
    return f"""create function of_{what}_stands() returns trigger {HEAD}
declare
    its_state text;
begin
    select b.state into its_state from programme_batch b {whose};
    if its_state = 'archived' then
        {_ARCHIVED}
    end if;
    return new;
end $$;"""


_BY_AWARD: Final = """join grants_award a on a.batch_id = b.id
     where a.id = new.award_id for share of b"""
_BY_APPLICATION: Final = """join applications_application a on a.batch_id = b.id
     where a.id = new.application_id for share of b"""
# A first award that is confirmed moves its batch itself, and two of them at once must not wait for one another's share.
STANDS: Final = f"""
create function award_stands() returns trigger {HEAD}
declare
    its_state text;
begin
    select b.state into its_state from programme_batch b where b.id = new.batch_id;
    if tg_op = 'UPDATE' and its_state = 'final' then
        return new;
    end if;
    select b.state into its_state from programme_batch b where b.id = new.batch_id for share;
    if its_state = 'archived' then
        {_ARCHIVED}
    end if;
    if tg_op = 'INSERT' and its_state not in ('final', 'running') then
        {refuse("award_follows_final_list", "only a unit of the final list is awarded")}
    end if;
    return new;
end $$;
create trigger grants_1_stands before insert or update on grants_award for each row execute function award_stands();
{_of("award", _BY_AWARD)}
create function application_stands() returns trigger {HEAD}
declare
    its_state text;
begin
    select b.state into its_state from programme_batch b where b.id = new.batch_id;
    if its_state = 'assessed' then
        select b.state into its_state from programme_batch b where b.id = new.batch_id for share;
    end if;
    if its_state = 'archived' then
        {_ARCHIVED}
    end if;
    return new;
end $$;
create trigger grants_1_stands before insert or update on applications_application
    for each row execute function application_stands();
{_of("application", _BY_APPLICATION)}
create trigger grants_1_stands before insert or update on applications_planversion
    for each row execute function of_application_stands();
create trigger grants_1_stands before insert or update on applications_changerequest
    for each row execute function of_application_stands();
{_of("batch", "where b.id = new.batch_id for share")}
create trigger grants_1_stands before insert or update on reviews_objection
    for each row execute function of_batch_stands();
create trigger grants_1_stands before insert or update on reviews_publicentry
    for each row execute function of_batch_stands();
""" + "".join(
    f"create trigger grants_1_stands before insert or update on grants_{table}\n"
    "    for each row execute function of_award_stands();\n"
    for table in OF_AWARDS
)
# A dossier that was never sent in stays what it was, too.
DOSSIER: Final = changed(
    again(SECTIONS, "dossier_is_open"),
    ("select a.state, a.reopened into", "select a.state, a.reopened, b.state as batch into"),
    (
        "applications_application a where",
        "applications_application a join programme_batch b on b.id = a.batch_id where",
    ),
    ("for share;", "for share of a;"),
    ("coalesce(found.state in", "coalesce(found.batch <> 'archived' and (found.state in"),
    ("any(found.reopened)), false)", "any(found.reopened))), false)"),
)
_TRIGGERS: Final = (
    "award_stands()",
    "of_award_stands()",
    "application_stands()",
    "of_application_stands()",
    "of_batch_stands()",
)
FUNCTIONS: Final = STANDS + DOSSIER + f"revoke all on function {', '.join(_TRIGGERS)} from public;"
REVERSE: Final = again(SECTIONS, "dossier_is_open") + f"drop function {', '.join(_TRIGGERS)} cascade;"
