"""A person's calendar address and what it answers; the server's clock when it has jumped."""

from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.generic import TemplateView, View

from accounts.models import ApiToken
from accounts.views.gate import ShowsOnce
from lifecycle import clock
from lifecycle.forms.deadlines import ClockForm
from lifecycle.models import ClockStop
from lifecycle.operations import calendars as operations
from lifecycle.queries.calendars import feed_by, live_feed, rows_for
from lifecycle.rules.ical import feed_of
from projects.pages import RouteMixin
from ui.views import ActionView, OperationView

MINUTE = 60
CALLS = 30  # a minute and address; calendars ask every few hours
SHOWN_STOPS = 20


class FeedPage(RouteMixin, ShowsOnce, OperationView):
    """The state of one's own address; the button makes a new one, shown once."""

    template_name = "lifecycle/feed.html"
    shown_template = "lifecycle/feed_key.html"
    title, done, submit_label = "日历订阅", "订阅地址已创建", "创建订阅地址"
    success_name = "lifecycle:feed_page"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(feed=live_feed(self.actor), **kwargs)

    def run(self, data: dict[str, Any]) -> operations.NewFeed:
        return operations.create_feed(actor=self.actor, on=timezone.localdate())

    def told(self) -> dict[str, Any]:
        address = self.request.build_absolute_uri(reverse("lifecycle:feed", args=[self.result.key]))
        return {"title": "新的日历订阅地址", "address": address}


class RevokeFeed(RouteMixin, ActionView):
    done = "日历订阅已作废"
    success_name = "lifecycle:feed_page"

    def run(self, data: dict[str, Any]) -> None:
        operations.revoke_feed(actor=self.actor, on=timezone.localdate())


class Feed(View):
    """Without signing in: the address itself is the key. A wrong or revoked one is a page that does not exist."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        digest, now = ApiToken.digest(key), timezone.now()
        feed = feed_by(digest)
        if feed is None:
            raise Http404
        if _too_many(digest):
            return HttpResponse("请求过于频繁，请稍后再试。", status=429, headers={"Retry-After": str(MINUTE)})
        on = timezone.localdate(now)
        home = request.build_absolute_uri("/")
        rows = [
            (row.one, row.project.number or f"项目{row.project.pk}", f"{home}projects/{row.project.pk}/deadlines/")
            for row in rows_for(feed.user, on)
        ]
        name = f"{settings.PRODUCT_NAME}期限"
        body = feed_of(rows, name=name, host=request.get_host().split(":")[0], stamp=now.astimezone(UTC), on=on)
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="deadlines.ics"'
        answer["X-Robots-Tag"] = "noindex"
        add_never_cache_headers(answer)
        return answer


def _too_many(digest: str) -> bool:
    key = f"feed-{digest}"
    cache.add(key, 0, MINUTE)
    try:
        return cache.incr(key) > CALLS
    except ValueError:  # it ran out between the two
        return False


class ClockPage(RouteMixin, TemplateView):
    template_name = "lifecycle/clock.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = ClockStop.objects.select_related("confirmed_by")[:SHOWN_STOPS]
        return super().get_context_data(
            rows=rows, stop=clock.standing(), now=timezone.now(), last=clock.last_event(), **kwargs
        )


class ConfirmClock(RouteMixin, OperationView):
    form_class = ClockForm
    title, done, submit_label = "确认系统时间", "已确认，自动提醒和每日任务将在一分钟内恢复", "确认时间正确，恢复任务"
    success_name = "lifecycle:clock"

    def run(self, data: dict[str, Any]) -> ClockStop:
        return operations.confirm_clock(**data, actor=self.actor, on=timezone.localdate())
