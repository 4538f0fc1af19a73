"""A page whose act lands on what it showed: the word of it goes out in a hidden field and comes back with the act."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from funds.queries.versions import word_of
from ui.versions import STALE, mark_changed


class Seen:
    """For the view that carries the act out. Without the hidden field the act is refused as made on nothing."""

    request: HttpRequest

    @property
    def seen(self) -> str:
        return self.request.POST.get("seen", "")


class Shows(Seen):
    """For a view whose own form carries the word; `shown` is the row the page shows."""

    def shown(self) -> Any:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"seen": word_of(self.shown()), **kwargs})  # type: ignore[misc]


class Marks(Seen):
    """A form that writes over what others may change: a stale one marks each field that differs from what stands."""

    def form_invalid(self, form: Any) -> HttpResponse:
        if any(getattr(error, "code", "") == STALE for error in form.non_field_errors().as_data()):
            mark_changed(form)
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return answer


class Rewrites(Marks, Shows):
    """Both: the word in the form, and the marks on a stale one."""
