"""冲销收入的申请: what a unit asks finance to take off its income."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0026_statement_categories"),
        ("projects", "0017_alert_changed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IncomeReversal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="冲销理由")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "待财政审核"), ("agreed", "已冲销"), ("returned", "已退回")],
                        default="proposed",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="提出日期")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="审核日期")),
                ("opinion", models.CharField(blank=True, max_length=300, verbose_name="审核意见")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "income",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="funds.income"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="income_reversals",
                        to="projects.project",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
            ],
            options={
                "verbose_name": "冲销收入申请",
                "verbose_name_plural": "冲销收入申请",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("income",),
                        name="one_open_reversal_per_income",
                    )
                ],
            },
        ),
    ]
