"""accounts as its migrations 0001 to 0008 leave it, for an empty database (docs/decisions/0015).

None of them touched rows. Triggers and groundwork are made after each migrate (post_migrate).
"""

import datetime
import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts.squashing import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_password_reset_moment'),
        ('accounts', '0003_username_in_any_case'),
        ('accounts', '0004_api_token'),
        ('accounts', '0005_api_call'),
        ('accounts', '0006_inspections'),
        ('accounts', '0007_people_and_names'),
        ('accounts', '0008_deadlines'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Holiday',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(unique=True, verbose_name='日期')),
                    ('works', models.BooleanField(help_text='调休上班为是，放假为否', verbose_name='上班')),
                    ('name', models.CharField(blank=True, max_length=40, verbose_name='节日')),
                    ('document', models.CharField(blank=True, max_length=80, verbose_name='文件')),
                ],
                options={
                    'verbose_name': '节假日安排',
                    'verbose_name_plural': '节假日安排',
                    'ordering': ['day'],
                },
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('name', models.CharField(max_length=40, verbose_name='姓名')),
                    ('must_change_password', models.BooleanField(default=False, verbose_name='首次登录须改密码')),
                    ('person_key', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='自然人标识')),
                    ('password_reset_at', models.DateTimeField(blank=True, null=True, verbose_name='他人重置密码时间')),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'verbose_name': '用户',
                    'verbose_name_plural': '用户',
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='one_account_per_username_in_any_case')],
                },
                managers=[
                    ('objects', django.contrib.auth.models.UserManager()),
                ],
            ),
            migrations.CreateModel(
                name='ApiCall',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_calls', to=settings.AUTH_USER_MODEL)),
                    ('key', models.CharField(max_length=80)),
                    ('digest', models.CharField(max_length=64)),
                    ('status', models.PositiveSmallIntegerField(default=0)),
                    ('body', models.TextField(blank=True)),
                    ('at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'verbose_name': '接口调用',
                    'verbose_name_plural': '接口调用',
                    'ordering': ['-pk'],
                    'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='one_api_call_per_user_and_key')],
                },
            ),
            migrations.CreateModel(
                name='ApiToken',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
                    ('name', models.CharField(max_length=60, verbose_name='名称')),
                    ('key_digest', models.CharField(max_length=64, unique=True)),
                    ('prefix', models.CharField(max_length=8, verbose_name='开头')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                    ('expires_on', models.DateField(verbose_name='有效期至')),
                    ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='最近使用')),
                    ('can_write', models.BooleanField(default=False, verbose_name='可办理业务')),
                    ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='作废时间')),
                ],
                options={
                    'verbose_name': '接口令牌',
                    'verbose_name_plural': '接口令牌',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='Entry',
                fields=[
                    ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                    ('at', models.DateTimeField()),
                    ('on', models.DateField(verbose_name='业务日期')),
                    ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('actor_name', models.CharField(max_length=60, verbose_name='经办人')),
                    ('role', models.CharField(blank=True, max_length=20, verbose_name='角色')),
                    ('organisation', models.CharField(blank=True, max_length=120, verbose_name='单位')),
                    ('request_id', models.CharField(blank=True, max_length=40)),
                    ('ip', models.CharField(blank=True, max_length=45)),
                    ('verb', models.CharField(max_length=60, verbose_name='事项')),
                    ('subject', models.CharField(blank=True, max_length=80, verbose_name='对象')),
                    ('project_id', models.BigIntegerField(db_index=True, null=True)),
                    ('text', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('result', models.CharField(max_length=8, verbose_name='结果')),
                    ('changes', models.JSONField(default=list)),
                    ('row_digest', models.CharField(max_length=64)),
                    ('alg', models.CharField(max_length=16)),
                    ('key_id', models.CharField(max_length=20)),
                    ('prev', models.CharField(max_length=64)),
                    ('mac', models.CharField(max_length=64)),
                ],
                options={
                    'verbose_name': '操作日志',
                    'verbose_name_plural': '操作日志',
                    'ordering': ['seq'],
                },
            ),
            migrations.CreateModel(
                name='HolidayArrangement',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.CharField(max_length=80, unique=True, verbose_name='文号')),
                    ('title', models.CharField(max_length=160, verbose_name='文件名称')),
                    ('dated_on', models.DateField(verbose_name='成文日期')),
                    ('name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('size', models.PositiveIntegerField(verbose_name='大小')),
                    ('content_type', models.CharField(max_length=100)),
                    ('sha256', models.CharField(max_length=64, verbose_name='校验码')),
                    ('path', models.CharField(max_length=200)),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                    ('recorded_on', models.DateField(verbose_name='登记日期')),
                ],
                options={
                    'verbose_name': '放假安排文件',
                    'verbose_name_plural': '放假安排文件',
                    'ordering': ['-dated_on', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='JournalHead',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('seq', models.BigIntegerField(default=0)),
                    ('mac', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ],
                options={
                    'verbose_name': '日志尾',
                    'verbose_name_plural': '日志尾',
                    'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_journal_head')],
                },
            ),
            migrations.CreateModel(
                name='Node',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='名称')),
                    ('kind', models.CharField(choices=[('province', '省'), ('city', '市（州）'), ('county', '县（市、区）'), ('department', '省直部门')], max_length=12, verbose_name='层级')),
                    ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.node')),
                    ('path', models.CharField(max_length=40, unique=True, verbose_name='路径')),
                    ('first_review', models.CharField(blank=True, choices=[('nearest', '最近一级（县级有部门的由县级，否则由市级）'), ('stepwise', '县级、市级逐级初审'), ('city', '只由市级初审'), ('none', '不设初审，直接由省级审核')], max_length=10, verbose_name='初审方式')),
                ],
                options={
                    'verbose_name': '区划与部门',
                    'verbose_name_plural': '区划与部门',
                    'ordering': ['path'],
                },
            ),
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
                    ('key', models.CharField(max_length=120)),
                    ('text', models.CharField(max_length=300, verbose_name='内容')),
                    ('url', models.CharField(blank=True, max_length=200)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('read_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'verbose_name': '通知',
                    'verbose_name_plural': '通知',
                    'ordering': ['-pk'],
                    'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='one_notice_per_user_and_key')],
                },
            ),
            migrations.CreateModel(
                name='Organisation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='accounts.node', verbose_name='所在区划或部门')),
                    ('name', models.CharField(max_length=120, unique=True, verbose_name='单位名称')),
                    ('line', models.CharField(choices=[('hr', '人社'), ('finance', '财政'), ('recommender', '推荐部门'), ('unit', '项目单位'), ('system', '系统与审计')], max_length=12, verbose_name='条线')),
                    ('unit_type', models.CharField(blank=True, choices=[('enterprise', '企业'), ('technical', '技工院校'), ('vocational', '职业院校'), ('public_base', '公共实训基地')], max_length=16, verbose_name='单位性质')),
                    ('credit_code', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                    ('contact', models.CharField(blank=True, max_length=40, verbose_name='联系人')),
                    ('phone', models.CharField(blank=True, max_length=30, verbose_name='联系电话')),
                ],
                options={
                    'verbose_name': '单位',
                    'verbose_name_plural': '单位',
                    'ordering': ['node__path', 'line', 'pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('credit_code', ''), _negated=True), fields=('credit_code',), name='one_organisation_per_credit_code'), models.UniqueConstraint(condition=models.Q(('line__in', ['hr', 'finance'])), fields=('node', 'line'), name='one_office_of_a_line_per_node')],
                },
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                    ('role', models.CharField(choices=[('U1', '单位经办'), ('U2', '单位负责人'), ('CH', '市州人社/推荐部门'), ('CF', '市州财政'), ('PH', '省人社经办'), ('PHL', '省人社负责人'), ('PF', '省财政经办'), ('PFL', '省财政负责人'), ('AU', '审计'), ('EX', '专家'), ('SA', '系统管理员'), ('SE', '安全管理员'), ('AA', '审计管理员'), ('SYS', '系统任务')], max_length=4, verbose_name='角色')),
                    ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.organisation')),
                    ('since', models.DateField(default=datetime.date(2020, 1, 1), verbose_name='起')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='止')),
                    ('deputy_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputies', to=settings.AUTH_USER_MODEL)),
                    ('document', models.CharField(blank=True, max_length=80, verbose_name='代理依据文件')),
                ],
                options={
                    'verbose_name': '任职',
                    'verbose_name_plural': '任职',
                    'constraints': [models.CheckConstraint(condition=models.Q(('deputy_for__isnull', True), models.Q(('until__isnull', False), models.Q(('document', ''), _negated=True)), _connector='OR'), name='deputy_has_an_end_and_a_document'), models.CheckConstraint(condition=models.Q(('organisation__isnull', False), ('role', 'SYS'), _connector='OR'), name='membership_has_an_organisation')],
                },
            ),
            migrations.CreateModel(
                name='OrganisationName',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_names', to='accounts.organisation')),
                    ('name', models.CharField(max_length=120, verbose_name='名称')),
                    ('until', models.DateField(verbose_name='更名日期')),
                    ('document', models.CharField(max_length=80, verbose_name='依据文件')),
                ],
                options={
                    'verbose_name': '单位曾用名',
                    'verbose_name_plural': '单位曾用名',
                    'ordering': ['until', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('organisation', 'until'), name='one_name_ends_a_day')],
                },
            ),
        ]),
    ]
