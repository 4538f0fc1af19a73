"""A parser that never answers; asked by test_wall."""

import time

MEMORY, CPU_SECONDS = 300 * 1024 * 1024, 3


def answer(content):
    time.sleep(60)
