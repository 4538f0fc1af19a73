from types import SimpleNamespace
from uuid import uuid4

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.messages import get_messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from policy.findings import Refused, blocking
from ui import api, context, csp, middleware, views
from ui.forms import ProjectForm
from ui.parts import Check

pytestmark = pytest.mark.django_db


class AmountForm(ProjectForm):
    amount = forms.IntegerField(label="金额")


class Record(views.OperationView):
    """Groups stand in for projects."""

    form_class = AmountForm
    title = "登记支出"
    success_url = "/done/"
    limit = 100

    def projects(self):
        return Group.objects.filter(name__startswith="mine")

    def run(self, data):
        self.calls.append(data["amount"])
        if data["amount"] > self.limit:
            raise Refused([blocking("over", "仅余 100 元", "第五条", field="amount"), blocking("hold", "暂缓拨付")])
        if data["amount"] < 0:
            raise ZeroDivisionError


class Press(views.ActionView):
    def projects(self):
        return Group.objects.all()

    def run(self, data):
        self.calls.append("pressed")
        raise Refused([blocking("state", "凭证已认定", "第四条")])


class Apply(views.ConfirmView):
    title = "申请验收"
    success_url = "/done/"

    def projects(self):
        return Group.objects.all()

    def consequences(self):
        return ["转为验收中"]

    def checklist(self):
        return [Check(False, "支出率不足")]


@pytest.fixture(autouse=True)
def plain_frame(settings):
    """The frame alone, without what upper apps put into it."""
    settings.UI_NAV, settings.UI_NAV_FILTER, settings.UI_BELL, settings.UI_USER_NOTE = (), None, None, None


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def project():
    return Group.objects.create(name="mine")


@pytest.fixture
def send(project):
    """One browser: requests share a session."""
    session = {}

    def send(view, data=None, *, method="post", user=None, project_id=None, calls=None, **extra):
        request = getattr(RequestFactory(), method)("/projects/1/record/", data or {}, **extra)
        SessionMiddleware(HttpResponse).process_request(request)
        request.session.update(session)
        MessageMiddleware(HttpResponse).process_request(request)
        request.user = user or SimpleNamespace(pk=1, is_authenticated=True, username="u")
        calls = [] if calls is None else calls
        response = type("Bound", (view,), {"calls": calls}).as_view()(request, project_id=project_id or project.pk)
        session.update({key: request.session[key] for key in request.session.keys()})  # noqa: SIM118
        told = [str(message) for message in get_messages(request)]
        return SimpleNamespace(response=response, told=told, calls=calls)

    return send


def test_operation_runs_once_and_redirects(send):
    sent = send(Record, {"amount": "5"})

    assert (sent.response.status_code, sent.response.url, sent.calls) == (302, "/done/", [5])
    assert sent.told == ["已保存"]


def test_refusal_shows_the_form_again_with_what_was_typed(send):
    sent = send(Record, {"amount": "101"})

    sent.response.render()
    html = sent.response.content.decode()
    assert sent.response.status_code == 422
    assert sent.response.context_data["form"].errors == {"amount": ["仅余 100 元"], "__all__": ["暂缓拨付"]}
    assert 'value="101"' in html
    assert "依据：第五条" in html


def test_same_form_sent_twice_is_carried_out_once(send):
    token, calls = str(uuid4()), []
    send(Record, {"amount": "5", "form_token": token}, calls=calls)

    again = send(Record, {"amount": "5", "form_token": token}, calls=calls)

    assert calls == [5]
    assert (again.response.url, again.told) == ("/done/", ["已提交，请勿重复"])


def test_same_form_sent_while_the_first_is_under_way_is_not_carried_out(send):
    token, calls = str(uuid4()), []
    cache.add(f"ui-form-1-{token}", 1)

    again = send(Record, {"amount": "5", "form_token": token}, calls=calls)

    assert (calls, again.response.status_code) == ([], 302)


def test_other_content_under_the_same_token_is_told_and_kept(send):
    token, calls = str(uuid4()), []
    paper = {"form_token": token, "paper": SimpleUploadedFile("a.txt", b"one")}
    send(Record, {"amount": "5"} | paper, calls=calls)

    other = send(Record, {"amount": "7"} | paper | {"paper": SimpleUploadedFile("a.txt", b"one")}, calls=calls)
    swapped = send(Record, {"amount": "5"} | paper | {"paper": SimpleUploadedFile("a.txt", b"two")}, calls=calls)
    cache.clear()  # the session remembers it as well
    same = send(Record, {"amount": "5"} | paper | {"paper": SimpleUploadedFile("a.txt", b"one")}, calls=calls)

    page = other.response.render().content.decode()
    assert (calls, other.response.status_code, swapped.response.status_code) == ([5], 422, 422)
    assert 'value="7"' in page
    assert "这次的内容与上次不同，没有办理" in page
    assert token not in page
    assert (same.response.status_code, same.told) == (302, ["已提交，请勿重复"])


def test_a_button_with_other_content_under_the_same_token_says_so(send):
    token = str(uuid4())
    cache.add(f"ui-form-1-{token}", "the digest of something else")

    sent = send(Press, {"row": "2", "form_token": token})

    assert (sent.calls, sent.response.status_code) == ([], 302)
    assert "这次的内容与上次不同，没有办理" in sent.told[0]


