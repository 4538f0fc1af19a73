"""Asking for a batch and reading one's own. What a request may load: nothing that sets a page."""

import hashlib
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Action
from funds.models import Voucher
from policy.findings import refuse
from policy.terms import VoucherState
from projects import access
from projects.exports import check_many
from projects.models import Project
from reports.batch.forms import FORMS
from reports.batch.making import make
from reports.models import BatchPrint

PATIENCE = timedelta(minutes=30)
KEPT = timedelta(days=14)
LISTS = "F08"  # each line of it is a row that leaves the house


def batches_for(user: User, now: datetime) -> QuerySet[BatchPrint]:
    """A person's own, as long as they are kept."""
    return BatchPrint.objects.filter(asked_by=user, asked_at__gt=now - KEPT).defer("content")


def printable_in(user: User, projects: QuerySet[Project]) -> QuerySet[Project]:
    """Of those projects the ones whose forms this person may print."""
    return projects.filter(pk__in=access.projects_for(user, Action.VIEW_PRINTS).order_by().values("pk"))


def ask(
    user: User, projects: QuerySet[Project], *, form: str, which: str, scope: str, reason: str, on: date, now: datetime
) -> BatchPrint:
    """A new batch, made by the worker. Refused for none, for too many, and while one's last one is on its way."""
    most = settings.BATCH_PRINT_MOST
    ids = list(printable_in(user, projects).values_list("pk", flat=True))
    if not ids:
        refuse("projects", "没有符合条件、您可以打印的项目。请放宽上面的查询条件后再打印。")
    if len(ids) > most:
        said = f"符合条件的有 {len(ids)} 个项目，一次最多打印 {most} 个。请按市州、年度、类型或阶段缩小范围后分次打印。"
        refuse("many_projects", said)
    why = check_many(user, _lines(ids) if form == LISTS else 0, reason, own=True)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one batch of a person at a time
        if BatchPrint.objects.filter(asked_by=user, made_at=None, failure="", asked_at__gt=now - PATIENCE).exists():
            refuse("waiting", "您的上一份批量打印正在生成，请稍候刷新本页；完成后可再打印下一份。")
        BatchPrint.objects.filter(asked_at__lt=now - KEPT).delete()
        batch = BatchPrint.objects.create(
            asked_by=user,
            asked_at=now,
            on=on,
            form=form,
            title=FORMS[form],
            which=which,
            scope=scope[:300],
            projects=ids,
            reason=why,
        )
        transaction.on_commit(partial(make.enqueue, batch.pk))
    return batch


def _lines(projects: list[int]) -> int:
    return Voucher.objects.filter(project__in=projects).exclude(state=VoucherState.DRAFT).count()


def is_whole(batch: BatchPrint) -> bool:
    return hashlib.sha256(bytes(batch.content)).hexdigest() == batch.sha256


def still_reaches(user: User, batch: BatchPrint) -> bool:
    """Whether this person may still print every project that is in it."""
    seen = access.projects_for(user, Action.VIEW_PRINTS).filter(pk__in=batch.projects)
    return seen.count() == len(batch.projects)
