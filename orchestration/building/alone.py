"""How nodes that dbt builds at once share memory: who finds none has it alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Semaphore


class Places:
    """As many places as dbt has threads.

    DuckDB puts on disk what its operators hold beyond their share, but not what each thread needs
    of each to go on: what fits by itself may not beside another.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self._free = Semaphore(number)
        self._one_takes_all = Lock()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place among others."""
        with self._free:
            yield

    @contextmanager
    def all(self) -> Iterator[None]:
        """Every place, once those who have one are done."""
        with self._one_takes_all:
            for _ in range(self.number):
                self._free.acquire()
        try:
            yield
        finally:
            self._free.release(self.number)
