"""What a dossier says of itself in its own row: when it may change, and by whom."""

from __future__ import annotations

from typing import Final

import pgtrigger

from applications.models.guards import refuse
from portal.core.rls import OWNER

FROZEN: Final = pgtrigger.Trigger(
    name="application_is_frozen",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func=f"""
        if (new.batch_id, new.unit_id, new.province_id, new.organisation_id, new.created_by_id, new.created_at)
           is distinct from
           (old.batch_id, old.unit_id, old.province_id, old.organisation_id, old.created_by_id, old.created_at)
           and not ((new.batch_id, new.province_id, new.created_by_id, new.created_at)
                    = (old.batch_id, old.province_id, old.created_by_id, old.created_at)
                    and districts_allow(new.id, old.unit_id, old.organisation_id, new.unit_id, new.organisation_id))
        then
            {refuse("application_is_frozen", "what an application is about never changes")}
        end if;
        if old.state not in ('draft', 'returned', 'correction')
           and (new.title, new.summary, new.contact_name, new.contact_phone, new.contact_email, new.lead_department,
                new.leader_name, new.leader_post, new.amount_asked, new.digital_base, new.digital_target,
                new.version, new.touched)
               is distinct from
               (old.title, old.summary, old.contact_name, old.contact_phone, old.contact_email, old.lead_department,
                old.leader_name, old.leader_post, old.amount_asked, old.digital_base, old.digital_target,
                old.version, old.touched) then
            {refuse("application_is_frozen", "the dossier is frozen in this state")}
        end if;
        if old.state = 'correction' and (
               not 'basics' = any(old.reopened)
               and (new.title, new.summary, new.contact_name, new.contact_phone, new.contact_email,
                    new.lead_department, new.leader_name, new.leader_post, new.amount_asked)
                   is distinct from
                   (old.title, old.summary, old.contact_name, old.contact_phone, old.contact_email,
                    old.lead_department, old.leader_name, old.leader_post, old.amount_asked)
               or not 'targets' = any(old.reopened)
               and (new.digital_base, new.digital_target) is distinct from (old.digital_base, old.digital_target)
               or exists (select 1 from jsonb_each(new.touched) t
                           where t.value is distinct from old.touched -> t.key and not t.key = any(old.reopened))) then
            {refuse("application_is_frozen", "the correction does not reopen this section")}
        end if;
        if (new.correction_until, new.reopened) is distinct from (old.correction_until, old.reopened)
           and (old.state, new.state) <> ('screening', 'correction') then
            {refuse("application_is_frozen", "deadline and sections come with the correction")}
        end if;
        -- Number and times come with a submission and with nothing else.
        if (new.number, new.submitted_at, new.first_submitted_at)
           is distinct from (old.number, old.submitted_at, old.first_submitted_at)
           and not ((old.state, new.state) in (('awaiting_sign_off', 'with_province'), ('correction', 'screening'))
                    and (old.number = '' or new.number = old.number)
                    and (old.first_submitted_at is null or new.first_submitted_at = old.first_submitted_at)) then
            {refuse("application_is_frozen", "number and times come with the submission")}
        end if;
        if new.successor_unit_id is distinct from old.successor_unit_id and not exists (
               select 1 from applications_changerequest c where c.application_id = new.id and c.state = 'approved'
                  and c.kind = 'unit' and c.new_unit_id = new.successor_unit_id) then
            {refuse("application_is_frozen", "the unit that follows comes with an approved change")}
        end if;
        -- How long a returned dossier may be mended follows from the rules alone.
        if (old.state, new.state) = ('with_province', 'returned') then
            select least(greatest(b.deadline, end_of_day(clock_timestamp(), r.mend_days)),
                         end_of_day(b.deadline, r.province_days)) into new.mend_until
              from programme_batch b join programme_ruleset r on r.id = b.rule_set_id where b.id = new.batch_id;
        elsif (old.state, new.state) = ('awaiting_sign_off', 'with_province') then
            new.mend_until := null;
        elsif new.mend_until is distinct from old.mend_until then
            {refuse("application_is_frozen", "the time to mend follows from the rules")}
        end if;
        return new;
    """,
)
# The policy lets those change the row who take its steps; what it says is its drafters' to write. Asked of the
# memberships, for a session may say any role of itself, and of who is connected: no function writes here for another.
WRITTEN: Final = pgtrigger.Trigger(
    name="application_written_by_drafter",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func=f"""
        if session_user <> '{OWNER}' and (
               new.title, new.summary, new.contact_name, new.contact_phone, new.contact_email, new.lead_department,
               new.leader_name, new.leader_post, new.amount_asked, new.digital_base, new.digital_target,
               new.version, new.touched)
              is distinct from
              (old.title, old.summary, old.contact_name, old.contact_phone, old.contact_email, old.lead_department,
               old.leader_name, old.leader_post, old.amount_asked, old.digital_base, old.digital_target,
               old.version, old.touched)
           and not coalesce(drafts_for((select scope_user()), old.organisation_id), false) then
            {refuse("application_written_by_drafter", "what the dossier says is its drafters' to write")}
        end if;
        if new.withdrawn_why <> old.withdrawn_why and (new.state <> 'withdrawn' or old.state = 'withdrawn') then
            {refuse("application_is_frozen", "why it was withdrawn comes with the withdrawal")}
        end if;
        return new;
    """,
)
