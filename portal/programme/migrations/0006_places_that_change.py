"""Pilot units and central SOEs are renamed, end and are followed; an enterprise keeps its code whatever its number."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from portal.programme import functions


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_invitations_of_who_is_in_office'),
        ('programme', '0005_batches_opened_again'),
    ]

    operations = [
        migrations.AddField(
            model_name='centralsoe',
            name='changed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='change recorded'),
        ),
        migrations.AddField(
            model_name='centralsoe',
            name='code',
            field=models.CharField(default='', max_length=8, verbose_name='code'),
            preserve_default=False,
        ),
        migrations.RunSQL("update programme_centralsoe set code = 'YQ' || lpad(list_no::text, 3, '0')", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='centralsoe',
            name='code',
            field=models.CharField(max_length=8, unique=True, verbose_name='code'),
        ),
        migrations.AddField(
            model_name='centralsoe',
            name='document_no',
            field=models.CharField(blank=True, db_default='', max_length=120, verbose_name='document of the last change'),
        ),
        migrations.AddField(
            model_name='centralsoe',
            name='former_names',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, verbose_name='former names'),
        ),
        migrations.AddField(
            model_name='centralsoe',
            name='successor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='programme.centralsoe'),
        ),
        migrations.AddField(
            model_name='centralsoe',
            name='valid_to',
            field=models.DateField(blank=True, null=True, verbose_name='last day'),
        ),
        migrations.AddField(
            model_name='pilotunit',
            name='changed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='change recorded'),
        ),
        migrations.AddField(
            model_name='pilotunit',
            name='document_no',
            field=models.CharField(blank=True, db_default='', max_length=120, verbose_name='document of the last change'),
        ),
        migrations.AddField(
            model_name='pilotunit',
            name='former_names',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, verbose_name='former names'),
        ),
        migrations.AlterField(
            model_name='centralsoe',
            name='list_no',
            field=models.PositiveSmallIntegerField(blank=True, null=True, unique=True, verbose_name='number in the directory'),
        ),
        migrations.AlterField(
            model_name='pilotunit',
            name='valid_to',
            field=models.DateField(blank=True, null=True, verbose_name='last day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centralsoe',
            trigger=pgtrigger.compiler.Trigger(name='reference_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            if tg_op = 'INSERT' then\n                if current_user <> 'portal_owner' and new.former_names <> '[]' then\n                    raise exception 'former names come with a change'\n                        using errcode = 'check_violation', constraint = 'reference_is_kept';\n                end if;\n                return new;\n            end if;\n            if current_user <> 'portal_owner' and ((new.code) is distinct from (old.code)\n                                              or new.former_names is distinct from old.former_names) then\n                raise exception 'what a place or an enterprise is does not change'\n                    using errcode = 'check_violation', constraint = 'reference_is_kept';\n            end if;\n            if new.name_zh <> old.name_zh then\n                new.former_names := old.former_names || jsonb_build_array(jsonb_build_object(\n                    'zh', old.name_zh, 'en', old.name_en, 'document', new.document_no,\n                    'until', to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYY-MM-DD')));\n            end if;\n            return new;\n        ", hash='60c882cd3d77e84ea4153d39943d5af5ca1cbe8e', operation='INSERT OR UPDATE', pgid='pgtrigger_reference_is_kept_f9cee', table='programme_centralsoe', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pilotunit',
            trigger=pgtrigger.compiler.Trigger(name='reference_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            if tg_op = 'INSERT' then\n                if current_user <> 'portal_owner' and new.former_names <> '[]' then\n                    raise exception 'former names come with a change'\n                        using errcode = 'check_violation', constraint = 'reference_is_kept';\n                end if;\n                return new;\n            end if;\n            if current_user <> 'portal_owner' and ((new.code, new.province_id, new.kind, new.is_separately_planned, new.is_provincial_capital, new.districts) is distinct from (old.code, old.province_id, old.kind, old.is_separately_planned, old.is_provincial_capital, old.districts)\n                                              or new.former_names is distinct from old.former_names) then\n                raise exception 'what a place or an enterprise is does not change'\n                    using errcode = 'check_violation', constraint = 'reference_is_kept';\n            end if;\n            if new.name_zh <> old.name_zh then\n                new.former_names := old.former_names || jsonb_build_array(jsonb_build_object(\n                    'zh', old.name_zh, 'en', old.name_en, 'document', new.document_no,\n                    'until', to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYY-MM-DD')));\n            end if;\n            return new;\n        ", hash='b7fb2cbbad3c007f6b46041042032301f371db97', operation='INSERT OR UPDATE', pgid='pgtrigger_reference_is_kept_b2324', table='programme_pilotunit', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='centralsoe',
            constraint=models.CheckConstraint(condition=models.Q(('successor', None), ('valid_to__isnull', False), _connector='OR'), name='soe_followed_has_ended', violation_error_message='What is followed has a last day.'),
        ),
        migrations.AddConstraint(
            model_name='centralsoe',
            constraint=models.CheckConstraint(condition=models.Q(('successor', None), models.Q(('successor', models.F('pk')), _negated=True), _connector='OR'), name='soe_follows_another', violation_error_message='Nothing follows itself.'),
        ),
        migrations.AddConstraint(
            model_name='pilotunit',
            constraint=models.CheckConstraint(condition=models.Q(('successor', None), ('valid_to__isnull', False), _connector='OR'), name='unit_followed_has_ended', violation_error_message='What is followed has a last day.'),
        ),
        migrations.AddConstraint(
            model_name='pilotunit',
            constraint=models.CheckConstraint(condition=models.Q(('successor', None), models.Q(('successor', models.F('pk')), _negated=True), _connector='OR'), name='unit_follows_another', violation_error_message='Nothing follows itself.'),
        ),
        migrations.RunSQL(functions.KIN, functions.KIN_REVERSE),
        migrations.RunSQL(functions.BODIES, functions.BODIES_REVERSE),
    ]
