"""The task worker's part: each project's paper by the function its own page prints it with, bound into one PDF."""

import hashlib
import logging
from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django_tasks import task

from accounts.journal import operation, record
from accounts.models import User
from accounts.roles import Action
from lifecycle.booklet import assembled
from lifecycle.booklet_front import Part
from lifecycle.queries.printing import as_printed, printables
from papers import Paper, Printable, render
from policy.findings import Refused
from projects import access
from projects.exports import check_paper, said
from projects.models import PrintedPaper, Project
from reports.batch.forms import FORMS, chosen
from reports.batch.front import contents
from reports.models import BatchPrint

logger = logging.getLogger(__name__)
FAILED = "打印没有完成，系统管理员可在日志中查看原因"
NONE = "没有可以打印的{}"


@task()
def make(batch_id: int) -> str:
    """What goes wrong is kept beside the question, so that the page can say it."""
    batch = BatchPrint.objects.select_related("asked_by").defer("content").get(pk=batch_id)
    try:
        return make_batch(batch_id, actor=batch.asked_by, on=timezone.localdate())
    except Exception:
        logger.exception("batch print %s failed", batch_id)
        BatchPrint.objects.filter(pk=batch_id, made_at=None).update(failure=FAILED)
        raise


@operation("批量打印")
def make_batch(batch_id: int, *, actor: User, on: date) -> str:
    """Fill a batch that was asked for; one that is made stays as it is. Gives its digest."""
    batch = BatchPrint.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.made_at is not None:
        return batch.sha256
    run = _Run(batch, actor, on)
    content = assembled(run.pages(), run.front)
    batch.content, batch.sha256 = content, hashlib.sha256(content).hexdigest()
    batch.printed, batch.refused, batch.made_at, batch.failure = run.printed, run.refused, timezone.now(), ""
    batch.save(update_fields=["content", "sha256", "printed", "refused", "made_at", "failure"])
    text = said(f"{batch.title}，{batch.scope}：{batch.result}", batch.reason)
    record(subject=f"batch:{batch.pk}", text=text, on=on, rows=run.lines, sha256=batch.sha256)
    return batch.sha256


class _Run:
    """One making. `printed`: papers; `lines`: rows of lists among them; `refused`: project or paper, and why."""

    def __init__(self, batch: BatchPrint, reader: User, on: date) -> None:
        self.batch, self.reader, self.on = batch, reader, on
        self.printed = self.lines = 0
        self.refused: list[list[str]] = []

    def pages(self) -> Iterator[tuple[Part, bytes]]:
        """In the order of the list; what this person may not print any more is left aside."""
        seen = access.projects_for(self.reader, Action.VIEW_PRINTS).select_related("organisation__node")
        known = seen.in_bulk(self.batch.projects)
        for pk in self.batch.projects:
            if pk in known:
                yield from self._of(known[pk])
            else:
                self.refused.append([f"项目 {pk}", "已不在您的查看范围内"])

    def _of(self, project: Project) -> Iterator[tuple[Part, bytes]]:
        group = f"{project.label} {project.name}"
        papers = chosen(printables(project, self.reader, self.on), self.batch.form, self.batch.which, self.on)
        if not papers:
            self.refused.append([group, NONE.format(FORMS[self.batch.form])])
        prints = project.prints.exclude(state=PrintedPaper.State.VOID).filter(key__in=[one.key for one in papers])
        known = {one.key: one for one in prints} if papers else {}
        for one in papers:
            try:
                paper = self._paper(project, one, known.get(one.key))
            except Refused as refused:
                self.refused.append([f"{group}：{one.label}", str(refused)])
                continue
            self.printed, self.lines = self.printed + 1, self.lines + paper.lines
            yield Part(group, one.label), render(paper, "pdf")

    def _paper(self, project: Project, one: Printable, printed: PrintedPaper | None) -> Paper:
        paper = as_printed(project, self.reader, one, printed, self.on)
        check_paper(self.reader, paper, self.batch.reason)
        return paper

    def front(self, parts: list[Part], count: int) -> Paper:
        self.batch.printed, self.batch.refused = self.printed, self.refused
        return contents(self.batch, str(self.reader), self.on, parts, count)
