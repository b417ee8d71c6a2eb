"""Forks of a process that has opened DuckDB."""

import gc
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from typing import Any


def fork(work: Callable[..., Any], *arguments: Any) -> ForkProcess:
    """Start a function in a fork, which never collects what was garbage here.

    A database that nobody closed may be part of that: closing it waits for its threads, which a
    fork does not have, for ever.
    """
    gc.collect()
    process = get_context("fork").Process(target=_begin, args=(work, arguments))
    process.start()
    return process


def _begin(work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    gc.freeze()
    work(*arguments)
