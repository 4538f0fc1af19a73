"""A paper as an answer: PDF in the browser's own reader, workbook and Word document to keep. One address, `?as=xlsx`."""

from typing import get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from papers import MIME, Kind, Paper, filename, render, safe_name

KINDS = tuple(kind for kind in get_args(Kind) if kind != "png")


def kind_of(request: HttpRequest) -> Kind:
    """What is asked for; nothing asked: PDF. Raises Http404 for a kind that no paper has."""
    asked = request.GET.get("as", "pdf")
    for kind in KINDS:
        if kind == asked:
            return kind
    raise Http404


def respond(paper: Paper, kind: Kind, name: str = "") -> HttpResponse:
    """Never kept by anybody on the way. `name`: of the file without its ending, where the caller knows a better one."""
    named = f"{safe_name(name)}.{kind}" if name else filename(paper, kind)
    shown = content_disposition_header(as_attachment=kind != "pdf", filename=named)
    headers = {
        "Content-Disposition": shown or "inline",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(render(paper, kind), content_type=MIME[kind], headers=headers)
