"""工作台."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.models import User
from accounts.roles import Action
from accounts.sessions import last_visit
from projects import access
from projects.pages import RouteMixin
from reports.administration import MAIL, admin_board, clock_words, mail_words
from reports.menu import standing
from reports.workbench import board_of, has_business


def user_of(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the page is behind RouteMixin
    return user


class Workbench(RouteMixin, TemplateView):
    template_name = "reports/workbench.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, on = user_of(self.request), timezone.localdate()
        shown: dict[str, Any] = {"on": on, "standing": standing(user), "title": "工作台"}
        if has_business(user):
            asked = {name: self.request.GET.get(name, "") for name in ("due", "kind")}
            board = board_of(user, on, visited=last_visit(self.request), **asked)
            return super().get_context_data(board=board, **shown, **kwargs)
        admin = admin_board(user, on, visited=last_visit(self.request))
        return super().get_context_data(ways=_ways(user), admin=admin, **shown, **kwargs)


def _ways(user: User) -> list[dict[str, str]]:
    """Where an administrator works."""
    known = (
        (Action.VIEW_USERS, "账号与任职", "开通、停用账号，任免角色", "accounts:users"),
        (Action.MANAGE_ORGANISATIONS, "单位与区划", "登记单位，调整所在区划或部门", "accounts:organisations"),
        (MAIL, "邮件发件箱", mail_words(), "accounts:outbox"),
        (Action.RUN_JOBS, "系统时间", clock_words(), "lifecycle:clock"),
        (Action.EXTEND_HOLIDAYS, "放假安排", "按公布的文件登记节假日和调休", "lifecycle:holidays"),
        (Action.VIEW_SETTINGS, "设定确认单", "拟制本省设定，查看签署情况", "lifecycle:setting_sheets"),
        (Action.VIEW_JOURNAL, "操作日志", "查看全部业务操作记录", "reports:journal_all"),
    )
    return [
        {"label": label, "text": text, "url": reverse(name)}
        for action, label, text, name in known
        if access.may(user, action)
    ]
