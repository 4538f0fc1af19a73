"""自动暂存: a form of a draft that its page sends by itself while somebody types."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from policy.findings import Refused

QUIET = "X-Autosave"


class Autosave:
    """The same operation on the same form; newer work is never written over. See data-autosave in ui/static/ui/app.js."""

    request: HttpRequest
    form: Any

    @property
    def quiet(self) -> bool:
        """Sent by the page itself."""
        return self.request.headers.get(QUIET) == "1"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.save_quietly() if self.quiet else super().post(request, *args, **kwargs)  # type: ignore[misc]

    def save_quietly(self) -> JsonResponse:
        self.form = self.get_form()  # type: ignore[attr-defined]
        if not self.form.is_valid():
            text = "有内容的格式不对，尚未自动暂存；点“暂存”查看在哪里"
            return JsonResponse({"text": text, "again": True}, status=422)
        try:
            found = self.run(self.form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refused:
            return JsonResponse({"text": f"自动暂存已停止：{refused.findings[0].message}", "again": False}, status=409)
        text, seen = self.kept(found)
        return JsonResponse({"text": text, "seen": seen})

    def kept(self, found: Any) -> tuple[str, str]:
        """What to say of it, and the version that stands now."""
        raise NotImplementedError
