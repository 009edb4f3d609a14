import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import portal.core.clock
import portal.core.money
import portal.core.rls
from decimal import Decimal
from django.conf import settings
from applications.functions import DOSSIER, REVERSE, SCOPE
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_api_tokens'),
        ('programme', '0002_published_terms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('awaiting_sign_off', 'awaiting sign-off'), ('with_province', 'with the province'), ('returned', 'returned'), ('recommended', 'recommended'), ('not_recommended', 'not recommended'), ('screening', 'in screening'), ('correction', 'in correction'), ('rejected', 'rejected'), ('in_review', 'in review'), ('defence', 'defence'), ('proposed', 'proposed'), ('reserve', 'reserve'), ('not_selected', 'not selected'), ('publicity', 'under publicity'), ('selected', 'selected'), ('withdrawn', 'withdrawn')], default='draft', max_length=20, verbose_name='state')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='number')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('summary', models.TextField(blank=True, max_length=4000, verbose_name='summary')),
                ('contact_name', models.CharField(blank=True, max_length=80, verbose_name='contact person')),
                ('contact_phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('amount_asked', portal.core.money.YuanField(default=Decimal('0.00'), verbose_name='amount asked (yuan)')),
                ('digital_base', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='enterprises digitally transformed, now (%)')),
                ('digital_target', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='enterprises digitally transformed, at the end (%)')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='version')),
                ('touched', models.JSONField(blank=True, default=dict, verbose_name='last changes by section')),
                ('created_at', models.DateTimeField(default=portal.core.clock.now, verbose_name='begun')),
                ('first_submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='first submitted')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='submitted')),
                ('correction_until', models.DateTimeField(blank=True, null=True, verbose_name='correction due')),
                ('withdrawn_why', models.TextField(blank=True, verbose_name='why it was withdrawn')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='programme.batch', verbose_name='batch')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='accounts.organisation', verbose_name='applicant')),
                ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='programme.province', verbose_name='province')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='programme.pilotunit', verbose_name='pilot unit')),
            ],
            options={
                'verbose_name': 'application',
                'verbose_name_plural': 'applications',
                'ordering': ['-batch_id', 'province_id', 'unit_id', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=160, verbose_name='file name')),
                ('content_type', models.CharField(max_length=80, verbose_name='kind of file')),
                ('size', models.PositiveBigIntegerField(verbose_name='size (bytes)')),
                ('sha256', models.CharField(max_length=64, verbose_name='digest (SHA-256)')),
                ('storage_key', models.CharField(max_length=120)),
                ('uploaded_by_id', models.BigIntegerField(verbose_name='brought by')),
                ('uploaded_at', models.DateTimeField(verbose_name='brought')),
                ('kind', models.CharField(choices=[('plan_pdf', 'sealed PDF of the implementation plan'), ('commitment_letter', 'commitment letter'), ('other', 'other')], max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('removed_by_id', models.BigIntegerField(blank=True, null=True, verbose_name='taken out by')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken out')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='applications.application')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='FocusIndustry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share_of_output', models.DecimalField(decimal_places=2, max_digits=5, verbose_name="share of the unit's output (%)")),
                ('why', models.TextField(max_length=2000, verbose_name='why this industry')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='industries', to='applications.application')),
                ('industry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.industry', verbose_name='industry')),
            ],
            options={
                'verbose_name': 'focus industry',
                'verbose_name_plural': 'focus industries',
                'ordering': ['industry_id'],
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('soe', 'central state-owned enterprise'), ('district', 'second district of the municipality')], default='soe', max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('invited', 'invited'), ('committed', 'committed'), ('declined', 'declined')], default='invited', max_length=10, verbose_name='state')),
                ('task', models.TextField(max_length=2000, verbose_name='what is asked of the partner')),
                ('contribution', models.TextField(blank=True, max_length=4000, verbose_name='what the partner contributes')),
                ('amount_committed', portal.core.money.YuanField(default=Decimal('0.00'), verbose_name='amount committed (yuan)')),
                ('declined_why', models.TextField(blank=True, max_length=2000, verbose_name='why it was declined')),
                ('invited_at', models.DateTimeField(default=portal.core.clock.now, verbose_name='invited')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partners', to='applications.application')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.batch', verbose_name='batch')),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('letter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.attachment', verbose_name='letter')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partnerships', to='accounts.organisation', verbose_name='joint applicant')),
                ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.province', verbose_name='province')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.pilotunit', verbose_name='pilot unit')),
            ],
            options={
                'verbose_name': 'joint applicant',
                'verbose_name_plural': 'joint applicants',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='name of the project')),
                ('mode', models.CharField(choices=[('point', 'point (one enterprise)'), ('line', 'line (an industrial chain)'), ('area', 'area (a cluster or park)')], max_length=8, verbose_name='mode')),
                ('enterprise_name', models.CharField(max_length=160, verbose_name='leading enterprise')),
                ('total_investment', portal.core.money.YuanField(verbose_name='total investment (yuan)')),
                ('equipment_investment', portal.core.money.YuanField(default=Decimal('0.00'), verbose_name='of this equipment (yuan)')),
                ('support_asked', portal.core.money.YuanField(default=Decimal('0.00'), verbose_name='support asked (yuan)')),
                ('method', models.CharField(blank=True, choices=[('investment_subsidy', 'investment subsidy'), ('loan_interest', 'loan-interest subsidy'), ('guarantee_fee', 'guarantee-fee subsidy')], max_length=20, verbose_name='method of support')),
                ('other_national_money', models.BooleanField(default=False, verbose_name='has other national money')),
                ('other_money_note', models.CharField(blank=True, max_length=300, verbose_name='which other money')),
                ('starts_on', models.DateField(verbose_name='begins')),
                ('ends_on', models.DateField(verbose_name='ends')),
                ('is_landmark', models.BooleanField(default=False, verbose_name='landmark project')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='applications.application')),
                ('industry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.industry', verbose_name='industry')),
            ],
            options={
                'verbose_name': 'project',
                'verbose_name_plural': 'projects',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_sha256', models.CharField(max_length=64, verbose_name='digest')),
                ('requested_at', models.DateTimeField(default=portal.core.clock.now, verbose_name='asked')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signed')),
                ('sent_back_at', models.DateTimeField(blank=True, null=True, verbose_name='sent back')),
                ('sent_back_why', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='applications.application')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sign-off',
                'verbose_name_plural': 'sign-offs',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='submission')),
                ('content', models.TextField(verbose_name='content')),
                ('sha256', models.CharField(max_length=64, verbose_name='digest (SHA-256)')),
                ('receipt_no', models.CharField(max_length=48, unique=True, verbose_name='number of the receipt')),
                ('submitted_at', models.DateTimeField(default=portal.core.clock.now, verbose_name='submitted')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='applications.application')),
                ('sign_off', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='snapshot', to='applications.signoff')),
                ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('industry', 'industry department'), ('finance', 'finance department')], max_length=10, verbose_name='department')),
                ('decision', models.CharField(choices=[('recommend', 'recommend'), ('not_recommend', 'do not recommend'), ('return', 'return for mending')], max_length=15, verbose_name='decision')),
                ('opinion', models.TextField(blank=True, max_length=4000, verbose_name='opinion')),
                ('at', models.DateTimeField(default=portal.core.clock.now, verbose_name='time')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='applications.application')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='applications.snapshot')),
            ],
            options={
                'verbose_name': 'recommendation',
                'verbose_name_plural': 'recommendations',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('digital_tools', 'Enterprises that use digital R&D and design tools'), ('process_control', 'Key processes that are numerically controlled'), ('equipment_investment', 'Growth of industrial equipment investment against 2023'), ('energy', 'Capacity at the benchmark level of energy efficiency')], max_length=24, verbose_name='indicator')),
                ('baseline', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='baseline')),
                ('goal', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='goal')),
                ('unit', models.CharField(default='%', max_length=20, verbose_name='unit')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='applications.application')),
            ],
            options={
                'verbose_name': 'target',
                'verbose_name_plural': 'targets',
                'ordering': ['code'],
            },
        ),
        migrations.RunSQL(SCOPE + DOSSIER, REVERSE),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['batch', 'state'], name='application_batch_i_57f95c_idx'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['province', 'state'], name='application_provinc_0fd665_idx'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['unit'], name='application_unit_id_af50a4_idx'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('batch', 'unit'), name='application_once_per_unit', violation_error_message='This pilot unit already has an application in this batch.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='application_number_once', violation_error_message='This number was given to another application.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('amount_asked__gt', 0), models.Q(('amount_asked', 0), ('state__in', ['draft', 'returned', 'correction', 'withdrawn'])), _connector='OR'), name='application_amount_above_zero', violation_error_message='Say how much is asked: an amount above zero.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('digital_base', None), models.Q(('digital_base__gte', 0), ('digital_base__lte', 100)), _connector='OR'), models.Q(('digital_target', None), models.Q(('digital_target__gte', 0), ('digital_target__lte', 100)), _connector='OR')), name='application_rates_between_0_and_100', violation_error_message='A rate lies between 0 and 100 per cent.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_submitted_at', None), ('number', ''), ('submitted_at', None)), models.Q(models.Q(('number', ''), _negated=True), ('first_submitted_at__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='application_numbered_when_submitted', violation_error_message='Number and time come with the submission.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), models.Q(('withdrawn_why', ''), _negated=True), _connector='OR'), name='application_withdrawn_with_reason', violation_error_message='Say why the application is withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=portal.core.rls.RowSecurity(insert="(((select scope_roles()) && array['drafter']::text[]) and organisation_id = any((select scope_orgs())::bigint[]) and created_by_id = (select scope_user()) and state = 'draft')", name='application_rows', read="(unit_id = any((select scope_units())::text[]) or (first_submitted_at is not null and province_id = any((select scope_provinces())::text[])) or ((((select scope_nation()) and (first_submitted_at is not null or ((select scope_roles()) && array['auditor']::text[]))) or id = any((select scope_assigned_applications())::bigint[])) and id <> all((select scope_conflicted_applications())::bigint[])))", update="((organisation_id = any((select scope_orgs())::bigint[]) and ((select scope_roles()) && array['drafter', 'signatory']::text[])) or (province_id = any((select scope_provinces())::text[]) and ((select scope_roles()) && array['provincial_officer']::text[]) and first_submitted_at is not null) or ((select scope_nation()) and ((select scope_roles()) && array['officer', 'clockwork']::text[]) and first_submitted_at is not null))"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='application_state', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                if tg_op = 'INSERT' then\n                    if new.state not in ('draft') then\n                        raise exception 'a application is not born as %', new.state\n                            using errcode = 'check_violation', constraint = 'application_state';\n                    end if;\n                elsif new.state is distinct from old.state\n                      and (old.state, new.state) not in (('awaiting_sign_off', 'draft'), ('awaiting_sign_off', 'with_province'), ('awaiting_sign_off', 'withdrawn'), ('correction', 'screening'), ('correction', 'withdrawn'), ('defence', 'not_selected'), ('defence', 'proposed'), ('defence', 'reserve'), ('defence', 'withdrawn'), ('draft', 'awaiting_sign_off'), ('draft', 'withdrawn'), ('in_review', 'defence'), ('in_review', 'not_selected'), ('in_review', 'proposed'), ('in_review', 'reserve'), ('in_review', 'withdrawn'), ('proposed', 'not_selected'), ('proposed', 'publicity'), ('publicity', 'not_selected'), ('publicity', 'selected'), ('recommended', 'screening'), ('recommended', 'withdrawn'), ('reserve', 'proposed'), ('returned', 'awaiting_sign_off'), ('returned', 'withdrawn'), ('screening', 'correction'), ('screening', 'in_review'), ('screening', 'rejected'), ('screening', 'withdrawn'), ('with_province', 'not_recommended'), ('with_province', 'recommended'), ('with_province', 'returned'), ('with_province', 'withdrawn')) then\n                    raise exception 'a application does not go from % to %', old.state, new.state\n                        using errcode = 'check_violation', constraint = 'application_state';\n                end if;\n                return new;\n            ", hash='4be1e8752764cba87a607489919e82f007f77f03', operation='INSERT OR UPDATE', pgid='pgtrigger_application_state_dd853', table='applications_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='application_place_fits_unit', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if not exists (select 1 from programme_pilotunit u\n                        where u.code = new.unit_id and u.province_id = new.province_id)\n           or not exists (select 1 from accounts_organisation o where o.id = new.organisation_id\n                             and o.kind = 'unit_government' and o.unit = new.unit_id) then\n            raise exception 'province, unit and government belong together' using errcode = 'check_violation', constraint = 'application_place_fits_unit';\n        end if;\n        if current_user <> 'portal_owner' and not exists (\n            select 1 from programme_batch b where b.id = new.batch_id and b.state = 'open'\n               and date_trunc('second', clock_timestamp()) <= b.deadline) then\n            raise exception 'the batch takes no applications' using errcode = 'check_violation', constraint = 'application_in_open_batch';\n        end if;\n        return new;\n    ", hash='0350d1be48e46939b8e8985f62fcf87dedf5e6e6', operation='INSERT', pgid='pgtrigger_application_place_fits_unit_52c7a', table='applications_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='application_amount_within_cap', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if new.amount_asked > (select r.grant_cap from programme_batch b\n                                 join programme_ruleset r on r.id = b.rule_set_id where b.id = new.batch_id) then\n            raise exception 'the amount is above the cap of the rules' using errcode = 'check_violation', constraint = 'application_amount_within_cap';\n        end if;\n        return new;\n    ", hash='6d60dce7c95b4e086b68bcbc73f2869b8ba2043f', operation='INSERT OR UPDATE OF "amount_asked"', pgid='pgtrigger_application_amount_within_cap_b9f12', table='applications_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='application_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if (new.batch_id, new.unit_id, new.province_id, new.organisation_id, new.created_by_id, new.created_at)\n           is distinct from\n           (old.batch_id, old.unit_id, old.province_id, old.organisation_id, old.created_by_id, old.created_at) then\n            raise exception 'what an application is about never changes' using errcode = 'check_violation', constraint = 'application_is_frozen';\n        end if;\n        if old.state not in ('draft', 'returned', 'correction')\n           and (new.title, new.summary, new.contact_name, new.contact_phone, new.amount_asked, new.digital_base,\n                new.digital_target, new.version, new.touched)\n               is distinct from\n               (old.title, old.summary, old.contact_name, old.contact_phone, old.amount_asked, old.digital_base,\n                old.digital_target, old.version, old.touched) then\n            raise exception 'the dossier is frozen in this state' using errcode = 'check_violation', constraint = 'application_is_frozen';\n        end if;\n        -- Number and times come with a submission and with nothing else.\n        if (new.number, new.submitted_at, new.first_submitted_at)\n           is distinct from (old.number, old.submitted_at, old.first_submitted_at)\n           and not ((old.state, new.state) in (('awaiting_sign_off', 'with_province'), ('correction', 'screening'))\n                    and (old.number = '' or new.number = old.number)\n                    and (old.first_submitted_at is null or new.first_submitted_at = old.first_submitted_at)) then\n            raise exception 'number and times come with the submission' using errcode = 'check_violation', constraint = 'application_is_frozen';\n        end if;\n        return new;\n    ", hash='a0a598277f83d210c2031042af230bd86ebb54b3', operation='UPDATE', pgid='pgtrigger_application_is_frozen_17999', table='applications_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='application_step_by_role', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE needed text[];', func="\n        if current_user <> 'portal_owner' and new.state is distinct from old.state then\n            needed := case\n                when new.state = 'awaiting_sign_off' then array['drafter']\n                when old.state = 'awaiting_sign_off' and new.state = 'with_province' then array['signatory']\n                when old.state = 'correction' and new.state = 'screening' then array['signatory']\n                when new.state = 'withdrawn' or old.state = 'awaiting_sign_off' then array['drafter', 'signatory']\n                when old.state = 'with_province' then array['provincial_officer']\n                else array['officer', 'clockwork'] end;\n            if not (select scope_roles()) && needed then\n                raise exception 'this step belongs to others' using errcode = 'check_violation', constraint = 'application_step_by_role';\n            end if;\n        end if;\n        return new;\n    ", hash='d98e8a9c1fd202a0cff4ff4c2519e9d882191205', operation='UPDATE OF "state"', pgid='pgtrigger_application_step_by_role_c3448', table='applications_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='submission_needs_snapshot', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if (old.state, new.state) not in (('awaiting_sign_off', 'with_province'), ('correction', 'screening')) then\n            return new;\n        end if;\n        if not exists (select 1 from applications_snapshot s where s.application_id = new.id\n                          and s.submitted_at = new.submitted_at\n                          and s.number = (select max(n.number) from applications_snapshot n\n                                           where n.application_id = new.id)) then\n            raise exception 'a submission leaves a signed snapshot' using errcode = 'check_violation', constraint = 'submission_needs_snapshot';\n        end if;\n        if current_user <> 'portal_owner' and (\n            case when old.state = 'correction'\n                 then coalesce(date_trunc('second', clock_timestamp()) > old.correction_until, true)\n                 else not exists (select 1 from programme_batch b where b.id = new.batch_id and b.state = 'open'\n                                     and date_trunc('second', clock_timestamp()) <= b.deadline) end) then\n            raise exception 'the deadline has passed' using errcode = 'check_violation', constraint = 'submission_after_deadline';\n        end if;\n        return new;\n    ", hash='b62104bb9b9a68740944f543ab3343c43ff4950f', operation='UPDATE OF "state"', pgid='pgtrigger_submission_needs_snapshot_73df3', table='applications_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='recommendation_needs_both', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE signed text[]; people integer;', func="\n        if old.state <> 'with_province' or new.state not in ('recommended', 'not_recommended', 'returned') then\n            return new;\n        end if;\n        select coalesce(array_agg(distinct r.side || ':' || r.decision), '{}'), count(distinct r.person_id)\n          into signed, people\n          from applications_recommendation r\n         where r.application_id = new.id\n           and r.snapshot_id = (select s.id from applications_snapshot s where s.application_id = new.id\n                                 order by s.number desc limit 1);\n        if new.state = 'returned' and not signed && array['industry:return', 'finance:return']\n           or new.state = 'recommended' and not (\n                  signed @> array['industry:recommend', 'finance:recommend'] and people = 2)\n           or new.state = 'not_recommended' and not (\n                  people = 2 and cardinality(signed) = 2\n                  and signed && array['industry:not_recommend', 'finance:not_recommend']) then\n            raise exception 'both departments of the province decide, by two people' using errcode = 'check_violation', constraint = 'recommendation_needs_both';\n        end if;\n        return new;\n    ", hash='5758f676f85d6533eb01bc740b83d6861478f411', operation='UPDATE OF "state"', pgid='pgtrigger_recommendation_needs_both_9a15b', table='applications_application', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='province_quota', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE used integer; quota integer;', func="\n        if old.state <> 'with_province' or new.state <> 'recommended'\n           or (select u.is_separately_planned from programme_pilotunit u where u.code = new.unit_id) then\n            return new;\n        end if;\n        perform pg_advisory_xact_lock(hashtextextended('province_quota:' || new.batch_id || ':' || new.province_id, 0));\n        select count(*) into used from applications_application a\n          join programme_pilotunit u on u.code = a.unit_id\n         where a.batch_id = new.batch_id and a.province_id = new.province_id and a.id <> new.id\n           and not u.is_separately_planned\n           and a.state in ('recommended', 'screening', 'correction', 'rejected', 'in_review', 'defence', 'proposed',\n                           'reserve', 'not_selected', 'publicity', 'selected');\n        select r.province_quota into quota from programme_batch b join programme_ruleset r on r.id = b.rule_set_id\n         where b.id = new.batch_id;\n        if used >= coalesce(quota, 0) then\n            raise exception 'the province has recommended as many as it may' using errcode = 'check_violation', constraint = 'province_quota';\n        end if;\n        return new;\n    ", hash='2f5f0f33756f7a352d8d8d3a56a7f3cd8d16d9e8', operation='UPDATE OF "state"', pgid='pgtrigger_province_quota_4357e', table='applications_application', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'plan_pdf'), ('removed_at', None)), fields=('application',), name='attachment_one_plan', violation_error_message='The dossier has its sealed plan already: remove it first.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0), models.Q(('file_name', ''), _negated=True), models.Q(('storage_key', ''), _negated=True)), name='attachment_file_has_content', violation_error_message='The file is empty.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='attachment_file_has_digest', violation_error_message='The file has no digest.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('content_type__in', ['application/pdf', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'image/png', 'image/jpeg', 'text/csv'])), name='attachment_file_is_of_a_safe_kind', violation_error_message='Files of this kind are not kept.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=portal.core.rls.RowSecurity(insert="(uploaded_by_id = (select scope_user()) and organisation_id = any((select scope_orgs())::bigint[]) and ((((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_attachment.application_id and a.organisation_id = any((select scope_orgs())::bigint[]))) or (kind = 'commitment_letter' and ((select scope_roles()) && array['soe_officer', 'drafter']::text[]) and exists (select 1 from applications_partner p where p.application_id = applications_attachment.application_id and p.organisation_id = applications_attachment.organisation_id))))", name='attachment_rows', read='(organisation_id = any((select scope_orgs())::bigint[]) or (exists (select 1 from applications_application a where a.id = applications_attachment.application_id) and (removed_at is null\n    or exists (select 1 from applications_application a\n                where a.id = applications_attachment.application_id and a.unit_id = any((select scope_units())::text[]))\n    or exists (select 1 from applications_snapshot s where s.application_id = applications_attachment.application_id\n                  and strpos(s.content, applications_attachment.sha256) > 0))))', update="((((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_attachment.application_id and a.organisation_id = any((select scope_orgs())::bigint[]))) or (organisation_id = any((select scope_orgs())::bigint[]) and ((select scope_roles()) && array['soe_officer', 'drafter']::text[])))"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='dossier_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    if not dossier_is_open(coalesce(new.application_id, old.application_id)) then\n        raise exception 'the dossier is frozen in this state' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    if tg_op = 'DELETE' then return old; end if;\n    if tg_op = 'UPDATE' and new.application_id <> old.application_id then\n        raise exception 'a row stays with its dossier' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    return new;\n", hash='f5debac0bd89c5328e3e41dc371edb79a7239dcf', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_dossier_is_frozen_b5127', table='applications_attachment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='attachment_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if tg_op = 'DELETE' or old.removed_at is not null or new.removed_at is null or new.removed_by_id is null\n           or (new.id, new.organisation_id, new.kind, new.title, new.file_name, new.content_type, new.size, new.sha256,\n               new.storage_key, new.uploaded_by_id, new.uploaded_at) is distinct from\n              (old.id, old.organisation_id, old.kind, old.title, old.file_name, old.content_type, old.size, old.sha256,\n               old.storage_key, old.uploaded_by_id, old.uploaded_at) then\n            raise exception 'a file is never changed or removed, only taken out' using errcode = 'check_violation', constraint = 'attachment_is_kept';\n        end if;\n        return new;\n    ", hash='4f3b5355616f28b5b65379bd393d6fbb501fdaa2', operation='UPDATE OR DELETE', pgid='pgtrigger_attachment_is_kept_40790', table='applications_attachment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='focusindustry',
            constraint=models.UniqueConstraint(fields=('application', 'industry'), name='focus_industry_once', violation_error_message='This industry is already in the dossier.'),
        ),
        migrations.AddConstraint(
            model_name='focusindustry',
            constraint=models.CheckConstraint(condition=models.Q(('share_of_output__gt', 0), ('share_of_output__lte', 100)), name='focus_industry_share_between_0_and_100', violation_error_message='The share lies above 0 and at most at 100 per cent.'),
        ),
        migrations.AddConstraint(
            model_name='focusindustry',
            constraint=portal.core.rls.RowSecurity(delete="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_focusindustry.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))", insert="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_focusindustry.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))", name='focus_industry_rows', read='exists (select 1 from applications_application a where a.id = applications_focusindustry.application_id)', update="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_focusindustry.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='focusindustry',
            trigger=pgtrigger.compiler.Trigger(name='dossier_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    if not dossier_is_open(coalesce(new.application_id, old.application_id)) then\n        raise exception 'the dossier is frozen in this state' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    if tg_op = 'DELETE' then return old; end if;\n    if tg_op = 'UPDATE' and new.application_id <> old.application_id then\n        raise exception 'a row stays with its dossier' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    return new;\n", hash='e21530365c7ad4c16a78d00734d086fd09e9a571', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_dossier_is_frozen_519c9', table='applications_focusindustry', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='partner',
            index=models.Index(fields=['organisation', 'state'], name='application_organis_8c1977_idx'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.UniqueConstraint(fields=('application', 'organisation'), name='partner_once', violation_error_message='This organisation is already invited.'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.CheckConstraint(condition=models.Q(('amount_committed__gte', 0)), name='partner_amount_not_negative', violation_error_message='The amount committed is not below zero.'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'committed'), _negated=True), models.Q(models.Q(('contribution', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='partner_commits_in_words', violation_error_message='A commitment says what the partner contributes, and who committed.'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(models.Q(('declined_why', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='partner_declines_with_reason', violation_error_message='Say why the invitation is declined.'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=portal.core.rls.RowSecurity(delete="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_partner.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))", insert="((((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_partner.application_id and a.organisation_id = any((select scope_orgs())::bigint[]))) and invited_by_id = (select scope_user()) and state = 'invited')", name='partner_rows', read='(exists (select 1 from applications_application a where a.id = applications_partner.application_id) or organisation_id = any((select scope_orgs())::bigint[]))', update="((((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_partner.application_id and a.organisation_id = any((select scope_orgs())::bigint[]))) or (((select scope_roles()) && array['soe_officer', 'drafter']::text[]) and organisation_id = any((select scope_orgs())::bigint[])))"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partner',
            trigger=pgtrigger.compiler.Trigger(name='partner_state', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                if tg_op = 'INSERT' then\n                    if new.state not in ('invited') then\n                        raise exception 'a partner is not born as %', new.state\n                            using errcode = 'check_violation', constraint = 'partner_state';\n                    end if;\n                elsif new.state is distinct from old.state\n                      and (old.state, new.state) not in (('committed', 'invited'), ('declined', 'invited'), ('invited', 'committed'), ('invited', 'declined')) then\n                    raise exception 'a partner does not go from % to %', old.state, new.state\n                        using errcode = 'check_violation', constraint = 'partner_state';\n                end if;\n                return new;\n            ", hash='2eb3076f673117abb4d58307137c5b05cd8561d0', operation='INSERT OR UPDATE', pgid='pgtrigger_partner_state_a4a81', table='applications_partner', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partner',
            trigger=pgtrigger.compiler.Trigger(name='dossier_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    if not dossier_is_open(coalesce(new.application_id, old.application_id)) then\n        raise exception 'the dossier is frozen in this state' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    if tg_op = 'DELETE' then return old; end if;\n    if tg_op = 'UPDATE' and new.application_id <> old.application_id then\n        raise exception 'a row stays with its dossier' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    return new;\n", hash='bd10314fd7583a1adff7aeb4f05a0c00c8bb502b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_dossier_is_frozen_6e137', table='applications_partner', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='partner',
            trigger=pgtrigger.compiler.Trigger(name='partner_writes_its_part', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if tg_op = 'INSERT' then\n            select a.batch_id, a.unit_id, a.province_id into new.batch_id, new.unit_id, new.province_id\n              from applications_application a where a.id = new.application_id;\n            if exists (select 1 from applications_application a where a.id = new.application_id\n                          and a.organisation_id = new.organisation_id)\n               or not exists (\n               select 1 from accounts_organisation o where o.id = new.organisation_id\n                  and o.kind = case new.kind when 'soe' then 'central_soe' else 'unit_government' end) then\n                raise exception 'the organisation is not of the kind it is invited as' using errcode = 'check_violation', constraint = 'partner_kind_fits';\n            end if;\n            return new;\n        end if;\n        if (new.batch_id, new.unit_id, new.province_id, new.kind, new.organisation_id, new.invited_by_id)\n           is distinct from\n           (old.batch_id, old.unit_id, old.province_id, old.kind, old.organisation_id, old.invited_by_id) then\n            raise exception 'who is invited never changes' using errcode = 'check_violation', constraint = 'partner_writes_its_part';\n        end if;\n        if current_user <> 'portal_owner' then\n            if old.organisation_id = any((select scope_orgs())::bigint[]) then\n                if new.task is distinct from old.task then\n                    raise exception 'what is asked is the unit''s to write' using errcode = 'check_violation', constraint = 'partner_writes_its_part';\n                end if;\n            elsif (new.state, new.contribution, new.amount_committed, new.declined_why, new.letter_id,\n                   new.answered_by_id, new.answered_at) is distinct from\n                  (old.state, old.contribution, old.amount_committed, old.declined_why, old.letter_id,\n                   old.answered_by_id, old.answered_at) then\n                raise exception 'the partner''s part is the partner''s to write' using errcode = 'check_violation', constraint = 'partner_writes_its_part';\n            end if;\n        end if;\n        if new.letter_id is not null and not exists (\n            select 1 from applications_attachment f where f.id = new.letter_id\n               and f.application_id = new.application_id and f.organisation_id = new.organisation_id) then\n            raise exception 'the letter is the partner''s own' using errcode = 'check_violation', constraint = 'partner_letter_is_its_own';\n        end if;\n        return new;\n    ", hash='6a7dc1956baae68dc1cf9c7a1449696e81021f42', operation='INSERT OR UPDATE', pgid='pgtrigger_partner_writes_its_part_f4426', table='applications_partner', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.UniqueConstraint(fields=('application', 'name'), name='project_name_once', violation_error_message='A project of this name is already in the dossier.'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('equipment_investment__gte', 0), ('support_asked__gte', 0), ('total_investment__gt', 0), ('equipment_investment__lte', models.F('total_investment'))), name='project_amounts_fit', violation_error_message='The total is above zero and contains the equipment.'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='project_ends_after_it_begins', violation_error_message='The project ends before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('other_national_money', False), ('support_asked', 0), _connector='OR'), name='project_not_supported_twice', violation_error_message='A project with other national money may not be supported again.'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('support_asked', 0), models.Q(('method', ''), _negated=True), _connector='OR'), name='project_support_has_method', violation_error_message='Say how the project would be supported.'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=portal.core.rls.RowSecurity(delete="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_project.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))", insert="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_project.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))", name='project_rows', read='exists (select 1 from applications_application a where a.id = applications_project.application_id)', update="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_project.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='dossier_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    if not dossier_is_open(coalesce(new.application_id, old.application_id)) then\n        raise exception 'the dossier is frozen in this state' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    if tg_op = 'DELETE' then return old; end if;\n    if tg_op = 'UPDATE' and new.application_id <> old.application_id then\n        raise exception 'a row stays with its dossier' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    return new;\n", hash='da3d5381f58b0770d34cb47e766760f35d87169a', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_dossier_is_frozen_214f9', table='applications_project', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='project_within_rules', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE rules record;', func="\n                    select r.project_support_share as share, r.landmark_investment as landmark into rules\n                      from applications_application a join programme_batch b on b.id = a.batch_id\n                      join programme_ruleset r on r.id = b.rule_set_id\n                     where a.id = new.application_id;\n                    if not found or new.support_asked > new.total_investment * rules.share then\n                        raise exception 'support is above its share of the investment' using errcode = 'check_violation', constraint = 'project_support_within_share';\n                    end if;\n                    if new.is_landmark and new.total_investment <= rules.landmark then\n                        raise exception 'a landmark project is larger' using errcode = 'check_violation', constraint = 'project_landmark_is_large';\n                    end if;\n                    return new;\n                ", hash='6586cd241a33375bfa09c13a3e3569d7ea934176', operation='INSERT OR UPDATE', pgid='pgtrigger_project_within_rules_9d34a', table='applications_project', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by', None), models.Q(('signed_by', models.F('requested_by')), _negated=True), _connector='OR'), name='sign_off_two_people', violation_error_message='The signatory is someone other than the person who asked.'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('signed_at', None), ('signed_by', None)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), models.Q(models.Q(('sent_back_at', None), ('sent_back_by', None)), models.Q(('sent_back_at__isnull', False), ('sent_back_by__isnull', False)), _connector='OR'), models.Q(('signed_by', None), ('sent_back_by', None), _connector='OR')), name='sign_off_signed_or_sent_back', violation_error_message='A sign-off is signed or sent back, once.'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.UniqueConstraint(condition=models.Q(('sent_back_by', None), ('signed_by', None)), fields=('application',), name='sign_off_one_open', violation_error_message='A sign-off is already asked for.'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=portal.core.rls.RowSecurity(insert="(requested_by_id = (select scope_user()) and signed_by_id is null and (((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_signoff.application_id and a.organisation_id = any((select scope_orgs())::bigint[]))))", name='sign_off_rows', read='exists (select 1 from applications_application a where a.id = applications_signoff.application_id)', update="(((select scope_roles()) && array['drafter', 'signatory']::text[]) and exists (select 1 from applications_application a where a.id = applications_signoff.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signoff',
            trigger=pgtrigger.compiler.Trigger(name='sign_off_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    if tg_op = 'DELETE' then\n                        raise exception 'a sign-off is kept' using errcode = 'check_violation', constraint = 'sign_off_is_kept';\n                    end if;\n                    if tg_op = 'INSERT' then\n                        if not dossier_is_open(new.application_id) then\n                            raise exception 'the dossier is frozen in this state' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n                        end if;\n                        return new;\n                    end if;\n                    if old.signed_by_id is not null or old.sent_back_by_id is not null\n                       or (new.application_id, new.content_sha256, new.requested_by_id, new.requested_at)\n                          is distinct from\n                          (old.application_id, old.content_sha256, old.requested_by_id, old.requested_at) then\n                        raise exception 'a sign-off is answered once and never changed' using errcode = 'check_violation', constraint = 'sign_off_is_kept';\n                    end if;\n                    if current_user <> 'portal_owner' and new.signed_by_id is not null\n                       and (new.signed_by_id <> (select scope_user())\n                            or not (select scope_roles()) && array['signatory']) then\n                        raise exception 'a signatory signs for himself' using errcode = 'check_violation', constraint = 'sign_off_by_signatory';\n                    end if;\n                    return new;\n                ", hash='1ac0accbfdf165319a12202abe9494d191b4583e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_sign_off_is_kept_8bd5e', table='applications_signoff', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.UniqueConstraint(fields=('application', 'number'), name='snapshot_number_once', violation_error_message='This submission is already kept.'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=portal.core.rls.RowSecurity(insert="(submitted_by_id = (select scope_user()) and (((select scope_roles()) && array['signatory']::text[]) and exists (select 1 from applications_application a where a.id = applications_snapshot.application_id and a.organisation_id = any((select scope_orgs())::bigint[]))))", name='snapshot_rows', read='exists (select 1 from applications_application a where a.id = applications_snapshot.application_id)'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='snapshot_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'a snapshot is never changed or removed' using errcode = 'check_violation', constraint = 'snapshot_stays';", hash='7479f4e0aabc33a7a8116906636b2a284a6b5753', operation='UPDATE OR DELETE', pgid='pgtrigger_snapshot_stays_8968e', table='applications_snapshot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='snapshot_stays_whole', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'a snapshot is never changed or removed' using errcode = 'check_violation', constraint = 'snapshot_stays';", hash='84d0ec020dff5045b6447cc0be537c36580a2952', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_snapshot_stays_whole_c8204', table='applications_snapshot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='snapshot_is_what_was_signed', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE found_state text; in_batch bigint; due timestamptz; signed record;', func="\n                    if new.content is not json object with unique keys\n                       or new.sha256 is distinct from encode(sha256(convert_to(new.content, 'UTF8')), 'hex') then\n                        raise exception 'the digest is not that of the content' using errcode = 'check_violation', constraint = 'snapshot_digest_is_true';\n                    end if;\n                    select s.application_id, s.content_sha256, s.signed_by_id, s.requested_by_id into signed\n                      from applications_signoff s where s.id = new.sign_off_id;\n                    if not found or signed.application_id <> new.application_id\n                       or signed.content_sha256 <> new.sha256 or signed.signed_by_id is null\n                       or signed.signed_by_id <> new.submitted_by_id\n                       or signed.signed_by_id = signed.requested_by_id then\n                        raise exception 'what is submitted is not what was signed' using errcode = 'check_violation', constraint = 'snapshot_is_what_was_signed';\n                    end if;\n                    select a.state, a.batch_id, a.correction_until into found_state, in_batch, due\n                      from applications_application a where a.id = new.application_id;\n                    if found_state is null or found_state not in ('awaiting_sign_off', 'correction')\n                       or new.number <> 1 + (select count(*) from applications_snapshot s\n                                              where s.application_id = new.application_id) then\n                        raise exception 'nothing is submitted in this state' using errcode = 'check_violation', constraint = 'snapshot_in_its_turn';\n                    end if;\n                    if current_user <> 'portal_owner' then\n                        new.submitted_at := date_trunc('second', clock_timestamp());\n                        if found_state <> 'correction' then\n                            select b.deadline into due from programme_batch b\n                             where b.id = in_batch and b.state = 'open';\n                        end if;\n                        if due is null or new.submitted_at > due then\n                            raise exception 'the deadline has passed' using errcode = 'check_violation', constraint = 'snapshot_after_deadline';\n                        end if;\n                    end if;\n                    return new;\n                ", hash='df89ec0a2dc691e1fde08cdc51cb7fd1f0446ac3', operation='INSERT', pgid='pgtrigger_snapshot_is_what_was_signed_6fb47', table='applications_snapshot', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.UniqueConstraint(fields=('snapshot', 'side'), name='recommendation_once_per_side', violation_error_message='This department has already decided on this submission.'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(('decision', 'recommend'), models.Q(('opinion', ''), _negated=True), _connector='OR'), name='recommendation_gives_reason', violation_error_message='Say why, so that the unit can mend it.'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=portal.core.rls.RowSecurity(insert="(person_id = (select scope_user()) and ((select scope_roles()) && array['provincial_officer']::text[]) and organisation_id = any((select scope_orgs())::bigint[]) and exists (select 1 from applications_application a where a.id = applications_recommendation.application_id))", name='recommendation_rows', read='exists (select 1 from applications_application a where a.id = applications_recommendation.application_id)'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recommendation',
            trigger=pgtrigger.compiler.Trigger(name='recommendation_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'a recommendation is never changed or removed' using errcode = 'check_violation', constraint = 'recommendation_stays';", hash='6174ddbb8e7e494439d76d81e9dfb009e90e2b6b', operation='UPDATE OR DELETE', pgid='pgtrigger_recommendation_stays_8c25a', table='applications_recommendation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recommendation',
            trigger=pgtrigger.compiler.Trigger(name='recommendation_stays_whole', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'a recommendation is never changed or removed' using errcode = 'check_violation', constraint = 'recommendation_stays';", hash='6d4329298586dc8978e824324806a1eb2fb08fc9', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_recommendation_stays_whole_e4c90', table='applications_recommendation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recommendation',
            trigger=pgtrigger.compiler.Trigger(name='recommendation_by_its_department', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    if not exists (\n                        select 1 from applications_application a\n                          join accounts_organisation o on o.id = new.organisation_id\n                         where a.id = new.application_id and a.state = 'with_province'\n                           and o.province = a.province_id and o.kind = 'provincial_' || new.side) then\n                        raise exception 'the department of the province decides' using errcode = 'check_violation', constraint = 'recommendation_by_its_department';\n                    end if;\n                    if new.snapshot_id is distinct from (\n                        select s.id from applications_snapshot s where s.application_id = new.application_id\n                         order by s.number desc limit 1) then\n                        raise exception 'another submission is the current one' using errcode = 'check_violation', constraint = 'recommendation_on_current_submission';\n                    end if;\n                    return new;\n                ", hash='9d5aaff99880449c5f9db9d404fced369f913784', operation='INSERT', pgid='pgtrigger_recommendation_by_its_department_a7ab8', table='applications_recommendation', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('application', 'code'), name='target_once', violation_error_message='This indicator is already in the dossier.'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=portal.core.rls.RowSecurity(delete="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_target.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))", insert="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_target.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))", name='target_rows', read='exists (select 1 from applications_application a where a.id = applications_target.application_id)', update="(((select scope_roles()) && array['drafter']::text[]) and exists (select 1 from applications_application a where a.id = applications_target.application_id and a.organisation_id = any((select scope_orgs())::bigint[])))"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='target',
            trigger=pgtrigger.compiler.Trigger(name='dossier_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    if not dossier_is_open(coalesce(new.application_id, old.application_id)) then\n        raise exception 'the dossier is frozen in this state' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    if tg_op = 'DELETE' then return old; end if;\n    if tg_op = 'UPDATE' and new.application_id <> old.application_id then\n        raise exception 'a row stays with its dossier' using errcode = 'check_violation', constraint = 'dossier_is_frozen';\n    end if;\n    return new;\n", hash='1fed6f0b05b2dd6a74b665f07e139e972da1d48c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_dossier_is_frozen_9ffdb', table='applications_target', when='BEFORE')),
        ),
    ]
