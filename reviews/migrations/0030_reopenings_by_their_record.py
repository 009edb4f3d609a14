"""A review is opened again by its record alone, and the database says when it was submitted."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from reviews.functions_turns import REOPENED, REOPENED_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0029_recusals_wait_for_the_lock'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='review',
            name='score_is_locked',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reviewreopening',
            name='reopening_opens',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='score_is_locked', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE problem text;', func="\n                    if tg_op = 'UPDATE' and old.state <> 'draft' then\n                        -- Only the database opens a review again, for a reopening with its reason.\n                        if new.state = 'draft' and not current_user <> 'portal_owner' and exists (\n                            select 1 from reviews_reviewreopening o where o.review_id = new.id\n                               and o.submitted_at = old.submitted_at) then\n                            return new;\n                        end if;\n                        -- What was withdrawn has no result; its reviews are locked with the others all the same.\n                        if (to_jsonb(new) - 'state') <> (to_jsonb(old) - 'state')\n                           or not exists (select 1 from reviews_panelresult p\n                                           where p.application_id = new.application_id)\n                           and not (new.state = 'locked' and exists (\n                               select 1 from applications_application a\n                                where a.id = new.application_id and a.state = 'withdrawn')) then\n                            raise exception 'a submitted review does not change' using errcode = 'check_violation', constraint = 'score_is_locked';\n                        end if;\n                        return new;\n                    end if;\n                    if tg_op = 'UPDATE' and (new.assignment_id, new.application_id, new.reviewer_id)\n                       is distinct from (old.assignment_id, old.application_id, old.reviewer_id) then\n                        raise exception 'a review stays with its assignment' using errcode = 'check_violation', constraint = 'review_is_ones_own';\n                    end if;\n                    \n        problem := reviews_standing_problem(new.assignment_id, new.application_id, new.reviewer_id);\n        if problem <> '' then\n            raise exception '%', problem using errcode = 'check_violation', constraint = problem;\n        end if;\n    \n                    if new.state = 'submitted' then\n                        \n        problem := reviews_total_problem(new.id, new.assignment_id, new.total);\n        if problem <> '' then\n            raise exception '%', problem using errcode = 'check_violation', constraint = problem;\n        end if;\n    \n                        -- A reopening is of the submission of this moment: no later one is opened by its record.\n                        if current_user <> 'portal_owner' then\n                            new.submitted_at := clock_timestamp();\n                        end if;\n                    end if;\n                \nreturn new;", hash='248ab868c39c9f3b99fe562e80ecc7bb1b412c78', operation='INSERT OR UPDATE', pgid='pgtrigger_score_is_locked_81afb', table='reviews_review', when='BEFORE')),
        ),
        migrations.RunSQL(REOPENED, REOPENED_REVERSE),
    ]
