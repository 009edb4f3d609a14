"""Limits that forms held alone and a file went around: days of a project, values of the programme's indicators.

The check takes what stands already as it is (NOT VALID): a dossier that was submitted with another value stays as it
was signed, and each row that is written from here on is held to it. Back: the operations in reverse.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0024_commits_what_was_asked'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='project',
            name='project_within_rules',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='targetyear',
            name='target_year_fits',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='project_within_rules', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE rules record;', func="\n                    select r.project_support_share as share, r.landmark_investment as landmark, b.year into rules\n                      from applications_application a join programme_batch b on b.id = a.batch_id\n                      join programme_ruleset r on r.id = b.rule_set_id\n                     where a.id = new.application_id;\n                    if not found or new.support_asked > new.total_investment * rules.share then\n                        raise exception 'support is above its share of the investment' using errcode = 'check_violation', constraint = 'project_support_within_share';\n                    end if;\n                    if new.is_landmark and new.total_investment <= rules.landmark then\n                        raise exception 'a landmark project is larger' using errcode = 'check_violation', constraint = 'project_landmark_is_large';\n                    end if;\n                    if extract(year from new.starts_on) < rules.year - 2\n                       or extract(year from new.ends_on) > rules.year + 9 then\n                        raise exception 'a day of the project lies in no year the plan knows' using errcode = 'check_violation', constraint = 'project_within_span';\n                    end if;\n                    if new.support_asked > 0 and exists (\n                        select 1 from applications_projectmoney m\n                         where m.project_id = new.id and m.level = 'national') then\n                        raise exception 'the project has other national money' using errcode = 'check_violation', constraint = 'project_not_supported_twice';\n                    end if;\n                    return new;\n                ", hash='52056d679c5db230bf5ba4937e20fbe7a959c7ca', operation='INSERT OR UPDATE', pgid='pgtrigger_project_within_rules_9d34a', table='applications_project', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='targetyear',
            trigger=pgtrigger.compiler.Trigger(name='target_year_fits', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    if not exists (\n                        select 1 from applications_target t\n                          join applications_application a on a.id = t.application_id\n                          join programme_batch b on b.id = a.batch_id\n                         where t.id = new.target_id and a.id = new.application_id\n                           and new.year between b.year - 5 and b.year + 9) then\n                        raise exception 'the year or the indicator does not fit' using errcode = 'check_violation', constraint = 'target_year_fits';\n                    end if;\n                    if exists (\n                        select 1 from applications_target t\n                         where t.id = new.target_id and t.code <> 'own'\n                           and new.value not between 0 and case t.code\n                               when 'equipment_investment' then 99999.99 else 100 end)\n                    then\n                        raise exception 'an indicator of the programme is a rate' using errcode = 'check_violation', constraint = 'target_of_programme_is_a_rate';\n                    end if;\n                    return new;\n                ", hash='63aaf9c5bb22c48c2bbf5bbc539d7deca32f6124', operation='INSERT OR UPDATE', pgid='pgtrigger_target_year_fits_49f59', table='applications_targetyear', when='BEFORE')),
        ),
        AddConstraintNotValid(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('code', 'own'), models.Q(('baseline__gte', 0), ('goal__gte', 0), ('unit', '%'), models.Q(models.Q(('baseline__lte', Decimal(100)), ('goal__lte', Decimal(100))), models.Q(('baseline__lte', Decimal('99999.99')), ('code', 'equipment_investment'), ('goal__lte', Decimal('99999.99'))), _connector='OR')), _connector='OR'), name='target_of_programme_is_a_rate', violation_error_message='An indicator of the programme is in per cent: not below zero and, but for a growth, at most 100.'),
        ),
    ]
