"""Questions whose answer “nothing there” lets something through are asked past the policies."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from reviews.functions_unscoped import UNSCOPED, UNSCOPED_REVERSE



class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0035_recusals_hold_the_batch_first'),
    ]

    operations = [
        migrations.RunSQL(UNSCOPED, UNSCOPED_REVERSE),
        pgtrigger.migrations.RemoveTrigger(
            model_name='defencesession',
            name='session_seats_stay',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='formeremployer',
            name='former_employer_notes_conflicts',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='formeremployer',
            name='former_employer_notes_conflicts_changed',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='suspension',
            name='suspension_by_objection',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='defencesession',
            trigger=pgtrigger.compiler.Trigger(name='session_seats_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    if (reviews_agenda_is_drawn(old.batch_id) or reviews_agenda_is_drawn(new.batch_id))\n                       and (tg_op <> 'UPDATE' or (new.batch_id, new.seats, new.minutes)\n                            is distinct from (old.batch_id, old.seats, old.minutes)) then\n                        raise exception 'sessions keep their seats once the agenda is drawn' using errcode = 'check_violation', constraint = 'session_seats_stay';\n                    end if;\n                    if tg_op = 'DELETE' then return old; end if;\n                    return new;\n                ", hash='e8d9afe76af1e77d1ac3f84e6b0d658250f342b2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_session_seats_stay_11a1b', table='reviews_defencesession', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formeremployer',
            trigger=pgtrigger.compiler.Trigger(name='former_employer_notes_conflicts', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                perform reviews_note_conflicts_of_profiles(array(select distinct n.profile_id from new_rows n));\n                return null;\n            ', hash='25edbd42f73114b4739807b3d041a5f4e3b49d04', level='STATEMENT', operation='INSERT', pgid='pgtrigger_former_employer_notes_conflicts_ff590', referencing='REFERENCING NEW TABLE AS new_rows ', table='reviews_formeremployer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formeremployer',
            trigger=pgtrigger.compiler.Trigger(name='former_employer_notes_conflicts_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                perform reviews_note_conflicts_of_profiles(array(select distinct n.profile_id from new_rows n join old_rows o using (id) where (n.profile_id, n.name, n.soe_id, n.credit_code, n.until) is distinct from (o.profile_id, o.name, o.soe_id, o.credit_code, o.until)));\n                return null;\n            ', hash='76c6b257687baaabbbd3afe9b7bdfd072a18ff12', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_former_employer_notes_conflicts_changed_6e26b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='reviews_formeremployer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='suspension',
            trigger=pgtrigger.compiler.Trigger(name='suspension_by_objection', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE problem text;', func="\n                    if tg_op = 'INSERT' then\n                        if not exists (select 1 from reviews_objection o where o.id = new.objection_id\n                                          and o.entry_id = new.entry_id and o.state = 'lodged') then\n                            raise exception 'a unit waits while an objection against it is open' using errcode = 'check_violation', constraint = 'suspension_by_objection';\n                        end if;\n                        return new;\n                    end if;\n                    if old.ended_at is not null or new.ended_by_id is distinct from scope_user()\n                       or (to_jsonb(new) - '{ended_by_id,ended_at,ended_why}'::text[])\n                       <> (to_jsonb(old) - '{ended_by_id,ended_at,ended_why}'::text[]) then\n                        raise exception 'a suspension is ended once and never changed' using errcode = 'check_violation', constraint = 'suspension_is_kept';\n                    end if;\n                    if reviews_entry_waits_for_answers(new.entry_id) then\n                        raise exception 'an objection against the unit is still open' using errcode = 'check_violation', constraint = 'entry_released_after_answers';\n                    end if;\n                \nreturn new;", hash='a44fe65c317e135004b03ee8d3e20f4b52c58076', operation='INSERT OR UPDATE', pgid='pgtrigger_suspension_by_objection_781a2', table='reviews_suspension', when='BEFORE')),
        ),
    ]
