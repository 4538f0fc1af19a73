"""A wall between this process and a parser of files from outside: a child with so much memory and time and no more.

A PDF of a few kilobytes can unpack to gigabytes; the child is what dies of it. Children are forked from a server that has
the parsers loaded (multiprocessing's forkserver), so that a check costs milliseconds and not a start of the interpreter;
each serves one file and ends. The module that is asked gives MEMORY, CPU_SECONDS and `answer(content, *words)`.
"""

import logging
import multiprocessing
import resource
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection

PARSERS = ["projects.pdf_check", "pikepdf", "funds.invoices.pdf_text", "pypdf"]
GRACE = 1.0

_children = multiprocessing.get_context("forkserver")
_children.set_forkserver_preload(PARSERS)


class Died(Exception):
    """The child gave no answer: its limits, its time, or a file it could not take."""


def ask(module: str, *words: str, content: bytes, seconds: float) -> bytes:
    """What a module of ours answers about the bytes it is given, in a child. Raises Died."""
    ours, theirs = _children.Pipe()
    child = _children.Process(target=_answer, args=(module, words, theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        ours.send_bytes(content)
        if not ours.poll(seconds):
            raise Died(module)
        return ours.recv_bytes()
    except (EOFError, OSError) as error:
        raise Died(module) from error
    finally:
        ours.close()
        child.join(GRACE)
        if child.is_alive():
            child.kill()
            child.join()


def _answer(module: str, words: tuple[str, ...], theirs: Connection) -> None:
    """In the child: behind the wall before a byte is read."""
    asked = import_module(module)
    stand_behind(memory=asked.MEMORY, cpu=asked.CPU_SECONDS)
    theirs.send_bytes(asked.answer(theirs.recv_bytes(), *words))


def stand_behind(*, memory: int, cpu: int) -> None:
    """In the child, before it reads: bytes of address space and seconds of processor it may use."""
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, cpu), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # where the system does not know the limit, the parent's clock remains
            resource.setrlimit(what, (most, most))
    logging.disable(logging.CRITICAL)
