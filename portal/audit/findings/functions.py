"""Functions and triggers of findings: how one is raised, shown, answered, followed up and closed.

What an audited body or a follow-up writes moves the finding by a trigger, so nobody else can set those states, and no
audited body may change a finding.
"""

from __future__ import annotations

from typing import Final

from portal.audit.findings.functions_engagements import CALLER, ENGAGEMENTS, OWNER
from portal.audit.findings.guards import refuse
from portal.core.functions_again import again, changed

_TODAY: Final = "(now() at time zone 'Asia/Shanghai')::date"

FINDINGS: Final = f"""
create function audit_finding_begins() returns trigger {OWNER}
declare
    v_engagement record; v_body record;
begin
    select e.* into v_engagement from audit_engagement e where e.id = new.engagement_id for update;
    if not found or v_engagement.state not in ('under_way', 'reporting') then
        {refuse("finding_of_an_engagement_at_work", "findings are raised while an engagement is at work")}
    end if;
    if scope_user() is not null and new.raised_by_id is distinct from scope_user() then
        {refuse("audit_signed_by_oneself", "a finding is raised in the own name")}
    end if;
    if (v_engagement.province <> '' and new.in_province is distinct from v_engagement.province)
       or (cardinality(v_engagement.units) > 0 and not new.in_unit = any(v_engagement.units))
       or (cardinality(v_engagement.batches) > 0 and not coalesce(new.in_batch = any(v_engagement.batches), false)) then
        {refuse("finding_within_scope", "the object lies outside the scope of the engagement")}
    end if;
    new.number := (select coalesce(max(f.number), 0) + 1 from audit_finding f
                    where f.engagement_id = new.engagement_id);
    new.matter := v_engagement.title; new.office_id := v_engagement.organisation_id; new.current_id := null;
    return new;
end $$;
create trigger audit_2_begins before insert on audit_finding
    for each row execute function audit_finding_begins();
create function audit_finding_body() returns trigger {OWNER}
begin
    if not exists (select 1 from accounts_organisation o
                    where o.id = new.body_id and o.is_active
                      and (o.kind in ('ministry', 'central_soe')
                           or (o.kind in ('provincial_industry', 'provincial_finance')
                               and o.province = new.in_province)
                           or (o.kind in ('unit_government', 'unit_finance') and o.unit = new.in_unit))) then
        {refuse("finding_to_a_body_of_the_place", "the audited body is of another place")}
    end if;
    return new;
end $$;
create trigger audit_3_body before insert or update of body_id on audit_finding
    for each row execute function audit_finding_body();
create function audit_finding_object() returns trigger {CALLER}
declare
    v_row jsonb := audit_row(new.object_type, new.object_id);
begin
    if v_row is null or coalesce(v_row ->> 'province_id', new.in_province) <> new.in_province
       or coalesce(v_row ->> 'unit_id', new.in_unit) <> new.in_unit then
        {refuse("finding_about_what_is_there", "no such object within reach")}
    end if;
    return new;
end $$;
create trigger audit_1_object before insert on audit_finding
    for each row execute function audit_finding_object();
create function audit_finding_kept() returns trigger {OWNER}
declare
    v_fixed text[] := array['state', 'current_id', 'shown_by_id', 'shown_at', 'reply_due', 'ordered_by_id',
        'ordered_at', 'rectify_due', 'closed_by_id', 'closed_at', 'closed_why'];
begin
    if (to_jsonb(new) - v_fixed - 'body_id') is distinct from (to_jsonb(old) - v_fixed - 'body_id')
       or (new.body_id <> old.body_id and old.state <> 'draft') then
        {refuse("finding_is_fixed", "what a finding is about does not change")}
    end if;
    if (new.shown_by_id, new.shown_at, new.reply_due) is distinct from (old.shown_by_id, old.shown_at, old.reply_due)
       and not (old.state = 'draft' and new.state = 'shown')
       or (new.ordered_by_id, new.ordered_at) is distinct from (old.ordered_by_id, old.ordered_at)
       and not (old.state in ('shown', 'replied') and new.state = 'rectifying')
       or (new.closed_by_id, new.closed_at, new.closed_why)
          is distinct from (old.closed_by_id, old.closed_at, old.closed_why)
       and not (new.state in ('closed', 'dropped') and old.state not in ('closed', 'dropped'))
       or new.rectify_due is distinct from old.rectify_due and new.state <> 'rectifying' then
        {refuse("finding_is_fixed", "signatures and days are written by their own act")}
    end if;
    if new.state = 'shown' and old.state = 'draft' then
        if new.current_id is null or new.reply_due <= {_TODAY}
           or not exists (select 1 from audit_evidence e where e.finding_id = new.id) then
            {refuse("finding_shown_with_evidence", "what is shown has a text, evidence and a term")}
        end if;
    elsif new.state = 'rectifying' and old.state in ('shown', 'replied') then
        if old.state = 'shown' and old.reply_due >= {_TODAY} then
            {refuse("finding_waits_for_the_reply", "the term for the reply still runs")}
        end if;
        if new.rectify_due <= {_TODAY} then
            {refuse("finding_leaves_time", "the last day lies in the future")}
        end if;
    elsif new.state = 'closed' and old.state <> 'closed' then
        if not exists (select 1 from audit_followup u where u.finding_id = new.id and u.outcome = 'mended'
                          and u.by_id <> new.closed_by_id) then
            {refuse("finding_not_closed_by_its_follower", "who alone followed it up does not close it")}
        end if;
    end if;
    if scope_user() is not null and new.state <> old.state
       and (new.state = 'shown' and new.shown_by_id is distinct from scope_user()
            or new.state = 'rectifying' and old.state <> 'reported' and new.ordered_by_id is distinct from scope_user()
            or new.state in ('closed', 'dropped') and new.closed_by_id is distinct from scope_user()) then
        {refuse("audit_signed_by_oneself", "everyone signs in the own name")}
    end if;
    return new;
end $$;
create trigger audit_4_kept before update on audit_finding for each row execute function audit_finding_kept();
create function audit_finding_moved() returns trigger {CALLER}
begin
    if current_user <> 'portal_owner'
       and (new.current_id is distinct from old.current_id
            or (new.state is distinct from old.state
                and (old.state = 'reported' or new.state in ('replied', 'reported', 'followed')))
            or (old.ordered_at is not null and new.rectify_due is distinct from old.rectify_due)) then
        {refuse("finding_moved_by_its_paper", "a reply, a report or a follow-up moves the finding")}
    end if;
    return new;
end $$;
create trigger audit_5_moved before update on audit_finding for each row execute function audit_finding_moved();
"""

