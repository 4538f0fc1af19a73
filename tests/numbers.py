"""The numbers of invented names: the same ones in every test, so that the same acts give the same rows (tests/remember.py)."""

FIRST = 1001  # of four digits all: no name is the beginning of another
_next = FIRST


def fresh():
    global _next  # noqa: PLW0603
    _next += 1
    return _next - 1


def reached():
    return _next


def begin(at=FIRST):
    global _next  # noqa: PLW0603
    _next = at


def go_on_from(at):
    """Names up to there are taken, by rows that were put back."""
    begin(max(_next, at))
