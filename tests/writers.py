"""Threads that write at the same moment, each on a connection of its own, which outlasts the trials of one test."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from policy.findings import Refused

MOST = 20
_pools: list[ThreadPoolExecutor] = []


def at_once(act, arguments):
    """Run `act` for every argument in a thread of its own, all starting together; what each gave."""
    assert len(arguments) <= MOST
    gate = Barrier(len(arguments))

    def run(argument):
        connection.ensure_connection()
        gate.wait()
        try:
            return act(argument)
        except Refused as refused:
            return refused

    if not _pools:
        _pools.append(ThreadPoolExecutor(MOST))
    return list(_pools[0].map(run, arguments))


def dismiss():
    """Close their connections, each from its own thread: an open one would keep the database of the tests from going."""
    while _pools:
        gate = Barrier(MOST)

        def leave(_, gate=gate):
            gate.wait()
            connection.close()

        pool = _pools.pop()
        list(pool.map(leave, range(MOST)))
        pool.shutdown()
