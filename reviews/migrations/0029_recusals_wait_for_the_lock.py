"""A recusal waits for the second signature, and is refused after it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0028_scores_wait_for_the_submission'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='assignment',
            name='assignment_holds',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='assignment_holds', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE problem text;', func="\n                    if tg_op = 'INSERT' and current_user <> 'portal_owner' then\n                        if new.replaces_id is not null or not new.announced then\n                            raise exception 'the database itself replaces' using errcode = 'check_violation', constraint = 'assignment_holds';\n                        end if;\n                        \n        problem := reviews_assignment_problem(new.batch_id, new.application_id, new.reviewer_id);\n        if problem <> '' then\n            raise exception '%', problem using errcode = 'check_violation', constraint = problem;\n        end if;\n    \n                    elsif tg_op = 'INSERT' then\n                        \n        problem := reviews_assignment_fits(new.batch_id, new.application_id, new.reviewer_id);\n        if problem <> '' then\n            raise exception '%', problem using errcode = 'check_violation', constraint = problem;\n        end if;\n    \n                    elsif (to_jsonb(new) - '{state,announced,relief}'::text[])\n                          <> (to_jsonb(old) - '{state,announced,relief}'::text[])\n                          or old.relief <> '' and new.relief <> old.relief\n                          or current_user <> 'portal_owner' and new.announced < old.announced then\n                        raise exception 'an assignment changes its state and nothing else' using errcode = 'check_violation', constraint = 'assignment_holds';\n                    elsif new.state = 'declared' and old.state <> 'declared' and (\n                        new.reviewer_id is distinct from scope_user() or not exists (\n                            select 1 from reviews_interest i where i.application_id = new.application_id\n                               and i.reviewer_id = new.reviewer_id and not i.has_interest)) then\n                        raise exception 'the reviewer declares for himself' using errcode = 'check_violation', constraint = 'review_needs_declaration';\n                    elsif new.state = 'recused' and not exists (\n                        select 1 from reviews_conflict c where c.application_id = new.application_id\n                           and c.reviewer_id = new.reviewer_id) then\n                        raise exception 'a recusal needs a conflict' using errcode = 'check_violation', constraint = 'assignment_holds';\n                    elsif new.state = 'recused' and old.state <> 'recused' then\n                        -- The second signature has the batch alone: a recusal comes before it, or is refused after.\n                        perform reviews_hold_batch(new.batch_id);\n                        if not exists (select 1 from programme_batch b where b.id = new.batch_id\n                                          and b.state in ('open', 'closed', 'reviewing')) then\n                            raise exception 'the score counts already: the ministries decide' using errcode = 'check_violation', constraint = 'interest_before_the_lock';\n                        end if;\n                    elsif new.state = 'relieved' and old.state <> 'relieved' and current_user <> 'portal_owner' then\n                        if not (select scope_officer_of('MIIT')) then\n                            raise exception 'MIIT gives an application to somebody else' using errcode = 'check_violation', constraint = 'relief_by_miit';\n                        end if;\n                        \n        problem := reviews_relief_problem(new.id, new.batch_id);\n        if problem <> '' then\n            raise exception '%', problem using errcode = 'check_violation', constraint = problem;\n        end if;\n    \n                    end if;\n                \nreturn new;", hash='06d358eb0c75bbbb2aed8d0ddcc029ed2b9c8c9f', operation='INSERT OR UPDATE', pgid='pgtrigger_assignment_holds_4a406', table='reviews_assignment', when='BEFORE')),
        ),
    ]
