"""What the database itself holds about a joint applicant's answer, beyond who writes which column."""

from __future__ import annotations

from typing import Final

import pgtrigger

from applications.models.guards import UNLESS_OWNER, refuse

STATE: Final = pgtrigger.UpdateOf("state")  # type: ignore[no-untyped-call]
# What is committed is what one person wrote and asked for, and another one of the same organisation confirmed; and it
# is an answer to what the unit asked then.
BY_TWO: Final = pgtrigger.Trigger(
    name="partner_commits_by_two",
    when=pgtrigger.Before,
    operation=STATE,
    func=f"""
        if {UNLESS_OWNER} and new.state = 'committed' and old.state <> 'committed' and not exists (
            select 1 from applications_part p where p.partner_id = new.id and p.state = 'confirmed'
               and p.organisation_id = new.organisation_id
               and p.contribution = new.contribution and p.amount = new.amount_committed
               and p.confirmed_by_id = new.answered_by_id and p.asked_by_id <> p.confirmed_by_id
               and new.answered_by_id = (select scope_user())) then
            {refuse("partner_commits_by_two", "a commitment is confirmed by a second person")}
        end if;
        if {UNLESS_OWNER} and new.state = 'committed' and old.state <> 'committed' and not exists (
            select 1 from applications_part p where p.partner_id = new.id and p.asked_for = partner_asked(new.id)) then
            {refuse("partner_commits_to_what_was_asked", "what is asked was changed since a second person was asked")}
        end if;
        return new;
    """,
)
# A commitment binds by the sealed letter that came with it: nobody, the owner neither, records one without. A trigger,
# not a constraint: what was committed before without a letter stays readable, and is refused once it is touched.
WITH_LETTER: Final = pgtrigger.Trigger(
    name="partner_commits_with_letter",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("state", "letter_id"),  # type: ignore[no-untyped-call]
    func=f"""
        if new.kind = 'soe' and new.state = 'committed' and new.letter_id is null then
            {refuse("partner_commits_with_letter", "a commitment comes with its letter")}
        end if;
        return new;
    """,
)
# Two commitments at once wait for each other; one's own rows are all that counts, and a partner sees them.
WITHIN: Final = pgtrigger.Trigger(
    name="partner_within_limit",
    when=pgtrigger.Before,
    operation=STATE,
    declare=[("most", "integer"), ("used", "integer")],
    func=f"""
        if new.kind <> 'soe' or new.state <> 'committed' or old.state = 'committed' then
            return new;
        end if;
        select r.soe_max into most from programme_batch b join programme_ruleset r on r.id = b.rule_set_id
         where b.id = new.batch_id;
        if coalesce(most, 0) = 0 then
            return new;
        end if;
        perform pg_advisory_xact_lock(hashtextextended('partner: ' || new.batch_id || ':' || new.organisation_id, 0));
        select commitments_of(new.organisation_id, new.batch_id, new.id) into used;
        if used >= most then
            {refuse("partner_within_limit", "the enterprise has committed itself as often as the rules allow")}
        end if;
        return new;
    """,
)
# A second district lies in the same municipality, is valid and in no other application of the batch.
DISTRICT: Final = pgtrigger.Trigger(
    name="partner_district_fits",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        if new.kind = 'district' and not districts_fit(new.application_id, new.organisation_id) then
            {refuse("partner_district_fits", "not a district that may apply together with this one")}
        end if;
        return new;
    """,
)
# pgtrigger names them in the order PostgreSQL fires them by; the part of each side is checked by its own trigger.
ALL: Final = [BY_TWO, WITH_LETTER, WITHIN, DISTRICT]