PAPERS: Final = f"""
create function audit_version_begins() returns trigger {OWNER}
declare
    v_state text;
begin
    select f.state into v_state from audit_finding f where f.id = new.finding_id for update;
    if tg_op = 'UPDATE' then
        if v_state <> 'draft' or (new.finding_id, new.number) is distinct from (old.finding_id, old.number) then
            {refuse("finding_text_stays", "the text of a finding that was shown does not change")}
        end if;
    else
        new.number := (select coalesce(max(v.number), 0) + 1 from audit_findingversion v
                        where v.finding_id = new.finding_id);
        if v_state in ('closed', 'dropped') or (v_state = 'draft' and new.number > 1) then
            {refuse("finding_text_stays", "this finding takes no new version")}
        end if;
    end if;
    if scope_user() is not null and new.by_id is distinct from scope_user() then
        {refuse("audit_signed_by_oneself", "everyone writes in the own name")}
    end if;
    return new;
end $$;
create trigger audit_1_version before insert or update on audit_findingversion
    for each row execute function audit_version_begins();
create function audit_version_holds() returns trigger {OWNER}
begin
    update audit_finding set current_id = new.id where id = new.finding_id;
    return null;
end $$;
create trigger audit_2_holds after insert on audit_findingversion
    for each row execute function audit_version_holds();
create function audit_answer_begins() returns trigger {OWNER}
declare
    v_finding record;
begin
    select f.* into v_finding from audit_finding f where f.id = new.finding_id for update;
    if not found or new.organisation_id is distinct from v_finding.body_id then
        {refuse("answer_of_the_audited_body", "the audited body answers")}
    end if;
    if (new.kind = 'reply' and v_finding.state <> 'shown')
       or (new.kind <> 'reply' and v_finding.state <> 'rectifying') then
        {refuse("answer_in_its_turn", "no answer of this kind is due")}
    end if;
    if scope_user() is not null and new.by_id is distinct from scope_user() then
        {refuse("audit_signed_by_oneself", "everyone answers in the own name")}
    end if;
    new.version := (select v.number from audit_findingversion v where v.id = v_finding.current_id);
    return new;
end $$;
create trigger audit_1_answer before insert on audit_answer for each row execute function audit_answer_begins();
create function audit_answer_moves() returns trigger {OWNER}
begin
    update audit_finding set state = case new.kind when 'reply' then 'replied' else 'reported' end
     where id = new.finding_id;
    return null;
end $$;
create trigger audit_2_moves after insert on audit_answer for each row execute function audit_answer_moves();
create function audit_proofs_add_up() returns trigger {OWNER}
declare
    v_answer bigint := coalesce((to_jsonb(new) ->> 'answer_id')::bigint, new.id);
begin
    if (select a.proofs from audit_answer a where a.id = v_answer)
       is distinct from (select count(*) from audit_proof p where p.answer_id = v_answer) then
        {refuse("proofs_come_with_their_answer", "files come with their answer")}
    end if;
    return null;
end $$;
create constraint trigger audit_answer_proofs after insert on audit_answer
    deferrable initially deferred for each row execute function audit_proofs_add_up();
create constraint trigger audit_proof_proofs after insert on audit_proof
    deferrable initially deferred for each row execute function audit_proofs_add_up();
create function audit_follow_up_begins() returns trigger {OWNER}
declare
    v_state text;
begin
    select f.state into v_state from audit_finding f where f.id = new.finding_id for update;
    if v_state is distinct from 'reported' then
        {refuse("follow_up_of_a_report", "a follow-up looks at a rectification that was reported")}
    end if;
    if new.new_due <= {_TODAY} then
        {refuse("finding_leaves_time", "the last day lies in the future")}
    end if;
    if scope_user() is not null and new.by_id is distinct from scope_user() then
        {refuse("audit_signed_by_oneself", "everyone writes in the own name")}
    end if;
    return new;
end $$;
create trigger audit_1_follow_up before insert on audit_followup
    for each row execute function audit_follow_up_begins();
create function audit_follow_up_moves() returns trigger {OWNER}
begin
    update audit_finding set state = case new.outcome when 'mended' then 'followed' else 'rectifying' end,
           rectify_due = coalesce(new.new_due, rectify_due)
     where id = new.finding_id;
    return null;
end $$;
create trigger audit_2_moves after insert on audit_followup for each row execute function audit_follow_up_moves();
create function audit_evidence_taken() returns trigger {CALLER}
declare
    v_row jsonb;
begin
    if exists (select 1 from audit_finding f where f.id = new.finding_id and f.state in ('closed', 'dropped')) then
        {refuse("finding_is_fixed", "a finding that ended takes no evidence")}
    end if;
    if scope_user() is not null and new.by_id is distinct from scope_user() then
        {refuse("audit_signed_by_oneself", "everyone takes evidence in the own name")}
    end if;
    new.at := now();
    if new.kind = 'upload' then
        return new;
    end if;
    v_row := audit_row(new.object_type, new.object_id);
    if v_row is null or (new.kind = 'file' and v_row ->> 'storage_key' is null) then
        {refuse("evidence_is_of_what_is_there", "no such object within reach")}
    end if;
    if new.kind = 'file' then
        new.file_name := v_row ->> 'file_name'; new.content_type := v_row ->> 'content_type';
        new.size := (v_row ->> 'size')::bigint; new.sha256 := v_row ->> 'sha256';
        new.storage_key := v_row ->> 'storage_key'; new.snapshot := '';
    else
        new.snapshot := v_row::text;
        new.sha256 := encode(sha256(convert_to(new.snapshot, 'UTF8')), 'hex');
    end if;
    return new;
end $$;
create trigger audit_1_evidence before insert on audit_evidence
    for each row execute function audit_evidence_taken();
create function audit_handover_begins() returns trigger {OWNER}
begin
    if not exists (select 1 from audit_finding f join accounts_organisation o on o.id = new.organisation_id
                    where f.id = new.finding_id and f.shown_at is not null and f.state <> 'dropped'
                      and o.id <> f.body_id
                      and (o.kind = 'ministry'
                           or (o.kind in ('provincial_industry', 'provincial_finance') and o.province = f.in_province)
                           or (o.kind in ('unit_government', 'unit_finance') and o.unit = f.in_unit))) then
        {refuse("handover_of_a_shown_finding", "a shown finding is handed over to a body of its place")}
    end if;
    if scope_user() is not null and new.by_id is distinct from scope_user() then
        {refuse("audit_signed_by_oneself", "everyone hands over in the own name")}
    end if;
    return new;
end $$;
create trigger audit_1_handover before insert on audit_handover
    for each row execute function audit_handover_begins();
"""
_TRIGGERS: Final = (
    "audit_engagement_begins(), audit_engagement_led(), audit_engagement_fixed(), audit_member_fits(),"
    " audit_finding_begins(), audit_finding_body(), audit_finding_object(), audit_finding_kept(),"
    " audit_finding_moved(), audit_version_begins(), audit_version_holds(), audit_answer_begins(),"
    " audit_answer_moves(),"
    " audit_proofs_add_up(), audit_follow_up_begins(), audit_follow_up_moves(), audit_evidence_taken(),"
    " audit_handover_begins()"
)
FUNCTIONS: Final = f"{ENGAGEMENTS}{FINDINGS}{PAPERS}\nrevoke all on function {_TRIGGERS} from public;\n"
_ON: Final = {
    "audit_engagement": ("audit_1_engagement", "audit_2_lead", "audit_3_fixed"),
    "audit_member": ("audit_1_member",),
    "audit_finding": ("audit_1_object", "audit_2_begins", "audit_3_body", "audit_4_kept", "audit_5_moved"),
    "audit_findingversion": ("audit_1_version", "audit_2_holds"),
    "audit_answer": ("audit_1_answer", "audit_2_moves", "audit_answer_proofs"),
    "audit_proof": ("audit_proof_proofs",),
    "audit_followup": ("audit_1_follow_up", "audit_2_moves"),
    "audit_evidence": ("audit_1_evidence",),
    "audit_handover": ("audit_1_handover",),
}
REVERSE: Final = (
    "; ".join(f"drop trigger {name} on {table}" for table, names in _ON.items() for name in names)
    + f"; drop function {_TRIGGERS};"
)
# Whether a finding ended is asked past the policies: a scope that sees no finding saw none that ended.
OVER: Final = f"""
create function audit_finding_is_over(p_finding bigint) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return exists (select 1 from audit_finding f where f.id = p_finding and f.state in ('closed', 'dropped'));
end $$;
revoke all on function audit_finding_is_over(bigint) from public;
grant execute on function audit_finding_is_over(bigint) to portal_web;
{
    changed(
        again(PAPERS, "audit_evidence_taken"),
        (
            "exists (select 1 from audit_finding f where f.id = new.finding_id and f.state in ('closed', 'dropped'))",
            "audit_finding_is_over(new.finding_id)",
        ),
    )
}"""
OVER_REVERSE: Final = f"""{again(PAPERS, "audit_evidence_taken")}
drop function audit_finding_is_over(bigint);
"""
