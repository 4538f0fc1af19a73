"""What every page shares: a refusal is an answer to show on the form, not an error."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import FormView, TemplateView, View

from policy.findings import Finding, Refused
from ui import once, style
from ui.forms import ConfirmForm, ProjectForm, RefusedError
from ui.parts import PAGE_SIZES

SENT_OTHERWISE = "同一页面已提交过一次，这次的内容与上次不同，没有办理。请先查看上次提交的结果。"


class ProjectMixin(LoginRequiredMixin, View):
    """Loads what the page is about, once the user is known. Out of reach and missing are the same 404."""

    project: Any = None
    success_name = ""
    success_url: Any = None
    result: Any = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.load()

    def load(self) -> None:
        """Extend to load more: `super().load()`, then through self.project, so that no foreign id gets in."""
        if "project_id" in self.kwargs:
            self.project = get_object_or_404(self.projects(), pk=self.kwargs["project_id"])

    def projects(self) -> QuerySet[Any]:
        """The projects on which this user may do this."""
        raise NotImplementedError

    def run(self, data: dict[str, Any]) -> Any:
        """Call one operation. What it returns is kept as self.result."""
        raise NotImplementedError

    def get_success_url(self) -> str:
        if self.success_name:
            return reverse(self.success_name, kwargs={"project_id": self.project.pk} if self.project else {})
        if self.success_url:
            return str(self.success_url)
        raise ImproperlyConfigured(f"{type(self).__name__} needs success_name, success_url or get_success_url")


class OnceMixin(View):
    """The same rendered form is carried out once, however often it is sent."""

    carried_out = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = once.token_of(request)
        digest = once.digest_of(request) if token else ""
        if not once.claim(request, token, digest):
            if not once.is_repeat(request, token, digest):
                return self.sent_otherwise(request)
            messages.info(request, "已提交，请勿重复")
            return redirect(once.done_url(request, token) or self.get_repeat_url())
        try:
            response = self.answer(request, *args, **kwargs)
        finally:
            if not self.carried_out:
                once.release(request, token)
        if self.carried_out:
            once.settle(request, token, getattr(response, "url", request.get_full_path()), digest)
        return response

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise NotImplementedError

    def sent_otherwise(self, request: HttpRequest) -> HttpResponse:
        """The same rendered form with other content: nothing is done and nothing is dropped silently."""
        messages.error(request, SENT_OTHERWISE)
        return redirect(self.get_repeat_url())

    def get_repeat_url(self) -> str:
        """Where a repetition goes while the first one is still under way."""
        return self.request.get_full_path()


class OperationView(ProjectMixin, OnceMixin, FormView):
    """A form that makes one call to one operation. Subclasses give `projects` and `run`."""

    http_method_names = ["get", "post", "head", "options"]
    template_name = "ui/form.html"
    form_class: type[forms.BaseForm] = ProjectForm
    title = ""
    done = "已保存"
    submit_label = "保存"
    cancel_url = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        project = {"project": self.project} if self.project is not None else {}
        return {**super().get_form_kwargs(), **project}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {name: getattr(self, name) for name in ("title", "submit_label", "project")}
        return super().get_context_data(**{**shown, "cancel_url": self.get_cancel_url(), **kwargs})

    def get_cancel_url(self) -> str:
        return str(self.cancel_url) or (self.get_success_url() if self.success_name or self.success_url else "")

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super(OnceMixin, self).post(request, *args, **kwargs)

    def sent_otherwise(self, request: HttpRequest) -> HttpResponse:
        """The page again with what was typed this time; it may be sent from there."""
        form = self.get_form()
        form.add_error(None, SENT_OTHERWISE + "填写的内容保留在本页；确需另办的，核对后再提交一次。")
        return self.form_invalid(form)

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        try:
            self.result = self.run(form.cleaned_data)
        except Refused as refused:
            for finding in refused.findings:
                form.add_error(finding.field if finding.field in form.fields else None, RefusedError(finding))
            return self.form_invalid(form)
        self.carried_out = True
        messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        """422: the page again, with everything typed, and what to mend."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ConfirmView(OperationView):
    """Says what will follow and what is still missing before the click."""

    template_name = "ui/confirm.html"
    form_class: type[forms.BaseForm] = ConfirmForm
    submit_label = "确认办理"
    tone = "primary"

    def consequences(self) -> Iterable[str]:
        return ()

    def checklist(self) -> Iterable[Any]:
        """ui.parts.Check, or anything with ok, text, url, clause."""
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = {"consequences": list(self.consequences()), "checklist": list(self.checklist()), "tone": self.tone}
        return super().get_context_data(**{**told, **kwargs})


