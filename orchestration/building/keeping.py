"""Keeps what is built while dbt builds, so that who comes after a kill goes on from there."""

from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import Any

import duckdb

from orchestration.building.standing import Standing, keep_built

_SECONDS = 1


class Keeper:
    """Keeps what was built and asked once it would be dear to lose: more than a second of work."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._kept: set[str] = set()
        self._last = monotonic()
        self._turn = Lock()

    def is_due(self, seconds: float) -> bool:
        """Whether to keep, after a node that took so long."""
        return max(seconds, monotonic() - self._last) > _SECONDS

    def keep(self, cursor: Any) -> None:
        """Keep it in the warehouse that a cursor of dbt is of; what others do meanwhile waits.

        Where models have taken all memory, it is kept with what comes next.
        """
        with self._turn, suppress(duckdb.OutOfMemoryException):
            now = self._standing.now.copy()
            keep_built(cursor, {name: now[name] for name in now.keys() - self._kept})
            self._kept.update(now)
            self._last = monotonic()
