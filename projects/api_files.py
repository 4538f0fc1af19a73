"""材料 of a project: the list, and one file as it was uploaded."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from projects import operations
from projects.api import ProjectApi, ProjectReading
from projects.models import Attachment
from projects.pages import as_download
from projects.queries import files_for
from ui.api import Stored


class FileRow(Stored):
    about = serializers.CharField(help_text="所属事项代码")
    about_id = serializers.IntegerField(help_text="所属事项编号")


class Files(ProjectReading):
    summary, tag = "项目材料", "过程"
    description = "按所属事项排列，与“材料”页相同：单位看不到尚未生效的公文。"
    answers, many = FileRow, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Attachment]:
        return files_for(self.actor, self.project)


class AnyKind(BaseContentNegotiation):
    """A file is sent as what it is, whatever the program says it would like; a fault is JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class OneFile(ProjectApi):
    """The operation of the page: the same view of it, checked against its hash, with a line in the journal."""

    summary, tag = "下载材料", "过程"
    description = "答复为文件原样，核对过校验码；每次下载在操作日志中留一行。校验码不符或文件缺失的为 409。"
    content_negotiation_class = AnyKind
    binary = True

    def find(self) -> None:
        self.known = get_object_or_404(files_for(self.actor, self.project), pk=self.kwargs["file_id"])

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        attachment, content = operations.download_file(
            self.project.pk, attachment_id=self.known.pk, actor=self.actor, on=self.today
        )
        return as_download(attachment, content)