def test_refused_and_crashed_forms_may_be_sent_again(send):
    token, calls = str(uuid4()), []
    send(Record, {"amount": "101", "form_token": token}, calls=calls)
    with pytest.raises(ZeroDivisionError):
        send(Record, {"amount": "-1", "form_token": token}, calls=calls)

    sent = send(Record, {"amount": "5", "form_token": token}, calls=calls)

    assert (calls, sent.told) == ([101, -1, 5], ["已保存"])


def test_rendered_form_carries_a_token(send):
    response = send(Record, method="get").response.render()

    assert 'name="form_token"' in response.content.decode()


def test_out_of_reach_is_not_found(send):
    foreign = Group.objects.create(name="theirs")

    with pytest.raises(Http404):
        send(Record, {"amount": "5"}, project_id=foreign.pk)


def test_anonymous_goes_to_the_login_page_before_anything_is_loaded(send, settings):
    settings.LOGIN_URL = "/login/"

    sent = send(Record, {"amount": "5"}, user=AnonymousUser(), project_id=999)

    assert (sent.response.url.split("?")[0], sent.calls) == ("/login/", [])


def test_confirm_page_closes_its_button_while_something_is_missing(send):
    html = send(Apply, method="get").response.render().content.decode()

    assert "转为验收中" in html
    assert "还差 1 项条件" in html
    assert "disabled data-closed" in html


def test_action_refused_goes_back_with_the_reason(send):
    sent = send(Press, {"next": "/projects/1/funds/"})

    assert (sent.response.url, sent.told) == ("/projects/1/funds/", ["凭证已认定（依据：第四条）"])


def test_action_never_leads_to_another_site(send):
    assert send(Press, {"next": "https://evil.example/"}).response.url == "/"


def test_action_is_post_only(send):
    assert send(Press, method="get").response.status_code == 405


@pytest.mark.parametrize(("asked", "expected"), [("50", 50), ("7", 20), ("", 20)])
def test_page_size_is_one_of_those_offered(asked, expected):
    assert views.page_size(RequestFactory().get("/", {"size": asked})) == expected


def test_error_pages_say_the_reason_and_no_more():
    request = RequestFactory().get("/")

    denied = views.forbidden(request, PermissionDenied("无权认定支出"))
    missing = views.not_found(request, Http404("Group 7"))

    assert (denied.status_code, missing.status_code, views.server_error(request).status_code) == (403, 404, 500)
    assert "无权认定支出" in denied.content.decode()
    assert "Group 7" not in missing.content.decode()


def test_refusal_outside_a_form_is_a_409_page():
    page = middleware.RefusedPage(HttpResponse).process_exception(
        RequestFactory().get("/"), Refused([blocking("state", "项目已取消称号", "第九条")])
    )

    assert page.status_code == 409
    assert "项目已取消称号" in page.content.decode()


def test_api_refusal_is_409_with_its_findings():
    response = api.handle(Refused([blocking("over", "仅余 5 元", "第五条", field="amount")]), {})

    assert response.status_code == 409
    assert response.data == {
        "refused": [{"code": "over", "message": "仅余 5 元", "clause": "第五条", "rank": "default", "field": "amount"}]
    }


def test_policy_headers_leave_a_views_own_alone():
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    strict = csp.ContentSecurityPolicy(lambda request: HttpResponse())(RequestFactory().get("/"))
    kept = csp.ContentSecurityPolicy(lambda request: own)(RequestFactory().get("/"))

    assert "default-src 'self'" in strict["Content-Security-Policy"]
    assert "unsafe" not in strict["Content-Security-Policy"]
    assert kept["Content-Security-Policy"] == "sandbox"


def nothing_above(user, item):
    return item["needs"] is None


def eleven(user):
    return 11


def test_frame_leaves_out_what_is_missing_or_not_allowed(settings):
    style = {"label": "样式", "url_name": "ui:style", "icon": "target", "needs": None}
    settings.UI_NAV = (style, {**style, "url_name": "ui:nowhere"}, {**style, "needs": "admin"})
    settings.UI_NAV_FILTER = f"{__name__}.nothing_above"
    settings.UI_BELL = f"{__name__}.eleven"
    request = RequestFactory().get("/style/confirm/")
    request.user = SimpleNamespace(is_authenticated=True)

    frame = context.frame(request)

    assert [(item.label, item.active, item.exact) for item in frame["nav"]] == [("样式", True, False)]
    assert frame["bell"] == 11


def test_anonymous_has_no_menu_and_no_bell(settings):
    settings.UI_NAV = ({"label": "样式", "url_name": "ui:style", "icon": "target", "needs": None},)
    settings.UI_BELL = f"{__name__}.eleven"
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    frame = context.frame(request)

    assert (list(frame["nav"]), frame["bell"] == 0) == ([], True)


def test_style_page_shows_every_component(rf, django_user_model):
    request = rf.get("/style/")
    request.user = django_user_model(pk=1, username="u")
    request.session = {}
    MessageMiddleware(HttpResponse).process_request(request)

    response = views.StylePage.as_view()(request).render()

    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<h1") == 1
    assert " style=" not in html
