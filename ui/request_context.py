"""Who asks, as far as the request itself tells: the journal and the log lines read it, the middleware sets it."""

from contextvars import ContextVar, Token
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """`request_id` is empty and `ip` None outside a request (commands, jobs)."""

    request_id: str = ""
    ip: str | None = None


OUTSIDE = RequestFacts()
_current: ContextVar[RequestFacts] = ContextVar("request_facts", default=OUTSIDE)


def current() -> RequestFacts:
    return _current.get()


def set_current(facts: RequestFacts) -> Token[RequestFacts]:
    return _current.set(facts)


def reset(token: Token[RequestFacts]) -> None:
    _current.reset(token)