class ActionView(ProjectMixin, OnceMixin, View):
    """A button: POST only; a refusal comes back as messages on the page the user was on."""

    http_method_names = ["post"]
    form_class: type[forms.BaseForm] = ProjectForm
    done = "已办理"

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST, request.FILES, **({"project": self.project} if self.project else {}))
        if not form.is_valid():
            for text in (text for texts in form.errors.values() for text in texts):
                messages.error(request, str(text))
            return redirect(self.get_repeat_url())
        try:
            self.result = self.run(form.cleaned_data)
        except Refused as refused:
            for finding in refused.findings:
                messages.error(request, sentence(finding))
            return redirect(self.get_repeat_url())
        self.carried_out = True
        messages.success(request, self.done)
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return super().get_success_url() if self.success_name or self.success_url else self.get_repeat_url()

    def get_repeat_url(self) -> str:
        """Back to the page with the button: the `next` field, else where the request came from, if it is ours."""
        for url in (self.request.POST.get("next", ""), self.request.headers.get("Referer", "")):
            if url_has_allowed_host_and_scheme(url, {self.request.get_host()}, self.request.is_secure()):
                return url
        return "/"


def page_size(request: HttpRequest) -> int:
    """Rows per page as the reader chose, from the offered sizes."""
    asked = request.GET.get("size", "")
    return int(asked) if asked in map(str, PAGE_SIZES) else PAGE_SIZES[0]


def sentence(finding: Finding) -> str:
    return f"{finding.message}（依据：{finding.clause}）" if finding.clause else finding.message


class StylePage(LoginRequiredMixin, TemplateView):
    """Every component in every state, with invented data."""

    template_name = "ui/style/page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**style.samples(self.request.GET.get("page")), **kwargs)


class StyleForm(LoginRequiredMixin, TemplateView):
    template_name = "ui/form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**style.refusal(), **kwargs)


class StyleConfirm(LoginRequiredMixin, TemplateView):
    template_name = "ui/confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**style.confirmation(), **kwargs)


class StyleError(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, code: int) -> HttpResponse:
        pages = {403: forbidden, 404: not_found, 409: conflict, 500: server_error}
        return pages.get(code, not_found)(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400, "请求不完整", "浏览器送来的内容无法识别。请返回上一页，刷新后重试。")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """PermissionDenied at the door carries its reason."""
    reason = str(exception) if exception and str(exception) else "您的岗位没有办理这项业务的权限。"
    return _error(request, 403, "无权办理", reason, advice="如需开通，请联系本单位负责人或系统管理员调整岗位。")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same words for what is missing and what is out of reach."""
    return _error(
        request, 404, "没有找到", "您要看的内容不存在，或不在您的查看范围内。", advice="请核对地址，或从菜单重新进入。"
    )


def conflict(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    findings = exception.findings if isinstance(exception, Refused) else ()
    return _error(request, 409, "现在不能办理", "项目的当前状态不允许这项操作。", findings=findings)


def server_error(request: HttpRequest) -> HttpResponse:
    """Plain on purpose: whatever broke may break the frame too."""
    return _error(
        request,
        500,
        "系统出错",
        "本次操作没有完成，数据没有改动。请稍后重试。",
        advice="如多次出现，请联系系统管理员。",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For CSRF_FAILURE_VIEW."""
    return _error(request, 403, "页面已过期", "为了安全，本次提交没有受理。", advice="请返回上一页，刷新后重新提交。")


def _error(
    request: HttpRequest, code: int, title: str, text: str, *, advice: str = "", findings: Iterable[Finding] = ()
) -> HttpResponse:
    if request.path.startswith("/api/"):  # what never reached a view of the API is told to programs all the same
        return JsonResponse({"detail": f"{title}：{text}"}, status=code, json_dumps_params={"ensure_ascii": False})
    told = {"code": code, "title": title, "text": text, "advice": advice, "findings": findings}
    return HttpResponse(render_to_string("ui/error.html", told), status=code)
