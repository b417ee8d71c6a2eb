"""Keeps what is built while dbt builds, so that who comes after a kill goes on from there."""

from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import Any

import duckdb

from orchestration.building.standing import Standing, keep_built

_SECONDS = 1


class Keeper:
    """Keeps what was built and asked once it would be dear to lose: more than a second of work.

    As dbt begins, it forgets all that is selected. What of it stood before is kept again, until it
    is begun itself.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        known = standing.before.keys() & standing.manifest.nodes.keys()
        self._not_begun = {name: standing.before[name] for name in known}
        self._kept: set[str] = set()
        self._last = monotonic()
        self._turn = Lock()

    def is_due(self, seconds: float) -> bool:
        """Whether to keep, after a node that took so long."""
        return bool(self._not_begun) or max(seconds, monotonic() - self._last) > _SECONDS

    def forget(self, name: str, cursor: Any) -> None:
        """Have a node not stand from here on, whatever becomes of it."""
        with self._turn:
            self._not_begun.pop(name, None)
            cursor.execute("delete from ledger.built where unique_id = $1", [name])

    def keep(self, cursor: Any) -> None:
        """Keep it in the warehouse that a cursor of dbt is of; what others do meanwhile waits.

        Where it cannot be kept, as models have taken all memory, it is kept with what comes next.
        """
        with self._turn, suppress(duckdb.Error):
            now = self._standing.now.copy()
            added = {name: now[name] for name in now.keys() - self._kept}
            keep_built(cursor, self._not_begun | added)
            self._not_begun.clear()
            self._kept.update(now)
            self._last = monotonic()
