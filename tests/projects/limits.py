"""A parser that tells its own limits; asked by test_wall."""

import resource

MEMORY, CPU_SECONDS = 300 * 1024 * 1024, 3


def answer(content):
    return f"{resource.getrlimit(resource.RLIMIT_AS)[0]} {resource.getrlimit(resource.RLIMIT_CPU)[0]}".encode()
