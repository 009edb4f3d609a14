"""A publicity does not begin in the past."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from reviews.functions_begin import BEGIN, BEGIN_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0025_interests_in_a_line'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='publicentry',
            name='entry_needs_publication',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publicentry',
            trigger=pgtrigger.compiler.Trigger(name='entry_needs_publication', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE problem text;', func="\n                    if tg_op = 'INSERT' then\n                        if new.publicity_to - new.publicity_from + 1 < coalesce((\n                               select r.publicity_days from programme_batch b\n                                 join programme_ruleset r on r.id = b.rule_set_id where b.id = new.batch_id), 1) then\n                            raise exception 'a unit is published for the days of the rules' using errcode = 'check_violation', constraint = 'publicity_lasts_its_days';\n                        end if;\n                        -- Guards of time bind everyone but the owner, who loads demonstrations in bulk.\n                        if new.publicity_from < (clock_timestamp() at time zone 'Asia/Shanghai')::date and current_user <> 'portal_owner' then\n                            raise exception 'a publicity does not begin in the past' using errcode = 'check_violation', constraint = 'publicity_begins_when_published';\n                        end if;\n                        \n        problem := reviews_entry_problem(new.batch_id, new.application_id, new.unit_id, new.province_id);\n        if problem <> '' then\n            raise exception '%', problem using errcode = 'check_violation', constraint = problem;\n        end if;\n    \n                        return new;\n                    end if;\n                    if (to_jsonb(new) - '{state,changed_at,final_list_id,dropped_at,dropped_why}'::text[])\n                       <> (to_jsonb(old) - '{state,changed_at,final_list_id,dropped_at,dropped_why}'::text[])\n                       or new.state = old.state and (new.final_list_id, new.dropped_at, new.dropped_why)\n                          is distinct from (old.final_list_id, old.dropped_at, old.dropped_why) then\n                        raise exception 'what is published does not change' using errcode = 'check_violation', constraint = 'entry_is_published';\n                    end if;\n                    if new.state = 'final' and new.publicity_to >= (clock_timestamp() at time zone 'Asia/Shanghai')::date and current_user <> 'portal_owner' then\n                        raise exception 'the publicity of this unit is not over' using errcode = 'check_violation', constraint = 'final_after_publicity';\n                    end if;\n                    \n        problem := reviews_entry_step_problem(new.id, old.state, new.state, new.final_list_id);\n        if problem <> '' then\n            raise exception '%', problem using errcode = 'check_violation', constraint = problem;\n        end if;\n    \n                \nreturn new;", hash='4feb52f92421cbf5345f64ee618d6ac474470538', operation='INSERT OR UPDATE', pgid='pgtrigger_entry_needs_publication_49acb', table='reviews_publicentry', when='BEFORE')),
        ),
        migrations.RunSQL(BEGIN, BEGIN_REVERSE),
    ]
